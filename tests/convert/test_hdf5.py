"""HDF5 to HDF5: nothing is lost, and links are kept, followed or made portable."""

import errno
import importlib
import shutil
import subprocess
import sys

import h5py
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from oracle.hdf5 import Description
from zoo import write_zoo

import beamio
from beamio.convert import ConvertReport
from beamio.convert.hdf5 import copy_hdf5
from beamio.errors import (
    BeamioError,
    BusyFileError,
    DiskFullError,
    MissingFileError,
    MissingPathError,
    OptionError,
    OutputError,
    OutputExistsError,
)
from beamio.formats.hdf5.create import NewFile

FRAMES = np.arange(6 * 8 * 9, dtype="u2").reshape(6, 8, 9)


@pytest.fixture
def bliss(tmp_path):
    """A scan as BLISS saves it: external links, and a mosaic of Lima's files."""
    folder = tmp_path / "raw"
    (folder / "scan0001").mkdir(parents=True)
    layout = h5py.VirtualLayout(FRAMES.shape, "u2")
    for i in range(3):
        name = f"scan0001/lima_{i:04}.h5"
        with h5py.File(folder / name, "w") as file:
            data = FRAMES[2 * i : 2 * i + 2]
            made = file.create_dataset(
                "entry_0000/measurement/data", data=data, chunks=(1, 8, 9)
            )
            made.attrs["interpretation"] = "image"
        source = h5py.VirtualSource(name, "entry_0000/measurement/data", (2, 8, 9))
        layout[2 * i : 2 * i + 2] = source
    with h5py.File(folder / "sample.h5", "w") as file:
        scan = file.create_group("1.1", track_order=True)
        scan.attrs["NX_class"] = "NXentry"
        scan.create_virtual_dataset("instrument/lima/data", layout)
        scan["measurement/lima"] = h5py.SoftLink("/1.1/instrument/lima/data")
        scan["measurement/up"] = h5py.SoftLink("/1.1")
        scan["measurement/first"] = h5py.ExternalLink(
            "scan0001/lima_0000.h5", "/entry_0000/measurement/data"
        )
        scan["measurement/gone"] = h5py.ExternalLink("gone.h5", "/x")
    with h5py.File(folder / "proposal.h5", "w") as file:
        file["sample_1.1"] = h5py.ExternalLink("sample.h5", "/1.1")
        file["again"] = h5py.ExternalLink("./sample.h5", "/1.1")
    return folder


def names_below(path):
    """All names that hard links lead to, with cycles followed."""
    found = []
    with h5py.File(path) as file:
        file.visit(found.append)
    return found


def test_a_whole_file_is_copied_as_repack_does(tmp_path):
    zoo = write_zoo(tmp_path)
    copy_hdf5(zoo, tmp_path / "out.h5")
    one, other = Description(zoo), Description(tmp_path / "out.h5")
    assert one.facts == other.facts


def test_a_whole_file_becomes_a_group_with_all_it_holds(tmp_path):
    zoo = write_zoo(tmp_path)
    with h5py.File(zoo, "r+") as file:
        del file["virtual"]
    report = copy_hdf5(zoo, f"{tmp_path}/out.h5::/all/of it")
    back = tmp_path / "back.h5"
    with h5py.File(tmp_path / "out.h5") as file:
        assert file["all/of it/links/soft"][1] == 2
        assert file["all/of it/links"].get("soft", getlink=True).path == (
            "/all/of it/links/z"
        )
        assert file["all/of it/links/cycle"] == file["all/of it"]
    assert report.lost_references == 0
    # A copy of the copy's group, renamed, holds the same facts.
    copy_hdf5(f"{tmp_path}/out.h5::/all/of it", f"{back}::/all/of it")
    assert Description(tmp_path / "out.h5").facts == Description(back).facts


