"""Draw the screen of ``beamio browse`` after some keys were pressed."""

import asyncio
from collections.abc import Iterator, Sequence
from typing import Any

from draw_terminal import draw_terminal
from PIL import Image

from beamio.tui.app import Browser
from beamio.tui.entries import entry_of

_SETTLED = 2.0
"""Seconds after which all that was asked for stands on the screen."""


def draw_browser(url: str, keys: Sequence[str], size: tuple[int, int]) -> Image.Image:
    """Return a picture of the browser with so many columns and rows."""
    return draw_terminal("\n".join(asyncio.run(_lines(url, keys, size))), *size)


async def _lines(url: str, keys: Sequence[str], size: tuple[int, int]) -> list[str]:
    browser = Browser([entry_of(url)])
    async with browser.run_test(size=size) as pilot:
        await pilot.pause(_SETTLED)
        for key in keys:
            await pilot.press(key)
        await pilot.pause(_SETTLED)
        strips = browser.screen._compositor.render_strips()  # noqa: SLF001 (no public way)
        return ["".join(_written(strip)) for strip in strips]


def _written(strip: Any) -> Iterator[str]:
    """Yield the texts of a line with what sets their colours."""
    for segment in strip:
        yield "\x1b[0m"
        style = segment.style
        if style is not None:
            ink, paper = style.color, style.bgcolor
            if style.reverse:
                ink, paper = paper, ink
            for kind, colour in ((38, ink), (48, paper)):
                if colour is not None:
                    red, green, blue = colour.get_truecolor()
                    yield f"\x1b[{kind};2;{red};{green};{blue}m"
        yield segment.text
