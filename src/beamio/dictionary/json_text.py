"""Dictionaries as text in JSON, and back."""

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np

from beamio.dictionary.coding import decode, encode
from beamio.dictionary.plain import plain
from beamio.errors import OptionError
from beamio.view import printable

LARGEST = 10_000
"""Elements of an array that is written without being asked for."""


def to_json(
    tree: Mapping[Any, Any],
    *,
    indent: int | None = None,
    exact: bool = True,
    largest: int | None = LARGEST,
) -> str:
    r"""Return a dictionary as text in JSON.

    Parameters
    ----------
    tree
        What `to_dict` gives, or `from_dict` takes; virtual datasets must be read
        as values.
    indent
        Spaces for each level; all on one line by default.
    exact
        Whether `from_json` shall make the same values of it. What JSON lacks is an
        object then, such as ``{"$type": "tuple", "value": [1, 2]}`` or
        ``{"$type": "array <f4", "value": [1.0, 2.0]}``. If not, it is written as
        near as JSON comes: arrays and tuples as lists, bytes and times as text, what
        is not finite as null.
    largest
        Elements that an array may have; None for as many as there are.

    Raises
    ------
    OptionError
        If a value can't be written, or an array is too large; it names the key.

    Examples
    --------
    >>> to_json({"x": (1, 2.5), "x@units": "mm"})
    '{"x": {"$type": "tuple", "value": [1, 2.5]}, "x@units": "mm"}'
    >>> to_json({"x": (1, float("nan"))}, exact=False)
    '{"x": [1, null]}'
    """
    return _dumped(checked(tree, exact=exact, largest=largest), indent)


def from_json(text: str) -> Any:
    """Return the dictionary that `to_json` has written, or any other text in JSON.

    Raises
    ------
    OptionError
        If it is no JSON, or has a "$type" that is not known.

    Examples
    --------
    >>> from_json('{"x": {"$type": "tuple", "value": [1, 2.5]}, "y": null}')
    {'x': (1, 2.5), 'y': None}
    """
    try:
        return decode(json.loads(text, object_pairs_hook=_object))
    except OptionError:
        raise
    except json.JSONDecodeError as error:
        raise OptionError(
            f"line {error.lineno}, column {error.colno}: this is no JSON ({error.msg})"
        ) from error
    except RecursionError:
        raise OptionError("this JSON is nested too deeply") from None
    except (ValueError, TypeError, KeyError, IndexError, OverflowError) as error:
        raise OptionError(f"a value of this JSON can't be read ({error})") from error


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise OptionError(f"the name {printable(repr(twice))} is given twice")
    return found


def checked(
    value: Any, *, exact: bool, largest: int | None, path: tuple[str, ...] = ()
) -> Any:
    """Return a value as what `json.dumps` takes.

    Raises
    ------
    OptionError
        If there is no such way, or an array is too large; it names the key.
    """
    make = encode if exact else plain
    try:
        return _made(value, make, largest)
    except RecursionError:
        raise OptionError(
            f"{_shown(path)}it is nested too deeply, or holds itself"
        ) from None
    except OptionError as error:
        for key, item in value.items() if isinstance(value, Mapping) else ():
            checked(item, exact=exact, largest=largest, path=(*path, str(key)))
        raise OptionError(f"{_shown(path)}{error}", place="/".join(path)) from error


def _made(value: Any, make: Callable[[Any], Any], largest: int | None) -> Any:
    for array in _arrays(value) if largest is not None else ():
        if largest is not None and array.size > largest:
            raise OptionError(
                f"the array has {array.size:,} elements; "
                "give a larger largest=, or None"
            )
    return make(value)


def _arrays(value: Any) -> Iterator[Any]:
    if isinstance(value, np.ndarray):
        yield value
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from _arrays(item)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _arrays(item)


def _shown(path: tuple[str, ...]) -> str:
    return f"{printable('/'.join(path))}: " if path else ""


def _dumped(value: Any, indent: int | None = None) -> str:
    try:
        return json.dumps(value, indent=indent, allow_nan=False)
    except ValueError as error:  # Python writes no more than some thousand digits
        raise OptionError(f"a number has too many digits ({error})") from error
