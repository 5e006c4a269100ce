"""Bitshuffle against its published filter, in both directions."""

import io

import h5py
import hdf5plugin
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from beamio.engine import _native

COMPRESSIONS = [
    {"cname": "none"},
    {"cname": "lz4"},
    {"cname": "zstd"},
    {"cname": "zstd", "clevel": 9},
]


@st.composite
def arrays(draw):
    """Elements of any size, as many as blocks are of or a few more or less."""
    size = draw(st.sampled_from([1, 2, 3, 4, 5, 6, 7, 8, 11, 12, 16, 24, 40, 100]))
    block = 8192 // size
    some = st.integers(1, 300) | st.sampled_from([block, 2 * block, 3 * block])
    count = draw(some) + draw(st.integers(0, 20))
    rng = np.random.default_rng(draw(st.integers(0, 1000)))
    values = rng.poisson(draw(st.sampled_from([0.1, 5, 100])), (count, size))
    if draw(st.booleans()):
        values[:, size // 2 :] = 0
    return np.ascontiguousarray(values.astype("u1")).view(f"V{size}")[:, 0]


@st.composite
def filters(draw):
    """The published filter, its blocks of any length that it takes."""
    nelems = draw(st.just(0) | st.integers(1, 300).map(lambda n: 8 * n))
    return hdf5plugin.Bitshuffle(nelems=nelems, **draw(st.sampled_from(COMPRESSIONS)))


def create(file, array, compression):
    dataset = file.create_dataset(
        "array",
        shape=array.shape,
        dtype=array.dtype,
        chunks=array.shape,
        compression=compression,
    )
    number, _, options, _ = dataset.id.get_create_plist().get_filter(0)
    return dataset, [(number, list(options))]


def decoded(steps, array, chunk):
    return _native.decode(steps, array.dtype.itemsize, array.nbytes, 0, chunk)


@settings(max_examples=300)
@given(array=arrays(), compression=filters())
def test_what_the_published_filter_wrote_is_decoded(array, compression):
    with h5py.File(io.BytesIO(), "w") as file:
        dataset, steps = create(file, array, compression)
        dataset[...] = array
        file.flush()
        chunk = dataset.id.read_direct_chunk((0,))[1]
    assert decoded(steps, array, bytes(chunk)) == array.tobytes()


@settings(max_examples=300)
@given(array=arrays(), compression=filters())
def test_what_is_encoded_is_read_by_the_published_filter(array, compression):
    with h5py.File(io.BytesIO(), "w") as file:
        dataset, steps = create(file, array, compression)
        chunk = _native.encode(steps, array.dtype.itemsize, array.tobytes())
        dataset.id.write_direct_chunk((0,), chunk)
        assert dataset[...].tobytes() == array.tobytes()


@given(array=arrays(), compression=filters(), data=st.data())
def test_a_chunk_that_is_cut_short_is_an_error(array, compression, data):
    with h5py.File(io.BytesIO(), "w") as file:
        _, steps = create(file, array, compression)
    chunk = _native.encode(steps, array.dtype.itemsize, array.tobytes())
    cut = chunk[: data.draw(st.integers(0, len(chunk) - 1))]
    with pytest.raises(_native.CorruptChunk, match="bitshuffle"):
        decoded(steps, array, cut)
