"""Each mistake gives one line that names the file, the path and the remedy."""

# ruff: noqa: E501 (a row of the table is a case)

import os
import re
from pathlib import Path

import h5py
import numpy as np
import pytest
import scans
from click.testing import CliRunner

from beamio.cli import main


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def scan(name="scan.h5", **changes):
    raw, flats, dark = scans.images()
    path = scans.stack(name, raw, flats, dark)
    with h5py.File(path, "a") as file:
        for key, value in changes.items():
            inside = key.replace("__", "/")
            if inside in file:
                del file[inside]
            if value is not None:
                file[inside] = value
    return path


def cut(path, keep):
    with open(path, "r+b") as file:
        file.truncate(keep)
    return path


def edf_scan(keep=None):
    raw, flats, _ = scans.images()
    scans.edf(Path("p.edf"), raw)
    scans.edf(Path("f.edf"), flats[:1])
    if keep is not None:
        cut("p.edf", keep)
    return ["p.edf", "--flat", "f.edf", "--no-dark"]


def missing_source():
    layout = h5py.VirtualLayout((6, 5, 7), "u2")
    for i in range(6):
        layout[i] = h5py.VirtualSource(f"part_{i}.h5", "data", (5, 7))
    path = scan(data=None)
    with h5py.File(path, "a") as file:
        file.create_virtual_dataset("data", layout)
    return path


def short_external():
    path = scan(data=None)
    with open("raw.bin", "wb") as file:
        file.write(bytes(100))
    with h5py.File(path, "a") as file:
        file.create_dataset(
            "data", (6, 5, 7), "u2", external=[("raw.bin", 0, 6 * 5 * 7 * 2)]
        )
    return path


def broken_chunk():
    path = scan(data=None)
    with h5py.File(path, "a") as file:
        chunked = file.create_dataset(
            "data", (6, 5, 7), "u2", chunks=(1, 5, 7), compression="gzip"
        )
        chunked[...] = 5
        chunked.id.write_direct_chunk((3, 0, 0), b"not a zlib stream")
    return path


def missing_filter():
    path = scan(data=None)
    with h5py.File(path, "a") as file:
        properties = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
        properties.set_chunk((1, 5, 7))
        properties.set_filter(32999, h5py.h5z.FLAG_OPTIONAL, ())
        space = h5py.h5s.create_simple((6, 5, 7))
        h5py.h5d.create(
            file.id, b"data", h5py.h5t.NATIVE_UINT16, space, properties
        ).write_direct_chunk((0, 0, 0), bytes(70), 0)
    return path


def dangling(target):
    path = scan(data=None)
    with h5py.File(path, "a") as file:
        file["data"] = target
    return path


def in_numbered(name, value):
    raw, flats, dark = scans.images()
    path = scans.numbered("scan.h5", raw, flats, dark)
    with h5py.File(path, "a") as file:
        del file[name]
        file[name] = value
    return path


def touched(name, text="x"):
    with open(name, "w") as file:
        file.write(text)
    return name


