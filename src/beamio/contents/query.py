"""What is looked for in files, and whether an object is it."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields
from fnmatch import fnmatchcase
from typing import Any

import h5py
import numpy as np

from beamio.contents.patterns import shape_test, type_test
from beamio.contents.where import Condition, NotComparableError
from beamio.errors import OptionError
from beamio.formats.tree import TreeDataset
from beamio.model import Item, Kind
from beamio.view import size

_LARGEST = 1 << 28
"""Bytes of a dataset that is read to be compared, at most."""

Test = Callable[[Item], bool]


class NotReadError(Exception):
    """A value was not read; the text says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """What an object must be; all that is given must hold.

    Raises
    ------
    OptionError
        If nothing is given, or something can't be understood.
    """

    name: str | None = None
    """Pattern of its name, as a shell has them; of its path if there is a slash."""
    regex: str | None = None
    """Regular expression that is found in its path."""
    attribute: str | None = None
    """Pattern of an attribute's name, or ``name=value``, with a pattern or a number."""
    nx_class: str | None = None
    """Pattern of its NeXus class."""
    dtype: str | None = None
    """A type, as of `type_test`."""
    shape: str | None = None
    """A shape, as of `shape_test`."""
    where: str | None = None
    """A condition on values in a group, as of `Condition`."""
    text: str | None = None
    """Text in its values or its attributes; small letters and capitals are the same."""

    def __post_init__(self) -> None:
        if all(getattr(self, field.name) is None for field in fields(self)):
            raise OptionError("say what to look for: a name, a class, a shape ...")

    @property
    def needs_object(self) -> bool:
        """Whether the object itself must be looked at, beside what a listing says."""
        return any(each is not None for each in (self.attribute, self.where, self.text))


def listing_test(query: Query) -> Test:
    """Return what tells whether an item may be what is looked for.

    Raises
    ------
    OptionError
        If the query can't be understood.
    """
    tests = list(_listing_tests(query))
    return lambda item: all(test(item) for test in tests)


def _listing_tests(query: Query) -> Iterator[Test]:
    if query.name is not None:
        pattern, of_path = query.name, "/" in query.name
        yield lambda item: fnmatchcase(item.path if of_path else item.name, pattern)
    if query.regex is not None:
        try:
            expression = re.compile(query.regex)
        except re.error as error:
            raise OptionError(
                f"{query.regex!r} is no regular expression: {error}"
            ) from None
        yield lambda item: expression.search(item.path) is not None
    if query.nx_class is not None:
        wanted = query.nx_class
        yield lambda item: bool(item.nx_class) and fnmatchcase(item.nx_class, wanted)
    if query.dtype is not None:
        of_type = type_test(query.dtype)
        yield lambda item: item.type is not None and of_type(item.type)
    if query.shape is not None:
        of_shape = shape_test(query.shape)
        yield lambda item: item.shape is not None and of_shape(item.shape)
    if query.where is not None:
        yield lambda item: item.kind is Kind.GROUP and not item.same_as


def object_test(query: Query) -> Callable[[Any], bool]:
    """Return what tells whether an open object is what is looked for.

    What it returns raises `NotReadError` where that can't be told.
    """
    tests = list(_object_tests(query))
    return lambda found: all(test(found) for test in tests)


def _object_tests(query: Query) -> Iterator[Callable[[Any], bool]]:
    if query.attribute is not None:
        name, separator, value = query.attribute.partition("=")
        wanted = value.strip() if separator else None
        yield lambda found: _has_attribute(found, name.strip(), wanted)
    if query.text is not None:
        text = query.text.casefold()
        yield lambda found: any(text in each.casefold() for each in _texts(found))
    if query.where is not None:
        condition = Condition.parse(query.where)
        yield lambda found: _holds(condition, found)


def _has_attribute(found: Any, name: str, wanted: str | None) -> bool:
    for each in found.attrs:
        if not fnmatchcase(each, name):
            continue
        if wanted is None or any(_is(text, wanted) for text in _attribute(found, each)):
            return True
    return False


def _is(text: str, wanted: str) -> bool:
    if fnmatchcase(text, wanted):
        return True
    try:
        return float(text) == float(wanted)
    except ValueError:
        return False


def _attribute(found: Any, name: str) -> list[str]:
    """Return the values of an attribute as text; none if it can't be read."""
    try:
        value = found.attrs[name]
    except (KeyError, OSError, RuntimeError, ValueError, TypeError):
        return []
    return [_decoded(each) for each in np.asarray(value, object).reshape(-1)]


def _texts(found: Any) -> Iterator[str]:
    for name in found.attrs:
        yield from _attribute(found, name)
    if not hasattr(found, "dtype") or not hasattr(found, "shape"):
        return
    if found.shape is not None and _is_text(found):
        yield from (_decoded(each) for each in np.asarray(_read(found)).reshape(-1))


def _is_text(dataset: Any) -> bool:
    dtype = dataset.dtype
    return (
        h5py.check_string_dtype(dtype) is not None
        or dtype.kind in "SU"
        or (isinstance(dataset, TreeDataset) and dtype.kind == "O")
    )


def _read(dataset: Any) -> Any:
    if dataset.nbytes > _LARGEST:
        raise NotReadError(f"has {size(dataset.nbytes)}, too much to compare")
    try:
        return dataset[()]
    except (KeyError, RuntimeError, ValueError, TypeError) as error:
        raise NotReadError(str(error)) from error


def _decoded(value: object) -> str:
    if isinstance(value, bytes):
        return value.decode("utf-8", "surrogateescape")
    return str(value)


def _holds(condition: Condition, group: Any) -> bool:
    datasets = {}
    for path in condition.names:
        dataset = group.get(path)
        if getattr(dataset, "shape", None) is None:
            return False
        datasets[path] = dataset

    def lookup(path: str) -> Any:
        value = _read(datasets[path])
        if _is_text(datasets[path]):
            value = np.array([_decoded(each) for each in np.asarray(value).reshape(-1)])
        value = np.asarray(value)
        return value.reshape(-1)[0] if value.size == 1 else value

    try:
        return condition.holds(lookup)
    except NotComparableError as error:
        raise NotReadError(f"the condition can't be told: {error}") from error
