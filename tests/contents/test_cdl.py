"""What is written in CDL is what ncdump writes, and ncgen makes the same file of it."""

import shutil
import subprocess
import tracemalloc
from itertools import islice

import h5netcdf
import h5py
import numpy as np
import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st
from zoo import write_zoo

from beamio.cli import main
from beamio.contents import cdl_lines
from beamio.contents.cdl.document import boxes_of
from beamio.errors import UnreadableError

netcdf = pytest.mark.skipif(
    not (shutil.which("ncdump") and shutil.which("ncgen")),
    reason="ncdump and ncgen are not installed (netcdf-bin)",
)


def ncdump(path, *options):
    command = ["ncdump", *options, str(path)]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def ncgen(lines, folder):
    """The file that ncgen makes of some lines."""
    text, made = folder / "made.cdl", folder / "made.nc"
    text.write_text("\n".join(lines), "utf-8")
    command = ["ncgen", "-4", "-o", str(made), str(text)]
    result = subprocess.run(command, check=False, capture_output=True, text=True)
    assert result.returncode == 0, result.stderr
    return made


def statements(lines):
    """The statements of CDL in any order, without comments and sections."""
    kept = (line.partition("// ")[0] for line in lines)
    marked = (f"{line} ;" if line.endswith((":", "{", "}")) else line for line in kept)
    joined = " ".join(" ".join(marked).split())
    return sorted(part.strip() for part in joined.split(" ;"))


@pytest.fixture
def climate(tmp_path):
    """A file of netCDF-4 with all that h5netcdf can say."""
    path = tmp_path / "climate.nc"
    with h5netcdf.File(path, "w") as file:
        file.dimensions = {"x": 5, "t": None}
        file.attrs["title"] = 'a "climate"'
        file.create_variable("x", ("x",), float)[:] = np.arange(5) / 4
        file.resize_dimension("t", 3)
        counts = file.create_variable("counts", ("t", "x"), "i4")
        counts[:] = np.arange(15).reshape(3, 5)
        counts.attrs["units"] = "1"
        counts.attrs["scale"] = np.float32(0.1)
        counts.attrs["limits"] = np.array([1, 2], "u1")
        gaps = file.create_variable("gaps", ("t",), "f4", fillvalue=-1.0)
        gaps[:2] = [1, 2]
        group = file.create_group("inner")
        group.dimensions = {"z": 2}
        group.create_variable("w", ("z", "x"), "u1")[:] = np.arange(10).reshape(2, 5)
        state = file.create_enumtype("u1", "state", {"OFF": 0, "ON": 1})
        states = file.create_variable("states", ("x",), state, fillvalue=0)
        states[:] = [0, 1, 0, 1, 0]
    return path


@netcdf
@pytest.mark.parametrize("header", [False, True])
def test_a_netcdf_file_is_written_as_by_ncdump(climate, header):
    oracle = ncdump(climate, *["-h"] * header).splitlines()
    assert statements(cdl_lines(climate, header=header)) == statements(oracle)


@netcdf
def test_dimensions_of_plain_hdf5_are_made_up_as_by_ncdump(tmp_path):
    path = tmp_path / "plain.h5"
    with h5py.File(path, "w") as file:
        file["a"] = np.arange(12).reshape(3, 4)
        file["square"] = np.eye(3)
        file["scalar"] = 3.5
        file["inner/deep/b"] = np.array([1, -2], "i1")
        file["inner/c"] = np.array([1, 2], ">u8")
        file["two theta/1.1"] = "a\tb"
        file["empty"] = np.zeros((0, 3))
        file.create_dataset("grows", data=np.arange(3, dtype="i2"), maxshape=(None,))
        file["a"].attrs["list"] = [1.5, 2]
        file["a"].attrs["texts"] = ["x", 'y"']
    assert statements(cdl_lines(path)) == statements(ncdump(path).splitlines())


