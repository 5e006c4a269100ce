"""What ``beamio convert`` prints, and what it says of bad input: one line each."""

import json
import os
import resource
import shutil
import signal
import subprocess
import sys
import time

import fabio
import h5py
import numpy as np
import pytest
from click.testing import CliRunner
from PIL import Image

import beamio
from beamio.cli import main


def run(*args):
    return CliRunner().invoke(main, ["convert", *map(str, args)])


def write_edf(path, shape=(30, 40), **header):
    data = np.random.default_rng(0).poisson(50, shape).astype("u2")
    fabio.edfimage.EdfImage(data, header).write(str(path))
    return path


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    write_edf("a.edf", exposure="0.5")
    return tmp_path


def refused(result, *words):
    """The line that a command has failed with, which holds some words."""
    assert result.exit_code == 1, result.output
    lines = result.stderr.splitlines()
    assert len(lines) == 1, result.stderr
    for word in words:
        assert word in lines[0]
    return lines[0]


@pytest.mark.usefixtures("here")
def test_the_report_is_printed_as_json():
    result = run("a.edf", "-o", "o.h5", "--json")
    report = json.loads(result.output)
    assert report["converted"][0]["path"] == "/scan_0"
    assert report["verified"]
    assert not report["failed"]


def test_a_dry_run_writes_nothing(here):
    result = run("a.edf", "-o", "o.h5", "--dry-run")
    assert "-> /scan_0  30 x 40 uint16" in result.output
    run("a.edf", "-o", "o_%04d.tif", "--dry-run")
    assert os.listdir(here) == ["a.edf"]


def test_one_bad_file_among_many_is_named_and_the_status_is_1(here):
    (here / "bad.edf").write_bytes((here / "a.edf").read_bytes()[:-5])
    result = run("bad.edf", "a.edf", "-o", "o.h5")
    assert result.exit_code == 1
    assert "1 source could not be converted:\n  bad.edf: is cut short" in result.stderr
    with h5py.File("o.h5") as file:
        assert list(file) == ["a"]


@pytest.fixture
def bad_files(here):
    """Files of which something is wrong, beside good ones."""
    good = (here / "a.edf").read_bytes()
    (here / "header.edf").write_bytes(good.partition(b"}\n")[0] + b"}\n")
    (here / "cut.edf").write_bytes(good[:-100])
    (here / "empty.edf").write_bytes(b"")
    (here / "bad.txt").write_text("Dear diary,\n" * 50)
    (here / "bad.spec").write_text("#F bad.spec\n#E 1\n#D Mon Jan 01 00:00:00 2024\n")
    for number in (1, 2, 4):
        write_edf(here / f"gap_{number}.edf")
        write_edf(here / f"odd_{number // 2}.edf", (3 + number, 4))


BAD = [
    (["header.edf"], ["header.edf"]),
    (["cut.edf"], ["cut.edf", "cut short"]),
    (["empty.edf"], ["empty.edf", "empty"]),
    (["bad.txt"], ["bad.txt", "neither HDF5 nor an image"]),
    (["bad.spec"], ["bad.spec"]),
    (["nothing_*.edf"], ["nothing_*.edf", "no file matches"]),
    (["b.edf"], ["b.edf", "no such file", "a.edf"]),
    (["a.edf::/scan_1"], ["a.edf::/", "scan_1", "scan_0"]),
    (["odd_*.edf"], ["odd_1.edf", "5 x 4", "4 x 4", "--odd-shapes"]),
    (["gap_%d.edf"], ["missing: 3", "--gaps"]),
    (["gap_%d.edf", "--begin", "7", "--end", "9"], ["7 to 9", "1, 2 and 4"]),
    (["a.edf", "--begin", "7"], ["a.edf", "--begin", "--stack"]),
    (["a.edf", "--begin", "7", "--end", "3"], ["begins at 7"]),
    (["a.edf", "--filter", "bitshufle"], ["bitshufle", "bitshuffle"]),
    (["a.edf", "--chunks", "1,x"], ["1,x", "1,2048,2048"]),
    (["a.edf", "--links", "copy"], ["--links", "HDF5 to HDF5"]),
    (["a.edf", "--delete-source", "--no-verify"], ["--no-verify"]),
    (["a.edf", "--threads", "0"], ["threads"]),
]


@pytest.mark.usefixtures("bad_files")
@pytest.mark.parametrize(("arguments", "words"), BAD, ids=" ".join)
def test_bad_input_is_one_clear_line_and_nothing_is_written(here, arguments, words):
    before = sorted(os.listdir(here))
    refused(run(*arguments, "-o", "o.h5"), *words)
    assert sorted(os.listdir(here)) == before


