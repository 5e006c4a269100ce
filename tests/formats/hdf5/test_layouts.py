"""Where bytes lie: chunks at the edge, the index of chunks, files that change."""

import ctypes
import os
import subprocess
import sys
from pathlib import Path

import h5py
import numpy as np
import pytest

import beamio
from beamio.formats.hdf5 import bulk, libhdf5, stored
from beamio.formats.hdf5.known import Known
from beamio.formats.hdf5.storage import storage_of

DONT_FILTER_PARTIAL_CHUNKS = 2


@pytest.fixture(autouse=True)
def _every_size_counts(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(bulk, "_SMALL", 0)
    monkeypatch.setattr(bulk, "_KEPT", 0)


@pytest.fixture
def engine_only(monkeypatch):
    """Let h5py read nothing of a `beamio.Dataset`."""

    def refuse(*_, **__):
        raise AssertionError("h5py was asked")

    monkeypatch.setattr(beamio.formats.hdf5.objects.reading, "in_h5py", refuse)


def with_unfiltered_edges(name, shape, chunk, *, first=None):
    """Write a dataset whose chunks at the edge are stored without filters."""
    set_options = getattr(ctypes.CDLL(h5py.h5d.__file__), "H5Pset_chunk_opts", None)
    if set_options is None:
        pytest.skip("libhdf5 does not let its functions be called")
    properties = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
    properties.set_chunk(chunk)
    properties.set_shuffle()
    properties.set_deflate(4)
    assert set_options(ctypes.c_int64(properties.id), DONT_FILTER_PARTIAL_CHUNKS) >= 0
    data = np.arange(np.prod(shape)).reshape(shape).astype("u2")
    with h5py.File(name, "w", libver="latest") as file:
        start = shape if first is None else first
        space = h5py.h5s.create_simple(start, (h5py.h5s.UNLIMITED,) * len(shape))
        made = h5py.h5d.create(file.id, b"x", h5py.h5t.STD_U16LE, space, properties)
        dataset = h5py.Dataset(made)
        dataset[...] = data[tuple(map(slice, start))]
        if first is not None:
            dataset.resize(shape)
            dataset[...] = data
    return data


@pytest.mark.parametrize("first", [None, (5, 10), (7, 30)])
@pytest.mark.usefixtures("engine_only")
def test_chunks_at_the_edge_may_be_stored_without_filters(first):
    data = with_unfiltered_edges("edges.h5", (7, 30), (4, 16), first=first)
    with h5py.File("edges.h5") as file:
        sizes = {info.size for info in map(file["x"].id.get_chunk_info, range(4))}
        assert 4 * 16 * 2 in sizes
        np.testing.assert_array_equal(file["x"][...], data)
    with beamio.File("edges.h5") as file:
        np.testing.assert_array_equal(file["x"][...], data)
        np.testing.assert_array_equal(file["x"][::2, 14:], data[::2, 14:])


def test_chunks_at_the_edge_are_written_as_libhdf5_reads_them():
    data = with_unfiltered_edges("edges.h5", (7, 30), (4, 16))[::-1].copy()
    with beamio.File("edges.h5", "r+") as file:
        file["x"][...] = data
        np.testing.assert_array_equal(file["x"][...], data)
    with h5py.File("edges.h5") as file:
        np.testing.assert_array_equal(file["x"][...], data)


@pytest.mark.parametrize("libver", ["earliest", "latest"])
@pytest.mark.parametrize("maxshape", [None, (None, 6), (None, None)])
def test_chunks_are_told_as_h5py_tells_them(libver, maxshape):
    with h5py.File("x.h5", "w", libver=libver, userblock_size=512) as file:
        options = {"chunks": (2, 3), "maxshape": maxshape, "compression": "gzip"}
        dataset = file.create_dataset("x", (40, 6), "u2", **options)
        dataset[4:31:3] = 7
        file.flush()
        rows = libhdf5.chunk_rows(dataset)
        expected = [
            (*info.chunk_offset, info.byte_offset, info.size, info.filter_mask)
            for info in map(dataset.id.get_chunk_info, range(len(rows)))
        ]
        assert dataset.id.get_num_chunks() == len(rows)
        assert sorted(rows.tolist()) == sorted(map(list, expected))
        theirs = libhdf5._through_h5py(dataset)
        np.testing.assert_array_equal(rows, theirs)


def many_chunks(number=5000):
    with h5py.File("many.h5", "w", libver="latest") as file:
        data = np.arange(number * 4, dtype="u2").reshape(number, 4)
        file.create_dataset("x", data=data, chunks=(1, 4), compression="lzf")
    return data


def test_a_loop_over_frames_is_indexed_once_enough_were_asked_for():
    data, known = many_chunks(), Known()
    with h5py.File("many.h5") as file:
        found = [bulk.read_selection(file["x"], i, known=known) for i in range(8)]
    asked = [frame is None for frame in found]
    assert asked == [True] * 4 + [False] * 4  # a thousandth of them is 5
    np.testing.assert_array_equal(found[4:], data[4:8])


WRITER = """
import h5py, numpy as np, sys
with h5py.File("x.h5", "r+", locking=False) as file:
    del file["x"]
    file.flush()
    file.create_dataset("other", data=np.full((8, 64), 0xABCD, "u2"))
    options = {"chunks": (1, 64), "compression": "gzip"}
    noise = np.random.default_rng(1).integers(0, 9999, (8, 64)).astype("u2")
    file.create_dataset("x", data=noise, **options)
"""


def test_chunks_that_another_program_moved_are_not_taken_for_damage():
    with h5py.File("x.h5", "w") as file:
        options = {"chunks": (1, 64), "compression": "gzip"}
        file.create_dataset("x", data=np.zeros((8, 64), "u2"), **options)
    with beamio.File("x.h5") as file:
        dataset = file["x"]
        assert not dataset[...].any()
        subprocess.run([sys.executable, "-c", WRITER], check=True)
        with pytest.raises(beamio.BusyFileError, match="being written by another"):
            dataset[...]
    with beamio.File("x.h5") as file:
        assert file["x"][...].any()


def test_what_is_known_is_forgotten_when_the_file_changes():
    data = many_chunks(20)
    with beamio.File("many.h5") as file:
        known, key = file.access.known, storage_of(file["x"]).key
        np.testing.assert_array_equal(file["x"][...], data)
        layout = known.layouts[key]
        file["x"][...]
        assert known.layouts[key] is layout
        status = Path("many.h5").stat()
        os.utime("many.h5", ns=(status.st_atime_ns, status.st_mtime_ns + 1))
        np.testing.assert_array_equal(file["x"][...], data)
        assert known.layouts[key] is not layout


def test_an_index_without_the_native_way_is_the_same(monkeypatch):
    data = many_chunks(50)
    monkeypatch.setattr(libhdf5, "_chunk_iter", None)
    with h5py.File("many.h5") as file:
        assert stored.find_stored(file["x"]) is not None
    with beamio.File("many.h5") as file:
        np.testing.assert_array_equal(file["x"][::3], data[::3])
