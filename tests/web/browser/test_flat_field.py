"""The whole way of a correction in a browser: found, looked at, carried out, opened."""

import os

import h5py
import numpy as np
import pytest

import beamio
from beamio.demo import Simulation, run_demo

SECONDS = 90_000
"""Milliseconds: WebGL in software on few cores is slow."""


@pytest.fixture
def folder(tmp_path):
    folder = tmp_path / "visit"
    run_demo(folder, Simulation(frames=32, rows=256, columns=320, seed=0))
    os.remove(folder / "corrected.nx")
    with h5py.File(folder / "links.h5", "w") as file:
        file["lost"] = h5py.SoftLink("/nowhere")
        file["image"] = np.arange(12.0).reshape(3, 4)
    return folder


@pytest.fixture
def at(page, viewed, folder):
    """Give a function that opens a file on a tab."""
    page.set_default_timeout(SECONDS)
    address = viewed(folder)

    def show(file, tab):
        page.goto(f"{address}&file=visit/{file}")
        page.get_by_role("tab", name=tab).click()
        return page

    return show


def expect(locator):
    """Wait for what a locator must be; Playwright is there where `page` is."""
    from playwright.sync_api import expect as playwright_expect

    return playwright_expect(locator)


def number(slider):
    return int(slider.get_attribute("aria-valuenow"))


def test_a_scan_is_looked_at_corrected_and_opened(at, folder, screenshots, tmp_path):
    page = at("scan.nx", "Flat field")
    cut = page.get_by_role("slider", name="Cut between raw and transmission")
    cut.wait_for()
    assert page.get_by_text("at 16, 59, interpolated between").is_visible()
    assert number(cut) == 160

    cut.focus()
    page.keyboard.press("ArrowRight")
    expect(cut).to_have_attribute("aria-valuenow", "163")
    handle = cut.bounding_box()
    x, y = handle["x"] + handle["width"] / 2, handle["y"] + 150
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x - 80, y, steps=4)
    page.mouse.up()
    expect(cut).not_to_have_attribute("aria-valuenow", "163")
    assert 80 < number(cut) < 163

    canvas = page.locator("canvas").first.bounding_box()
    page.mouse.move(
        canvas["x"] + 0.62 * canvas["width"], canvas["y"] + 0.45 * canvas["height"]
    )
    page.get_by_role("row", name="dark").wait_for()
    page.get_by_role("cell", name="…").wait_for(state="detached")
    page.screenshot(path=screenshots / "flat-field.png")

    page.get_by_role("slider", name="Frame", exact=True).fill("20")
    page.get_by_label("Absorption").check()
    page.get_by_role("slider", name="Cut between raw and absorption").wait_for()
    page.get_by_label("Shown frame").get_by_text("21 of 32").wait_for()
    page.get_by_label("Compression").select_option("bitshuffle-lz4")
    run = page.get_by_role("button", name="Correct 32 frames")
    run.click()
    job = page.get_by_role("group", name="Job")
    job.get_by_text("Done: scan_corrected.nx").wait_for()
    job.scroll_into_view_if_needed()
    page.screenshot(path=screenshots / "flat-field-done.png")
    expected = beamio.flatfield(folder / "scan.nx", tmp_path / "expected.nx", log=True)
    path = expected.output.partition("::")[2]
    np.testing.assert_array_equal(
        beamio.read(f"{folder}/scan_corrected.nx::{path}"), beamio.read(expected.output)
    )

    job.get_by_role("button", name="Open result").click()
    page.get_by_role("tabpanel", name="View").wait_for()
    page.wait_for_url("**/?file=visit%2Fscan_corrected.nx**")
    page.get_by_role("tab", name="Flat field").click()
    assert page.get_by_label("Raw frames").input_value() == "visit/scan.nx"


def test_a_file_is_checked_and_converted_and_jobs_outlive_a_reload(
    at, folder, screenshots
):
    page = at("links.h5", "View")
    page.get_by_role("button", name="Actions").click()
    page.get_by_role("menuitem", name="Check").click()
    page.get_by_text(f"beamio check {folder}/links.h5").wait_for()
    page.get_by_role("button", name="Check", exact=True).click()
    findings = page.get_by_role("list", name="Findings")
    findings.get_by_text("dangling link").wait_for()

    page.get_by_role("tab", name="View").click()
    page.get_by_role("button", name="Actions").click()
    page.get_by_role("menuitem", name="Convert").click()
    page.get_by_role("textbox", name="Sources").fill("visit/links.h5::/image")
    page.get_by_label("Format").select_option(".npy")
    page.get_by_text("-o").wait_for()
    page.screenshot(path=screenshots / "convert.png")
    page.get_by_role("button", name="Convert", exact=True).click()
    page.get_by_role("button", name="Open result").wait_for()
    np.testing.assert_array_equal(
        np.load(folder / "links.npy"), np.arange(12.0).reshape(3, 4)
    )

    page.reload()
    page.get_by_role("tab", name="Jobs").click()
    jobs = page.get_by_role("list", name="Jobs").get_by_role("listitem")
    jobs.filter(has_text="Convert").get_by_role("button", name="Details").click()
    page.get_by_role("group", name="Shell command").wait_for()
    page.screenshot(path=screenshots / "jobs.png")
    page.get_by_role("button", name="Clear finished").click()
    page.get_by_text("No jobs yet").wait_for()


def test_a_scan_without_flats_is_told_in_the_page(at, screenshots):
    page = at("links.h5", "Flat field")
    page.get_by_role("alert").wait_for()
    assert "visit/links.h5" in page.get_by_role("alert").inner_text()
    page.emulate_media(color_scheme="dark")
    page.screenshot(path=screenshots / "flat-field-dark.png")
