"""PNG: pictures to look at, of 8 or 16 bits, grey or in colours."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from beamio.convert.writers.colours import Colours
from beamio.convert.writers.page import ImageForm, Page, Part
from beamio.view.png import png as packed

_LEVEL = 1
"""Of zlib: higher ones take twice as long for the noise of a detector, and save 2 %."""


def _holds(dtype: np.dtype[Any]) -> np.dtype[Any] | None:
    return dtype if dtype.kind in "biuf" else None


def png(colours: Colours | None = None) -> ImageForm:
    """Return the form of PNG files that show values in that way."""

    def pack(page: Page) -> Sequence[Part]:
        if colours is None:
            raise TypeError("how to show values was not said")
        notes = {"Software": "beamio", **page.header}
        return [packed(colours.shown(page.pixels), notes, level=_LEVEL)]

    return ImageForm(
        name="PNG", suffixes=(".png",), holds=_holds, pack=pack, is_exact=False
    )
