"""Memory of large results that is used again."""

import gc

import h5py
import numpy as np
import pytest

import beamio
from beamio.engine.native import new_result

SHAPE = (5, 1024, 2048)


@pytest.fixture
def stack(tmp_path):
    """A file of 20 MB, and what it holds."""
    frames = np.random.default_rng(3).integers(0, 999, SHAPE, "uint16")
    with h5py.File(tmp_path / "stack.h5", "w") as file:
        file.create_dataset("data", data=frames, chunks=(1, 1024, 2048))
    return tmp_path / "stack.h5", frames


def test_results_that_are_held_never_share_memory(stack):
    path, frames = stack
    with beamio.File(path) as file:
        held = [file["data"][...] for _ in range(3)]
        part = file["data"][...][1:, ::2]
        held += [file["data"][...] for _ in range(2)]
    for result in held:
        np.testing.assert_array_equal(result, frames)
        result[...] = 0
    np.testing.assert_array_equal(part, frames[1:, ::2])


def test_memory_is_used_again_when_nothing_refers_to_it():
    first = new_result(SHAPE, np.dtype("u2"))
    address = first.ctypes.data
    view = first[1:]
    del first
    gc.collect()
    second = new_result(SHAPE, np.dtype("u2"))
    assert second.ctypes.data != address
    del view
    gc.collect()
    assert new_result(SHAPE, np.dtype("u2")).ctypes.data == address


def test_every_type_finds_its_place():
    for dtype in ["<u2", ">f8", "S7", [("x", "u1"), ("y", ">i4", 3)], "c16", "?"]:
        result = new_result((1 << 22, 5), np.dtype(dtype))
        assert result.dtype == dtype
        assert result.flags.writeable
        assert result.flags.c_contiguous


def test_more_than_there_is_gives_a_memory_error():
    with pytest.raises(MemoryError):
        new_result((1 << 60,), np.dtype("u1"))