def test_kept_links_stay_as_they_are_written(bliss, tmp_path, monkeypatch):
    monkeypatch.chdir(bliss)  # where libhdf5 would look, too
    report = copy_hdf5(bliss / "sample.h5", tmp_path / "out.h5")
    with h5py.File(tmp_path / "out.h5") as file:
        link = file["1.1/measurement"].get("first", getlink=True)
        assert link.filename == "scan0001/lima_0000.h5"
        sources = file["1.1/instrument/lima/data"].virtual_sources()
        assert sources[0].file_name == "scan0001/lima_0000.h5"
    broken = {note.place for note in report.notes}
    assert broken == {"/1.1/measurement/first", "/1.1/instrument/lima/data"}


@pytest.mark.parametrize("deep", [False, True])
def test_relative_links_lead_to_the_same(bliss, tmp_path, deep):
    with h5py.File(bliss / "sample.h5", "r+") as file:
        absolute = str(bliss / "scan0001/lima_0001.h5")
        file["1.1/absolute"] = h5py.ExternalLink(absolute, "/entry_0000")
    folder = tmp_path / "a" / "b" if deep else bliss
    folder.mkdir(parents=True, exist_ok=True)
    source = f"{bliss}/sample.h5::/1.1" if deep else bliss / "sample.h5"
    report = copy_hdf5(source, folder / "out.h5", links="relative")
    assert not report.notes
    moved = tmp_path / "moved"
    shutil.copytree(tmp_path / ("a" if deep else "raw"), moved / "raw")
    with h5py.File(folder / "out.h5") as file:
        assert (file["1.1/instrument/lima/data"][...] == FRAMES).all()
        assert (file["1.1/measurement/lima"][...] == FRAMES).all()
        assert (file["1.1/measurement/first"][...] == FRAMES[:2]).all()
        link = file["1.1"].get("absolute", getlink=True)
        assert not link.filename.startswith("/")
        assert (file["1.1/absolute/measurement/data"][...] == FRAMES[2:4]).all()


def test_copied_links_need_no_other_file(bliss, tmp_path):
    out = tmp_path / "out.h5"
    report = copy_hdf5(bliss / "proposal.h5", out, links="copy")
    shutil.rmtree(bliss)
    with h5py.File(out) as file:
        scan = file["sample_1.1"]
        assert (scan["measurement/lima"][...] == FRAMES).all()
        assert not scan["instrument/lima/data"].is_virtual
        assert scan["measurement/lima"] == scan["instrument/lima/data"]
        assert scan["measurement/first"].attrs["interpretation"] == "image"
        assert file["again"] == scan == scan["measurement/up"]
        assert scan["measurement"].get("up", getlink=True).path == "/again"
        assert file.get("sample_1.1", getlink=True).path == "/again"
        assert scan.attrs["NX_class"] == "NXentry"
        assert isinstance(
            scan["measurement"].get("gone", getlink=True), h5py.ExternalLink
        )
    assert report.followed == 5
    (note,) = map(str, report.notes)
    assert note.startswith("/again/measurement/gone -> gone.h5::/x: the file is not")
    assert len(names_below(out)) < 12


def test_values_of_followed_links_get_the_filter_that_is_asked_for(bliss, tmp_path):
    out = tmp_path / "out.h5"
    copy_hdf5(
        bliss / "sample.h5",
        out,
        links="copy",
        filter="bitshuffle-lz4",
        chunks=(1, 8, 9),
    )
    with beamio.File(out) as file:
        data = file["1.1/instrument/lima/data"]
        assert (data[...] == FRAMES).all()
        assert "32008" in data._filters
        assert data.chunks == (1, 8, 9)


def test_a_dangling_link_is_an_error_if_asked(bliss, tmp_path):
    with pytest.raises(MissingPathError, match=r"gone\.h5"):
        copy_hdf5(
            bliss / "sample.h5", tmp_path / "out.h5", links="copy", dangling="error"
        )
    assert not (tmp_path / "out.h5").exists()


def test_a_missing_source_of_a_virtual_dataset_is_an_error(bliss, tmp_path):
    (bliss / "scan0001/lima_0001.h5").unlink()
    with pytest.raises(MissingFileError, match="lima_0001"):
        copy_hdf5(bliss / "sample.h5", tmp_path / "out.h5", links="copy")
    assert list(tmp_path.iterdir()) == [bliss]


