"""A server to ask without a browser, and a browser."""

import re
import subprocess
import sys
from contextlib import ExitStack

import pytest
from browser import (  # noqa: F401 (fixtures, and a hook)
    chromium,
    chromium_path,
    console_errors,
    page,
    pytest_runtest_makereport,
    screenshots,
    viewer,
)

KEY = "the one"


@pytest.fixture
def served():
    """Give a function that serves files and folders, and returns who asks them."""
    pytest.importorskip("starlette")
    from starlette.testclient import TestClient

    from beamio.web.app import make_app
    from beamio.web.fence import Fence
    from beamio.web.security import Door

    with ExitStack() as stack:

        def serve(*names, key=KEY, **options):
            fence = Fence.around([str(name) for name in names], **options)
            app = make_app(fence, Door.of(KEY))
            client = TestClient(
                app,
                base_url="http://127.0.0.1:8000",
                headers={"Authorization": f"Bearer {key}"},
            )
            return stack.enter_context(client)

        yield serve


@pytest.fixture
def viewed(request):
    """Give a function that starts ``beamio view``, and returns the address to open."""
    request.getfixturevalue("viewer")  # built, so that there is a page to show
    with ExitStack() as stack:

        def start(*names):
            words = ["view", "--no-browser", *map(str, names)]
            server = stack.enter_context(
                subprocess.Popen(
                    [sys.executable, "-P", "-m", "beamio", *words],
                    stdout=subprocess.PIPE,
                    text=True,
                )
            )
            stack.callback(server.terminate)
            return re.search(r"http\S+", server.stdout.readline()).group()

        yield start
