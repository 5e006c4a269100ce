"""The widget in a browser, in the place of whose notebook a page stands."""

import base64
from queue import Empty, Queue

import h5py
import numpy as np
import pytest

pytest.importorskip("pydantic")
pytest.importorskip("h5grove")

from beamio.web.notebook.desk import Desk
from beamio.web.notebook.shown import shown

ADDRESS = "http://notebook.test/lab?token=secret"

# What anywidget does of a front end: a model of each widget, and messages. The styles
# are such as would spoil the viewer if they reached it.
NOTEBOOK = """<!doctype html>
<style>
  body { background: #111; color: #eee; font: 16px serif; margin: 16px; }
  button, [role=tab] { display: none; }
  * { letter-spacing: 0.5em; }
</style>
<h1 style="letter-spacing: 0">A notebook</h1>
<script>
  const ears = { 0: new Set(), 1: new Set() };
  const unpacked = (text) => Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
  window.keys = [];
  document.addEventListener("keydown", ({ key }) => keys.push(key));
  window.show = async (number, stub, traits) => {
    const url = URL.createObjectURL(new Blob([stub], { type: "text/javascript" }));
    const widget = (await import(url)).default;
    const model = {
      get: (name) => traits[name],
      send: (content) => void toKernel(number, content),
      on: (_, hear) => ears[number].add(hear),
      off: (_, hear) => ears[number].delete(hear),
    };
    const el = document.body.appendChild(document.createElement("div"));
    el.id = `cell-${number}`;
    return { ears: ears[number], el, end: await widget.render({ model, el }) };
  };
  setInterval(async () => {
    for (const [number, message, buffers] of await fromKernels()) {
      const views = buffers.map((text) => new DataView(unpacked(text).buffer));
      for (const hear of [...ears[number]]) hear(message, views);
    }
  }, 30);
</script>
"""


@pytest.fixture
def notebook(page, viewer):
    """Give a function that shows an object in the next cell."""
    said, desks = Queue(), []
    stub = (viewer / "notebook" / "stub.js").read_text()

    def from_kernels():
        found = []
        while True:
            try:
                number, message, buffers = said.get_nowait()
            except Empty:
                return found
            coded = [base64.b64encode(each).decode() for each in buffers]
            found.append([number, message, coded])

    page.expose_function("toKernel", lambda number, said: desks[number].hear(said))
    page.expose_function("fromKernels", from_kernels)
    page.route("http://notebook.test/**", lambda route: route.fulfill(body=NOTEBOOK))
    page.goto(ADDRESS)

    def show(obj):
        number = len(desks)
        desks.append(
            Desk(shown(obj), lambda message, data: said.put((number, message, data)))
        )
        return page.evaluate_handle(
            "([number, stub, traits]) => show(number, stub, traits)",
            [number, stub, {"height": "300px", "bundle": "this one"}],
        )

    yield show
    for desk in desks:
        desk.close()


def test_cells_show_their_objects_apart_from_the_notebook(
    page, notebook, tmp_path, screenshots
):
    rows, columns = np.mgrid[:60, :80]
    with h5py.File(tmp_path / "scan.h5", "w") as file:
        file["entry/image"] = np.hypot(rows - 30, columns - 40)
    first = notebook(f"{tmp_path / 'scan.h5'}::/entry/image")
    second = notebook({"rings": rows % 7, "more": 1})
    cells = [page.locator(f"#cell-{number}") for number in (0, 1)]
    for cell in cells:
        cell.get_by_role("tab", name="View", exact=True).wait_for()
        assert cell.locator(".beamio-viewer").get_attribute("data-theme") == "dark"
        spacing = "(element) => getComputedStyle(element).letterSpacing"
        assert cell.locator("main").evaluate(spacing) == "normal"
    cells[0].locator("canvas").first.wait_for()
    page.screenshot(path=screenshots / "notebook-cells.png")

    # Each has its own page; neither the address nor a key is the notebook's.
    cells[1].get_by_role("tab", name="View", exact=True).press("ArrowRight")
    pages = [cell.get_by_role("tablist", name="Pages") for cell in cells]
    selected = [each.locator("[aria-selected=true]").inner_text() for each in pages]
    assert selected == ["View", "Flat field"]
    assert page.evaluate("keys") == []
    assert page.url == ADDRESS

    # What is taken away leaves nothing, and lets go of the graphics card.
    gl = (
        cells[0]
        .locator("canvas")
        .first.evaluate_handle("(canvas) => canvas.getContext('webgl2')")
    )
    first.evaluate("(cell) => cell.end()")
    page.wait_for_function("(gl) => gl.isContextLost()", arg=gl)
    assert second.evaluate("(cell) => cell.ears.size") == 1
    second.evaluate("(cell) => cell.end()")
    assert second.evaluate("(cell) => cell.ears.size") == 0
    assert cells[1].locator("> *").count() == 0


def test_a_kernel_that_is_gone_is_told(page, notebook, monkeypatch):
    monkeypatch.setattr(Desk, "hear", lambda *_: None)
    notebook(np.ones((2, 3)))
    page.get_by_text("Waiting for the kernel").wait_for()


def test_a_viewer_that_can_not_be_sent_says_why(page, notebook, monkeypatch):
    def fail():
        raise FileNotFoundError("no viewer here")

    monkeypatch.setattr("beamio.web.notebook.bundle.packed", fail)
    notebook(np.ones((2, 3)))
    page.get_by_text("no viewer here").wait_for()