def test_two_files_that_link_each_other_end(tmp_path):
    for one, other in (("a", "b"), ("b", "a")):
        with h5py.File(tmp_path / f"{one}.h5", "w") as file:
            file["value"] = one
            file["group/other"] = h5py.ExternalLink(f"{other}.h5", "/")
            file["group/self"] = h5py.SoftLink("/group")
            file["group/hard"] = file["group"]
    out = tmp_path / "out.h5"
    copy_hdf5(tmp_path / "a.h5", out, links="copy")
    with h5py.File(out) as file:
        assert file["value"].asstr()[()] == "a"
        assert file["group/other/value"].asstr()[()] == "b"
        assert file["group/other/group/other/value"].asstr()[()] == "a"
        assert file["group/other/group/other"] == file["/"]
        assert file["group/self/hard"] == file["group"]


FEW = """
import resource, sys
from beamio.convert import ConvertReport
from beamio.convert.hdf5 import copy_hdf5
resource.setrlimit(resource.RLIMIT_NOFILE, (60, 60))
copy_hdf5(sys.argv[1], sys.argv[2], links="copy")
"""


def test_more_files_than_may_be_open_are_an_error_that_says_so(tmp_path):
    with h5py.File(tmp_path / "in.h5", "w") as master:
        for i in range(70):
            with h5py.File(tmp_path / f"{i}.h5", "w") as file:
                file["x"] = i
            master[f"{i}"] = h5py.ExternalLink(f"{i}.h5", "/")
    command = [sys.executable, "-c", FEW, tmp_path / "in.h5", tmp_path / "out.h5"]
    result = subprocess.run(command, check=False, capture_output=True, text=True)
    assert "ulimit -n" in result.stderr.splitlines()[-1]
    assert not list(tmp_path.glob("*out*"))


def test_external_raw_data_are_copied_or_named_relative(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "raw.bin").write_bytes(FRAMES.tobytes())
    with h5py.File("in.h5", "w") as file:
        file.create_dataset(
            "x", FRAMES.shape, "u2", external=[("raw.bin", 0, FRAMES.nbytes)]
        )
    (tmp_path / "sub").mkdir()
    copy_hdf5("in.h5", "sub/copied.h5", links="copy")
    copy_hdf5("in.h5", "sub/relative.h5", links="relative")
    with h5py.File("sub/copied.h5") as file:
        assert not file["x"].external
        assert (file["x"][...] == FRAMES).all()
    monkeypatch.chdir(tmp_path / "sub")
    with h5py.File("relative.h5") as file:
        assert file["x"].external[0][0] == "../raw.bin"
        assert (file["x"][...] == FRAMES).all()


def test_virtual_datasets_of_texts_and_compounds_are_copied(tmp_path):
    texts = np.array(["a", "ü" * 40, ""], object)
    pairs = np.array([(1, 2.5), (3, 4.5)], [("a", "i2"), ("b", ">f8")])
    with h5py.File(tmp_path / "source.h5", "w") as file:
        file.create_dataset("texts", data=texts, dtype=h5py.string_dtype())
        file["pairs"] = pairs
    with h5py.File(tmp_path / "in.h5", "w") as file:
        for name in ("texts", "pairs"):
            with h5py.File(tmp_path / "source.h5") as source:
                layout = h5py.VirtualLayout(source[name].shape, source[name].dtype)
                layout[:] = h5py.VirtualSource(
                    "source.h5", name, source[name].shape, source[name].dtype
                )
            file.create_virtual_dataset(name, layout)
    copy_hdf5(tmp_path / "in.h5", tmp_path / "out.h5", links="copy")
    (tmp_path / "source.h5").unlink()
    with h5py.File(tmp_path / "out.h5") as file:
        assert list(file["texts"].asstr()[...]) == list(texts)
        assert (file["pairs"][...] == pairs).all()


