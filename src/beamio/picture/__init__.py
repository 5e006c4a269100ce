"""What is drawn of a file, and drawn: `show` in a terminal, `plot` in matplotlib."""