@pytest.mark.parametrize(
    ("output", "words"),
    [
        ("a.edf", ["a.edf", "replace the input"]),
        ("old.h5", ["old.h5", "exists already", "--mode a"]),
        ("missing/o.h5", ["missing", "does not exist"]),
        ("o.xyz", [".xyz", ".h5"]),
        ("o", ["no suffix", ".h5"]),
        ("text.h5::/group", ["text.h5", "no HDF5 file"]),
        ("old.h5::/data", ["old.h5::/data", "exists already"]),
        ("old.h5::/data/below", ["old.h5", "/data"]),
    ],
)
def test_a_bad_output_is_one_clear_line_and_nothing_changes(here, output, words):
    (here / "text.h5").write_text("no HDF5")
    with h5py.File("old.h5", "w") as file:
        file["data"] = np.arange(10)
    before = {name: (here / name).read_bytes() for name in os.listdir(here)}
    refused(run("a.edf", "-o", output), *words)
    assert {name: (here / name).read_bytes() for name in os.listdir(here)} == before


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize("mode", ["r+", "a"])
def test_modes_that_add(mode):
    result = run("a.edf", "-o", "new.h5", "--mode", mode)
    assert (result.exit_code == 0) == (mode == "a")
    if mode == "r+":
        refused(result, "new.h5", "--mode a")


def test_names_of_files_may_be_anything(here):
    names = ["with space.edf", "new\nline.edf", "µ_\u202e.edf", "[x].edf", "-dash.edf"]
    for name in names:
        write_edf(here / name)
    result = run("-o", "o.h5", "--", *names)
    assert result.exit_code == 0, result.output
    assert "\u202e" not in result.output
    with h5py.File("o.h5") as file:
        assert sorted(file) == sorted(name.removesuffix(".edf") for name in names)


def test_a_header_of_any_bytes_becomes_text(here):
    raw = (here / "a.edf").read_bytes()
    (here / "latin.edf").write_bytes(
        raw.replace(b"exposure = 0.5", b"exposure = \xe9.5")
    )
    result = run("latin.edf", "-o", "o.h5")
    assert result.exit_code == 0, result.output
    with h5py.File("o.h5") as file:
        [text] = file["scan_0/instrument/detector_0/others/exposure"].asstr()[()]
    assert text.endswith(".5")


def start(*arguments, **options):
    command = [sys.executable, "-m", "beamio", "convert", *arguments]
    return subprocess.Popen(command, stderr=subprocess.PIPE, text=True, **options)


@pytest.mark.parametrize("output", ["o.h5", "old.h5::/new"])
@pytest.mark.parametrize("compression", ["none", "bitshuffle-lz4"])
def test_a_full_disk_is_told_and_leaves_everything_as_it_was(here, output, compression):
    np.save("big.npy", np.random.default_rng(0).integers(0, 9999, (16, 512, 512)))
    with h5py.File("old.h5", "w") as file:
        file["data"] = np.arange(10)
    before = (here / "old.h5").read_bytes()

    def limit():
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 20, 1 << 20))

    process = start("big.npy", "-o", output, "--filter", compression, preexec_fn=limit)
    _, errors = process.communicate(timeout=60)
    assert process.returncode == 1
    assert errors.count("\n") == 1
    assert "full" in errors
    assert sorted(os.listdir(here)) == ["a.edf", "big.npy", "old.h5"]
    assert (here / "old.h5").read_bytes() == before


@pytest.mark.usefixtures("here")
def test_a_killed_addition_leaves_a_file_that_opens():
    np.save("big.npy", np.random.default_rng(0).integers(0, 9999, (64, 512, 512)))
    with h5py.File("old.h5", "w", libver="latest") as file:
        file["data"] = np.arange(10)
    size = os.path.getsize("old.h5")
    process = start("big.npy", "-o", "old.h5::/new", "--filter", "gzip:9")
    while os.path.getsize("old.h5") < size + (1 << 20) and process.poll() is None:
        time.sleep(0.01)
    process.kill()
    process.communicate()
    with h5py.File("old.h5") as file:
        assert list(file) == ["data"]
    assert run("a.edf", "-o", "old.h5::/new").exit_code == 0
    with h5py.File("old.h5") as file:
        assert sorted(file) == ["data", "new"]
        assert file["data"][()].tolist() == list(range(10))


