"""Fixtures for tests in a browser: Chromium, with WebGL in software."""

import os
import shutil
import subprocess
import sys
from importlib.resources import files
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]

CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
MAC_CHROME = Path("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome")

FLAGS = (
    "--no-sandbox",
    "--use-gl=angle",
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
    "--ignore-gpu-blocklist",
    "--disable-dev-shm-usage",
)

FAILED = pytest.StashKey[bool]()


def go_without(reason):
    """Skip a test that lacks something, but not where everything must be tested."""
    if os.environ.get("CI"):
        pytest.fail(reason, pytrace=False)
    pytest.skip(reason)


@pytest.fixture(scope="session")
def chromium_path():
    """The browser that is installed."""
    found = filter(None, map(shutil.which, CHROMIUM))
    path = next(found, MAC_CHROME if MAC_CHROME.exists() else None)
    return path or go_without("no Chromium: install the package chromium, or Chrome")


@pytest.fixture(scope="module")
def chromium(chromium_path):
    """A running browser.

    Of a module and not of a session: while Playwright runs, its event loop counts as
    the running one of the thread, and `asyncio.run`, as in the tests of the terminal
    browser, refuses.
    """
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def console_errors():
    """What `page` writes to its console as errors, in the order of time."""
    return []


@pytest.fixture
def page(chromium, console_errors, screenshots, request):
    """A fresh page, whose uncaught exceptions fail the test.

    Of a test that fails, a screenshot is kept.
    """
    context = chromium.new_context(viewport={"width": 1280, "height": 800})
    context.set_default_timeout(30_000)
    page = context.new_page()
    uncaught = []
    page.on("pageerror", lambda error: uncaught.append(error.stack or error.message))
    page.on("console", lambda line: note_error(line, console_errors))
    yield page
    if uncaught or request.node.stash.get(FAILED, False):
        page.screenshot(path=screenshots / f"failed-{request.node.name}.png")
    context.close()
    if uncaught:
        pytest.fail("uncaught in the page:\n" + "\n".join(uncaught), pytrace=False)


def note_error(line, errors):
    if line.type == "error":
        errors.append(line.text)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item):
    report = yield
    if report.when == "call":
        item.stash[FAILED] = report.failed
        if errors := getattr(item, "funcargs", {}).get("console_errors"):
            report.sections.append(
                ("errors in the browser's console", "\n".join(errors))
            )
    return report


@pytest.fixture(scope="session")
def screenshots():
    """The folder for pictures that people look at after the tests."""
    folder = ROOT / "test-artifacts"
    folder.mkdir(exist_ok=True)
    return folder


@pytest.fixture(scope="session")
def viewer():
    """The folder of the viewer, built from the sources that lie here."""
    command = [sys.executable, ROOT / "viewer" / "build.py"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode and shutil.which("npm"):
        pytest.fail(done.stdout + done.stderr, pytrace=False)
    if done.returncode:
        go_without(done.stderr)
    return Path(str(files("beamio.web"))) / "static"
