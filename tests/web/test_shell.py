"""The built viewer in a browser, from a server that knows only files."""

from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest

PREFIX = "/hub/user/ada/"


class BehindPrefix(SimpleHTTPRequestHandler):
    """Serves a folder below a path, as JupyterHub and proxies do."""

    def translate_path(self, path):
        inside = path.removeprefix(PREFIX)
        return super().translate_path("/" + (inside if inside != path else "none"))

    def log_message(self, *args):
        pass


@contextmanager
def serving(folder):
    handler = partial(BehindPrefix, directory=folder)
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield f"http://127.0.0.1:{server.server_port}{PREFIX}"
        finally:
            server.shutdown()


@pytest.fixture(scope="module")
def address(viewer):
    with serving(viewer) as address:
        yield address


def test_the_workbench_is_drawn_behind_a_path_prefix(
    page, address, console_errors, screenshots
):
    page.goto(address)
    assert page.title() == "beamio"
    assert page.get_by_role("tab").all_inner_texts() == ["View", "Flat field", "Jobs"]
    page.get_by_role("complementary", name="Files").wait_for()
    page.get_by_role("tab", name="Jobs").click()
    page.get_by_role("tabpanel", name="Jobs").wait_for()
    page.screenshot(path=screenshots / "shell-light.png")
    # The server has no API: that is told in the page, and nothing else fails.
    assert all(error.startswith("Failed to load resource") for error in console_errors)


def test_a_dark_desktop_gets_a_dark_page(page, address, screenshots):
    page.emulate_media(color_scheme="light")
    page.goto(address)
    light = brightness(page)
    page.emulate_media(color_scheme="dark")
    page.screenshot(path=screenshots / "shell-dark.png")
    assert brightness(page) < 64
    assert light > 192


def brightness(page):
    """Of the page's background, 0 to 255."""
    colour = page.evaluate("getComputedStyle(document.body).backgroundColor")
    channels = colour.removeprefix("rgb(").removesuffix(")").split(",")
    return sum(map(int, channels)) / 3


def test_the_browser_draws_with_webgl(page):
    page.set_content("<canvas></canvas>")
    context = "document.querySelector('canvas').getContext('webgl2') !== null"
    assert page.evaluate(context)
