"""How a picture is wanted."""

from dataclasses import dataclass, fields
from typing import Any

from beamio.engine import usable_threads
from beamio.errors import OptionError, nearest
from beamio.model import Index, parse_selection
from beamio.view.shades import shades

_REDUCED = ("max", "mean")
_PERCENT = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class PictureOptions:
    """Which part of a dataset is drawn, and how."""

    frame: int | None = None
    """Which frame of a stack, or curve of many; from the end if it is negative."""
    slice: tuple[Index, ...] | None = None
    """The part of the dataset that is looked at."""
    log: bool | None = None
    """Whether the logarithm is shown; None as the file says, else not."""
    colormap: str = "gray"
    percentile: tuple[float, float] = (1.0, 99.0)
    """Percentages of the values that are drawn darkest and brightest."""
    range: tuple[float, float] | None = None
    """These values instead."""
    reduce: str = "max"
    """What a pixel is where one stands for many, "max" or "mean"."""
    threads: int | None = None

    def __post_init__(self) -> None:
        low, high = self.percentile
        if not 0 <= low < high <= _PERCENT:
            raise OptionError(
                f"the percentiles {low:g},{high:g} are not two numbers from 0 to 100, "
                "the lower one first"
            )
        if self.range is not None and not self.range[0] < self.range[1]:
            first, last = self.range
            raise OptionError(
                f"the range {first:g},{last:g} is empty; the lower value first"
            )
        if self.reduce not in _REDUCED:
            raise OptionError(f'reduce= is "max" or "mean", not {self.reduce!r}')
        shades(self.colormap)
        usable_threads(self.threads)

    @classmethod
    def of(cls, **options: Any) -> "PictureOptions":
        """Return options from keywords; ranges and slices may be text.

        Examples
        --------
        >>> PictureOptions.of(percentile="2,98", slice="0,:10").percentile
        (2.0, 98.0)
        """
        known = {field.name for field in fields(cls)}
        for name in options:
            if name not in known:
                raise OptionError(f"there is no option {name!r}{nearest(name, known)}")
        for name in ("percentile", "range"):
            if options.get(name) is not None:
                options[name] = _pair(name, options[name])
        if isinstance(options.get("slice"), str):
            options["slice"] = parse_selection(options["slice"].strip("[]"))
        given = options.get("slice")
        if given is not None and not isinstance(given, tuple):
            options["slice"] = (given,)
        return cls(
            **{key: value for key, value in options.items() if value is not None}
        )


def _pair(name: str, value: Any) -> tuple[float, float]:
    parts = value.split(",") if isinstance(value, str) else value
    try:
        low, high = map(float, parts)
    except (TypeError, ValueError):
        raise OptionError(
            f"{value!r} is no {name}; write two numbers, as in 1,99"
        ) from None
    return low, high
