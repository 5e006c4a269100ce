"""Find the raw frames, the flats and the darks in an HDF5 file."""

from collections import deque
from collections.abc import Iterator
from itertools import islice
from typing import Any

import h5py

from beamio.errors import BeamioError, MissingImagesError, NotAnImageError
from beamio.flatfield.names import RAW, kind, without_numbers
from beamio.formats import Frames, OpenFiles
from beamio.formats.hdf5 import (
    GroupFrames,
    StackFrames,
    existing,
    is_image,
    member,
    names,
)
from beamio.model import DataUrl
from beamio.view import extent

_GROUPS_SEARCHED = 5000
_NAMES_SHOWN = 5


def find_raw(
    url: DataUrl, files: OpenFiles, *, with_flats: bool
) -> tuple[list[Any], Frames]:
    """Return the raw frames that a place holds, and the groups above them.

    Parameters
    ----------
    url
        A dataset, a group of images, or a group or file to look in.
    with_flats
        Whether flats must lie beside raw frames that are looked for.

    Raises
    ------
    MissingImagesError
        If there are none, or those of several scans.
    """
    path = url.path or "/"
    item = files.item(url.file, path)
    raw = None if url.path is None else _one_series(item)
    if raw is None:
        return _search(item, with_flats=with_flats)
    # By path, since a link may lead to another file.
    parts = path.strip("/").split("/")
    above = ["/" + "/".join(parts[:i]) for i in reversed(range(len(parts)))]
    return [files.item(url.file, group) for group in above], raw


def find_beside(above: list[Any], wanted: str) -> list[Frames]:
    """Return the flats, or the darks, in the nearest group that has any.

    Parameters
    ----------
    above
        Groups above the raw frames, the nearest first.
    wanted
        ``flat`` or ``dark``.
    """
    for group in above:
        called = [name for name in names(group) if kind(name) == wanted]
        images = [
            found for name in called for found in images_in(existing(group, name))
        ]
        if images:
            return images
    return []


def images_at(url: DataUrl, files: OpenFiles, wanted: str) -> list[Frames]:
    """Return the images of a dataset or a group, or those of a kind in a file.

    Parameters
    ----------
    wanted
        ``flat`` or ``dark``: what to look for where only a file is named.

    Raises
    ------
    NotAnImageError
        If there are none; the message names what there is.
    """
    path = url.path or "/"
    item = files.item(url.file, path)
    stacks = list(_stacks(item))
    if path == "/":
        found = next(filter(None, _of_kind(item, wanted)), [])
        if not found and len(stacks) == 1:
            found = [StackFrames(stacks[0])]
    else:
        found = images_in(item)
    if not found:
        raise NotAnImageError(
            f"{url.file}: {path} holds no images that are {wanted}s for sure"
            f"{_listed(stacks)}; name them as {url.file}::/path",
            place=f"{url.file}::{path}",
        )
    return found


def _of_kind(root: Any, wanted: str) -> Iterator[list[Frames]]:
    """Yield the images of a kind in each group under a group, nearest first."""
    for above in _groups(root):
        yield find_beside(above[:1], wanted)


def images_in(item: Any) -> list[Frames]:
    """Return the images that a dataset is, or that a group has as direct children.

    Where names are numbers, all that have such a name must be images.
    """
    if isinstance(item, h5py.Dataset):
        return [StackFrames(item)]
    if not isinstance(item, h5py.Group):
        return []
    called = names(item)
    counted = list(filter(str.isdecimal, called))
    if counted:
        if any(getattr(member(item, name), "ndim", 0) > 2 for name in counted):  # noqa: PLR2004 (a stack)
            return [StackFrames(existing(item, name)) for name in counted]
        return [GroupFrames(item, counted)]
    members: dict[str, Any] = {name: member(item, name) for name in called}
    images = {name: found for name, found in members.items() if is_image(found)}
    alike = {without_numbers(name) for name in images}
    for name in called:
        if members[name] is None and without_numbers(name) in alike:
            existing(item, name)  # a broken link among images: say so
    if images and all(image.ndim == 2 for image in images.values()):  # noqa: PLR2004 (rows, columns)
        return [GroupFrames(item, list(images))]
    return [StackFrames(image) for image in images.values()]


def _one_series(item: Any) -> Frames | None:
    """Return the images of an item if they are those of one series."""
    found = images_in(item)
    return found[0] if len(found) == 1 else None


def _search(root: Any, *, with_flats: bool) -> tuple[list[Any], Frames]:
    """Return the raw frames of the only scan under a group, and the groups above."""
    scans: list[tuple[list[Any], Frames]] = []
    depth = 0
    for above in _groups(root):
        if scans and len(above) > depth:
            break
        depth = len(above)
        scans += _raw_in(above, with_flats=with_flats)
    file, place = root.file.filename, f"{root.file.filename}::{root.name}"
    if not scans:
        hint = " beside flats" if with_flats else ""
        raise MissingImagesError(
            f"{file}: no raw frames found{hint} under {root.name}"
            f"{_listed(list(_stacks(root)))}; name them as {file}::/path"
            + (", and flats with --flat" if with_flats else ""),
            place=place,
        )
    if len(scans) > 1:
        found = [above[0].name for above, _ in scans]
        more = ", ..." if len(found) > _NAMES_SHOWN else ""
        raise MissingImagesError(
            f"{file}: holds {len(found)} scans: {', '.join(found[:_NAMES_SHOWN])}"
            f"{more}; choose one, as {file}::{found[0]}",
            place=place,
        )
    return scans[0]


def _raw_in(
    above: list[Any], *, with_flats: bool
) -> Iterator[tuple[list[Any], Frames]]:
    """Yield the raw frames in a group, if it has any, under the most telling name."""
    group = above[0]
    called = names(group)
    has_flats = any(kind(name) == "flat" for name in called)
    if with_flats and not has_flats:
        return
    candidates = (name for name in RAW if name in called)
    try:
        found = (_one_series(existing(group, name)) for name in candidates)
        for raw in islice(filter(None, found), 1):
            yield above, raw
    except BeamioError:
        if has_flats:
            raise
        # Something else of that name: without flats beside it, it need not be raw.


def _groups(root: Any) -> Iterator[list[Any]]:
    """Yield the groups under a group, nearest first, each once, with those above it.

    Groups whose names are numbers are left out: there are thousands of frames.
    """
    waiting = deque([[root]] if isinstance(root, h5py.Group) else [])
    seen = {root.id}
    while waiting and len(seen) <= _GROUPS_SEARCHED:
        above = waiting.popleft()
        yield above
        for child in _uncounted(above[0]):
            if isinstance(child, h5py.Group) and child.id not in seen:
                seen.add(child.id)
                waiting.append([child, *above])


def _uncounted(group: Any) -> Iterator[Any]:
    for name in names(group):
        if not name.isdecimal():
            yield member(group, name)


def _stacks(item: Any) -> Iterator[Any]:
    for above in _groups(item):
        yield from filter(is_image, _uncounted(above[0]))


def _listed(stacks: list[Any]) -> str:
    """Return what there is instead, for an error message."""
    if not stacks:
        return "; there are no images of numbers in it"
    shown = [
        f"{image.name} ({extent(image.shape)} {image.dtype})"
        for image in stacks[:_NAMES_SHOWN]
    ]
    more = ", ..." if len(stacks) > _NAMES_SHOWN else ""
    return f"; it has {', '.join(shown)}{more}"
