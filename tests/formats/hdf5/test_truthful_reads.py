"""A read gives what was written, or an error that names what is missing and where."""

import os

import h5py
import numpy as np
import pytest

import beamio


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def virtual(name="master.h5", source="source.h5", path="/data"):
    """A virtual dataset of two halves; the second is in the same file."""
    with h5py.File(source, "w") as file:
        file["data"] = np.ones(3)
    with h5py.File(name, "w") as file:
        file["own"] = np.full(3, 2.0)
        layout = h5py.VirtualLayout((2, 3), "f8")
        layout[0] = h5py.VirtualSource(source, path, shape=(3,))
        layout[1] = h5py.VirtualSource(".", "own", shape=(3,))
        file.create_virtual_dataset("data", layout, fillvalue=-1)
    return name


def nested():
    """A virtual dataset over a virtual dataset whose source is missing."""
    virtual("middle.h5")
    with h5py.File("master.h5", "w") as file:
        layout = h5py.VirtualLayout((2, 3), "f8")
        layout[...] = h5py.VirtualSource("middle.h5", "data", shape=(2, 3))
        file.create_virtual_dataset("data", layout, fillvalue=-1)
    os.remove("source.h5")
    return "master.h5"


def without_source():
    virtual()
    os.remove("source.h5")
    return "master.h5"


def external(name="raw.bin", values=6):
    np.arange(values, dtype="f8").tofile("raw.bin")
    with h5py.File("master.h5", "w") as file:
        file.create_dataset("data", (2, 3), "f8", external=[(name, 0, 48)])
    return "master.h5"


MISSING = {
    "file": (
        without_source,
        beamio.MissingFileError,
        r"master\.h5::/data: takes data from source\.h5, .* \(looked for source\.h5\)",
    ),
    "dataset": (
        lambda: virtual(path="/other"),
        beamio.MissingPathError,
        r"master\.h5::/data: takes data from source\.h5::/other, which is not there",
    ),
    "file of a source": (
        nested,
        beamio.MissingFileError,
        r"middle\.h5::/data: takes data from source\.h5, which is not there",
    ),
    "raw file": (
        lambda: external("other.bin"),
        beamio.MissingFileError,
        r"master\.h5::/data: takes data from other\.bin, which is not there",
    ),
    "end of a raw file": (
        lambda: external(values=4),
        beamio.DamagedFileError,
        r"its raw file raw\.bin is cut short: 32 of 48 bytes are there",
    ),
}

READS = {
    "all": lambda d: d[...],
    "one": lambda d: d[0, 1],
    "array": np.asarray,
    "into": lambda d: d.read_direct(np.zeros((2, 3))),
    "cast": lambda d: d.astype("f4")[0],
    "fancy": lambda d: d[[0, 1]],
    "iterated": list,
    "method": lambda d: d.read(),
}


@pytest.mark.parametrize("read", READS)
@pytest.mark.parametrize("what", MISSING)
def test_what_is_missing_is_an_error(what, read):
    write, error, message = MISSING[what]
    with beamio.File(write()) as file, pytest.raises(error, match=message):
        READS[read](file["data"])


@pytest.mark.parametrize("what", sorted(set(MISSING) - {"raw file"}))
def test_fill_values_can_be_asked_for(what):
    name = MISSING[what][0]()
    with beamio.File(name, missing="fill") as file:
        got = file["data"][...]
    with h5py.File(name) as file:
        np.testing.assert_array_equal(got, file["data"][...])


def test_what_is_there_is_read():
    with beamio.File(virtual()) as file:
        np.testing.assert_array_equal(file["data"], [[1, 1, 1], [2, 2, 2]])
    with beamio.File(external()) as file:
        np.testing.assert_array_equal(file["data"], [[0, 1, 2], [3, 4, 5]])


def test_a_source_is_found_where_libhdf5_looks(folder, monkeypatch):
    virtual()
    (folder / "far").mkdir()
    os.rename("source.h5", "far/source.h5")
    with beamio.File("master.h5") as file, pytest.raises(beamio.MissingFileError):
        file["data"][...]
    with beamio.File("master.h5", "r+") as file:
        access = h5py.h5p.create(h5py.h5p.DATASET_ACCESS)
        access.set_virtual_prefix(os.fsencode(folder / "far"))
        data = beamio.Dataset(h5py.h5d.open(file.id, b"data", access))
        np.testing.assert_array_equal(data[0], [1, 1, 1])
    monkeypatch.chdir(folder / "far")
    with beamio.File(folder / "master.h5") as file:
        np.testing.assert_array_equal(file["data"][0], [1, 1, 1])


