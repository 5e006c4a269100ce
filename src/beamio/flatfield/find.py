"""Find the raw frames, the flats and the darks of a scan."""

import re
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import Any

import h5py

from beamio.errors import (
    MissingImagesError,
    MissingPathError,
    NotAnImageError,
    OptionError,
)
from beamio.flatfield.options import FlatFieldOptions
from beamio.formats import Frames, OpenFiles
from beamio.formats.files import expand, is_hdf5
from beamio.formats.frames import ChosenFrames, natural_order
from beamio.formats.hdf5 import GroupFrames, StackFrames, is_image
from beamio.model import DataUrl
from beamio.view import extent

RAW_NAMES = (
    "data",
    "raw",
    "projections",
    "projection",
    "frames",
    "images",
    "sample",
    "instrument",
)
"""What a group calls its raw frames, the most telling first."""
FLAT_NAMES = frozenset(
    {
        "flat",
        "flats",
        "flat_field",
        "flat_fields",
        "flatfield",
        "flatfields",
        "data_white",
        "white",
        "whites",
        "reference",
        "references",
        "ref",
        "refs",
        "refhst",
        "empty_beam",
        "open_beam",
        "bright_field",
    }
)
DARK_NAMES = frozenset(
    {
        "dark",
        "darks",
        "dark_field",
        "dark_fields",
        "darkfield",
        "darkfields",
        "data_dark",
        "background",
        "backgrounds",
        "darkend",
        "darkhst",
        "dark_current",
    }
)
"""In lower case, without a number at the end."""

_IMAGE_SUFFIXES = {".edf", ".cbf", ".tif", ".tiff", ".img", ".mccd", ".gz", ".bz2"}
_GROUPS_SEARCHED = 5000
_NAMES_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Scan:
    """The images of a scan; each member of `flats` and `darks` has its own name."""

    raw: Frames
    flats: tuple[Frames, ...]
    darks: tuple[Frames, ...]
    home: str
    """The file that ``::/path`` stands for."""
    frames: slice | None = None
    """The raw frames that the name of the scan asks for."""


def find_scan(
    source: str | Path | Sequence[str | Path],
    options: FlatFieldOptions,
    files: OpenFiles,
) -> Scan:
    """Return the images of a scan.

    Parameters
    ----------
    source
        An HDF5 file, a path in one, or image files: one, several, a glob, a folder.
    options
        Where flats and darks are, if the user says so.
    files
        Opens the files, and keeps them open for those who read the images.

    Raises
    ------
    MissingImagesError
        If raw frames, flats or darks are not found, or more than one scan is.
    UnreadableError, NotAnImageError, ShapeMismatchError
        If what is named can't be read as images.
    """
    names = [source] if isinstance(source, (str, Path)) else source
    places = list(map(str, names))
    if not places:
        raise OptionError("no scan was named")
    url = DataUrl.parse(places[0])
    if url.path is None and (Path(url.file).is_dir() or not is_hdf5(expand(places)[0])):
        found = _scan_of_images(places, options, files)
    elif len(places) > 1:
        raise OptionError(f"{places[1]}: one scan at a time, when it is in HDF5")
    else:
        found = _scan_in_hdf5(url, options, files)
    if not found.flats:
        raise MissingImagesError(
            f"{places[0]}: no flats found beside {found.raw.url}; name them with "
            "--flat FILE or --flat FILE::/path",
            place=places[0],
        )
    if not found.darks and not options.without_darks:
        raise MissingImagesError(
            f"{places[0]}: no darks found beside {found.raw.url}; name them with "
            "--dark FILE or --dark FILE::/path, or go on without them with --no-dark",
            place=places[0],
        )
    return found


def locate(place: str, home: str) -> DataUrl:
    """Return where a place is: ``::/path``, or a path that is no file, is in `home`."""
    url = DataUrl.parse(place)
    if not url.file:
        return replace(url, file=home)
    if url.path is None and url.file.startswith("/") and not Path(url.file).exists():
        return replace(DataUrl.parse(f"::{place}"), file=home)
    return url


