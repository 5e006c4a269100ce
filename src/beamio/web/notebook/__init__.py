"""The viewer in a cell of a notebook: no server, and no port.

The page is that of `beamio view`. Its questions come as messages of the notebook to the
kernel, which answers them in threads (`desk`).
"""

from beamio.web.notebook.view import view

__all__ = ["view"]
