"""Look at files that are not HDF5: images, SPEC, NumPy."""

from typing import Any

from beamio.check.decoding import Decoding
from beamio.check.nexus import check_group
from beamio.check.notes import BROKEN, Notes, after_place
from beamio.errors import NotAnImageError, ShapeMismatchError
from beamio.formats.opening import open as open_url


def examine_other(url: str, notes: Notes, *, deep: bool, threads: int | None) -> bool:
    """Look at a file, or a series of images; tell whether it could be opened.

    Images are looked for in the file when it is opened, so that one that is cut short
    is noticed then.
    """
    try:
        found = open_url(url, threads=threads)
    except (ShapeMismatchError, NotAnImageError) as error:
        notes.error("images that do not fit", "", str(error))
        return True
    except (*BROKEN, MemoryError) as error:
        notes.error("unreadable", "", after_place(error, url))
        return False
    with found:
        _look(found, notes, Decoding(notes, threads) if deep else None)
    return True


def _look(item: Any, notes: Notes, decoding: Decoding | None) -> None:
    path = str(item.name)
    notes.at(path)
    if hasattr(item, "dtype"):
        notes.looked_at["datasets"] += 1
        if decoding is not None:
            decoding.check(path, item)
        return
    notes.looked_at["groups"] += 1
    check_group(path, item, notes)
    for name in item:
        if item.get(name, getlink=True, getclass=True).__name__ == "SoftLink":
            if item.get(name) is None:
                below = f"{path.rstrip('/')}/{name}"
                notes.error("dangling link", below, "it leads nowhere")
            continue
        try:
            member = item[name]
        except BROKEN as error:
            below = f"{path.rstrip('/')}/{name}"
            notes.error("unreadable object", below, after_place(error))
            continue
        _look(member, notes, decoding)
