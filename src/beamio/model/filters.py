"""Compression filters by name."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import inf
from typing import Any, TypeAlias

import numpy as np

from beamio.errors import OptionError, nearest

Rule: TypeAlias = range | float | tuple[str, ...] | type[bool]
"""Which values an option takes: integers, positive numbers below, words, or a truth."""
Value: TypeAlias = int | float | str


@dataclass(frozen=True, slots=True)
class _Filter:
    """What a filter takes."""

    level: range = range(0)
    options: Mapping[str, Rule] = field(default_factory=dict)
    tolerances: tuple[str, ...] = ()
    """The options of which one says how much may be lost, if the filter is lossy."""
    dtypes: str = ""
    """Types of values that come back right, in native byte order; all if empty."""
    lossless_dtypes: str = ""
    """Further types that do with ``reversible``."""
    axes: range = range(33)
    """How many axes of a chunk may be longer than 1."""
    ranks: range = range(1, 33)
    """How many axes a chunk may have."""


_SMALL_INTEGERS = "u1 i1 u2 i2"
_FLOATS = "f4 f8"
_BLOCK = range(0, 1 << 24, 8)
_CODECS = ("blosclz", "lz4", "lz4hc", "zlib", "zstd")
_ABSOLUTE: dict[str, Rule] = {"absolute": inf}
_PSNR: dict[str, Rule] = {"peak_signal_to_noise_ratio": inf}
_ZFP: dict[str, Rule] = {
    "rate": 65.0,
    "precision": range(1, 65),
    "accuracy": inf,
    "reversible": bool,
}

# What a filter does not take here, it was seen to lose, or to crash on.
_FILTERS: Mapping[str, _Filter] = {
    "none": _Filter(),
    "gzip": _Filter(level=range(10)),
    "lzf": _Filter(),
    "lz4": _Filter(options={"nbytes": range(0x7E000001)}),
    "zstd": _Filter(level=range(1, 23)),
    "bitshuffle": _Filter(options={"nelems": _BLOCK}),
    "bitshuffle-lz4": _Filter(options={"nelems": _BLOCK}),
    "bitshuffle-zstd": _Filter(level=range(1, 23), options={"nelems": _BLOCK}),
    "blosc": _Filter(
        level=range(10),
        options={
            "cname": (*_CODECS, "snappy"),
            "shuffle": ("none", "byte", "bit"),
        },
    ),
    "blosc2": _Filter(
        level=range(10),
        options={"cname": _CODECS, "shuffle": ("none", "byte", "bit", "delta")},
    ),
    "bzip2": _Filter(level=range(1, 10)),
    "zfp": _Filter(
        options=_ZFP,
        tolerances=tuple(_ZFP),
        dtypes=_FLOATS,
        lossless_dtypes="i4 i8 u4 u8",
        axes=range(5),
    ),
    "sperr": _Filter(
        options={"rate": 64.0, **_PSNR, **_ABSOLUTE, "swap": bool},
        tolerances=("rate", *_PSNR, *_ABSOLUTE),
        dtypes=_FLOATS,
        axes=range(2, 4),
    ),
    "sz": _Filter(
        options={**_ABSOLUTE, "relative": inf, "pointwise_relative": inf},
        tolerances=("absolute", "relative", "pointwise_relative"),
        dtypes=_FLOATS,
    ),
    "sz3": _Filter(
        options={**_ABSOLUTE, "relative": inf},
        tolerances=("absolute", "relative"),
        dtypes=_FLOATS,
    ),
    "fcidecomp": _Filter(dtypes=_SMALL_INTEGERS, axes=range(3), ranks=range(2, 4)),
    "htj2k": _Filter(dtypes=_SMALL_INTEGERS, axes=range(1, 3)),
}

COMPRESSIONS = tuple(_FILTERS)
"""Every name that is known."""


@dataclass(frozen=True, slots=True)
class Compression:
    """A compression filter: its name, its level if it has one, its other options."""

    name: str = "none"
    level: int | None = None
    options: tuple[tuple[str, Value], ...] = ()
    """Names and values, as in hdf5plugin, but "shuffle" by word."""

    def __post_init__(self) -> None:
        if self.name not in _FILTERS:
            known = nearest(self.name, COMPRESSIONS, limit=len(COMPRESSIONS))
            raise OptionError(f"no compression is called {self.name!r}{known}")
        kind = _FILTERS[self.name]
        if self.level is not None:
            if not kind.level:
                raise OptionError(f"compression {self.name} has no level")
            _check(f"the level of {self.name}", self.level, kind.level)
        for option, value in self.options:
            if option not in kind.options:
                known = nearest(option, kind.options)
                raise OptionError(
                    f"compression {self.name} has no option {option!r}{known}"
                )
            _check(f"{option} of {self.name}", value, kind.options[option])
        given = [option for option, _ in self.options if option in kind.tolerances]
        if kind.tolerances and len(given) != 1:
            raise OptionError(
                f"compression {self.name} loses information: say how much, "
                f"with one of {', '.join(kind.tolerances)}"
            )

    @classmethod
    def parse(
        cls, text: str, options: Mapping[str, Any] | None = None
    ) -> "Compression":
        """Return the filter of a text, as ``NAME:LEVEL`` or ``NAME:KEY=VALUE,...``.

        Parameters
        ----------
        text
            The name, and options if there are any.
        options
            Further options, by name; "level" is one of them.

        Raises
        ------
        OptionError
            If there is no such filter or option, or the value can't be used.

        Examples
        --------
        >>> str(Compression.parse("zstd:5"))
        'zstd:5'
        >>> Compression.parse("blosc2:5,cname=zstd").options
        (('cname', 'zstd'),)
        """
        name, separator, rest = text.strip().lower().partition(":")
        if not separator and not options:
            return cls(name)
        rules = _FILTERS[name].options if name in _FILTERS else {}
        items = rest.split(",") if separator else []
        given: dict[str, Any] = dict(_parsed(item, rules, text) for item in items)
        given.update(options or {})
        level = given.pop("level", None)
        return cls(name, level, tuple(sorted(given.items())))

    @property
    def is_lossy(self) -> bool:
        """Whether values may change."""
        named = {name for name, _ in self.options}
        return bool(named & {*_FILTERS[self.name].tolerances} - {"reversible"})

    @property
    def is_grouped(self) -> bool:
        """Whether a chunk may hold several frames."""
        return 3 in _FILTERS[self.name].axes  # noqa: PLR2004 (frames, rows, columns)

    def check(
        self, dtype: np.dtype[Any], chunks: tuple[int, ...] | None = None
    ) -> None:
        """Make sure that values of `dtype` come back right from chunks of that shape.

        Raises
        ------
        OptionError
            If they would not.
        """
        kind = _FILTERS[self.name]
        wanted = kind.dtypes
        if dict(self.options).get("reversible"):
            wanted += " " + kind.lossless_dtypes
        if wanted.strip() and dtype not in map(np.dtype, wanted.split()):
            names = ", ".join(str(np.dtype(name)) for name in wanted.split())
            raise OptionError(
                f"compression {self.name} is for {names} in native byte order, "
                f"not {dtype}; choose another"
            )
        if chunks is None:
            return
        long = sum(length > 1 for length in chunks)
        if long not in kind.axes or len(chunks) not in kind.ranks:
            raise OptionError(
                f"compression {self.name} is not for chunks of shape {chunks}; give "
                "chunks= of one frame, or choose another"
            )

    def __str__(self) -> str:
        level = () if self.level is None else (str(self.level),)
        items = (*level, *(f"{name}={value}" for name, value in self.options))
        return f"{self.name}:{','.join(items)}" if items else self.name


def _parsed(item: str, rules: Mapping[str, Rule], text: str) -> tuple[str, Value]:
    name, separator, value = item.strip().rpartition("=")
    name = name.strip() if separator else "level"
    rule = range(0) if name == "level" else rules.get(name, ())
    try:
        if isinstance(rule, range):
            return name, int(value)
        if isinstance(rule, float):
            return name, float(value)
        if rule is bool:
            return name, {"true": True, "false": False}[value.strip()]
    except (ValueError, KeyError):
        raise OptionError(
            f"compression {text!r}: the {name} is not {_described(rule)}"
        ) from None
    return name, value.strip()


def _check(what: str, value: object, rule: Rule) -> None:
    good: object
    match rule:
        case range():
            good = isinstance(value, int | np.integer) and value in rule
        case float():
            good = isinstance(value, int | float | np.number) and 0 < value < rule
        case tuple():
            good = value in rule
        case _:
            good = isinstance(value, bool)
    if isinstance(value, bool) != (rule is bool) or not good:
        raise OptionError(f"{what} is {_described(rule)}, not {value!r}")


def _described(rule: Rule) -> str:
    match rule:
        case range():
            step = f", a multiple of {rule.step}" if rule.step > 1 else ""
            return f"{rule[0]} to {rule[-1]}{step}" if rule else "a number"
        case float():
            return "a positive number" + ("" if rule == inf else f" below {rule:g}")
        case tuple():
            return f"one of {', '.join(rule)}"
        case _:
            return "true or false"


NO_COMPRESSION = Compression()
