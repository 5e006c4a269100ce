"""What is wrong with HDF5 files, and what is not."""

import shutil
import signal
import subprocess
import sys

import h5py
import numpy as np
import pytest
from check.damage import FILTERS, found, overwrite, place_of_chunk, scan
from zoo import write_zoo

from beamio import check
from beamio.check.superblock import read_superblock


@pytest.mark.parametrize("deep", [True, False])
def test_of_a_file_that_holds_everything_only_what_is_missing_is_told(tmp_path, deep):
    report = check(write_zoo(tmp_path), deep=deep)
    assert found(report) == {
        ("missing filter", "/filters/unknown"),
        ("dangling link", "/links/dangling"),
        ("dangling link", "/links/gone"),
        ("missing source", "/virtual"),
        ("NeXus", "/"),  # its default is not there
    }
    assert report.status == 1
    missing = {each.name for each in report.dependencies if not each.found}
    assert missing == {"gone.h5", "gone.h5::x", "32999 (without a name)"}
    there = {each.kind for each in report.dependencies if each.found}
    assert there == {"external link", "virtual source", "raw file", "filter"}


@pytest.mark.parametrize("name", FILTERS)
def test_nothing_is_wrong_with_a_good_file(tmp_path, name):
    report = check(scan(tmp_path / "a.h5", **FILTERS[name]), deep=True)
    assert found(report) == set()
    assert report.status == 0
    assert report.looked_at["bytes"] > 8 * 30 * 40 * 2


@pytest.mark.parametrize(
    "name", sorted(set(FILTERS) - {"szip"})
)  # which decodes anything
def test_every_damaged_chunk_is_told(tmp_path, name):
    path = scan(tmp_path / "a.h5", **FILTERS[name])
    for number in (2, 5):
        place, size = place_of_chunk(path, number)
        overwrite(path, place, np.random.default_rng(number).bytes(size))
    report = check(path, deep=True)
    assert found(report) == {("damaged chunks", "/entry/data")}
    (finding,) = report.problems
    assert finding.chunks == ((2, 0, 0), (5, 0, 0))
    assert "2 of 8 chunks" in finding.message
    assert not check(path)  # which does not read them


def test_a_file_that_was_cut_is_told_with_how_much_is_missing(tmp_path):
    path = scan(tmp_path / "a.h5")
    size = path.stat().st_size
    with path.open("r+b") as file:
        file.truncate(size - 1000)
    report = check(path)
    assert report.status == 2
    kinds = [each.kind for each in report.findings]
    assert kinds == ["cut short", "unreadable"]
    assert f"{size - 1000:,} of {size:,} bytes" in report.findings[0].message