@pytest.mark.parametrize("output", ["o.npy", "o.h5", "o.tif"])
def test_raw_binary_is_told_by_its_shape_and_type(here, output):
    values = np.arange(24, dtype=">u2").reshape(2, 3, 4)
    (here / "r.raw").write_bytes(b"HEAD" + values.tobytes())
    said = ["--shape", "2,3,4", "--dtype", ">u2", "--offset", 4]
    result = run("r.raw", "-o", output, *said)
    assert (result.exit_code, result.stderr) == (0, "")
    with beamio.open(output) as file:
        found = beamio.read(output) if output == "o.h5" else None
        path = {"o.npy": "data", "o.h5": "entry/data/data"}.get(
            output, "scan_0/instrument/detector_0/data"
        )
        assert found is None or np.array_equal(found, values)
        assert np.array_equal(file[path][()], values)


@pytest.mark.usefixtures("here")
def test_what_is_behind_the_values_of_raw_binary_is_told_and_not_deleted(tmp_path):
    (tmp_path / "r.raw").write_bytes(bytes(50))
    said = ["--shape", "2,3,4", "--dtype", "u2", "--delete-source"]
    result = run("r.raw", "-o", "o.h5", *said)
    assert result.stderr == "warning  2 B behind the values left out\n"
    assert (tmp_path / "r.raw").exists()


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ("--shape 2,3,4", ["--dtype"]),
        ("--dtype u2", ["--shape"]),
        ("--shape 2,3,5 --dtype u2", ["r.raw", "cut short"]),
        ("--shape 2,x --dtype u2", ["'2,x'"]),
        ("--shape 2,3 --dtype foo", ["'foo'"]),
        ("--shape 2,3 --dtype O", ["r.raw"]),
        ("--shape 9999999999,9999999999 --dtype u2", ["r.raw"]),
        ("--shape 2,3 --dtype u2 --offset -4", ["-4"]),
    ],
)
def test_raw_binary_that_is_not_so_is_one_clear_line(here, said, words):
    (here / "r.raw").write_bytes(bytes(48))
    refused(run("r.raw", "-o", "o.h5", *said.split()), *words)
    assert sorted(os.listdir(here)) == ["a.edf", "r.raw"]


@pytest.fixture
def hdf5(here):
    with h5py.File("scan.h5", "w") as file:
        file["entry/data"] = np.zeros((2, 64, 64), "u2")
        file["entry/text"] = "abc"
        file["entry/linked"] = h5py.ExternalLink("linked.h5", "/data")
    with h5py.File("linked.h5", "w") as file:
        file["data"] = [1]
    (here / "new").mkdir()
    return here


def test_a_dry_run_shows_what_is_copied_from_hdf5_to_hdf5(hdf5):
    shutil.copy("scan.h5", "other.h5")
    before = sorted(os.listdir(hdf5))
    result = run(
        "scan.h5", "other.h5", "-o", "new/o.h5", "--filter", "lz4", "--dry-run"
    )
    assert result.exit_code == 0
    assert result.stdout.startswith("scan.h5 -> /scan\nother.h5 -> /other\n")
    assert "contiguous -> " in result.stdout
    assert "2 datasets of 4 would change" in result.stdout
    assert "warning  /scan/entry/linked -> linked.h5::/data" in result.stderr
    told = json.loads(run("scan.h5", "-o", "o.h5", "--dry-run", "--json").stdout)
    assert told["sources"] == [{"source": "scan.h5", "path": "/"}]
    assert sorted(os.listdir(hdf5)) == before
    assert not os.listdir("new")


@pytest.mark.parametrize(
    ("good", "output"), [("scan.h5", "o.h5"), ("a.edf", "o.h5"), ("a.edf", "%s.tif")]
)
def test_a_dry_run_tells_which_of_many_sources_fail(hdf5, good, output):
    bad = f"bad{good[-4:]}"
    (hdf5 / bad).write_bytes((hdf5 / good).read_bytes()[:-5])
    result = run(good, bad, "-o", output, "--dry-run")
    assert result.exit_code == 1
    assert f"  {bad}: is cut short" in result.stderr
    assert f"  {good}" not in result.stderr
    shown = json.loads(run(good, bad, "-o", output, "--dry-run", "--json").stdout)
    assert [failed["source"] for failed in shown["failed"]] == [bad]


def test_a_damaged_tiff_file_is_one_line_and_none_of_libtiff(here):
    noise = Image.fromarray(np.random.default_rng(0).integers(0, 255, (64, 64), "u1"))
    noise.save("bad.tif", compression="tiff_adobe_deflate")
    data = bytearray((here / "bad.tif").read_bytes())
    data[100:140] = bytes(40)
    (here / "bad.tif").write_bytes(data)
    result = subprocess.run(
        [sys.executable, "-m", "beamio", "convert", "bad.tif", "-o", "o.h5"],
        check=False,
        capture_output=True,
        text=True,
    )
    assert result.returncode == 1
    (line,) = result.stderr.splitlines()
    assert line.startswith("beamio: bad.tif: is cut short or damaged")
