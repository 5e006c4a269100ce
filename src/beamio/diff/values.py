"""Compare arrays of any type: numbers, text, compounds, lists, references."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

import h5py
import numpy as np

from beamio.diff.close import differing
from beamio.diff.options import DiffOptions
from beamio.diff.references import ReferencePair
from beamio.diff.report import ValueDifference
from beamio.diff.tally import Tally
from beamio.engine import in_order
from beamio.model import Array

_BLOCK = 4 << 20
"""Bytes that a thread compares at a time."""


class ArrayComparison:
    """Compares arrays of one shape, part by part.

    Parameters
    ----------
    options
        What counts as a difference.
    references
        Tells whether references lead to the same.
    threads
        How many to use.
    """

    def __init__(
        self, options: DiffOptions, references: ReferencePair, *, threads: int = 1
    ) -> None:
        self._options = options
        self._references = references
        self._threads = threads
        self._tallies: dict[str, Tally] = {}
        self._inside: dict[str, int] = {}
        """Numbers that each element of a field holds."""

    def add(self, a: Array, b: Array, corner: tuple[int, ...] = ()) -> None:
        """Compare a part whose first element is at `corner`; at the origin if empty."""
        for name, one, other in _leaves(a, b):
            tally = self._tallies.setdefault(name, Tally())
            self._inside[name] = one.size // max(a.size, 1)
            if one.dtype.hasobject or other.dtype.hasobject:
                tally.add(one, other, self._unlike_objects(one, other), corner)
            elif one.dtype.names is None and one.flags.c_contiguous:
                self._add_large(tally, one, other, corner)
            else:
                wrong = differing(one, other, self._options)
                tally.add(one, other, wrong, corner)

    def differences(self, total: int) -> list[ValueDifference]:
        """Return what differs among so many elements, for each field of a compound."""
        found = [
            tally.result(total * self._inside[name], name)
            for name, tally in self._tallies.items()
            if tally.count
        ]
        return list(map(self._with_words, found))

    def _with_words(self, values: ValueDifference) -> ValueDifference:
        """Return a difference whose references, if it has such, say where they lead."""
        sides = values.a, values.b
        if not any(isinstance(each, h5py.h5r.Reference) for each in sides):
            return values
        a, b = (self._references.words(each, side) for side, each in enumerate(sides))
        return replace(values, a=a, b=b)

    def _add_large(
        self, tally: Tally, a: Array, b: Array, corner: tuple[int, ...]
    ) -> None:
        """Compare numbers in threads, first as bytes, which is several times faster."""
        one, other = a.reshape(-1), np.ascontiguousarray(b).reshape(-1)
        step = max(1, _BLOCK // max(1, one.itemsize))
        options = self._options
        bitwise = _same_bytes_are_same_values(one, other, options)

        def compare(first: int) -> Array | None:
            parts = one[first : first + step], other[first : first + step]
            if bitwise and _same_bytes(*parts):
                return None
            return differing(*parts, options)

        starts = range(0, one.size, step)
        threads = min(self._threads, len(starts)) or 1
        found = list(in_order(compare, starts, threads=threads))
        if not any(wrong is not None and wrong.any() for wrong in found):
            return
        lengths = (min(step, one.size - first) for first in starts)
        whole = np.concatenate(
            [
                np.zeros(length, bool) if wrong is None else wrong
                for wrong, length in zip(found, lengths, strict=True)
            ]
        )
        tally.add(a, b, whole.reshape(a.shape), corner)

    def _unlike_objects(self, a: Array, b: Array) -> Array:
        same = self._same_object(a.dtype if a.dtype.hasobject else b.dtype)
        pairs = map(same, a.flat, b.flat)
        wrong = np.fromiter((not each for each in pairs), bool, a.size)
        return wrong.reshape(a.shape)

    def _same_object(self, dtype: np.dtype[Any]) -> Callable[[Any, Any], bool]:
        if h5py.check_ref_dtype(dtype) is not None:
            return self._references.is_same
        base = h5py.check_vlen_dtype(dtype)
        if isinstance(base, np.dtype):
            return partial(self._same_list, base)
        return _same_text

    def _same_list(self, base: np.dtype[Any], a: Any, b: Any) -> bool:
        one, other = (np.asarray([] if each is None else each) for each in (a, b))
        if one.shape != other.shape:
            return False
        if base.hasobject:
            inside = ArrayComparison(self._options, self._references)
            inside.add(one.astype(base), other.astype(base))
            return not inside.differences(one.size)
        return not differing(one, other, self._options).any()


def common_fields(a: np.dtype[Any], b: np.dtype[Any]) -> Sequence[str]:
    """Return the fields that two compounds have both."""
    return [name for name in a.names or () if name in (b.names or ())]


def _leaves(a: Array, b: Array, above: str = "") -> Iterator[tuple[str, Array, Array]]:
    """Yield the arrays of each field, on all levels; the whole of what has none."""
    if a.dtype.names is None or b.dtype.names is None:
        yield above, a, b
        return
    for name in common_fields(a.dtype, b.dtype):
        yield from _leaves(a[name], b[name], f"{above}.{name}" if above else name)


def _same_text(a: Any, b: Any) -> bool:
    return bool(_as_bytes(a) == _as_bytes(b))


def _as_bytes(text: Any) -> Any:
    if isinstance(text, str):
        return text.encode("utf-8", "surrogateescape")
    return text or b""


def _same_bytes_are_same_values(a: Array, b: Array, options: DiffOptions) -> bool:
    return a.dtype == b.dtype and (options.equal_nan or a.dtype.kind not in "fc")


def _same_bytes(a: Array, b: Array) -> bool:
    """Tell whether arrays in one row hold the same bits."""
    one, other = a.view(np.uint8), b.view(np.uint8)
    if one.size % 8 == 0:
        one, other = one.view(np.uint64), other.view(np.uint64)
    return bool((one == other).all())