def find_images(place: str, home: str, files: OpenFiles) -> Iterator[Frames]:
    """Yield the images that a place such as ``flats.h5::/flat`` holds, by dataset."""
    url = locate(place, home)
    for file in sorted(expand([url.file]), key=natural_order):
        found = _images_of(file, url.path, files)
        yield from found if url.frames is None else _chosen(found, url)


def _images_of(file: str, path: str | None, files: OpenFiles) -> list[Frames]:
    if not is_hdf5(file):
        return [files.images([file])]
    item = files.item(file, path or "/")
    found = _images_in(item) or _only_stack(item)
    if not found:
        raise NotAnImageError(
            f"{file}: {path or '/'} holds no images{_list_stacks(item)}",
            place=f"{file}::{path or '/'}",
        )
    return found


def _chosen(found: Sequence[Frames], url: DataUrl) -> Iterator[Frames]:
    for frames in found:
        indices = range(frames.shape[0])[url.frames or slice(None)]
        if not indices:
            raise OptionError(
                f"{url}: the slice takes none of {frames.shape[0]} images"
            )
        yield ChosenFrames(frames, indices)


def _scan_of_images(
    names: Sequence[str], options: FlatFieldOptions, files: OpenFiles
) -> Scan:
    found = sorted(expand(names), key=natural_order)
    if any(Path(name).is_dir() for name in names):
        found = [name for name in found if Path(name).suffix in _IMAGE_SUFFIXES]
        if not found:
            raise MissingImagesError(f"{names[0]}: holds no image files")
    kinds = [_kind(Path(name).name.split(".")[0]) for name in found]
    groups = {
        kind: [name for name, its in zip(found, kinds, strict=True) if its == kind]
        for kind in ("raw", "flat", "dark")
    }
    if not groups["raw"] or len(found) == 1:
        groups = {"raw": found, "flat": [], "dark": []}
    raw = files.images(groups["raw"])
    home = found[0]
    flats = options.flats or groups["flat"]
    darks = () if options.without_darks else options.darks or groups["dark"]
    return Scan(
        raw,
        tuple(image for name in flats for image in find_images(name, home, files)),
        tuple(image for name in darks for image in find_images(name, home, files)),
        home,
    )


def _scan_in_hdf5(url: DataUrl, options: FlatFieldOptions, files: OpenFiles) -> Scan:
    is_hdf5(url.file)  # says why where there is no such file
    named = files.item(url.file, url.path or "/")
    raw = None if url.path is None else _one_raw(named)
    if raw is None:
        raw = _search(named, with_flats=not options.flats)
    item, frames = raw

    def references(places: Iterable[str], kind: str) -> tuple[Frames, ...]:
        if places:
            found = (find_images(place, url.file, files) for place in places)
            return tuple(image for images in found for image in images)
        return tuple(_beside(item, kind))

    return Scan(
        frames,
        references(options.flats, "flat"),
        () if options.without_darks else references(options.darks, "dark"),
        url.file,
        url.frames,
    )


def _kind(name: str) -> str:
    """Return raw, flat or dark for the name of a file, a group or a dataset."""
    plain = re.sub(r"[\W_]*\d*$", "", name).lower().replace("-", "_")
    if plain in FLAT_NAMES:
        return "flat"
    return "dark" if plain in DARK_NAMES else "raw"


def _beside(item: Any, kind: str) -> list[Frames]:
    """Return the flats, or darks, in the nearest group above an item that has any."""
    while item.name != "/":
        item = item.parent
        found = _children(item, lambda name: _kind(name) == kind)
        images = [image for child in found for image in _images_in(child)]
        if images:
            return images
    return []


def _children(group: Any, wanted: Callable[[str], bool]) -> list[Any]:
    names = sorted(filter(wanted, group), key=natural_order)
    return [child for name in names if (child := group.get(name)) is not None]