@netcdf
def test_characters_of_netcdf_are_texts_as_in_ncdump(tmp_path):
    path = tmp_path / "characters.nc"
    texts = np.array([b"abc", b"de", b""], "S3")
    with h5netcdf.File(path, "w") as file:
        file.dimensions = {"station": 3, "length": 3}
        names = file.create_variable("names", ("station", "length"), "S1")
        names[:] = texts.view("S1").reshape(3, 3)
        file.create_variable("one", ("length",), "S1")[:] = list("x y")
        file.create_variable("letter", (), "S1")[()] = b"q"
    lines = list(cdl_lines(path))
    assert statements(lines) == statements(ncdump(path).splitlines())
    with h5py.File(ncgen(lines, tmp_path)) as made:
        assert made["names"][()].view("S3").ravel().tolist() == texts.tolist()


@netcdf
def test_ncgen_makes_a_file_of_the_same_values(tmp_path):
    path = write_zoo(tmp_path)
    missing = ["external", "virtual", "filters/unknown", "types/filled_texts"]
    with h5py.File(path, "a") as file:
        for name in missing:  # what can't be read here is an error
            del file[name]
    compared = compare(path, ncgen(cdl_lines(path), tmp_path))
    assert {"types/texts", "types/array_of", "filters/blosc2", "own"} <= compared


def compare(path, made):
    """Compare all datasets that are in both files; return their names."""
    compared = set()

    def look(name, found):
        if isinstance(found, h5py.Dataset) and name in theirs:
            assert_same(found[()], theirs[name][()], name)
            compared.add(name)

    with h5py.File(path) as ours, h5py.File(made) as theirs:
        ours.visititems(look)
    return compared


def assert_same(a, b, name):
    a, b = np.asarray(a), np.asarray(b)
    if a.dtype.kind in "SO" and not isinstance(a.flat[0], np.ndarray):
        assert a.astype(object).tolist() == b.astype(object).tolist(), name
    elif a.dtype.kind == "O":
        for one, other in zip(a.flat, b.flat, strict=True):
            np.testing.assert_array_equal(one, other, name)
    elif a.dtype.names and a.dtype.hasobject:
        for field in a.dtype.names:
            assert_same(a[field], b[field], name)
    else:
        np.testing.assert_array_equal(a, b, name)


@netcdf
def test_real_files_come_back_the_same(samples, tmp_path):
    made = ncgen(cdl_lines(f"{samples}/diffmap.h5::/diff_map_0000"), tmp_path)
    with h5py.File(made) as ours, h5py.File(samples / "diffmap.h5") as original:
        found = original["diff_map_0000"]
        np.testing.assert_array_equal(ours["data/map"], found["data/map"])
        assert ours["data/map"].attrs["axes"] == found["data/map"].attrs["axes"]


@netcdf
def test_images_of_other_formats_are_written(samples, tmp_path):
    made = ncgen(cdl_lines(samples / "medipix.edf"), tmp_path)
    with h5py.File(made) as ours:
        assert ours["scan_0/instrument/detector_0/data"].shape == (256, 256)


@netcdf
def test_types_of_all_kinds_come_back(tmp_path):
    path = tmp_path / "types.h5"
    switch = h5py.enum_dtype({"OFF": 0, "ON AGAIN": 1}, "i4")
    # ncgen 4.9 loses count where a compound ends in less than its alignment.
    point = np.dtype([("x", "i4"), ("state", switch), ("y", "f8", (2,))])
    with h5py.File(path, "w") as file:
        file["points"] = np.array([(1, 1, [2, 3]), (4, 0, [5, 6])], point)
        file.create_dataset("switch", data=[0, 1], dtype=switch)
        file["truth"] = np.array([True, False])
        file["waves"] = np.array([1 + 2j, -3j], "c8")
        file["bytes"] = np.array([b"ab", b"\xff\0"], "V2")
        lists = file.create_dataset("lists", (2,), h5py.vlen_dtype("i2"))
        lists[0] = [1, 2, 3]
        file["point"] = point
        file["points"].attrs.create("origin", np.array((0, 1, [0, 0]), point))
        file["points"].attrs["ok"] = np.array([True, False])
    made = ncgen(cdl_lines(path), tmp_path)
    with h5py.File(path) as a, h5py.File(made) as b:
        for field in ("x", "y", "state"):
            np.testing.assert_array_equal(a["points"][field], b["points"][field])
        assert b["points"].attrs["origin"]["state"] == 1
        assert h5py.check_enum_dtype(b["switch"].dtype) == {"OFF": 0, "ON AGAIN": 1}
        for name in ("switch", "truth", "waves"):
            np.testing.assert_array_equal(a[name], b[name])
        assert b["truth"].dtype == bool
        assert a["bytes"][()].tobytes() == b["bytes"][()].tobytes()
        assert [list(each) for each in b["lists"]] == [[1, 2, 3], []]
        assert b["points"].attrs["ok"].tolist() == [True, False]


