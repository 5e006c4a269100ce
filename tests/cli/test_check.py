"""``beamio check``: what it prints and answers."""

import json
import os
import signal
import subprocess
import sys
import time

import h5py
from check.damage import overwrite, place_of_chunk, scan
from click.testing import CliRunner

from beamio.cli import main


def run(*arguments):
    return CliRunner().invoke(main, ["check", *map(str, arguments)])


def test_a_good_file_is_told_to_be_good(tmp_path):
    path = scan(tmp_path / "a.h5")
    result = run(path)
    assert result.exit_code == 0
    expected = f"{path}  no problem (2 groups, 3 datasets, 8 chunks)\n"
    assert result.stdout == expected


def test_the_worst_of_several_files_counts_and_all_are_checked(tmp_path):
    good, bad = scan(tmp_path / "good.h5"), tmp_path / "bad.h5"
    with h5py.File(bad, "w") as file:
        file["gone"] = h5py.SoftLink("/x")
    assert run(good, bad).exit_code == 1
    result = run("none.h5", good, bad)
    assert result.exit_code == 2
    assert "none.h5  can't be read" in result.stdout
    assert f"{bad}  1 problem (1 group, 1 link)" in result.stdout
    assert "  error: dangling link  /gone\n" in result.stdout


def test_json_names_every_damaged_chunk(tmp_path):
    path = scan(tmp_path / "a.h5", compression="gzip")
    place, size = place_of_chunk(path, 3)
    overwrite(path, place, b"\xff" * size)
    result = run("--deep", "--json", path)
    (report,) = json.loads(result.stdout)
    assert report["status"] == result.exit_code == 1
    assert report["findings"][0]["chunks"] == [[3, 0, 0]]


def test_only_so_many_findings_are_shown(tmp_path):
    with h5py.File(tmp_path / "a.h5", "w") as file:
        for number in range(30):
            file[f"gone {number}"] = h5py.SoftLink("/x")
    result = run(tmp_path / "a.h5", "--max", 5)
    assert result.stdout.count("dangling link") == 5
    assert "and 25 more; --max 0 shows all" in result.stdout


def test_hostile_names_do_not_reach_the_terminal(tmp_path):
    with h5py.File(tmp_path / "a.h5", "w") as file:
        file["\x1b[31m"] = h5py.SoftLink("/\x1b]0;x\x07")
    result = run(tmp_path / "a.h5")
    assert "\x1b" not in result.stdout
    assert "\\x1b[31m" in result.stdout


def test_lines_fit_in_eighty_columns(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with h5py.File("a.h5", "w") as file:
        file["link"] = h5py.ExternalLink("a_file_of_some_name.h5", "/entry/data")
        file["entry/plot"] = 1
        file["entry"].attrs["signal"] = "plto"
    result = run("a.h5")
    assert max(map(len, result.stdout.splitlines())) <= 80


def test_what_can_not_be_used_is_refused(tmp_path):
    path = scan(tmp_path / "a.h5")
    result = run(path, "--threads", 0)
    assert (result.exit_code, result.stderr.count("\n")) == (2, 1)
    assert run(path, "--patience", 0).exit_code == 2


def children(process):
    with open(f"/proc/{process}/task/{process}/children") as file:
        return list(map(int, file.read().split()))


def test_ctrl_c_ends_the_process_that_looks_too(tmp_path):
    path = scan(tmp_path / "a.h5")
    command = [sys.executable, "-m", "beamio", "check", *[str(path)] * 2000]
    started = subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    )
    while not (looking := children(started.pid)):
        time.sleep(0.05)
    time.sleep(1)
    started.send_signal(signal.SIGINT)
    _, errors = started.communicate(timeout=60)
    assert started.returncode == 128 + signal.SIGINT
    assert errors == "beamio: stopped; nothing unfinished is left behind\n"
    for process in looking:
        assert not os.path.exists(f"/proc/{process}")
