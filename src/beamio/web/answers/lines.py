"""Points of curves."""

import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from beamio.engine import in_order, usable_threads
from beamio.errors import OptionError, TooLargeError
from beamio.model import Array, parse_selection
from beamio.picture.pixels import real
from beamio.picture.source import Part, place_of
from beamio.view.extremes import extreme_places
from beamio.web.answers.answer import Answer, as_array
from beamio.web.answers.reading import Reading
from beamio.web.questions.lines import EXACT, ColumnsAsked, LineAsked, PointsAsked
from beamio.web.questions.question import BYTES

_BLOCK = 1 << 22
"""Points that are read at once, about."""
_ROWS = 5_000_000
"""Lines of a file of text, at most."""
_SAFE = 1 << 53
"""Integers up to this are numbers of a browser."""


@dataclass(frozen=True, slots=True)
class Columns:
    """What is read of a curve: its values, and what has the same length."""

    parts: tuple[tuple[str, Part], ...]
    """By name: "value", "x", "errors"."""

    @property
    def value(self) -> Part:
        """The values."""
        return self.parts[0][1]

    def read(self, piece: slice) -> list[Array]:
        """Return a piece of each column, as real numbers."""
        return [real(part.read(piece)) for _, part in self.parts]


def line(reading: Reading, asked: PointsAsked) -> Answer:
    """Return the points of a curve between two places, or what stands for them.

    The answer has the shape (columns, points), float64: places, values, and where
    they were asked for positions and errors; its facts name the columns.
    """
    with reading.file(asked.file) as file:
        found = _columns(reading, file, asked)
        length = found.value.shape[0]
        start = min(asked.start, length)
        stop = length if asked.stop is None else min(max(asked.stop, start), length)
        is_exact = stop - start <= EXACT
        size = 1 if is_exact else -(-(stop - start) // asked.columns)
        pieces = _pieces(found, start, stop, size)
        rows = [np.concatenate(row) for row in zip(*pieces, strict=True)]
        names = ["place", *(name for name, _ in found.parts)]
        dtype = found.value.dtype.str
    if not rows:
        rows = [np.empty(0, np.int64)] * len(names)
    exact_values = rows[1]
    return as_array(
        np.array([row.astype(np.float64) for row in rows]),
        columns=names,
        start=start,
        stop=stop,
        length=length,
        size=size,
        of=dtype,
        texts=_texts(exact_values),
    )


def columns(reading: Reading, asked: ColumnsAsked) -> Answer:
    """Return a whole curve as a file: CSV with a line of names, or NumPy's."""
    with reading.file(asked.file) as file:
        found = _columns(reading, file, asked)
        length = found.value.shape[0]
        if asked.form == "csv" and length > _ROWS:
            raise TooLargeError(
                f"{asked.path}: {length:,} lines of text are more than are written "
                "at once; save it as .npy",
                place=asked.path,
            )
        named = {name: part.read() for name, part in found.parts}
    if asked.form == "csv":
        label = asked.path.rpartition("/")[2] or "value"
        return Answer(_csv(label, named), "text/csv")
    return Answer(_npy(named), BYTES)


def _columns(reading: Reading, file: Any, asked: LineAsked) -> Columns:
    """Return the columns of a curve, and make sure that they belong together."""
    dataset = _numbers(reading, file, asked.path)
    args = parse_selection(asked.selection) if asked.selection else None
    part = Part.of(dataset, args)
    if len(part.shape) != 1:
        raise OptionError(
            f"{place_of(dataset)}: a curve has one axis, and the shape here is "
            f"{part.shape}; choose a part",
            place=asked.path,
        )
    parts = [("value", part)]
    if asked.x:
        parts.append(("x", _along(part, _numbers(reading, file, asked.x))))
    if asked.errors:
        errors = _numbers(reading, file, asked.errors)
        if errors.shape != dataset.shape:
            raise _unlike(errors, dataset)
        parts.append(("errors", part.like(errors)))
    return Columns(tuple(parts))


def _numbers(reading: Reading, file: Any, path: str) -> Any:
    found = reading.inside(file, path)
    dtype, shape = getattr(found, "dtype", None), getattr(found, "shape", None)
    if dtype is None or shape is None or dtype.kind not in "biufc":
        raise OptionError(f"{path}: is no dataset of numbers", place=path)
    return found


def _along(part: Part, dataset: Any) -> Part:
    """Return the part of the positions that belongs to a part of a dataset.

    They are as long as the axis, or of the shape of the dataset; of edges, which are
    one more, the lower ones are taken.
    """
    if dataset.shape == part.dataset.shape:
        return part.like(dataset)
    (place,) = part.kept
    length = part.dataset.shape[place]
    if len(dataset.shape) != 1 or dataset.shape[0] not in {length, length + 1}:
        raise _unlike(dataset, part.dataset)
    start, step, count = part.selection.picks[place]
    return Part.of(dataset, (slice(start, start + step * count, step),))


def _unlike(one: Any, other: Any) -> OptionError:
    return OptionError(
        f"{place_of(one)}: its shape {one.shape} does not fit the curve's, "
        f"{other.shape}",
        place=place_of(one),
    )


def _pieces(found: Columns, start: int, stop: int, size: int) -> Iterator[list[Array]]:
    """Yield the columns of a curve piece by piece: places first."""
    step = size * max(1, _BLOCK // size)
    slices = (slice(at, min(at + step, stop)) for at in range(start, stop, step))

    def read(piece: slice) -> list[Array]:
        rows = found.read(piece)
        if size == 1:
            return [np.arange(piece.start, piece.stop), *rows]
        places = extreme_places(rows[0], size)
        return [places + piece.start, *(row[places] for row in rows)]

    yield from in_order(read, slices, threads=min(2, usable_threads(None)))


def _texts(values: Array) -> list[str] | None:
    """Return integers that are no numbers of a browser, in words."""
    if values.dtype.kind not in "iu" or values.dtype.itemsize < 8 or not values.size:  # noqa: PLR2004 (64 bits)
        return None
    if int(values.min()) >= -_SAFE and int(values.max()) <= _SAFE:
        return None
    return [str(value) for value in values.tolist()]


def _csv(label: str, named: dict[str, Array]) -> bytes:
    order = [name for name in ("x", "value", "errors") if name in named]
    names = [label if name == "value" else name for name in order]
    head = ",".join('"' + name.replace('"', '""') + '"' for name in ("point", *names))
    texts = [map(str, named[name]) for name in order]
    numbered = map(str, range(named["value"].size))
    lines = map(",".join, zip(numbered, *texts, strict=True))
    return "\n".join((head, *lines, "")).encode()


def _npy(named: dict[str, Array]) -> bytes:
    """Return the bytes of a file of NumPy: the values, or all columns by name."""
    values = named["value"]
    if len(named) > 1:
        kinds = [(name, column.dtype) for name, column in named.items()]
        values = np.empty(values.shape, kinds)
        for name, column in named.items():
            values[name] = column
    file = io.BytesIO()
    np.save(file, values, allow_pickle=False)
    return file.getvalue()
