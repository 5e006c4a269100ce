"""Write B - A: into HDF5, into an array of NumPy, as a picture."""

import os
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

from beamio.diff.options import DiffOptions
from beamio.diff.report import Difference, DiffReport
from beamio.diff.sides import Side
from beamio.engine import check_output, completed_file
from beamio.errors import NotAnImageError, OptionError
from beamio.formats.hdf5 import new_file
from beamio.model import Array, Compression, DataUrl, chunk_shape
from beamio.repack.values import Box, Grid, slab_shape

_SLAB = 32 << 20
"""Bytes of the differences that are written at a time."""
_PICTURES = 4
"""Datasets that are drawn."""
_IMAGE = 2
"""Axes of an image."""

Sides = tuple[Side, Side]


def check_difference_file(
    output: str | Path, *, overwrite: bool, inputs: Iterable[Any]
) -> None:
    """Make sure, before anything is compared, that a file may be written.

    Raises
    ------
    OptionError
        If its name has none of the suffixes that are known.
    OutputError
        If it exists, or its folder can't be written to.
    """
    _writer(output)
    files = [DataUrl.parse(os.fsdecode(each)).file for each in inputs]
    there = [file for file in files if Path(file).is_file()]
    check_output(output, overwrite=overwrite, inputs=there)


def write_difference(
    report: DiffReport,
    sides: Sides,
    output: str | Path,
    *,
    overwrite: bool,
    options: DiffOptions,
) -> None:
    """Write B - A of the datasets whose numbers differ; nothing if none do.

    Raises
    ------
    OptionError
        If there are several and the file holds one.
    NotAnImageError
        If none is an image, and a picture is asked for.
    OutputError
        If the file can't be written.
    """
    found = _numeric(report, sides)
    if report.datasets and not found:
        raise NotAnImageError(
            f"{output}: was not written, since what differs are no numbers"
        )
    if found:
        _writer(output)(found, sides, Path(output), options, overwrite=overwrite)


Writer = Callable[..., None]


def _writer(output: str | Path) -> Writer:
    writers: dict[str, Writer] = {
        ".h5": _write_hdf5,
        ".hdf5": _write_hdf5,
        ".npy": _write_npy,
        ".png": _write_png,
    }
    suffix = Path(output).suffix.lower()
    if suffix not in writers:
        raise OptionError(
            f"{output}: differences are written as .h5, .npy or .png, "
            f"not as {suffix or 'a file without a suffix'}"
        )
    return writers[suffix]


def _numeric(report: DiffReport, sides: Sides) -> dict[str, Difference]:
    """Return the datasets of numbers that differ, by path."""
    found = {}
    for each in report.datasets:
        items = [side.open(each.path) for side in sides]
        if all(item.dtype.kind in "biufc" for item in items):
            found[each.path] = each
    return found


def _difference_type(a: np.dtype[Any], b: np.dtype[Any]) -> np.dtype[Any]:
    """Return the type of B - A; 64-bit integers become floats, which don't overflow.

    Examples
    --------
    >>> pairs = [tuple(map(np.dtype, pair)) for pair in ("BB", "HI", "qq", "ff")]
    >>> [str(_difference_type(a, b)) for a, b in pairs]
    ['int16', 'int64', 'float64', 'float32']
    """
    common = np.result_type(a, b).newbyteorder("=")
    if common.kind == "b":
        return np.dtype(np.int8)
    if common.kind in "iu":
        wider = 2 * common.itemsize
        return np.dtype(f"i{wider}" if wider <= 8 else np.float64)  # noqa: PLR2004 (bytes)
    return common