def test_a_part_of_a_file_keeps_what_is_shared_and_counts_what_is_lost(tmp_path):
    with h5py.File(tmp_path / "in.h5", "w") as file:
        part = file.create_group("part")
        part["x"] = [1, 2]
        part["same"] = part["x"]
        part["outside"] = h5py.SoftLink("/other")
        part["soft"] = h5py.SoftLink("/part/x")
        file["other"] = 5
        part.attrs["inside"] = part["x"].ref
        part.attrs["lost"] = file["other"].ref
    report = copy_hdf5(f"{tmp_path}/in.h5::/part", tmp_path / "out.h5")
    with h5py.File(tmp_path / "out.h5") as file:
        part = file["part"]
        assert part["x"] == part["same"] == part["soft"]
        assert file[part.attrs["inside"]] == part["x"]
        assert not part.attrs["lost"]
    assert report.lost_references == 1
    assert [note.place for note in report.notes] == ["/part/outside"]


def test_a_relative_link_out_of_a_part_leads_into_its_source(tmp_path):
    with h5py.File(tmp_path / "in.h5", "w") as file:
        file["part/outside"] = h5py.SoftLink("/other")
        file["other"] = 5
    copy_hdf5(f"{tmp_path}/in.h5::/part", tmp_path / "out.h5", links="relative")
    with h5py.File(tmp_path / "out.h5") as file:
        assert file["part/outside"][()] == 5


def test_a_link_that_leads_nowhere_does_not_lead_to_something_else(tmp_path):
    with h5py.File(tmp_path / "b.h5", "w") as file:
        file["group/nowhere"] = h5py.SoftLink("/value")
    with h5py.File(tmp_path / "a.h5", "w") as file:
        file["value"] = 1
        file["b"] = h5py.ExternalLink("b.h5", "/group")
    report = copy_hdf5(tmp_path / "a.h5", tmp_path / "out.h5", links="copy")
    with h5py.File(tmp_path / "out.h5") as file:
        assert file["value"][()] == 1
        assert "nowhere" in list(file["b"])
        assert file["b"].get("nowhere") is None
    assert [note.place for note in report.notes] == ["/b/nowhere"]


def test_a_virtual_dataset_finds_its_own_file_from_a_part(tmp_path):
    with h5py.File(tmp_path / "in.h5", "w") as file:
        file["part/own"] = file["left"] = np.arange(4)
        for name in ("part/own", "left"):
            layout = h5py.VirtualLayout((4,), "i8")
            layout[:] = h5py.VirtualSource(".", name, (4,))
            file.create_virtual_dataset(f"part/v_{name.split('/')[-1]}", layout)
    copy_hdf5(f"{tmp_path}/in.h5::/part", f"{tmp_path}/out.h5::/new")
    with h5py.File(tmp_path / "out.h5") as file:
        assert list(file["new/v_own"]) == list(file["new/v_left"]) == [0, 1, 2, 3]
        assert file["new/v_own"].virtual_sources()[0].dset_name == "/new/own"


def test_several_files_are_put_side_by_side(tmp_path):
    for i, folder in enumerate(("a", "b")):
        (tmp_path / folder).mkdir()
        with h5py.File(tmp_path / folder / "scan.h5", "w") as file:
            file["x"] = i
    sources = [tmp_path / "a/scan.h5", tmp_path / "b/scan.h5"]
    report = copy_hdf5(sources, tmp_path / "out.h5")
    assert report.places == ("/scan", "/scan_2")
    copy_hdf5(sources, f"{tmp_path}/named.h5::/all", names=["dark", "flat"])
    with h5py.File(tmp_path / "out.h5") as one, h5py.File(tmp_path / "named.h5") as two:
        assert one["scan_2/x"][()] == two["all/flat/x"][()] == 1
        assert one["scan/x"][()] == two["all/dark/x"][()] == 0


