"""The browser workbench: a server, and the built viewer in `static/`."""
