"""The lines of a CDL document."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from math import prod
from pathlib import Path
from typing import Any

import numpy as np

from beamio.contents.cdl.attributes import Attribute, attributes
from beamio.contents.cdl.dimensions import is_scale
from beamio.contents.cdl.section import Dimension, Section, Variable
from beamio.contents.cdl.structure import Structure
from beamio.contents.cdl.types import CHARACTERS
from beamio.contents.walk import contents
from beamio.formats.opening import open as open_url
from beamio.model import Array, DataUrl
from beamio.view import printable
from beamio.view.cdl.lines import data_lines
from beamio.view.cdl.names import escaped, owner, quoted, valid_name
from beamio.view.cdl.types import CdlType, Primitive, definition, tokens

_READ = 64 << 20
"""Bytes of values that are read at once, about."""
_WRITTEN = 1 << 16
"""Values that are made text at once."""
_INDENT = "  "
_FILL = "_FillValue"


def cdl_lines(url: str | os.PathLike[str], *, header: bool = False) -> Iterator[str]:
    r"""Yield the lines of a file in CDL, the text form of netCDF, as ``ncdump`` does.

    Parameters
    ----------
    url
        ``file``, ``file::/path`` or ``file::/path[slice]``, of any format.
    header
        Only types, dimensions, variables and attributes, no values.

    Yields
    ------
    str
        A line. ``ncgen -4`` makes a file of them. What CDL has no word for is a
        comment. Values are read piece by piece.

    Raises
    ------
    MissingFileError, UnknownFormatError, DamagedFileError
        If there is no such file, or it can't be opened.
    MissingPathError
        If it holds nothing under the path.
    UnreadableError
        If an object or a value can't be read; the text before it is not complete.

    Examples
    --------
    >>> import h5py
    >>> path = getfixture("tmp_path") / "scan.h5"
    >>> with h5py.File(path, "w") as file:
    ...     file["counts"] = [[1, 2, 3], [4, 5, 6]]
    >>> for line in cdl_lines(path):
    ...     print(line.replace("\t", "  "))
    netcdf scan {
    dimensions:
      phony_dim_0 = 2 ;
      phony_dim_1 = 3 ;
    variables:
      int64 counts(phony_dim_0, phony_dim_1) ;
    data:
    <BLANKLINE>
     counts =
      1, 2, 3,
      4, 5, 6 ;
    }
    """
    with _structure(os.fsdecode(url)) as structure:
        yield f"netcdf {escaped(structure.root.name)} {{"
        yield from _document(structure, header=header)
        yield "}"


@contextmanager
def _structure(url: str) -> Iterator[Structure]:
    parts = DataUrl.parse(url, is_file=os.path.lexists)
    name = valid_name(Path(parts.file).stem)
    with open_url(url) as found:
        if hasattr(found, "shape"):
            structure = Structure(name, parts.file, "", lambda _: found)
            path = (parts.path or "").rstrip("/")
            label = path.rpartition("/")[2] or "data"
            structure.add_object(structure.root, label, path)
        else:
            items = contents(url, recursive=True)
            path = next(items).path
            structure = Structure(name, parts.file, path, found.file.__getitem__)
            structure.add(items)
        structure.finish()
        yield structure


def _document(structure: Structure, *, header: bool) -> Iterator[str]:
    """Yield the groups one after the other, closing those that end."""
    opened: list[Section] = []
    for section in structure.root.downwards():
        while opened and opened[-1].depth >= section.depth:
            yield _closed(opened.pop())
        if section.depth:
            opened.append(section)
            yield ""
            yield f"{_INDENT * (section.depth - 1)}group: {escaped(section.name)} {{"
        margin = _INDENT * section.depth
        for line in _section(structure, section, header=header):
            yield margin + line if line else line
    while opened:
        yield _closed(opened.pop())


def _closed(section: Section) -> str:
    return f"{_INDENT * section.depth}}} // group {escaped(section.name)}"


def _section(structure: Structure, section: Section, *, header: bool) -> Iterator[str]:
    if section.types:
        yield "types:"
    for name, kind in section.types.items():
        made = definition(
            kind, name, lambda each: structure.types.name_of(each, section)
        )
        yield from (_INDENT + line for line in made)
    if section.dimensions:
        yield "dimensions:"
    yield from map(_dimension, section.dimensions.values())
    if section.variables:
        yield "variables:"
    for variable in section.variables:
        yield from _variable(structure, section, variable)
    yield from _global(structure, section)
    yield from (f"// {printable(note)}" for note in section.notes)
    if not header:
        yield from _data(structure, section)


def _dimension(found: Dimension) -> str:
    if found.is_unlimited:
        return f"\t{escaped(found.name)} = UNLIMITED ; // ({found.length} currently)"
    return f"\t{escaped(found.name)} = {found.length} ;"


def _variable(
    structure: Structure, section: Section, variable: Variable
) -> Iterator[str]:
    kind = structure.types.name_of(variable.kind, section)
    listed = ", ".join(variable.dimensions)
    yield f"\t{kind} {escaped(variable.name)}{f'({listed})' if listed else ''} ;"
    found = structure.look(variable.path)
    for attribute in attributes(found, is_scale=is_scale(found)):
        if attribute.name == _FILL and attribute.kind != variable.kind:
            yield f"\t\t// {_FILL} is not of the type of {printable(variable.name)}"
            continue
        yield _attribute(structure, section, variable.name, attribute, found)


def _global(structure: Structure, section: Section) -> Iterator[str]:
    found = structure.look(section.path)
    first = True
    for attribute in attributes(found) if hasattr(found, "items") else ():
        if first:
            yield from ["", f"// {'group' if section.depth else 'global'} attributes:"]
            first = False
        yield _attribute(structure, section, "", attribute, found)


def _attribute(
    structure: Structure, section: Section, name: str, attribute: Attribute, found: Any
) -> str:
    if attribute.kind is None:
        label = f"{name}:{attribute.name}"
        return f"\t\t// {printable(label)} {printable(attribute.problem)}"
    is_plain = isinstance(attribute.kind, Primitive) and attribute.kind.name != "string"
    kind = "" if is_plain else f"{structure.types.name_of(attribute.kind, section)} "
    with structure.reading(f"{found.name}@{attribute.name}"):
        values = ", ".join(attribute.tokens(found))
    before = owner(name) if name else ""
    other = valid_name(attribute.name) != attribute.name
    remark = f" // called {printable(attribute.name)}" if other else ""
    return f"\t\t{kind}{before}:{escaped(attribute.name)} = {values} ;{remark}"


def _data(structure: Structure, section: Section) -> Iterator[str]:
    written = [variable for variable in section.variables if prod(variable.shape)]
    if written:
        yield "data:"
    for variable in written:
        found = structure.look(variable.path)
        name, shape = escaped(variable.name), variable.shape
        yield ""
        if variable.kind == CHARACTERS:
            words = _texts(structure, found, variable)
            yield from data_lines(name, words, shape[:-1], variable.growing)
        else:
            words = _values(structure, found, variable)
            yield from data_lines(name, words, shape, variable.growing)


def _values(structure: Structure, dataset: Any, variable: Variable) -> Iterator[str]:
    """Yield the values of a dataset, read piece by piece."""
    kind = variable.kind
    fill = _fill_of(dataset, kind)
    for box in _boxes(dataset):
        with structure.reading(variable.path):
            values = _elements(dataset, box)
        for start in range(0, len(values), _WRITTEN):
            words = tokens(kind, values[start : start + _WRITTEN])
            if fill:
                words = ["_" if word == fill else word for word in words]
            yield from words


def _texts(structure: Structure, dataset: Any, variable: Variable) -> Iterator[str]:
    """Yield the texts of characters, one for each place on all axes but the last."""
    shape = variable.shape
    chunks = (dataset.chunks or shape)[:-1]
    for box in boxes_of(shape[:-1], chunks, prod(shape[-1:]), _READ):
        with structure.reading(variable.path):
            values = np.asarray(dataset[box], "S1").reshape(-1, *shape[-1:])
        for row in values:
            yield quoted(row.tobytes().rstrip(b"\0"))


def _elements(dataset: Any, box: tuple[slice, ...]) -> Array:
    """Return the values in a part of a dataset, one after the other."""
    values = dataset[box]
    if box:
        flat: Array = np.asarray(values).reshape(-1)
        return flat
    if dataset.dtype.hasobject or dataset.dtype.kind == "V":  # one list is no array
        one = np.empty(1, object)
        one[0] = values
        return one if dataset.dtype.subdtype is None else np.asarray(values).reshape(-1)
    return np.asarray(values).reshape(-1)


def _fill_of(dataset: Any, kind: CdlType) -> str:
    """Return how the value is written that stands for none; empty without one."""
    for attribute in attributes(dataset):
        if attribute.name == _FILL and attribute.kind == kind:
            value = np.asarray(dataset.attrs[_FILL]).reshape(-1)
            return tokens(kind, value)[0]
    return ""


def _boxes(dataset: Any) -> Iterator[tuple[slice, ...]]:
    shape, itemsize = dataset.shape, max(dataset.dtype.itemsize, 1)
    chunks = getattr(dataset, "chunks", None) or (1,) * len(shape)
    return boxes_of(shape, chunks, itemsize, _READ)


def boxes_of(
    shape: tuple[int, ...], chunks: tuple[int, ...], itemsize: int, limit: int
) -> Iterator[tuple[slice, ...]]:
    """Yield parts of a dataset, of whole chunks if it can be, in the order of values.

    Examples
    --------
    >>> [box[0] for box in boxes_of((5, 10), (2, 10), 1, 30)]
    [slice(0, 2, None), slice(2, 4, None), slice(4, 5, None)]
    """
    if not shape:
        yield ()
        return
    each = prod(shape[1:]) * itemsize
    if each > limit and len(shape) > 1:
        for index in range(shape[0]):
            for rest in boxes_of(shape[1:], chunks[1:], itemsize, limit):
                yield slice(index, index + 1), *rest
        return
    step = max(1, limit // each)
    step = max(1, step - step % chunks[0] if step > chunks[0] else step)
    for start in range(0, shape[0], step):
        yield slice(start, min(start + step, shape[0])), *map(slice, shape[1:])
