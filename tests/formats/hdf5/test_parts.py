"""Parts of large chunks, decoded by several threads, and again from known blocks."""

import h5py
import hdf5plugin
import numpy as np
import pytest

import beamio

SHAPE = (2, 700, 1111)
"""Frames of 1.5 MB, which are cut among threads; rows are no whole blocks."""
FILTERS = {
    "bitshuffle-lz4": hdf5plugin.Bitshuffle(),
    "bitshuffle-zstd": hdf5plugin.Bitshuffle(cname="zstd"),
    "bitshuffle, long blocks": hdf5plugin.Bitshuffle(nelems=1 << 15, cname="lz4"),
    "bitshuffle alone": hdf5plugin.Bitshuffle(cname="none"),
    "blosc": hdf5plugin.Blosc(),
    "blosc2": hdf5plugin.Blosc2(),
    "lz4": hdf5plugin.LZ4(),
    "lz4 in blocks": hdf5plugin.LZ4(nbytes=1 << 14),
    "zstd": hdf5plugin.Zstd(),
    "gzip": "gzip",
    "none": None,
}
SELECTIONS = {
    "a frame": np.s_[1],
    "all but a row": np.s_[0, 1:],
    "columns": np.s_[:, :, 5:1000],
    "every third row": np.s_[1, 2::3],
    "one row of each": np.s_[:, 431],
    "one column": np.s_[0, :, 17],
    "a band": np.s_[1, 300:640],
    "one pixel": np.s_[1, 699, 1110],
}


@pytest.fixture(params=FILTERS)
def stack(request, tmp_path):
    """Frames of noise with a smooth beam, in a file, and as an array."""
    random = np.random.default_rng(5)
    frames = random.poisson(np.linspace(1, 400, 1111), SHAPE).astype("uint16")
    with h5py.File(tmp_path / "stack.h5", "w") as file:
        compression = FILTERS[request.param]
        options = {"chunks": (1, 700, 1111), "compression": compression}
        file.create_dataset("data", data=frames, **options)
    return tmp_path / "stack.h5", frames


@pytest.mark.parametrize("threads", [1, 2, 3])
def test_parts_are_those_of_the_whole(stack, threads):
    path, frames = stack
    with beamio.File(path, threads=threads) as file:
        data = file["data"]
        for args in [*SELECTIONS.values(), *reversed(SELECTIONS.values())]:
            np.testing.assert_array_equal(data[args], frames[args])
            wide = np.zeros((*frames[args].shape, 2), "uint16")
            data.read(args, out=wide[..., 1])
            np.testing.assert_array_equal(wide[..., 1], frames[args])
            assert not wide[..., 0].any()


def test_a_damaged_block_is_an_error_for_those_who_want_it(tmp_path):
    frames = np.random.default_rng(2).integers(0, 50, (1, 1024, 1024), "uint16")
    path = tmp_path / "stack.h5"
    with h5py.File(path, "w") as file:
        options = {"chunks": (1, 1024, 1024), "compression": hdf5plugin.Bitshuffle()}
        file.create_dataset("data", data=frames, **options)
        chunk = file["data"].id.get_chunk_info(0)
    content = bytearray(path.read_bytes())
    middle = chunk.byte_offset + chunk.size // 2
    content[middle : middle + 9000] = bytes(9000)
    path.write_bytes(content)
    with beamio.File(path) as file:
        data = file["data"]
        for _ in range(2):  # what was found on the way to the damage is remembered
            np.testing.assert_array_equal(data[0, 10:300], frames[0, 10:300])
            with pytest.raises(beamio.CorruptChunkError, match="bitshuffle"):
                data[0, 1000:]
            with pytest.raises(beamio.CorruptChunkError):
                data[0]
