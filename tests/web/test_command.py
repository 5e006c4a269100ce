"""`beamio view` in the terminal."""

import asyncio
import os
import re
import signal
import socket
import subprocess
import sys
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import h5py
import numpy as np
import pytest
from click.testing import CliRunner

import beamio.web
from beamio.cli import main

pytest.importorskip("uvicorn")

EVERYWHERE = "0.0.0.0"  # noqa: S104 (to test the warning)


def is_built():
    return Path(beamio.web.__file__).with_name("static").is_dir()


@pytest.fixture
def page(monkeypatch, tmp_path):
    """Let the server find a page, whether the viewer was built or not."""
    folder = tmp_path / "static"
    (folder / "assets").mkdir(parents=True)
    (folder / "index.html").write_text("<title>page</title>")
    (folder / "assets" / "a-123.js").write_text("1")
    monkeypatch.setattr("beamio.web.app.STATIC", folder)


@pytest.fixture
def scan(tmp_path):
    with h5py.File(tmp_path / "scan.h5", "w") as file:
        file["data"] = np.arange(12).reshape(3, 4)
    return tmp_path / "scan.h5"


@pytest.fixture
def asked(page, monkeypatch):  # noqa: ARG001 (the page is there)
    """Give a function that runs the command, asks its server, and stops it."""
    opened = []
    monkeypatch.setattr("click.launch", opened.append)
    for name in ("SSH_CONNECTION", "WAYLAND_DISPLAY", "BROWSER", "WSL_DISTRO_NAME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("DISPLAY", ":0")

    def run(*args, ask=str):
        import uvicorn

        def run_once(self, sockets):
            self.config.load()
            self.lifespan = self.config.lifespan_class(self.config)
            asyncio.run(_started(self, sockets, ask))

        monkeypatch.setattr(uvicorn.Server, "run", run_once)
        result = CliRunner().invoke(main, ["view", *map(str, args)])
        result.opened = opened
        return result

    return run


async def _started(server, sockets, ask):
    await server.startup(sockets)
    try:
        await asyncio.to_thread(ask, sockets[0].getsockname())
    finally:
        server.should_exit = True
        await server.shutdown(sockets)


def url_of(result):
    return re.search(r"Open (http\S+)", result.output)[1]


def test_it_says_what_is_shown_where_and_how_to_stop(asked, scan):
    result = asked(scan, "--no-browser")
    assert result.exit_code == 0, result.output
    first, last = result.output.splitlines()
    assert re.fullmatch(
        r"Open http://127\.0\.0\.1:\d+/\?token=[\w-]{32}&file=scan\.h5", first
    )
    assert last == f"It shows {scan}. Ctrl-C stops it."
    assert not result.opened


def test_the_browser_is_opened_with_a_token_that_is_good_once(asked, scan, monkeypatch):
    answers, opened = [], []
    monkeypatch.setattr("click.launch", opened.append)

    def ask(address):
        (url,) = opened
        for _ in range(2):
            connection = HTTPConnection(*address)
            connection.request("GET", url[url.index("/", 8) :])
            answer = connection.getresponse()
            answers.append((answer.status, answer.getheader("set-cookie")))

    asked(scan, ask=ask)
    (first, cookie), (second, none) = answers
    assert first == second == 303
    assert "HttpOnly" in cookie
    assert "Path" not in cookie
    assert none is None


@pytest.mark.parametrize("place", ["::/data", "::/data[1,0:2]"])
def test_a_place_in_a_file_is_opened_right_there(asked, scan, place):
    query = parse_qs(urlsplit(url_of(asked(f"{scan}{place}"))).query)
    assert query["path"] == ["/data"]
    assert query.get("slice", [""])[0] == ("1,0:2" if "[" in place else "")


def test_over_ssh_the_command_for_the_tunnel_is_told(asked, scan, monkeypatch):
    monkeypatch.setenv("SSH_CONNECTION", "192.0.2.1 50000 192.0.2.9 2222")
    monkeypatch.setattr("socket.getfqdn", lambda *_: "node7.example.org")
    monkeypatch.setattr("getpass.getuser", lambda: "ada")
    result = asked(scan)
    port = urlsplit(url_of(result)).port
    assert (
        f"ssh -N -L {port}:localhost:{port} -p 2222 ada@node7.example.org"
        in result.output
    )
    assert not result.opened


def test_without_a_display_no_browser_is_tried(asked, scan, monkeypatch):
    monkeypatch.delenv("DISPLAY")
    result = asked(scan)
    if sys.platform == "linux":
        assert not result.opened
    assert "Open http" in result.output


def test_that_others_can_reach_it_is_told(asked, scan):
    result = asked(scan, "--host", EVERYWHERE, "--no-browser")
    assert "Other machines can reach this" in result.stderr
    assert EVERYWHERE not in url_of(result)


def test_a_port_that_is_taken_is_told(asked, scan):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        result = asked(scan, "--port", other.getsockname()[1])
    assert result.exit_code == 1
    assert "another program has this port" in result.stderr
    assert result.stderr.count("\n") == 1


def test_a_page_that_was_not_built_is_told_with_the_remedy(scan, monkeypatch, tmp_path):
    monkeypatch.setattr("beamio.web.app.STATIC", tmp_path / "nothing")
    result = CliRunner().invoke(main, ["view", str(scan)])
    assert result.exit_code == 1
    assert "make viewer" in result.stderr
    assert result.stderr.count("\n") == 1


@pytest.mark.parametrize("package", ["uvicorn", "starlette", "pydantic"])
def test_a_package_that_is_missing_is_told_with_the_remedy(scan, package):
    code = (
        f"import sys; sys.modules[{package!r}] = None; "
        f"from beamio.cli import main; main(['view', {str(scan)!r}, '--no-browser'])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert "pip install 'beamio[web]'" in done.stderr
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize("name", ["scan_%04d.npy", "scan_*.npy"])
def test_a_series_is_shown_as_one(asked, served, tmp_path, name):
    for number in range(3):
        np.save(tmp_path / f"scan_{number:04d}.npy", np.full((2, 2), number))
    result = asked(tmp_path / name)
    query = parse_qs(urlsplit(url_of(result)).query)
    assert query["file"] == [name]
    found = served(tmp_path / name).get("/api/folder").json()["entries"]
    assert [each["problem"] for each in found] == [""]


@pytest.mark.parametrize("url", ["nowhere.h5", "nothing_%04d.edf", "scan.h5::/data[0:"])
def test_what_is_not_there_is_told(asked, scan, url):
    result = asked(scan.parent / url)
    assert result.exit_code == 1
    assert result.stderr.count("\n") == 1
    assert "Traceback" not in result.output


def test_names_that_are_no_text_come_to_the_page_and_back(asked, served, tmp_path):
    name = os.fsdecode(b"caf\xe9.h5")
    with h5py.File(tmp_path / "scan.h5", "w") as file:
        file["data"] = np.arange(3)
    (tmp_path / "scan.h5").rename(tmp_path / name)
    file = parse_qs(urlsplit(url_of(asked(tmp_path / name))).query)["file"][0]
    client = served(tmp_path / name)
    listed = client.get("/api/folder").json()["entries"][0]["file"]
    assert listed == file == client.get("/api/session").json()["roots"][0]["name"]
    query = {"file": file, "path": "/data"}
    assert client.get("/api/data", params=query).json() == [0, 1, 2]
    lost = client.get("/api/data", params={**query, "path": "/lost"})
    assert lost.status_code == 404


def test_objects_whose_names_are_no_text_can_be_asked_for(served, tmp_path):
    with h5py.File(tmp_path / "scan.h5", "w") as file:
        group = h5py.h5g.create(file.id, b"gr\xfcn")
        h5py.Group(group)["x"] = 5
    client = served(tmp_path)
    query = {"file": f"{tmp_path.name}/scan.h5"}
    (item,) = client.get("/api/children", params=query).json()["items"]
    (child,) = client.get("/api/meta", params=query).json()["children"]
    assert child["name"] == item["name"]
    answer = client.get("/api/data", params={**query, "path": f"/{item['name']}/x"})
    assert answer.json() == 5


def test_ctrl_c_ends_it_without_a_word_too_much(scan):
    if not is_built():
        pytest.skip("the viewer was not built")
    command = [sys.executable, "-m", "beamio", "view", "--no-browser", str(scan)]
    with subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    ) as server:
        server.stdout.readline()
        server.send_signal(signal.SIGINT)
        try:
            _, errors = server.communicate(timeout=60)
        finally:
            server.kill()
    assert errors == "beamio: stopped; nothing unfinished is left behind\n"
    assert server.returncode == 128 + signal.SIGINT