def test_what_cdl_has_no_word_for_is_a_comment(tmp_path):
    path = tmp_path / "file.h5"
    with h5py.File(path, "w") as file:
        file["x"] = 1
        file["reference"] = file["x"].ref
        file["nothing"] = h5py.Empty("f8")
        file["link"] = h5py.SoftLink("/gone")
        file["again"] = file["x"]
        file["int\x1b"] = 2
    lines = list(cdl_lines(path))
    told = [line for line in lines if line.startswith("//")]
    assert [line.split()[1] for line in told] == [
        "int\\x1b",
        "link",
        "nothing",
        "reference",
        "x",
    ]
    assert "\x1b" not in "".join(lines)


def test_a_part_has_the_dimensions_that_it_uses(climate):
    lines = list(cdl_lines(f"{climate}::/inner/w"))
    assert [line.strip() for line in lines if " = " in line][:2] == [
        "z = 2 ;",
        "x = 5 ;",
    ]
    lines = list(cdl_lines(f"{climate}::/counts[1:,2]"))
    assert lines[-2] == " counts = 7, 12 ;"


def test_values_that_can_not_be_read_end_the_text(tmp_path):
    path = tmp_path / "file.h5"
    with h5py.File(path, "w") as file:
        layout = h5py.VirtualLayout((4,), "i4")
        layout[:] = h5py.VirtualSource("gone.h5", "x", (4,))
        file.create_virtual_dataset("broken", layout)
    result = CliRunner().invoke(main, ["dump", "--cdl", str(path)])
    assert result.exit_code == 1
    assert "gone.h5" in result.stderr
    assert "}" not in result.stdout
    with pytest.raises(UnreadableError, match=r"gone\.h5"):
        list(cdl_lines(path))
    assert list(cdl_lines(path, header=True))[-1] == "}"


def test_a_large_dataset_is_read_piece_by_piece(tmp_path):
    path = tmp_path / "file.h5"
    with h5py.File(path, "w") as file:
        file.create_dataset("x", (2 << 30,), "u1", chunks=(1 << 20,))
    tracemalloc.start()
    lines = list(islice(cdl_lines(path), 1000))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert len(lines) == 1000
    assert peak < 200e6


@given(
    shape=st.lists(st.integers(1, 9), max_size=4).map(tuple),
    chunk=st.integers(1, 5),
    limit=st.integers(1, 99),
)
def test_pieces_are_the_whole_in_order(shape, chunk, limit):
    data = np.arange(np.prod(shape)).reshape(shape)
    parts = [data[box] for box in boxes_of(shape, (chunk,) * len(shape), 1, limit)]
    assert np.array_equal(
        np.concatenate([part.ravel() for part in parts]), data.ravel()
    )
    assert all(part.size <= limit for part in parts)


@pytest.mark.parametrize(
    "options", [["--header"], ["--cdl", "--json"], ["--cdl", "--full"]]
)
def test_options_that_do_not_go_together_are_refused(options, tmp_path):
    result = CliRunner().invoke(main, ["dump", *options, str(tmp_path / "x.h5")])
    assert result.exit_code == 2
    assert "--cdl" in result.stderr