def test_a_raw_file_is_found_by_its_prefix(folder):
    external()
    (folder / "far").mkdir()
    os.rename("raw.bin", "far/raw.bin")
    with beamio.File("master.h5") as file:
        with pytest.raises(beamio.MissingFileError):
            file["data"][...]
        access = h5py.h5p.create(h5py.h5p.DATASET_ACCESS)
        access.set_efile_prefix(os.fsencode(folder / "far"))
        data = beamio.Dataset(h5py.h5d.open(file.id, b"data", access))
        np.testing.assert_array_equal(data[0], [0, 1, 2])


def test_a_source_that_comes_back_is_found_after_a_refresh():
    virtual()
    with beamio.File("master.h5") as file:
        data = file["data"]
        os.rename("source.h5", "away.h5")
        with pytest.raises(beamio.MissingFileError):
            data[...]
        os.rename("away.h5", "source.h5")
        np.testing.assert_array_equal(data[0], [1, 1, 1])


def linked():
    with h5py.File("links.h5", "w") as file:
        file["entry/data"] = 1
        file["soft"] = h5py.SoftLink("/entry/nothing")
        file["far"] = h5py.ExternalLink("far/other.h5", "/entry")
        file["here"] = h5py.ExternalLink("links.h5", "/nothing")
        file["cycle"] = h5py.SoftLink("/cycle")
    return "links.h5"


LINKS = {
    "soft": r"links\.h5::/soft: is a link to /entry/nothing, which is not there",
    "soft/data": r"links\.h5::/soft/data: is a link to /entry/nothing",
    "far": r"is a link to far/other\.h5::/entry; the file is not there "
    r"\(looked for far/other\.h5\)",
    "here": r"is a link to links\.h5::/nothing, which can't be opened",
    "entry/dat": r"links\.h5::/entry/dat: /entry has no 'dat'; did you mean data\?",
    "/entry/x/y": r"links\.h5::/entry/x/y: /entry has no 'x'; there are: data",
    "entry/data/x": r"/entry/data is no group",
    b"nothing": r"/ has no 'nothing'",
}


@pytest.mark.parametrize("name", LINKS, ids=str)
def test_what_a_path_lacks_is_named(name):
    with beamio.File(linked()) as file:
        with pytest.raises(beamio.MissingPathError, match=LINKS[name]):
            file[name]
        with pytest.raises(KeyError):
            file[name]
        assert file.get(name) is None
        with pytest.raises(beamio.MissingPathError, match="/entry has no 'q'"):
            file["entry"]["q"]


def test_a_cycle_of_links_is_an_error():
    with (
        beamio.File(linked()) as file,
        pytest.raises((KeyError, RuntimeError, OSError)),
    ):
        file["cycle"]


def test_a_filter_that_is_not_installed_is_named():
    with h5py.File("f.h5", "w") as file:
        data = file.create_dataset(
            "data",
            (2, 4),
            "u1",
            chunks=(1, 4),
            compression=32099,
            compression_opts=(),
            allow_unknown_filter=True,
        )
        data.id.write_direct_chunk((0, 0), b"abcd")
    with (
        beamio.File("f.h5") as file,
        pytest.raises(
            beamio.MissingFilterError, match=r"f\.h5::/data: .* filter 32099"
        ),
    ):
        file["data"][...]


def test_data_that_do_not_decode_are_an_error():
    with h5py.File("f.h5", "w") as file:
        data = file.create_dataset("data", (2, 4), "u1", chunks=(1, 4), compression=4)
        data.id.write_direct_chunk((0, 0), b"not deflated")
    with beamio.File("f.h5") as file:
        message = r"f\.h5::/data: the chunk at \(0, 0\) is damaged: deflate"
        with pytest.raises(beamio.DamagedFileError, match=message):
            file["data"][0]
        np.testing.assert_array_equal(file["data"][1], [0, 0, 0, 0])  # never written
