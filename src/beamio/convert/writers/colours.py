"""Values as shades of grey or colours."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from beamio.convert.writers.options import FileOptions
from beamio.convert.writers.pictures import Picture
from beamio.engine import in_order, usable_threads
from beamio.errors import OptionError, nearest
from beamio.model import Array

_SAMPLED = 16
"""Images of a series whose percentiles are taken."""
_PIXELS = 1 << 17
"""Pixels of such an image that are looked at, at most."""
_SHORT = 2
"""Bytes of integers whose shades are worked out once for all."""


@dataclass(frozen=True, slots=True)
class Colours:
    """A way to show values.

    Examples
    --------
    >>> colours = Colours(0.0, 10.0, bits=8)
    >>> colours.shown(np.array([[0.0, 5.0, 20.0]])).tolist()
    [[[0], [128], [255]]]
    >>> colours.shown(np.array([[np.nan, 10.0]])).tolist()
    [[[0, 0], [255, 255]]]
    """

    low: float
    """The value that is black, or first in the colour map; lesser ones too."""
    high: float
    log: bool = False
    bits: int = 8
    table: Array | None = None
    """The colour map, shape (shades, 3), uint8; None for grey."""

    @property
    def white(self) -> int:
        """The largest value of a channel."""
        return int((1 << self.bits) - 1)

    def shown(self, pixels: Array) -> Array:
        """Return channels, shape (rows, columns, 1 to 4); NaN is transparent."""
        if pixels.dtype.kind in "bu" and pixels.dtype.itemsize <= _SHORT:
            all_values = np.arange(1 << (8 * pixels.dtype.itemsize))
            index = pixels.astype(np.uint8) if pixels.dtype.kind == "b" else pixels
            coloured: Array = self._coloured(all_values)[index]
            return coloured
        channels = self._coloured(pixels)
        missing = np.isnan(pixels) if pixels.dtype.kind == "f" else np.zeros(0, bool)
        if not missing.any():
            return channels
        channels[missing] = 0
        opaque = np.where(missing, 0, self.white).astype(channels.dtype)
        return np.concatenate([channels, opaque[..., np.newaxis]], axis=-1)

    def _coloured(self, values: Array) -> Array:
        share = self._share(values)
        if self.table is not None:
            last = len(self.table) - 1
            chosen: Array = self.table[np.rint(share * last).astype(np.intp)]
            return chosen
        dtype = np.uint8 if self.bits == 8 else np.uint16  # noqa: PLR2004 (bits of a byte)
        grey: Array = np.rint(share * self.white).astype(dtype)[..., np.newaxis]
        return grey

    def _share(self, values: Array) -> Array:
        """Return where values lie between black, 0, and white, 1."""
        exact = np.nan_to_num(np.asarray(values, np.float64), nan=self.low)
        share: Array = np.clip(exact, self.low, self.high)
        if self.log:
            share = np.log(share / self.low) / np.log(self.high / self.low)
        else:
            share = (share - self.low) / (self.high - self.low)
        return share


def colours_for(pictures: Sequence[Picture], options: FileOptions) -> Colours:
    """Return the way to show images, the same for all of them."""
    table = _table(options.colormap) if options.colormap else None
    low, high = _limits(pictures, options)
    return Colours(
        low, high, options.log, 8 if options.colormap else options.bits, table
    )


def _table(name: str) -> Array:
    from matplotlib import colormaps

    if name not in colormaps:
        raise OptionError(f"there is no colour map {name!r}{nearest(name, colormaps)}")
    colours: Array = colormaps[name](np.linspace(0, 1, 256), bytes=True)[:, :3]
    return colours


def _limits(pictures: Sequence[Picture], options: FileOptions) -> tuple[float, float]:
    asked, threads = options.limits, usable_threads(options.threads)
    wanted = list(pictures)
    if not {"min", "max"} & set(asked):
        step = -(-len(wanted) // _SAMPLED)
        wanted = wanted[::step] if any("%" in bound for bound in asked) else []
    found = list(in_order(_sample(options), wanted, threads=threads))
    extremes = [e for _, extreme in found for e in extreme]
    values = np.concatenate([sample for sample, _ in found]) if found else np.zeros(0)
    low, high = (_bound(text, values, extremes) for text in asked)
    if options.log and low <= 0:
        positive = values[values > 0]
        low = float(positive.min()) if positive.size else high / 1e4
    if options.log and high <= 0:
        raise OptionError("no value is above 0, so there is no logarithm to show")
    if not low < high:
        if found:  # all the values are the same
            return low, low + max(1.0, 1e-3 * abs(low))
        raise OptionError(
            f"the range {','.join(asked)} is empty; the lower value first"
        )
    return low, high


def _sample(options: FileOptions) -> Any:
    def sampled(picture: Picture) -> tuple[Array, list[float]]:
        pixels = picture.read(threads=1)
        finite = pixels[np.isfinite(pixels)] if pixels.dtype.kind == "f" else pixels
        flat = finite.reshape(-1)
        ends = [float(flat.min()), float(flat.max())] if flat.size else []
        some = flat[:: max(1, flat.size // _PIXELS)].astype(np.float64)
        is_all = "%" not in "".join(options.limits) and not options.log
        return (some[:0] if is_all else some), ends

    return sampled


def _bound(text: str, values: Array, extremes: list[float]) -> float:
    if text in {"min", "max"}:
        found = {"min": min, "max": max}[text](extremes, default=0.0)
        return float(found)
    if not text.endswith("%"):
        return _number(text)
    percent = _number(text[:-1])
    if not 0 <= percent <= 100:  # noqa: PLR2004 (per cent)
        raise OptionError(f"{text} is no percentile; from 0% to 100%")
    return float(np.percentile(values, percent)) if values.size else 0.0


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise OptionError(f"{text!r} is no number") from None