def _search(root: Any, *, with_flats: bool) -> tuple[Any, Frames]:
    """Return the raw frames of the only scan that lies under a group."""
    scans: list[tuple[Any, Any, Frames]] = []
    depth = 0
    for level, group in _groups(root):
        if scans and level > depth:
            break
        depth = level
        if not with_flats or any(_kind(name) == "flat" for name in group):
            found = (_one_raw(child) for child in _raw_children(group))
            scans += [(group, *raw) for raw in islice(filter(None, found), 1)]
    place = f"{root.file.filename}::{root.name}"
    if not scans:
        hint = " beside flats" if with_flats else ""
        raise MissingImagesError(
            f"{root.file.filename}: no raw frames found{hint} under {root.name}"
            f"{_list_stacks(root)}; name them as {root.file.filename}::/path"
            + (", and flats with --flat" if with_flats else ""),
            place=place,
        )
    if len(scans) > 1:
        names = [group.name for group, _, _ in scans]
        more = ", ..." if len(names) > _NAMES_SHOWN else ""
        raise MissingImagesError(
            f"{root.file.filename}: holds {len(names)} scans: "
            f"{', '.join(names[:_NAMES_SHOWN])}{more}; choose one, as "
            f"{root.file.filename}::{names[0]}",
            place=place,
        )
    return scans[0][1:]


def _raw_children(group: Any) -> Iterator[Any]:
    """Yield what a group may call its raw frames, the most telling name first."""
    for name in RAW_NAMES:
        if name not in group and group.get(name, getlink=True) is None:
            continue
        child = group.get(name)
        if child is None:
            place = f"{group.file.filename}::{group.name.rstrip('/')}/{name}"
            raise MissingPathError(
                f"{place}: is a link that leads nowhere", place=place
            )
        yield child


def _groups(root: Any) -> Iterator[tuple[int, Any]]:
    """Yield the groups under a group, nearest first, each with its depth, once."""
    waiting = deque([(0, root)] if isinstance(root, h5py.Group) else [])
    seen = {root.id}
    while waiting and len(seen) <= _GROUPS_SEARCHED:
        depth, group = waiting.popleft()
        yield depth, group
        for child in _children(group, _not_counted):
            if isinstance(child, h5py.Group) and child.id not in seen:
                seen.add(child.id)
                waiting.append((depth + 1, child))


def _one_raw(item: Any) -> tuple[Any, Frames] | None:
    """Return an item with its images if they are those of one series."""
    if isinstance(item, h5py.Dataset):
        return item, StackFrames(item)
    found = _images_in(item)
    return (item, found[0]) if len(found) == 1 else None


def _images_in(item: Any) -> list[Frames]:
    """Return the images that a dataset is, or that a group has as direct children."""
    if isinstance(item, h5py.Dataset):
        return [StackFrames(item)]
    counted = sorted(filter(str.isdecimal, item), key=natural_order)
    stacks = [item.get(name) for name in counted or item]
    if counted and not any(getattr(stack, "ndim", 2) > 2 for stack in stacks):  # noqa: PLR2004 (a stack)
        return [GroupFrames(item, counted)]
    images = [stack for stack in stacks if is_image(stack)]
    if all(image.ndim == 2 for image in images) and images:  # noqa: PLR2004 (rows, columns)
        names = [image.name.rpartition("/")[2] for image in images]
        return [GroupFrames(item, sorted(names, key=natural_order))]
    return [StackFrames(image) for image in images]


def _not_counted(name: str) -> bool:
    """Tell whether a name is not just a number: numbers name frames, by thousands."""
    return not name.isdecimal()


def _only_stack(item: Any) -> list[Frames]:
    """Return the images of the only dataset with images anywhere under a group."""
    found = list(_stacks(item))
    return [StackFrames(found[0])] if len(found) == 1 else []


def _stacks(item: Any) -> Iterator[Any]:
    for _, group in _groups(item):
        yield from (
            child for child in _children(group, lambda _: True) if is_image(child)
        )


def _list_stacks(item: Any) -> str:
    """Return what there is instead, for an error message."""
    found = list(_stacks(item))
    if not found:
        return "; there are no images of numbers in it"
    shown = [
        f"{image.name} ({extent(image.shape)} {image.dtype})"
        for image in found[:_NAMES_SHOWN]
    ]
    more = ", ..." if len(found) > _NAMES_SHOWN else ""
    return f"; it has {', '.join(shown)}{more}"
