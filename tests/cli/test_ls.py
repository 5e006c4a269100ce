import fcntl
import json
import os
import pty
import struct
import subprocess
import sys
import termios

import h5py
import numpy as np
import pytest
from click.testing import CliRunner

from beamio.cli import main


@pytest.fixture
def scan(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with h5py.File("scan.h5", "w") as file:
        file.attrs["default"] = "entry"
        entry = file.create_group("entry")
        entry.attrs["NX_class"] = "NXentry"
        entry["energy"] = 12.4
        entry["energy"].attrs["units"] = "keV"
        entry["gone"] = h5py.SoftLink("/nowhere")
        data = np.zeros((4, 5, 6), "u2")
        entry.create_dataset("counts", data=data, chunks=(1, 5, 6), compression="gzip")
        entry["again"] = file["entry"]
    return "scan.h5"


def ls(*arguments):
    return CliRunner().invoke(main, ["ls", *arguments])


def on_a_terminal(*arguments, columns=80, **variables):
    """What a command sends to a terminal of so many columns."""
    leader, follower = pty.openpty()
    fcntl.ioctl(follower, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    environment = {**os.environ, "TERM": "xterm", **variables}
    subprocess.run(
        [sys.executable, "-m", "beamio", "ls", *arguments],
        check=False,
        stdout=follower,
        env=environment,
    )
    os.close(follower)
    shown = b""
    try:
        while part := os.read(leader, 65536):
            shown += part
    except OSError:  # all was read
        pass
    os.close(leader)
    return shown.decode()


def test_the_tree_shows_what_is_where(scan):
    assert ls("-r", scan).output.splitlines() == [
        "scan.h5",
        "└─ entry  NXentry  default",
        "   ├─ again  NXentry  cycle, back to /entry",
        "   ├─ counts  4 x 5 x 6 uint16",
        "   ├─ energy  float64  keV",
        "   └─ gone  -> /nowhere  missing path (there is no nowhere in /)",
    ]


def test_the_list_has_a_column_of_names(scan):
    lines = ls(f"{scan}::/entry").output.splitlines()
    assert lines[1] == "counts  4 x 5 x 6 uint16"
    assert lines[0].startswith("again/  ")


def test_the_long_list_says_how_datasets_are_stored(scan):
    lines = ls("-l", f"{scan}::/entry/counts").output.splitlines()
    assert lines[0] == "counts  4 x 5 x 6 uint16"
    assert lines[1].startswith("    chunks 1 x 5 x 6, gzip:4, ")
    assert "of 240 B (" in lines[1]


def test_the_json_can_be_read(scan):
    items = json.loads(ls("-r", "-l", "--json", scan).output)
    found = {item["path"]: item for item in items}
    assert found["/entry/counts"]["storage"]["chunks"] == [1, 5, 6]
    assert found["/entry/gone"]["link"]["cause"] == "missing path"
    assert found["/entry/energy"]["units"] == "keV"
    assert json.loads(ls("--json", "no.h5").stdout) == []


def test_one_file_that_is_missing_does_not_stop_the_rest(scan):
    result = ls("gone.h5", scan)
    assert result.exit_code == 1
    assert "entry/" in result.stdout
    assert result.stderr.count("\n") == 1
    assert "gone.h5" in result.stderr


def test_several_files_have_headings(scan):
    assert ls(scan, scan).output.count("scan.h5:\n") == 2


def test_control_characters_are_shown_and_not_sent(tmp_path):
    path = tmp_path / "hostile.h5"
    with h5py.File(path, "w") as file:
        file["\x1b[31mred\nline\u202e"] = 1
        file["units"] = 1
        file["units"].attrs["units"] = "\x1b]0;title\x07"
        file["class"] = 1
        file.create_group("group").attrs["NX_class"] = "\x9b31m"
        file["link"] = h5py.SoftLink("\x1b[2J")
        file["type"] = np.zeros(1, [("\x1b[1m", "i4")])
    for options in (["-r"], ["-l"], ["--json", "-r"], []):
        output = ls(*options, str(path)).output
        assert not [char for char in output if not (char.isprintable() or char == "\n")]


def test_colours_are_for_terminals_only(scan):
    assert "\x1b" not in ls("-r", scan).output
    assert "\x1b[31mmissing path" in on_a_terminal("-r", scan)
    assert "\x1b" not in on_a_terminal("-r", scan, NO_COLOR="1")


def test_lines_fit_the_terminal(scan):
    for line in on_a_terminal("-r", scan, columns=30, NO_COLOR="1").splitlines():
        assert len(line) <= 30


def test_a_plain_listing_imports_only_what_it_uses(scan):
    code = (
        "import sys; from beamio.cli import main\n"
        f"try: main(['ls', '-r', {scan!r}])\n"
        "except SystemExit: pass\n"
        "heavy = {'rich', 'hdf5plugin', 'silx', 'fabio', 'matplotlib'}\n"
        "assert not heavy & set(sys.modules), heavy & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True, capture_output=True)
