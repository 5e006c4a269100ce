"""Look through folders and files in the browser, from the tree to the facts."""

import re
from urllib.parse import parse_qs, urlsplit

import h5py
import numpy as np
import pytest

MANY = 100_000


@pytest.fixture
def folder(tmp_path):
    folder = tmp_path / "visit"
    (folder / "series").mkdir(parents=True)
    with h5py.File(folder / "scan.h5", "w") as file:
        file.attrs["default"] = "entry"
        entry = file.create_group("entry")
        entry.attrs.update(NX_class="NXentry", default="plot")
        entry["title"] = "A diatom at 12 keV"
        plot = entry.create_group("plot")
        plot.attrs.update(NX_class="NXdata", signal="counts", axes=["y", "x"])
        plot["counts"] = np.hypot(*np.mgrid[-50:50, -60:60])
        plot["counts"].attrs["units"] = "photons"
        for name, length in (("y", 100), ("x", 120)):
            plot[name] = np.linspace(0, 1, length)
            plot[name].attrs["units"] = "mm"
        entry["again"] = h5py.SoftLink("/entry/plot/counts")
        entry["back"] = h5py.SoftLink("/entry")
        entry["lost"] = h5py.ExternalLink("gone.h5", "/there")
        entry["packed"] = np.zeros((4, 64, 64), "u2")
    with h5py.File(folder / "many.h5", "w", libver="latest") as file:
        file["one"] = 1
        group = file.create_group("many")
        for number in range(MANY):
            group.id.links.create_soft(b"frame_%d" % number, b"/one")
    fabio = pytest.importorskip("fabio")
    for number in range(3):
        image = fabio.edfimage.EdfImage(np.full((32, 48), number, "u2"))
        image.write(str(folder / "series" / f"scan_{number}.edf"))
    (folder / "README.md").write_text("# Of today")
    (folder / ".hidden.h5").write_text("")
    return folder


def row(page, name):
    """The row of the tree whose own name this is."""
    return page.get_by_role("treeitem").filter(
        has=page.locator(".row-name", has_text=re.compile(f"^{re.escape(name)}$"))
    )


def shown(page):
    """The file and the path in the address of the page."""
    query = parse_qs(urlsplit(page.url).query)
    return query["file"][0], query["path"][0]


def at(page, path):
    """Wait until the address of the page names a path."""
    page.wait_for_function(
        "path => new URLSearchParams(location.search).get('path') === path", arg=path
    )


def test_files_and_what_is_in_them_are_one_tree(page, viewed, folder, screenshots):
    page.goto(viewed(folder))
    assert "token" not in page.url
    names = page.locator(".row-name")
    row(page, "scan.h5").wait_for()
    assert names.all_inner_texts() == [
        *("visit", "series", "README.md", "many.h5", "scan.h5"),
    ]

    # A file opens at its default plot, with all that is above it.
    row(page, "scan.h5").click()
    at(page, "/entry/plot/counts")
    row(page, "counts").wait_for()
    assert row(page, "counts").get_attribute("aria-selected") == "true"
    assert page.title() == "counts - scan.h5 - beamio"

    # Links tell where they lead, and why not; one back to a group above ends there.
    assert "→ /entry/plot/counts" in row(page, "again").inner_text()
    assert "missing file" in row(page, "lost").get_attribute("title")
    assert row(page, "back").get_attribute("aria-expanded") is None

    row(page, "again").click()
    at(page, "/entry/again")
    address = page.get_by_role("group", name="Address")
    assert address.locator("code").inner_text() == "visit/scan.h5::/entry/again"
    page.get_by_role("button", name="About").click()
    page.get_by_role("region", name="Links on the way").wait_for()
    page.get_by_role("rowheader", name="Read by").wait_for()
    page.get_by_role("rowheader", name="units", exact=True).wait_for()
    page.screenshot(path=screenshots / "browse-about.png")
    page.emulate_media(color_scheme="dark")
    page.screenshot(path=screenshots / "browse-about-dark.png")
    page.emulate_media(color_scheme="light")
    page.go_back()
    at(page, "/entry/plot/counts")

    # What is no data says so, and stays in the list.
    row(page, "README.md").click()
    page.get_by_text("no format that beamio knows").first.wait_for()

    row(page, "series").click()
    row(page, "Open 3 edf as stack").click()
    page.get_by_role("button", name="About").click()
    page.get_by_role("rowheader", name="Shape").wait_for()
    assert "3 \N{MULTIPLICATION SIGN} 32" in page.get_by_role("tabpanel").inner_text()
    assert shown(page)[0] == "visit/series"


def test_100_000_names_are_gone_through_by_keys_and_narrowed(
    page, viewed, folder, screenshots
):
    page.goto(viewed(folder / "many.h5"))
    row(page, "many").click()
    row(page, "frame_0").wait_for()
    page.get_by_role("tree").press("End")
    row(page, "one").wait_for()
    page.get_by_role("tree").press("ArrowUp")
    row(page, f"frame_{MANY - 1}").wait_for()
    assert page.get_by_role("treeitem").count() < 100
    page.screenshot(path=screenshots / "browse-many.png")

    page.get_by_role("searchbox", name="Filter names").fill("_9999")
    page.get_by_text("11 with “_9999”").wait_for()
    row(page, "frame_99990").click()
    at(page, "/many/frame_99990")
    page.get_by_role("button", name="Show all").click()
    page.reload()
    row(page, "frame_99990").wait_for()  # found again among all


def test_a_search_leads_to_what_it_finds(page, viewed, folder, screenshots):
    page.goto(viewed(folder))
    row(page, "scan.h5").click()
    at(page, "/entry/plot/counts")
    page.get_by_role("button", name="Search").click()
    page.get_by_role("searchbox", name="Search in files").fill("diatom")
    hits = page.get_by_role("list", name="Hits")
    hits.get_by_role("button", name=re.compile("title")).click()
    at(page, "/entry/title")
    page.get_by_text("1 hit", exact=True).wait_for()
    page.screenshot(path=screenshots / "browse-search.png")


def test_who_has_no_cookie_is_asked_for_the_address(page, viewed, folder, screenshots):
    address = viewed(folder)
    page.goto(f"{address.split('?')[0]}?file=visit/scan.h5&path=/entry/title")
    field = page.get_by_role("textbox", name="Address or token")
    field.fill(address)
    page.screenshot(path=screenshots / "browse-key.png")
    page.get_by_role("button", name="Open").click()
    row(page, "title").wait_for()
    assert shown(page) == ("visit/scan.h5", "/entry/title")