def test_chunks_beyond_the_end_are_told(tmp_path):
    path = scan(tmp_path / "a.h5")
    size = path.stat().st_size
    with path.open("r+b") as file:
        raw = bytearray(file.read())
    place, length = place_of_chunk(path, 7)
    at = raw.index(place.to_bytes(8, "little"))
    overwrite(path, at, (size - length // 2).to_bytes(8, "little"))
    assert ("beyond the end", "/entry/data") in found(check(path))


def test_chunks_that_overlap_are_told(tmp_path):
    path = scan(tmp_path / "a.h5")
    raw = path.read_bytes()
    places = [place_of_chunk(path, number)[0] for number in (3, 4)]
    at = raw.index(places[1].to_bytes(8, "little"))
    overwrite(path, at, (places[0] + 2).to_bytes(8, "little"))
    assert ("overlap", "/entry/data") in found(check(path))


WRITER = """
import h5py, os, sys
file = h5py.File(sys.argv[1], "w", libver="latest")
data = file.create_dataset("x", (0, 10), "i4", maxshape=(None, 10), chunks=(1, 10))
if sys.argv[2] == "swmr":
    file.swmr_mode = True
for i in range(20):
    data.resize(i + 1, 0)
    data[i] = i
    data.flush()
file.flush()
{end}
"""


@pytest.mark.parametrize("mode", ["swmr", "plain"])
def test_a_file_that_a_dead_writer_left_open_is_told_with_the_remedy(tmp_path, mode):
    path = tmp_path / "a.h5"
    end = "os.kill(os.getpid(), 9)"
    script = WRITER.format(end=end)
    done = subprocess.run([sys.executable, "-c", script, path, mode], check=False)
    assert done.returncode == -signal.SIGKILL
    report = check(path)
    finding = report.problems[0]
    assert finding.kind == "left open"
    assert "keep a copy" in finding.remedy
    assert f"h5clear -s --increment=0 {path}" in finding.remedy
    if shutil.which("h5clear"):
        subprocess.run(["h5clear", "-s", "--increment=0", path], check=True)
        assert check(path, deep=True).status in {0, 1}
        with h5py.File(path) as file:
            assert file["x"][19].tolist() == [19] * 10


def test_a_file_that_is_being_written_is_no_problem(tmp_path):
    path = tmp_path / "a.h5"
    script = WRITER.format(end="print('ready', flush=True)\ninput()")
    writer = subprocess.Popen(
        [sys.executable, "-c", script, path, "swmr"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    try:
        assert writer.stdout.readline() == b"ready\n"
        report = check(path)
        assert report.findings[0].kind == "being written"
        assert report.status == 0
    finally:
        writer.communicate(b"\n")


@pytest.mark.parametrize("block", [0, 512, 4096])
@pytest.mark.parametrize("version", ["earliest", "v108", "v110", "latest"])
def test_the_superblock_is_read_as_libhdf5_wrote_it(tmp_path, block, version):
    path = tmp_path / "a.h5"
    with h5py.File(path, "w", libver=version, userblock_size=block) as file:
        file["x"] = np.arange(100)
    found = read_superblock(str(path))
    assert (found.start, found.end) == (block, path.stat().st_size)
    assert not found.is_open
    assert check(path).status == 0


def test_cycles_of_links_come_to_an_end(tmp_path):
    with h5py.File(tmp_path / "a.h5", "w") as file:
        file["g/up"] = file["/"]
        file["g/itself"] = h5py.SoftLink("/g/itself")
        file["g/out"] = h5py.ExternalLink("a.h5", "/g/out")
    report = check(tmp_path / "a.h5")
    assert found(report) == {
        ("dangling link", "/g/itself"),
        ("dangling link", "/g/out"),
    }


def test_links_that_lead_nowhere_say_why(tmp_path):
    with h5py.File(tmp_path / "b.h5", "w") as file:
        file["x"] = 1
    (tmp_path / "c.h5").write_text("no HDF5")
    (tmp_path / "d.h5").mkdir()
    with h5py.File(tmp_path / "a.h5", "w") as file:
        file["good"] = h5py.ExternalLink("b.h5", "/x")
        file["path"] = h5py.ExternalLink("b.h5", "/y")
        file["format"] = h5py.ExternalLink("c.h5", "/x")
        file["folder"] = h5py.ExternalLink("d.h5", "/x")
        file["absent"] = h5py.ExternalLink("e.h5", "/x")
    report = check(tmp_path / "a.h5")
    words = {each.path: each.message for each in report.problems}
    assert set(words) == {"/path", "/format", "/folder", "/absent"}
    assert "e.h5::/x; the file is not there" in words["/absent"]
    assert "no regular file" in words["/folder"]


def test_a_part_of_a_file_is_checked_alone(tmp_path):
    with h5py.File(tmp_path / "a.h5", "w") as file:
        file["one/x"] = 1
        file["two/gone"] = h5py.SoftLink("/gone")
    assert not check(f"{tmp_path}/a.h5::/one")
    assert check(f"{tmp_path}/a.h5::/two").status == 1
    assert check(f"{tmp_path}/a.h5::/three").status == 2


def test_many_missing_sources_are_one_finding(tmp_path):
    layout = h5py.VirtualLayout((50, 4), "i4")
    for i in range(50):
        layout[i] = h5py.VirtualSource(f"part_{i}.h5", "x", (4,))
    with h5py.File(tmp_path / "a.h5", "w") as file:
        file.create_virtual_dataset("v", layout)
    report = check(tmp_path / "a.h5")
    (finding,) = report.problems
    assert finding.message.startswith("50 of 50 sources can't be used; the first: ")
    assert len(report.dependencies) == 50


def test_a_source_that_is_too_short_is_told(tmp_path):
    with h5py.File(tmp_path / "b.h5", "w") as file:
        file["x"] = np.arange(3)
    layout = h5py.VirtualLayout((5,), "i8")
    layout[...] = h5py.VirtualSource("b.h5", "x", (5,))
    with h5py.File(tmp_path / "a.h5", "w") as file:
        file.create_virtual_dataset("v", layout)
    assert found(check(tmp_path / "a.h5")) == {("missing source", "/v")}


def test_a_raw_file_that_is_too_short_is_told(tmp_path):
    raw = tmp_path / "raw.bin"
    raw.write_bytes(bytes(100))
    with h5py.File(tmp_path / "a.h5", "w") as file:
        file.create_dataset("x", (100,), "f8", external=[(str(raw), 0, 800)])
    assert found(check(tmp_path / "a.h5")) == {("missing raw file", "/x")}


def test_real_files_have_no_problem(samples):
    for name in ("diffmap.h5", "ID16B_diatomee.h5"):
        assert check(samples / name, deep=True).status == 0


def test_what_is_no_file_can_not_be_read(tmp_path):
    (tmp_path / "empty.h5").touch()
    for name in ("none.h5", "empty.h5", "."):
        assert check(tmp_path / name).status == 2


def test_values_that_were_never_written_are_not_read(tmp_path):
    with h5py.File(tmp_path / "a.h5", "w") as file:
        file.create_dataset("x", (2**40,), "f8")
        file["y"] = 1
    report = check(tmp_path / "a.h5", deep=True)
    assert (report.status, report.looked_at["bytes"]) == (0, 8)


@pytest.mark.parametrize("name", ["nothing", "dangling", "cycle"])
def test_a_path_that_leads_nowhere_is_told_and_not_taken_for_damage(tmp_path, name):
    with h5py.File(tmp_path / "a.h5", "w") as file:
        file["dangling"] = h5py.SoftLink("/gone")
        file["cycle"] = h5py.SoftLink("/cycle")
    report = check(f"{tmp_path}/a.h5::/{name}")
    assert report.status == 2
    (told,) = report.problems
    assert "damaged" not in f"{told.message}{told.remedy}"