def test_a_source_that_fails_among_many_does_not_stop_the_rest(tmp_path):
    for name in "abcd":
        with h5py.File(tmp_path / f"scan_{name}.h5", "w") as file:
            file.create_dataset("x", data=FRAMES, chunks=(1, 8, 9), compression="gzip")
            info = file["x"].id.get_chunk_info(0)
    with (tmp_path / "scan_b.h5").open("r+b") as raw:  # a chunk that does not decode
        raw.seek(info.byte_offset)
        raw.write(b"\0" * info.size)
    (tmp_path / "scan_c.h5").write_bytes(b"\x89HDF\r\n\x1a\n" + bytes(100))
    report = copy_hdf5(
        [f"{tmp_path}/scan_?.h5", tmp_path / "none.h5", f"{tmp_path}/scan_a.h5::/y"],
        tmp_path / "out.h5",
        filter="zstd",
        chunks=(2, 8, 9),
    )
    assert report.places == ("/scan_a", "/scan_d")
    assert sorted(failed.source.rpartition("/")[2] for failed in report.failed) == [
        "none.h5",
        "scan_b.h5",
        "scan_c.h5",
        "y",
    ]
    with h5py.File(tmp_path / "out.h5") as file:
        assert sorted(file) == ["scan_a", "scan_d"]
        assert (file["scan_d/x"][...] == FRAMES).all()


@pytest.fixture
def pair(tmp_path):
    with h5py.File(tmp_path / "in.h5", "w") as file:
        file.create_dataset(
            "entry/data", data=FRAMES, chunks=(1, 8, 9), compression="gzip"
        )
        file["entry/text"] = ["a", "b"]
    with h5py.File(tmp_path / "out.h5", "w") as file:
        file["kept/here"] = np.arange(1000)
        file["kept/old"] = 1
    return f"{tmp_path}/in.h5::/entry", tmp_path / "out.h5"


@pytest.mark.parametrize("options", [{}, {"filter": "zstd"}], ids=str)
def test_something_is_added_to_a_file(pair, options):
    source, out = pair
    report = copy_hdf5(source, f"{out}::/kept/new", **options)
    assert report.verified
    with h5py.File(out) as file:
        assert (file["kept/new/data"][...] == FRAMES).all()
        assert (file["kept/here"][...] == np.arange(1000)).all()
        assert sorted(file["kept"]) == ["here", "new", "old"]
        assert list(file) == ["kept"]


def test_what_exists_is_replaced_only_if_asked(pair):
    source, out = pair
    before = out.read_bytes()
    with pytest.raises(OutputExistsError, match="kept/old"):
        copy_hdf5(source, f"{out}::/kept/old")
    assert out.read_bytes() == before
    copy_hdf5(source, f"{out}::/kept/old", overwrite=True)
    with h5py.File(out) as file:
        assert (file["kept/old/data"][...] == FRAMES).all()
        assert sorted(file["kept"]) == ["here", "old"]


@pytest.mark.parametrize("overwrite", [False, True])
@pytest.mark.parametrize(
    "failure", [KeyboardInterrupt(), OSError(errno.ENOSPC, "full")]
)
def test_a_file_is_as_it_was_when_adding_to_it_fails(
    pair, failure, overwrite, monkeypatch
):
    source, out = pair
    before = out.read_bytes()
    calls = []

    def fail(self):
        calls.append(self)
        if len(calls) > 1:
            raise failure

    monkeypatch.setattr(NewFile, "check", fail)
    place = "/kept/old" if overwrite else "/kept/new"
    expected = DiskFullError if isinstance(failure, OSError) else KeyboardInterrupt
    with pytest.raises(expected):
        copy_hdf5(source, f"{out}::{place}", overwrite=overwrite, filter="zstd")
    assert out.read_bytes() == before


FULL = """
import resource, sys
from beamio.convert import ConvertReport
from beamio.convert.hdf5 import copy_hdf5
from beamio.errors import DiskFullError
limit = int(sys.argv[3])
resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
try:
    copy_hdf5(sys.argv[1], sys.argv[2])
except DiskFullError:
    sys.exit(3)
"""


