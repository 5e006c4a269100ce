"""Image files as one stack, also where some are missing or of another shape."""

from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any

import numpy as np

from beamio.convert.options import ConvertOptions
from beamio.engine.native import Selected
from beamio.errors import ShapeMismatchError
from beamio.formats.frames import common_dtype
from beamio.formats.images import images_of
from beamio.formats.images.stack import StackValues
from beamio.formats.images.tree import open_images
from beamio.formats.pixels import ValuePixels
from beamio.formats.select import Selection
from beamio.formats.tree import Branch, Leaf, Tree, Values
from beamio.formats.tree.values import delivered, slices, whole
from beamio.model import Array
from beamio.view import count

_FRAMES = 3
"""Axes of a stack."""
_NAMED = 3


def open_stack(
    slots: Sequence[str | None], options: ConvertOptions
) -> tuple[Tree, tuple[str, ...]]:
    """Return the tree of image files, None where one is missing, and what was done.

    Raises
    ------
    ShapeMismatchError
        If an image has another shape than the first, and `odd_shapes` is stop.
    """
    files = [file for file in slots if file is not None]
    if options.odd_shapes == "stop":
        try:
            if len(files) == len(slots):
                return open_images(files), ()
            return _padded([(open_images(files), files)], slots), ()
        except ShapeMismatchError as error:
            raise ShapeMismatchError(
                f"{error}; or give --odd-shapes skip or --odd-shapes pad",
                place=error.place,
            ) from error
    shapes = {file: _shapes(file) for file in files}
    first = shapes[files[0]]
    odd = [file for file in files if shapes[file] != first]
    if not odd:
        groups = [files]
        notes: tuple[str, ...] = ()
    else:
        done = "skipped" if options.odd_shapes == "skip" else "padded"
        told = ", ".join(odd[:_NAMED])
        more = f" and {len(odd) - _NAMED:,} more" if len(odd) > _NAMED else ""
        notes = (f"{count(len(odd), 'file')} of another shape {done}: {told}{more}",)
        if options.odd_shapes == "skip":
            slots = [file for file in slots if file not in set(odd)]
            groups = [[file for file in files if file not in set(odd)]]
        else:
            kinds = dict.fromkeys(shapes[file] for file in files)
            groups = [[f for f in files if shapes[f] == kind] for kind in kinds]
    if len(groups) == 1 and len(groups[0]) == len(slots):
        return open_images(groups[0]), notes
    return _padded([(open_images(group), group) for group in groups], slots), notes


def _shapes(file: str) -> frozenset[tuple[int, ...]]:
    """Return the shapes of the images of a file."""
    return frozenset(image.shape for image in images_of(file))


def _padded(
    trees: Sequence[tuple[Tree, Sequence[str]]], slots: Sequence[str | None]
) -> Tree:
    """Return one tree of several, each with the frames of its files at their slots."""
    counts = {file: len(images_of(file)) for _, files in trees for file in files}
    usual = next(iter(counts.values()))
    starts, length = [], 0
    for file in slots:
        starts.append(length)
        length += usual if file is None else counts[file]
    at = dict(zip(slots, starts, strict=True))
    places = [
        [at[file] + i for file in files for i in range(counts[file])]
        for _, files in trees
    ]
    branches = [
        Branch({name: t.entry(name) for name in t}, dict(t.attrs)) for t, _ in trees
    ]
    missing = np.ones(length, bool)
    for chosen in places:
        missing[chosen] = False
    merged = _merged(branches, places, length, missing)

    def close() -> None:
        for tree, _ in trees:
            tree.close()

    return Tree(trees[0][0].filename, merged, close=close)


def _merged(
    branches: Sequence[Branch],
    places: Sequence[Sequence[int]],
    length: int,
    missing: Array,
) -> Branch:
    names = dict.fromkeys(name for branch in branches for name in branch.members)
    members: dict[str, Any] = {}
    for name in names:
        having = [
            (branch.members[name], where)
            for branch, where in zip(branches, places, strict=True)
            if name in branch.members
        ]
        first = having[0][0]
        if isinstance(first, Branch):
            inner = [(b, w) for b, w in having if isinstance(b, Branch)]
            members[name] = _merged(
                [b for b, _ in inner], [w for _, w in inner], length, missing
            )
        elif isinstance(first, Leaf):
            leaves = [(leaf, w) for leaf, w in having if isinstance(leaf, Leaf)]
            members[name] = _scattered(leaves, length)
        else:
            members[name] = first
    data = members.get("data")
    if isinstance(data, Leaf) and isinstance(data.values, Scattered) and missing.any():
        members["padded"] = Leaf.of(
            missing, {"long_name": "frames without a file, which hold no measurement"}
        )
    return Branch(members, branches[0].attrs)


