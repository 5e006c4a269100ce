"""The axes of an NXdata, and whether they fit its signal."""

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any

import numpy as np

from beamio.errors import nearest
from beamio.formats.attributes import texts
from beamio.formats.external import followed
from beamio.view import extent

_MANY = 1000

Problem = tuple[str, str]
"""What is wrong, and what to do."""


def axes_of(group: Any) -> list[str]:
    """Return the name of the axis for each dimension; "." where there is none.

    Examples
    --------
    >>> from beamio.formats.tree import Branch, Tree
    >>> axes_of(Tree("f", Branch.of({}, "NXdata", axes="y:x")))
    ['y', 'x']
    """
    axes = texts(group.attrs.get("axes"))
    return axes[0].split(":") if len(axes) == 1 and ":" in axes[0] else axes


def problems_of_axes(group: Any, shape: tuple[int, ...]) -> Iterator[Problem]:
    """Yield what is wrong with the axes of a signal, and what to do."""
    axes = axes_of(group)
    is_scatter = len(shape) == 1
    if axes and len(axes) != len(shape) and not is_scatter:
        what = (
            f"axes names {len(axes)}, but the signal has {len(shape)} dimensions "
            f"({extent(shape)})"
        )
        yield what, 'name one for each dimension, "." where there is none'
        return
    for number, name in enumerate(axes):
        if name in {".", ""}:
            continue
        axis = followed(group, name)
        if axis is None or not hasattr(axis, "dtype"):
            close = nearest(name, map(str, islice(group, _MANY)))
            what = f"axes names {name!r}, which is not there{close}"
            yield what, "correct the attribute axes"
            continue
        places = _places(group, name, 0 if is_scatter else number)
        if places is None:
            yield f"{name}_indices holds no numbers", f"correct {name}_indices"
        else:
            yield from _of_axis(name, tuple(axis.shape or ()), shape, places)


def _places(group: Any, axis: str, number: int) -> Sequence[int] | None:
    """Return the dimensions that an axis belongs to; None if that can't be told."""
    given = group.attrs.get(f"{axis}_indices")
    if given is None:
        return [number]
    try:
        return [int(each) for each in np.asarray(given).reshape(-1)]
    except (TypeError, ValueError, OverflowError):
        return None


def _of_axis(
    name: str, length: tuple[int, ...], shape: tuple[int, ...], places: Sequence[int]
) -> Iterator[Problem]:
    if any(not 0 <= place < len(shape) for place in places):
        what = f"{name}_indices names a dimension that the signal has not"
        yield what, f"correct {name}_indices: dimensions count from 0"
        return
    wanted = [shape[place] for place in places]
    fits = len(length) == len(wanted) and all(
        have in {want, want + 1} for have, want in zip(length, wanted, strict=True)
    )
    if not (fits or length in {(), (1,)}):
        what = (
            f"the axis {name!r} has the shape {extent(length)}, and the signal is "
            f"{extent(tuple(wanted))} there"
        )
        yield what, "an axis is as long as its dimension, or longer by one"