@pytest.mark.parametrize("chunks", [None, (10, 1000)])
def test_a_full_disk_leaves_a_file_as_it_was(pair, tmp_path, chunks):
    _, out = pair
    before = out.read_bytes()
    with h5py.File(tmp_path / "large.h5", "w") as file:
        file.create_dataset("data", data=np.ones((300, 1000)), chunks=chunks)
    arguments = [tmp_path / "large.h5", f"{out}::/kept/new", str(len(before) + 200_000)]
    command = [sys.executable, "-c", FULL, *map(str, arguments)]
    assert subprocess.run(command, check=False).returncode == 3
    assert out.read_bytes() == before


def test_a_file_is_as_it_was_when_the_copy_differs(pair, monkeypatch):
    source, out = pair
    before = out.read_bytes()
    module = importlib.import_module("beamio.repack.verify")
    monkeypatch.setattr(module, "same_chunks", lambda *_: False)
    with pytest.raises(OutputError, match="differs"):
        copy_hdf5(source, f"{out}::/kept/new")
    assert out.read_bytes() == before


def test_a_file_that_another_has_open_is_not_touched(pair):
    source, out = pair
    with h5py.File(out, "r+"), pytest.raises(BusyFileError):
        copy_hdf5(source, f"{out}::/kept/new")


