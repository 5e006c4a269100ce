"""Curves, comparisons and growing files, as a user meets them in a browser."""

import subprocess
import sys
from pathlib import Path
from urllib.parse import urlencode

import h5py
import numpy as np
import pytest

WRITERS = Path(__file__).with_name("writers.py")
PATIENCE = 90_000


@pytest.fixture
def folder(tmp_path):
    """Give a folder with a scan, a long curve and a stack of images."""
    energy = np.linspace(7.0, 7.3, 151)
    edge = 1000 / (1 + np.exp(-(energy - 7.112) * 200)) + 50
    row, column = np.mgrid[:60, :80]
    blob = 1000 * np.exp(-((row - 30) ** 2 + (column - 40) ** 2) / 400) + 100
    long = np.sin(np.arange(2_000_000) / 1e5)
    long[1_234_567] = 7
    with h5py.File(tmp_path / "scan.h5", "w") as file:
        data = file.create_group("entry/data")
        data.attrs.update(NX_class="NXdata", signal="counts", axes=["energy"])
        data["counts"] = edge
        data["counts_errors"] = np.sqrt(edge)
        data["energy"] = energy
        data["energy"].attrs["units"] = "keV"
        data["reference"] = 0.7 * edge
        data["title"] = "Iron K edge"
        file["long"] = long
        file["stack"] = np.stack([blob * (1 + n / 10) for n in range(5)])
    return tmp_path


def opened(page, address, folder, path, **place):
    """Open an object of the scan."""
    query = {"file": f"{folder.name}/scan.h5", "path": path, **place}
    page.goto(f"{address}&{urlencode(query)}")


def test_curves_are_drawn_over_each_other_and_read(page, viewed, folder, screenshots):
    page.set_default_timeout(PATIENCE)
    opened(page, viewed(folder), folder, "/entry/data")
    curves = page.get_by_role("list", name="Curves").get_by_role("listitem")
    curves.get_by_text("/entry/data/counts", exact=False).wait_for()
    page.get_by_text("Columns of the same length").click()
    page.get_by_role("checkbox", name="reference").check()
    curves.nth(1).wait_for()
    plot = page.locator("canvas")
    box = plot.bounding_box()
    plot.hover(position={"x": box["width"] * 0.8, "y": box["height"] * 0.1})
    cursor = page.get_by_role("status", name="Cursor")
    page.wait_for_function(
        "document.querySelector('.curves-reading').textContent.includes('energy =')"
    )
    assert "keV" in cursor.inner_text()
    page.screenshot(path=screenshots / "curves.png")
    # The address holds the other curve, and brings it back.
    page.reload()
    curves.nth(1).get_by_role("combobox").wait_for()
    page.get_by_text("energy (keV)", exact=True).first.wait_for(state="attached")
    plot.wait_for()
    with page.expect_download() as saved:
        page.get_by_role("combobox", name="Save").select_option("csv")
    lines = Path(saved.value.path()).read_text().splitlines()
    assert len(lines) == 152


def test_a_peak_of_millions_of_points_shows_and_zooming_gives_each(
    page, viewed, folder, screenshots
):
    page.set_default_timeout(PATIENCE)
    opened(page, viewed(folder), folder, "/long")
    page.get_by_text("Least and largest of every").wait_for()
    plot = page.locator("canvas")
    box = plot.bounding_box()
    x = box["width"] * 1_234_567 / 2_000_000
    plot.hover(position={"x": x, "y": box["height"] * 0.06})
    page.wait_for_function(
        "document.querySelector('.curves-reading').textContent.includes('1234567')"
    )
    page.screenshot(path=screenshots / "curves-long.png")
    for _ in range(30):
        page.mouse.wheel(0, -100)
    page.get_by_text("Least and largest of every").wait_for(state="hidden")


def test_two_frames_are_compared(page, viewed, folder, screenshots):
    page.set_default_timeout(PATIENCE)
    place = {"view": "compare", "slice": "3,:,:"}
    opened(page, viewed(folder), folder, "/stack", **place)
    page.get_by_role("figure", name="B").wait_for()
    page.screenshot(path=screenshots / "compare.png")
    page.get_by_role("button", name="Difference").click()
    page.wait_for_function("document.querySelectorAll('.compare-pane').length === 1")
    statistics = page.get_by_role("status", name="Statistics").inner_text()
    assert "4,800 pixels differ" in statistics
    page.screenshot(path=screenshots / "compare-difference.png")


def test_frames_show_as_they_are_written(page, viewed, tmp_path, screenshots):
    page.set_default_timeout(PATIENCE)
    path = tmp_path / "scan.h5"
    with h5py.File(path, "w") as file:
        file.create_dataset("entry/data", (25, 8, 10), "u2", chunks=(1, 8, 10))
        file["entry/data"][0] = 1
    opened(page, viewed(tmp_path), tmp_path, "/entry/data", view="image")
    page.get_by_role("button", name="Live").click()
    page.get_by_text("1 of 25 written").wait_for()
    command = [sys.executable, str(WRITERS), "swmr", str(path)]
    assert subprocess.run(command, timeout=120, check=False).returncode == 0
    page.get_by_text("25 written").wait_for()
    page.wait_for_function(
        "document.querySelector('.image-frames input').value === '24'"
    )
    page.screenshot(path=screenshots / "live.png")
