"""Name a file, what lies in it, and a part of that, in one string."""

from dataclasses import dataclass

from beamio.errors import OptionError
from beamio.model.selection import parse_slice


@dataclass(frozen=True, slots=True)
class DataUrl:
    """``file``, ``file::/path`` or ``file::/path[slice]``."""

    file: str
    """Path of the file; empty in ``::/path``, which stands for a file known already."""

    path: str | None = None
    """Path inside the file, from its root."""

    frames: slice | None = None
    """The frames that are wanted, along the first axis."""

    @classmethod
    def parse(cls, text: str) -> "DataUrl":
        """Return the parts of `text`.

        Raises
        ------
        OptionError
            If the slice is not one of frames.

        Examples
        --------
        >>> DataUrl.parse("scan.h5::/data[0:10]")
        DataUrl(file='scan.h5', path='/data', frames=slice(0, 10, None))
        >>> DataUrl.parse("scan.edf")
        DataUrl(file='scan.edf', path=None, frames=None)
        """
        file, separator, path = text.partition("::")
        if not separator:
            return cls(file)
        frames = None
        if path.endswith("]") and "[" in path:
            path, _, inside = path[:-1].rpartition("[")
            if "," in inside:
                raise OptionError(
                    f"{text}: [{inside}] has more than one axis; "
                    "choose frames here, rows and columns as a region"
                )
            frames = parse_slice(inside)
        return cls(file, "/" + path.strip("/"), frames)

    def __str__(self) -> str:
        return self.file if self.path is None else f"{self.file}::{self.path}"
