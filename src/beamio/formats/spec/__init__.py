"""SPEC files: silx reads each scan, from a copy that was checked first."""

from beamio.formats.spec.opening import open_spec

__all__ = ["open_spec"]
