"""Types of CDL, how they are defined, and how their values are written."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np

from beamio.model import Array
from beamio.view.cdl.names import escaped, quoted

_SUFFIXES = {
    "byte": "b",
    "ubyte": "UB",
    "short": "s",
    "ushort": "US",
    "int": "",
    "uint": "U",
    "int64": "LL",
    "uint64": "ULL",
}
_DIGITS = {"float": 7, "double": 15}
"""Digits that every number of a type has, and that ``ncdump`` writes."""


@dataclass(frozen=True, slots=True)
class Primitive:
    """A number or a text."""

    name: str
    """"byte", "ushort", "double", "string" and so on; "char" for the one text of an
    attribute."""


@dataclass(frozen=True, slots=True)
class Enum:
    """Whole numbers that have names."""

    base: Primitive
    members: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Compound:
    """Several values in one, each with its name, type and shape."""

    fields: tuple[tuple[str, "CdlType", tuple[int, ...]], ...]


@dataclass(frozen=True, slots=True)
class Vlen:
    """A list of any length."""

    base: "CdlType"


@dataclass(frozen=True, slots=True)
class Opaque:
    """Bytes that nothing is known of."""

    size: int


CdlType: TypeAlias = Primitive | Enum | Compound | Vlen | Opaque
Names: TypeAlias = Callable[[CdlType], str]
"""What a type is called where it is used."""


def definition(kind: CdlType, name: str, name_of: Names) -> list[str]:
    """Return the lines that define a type, without their indentation.

    Examples
    --------
    >>> state = Enum(Primitive("ubyte"), (("OFF", 0), ("ON", 1)))
    >>> definition(state, "state", str)
    ['ubyte enum state {OFF = 0, ON = 1} ;']
    """
    shown = escaped(name)
    match kind:
        case Enum(base, members):
            listed = ", ".join(f"{escaped(each)} = {value}" for each, value in members)
            return [f"{base.name} enum {shown} {{{listed}}} ;"]
        case Opaque(size):
            return [f"opaque({size}) {shown} ;"]
        case Vlen(base):
            return [f"{name_of(base)}(*) {shown} ;"]
        case Compound(fields):
            lines = [
                f"  {name_of(each)} {escaped(label)}{_shape(shape)} ;"
                for label, each, shape in fields
            ]
            return [f"compound {shown} {{", *lines, f"}}; // {shown}"]
    raise TypeError(f"{kind} needs no definition")


def _shape(shape: tuple[int, ...]) -> str:
    return f"({', '.join(map(str, shape))})" if shape else ""


def tokens(kind: CdlType, values: Any, *, typed: bool = False) -> list[str]:
    """Return values one by one, as CDL writes them.

    Parameters
    ----------
    values
        An array; of lists, an array of arrays.
    typed
        Let numbers tell their type, as attributes do.

    Examples
    --------
    >>> tokens(Primitive("double"), np.array([0.1, 2, np.nan]))
    ['0.1', '2', 'NaN']
    >>> tokens(Primitive("float"), np.float32([1, -np.inf]), typed=True)
    ['1.f', '-Infinityf']
    >>> tokens(Vlen(Primitive("ushort")), [[1, 2], []], typed=True)
    ['{1US, 2US}', '{}']
    """
    if isinstance(kind, Primitive):
        if kind.name in {"string", "char"}:
            return [quoted(value) for value in _flat(values)]
        if kind.name in _DIGITS:
            return _reals(kind.name, np.asarray(values).reshape(-1), typed=typed)
        suffix = _SUFFIXES[kind.name] if typed else ""
        numbers = np.asarray(values).reshape(-1).tolist()
        return (
            [f"{value}{suffix}" for value in numbers]
            if suffix
            else [*map(str, numbers)]
        )
    return [_composed(kind, value, typed=typed) for value in _flat(values)]


def _flat(values: Any) -> Sequence[Any]:
    if not isinstance(values, np.ndarray):
        return list(values)
    return list(values.reshape(-1))


def _composed(kind: CdlType, value: Any, *, typed: bool) -> str:
    match kind:
        case Enum(base, members):
            number = int(value)
            names = [escaped(name) for name, known in members if known == number]
            return names[0] if names else tokens(base, [number], typed=typed)[0]
        case Opaque():
            return f"0X{bytes(value).hex().upper()}"
        case Vlen(base):
            return f"{{{', '.join(tokens(base, value, typed=typed))}}}"
        case Compound(fields):
            parts = [value.real, value.imag] if np.iscomplexobj(value) else value
            return f"{{{', '.join(_fields(fields, parts, typed=typed))}}}"
    raise TypeError(f"{kind} is not composed")


def _fields(fields: Sequence[Any], parts: Any, *, typed: bool) -> list[str]:
    found = []
    for (_, kind, shape), part in zip(fields, parts, strict=True):
        if shape:
            found.append(f"{{{', '.join(tokens(kind, part, typed=typed))}}}")
        else:
            found += tokens(kind, [part], typed=typed)
    return found


def _reals(name: str, values: Array, *, typed: bool) -> list[str]:
    """Return numbers with the digits of ``ncdump``, and more where those lose any."""
    values = values.astype(np.float32 if name == "float" else np.float64, copy=False)
    digits, tail = _DIGITS[name], "f" if name == "float" else ""
    numbers = values.tolist()
    texts = [f"{number:.{digits}g}" for number in numbers]
    for i in np.flatnonzero(np.array(texts, np.float64).astype(values.dtype) != values):
        texts[i] = f"{numbers[i]:.{digits + 2}g}"
    if typed:
        texts = [text if set(text) & set(".en") else f"{text}." for text in texts]
        texts = [f"{text}{tail}" for text in texts]
    for i in np.flatnonzero(~np.isfinite(values)):
        sign = "-" if numbers[i] < 0 else ""
        word = "NaN" if np.isnan(numbers[i]) else "Infinity"
        texts[i] = f"{sign}{word}{tail}"
    return texts
