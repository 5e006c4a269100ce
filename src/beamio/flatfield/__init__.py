"""The flat-field correction of a scan."""

from beamio.flatfield.model import FlatField

__all__ = ["FlatField"]
