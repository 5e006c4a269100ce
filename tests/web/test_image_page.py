"""Images in the browser: their colours are those of the data, and controls work."""

import io
import re

import h5py
import numpy as np
import pytest

playwright = pytest.importorskip("playwright.sync_api")
expect = playwright.expect
image = pytest.importorskip("PIL.Image")
colormaps = pytest.importorskip("matplotlib").colormaps

DEAD = 2**32 - 1
ORANGE = (234, 88, 12)
SLOW = 60_000
"""Milliseconds: graphics in software, on a machine with other work."""


expect.set_options(timeout=SLOW)


@pytest.fixture(scope="module")
def data():
    rows, columns = np.mgrid[:300, :400]
    stack = np.empty((12, 300, 400), np.uint16)
    for number in range(12):
        stack[number] = 1000 + 10 * number + 2 * rows + columns
        stack[number, 20 * number : 20 * number + 20] += 500
    rows, columns = np.mgrid[:6000, :5000]
    large = (5000 + 2000 * np.sin(columns / 400) * np.cos(rows / 300)).astype(np.uint32)
    large[2600:3400, 2200:2800] = DEAD
    return {"stack": stack, "large": large}


@pytest.fixture(scope="module")
def file(data, tmp_path_factory):
    path = tmp_path_factory.mktemp("page") / "images.h5"
    with h5py.File(path, "w") as file:
        for name, values in data.items():
            chunks = (1, *values.shape[1:]) if values.ndim == 3 else None
            file.create_dataset(name, data=values, chunks=chunks)
    return path


def opened(page, address, path, slice_=""):
    """Open the page at a dataset, and wait for its image."""
    page.goto(f"{address}&path={path}&slice={slice_}")
    page.locator(".image-canvas canvas").wait_for(timeout=SLOW)
    limit = page.get_by_role("textbox", name="Highest")
    expect(limit).not_to_have_value("1")


def pixel(page, x, y):
    """The place and the value under the pointer, and the colour there."""
    page.mouse.move(x, y)
    told = page.locator(".image-cursor strong")
    expect(told).to_have_text(re.compile(r"\d"))
    words = page.locator(".image-cursor").inner_text()
    row, column = map(int, re.findall(r"(?:row|column) (\d+)", words))
    value = int(re.sub(r"\D.*", "", told.inner_text()))
    clip = {"x": int(x), "y": int(y), "width": 1, "height": 1}
    shown = image.open(io.BytesIO(page.screenshot(clip=clip)))
    return row, column, value, shown.convert("RGB").getpixel((0, 0))


def colour_of(value, low, high):
    share = np.clip((value - low) / (high - low), 0, 1)
    return colormaps["viridis"](round(share * 255), bytes=True)[:3]


def limits_in(page):
    names = ("Lowest", "Highest")
    return [float(page.get_by_role("textbox", name=n).input_value()) for n in names]


def middle(page):
    box = page.locator(".image-canvas canvas").bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def drag(page, start, end):
    page.mouse.move(*start)
    page.mouse.down()
    page.mouse.move((start[0] + end[0]) / 2, (start[1] + end[1]) / 2)
    page.mouse.move(*end)
    page.mouse.up()


def drawn(page, start, end, shape):
    """Drag until there is a shape: the canvas may not listen at once to a new tool."""
    for _ in range(5):
        drag(page, start, end)
        try:
            shape.wait_for(timeout=5_000)
        except playwright.TimeoutError:
            continue
        return
    pytest.fail("no shape was drawn")


def saved(page, act):
    with page.expect_download(timeout=SLOW) as download:
        act()
    return download.value.path().read_bytes()


def test_frames_of_a_stack_have_the_colours_of_their_values(page, viewed, file, data):
    opened(page, viewed(file), "/stack", "3")
    stack = data["stack"]
    page.get_by_role("combobox", name="Colours").select_option("Viridis")
    page.get_by_role("button", name=re.compile("^Min")).click()
    assert limits_in(page) == [stack[3].min(), stack[3].max()]
    x, y = middle(page)
    places = []
    for aside, down in ((0, 0), (-110, 60), (90, -70)):
        row, column, value, colour = pixel(page, x + aside, y + down)
        places.append((row, column))
        assert value == stack[3, row, column]
        expected = colour_of(value, *limits_in(page))
        assert np.abs(np.subtract(colour, expected)).max() <= 4

    down, across = np.subtract(places[1], places[2])
    assert abs(across / -200 - down / 130) < 0.03  # pixels are squares

    view = page.get_by_role("application", name="Image")
    view.focus()
    page.keyboard.press("ArrowRight")
    frame = page.get_by_role("spinbutton", name="Frame", exact=True)
    expect(frame).to_have_value("4")
    row, column, *_ = pixel(page, x, y)
    expect(page.locator(".image-cursor strong")).to_have_text(
        str(stack[4, row, column])
    )


