"""How long an image takes from its file to the screen, here and with H5Grove and H5Web.

Prints, for a frame of 4096 x 4096 pixels in bitshuffle and LZ4, the bytes and the time
of the server's answer, the time until a browser has painted it, and how many frames of
2048 x 2048 pixels are painted in a second at 10 asked for. The other side is H5Web's
`App` as it comes, over the handlers of H5Grove for Tornado. Run it from a checkout,
with npm, the viewer's packages, Playwright, Tornado and Chromium:
``python benchmarks/view_speed.py``.
"""

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from shutil import which
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import quote
from urllib.request import Request, urlopen

import h5py
import hdf5plugin
import numpy as np
from playwright.sync_api import Browser, Page, sync_playwright

VIEWER = Path(__file__).parents[1] / "viewer"
ROUNDS, SECONDS, RATE = 3, 10, 10
TOKEN = "benchmark"  # noqa: S105 (no secret)
FLAGS = [
    "--no-sandbox",
    "--use-gl=angle",
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
    "--ignore-gpu-blocklist",
    "--disable-dev-shm-usage",
]

NOTE_PAINTED = """
window.painted = [];
let isNew = false;
for (const [name, at] of [["texImage2D", 3], ["texSubImage2D", 4]]) {
  const plain = WebGL2RenderingContext.prototype[name];
  WebGL2RenderingContext.prototype[name] = function (...all) {
    if (all[at] > 64 && all[at + 1] > 64) isNew = true;
    return plain.apply(this, all);
  };
}
const draw = WebGL2RenderingContext.prototype.drawElements;
WebGL2RenderingContext.prototype.drawElements = function (...all) {
  draw.apply(this, all);
  if (!isNew) return;
  isNew = false;
  this.readPixels(0, 0, 1, 1, this.RGBA, this.UNSIGNED_BYTE, new Uint8Array(4));
  window.painted.push(performance.now());
};
"""
"""Notes when a texture of an image was drawn for the first time, once it was."""

STOCK_PAGE = """
import "@h5web/app/styles.css";
import { App, createBasicFetcher, H5GroveProvider } from "@h5web/app";
import { createElement as h } from "react";
import { createRoot } from "react-dom/client";
const query = new URLSearchParams(location.search);
const filepath = query.get("file");
const fetcher = createBasicFetcher();
const provider = { url: location.origin, filepath, fetcher };
const app = h(App, { initialPath: query.get("path"), sidebarOpen: true });
createRoot(document.getElementById("root")).render(h(H5GroveProvider, provider, app));
"""
STOCK_SERVER = """
import sys
import hdf5plugin
import tornado.ioloop, tornado.web
from h5grove.tornado_utils import get_handlers
folder, page, port = sys.argv[1:]
handlers = get_handlers(folder, allow_origin="*")
static = (r"/(.*)", tornado.web.StaticFileHandler,
          {"path": page, "default_filename": "index.html"})
known = [handler for handler in handlers if handler[0] != "/"]
tornado.web.Application([*known, static]).listen(int(port))
print("ready", flush=True)
tornado.ioloop.IOLoop.current().start()
"""
STOCK_PORT, OUR_PORT = 8911, 8912


def write(path: Path) -> None:
    """Write what a detector might: noise on something smooth."""
    random = np.random.default_rng(0)
    with h5py.File(path, "w") as file:
        for name, frames, side in (
            ("large", 2, 4096),
            ("other", 2, 4096),
            ("stack", 40, 2048),
        ):
            dataset = file.create_dataset(
                name,
                (frames, side, side),
                "u2",
                chunks=(1, side, side),
                **hdf5plugin.Bitshuffle(cname="lz4"),
            )
            rows, columns = np.ogrid[:side, :side]
            smooth = 1000 + 500 * np.sin(rows / 90) * np.cos(columns / 70)
            for frame in range(frames):
                dataset[frame] = smooth + random.integers(0, 40, (side, side)) + frame


@contextmanager
def serving(*command: str) -> Iterator[None]:
    """Run a server until the end; it is there when it has printed a line."""
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            if process.stdout is not None:
                process.stdout.readline()
            yield
        finally:
            process.terminate()


def build_stock(target: Path) -> None:
    """Build a page that is H5Web's App and nothing else."""
    with TemporaryDirectory(dir=VIEWER, prefix=".stock-") as folder:
        Path(folder, "main.js").write_text(STOCK_PAGE)
        Path(folder, "index.html").write_text(
            '<!doctype html><body style="margin:0"><div id="root" style="height:100vh">'
            '</div><script type="module" src="./main.js"></script></body>'
        )
        npx = which("npx") or "npx"
        build = [npx, "vite", "build", folder]
        subprocess.run(
            [*build, "--outDir", str(target), "--emptyOutDir"],
            cwd=VIEWER,
            check=True,
            stdout=subprocess.DEVNULL,
        )