def _scattered(leaves: Sequence[tuple[Leaf, Sequence[int]]], length: int) -> Leaf:
    parts = [
        (leaf.values, where)
        for leaf, where in leaves
        if _is_single(leaf.values) or leaf.values.shape[:1] == (len(where),)
    ]
    if not parts or len(parts) < len(leaves):
        return leaves[0][0]
    return Leaf(Scattered.of(parts, length), leaves[0][0].attrs)


@dataclass(frozen=True, slots=True, eq=False)
class Scattered:
    """Arrays whose items along the first axis are those of a longer one.

    Examples
    --------
    >>> from beamio.formats.tree import ArrayValues
    >>> from beamio.formats.tree.values import read_all
    >>> one = ArrayValues(np.array([[1.0, 2.0], [3.0, 4.0]]))
    >>> read_all(Scattered.of([(one, [0, 2])], 3)).tolist()
    [[1.0, 2.0], [nan, nan], [3.0, 4.0]]
    """

    parts: Sequence[Values]
    origin: Mapping[int, tuple[int, int]]
    """For each item that there is, its part and its place there."""
    shape: tuple[int, ...]
    dtype: np.dtype[Any]

    @classmethod
    def of(
        cls, parts: Sequence[tuple[Values, Sequence[int]]], length: int
    ) -> "Scattered":
        """Return the arrays with the place of each of their items."""
        origin = {
            place: (number, i)
            for number, (_, where) in enumerate(parts)
            for i, place in enumerate(where)
        }
        arrays = [values for values, _ in parts]
        axes = zip(*map(_item_shape, arrays), strict=True)
        shape = (length, *(max(lengths) for lengths in axes))
        kinds = [values.dtype for values in arrays]
        is_text = any(kind.kind in "OSU" for kind in kinds)
        dtype = np.dtype(object) if is_text else common_dtype(kinds)
        return cls(arrays, origin, shape, dtype)

    def frame_sources(
        self, frames: range, stack: ExitStack
    ) -> Sequence[Selected] | None:
        """Return where the engine finds frames, or None."""
        found: list[Selected] = []
        for frame in frames:
            if frame not in self.origin:
                return None
            number, place = self.origin[frame]
            values = self.parts[number]
            if values.dtype != self.dtype or _item_shape(values) != self.shape[1:]:
                return None
            pixels = ValuePixels(values, "")
            known = pixels.sources(range(place, place + 1), stack)
            if known is None:
                return None
            found += known
        return found

    def read(
        self,
        selection: Selection,
        *,
        out: Array | None = None,
        threads: int | None = None,
    ) -> Array:
        """Return a part; what is missing is NaN, or the type's outermost value."""
        (start, step, length), *rest = selection.picks
        found = np.full((length, *self.shape[1:]), filler(self.dtype), self.dtype)
        for i in range(length):
            origin = self.origin.get(start + i * step)
            if origin is not None:
                item = _item(self.parts[origin[0]], origin[1], threads)
                place: Any = (i, *(slice(n) for n in np.shape(item)))
                found[place] = item
        inner = Selection(tuple(rest), selection.kept[1:])
        first = slice(None) if selection.kept[0] else 0
        return delivered(found[(first, *slices(inner))], out)


def _is_single(values: Values) -> bool:
    """Tell whether values are one image, without an axis of frames."""
    return isinstance(values, StackValues) and len(values.images) == 1


def _item_shape(values: Values) -> tuple[int, ...]:
    return values.shape if _is_single(values) else values.shape[1:]


def _item(values: Values, place: int, threads: int | None) -> Array:
    if _is_single(values):
        return values.read(whole(values.shape), threads=threads)
    picks = ((place, 1, 1), *whole(values.shape[1:]).picks)
    kept = (False, *(True for _ in values.shape[1:]))
    return values.read(Selection(picks, kept), threads=threads)


def filler(dtype: np.dtype[Any]) -> Any:
    """Return what stands for a value that was not measured.

    Examples
    --------
    >>> filler(np.dtype("u2")), filler(np.dtype("i4")), filler(np.dtype("f4"))
    (65535, -2147483648, nan)
    """
    if dtype.kind == "u":
        return int(np.iinfo(dtype).max)
    if dtype.kind == "i":
        return int(np.iinfo(dtype).min)
    if dtype.kind in "fc":
        return float("nan")
    return "" if dtype.kind in "OSU" else False
