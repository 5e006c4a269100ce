"""List a file that is not HDF5."""

from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import h5py

from beamio.contents.place import Place
from beamio.errors import BeamioError
from beamio.formats.hdf5.element_type import of_numpy
from beamio.formats.tree import TreeDataset, TreeGroup
from beamio.model import Break, Item, Kind, LinkTarget, Storage
from beamio.view import natural_order

_ALONE = Place(0, is_last=True)


def walk_object(found: Any, levels: int | None) -> Iterator[Item]:
    """Yield a tree, or what is in one, as `contents` does."""
    yield item_of(found)
    if _is_group(found):
        yield from _below(found, 1, levels)


def _below(group: TreeGroup, depth: int, levels: int | None) -> Iterator[Item]:
    if levels is not None and depth > levels:
        return
    for item in members(group, sorted(group, key=natural_order), depth):
        yield item
        if item.kind is Kind.GROUP:
            yield from _below(group[item.name], depth + 1, levels)


def members(group: TreeGroup, names: list[str], depth: int = 1) -> Iterator[Item]:
    """Yield some members of a group, by their names."""
    marks = _marks(group)
    for count, name in enumerate(names, 1):
        place = Place(depth, count == len(names), marks.get(name, ""))
        path = f"{group.name.rstrip('/')}/{name}"
        try:
            yield _member(group, name, path, place)
        except (BeamioError, OSError, ValueError) as error:
            yield Item(path, Kind.UNREADABLE, *place, problem=str(error))


def _member(group: TreeGroup, name: str, path: str, place: Place) -> Item:
    entry = group.entry(name)
    if isinstance(entry, h5py.SoftLink | h5py.ExternalLink):
        return _link(group, path, entry, place)
    return item_of(group[name], place)


def item_of(found: Any, place: Place = _ALONE) -> Item:
    """Return a group or a dataset of a tree."""
    return _group(found, place) if _is_group(found) else _dataset(found, place)


def _is_group(found: Any) -> bool:
    return isinstance(found, TreeGroup)


def _marks(group: TreeGroup) -> dict[str, str]:
    marks = {}
    if text(group.attrs, "NX_class") == "NXdata":
        marks[text(group.attrs, "signal")] = "signal"
    marks[text(group.attrs, "default")] = "default"
    return marks


def text(attrs: Any, name: str) -> str:
    """Return an attribute with text; empty if there is none."""
    value = attrs.get(name, "")
    return value if isinstance(value, str) else ""


def _group(group: TreeGroup, place: Place) -> Item:
    return Item(
        group.name,
        Kind.GROUP,
        *place,
        nx_class=text(group.attrs, "NX_class"),
        members=len(group),
        attributes=len(group.attrs),
    )


def _dataset(dataset: TreeDataset, place: Place) -> Item:
    return Item(
        dataset.name,
        Kind.DATASET,
        *place,
        type=of_numpy(dataset.dtype),
        shape=dataset.shape,
        maxshape=dataset.shape,
        units=text(dataset.attrs, "units"),
        attributes=len(dataset.attrs),
        storage=Storage("file", dataset.nbytes),
    )


def _link(group: TreeGroup, path: str, entry: Any, place: Place) -> Item:
    file = getattr(entry, "filename", "")
    kind = Kind.EXTERNAL_LINK if file else Kind.SOFT_LINK
    found, why = None, "is not followed from here" if file else ""
    if not file:
        with suppress(BeamioError, OSError):
            target = group[path]
            is_group = isinstance(target, TreeGroup)
            found = Kind.GROUP if is_group else Kind.DATASET
    cause = None if found or file else Break.NO_PATH
    link = LinkTarget(entry.path, file, found, cause, why)
    return Item(path, kind, *place, link=link)