def answered(url: str) -> tuple[int, float]:
    """Return the bytes of an answer, and the seconds that it took, median of some."""
    request = Request(url, headers={"Authorization": f"Bearer {TOKEN}"})  # noqa: S310 (ours)
    times, size = [], 0
    for _ in range(ROUNDS + 1):
        start = time.perf_counter()
        with urlopen(request) as answer:  # noqa: S310 (ours)
            size = len(answer.read())
        times.append(time.perf_counter() - start)
    return size, median(times[1:])


def painted(page: Page, number: int) -> float:
    """Return when the page has painted so many images, in seconds from its start."""
    page.wait_for_function(f"window.painted?.length >= {number}", timeout=120_000)
    return float(page.evaluate(f"window.painted[{number - 1}]")) / 1000


def first_pixels(browser: Browser, url: str) -> float:
    """Return the seconds from an address to its image on the screen, median of some.

    The page was opened once before: its code is in the cache of the browser.
    """
    times = []
    with browser.new_context(viewport={"width": 1280, "height": 800}) as context:
        page = context.new_page()
        page.add_init_script(NOTE_PAINTED)
        for _ in range(ROUNDS + 1):
            page.goto(url)
            times.append(painted(page, 1))
    return median(times[1:])


def chosen(browser: Browser, url: str) -> float:
    """Return the seconds from a click on an image to its pixels, median of some."""
    times = []
    with browser.new_context(viewport={"width": 1280, "height": 800}) as context:
        for _ in range(ROUNDS):
            page = context.new_page()
            page.add_init_script(NOTE_PAINTED)
            page.goto(url)
            painted(page, 1)
            page.wait_for_timeout(1500)  # what comes after the image is there, too
            before = page.evaluate("window.painted.length")
            page.evaluate(
                "addEventListener('click', () => window.clicked = performance.now(),"
                " { capture: true, once: true })"
            )
            page.get_by_text("other", exact=True).first.click()
            end = painted(page, before + 1)
            times.append(end - float(page.evaluate("window.clicked")) / 1000)
            page.close()
    return median(times)


def played(browser: Browser, url: str) -> float:
    """Return how many frames are painted in a second while a stack is played."""
    with browser.new_context(viewport={"width": 1280, "height": 800}) as context:
        page = context.new_page()
        page.add_init_script(NOTE_PAINTED)
        page.goto(url)
        painted(page, 1)
        page.get_by_role("button", name="▶ Play").click()
        page.wait_for_timeout(2000)
        before = page.evaluate("window.painted.length")
        page.wait_for_timeout(SECONDS * 1000)
        return float(page.evaluate("window.painted.length") - before) / SECONDS


def told(what: str, ours: float, theirs: float, unit: str) -> None:
    """Print a comparison."""
    print(f"{what:34} {ours:10.3f} {theirs:10.3f} {unit:3} {ours / theirs:8.2f}")


def compare(folder: str, page: str) -> None:
    """Measure both sides, one after the other in each round."""
    file = f"{folder}/images.h5"
    write(Path(file))
    build_stock(Path(page))
    ours, stock = f"http://127.0.0.1:{OUR_PORT}", f"http://127.0.0.1:{STOCK_PORT}"
    view = ["-m", "beamio", "view", "--no-browser", "--token", TOKEN]
    stock_query = f"file=images.h5&path={quote('/large')}"
    command = (sys.executable, "-c", STOCK_SERVER, folder, page, str(STOCK_PORT))
    with (
        serving(*command),
        serving(sys.executable, *view, "--port", str(OUR_PORT), file),
        sync_playwright() as playwright,
    ):
        print(f"{'':34} {'beamio':>10} {'stock':>10} {'':3} {'ratio':>8}")
        api = f"{ours}/api/tile?file=images.h5&path=/large&slice=0"
        one = answered(f"{api}&level=2&contrast=true")
        other = answered(f"{stock}/data?{stock_query}&selection=0,:,:&format=bin")
        told("answer for the first view", one[0] / 1e6, other[0] / 1e6, "MB")
        told("time of that answer", one[1], other[1], "s")
        options: dict[str, Any] = {"executable_path": which("chromium"), "args": FLAGS}
        browser = playwright.chromium.launch(**options)
        shown = f"{ours}/?token={TOKEN}&file=images.h5&path="
        told(
            "4096 x 4096, address to pixels",
            first_pixels(browser, f"{shown}/large"),
            first_pixels(browser, f"{stock}/?{stock_query}"),
            "s",
        )
        told(
            "4096 x 4096, click to pixels",
            chosen(browser, f"{shown}/large"),
            chosen(browser, f"{stock}/?{stock_query}"),
            "s",
        )
        rate = played(browser, f"{shown}/stack")
        print(f"2048 x 2048, played at {RATE}: {rate:.1f} frames/s painted")
        browser.close()


if __name__ == "__main__":
    with TemporaryDirectory() as files, TemporaryDirectory() as built:
        compare(files, built)
