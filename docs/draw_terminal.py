"""Draw what a command sends to a terminal of 24-bit colours, as a picture."""

import re

from matplotlib import get_data_path
from PIL import Image, ImageDraw, ImageFont

_CELL = (9, 18)
_MARGIN = 10
_FOREGROUND = 38
_PAPER, _INK = (24, 24, 27), (228, 228, 231)
_PARTS = re.compile(r"\x1b\[([\d;]*)m|([^\x1b])")


def draw_terminal(text: str, columns: int, rows: int) -> Image.Image:
    """Return a picture of a terminal in which a text with colours stands."""
    width, height = _CELL
    size = (columns * width + 2 * _MARGIN, rows * height + 2 * _MARGIN)
    image = Image.new("RGB", size, _PAPER)
    draw = ImageDraw.Draw(image)
    font = ImageFont.truetype(f"{get_data_path()}/fonts/ttf/DejaVuSansMono.ttf", 15)
    for row, line in enumerate(text.splitlines()[:rows]):
        column, ink, paper = 0, _INK, _PAPER
        for codes, letter in _PARTS.findall(line):
            if not letter:
                ink, paper = _colours(codes, ink, paper)
                continue
            x, y = _MARGIN + column * width, _MARGIN + row * height
            draw.rectangle((x, y, x + width - 1, y + height - 1), paper)
            if letter == "▀":
                draw.rectangle((x, y, x + width - 1, y + height // 2 - 1), ink)
            else:
                draw.text((x, y), letter, ink, font)
            column += 1
    return image


def _colours(codes: str, ink: tuple[int, ...], paper: tuple[int, ...]) -> tuple:
    numbers = [int(code) for code in codes.split(";")]
    while numbers:
        kind = numbers[0]
        if kind == 0:
            ink, paper = _INK, _PAPER
            numbers = numbers[1:]
            continue
        colour = tuple(numbers[2:5])
        ink, paper = (colour, paper) if kind == _FOREGROUND else (ink, colour)
        numbers = numbers[5:]
    return ink, paper
