"""The headers of images in the structure that silx gives them."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from fabio.edfimage import EdfImage
from fabio.fabioimage import FabioFrame, FabioImage
from silx.io.fabioh5 import EdfFabioReader, FabioReader, File

from beamio.formats.images.image import Image
from beamio.formats.images.index import kind_of
from beamio.model import Array


class _Frames(FabioImage):  # type: ignore[misc]  # fabio has no types
    """Headers of images, as fabio shows the frames of one file."""

    def __init__(self, images: Sequence[Image], name: str, kind: Any) -> None:
        super().__init__(header=images[0].fields)
        self._nframes = len(images)
        self._images = images
        self.filename = name
        self.RESERVED_HEADER_KEYS = kind.RESERVED_HEADER_KEYS

    def getframe(self, num: int) -> FabioFrame:
        return FabioFrame(header=self._images[num].fields)


class _Converting(FabioReader):  # type: ignore[misc]  # silx has no types
    """silx's collection of headers, in which what is missing is no zero."""

    def _convert_metadata_vector(self, values: Sequence[Any]) -> Array:
        listed = [list(v) if isinstance(v, tuple) else v for v in values]
        there = np.array([value is not None for value in listed])
        if not there.any():
            return np.full(len(listed), np.nan)
        try:
            found: Array = super()._convert_metadata_vector(
                [value for value in listed if value is not None]
            )
            if there.all():
                return found
            if found.dtype.kind in "iubf":
                return _spread(found, there)
            return np.asarray(super()._convert_metadata_vector(listed))
        except Exception:  # noqa: BLE001 (silx has no way for values of many lengths)
            return np.array(["" if v is None else str(v) for v in listed])

    def _convert_scalar_value(self, value: str) -> Any:
        # Python takes 2026_07 for the number 202607; a header means the text.
        return np.str_(value) if "_" in value else super()._convert_scalar_value(value)

    def _read_key(self, frame_id: int, name: str, value: Any) -> None:
        super()._read_key(frame_id, _name(name), value)

    def _set_counter_value(self, frame_id: int, name: str, value: Any) -> None:
        super()._set_counter_value(frame_id, _name(name), value)

    def _set_positioner_value(self, frame_id: int, name: str, value: Any) -> None:
        super()._set_positioner_value(frame_id, _name(name), value)


class _EdfConverting(_Converting, EdfFabioReader):  # type: ignore[misc]  # as above
    """The same of EDF files, with their motors and counters."""

    def has_ub_matrix(self) -> bool:
        """Tell whether the header describes a crystal, in full."""
        try:
            return bool(super().has_ub_matrix()) and self.get_ub_matrix() is not None
        except (KeyError, ValueError, TypeError):
            return False


class Shown(File):  # type: ignore[misc]  # as above
    """Images as silx shows a file of them; nobody may ask it for pixels."""

    def __init__(self, images: Sequence[Image], name: str) -> None:
        kind = kind_of(images[0].file)
        self._is_edf = isinstance(kind, EdfImage)
        super().__init__(fabio_image=_Frames(images, name, kind))

    def create_fabio_reader(
        self, file_name: Any, fabio_image: Any, file_series: Any
    ) -> Any:
        """Return what collects the headers."""
        reader = _EdfConverting if self._is_edf else _Converting
        return reader(file_name, fabio_image, file_series)


def _spread(found: Array, there: Array) -> Array:
    """Return the numbers of the headers that have some, and NaN of the others."""
    dtype = found.dtype if found.dtype.kind == "f" else np.dtype(np.float64)
    spread = np.full((len(there), *found.shape[1:]), np.nan, dtype)
    spread[there] = found
    return spread


def _name(name: str) -> str:
    """Return a name that a member of a group can have.

    Examples
    --------
    >>> _name("flux (ph/s)"), _name(".")
    ('flux (ph_s)', '_')
    """
    found = str(name).replace("/", "_").replace("\0", "_")
    return "_" if found in {"", ".", ".."} else found
