"""Pictures in characters."""

import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from beamio.model.picture import Axis, Curves, Line
from beamio.picture.choose import picture_of
from beamio.view.blocks import half_blocks, ramp
from beamio.view.braille import Canvas, curve_lines
from beamio.view.depth import Depth, codes
from beamio.view.picture import Screen, picture_lines
from beamio.view.png import png
from beamio.view.reduce import extremes, reduced
from beamio.view.shades import coloured
from beamio.view.ticks import labels, ticks

ESCAPE = re.compile(r"\x1b\[[\d;]*m")
CELL = re.compile(r"\x1b\[([\d;]*)m|▀")


def decoded(lines):
    """The pixels that a terminal of 24 bits would show, top and bottom of each cell."""
    rows = []
    for line in lines:
        colours = {38: None, 48: None}
        top, bottom = [], []
        for match in CELL.finditer(line):
            if match[0] == "▀":
                top.append(colours[38])
                bottom.append(colours[48])
                continue
            numbers = [int(n) for n in match[1].split(";")]
            while numbers and numbers != [0]:
                kind, _, *rgb = numbers[:5]
                colours[kind] = rgb
                numbers = numbers[5:]
        rows += [top, bottom]
    return rows


@given(st.integers(1, 6), st.integers(1, 7), st.integers(0, 1000))
def test_half_blocks_show_every_pixel_in_its_colour(rows, columns, seed):
    pixels = np.random.default_rng(seed).integers(0, 256, (rows, columns, 3), "u1")
    found = decoded(half_blocks(pixels, Depth.FULL))
    assert found[:rows] == pixels.tolist()
    assert all(each == [None] * columns for each in found[rows:])


def test_the_palette_gives_the_nearest_of_its_colours():
    palette = [(0, 0, 0), (255, 255, 255), (95, 135, 175), (238, 238, 238)]
    assert codes(np.array(palette), Depth.PALETTE).tolist() == [16, 231, 67, 255]


def test_a_ramp_is_darker_where_the_image_is():
    grey = np.linspace(0, 255, 5).repeat(3).reshape(1, 5, 3)
    assert ramp(grey) == [" ░▒▓█"]
    assert ramp(grey, is_ascii=True)[0][0] == " "