def test_regions_lines_and_stacks_are_measured(page, viewed, file, data, screenshots):
    opened(page, viewed(file), "/stack", "4")
    stack = data["stack"]
    x, y = middle(page)
    page.get_by_role("button", name="Region", exact=True).click()
    region = page.get_by_role("region", name="Region")
    left = region.get_by_role("spinbutton", name="Left")
    drawn(page, (x - 90, y - 60), (x + 60, y + 40), left)
    sides = ("Left", "Top", "Right", "Bottom")
    for side, number in zip(sides, (30, 40, 130, 110), strict=True):
        field = region.get_by_role("spinbutton", name=side)
        field.fill(str(number))
        field.press("Enter")
    mean = stack[4, 40:110, 30:130].mean()
    expect(region).to_contain_text(f"{mean:.6g}")
    region.get_by_role("combobox", name="Curve").select_option("over the stack")
    curve = page.locator("figure", has_text="over the stack")
    expect(curve.locator("progress")).to_have_count(0)
    text = saved(page, curve.get_by_role("button", name="CSV").click).decode()
    means = np.loadtxt(io.StringIO(text), delimiter=",", skiprows=1)[:, 1]
    np.testing.assert_allclose(means, stack[:, 40:110, 30:130].mean(axis=(1, 2)))

    page.get_by_role("button", name="Line", exact=True).click()
    profile = page.locator("figure", has_text="Profile")
    drawn(page, (x - 100, y + 30), (x + 100, y - 20), profile)
    picture = saved(page, profile.get_by_role("button", name="SVG").click)
    assert b"<svg" in picture
    whole = page.get_by_role("region", name="Whole dataset")
    whole.get_by_role("button", name="Work out statistics").click()
    expect(whole).to_contain_text(f"{stack.mean():.6g}")
    expect(whole).to_contain_text(f"{stack.size:,}")
    page.screenshot(path=screenshots / "image-stack.png")

    save = page.get_by_role("combobox", name="Save")
    frame = page.get_by_role("spinbutton", name="Frame", exact=True)
    npy = saved(page, lambda: save.select_option("npy, numbers"))
    np.testing.assert_array_equal(np.load(io.BytesIO(npy)), stack[4])
    page.get_by_role("button", name="▶ Play").click()
    expect(frame).not_to_have_value("4")
    page.get_by_role("button", name="Pause").click()
    number = int(frame.input_value())
    expect(page).to_have_url(re.compile(f"slice={number}%2C"))


def test_a_large_image_is_shown_from_afar_and_pixel_by_pixel(
    page, viewed, file, data, screenshots
):
    opened(page, viewed(file), "/large")
    large = data["large"]
    page.get_by_role("combobox", name="Colours").select_option("Viridis")
    x, y = middle(page)
    *_, value, colour = pixel(page, x, y)
    assert value == DEAD or colour == ORANGE
    assert colour == ORANGE
    row, column, value, colour = pixel(page, x - 150, y - 120)
    assert value == large[row, column]
    expected = colour_of(value, *limits_in(page))
    assert np.abs(np.subtract(colour, expected)).max() <= 12  # a mean of some
    page.screenshot(path=screenshots / "image-large.png")

    page.mouse.move(x - 150, y - 120)
    for _ in range(45):
        page.mouse.wheel(0, -100)
    page.wait_for_function("document.querySelectorAll('.image-canvas canvas').length")
    for aside in (-60, 0, 45):
        row, column, value, colour = pixel(page, x - 150 + aside, y - 120)
        assert value == large[row, column]
        expected = colour_of(value, *limits_in(page))
        assert np.abs(np.subtract(colour, expected)).max() <= 4
    page.screenshot(path=screenshots / "image-large-near.png")
    page.get_by_role("button", name="Fit").click()
    *_, colour = pixel(page, x, y)
    assert colour == ORANGE


def test_images_of_a_beamline_are_shown(page, viewed, samples, screenshots):
    address = viewed(samples / "ID16B_diatomee.h5")
    opened(page, address, "/data/0000")
    expect(page.get_by_role("img", name="Histogram of the frame")).to_be_visible()
    x, y = middle(page)
    row, column, value, _ = pixel(page, x, y)
    with h5py.File(samples / "ID16B_diatomee.h5") as file:
        assert value == file["data/0000"][row, column]
    page.screenshot(path=screenshots / "image-diatom.png")
