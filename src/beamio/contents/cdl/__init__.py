"""A file, or a part of one, in CDL."""

from beamio.contents.cdl.document import cdl_lines

__all__ = ["cdl_lines"]
