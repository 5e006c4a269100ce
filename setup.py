"""Wheels and source distributions carry the viewer; all else is in pyproject.toml."""

import os
import subprocess
import sys
from pathlib import Path
from shutil import rmtree

from setuptools import setup
from setuptools.command.build_py import build_py
from setuptools.command.sdist import sdist

BUILD = Path(__file__).parent / "viewer" / "build.py"


def build_viewer() -> None:
    """Build the viewer where npm is; `BEAMIO_VIEWER=required` refuses to go without."""
    command = [sys.executable, BUILD]
    done = subprocess.run(command, check=False)  # noqa: S603 (a script of ours)
    if done.returncode == 0:
        return
    if os.environ.get("BEAMIO_VIEWER") == "required":
        sys.exit("beamio: BEAMIO_VIEWER=required, and there is no viewer")
    sys.stderr.write("beamio: WARNING: goes on; `beamio view` will have no pages.\n")


class BuildWithViewer(build_py):
    """Collects the package with the viewer in it."""

    def run(self) -> None:
        """Build the viewer first."""
        build_viewer()
        # Built files are named after their content: none of an earlier build stays.
        rmtree(Path(self.build_lib, "beamio", "web", "static"), ignore_errors=True)
        super().run()


class SourcesWithViewer(sdist):
    """Collects the sources, and the built viewer for those who have no npm."""

    def run(self) -> None:
        """Build the viewer first."""
        build_viewer()
        super().run()


setup(cmdclass={"build_py": BuildWithViewer, "sdist": SourcesWithViewer})
