"""Datasets and groups to files of arrays, tables and values."""

from collections.abc import Sequence
from math import prod
from pathlib import Path
from typing import Any

import numpy as np

from beamio.convert.writers.cast import Cast
from beamio.convert.writers.choice import arrays_below, holds, parts_of, tables_below
from beamio.convert.writers.naming import Target
from beamio.convert.writers.npy import npy_type, write_npy
from beamio.convert.writers.options import FileOptions
from beamio.convert.writers.parts import Part, is_group, place_of
from beamio.convert.writers.report import Log
from beamio.convert.writers.table import TableColumns, write_table
from beamio.dictionary import from_json, to_dict, to_json
from beamio.engine import check_space, completed_file
from beamio.errors import BeamioError, OptionError, OutputError

_VALUES = 1_000_000
"""Values of a dataset that are written as text in one piece."""


def write_arrays(source: Any, target: Target, options: FileOptions, log: Log) -> None:
    """Write each dataset into an npy file."""
    found = arrays_below(source, log.failures) if is_group(source) else [("", source)]
    parts = parts_of(found, options.selection)
    of_group = holds(source, parts)
    casts, parts = _array_casts(parts, options, log)
    names = _names_of(parts, target, of_group=of_group)
    if not log.check(names):
        return
    for i, (part, cast, name) in enumerate(zip(parts, casts, names, strict=True)):
        check_space(name, prod(part.shape) * cast.width)
        with completed_file(name, overwrite=options.overwrite) as hidden:
            log.nbytes += write_npy(
                hidden, part, cast, verify=options.verify, place=name
            )
        log.files.append(name)
        log.progress("writing", i + 1, len(parts), log.nbytes)


def _array_casts(
    parts: list[Part], options: FileOptions, log: Log
) -> tuple[list[Cast], list[Part]]:
    """Return how datasets are written, and which: of many, those that can be."""
    casts, kept = [], []
    for part in parts:
        try:
            casts.append(_array_cast(part, options))
        except OptionError as error:
            if len(parts) == 1:
                raise
            log.failures.append((part.place, str(error)))
        else:
            kept.append(part)
    log.datasets = len(kept)
    return casts, kept


def _array_cast(part: Part, options: FileOptions) -> Cast:
    before = npy_type(part.dtype, part.place)
    after = before if options.dtype is None else options.dtype
    if after != before and before.kind not in "biufc":
        raise OptionError(
            f"{part.place}: {before} can't be written as {after}; leave out --dtype",
            place=part.place,
        )
    return Cast(before, after, options.unsafe_cast)


def _names_of(parts: Sequence[Part], target: Target, *, of_group: bool) -> list[str]:
    """Return the names of files that hold one dataset each."""
    is_asked_for = target.is_pattern or (target.is_folder and of_group)
    if len(parts) == 1 and not is_asked_for:
        return [target.name]
    names = target.called([part.name for part in parts], of_group=of_group)
    return target.names(len(parts), names)


def write_tables(
    source: Any, target: Target, delimiter: str, options: FileOptions, log: Log
) -> None:
    """Write datasets as columns, side by side or, for a pattern, in a file each."""
    found = tables_below(source, log.failures) if is_group(source) else [("", source)]
    parts = parts_of(found, options.selection)
    log.datasets = len(parts)
    columns = [TableColumns.of(part, _table_cast(part, options)) for part in parts]
    tables = [[one] for one in columns] if target.is_pattern else [columns]
    names = [target.name]
    if target.is_pattern:
        names = _names_of(parts, target, of_group=holds(source, parts))
    if not log.check(names):
        return
    for i, (table, name) in enumerate(zip(tables, names, strict=True)):
        with completed_file(name, overwrite=options.overwrite) as hidden:
            write_table(
                hidden, table, delimiter=delimiter, verify=options.verify, place=name
            )
            log.nbytes += Path(hidden).stat().st_size
        log.files.append(name)
        log.progress("writing", i + 1, len(tables), log.nbytes)


def _table_cast(part: Part, options: FileOptions) -> Cast:
    is_number = part.dtype.kind in "biufc"
    after = options.dtype if options.dtype is not None and is_number else part.dtype
    return Cast(part.dtype, after, options.unsafe_cast)


def write_json(source: Any, target: Target, options: FileOptions, log: Log) -> None:
    """Write a group or a dataset as text that `from_json` reads.

    Raises
    ------
    OptionError
        If it is too large for that.
    """
    name = target.names(1, [target.stem])[0] if target.is_pattern else target.name
    if not log.check([name]):
        return
    text = to_json(_tree(source, options, log), largest=None)
    if options.verify and not _reads_back(text):
        raise OutputError(f"{name}: does not read back the same; it was not kept")
    data = text.encode()
    with completed_file(name, overwrite=options.overwrite) as hidden:
        Path(hidden).write_bytes(data + b"\n")
    log.nbytes += len(data)
    log.files.append(name)
    log.progress("writing", 1, 1, log.nbytes)


def _tree(source: Any, options: FileOptions, log: Log) -> dict[Any, Any]:
    if is_group(source):
        if options.selection is not None:
            raise OptionError(
                f"{place_of(source)}: is a group, and JSON holds all of it; name a "
                "dataset for --slice",
                place=place_of(source),
            )

        def look(_: str, item: Any) -> None:
            if not is_group(item):
                _check(item)
                log.datasets += 1

        source.visititems(look)
        return to_dict(source, virtual="values")
    part = Part.of(source, options.selection)
    _check(part)
    log.datasets = 1
    values = np.asarray(source[() if options.selection is None else options.selection])
    tree: dict[Any, Any] = to_dict(_alone(part, values))
    return tree


def _alone(part: Part, values: Any) -> Any:
    """Return a group that holds only a part of a dataset, with its attributes."""
    from beamio.formats.tree import Branch, Leaf, Tree

    leaf = Leaf.of(values, dict(part.dataset.attrs))
    return Tree(part.dataset.file.filename, Branch({part.name: leaf}))


def _check(item: Any) -> None:
    """Raise `OptionError` if a dataset has more values than text should."""
    size = int(np.prod(item.shape or (), dtype=np.int64))
    if size > _VALUES:
        place = item.place if isinstance(item, Part) else place_of(item)
        raise OptionError(
            f"{place}: has {size:,} values, which are too many for JSON; npy and HDF5 "
            "can hold them, or choose a part with --slice",
            place=place,
        )


def _reads_back(text: str) -> bool:
    try:
        return to_json(from_json(text), largest=None) == text
    except BeamioError:
        return False