@pytest.mark.parametrize(
    ("source", "output", "options", "error", "told"),
    [
        ("in.h5::/nothing", "new.h5", {}, MissingPathError, "nothing"),
        ("none.h5", "new.h5", {}, MissingFileError, "none.h5"),
        ("in.h5", "out.h5", {}, OutputExistsError, "exists already"),
        ("in.h5", "out.h5", {"mode": "x"}, OutputExistsError, "exists already"),
        ("in.h5", "new.h5", {"mode": "r+"}, MissingFileError, "mode a"),
        ("in.h5", "new.h5", {"links": "drop"}, OptionError, "keep, copy, relative"),
        ("in.h5", "new.h5", {"names": ["a", "b"]}, OptionError, "2 names"),
        ("in.h5::/entry/data[0]", "new.h5", {}, OptionError, "part of a dataset"),
        ("in.h5", "in.h5::/copy", {}, OptionError, "is the output"),
        ("in.h5", "out.h5::/kept/here/x", {}, OutputError, "no group"),
        ("out.txt", "new.h5", {}, BeamioError, "not an HDF5 file"),
    ],
)
@pytest.mark.usefixtures("pair")
def test_a_mistake_is_told_in_one_line(tmp_path, source, output, options, error, told):
    (tmp_path / "out.txt").write_text("text")
    before = {path: path.read_bytes() for path in tmp_path.iterdir()}
    with pytest.raises(error, match=told) as caught:
        copy_hdf5(f"{tmp_path}/{source}", f"{tmp_path}/{output}", **options)
    assert "\n" not in str(caught.value)
    assert {path: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_modes_say_what_becomes_of_a_file(pair, tmp_path):
    source, out = pair
    copy_hdf5(source, out, mode="a")
    with h5py.File(out) as file:
        assert sorted(file) == ["entry", "kept"]
    copy_hdf5(f"{tmp_path}/in.h5", out, mode="r+")
    with h5py.File(out) as file:
        assert sorted(file) == ["entry", "in", "kept"]
    copy_hdf5(source, out, mode="w")
    with h5py.File(out) as file:
        assert sorted(file) == ["entry"]


def test_sources_are_removed_only_when_nothing_was_lost(bliss, tmp_path):
    with h5py.File(tmp_path / "in.h5", "w") as file:
        file["x"] = 1
    report = copy_hdf5(tmp_path / "in.h5", tmp_path / "out.h5", delete_source=True)
    assert report.deleted == (str(tmp_path / "in.h5"),)
    assert not (tmp_path / "in.h5").exists()
    source = bliss / "sample.h5"
    assert not copy_hdf5(source, tmp_path / "new.h5", delete_source=True).deleted
    part = f"{tmp_path}/out.h5::/x"
    assert not copy_hdf5(part, tmp_path / "part.h5", delete_source=True).deleted
    with pytest.raises(OptionError, match="compared"):
        copy_hdf5(part, tmp_path / "y.h5", delete_source=True, verify=False)
    assert source.exists()


def test_a_report_tells_of_each_source(pair, tmp_path):
    source, out = pair
    report = copy_hdf5([source, out], tmp_path / "new.h5")
    assert isinstance(report, ConvertReport)
    assert report.places == ("/entry", "/out")
    assert [one.datasets for one in report.converted] == [2, 2]
    assert report.converted[0].nbytes > FRAMES.nbytes


def test_nothing_is_put_through_a_link_into_another_file(pair, tmp_path):
    source, out = pair
    with h5py.File(tmp_path / "other.h5", "w") as file:
        file.create_group("group")
    with h5py.File(out, "r+") as file:
        file["link"] = h5py.ExternalLink("other.h5", "/group")
    with pytest.raises(OutputError, match="link"):
        copy_hdf5(source, f"{out}::/link/new")


def test_real_files_come_along(samples, tmp_path):
    out = tmp_path / "out.h5"
    sources = sorted(samples.glob("*.h5"))
    report = copy_hdf5(sources, out, links="copy")
    assert len(report.places) == len(sources)
    for source, place in zip(sources, report.places, strict=True):
        back = tmp_path / "back.h5"
        copy_hdf5(f"{out}::{place}", back, mode="w", names=["x"])
        with h5py.File(source) as one, h5py.File(back) as other:
            found, expected = [], []
            other["x"].visit(found.append)
            one.visit(expected.append)
            assert set(expected) <= set(found)


NAMES = st.sampled_from("abcd")


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_any_net_of_links_ends_and_leads_to_the_same(tmp_path_factory, data):
    folder = tmp_path_factory.mktemp("net")
    for name in "fg":
        with h5py.File(folder / f"{name}.h5", "w") as file:
            places = [""]
            for number in range(data.draw(st.integers(1, 5))):
                place = f"{data.draw(st.sampled_from(places))}/{number}"
                if data.draw(st.booleans()):
                    file.create_group(place)
                    places.append(place)
                else:
                    file[place] = f"{name}{place}"
            everything = ["/"] + [f"/{p}" for p in names_of(file)]
            for number in range(data.draw(st.integers(0, 5))):
                place = f"{data.draw(st.sampled_from(places))}/l{number}"
                target = data.draw(st.sampled_from([*everything, "/0", "/0/1", "/l0"]))
                kind = data.draw(st.sampled_from(["hard", "soft", "f.h5", "g.h5"]))
                if kind == "hard" and target in everything:
                    file[place] = file[target]
                elif kind.endswith("h5"):
                    file[place] = h5py.ExternalLink(kind, target)
                else:
                    file[place] = h5py.SoftLink(target)
    inside = data.draw(st.sampled_from(["/", "/0"]))
    source = f"{folder}/f.h5::{inside}"
    copy_hdf5(source, f"{folder}/sub.h5::/to", links="copy")
    with h5py.File(folder / "f.h5") as one, h5py.File(folder / "sub.h5") as other:
        assert seen(one[inside]) == seen(other["to"])
        with h5py.File(folder / "g.h5") as two:
            if not (hard_cycle(one["/"]) or hard_cycle(two["/"])):
                assert not hard_cycle(other["/"])
    shutil.rmtree(folder)


def names_of(file):
    found = []
    file.visit(found.append)
    return found


def hard_cycle(group, above=()):
    """Tell whether hard links lead back to where they come from."""
    if group in above:
        return True
    links = {name: group.get(name, getlink=True) for name in group}
    hard = [name for name, link in links.items() if isinstance(link, h5py.HardLink)]
    members = [group[name] for name in hard]
    groups = [member for member in members if isinstance(member, h5py.Group)]
    return any(hard_cycle(each, (*above, group)) for each in groups)


def seen(item, depth=4):
    """What a reader that follows all links sees, a few steps down."""
    if isinstance(item, h5py.Dataset):
        return item[()]
    if depth == 0:
        return "group"
    return {name: seen_below(item, name, depth - 1) for name in item}


def seen_below(group, name, depth):
    try:
        return seen(group[name], depth)
    except (KeyError, RuntimeError):  # leads nowhere, or to itself
        return None
