"""The steps of a scan in a file of BLISS: entries that hold frames of one kind."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import h5py
import numpy as np

from beamio.errors import OptionError, nearest
from beamio.formats.hdf5 import StackFrames, is_image, member, names
from beamio.nexus.nxtomo.keys import ImageKey
from beamio.nexus.text import attribute, text
from beamio.view import count

_NUMBER = re.compile(r"(?:(.*)_)?(\d+)\.(\d+)", re.DOTALL)
"""Names of entries: ``1.1`` in a file of scans, ``bone_0001_1.1`` in a file of links to
those of all datasets of a sample."""
_STACK = 3
_TITLES = (
    (ImageKey.DARK, ("dark",)),
    (ImageKey.FLAT, ("flat", "ref")),
    (ImageKey.PROJECTION, ("projection", "ascan rot", "ascan diffrz 0 180")),
    (ImageKey.ALIGNMENT, ("static", "ascan diffrz 180 0", "return ref", "align")),
)
"""How the titles of steps begin."""
_SEQUENCES = ("tomo:", "sequence_of_scans", "multitomo", "backandforth", "pcotomo")
"""How the titles of what holds steps begin."""


@dataclass(frozen=True, slots=True, eq=False)
class Step:
    """An entry with frames of one kind."""

    name: str
    """Of the entry in the file that was named; it may lie in another."""
    entry: Any
    key: ImageKey
    frames: StackFrames
    detector: str
    above: Any
    """The first entry of its scan, which tells what is the same for all steps."""

    @property
    def count(self) -> int:
        """How many frames there are."""
        return self.frames.shape[0]


def is_bliss(root: Any) -> bool:
    """Tell whether a file was written by BLISS."""
    return any(_is_entry(root, name) for name in names(root)) or bool(lost_links(root))


def lost_links(root: Any) -> list[str]:
    """Return the entries that are links to a scan which is not there, and to where."""
    found = []
    for name in names(root):
        if _NUMBER.fullmatch(name) and member(root, name) is None:
            link = root.get(name, getlink=True)
            if isinstance(link, h5py.ExternalLink):
                found.append(f"/{name} leads to {link.filename}::{link.path}")
    return found


def _is_entry(root: Any, name: str) -> bool:
    found = _NUMBER.fullmatch(name)
    if found is None or not isinstance(member(root, name), h5py.Group):
        return False
    link = root.get(name, getlink=True)
    return found[1] is None or isinstance(link, h5py.ExternalLink)


def _order(name: str) -> tuple[str, int, int]:
    """Return the dataset, the scan and the subscan that a name tells."""
    found = _NUMBER.fullmatch(name)
    return (
        ("", 0, 0) if found is None else (found[1] or "", int(found[2]), int(found[3]))
    )


def scans_in(root: Any) -> Iterator[dict[str, Any]]:
    """Yield the entries of each scan, by their names."""
    entries = [name for name in names(root) if _is_entry(root, name)]
    current: dict[str, Any] = {}
    for name in sorted(entries, key=_order):
        entry = member(root, name)
        is_other = any(_order(one)[0] != _order(name)[0] for one in current)
        if current and (is_other or _is_sequence(entry)):
            yield current
            current = {}
        current[name] = entry
    if current:
        yield current


def title_of(entry: Any) -> str:
    """Return the title of an entry; empty where it has none."""
    item = member(entry, "title")
    return text(item[()]) if isinstance(item, h5py.Dataset) else ""


def _is_sequence(entry: Any) -> bool:
    if member(entry, "technique/image_key") is not None:
        return False
    category = member(entry, "technique/scan_category") is not None
    return category or title_of(entry).lower().startswith(_SEQUENCES)


def _key(entry: Any) -> ImageKey | None:
    """Return what the frames of an entry are, as it says or its title does."""
    item = member(entry, "technique/image_key")
    if isinstance(item, h5py.Dataset) and item.size == 1 and item.dtype.kind in "iu":
        number = int(np.ravel(item[()])[0])
        return ImageKey(number) if number in list(ImageKey) else None
    title = title_of(entry).lower()
    for key, starts in _TITLES:
        if title.startswith(starts):
            return key
    return None


def steps_of(
    entries: Mapping[str, Any], detector: str | None, file: str
) -> Iterator[Step]:
    """Yield the steps among entries of a file, with the images of one detector.

    Raises
    ------
    OptionError
        If there are several detectors and none was chosen, or none of that name.
    """
    above = next(iter(entries.values()))
    for name, entry in entries.items():
        key = None if _is_sequence(entry) else _key(entry)
        if key is None:
            continue
        cameras = dict(_cameras(entry))
        if not cameras:
            continue
        called = detector or _configured(entry, cameras)
        called = called or _configured(above, cameras)
        if called is None and len(cameras) == 1:
            called = next(iter(cameras))
        if called not in cameras:
            told = nearest(detector or "", cameras)
            raise OptionError(
                f"{file}::/{name}: has {count(len(cameras), 'detector')}; choose "
                f"one with --detector{told}",
                place=file,
            )
        frames = StackFrames(cameras[called])
        yield Step(name, entry, key, frames, called, above)


def _cameras(entry: Any) -> Iterator[tuple[str, Any]]:
    """Yield the detectors of an entry that have images."""
    instrument = member(entry, "instrument")
    for name in names(instrument) if isinstance(instrument, h5py.Group) else []:
        group = member(instrument, name)
        if attribute(group, "NX_class") != "NXdetector":
            continue
        for inside in ("data", "image"):
            item = member(group, inside)
            if is_image(item) and item.ndim == _STACK:  # type: ignore[union-attr] # it is a dataset
                yield name, item
                break


def _configured(entry: Any, cameras: dict[str, Any]) -> str | None:
    """Return the detector that the entry says it is about."""
    item = member(entry, "technique/tomoconfig/detector")
    if not isinstance(item, h5py.Dataset):
        return None
    known = [text(value) for value in np.ravel(item[()])]
    return next((name for name in known if name in cameras), None)