# name: (arguments, what the line must say)
CASES = {
    "file missing": (lambda: [scan() and "scam.h5"], r"scam\.h5: there is no such file; did you mean scan\.h5"),
    "glob of nothing": (lambda: ["nothing_*.edf"], r"nothing_\*\.edf: holds no file"),
    "file empty": (lambda: [touched("e.h5", "")], r"e\.h5: is empty \(0 bytes\)"),
    "hdf5 cut in the header": (lambda: [cut(scan(), 60)], r"scan\.h5: "),
    "hdf5 cut short": (lambda: [cut(scan(), 3000)], r"scan\.h5: is cut short: 3,000 of [\d,]+ bytes"),
    "edf cut in the header": (lambda: edf_scan(300), r"p\.edf: is cut short or damaged"),
    "edf cut in the first frame": (lambda: edf_scan(540), r"p\.edf: is cut short: 70 bytes of pixels are announced, 28"),
    "edf cut in a later frame": (lambda: edf_scan(2000), r"p\.edf.*cut short"),
    "edf cut in a later header": (lambda: edf_scan(2 * 582 + 100), r"p\.edf: is cut short after 2 images"),
    "cbf without end": (lambda: [touched("a.cbf", "###CBF: VERSION 1.5\n_array"), "--flat", "a.cbf"], r"a\.cbf: the CBF header has no end"),
    "unknown format": (lambda: [touched("notes.txt", "hello")], r"notes\.txt: is neither HDF5 nor an image"),
    "no flats": (lambda: [scan(flatfield=None) + "::/data"], r"no flats found beside scan\.h5::/data; name them with --flat"),
    "no flats at all": (lambda: [scan(flatfield=None)], r"no raw frames found beside flats.*--flat"),
    "no flats for edf": (lambda: edf_scan()[:1], r"p\.edf: no flats found.*--flat"),
    "no darks": (lambda: [scan(dark=None)], r"no darks found beside scan\.h5::/data; name them with --dark .*--no-dark"),
    "path missing": (lambda: [scan() + "::/dat"], r"scan\.h5: there is no /dat; did you mean data"),
    "flat path missing": (lambda: [scan(), "--flat", "::/flat"], r"scan\.h5: there is no /flat; did you mean flatfield"),
    "two scans": (lambda: [scan(a__data=scans.images()[0], a__flat=scans.images()[1], b__data=scans.images()[0], b__flat=scans.images()[1], flatfield=None)], r"holds 2 scans: /a, /b; choose one, as scan\.h5::/a"),
    "shapes differ": (lambda: [scan(dark=np.zeros((5, 8), "u2"))], r"scan\.h5::/dark: darks of 5 x 8 pixels do not fit the raw frames of 5 x 7 in scan\.h5::/data; name others.*--dark"),
    "shapes differ in a group": (lambda: [in_numbered("data/0300", np.zeros((4, 7), "u2"))], r"scan\.h5::/data/0300: is 4 x 7 pixels, but 0000 is 5 x 7"),
    "mask of another shape": (lambda: [scan(m=np.zeros((5, 8))), "--mask", "::/m"], r"scan\.h5::/m: masks of 5 x 8 pixels do not fit"),
    "text as image": (lambda: [in_numbered("data/0300", "hello")], r"scan\.h5::/data/0300: holds text"),
    "boolean as image": (lambda: [scan(data=np.zeros((6, 5, 7), bool))], r"scan\.h5::/data: holds boolean"),
    "compound as image": (lambda: [scan(data=np.zeros((6, 5, 7), "u2,f4"))], r"scan\.h5::/data: holds compound"),
    "complex as flat": (lambda: [scan(flatfield=None), "--flat", scan("f.h5", flat=np.zeros((5, 7), "c8")) + "::/flat"], r"f\.h5::/flat: holds complex"),
    "four dimensions": (lambda: [scan(data=np.zeros((2, 3, 5, 7), "u2"))], r"scan\.h5::/data: has the shape"),
    "nothing in it": (lambda: [scan(data=np.zeros((0, 5, 7), "u2"))], r"scan\.h5::/data: has the shape"),
    "flats not brighter": (lambda: [scan(dark=np.full((5, 7), 60000, "u2"))], r"scan\.h5::/flatfield: the flats are brighter than the darks in no pixel"),
    "position missing": (lambda: [scan(), "--position", "@time"], r"scan\.h5::/data: has no attribute 'time'"),
    "position not numeric": (lambda: [scan(t=list("abcdef")), "--position", "::/t"], r"scan\.h5::/t: value 0 is 'a', not a number"),
    "position NaN": (lambda: [scan(t=[0, 1, np.nan, 3, 4, 5]), "--position", "::/t"], r"scan\.h5::/data: t of image 2 is nan, not a position"),
    "positions too few": (lambda: [scan(t=[0, 1, 2]), "--position", "::/t"], r"scan\.h5::/data: 6 images, but t has 3 values"),
    "flat positions missing": (lambda: [scan(t=range(6)), "--position", "::/t"], r"scan\.h5::/flatfield: nothing says at which t it lies; give the positions with --flat-position"),
    "flat positions NaN": (lambda: [scan(t=[0, np.nan]), "--flat-position", "::/t"], r"scan\.h5::/flatfield: t of image 1 is nan"),
    "no number in a name": (lambda: [in_numbered("dark", np.zeros((5, 7), "u2")), "--position", "number", "--flat", "::/flatfield/0000", "--flat", "::/dark"], r"scan\.h5::/dark: there is no number in the name 'dark'.*--flat-position"),
    "currents too few": (lambda: [scan(c=[1, 2], f=[1, 1]), "--current", "::/c", "--flat-current", "::/f"], r"::/c: 2 currents for 6 frames"),
    "current of flats zero": (lambda: [scan(c=range(6), f=[1, 0]), "--current", "::/c", "--flat-current", "::/f"], r"beam currents of the flats must be 2 positive numbers"),
    "current of frames alone": (lambda: [scan(c=range(6)), "--current", "::/c"], r"--flat-current"),
    "virtual source missing": (lambda: [missing_source()], r"scan\.h5::/data: takes data from part_\d\.h5, which is not there"),
    "raw file too short": (lambda: [short_external()], r"scan\.h5::/data: its raw file raw\.bin is cut short: 100 of 420 bytes"),
    "chunk damaged": (lambda: [broken_chunk()], r"scan\.h5::/data: the chunk at .* is damaged: deflate"),
    "filter missing": (lambda: [missing_filter()], r"scan\.h5::/data: is compressed with .*not installed"),
    "soft link to nowhere": (lambda: [dangling(h5py.SoftLink("/gone"))], r"scan\.h5::/data: is a link that leads nowhere"),
    "external link to nowhere": (lambda: [dangling(h5py.ExternalLink("gone.h5", "/d"))], r"scan\.h5::/data: is a link that leads nowhere"),
    "broken link among images": (lambda: [in_numbered("data/0300", h5py.SoftLink("/gone"))], r"scan\.h5::/data/0300: is a link that leads nowhere"),
    "frames out of range": (lambda: [scan(), "--frames", "10:20"], r"scan\.h5::/data: no frame is chosen of 6"),
    "region out of range": (lambda: [scan(), "--region", "0:50,0:5"], r"rows 0:50 of the region: images have 5 rows"),
    "region malformed": (lambda: [scan(), "--region", "7"], r"'7' is not a region; write rows,columns"),
    "compression unknown": (lambda: [scan(), "--compression", "zip"], r"no compression is called 'zip'; did you mean gzip or bzip2"),
    "output is a folder": (lambda: [scan(), "-o", "."], r"\.: is a folder"),
    "output folder missing": (lambda: [scan(), "-o", "no/out.h5"], r"no/out\.h5: the folder no does not exist; make it first"),
    "output exists": (lambda: [scan(), "-o", touched("there.h5")], r"there\.h5: exists already; give another name or --overwrite"),
    "output is the input": (lambda: [scan(), "-o", "scan.h5", "--overwrite"], r"scan\.h5: the output would replace the input"),
    "output is a link to the input": (lambda: [scan(), *(os.link("scan.h5", "same.h5") or ["-o", "same.h5", "--overwrite"])], r"same\.h5: the output would replace the input"),
    "output is the flat": (lambda: [scan(), "--flat", scan("f.h5") + "::/flatfield/0000", "-o", "f.h5", "--overwrite"], r"f\.h5: the output would replace the input"),
    "preview folder missing": (lambda: [scan(), "--preview", "no/p.png"], r"no/p\.png: the folder no does not exist"),
    "preview is the output": (lambda: [scan(), "--preview", "out.h5"], r"out\.h5: is named both as output and as preview"),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_a_mistake_is_one_clear_line(folder, name):
    make, wanted = CASES[name]
    arguments = make()
    before = {p: p.read_bytes() for p in folder.rglob("*") if p.is_file()}
    if "-o" not in arguments:
        arguments += ["-o", "out.h5"]
    result = CliRunner().invoke(main, ["flatfield", *arguments])
    lines = [line for line in result.stderr.splitlines() if "warning" not in line]
    assert result.exit_code == 1, result.output
    assert len(lines) == 1
    assert lines[0].startswith("beamio: ")
    assert re.search(wanted, lines[0]), lines[0]
    assert "Traceback" not in result.output
    after = {p: p.read_bytes() for p in folder.rglob("*") if p.is_file()}
    assert after == before


@pytest.mark.parametrize(
    "arguments",
    [[], ["scan.h5"], ["scan.h5", "-o", "o.h5", "--fill", "seven"]],
    ids=["nothing", "no output", "unknown choice"],
)
@pytest.mark.usefixtures("folder")
def test_wrong_usage_is_status_2(arguments):
    scan()
    assert CliRunner().invoke(main, ["flatfield", *arguments]).exit_code == 2


def test_every_cut_of_an_hdf5_file_is_an_error(folder):
    size = os.stat(scan()).st_size
    for keep in range(1, size, 397):
        cut(scan(), keep)
        arguments = ["flatfield", "scan.h5", "-o", "out.h5"]
        result = CliRunner().invoke(main, arguments)
        assert result.exit_code == 1, keep
        assert result.stderr.count("\n") == 1
        assert "scan.h5" in result.stderr
        assert not (folder / "out.h5").exists()


@pytest.mark.usefixtures("folder")
def test_every_cut_of_an_edf_file_is_an_error():
    edf_scan()
    size = os.stat("p.edf").st_size
    boundaries = {582 * i for i in range(1, 6)}
    for keep in sorted({*range(1, size, 61)} - boundaries):
        result = CliRunner().invoke(
            main, ["flatfield", *edf_scan(keep), "-o", "out.h5"]
        )
        assert result.exit_code == 1, keep
        assert result.stderr.count("\n") == 1
        assert "p.edf" in result.stderr


@pytest.mark.usefixtures("folder")
def test_control_characters_never_reach_the_terminal():
    result = CliRunner().invoke(main, ["flatfield", "a\x1b[31m\n.h5", "-o", "o.h5"])
    assert result.exit_code == 1
    assert "\x1b" not in result.stderr
    assert result.stderr.count("\n") == 1


@pytest.mark.usefixtures("folder")
def test_debug_shows_where_an_error_comes_from():
    result = CliRunner().invoke(main, ["--debug", "flatfield", "a.h5", "-o", "o.h5"])
    assert isinstance(result.exception, FileNotFoundError)