@given(st.integers(1, 30), st.integers(1, 30), st.integers(1, 9), st.integers(1, 9))
def test_the_maximum_of_blocks_is_that_of_the_image(rows, columns, down, across):
    image = np.random.default_rng(rows).normal(size=(rows, columns))
    small = reduced(image, (down, across))
    assert small.shape == (min(rows, down), min(columns, across))
    assert small.max() == image.max()
    if rows % down == columns % across == 0 and rows >= down and columns >= across:
        blocks = image.reshape(down, rows // down, across, columns // across)
        np.testing.assert_array_equal(small, blocks.max((1, 3)))
        mean = reduced(image, (down, across), how="mean")
        np.testing.assert_allclose(mean, blocks.mean((1, 3)))


def test_blocks_of_nan_are_nan_and_one_nan_is_left_out():
    image = np.array([[np.nan, np.nan, 1, np.nan]])
    for how in ("max", "mean"):
        np.testing.assert_array_equal(reduced(image, (1, 2), how=how), [[np.nan, 1]])


def test_extremes_of_a_curve_stay():
    curve = np.random.default_rng(0).normal(size=1000)
    found = extremes(curve, 20)
    blocks = curve.reshape(10, 100)
    np.testing.assert_array_equal(found[::2], blocks.min(1))
    np.testing.assert_array_equal(found[1::2], blocks.max(1))


def test_colours_are_those_of_matplotlib():
    from matplotlib import colormaps
    from matplotlib.colors import LogNorm, Normalize

    image = np.random.default_rng(0).uniform(1, 100, (20, 30))
    for log, norm in ((False, Normalize(5, 90)), (True, LogNorm(5, 90))):
        found = coloured(image, (5, 90), log=log, colormap="viridis")
        theirs = colormaps["viridis"](norm(image), bytes=True)[..., :3]
        assert np.abs(found.astype(int) - theirs).max() <= 5  # a shade beside it


def test_infinity_is_brightest_and_nan_is_marked():
    found = coloured(np.array([[np.inf, -np.inf, np.nan, -1.0]]), (1, 10), log=True)
    assert found.tolist() == [[[255] * 3, [0] * 3, [234, 88, 12], [0] * 3]]


@pytest.mark.parametrize("channels", [1, 2, 3, 4])
@pytest.mark.parametrize("dtype", ["u1"])
def test_a_png_is_read_back_by_pillow(tmp_path, channels, dtype):
    pixels = np.random.default_rng(0).integers(0, 256, (5, 7, channels), dtype)
    (tmp_path / "a.png").write_bytes(png(pixels))
    with Image.open(tmp_path / "a.png") as image:
        np.testing.assert_array_equal(np.asarray(image).reshape(pixels.shape), pixels)


@given(
    st.floats(-1e12, 1e12),
    st.floats(1e-6, 1e12),
    st.integers(2, 12),
)
def test_ticks_are_round_within_and_not_too_many(low, wide, most):
    high = low + wide
    found = ticks(low, high, most)
    assert len(found) <= most
    slack = 1e-6 * max(abs(low), abs(high), wide)
    assert all(low - slack <= tick <= high + slack for tick in found)
    if wide > 1e-9 * abs(low):
        assert len(set(labels(found))) == len(found)


def test_braille_dots_are_where_unicode_has_them():
    canvas = Canvas(1, 1)
    canvas.point(np.array([0.0, 1.0]), np.array([0.0, 3.0]))
    assert canvas.lines() == [chr(0x2800 + 0x40 + 0x08)]


def test_a_rising_line_rises():
    y = np.linspace(0, 1, 50)
    curves = Curves(Axis("x"), Axis(), (Line("y", y),))
    lines = curve_lines(curves, 40, 15)
    first, last = lines[0], lines[11]
    assert first.rstrip().endswith(tuple("⠁⠈⠉⠊⠃⠋⡠⠔⠒⠤⢀⣀⡴⠞⠎"))
    assert not last.rstrip().endswith("⠁")
    assert all(len(line) <= 40 for line in lines)


SHOWN = [
    np.arange(10_000.0).reshape(100, 100),
    np.full((3, 4), np.nan),
    np.ones((1, 1)),
    np.ones((1, 4000)),
    np.ones((4000, 1)),
    np.zeros((7, 9, 3), "u1"),
    np.arange(5000.0),
    np.array([1.0]),
    np.array([np.nan, np.inf, -np.inf]),
    np.array([1e308, -1e308, 0]),
    np.array([-1.0, 0.0]),
    np.zeros(300, [("a\x1b", "i4"), ("b", "S30")]),
    np.float32(3),
]


@pytest.mark.parametrize("values", SHOWN, ids=range(len(SHOWN)))
@pytest.mark.parametrize("size", [(80, 24), (40, 24), (200, 60)])
@pytest.mark.parametrize("log", [False, True])
def test_every_picture_fits_on_the_screen(values, size, log):
    picture = picture_of(values, log=log)
    for depth in Depth:
        lines = picture_lines(picture, Screen(*size, depth))
        plain = [ESCAPE.sub("", line) for line in lines]
        assert max(map(len, plain)) <= size[0]
        assert len(lines) < size[1]  # one is for the prompt
        assert "\x1b" not in "".join(plain)


def test_without_braille_and_blocks_a_picture_is_ascii():
    for values in (np.arange(50.0), np.eye(20)):
        lines = picture_lines(picture_of(values), Screen(is_ascii=True))
        assert "".join(lines).isascii()


@pytest.mark.parametrize("columns", [40, 80])
def test_wide_letters_fit_on_the_screen(columns):
    import beamio
    from beamio.view.width import width

    label = "角度" * 60
    curve = beamio.Leaf.of([1.0, 2.0, 4.0], {"long_name": label, "units": label})
    tree = beamio.Tree(label, beamio.Branch.of({"curve": curve, "text": [label, "b"]}))
    for name in tree:
        lines = picture_lines(picture_of(tree[name]), Screen(columns, 24))
        assert max(map(width, lines)) <= columns
