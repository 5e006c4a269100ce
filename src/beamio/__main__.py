"""Run the command line as ``python -m beamio``."""

from beamio.cli import main

if __name__ == "__main__":
    main()
