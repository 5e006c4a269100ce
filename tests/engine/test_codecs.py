"""Every codec against libhdf5 and its plugins, in both directions."""

import io

import h5py
import hdf5plugin
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from beamio.engine import _native

# What h5py.File.create_dataset takes.
PIPELINES = {
    "gzip": {"compression": "gzip"},
    "gzip 0": {"compression": "gzip", "compression_opts": 0},
    "gzip 9": {"compression": "gzip", "compression_opts": 9},
    "shuffle": {"shuffle": True},
    "fletcher32": {"fletcher32": True},
    "shuffle gzip fletcher32": {
        "shuffle": True,
        "compression": "gzip",
        "fletcher32": True,
    },
    "lzf": {"compression": "lzf"},
    "shuffle lzf": {"shuffle": True, "compression": "lzf"},
    "lz4": {"compression": hdf5plugin.LZ4()},
    "lz4 in blocks": {"compression": hdf5plugin.LZ4(nbytes=1000)},
    "zstd": {"compression": hdf5plugin.Zstd()},
    "bitshuffle": {"compression": hdf5plugin.Bitshuffle(cname="none")},
    "bitshuffle lz4": {"compression": hdf5plugin.Bitshuffle()},
    "bitshuffle zstd": {"compression": hdf5plugin.Bitshuffle(cname="zstd")},
    "zstd -5": {"compression": hdf5plugin.Zstd(clevel=-5)},
    "shuffle zstd 19": {"shuffle": True, "compression": hdf5plugin.Zstd(clevel=19)},
}

pipelines = pytest.mark.parametrize("options", PIPELINES.values(), ids=PIPELINES)


@st.composite
def frames(draw):
    """Frames of one chunk: of one pixel or many, noise, counts, a gradient, zeros."""
    dtype = draw(st.sampled_from(["u1", "<u2", ">i4", "<f4", ">f8", "<c16", "S3"]))
    side = st.sampled_from([1, 2, 3, 7, 8, 33, 100, 255])
    shape = draw(st.tuples(side, side))
    rng = np.random.default_rng(draw(st.integers(0, 1000)))
    bytes_ = (*shape, np.dtype(dtype).itemsize)
    kind = draw(st.sampled_from(["noise", "counts", "gradient", "zeros"]))
    if kind == "noise":
        values = rng.integers(1, 256, bytes_)
    elif kind == "counts":
        values = rng.poisson(0.5, bytes_)
    elif kind == "gradient":
        values = np.add.outer(np.arange(shape[0]), np.arange(shape[1]))[..., None] // 9
    else:
        values = np.zeros(1)
    filled = np.broadcast_to(values.astype("u1"), bytes_)
    return np.ascontiguousarray(filled).view(dtype)[..., 0]


def create(file, frame, **options):
    return file.create_dataset(
        "frame", shape=frame.shape, dtype=frame.dtype, chunks=frame.shape, **options
    )


def filters(dataset):
    """The numbers and options of a dataset's filters, as libhdf5 keeps them."""
    plist = dataset.id.get_create_plist()
    found = [plist.get_filter(i) for i in range(plist.get_nfilters())]
    return [(number, list(values)) for number, _, values, _ in found]


def written_by_h5py(frame, options):
    with h5py.File(io.BytesIO(), "w") as file:
        dataset = create(file, frame, **options)
        dataset[...] = frame
        file.flush()
        skipped, chunk = dataset.id.read_direct_chunk((0, 0))
        return filters(dataset), skipped, chunk


@pipelines
@settings(max_examples=40)
@given(frame=frames())
def test_what_h5py_wrote_is_decoded(options, frame):
    steps, skipped, chunk = written_by_h5py(frame, options)
    decoded = _native.decode(
        steps, frame.dtype.itemsize, frame.nbytes, skipped, bytes(chunk)
    )
    assert decoded == frame.tobytes()


@pipelines
@settings(max_examples=40)
@given(frame=frames())
def test_what_is_encoded_is_read_by_h5py(options, frame):
    with h5py.File(io.BytesIO(), "w") as file:
        dataset = create(file, frame, **options)
        chunk = _native.encode(filters(dataset), frame.dtype.itemsize, frame.tobytes())
        dataset.id.write_direct_chunk((0, 0), chunk)
        assert dataset[...].tobytes() == frame.tobytes()


@pipelines
@settings(max_examples=40)
@given(frame=frames(), data=st.data())
def test_a_chunk_that_is_cut_short_is_an_error(options, frame, data):
    steps, skipped, chunk = written_by_h5py(frame, options)
    length = data.draw(st.integers(0, len(chunk) - 1))
    with pytest.raises(_native.CorruptChunk):
        _native.decode(
            steps, frame.dtype.itemsize, frame.nbytes, skipped, bytes(chunk[:length])
        )


@given(frame=frames(), data=st.data())
def test_a_flipped_bit_under_a_checksum_is_an_error(frame, data):
    options = PIPELINES["shuffle gzip fletcher32"]
    steps, skipped, chunk = written_by_h5py(frame, options)
    bit = data.draw(st.integers(0, 8 * len(chunk) - 1))
    damaged = bytearray(chunk)
    damaged[bit // 8] ^= 1 << bit % 8
    with pytest.raises(_native.CorruptChunk) as caught:
        _native.decode(
            steps, frame.dtype.itemsize, frame.nbytes, skipped, bytes(damaged)
        )
    assert caught.value.args == ("fletcher32", "finds that bytes have changed")


def test_noise_that_h5py_stored_without_lzf_is_decoded():
    frame = np.random.default_rng(0).integers(0, 256, (64, 64), "u1")
    steps, skipped, chunk = written_by_h5py(frame, PIPELINES["shuffle lzf"])
    assert (skipped, len(chunk)) == (2, frame.nbytes)
    decoded = _native.decode(steps, 1, frame.nbytes, skipped, bytes(chunk))
    assert decoded == frame.tobytes()


@pytest.mark.parametrize("length", [1, 4, 5, 65534, 65535, 65536, 65537, 1 << 20])
@pytest.mark.parametrize("value", [0, 1, 254, 255])
def test_checksums_equal_those_of_libhdf5(length, value):
    frame = np.full((1, length), value, "u1")
    steps, _, chunk = written_by_h5py(frame, PIPELINES["fletcher32"])
    assert _native.encode(steps, 1, frame.tobytes()) == bytes(chunk)
