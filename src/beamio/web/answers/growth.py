"""How much of an object was written by now."""

import os
from collections.abc import Iterator
from typing import Any

import h5py

from beamio.formats.hdf5.written import Written, written
from beamio.web.answers.answer import Answer, as_json
from beamio.web.answers.reading import Reading
from beamio.web.questions.growth import GrowthAsked


def growth(reading: Reading, asked: GrowthAsked) -> Answer:
    """Return how much of an object there is, in a file that may be being written."""
    return as_json(_growth(reading, asked))


def live(reading: Reading, asked: GrowthAsked) -> Iterator[Any]:
    """Yield it once: where no server looks at the file, who asks does so again."""
    yield _growth(reading, asked)


def _growth(reading: Reading, asked: GrowthAsked) -> dict[str, Any]:
    is_held = asked.file in reading.held
    path = "" if is_held else reading.fence.path(asked.file)
    with reading.item(asked.file, asked.path) as found:
        return _of_object(found, path)


def _is_in(found: Any, path: str) -> bool:
    """Tell whether an object lies in the very file that was asked for."""
    try:
        return os.path.samefile(found.file.filename, path)  # noqa: PTH121 (any bytes)
    except (OSError, AttributeError):  # a series of files, what a notebook holds
        return False


def _of_object(found: Any, path: str) -> dict[str, Any]:
    is_elsewhere = not _is_in(found, path)
    if not hasattr(found, "dtype"):
        return {"members": len(found), "elsewhere": is_elsewhere}
    shape = found.shape
    amount = Written(*(shape[:1] * 2 if shape else (1, 1)))
    if isinstance(found, h5py.Dataset):
        amount = written(found)
    return {
        "shape": None if shape is None else list(shape),
        "frames": amount.frames,
        "newest": amount.newest,
        "elsewhere": is_elsewhere or amount.is_elsewhere,
    }