def _parts(a: Any, b: Any, threads: int | None) -> Iterator[tuple[Box, Array]]:
    """Yield B - A part by part."""
    shape, dtype = tuple(a.shape), _difference_type(a.dtype, b.dtype)
    if not shape:
        yield (), np.subtract(b[()], a[()], dtype=dtype)
        return
    unit = getattr(a, "chunks", None) or (1,) * len(shape)
    slab = slab_shape(shape, unit, getattr(b, "chunks", None), dtype.itemsize, _SLAB)
    for box in Grid(shape, slab).boxes():
        one, other = (each.read(box, threads=threads) for each in (a, b))
        with np.errstate(all="ignore"):
            wide = np.asarray(other).astype(dtype), np.asarray(one).astype(dtype)
            yield box, wide[0] - wide[1]


def _write_hdf5(
    found: dict[str, Difference],
    sides: Sides,
    output: Path,
    options: DiffOptions,
    *,
    overwrite: bool,
) -> None:
    with new_file(output, overwrite=overwrite) as file:
        for path in found:
            a, b = (side.open(path) for side in sides)
            dtype = _difference_type(a.dtype, b.dtype)
            name = path.strip("/") or "difference"
            facts: dict[str, Any] = {}
            if a.shape:
                facts["chunks"] = chunk_shape(a.shape, dtype.itemsize)
                facts.update(_filter(dtype))
            made = file.create_dataset(name, a.shape, dtype, **facts)
            for box, values in _parts(a, b, options.threads):
                made[box] = values
            made.attrs["long_name"] = "B - A"


def _filter(dtype: np.dtype[Any]) -> dict[str, Any]:
    if dtype.kind == "c":
        return {}
    from beamio.formats.hdf5 import creation_options

    return dict(creation_options(Compression("bitshuffle-lz4")))


def _write_npy(
    found: dict[str, Difference],
    sides: Sides,
    output: Path,
    options: DiffOptions,
    *,
    overwrite: bool,
) -> None:
    if len(found) > 1:
        names = ", ".join(list(found)[:3])
        raise OptionError(
            f"{output}: holds one array, and {len(found)} datasets differ ({names}"
            f"{', ...' if len(found) > 3 else ''}); name one, or write .h5"  # noqa: PLR2004 (as above)
        )
    a, b = (side.open(next(iter(found))) for side in sides)
    dtype = _difference_type(a.dtype, b.dtype)
    with completed_file(output, overwrite=overwrite) as part:
        array = np.lib.format.open_memmap(part, "w+", dtype, a.shape)
        for box, values in _parts(a, b, options.threads):
            array[box] = values
        array.flush()


def _write_png(
    found: dict[str, Difference],
    sides: Sides,
    output: Path,
    options: DiffOptions,  # noqa: ARG001 (as the other writers)
    *,
    overwrite: bool,
) -> None:
    from beamio.view.image import Panel, contrast, draw_panels

    rows: list[list[Panel]] = []
    for path, difference in found.items():
        images = _images(path, difference, sides)
        if images is None or len(rows) == _PICTURES:
            continue
        title, one, other = images
        gap = other - one
        limits = contrast(np.stack([one, other]))
        far = max(abs(gap[np.isfinite(gap)]).max(initial=0), 1e-300)
        rows.append(
            [
                Panel(f"A: {title}", one, limits=limits),
                Panel(f"B: {title}", other, limits=limits),
                Panel("B - A", gap, limits=(-far, far)),
            ]
        )
    if not rows:
        raise NotAnImageError(
            f"{output}: was not written, since no dataset that differs is an image; "
            "write .h5 or .npy"
        )
    with completed_file(output, overwrite=overwrite) as part:
        draw_panels(rows, part)


def _images(
    path: str, difference: Difference, sides: Sides
) -> tuple[str, Array, Array] | None:
    """Return the images in which the largest difference is."""
    values = difference.values
    items = [side.open(path) for side in sides]
    shape = items[0].shape
    if values is None or len(shape) < _IMAGE or min(shape[-_IMAGE:]) < _IMAGE:
        return None
    if any(item.dtype.kind not in "biuf" for item in items):
        return None
    frame = values.where[:-_IMAGE]
    one, other = (np.asarray(item[frame]).astype(np.float64) for item in items)
    return f"{path}[{','.join(map(str, frame))}]" if frame else path, one, other
