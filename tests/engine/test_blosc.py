"""Blosc and Blosc2 against their libraries, in both directions."""

import io
import itertools

import h5py
import hdf5plugin  # noqa: F401 (registers the filters)
import numpy as np
import pytest

import beamio
from beamio.engine import _native

BLOSC = 32001
BLOSC2 = 32026

# The compressors by number, as the filters' options call them.
COMPRESSORS = {
    BLOSC: {"blosclz": 0, "lz4": 1, "lz4hc": 2, "snappy": 3, "zlib": 4, "zstd": 5},
    BLOSC2: {"blosclz": 0, "lz4": 1, "lz4hc": 2, "zlib": 4, "zstd": 5},
}
SHUFFLES = {"plain": 0, "shuffle": 1, "bitshuffle": 2}
DTYPES = ["u1", "<u2", "S3", ">f4", "<f8", "<c16", "S17", "S300"]
LEVELS = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]

# Of a chunk with axes of one, with a length that no block divides, of one axis, of
# many axes, and of more than a block.
CHUNKS = [(1, 40, 50), (37, 53), (1000,), (2, 3, 4, 5, 6), (3, 300, 129)]

filters = pytest.mark.parametrize("number", COMPRESSORS, ids=["blosc", "blosc2"])


def counts(shape, dtype, seed=0):
    """Photon counts, as numbers or as the bytes of strings."""
    rng = np.random.default_rng(seed)
    if dtype.startswith("S"):
        letters = rng.poisson(3, (*shape, int(dtype[1:]))).astype("u1") + 65
        return letters.view(dtype)[..., 0]
    return rng.poisson(40, shape).astype(dtype)


def create(file, name, frame, number, *, level=5, shuffle=1, compressor=1):
    return file.create_dataset(
        name,
        shape=frame.shape,
        dtype=frame.dtype,
        chunks=frame.shape,
        compression=number,
        compression_opts=(0, 0, 0, 0, level, shuffle, compressor),
    )


def pipeline(dataset):
    """The numbers and options of a dataset's filters, as libhdf5 keeps them."""
    plist = dataset.id.get_create_plist()
    found = [plist.get_filter(i) for i in range(plist.get_nfilters())]
    return [(number, list(values)) for number, _, values, _ in found]


def assert_both_ways(frame, number, **options):
    """Assert that we read what the library writes, and it what we write."""
    first = (0,) * frame.ndim
    itemsize, data = frame.dtype.itemsize, frame.tobytes()
    with h5py.File(io.BytesIO(), "w") as file:
        theirs = create(file, "theirs", frame, number, **options)
        theirs[...] = frame
        file.flush()
        skipped, chunk = theirs.id.read_direct_chunk(first)
        filters_ = pipeline(theirs)
        assert _native.decode(filters_, itemsize, len(data), skipped, chunk) == data

        ours = create(file, "ours", frame, number, **options)
        chunk = _native.encode(filters_, itemsize, data)
        ours.id.write_direct_chunk(first, chunk)
        np.testing.assert_array_equal(ours[...], frame)
        return chunk


CASES = [
    (number, name, shuffle)
    for number, names in COMPRESSORS.items()
    for name, shuffle in itertools.product(names, SHUFFLES)
]


@pytest.mark.parametrize(("number", "name", "shuffle"), CASES)
def test_what_one_writes_the_other_reads(number, name, shuffle):
    compressor = COMPRESSORS[number][name]
    for dtype, shape, level in itertools.product(DTYPES, CHUNKS[:4], [1, 6]):
        assert_both_ways(
            counts(shape, dtype),
            number,
            level=level,
            shuffle=SHUFFLES[shuffle],
            compressor=compressor,
        )


@pytest.mark.parametrize(("number", "name", "shuffle"), CASES)
def test_chunks_of_many_blocks_of_every_level(number, name, shuffle):
    for level in LEVELS:
        options = {
            "level": level,
            "shuffle": SHUFFLES[shuffle],
            "compressor": COMPRESSORS[number][name],
        }
        chunk = assert_both_ways(counts(CHUNKS[4], "<u2"), number, **options)
        smaller = len(chunk) < 0.9 * 2 * np.prod(CHUNKS[4])
        assert smaller == (level > 0)


@filters
def test_noise_hardly_gets_longer(number):
    noise = np.random.default_rng(0).integers(0, 2**16, (100, 100)).astype("u2")
    chunk = assert_both_ways(noise, number)
    assert len(chunk) < noise.nbytes + 300


@filters
@pytest.mark.parametrize("shape", [(1, 1), (1, 7), (3, 2)])
def test_tiny_chunks(number, shape):
    assert_both_ways(counts(shape, "<u2"), number)


@filters
def test_zeros_take_no_room(number):
    chunk = assert_both_ways(np.zeros((1, 1000, 1000), "f4"), number)
    assert len(chunk) < 20_000


@pytest.mark.parametrize("block", [1000, 4096, 70_000, 10_000_000])
def test_blocks_of_the_length_that_is_asked_for(block):
    frame = counts((300, 129), "<u2")
    with h5py.File(io.BytesIO(), "w") as file:
        dataset = file.create_dataset(
            "frame",
            data=frame,
            chunks=frame.shape,
            compression=BLOSC2,
            compression_opts=(0, block, 0, 0, 5, 1, 1),
        )
        file.flush()
        filters_ = pipeline(dataset)
        skipped, chunk = dataset.id.read_direct_chunk((0, 0))
        args = (filters_, 2, frame.nbytes)
        assert _native.decode(*args, skipped, chunk) == frame.tobytes()
        chunk = _native.encode(filters_, 2, frame.tobytes())
        dataset.id.write_direct_chunk((0, 0), chunk)
        np.testing.assert_array_equal(dataset[...], frame)


@filters
def test_behind_other_filters(number):
    frame = counts((60, 70), "<u4")
    with h5py.File(io.BytesIO(), "w") as file:
        plist = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
        plist.set_chunk(frame.shape)
        plist.set_shuffle()
        plist.set_fletcher32()
        plist.set_filter(number, 0, (0, 0, 0, 0, 5, 0, 1))
        space = h5py.h5s.create_simple(frame.shape)
        create = h5py.h5d.create
        dataset = h5py.Dataset(
            create(file.id, b"frame", h5py.h5t.py_create(frame.dtype), space, plist)
        )
        dataset[...] = frame
        file.flush()
        filters_ = pipeline(dataset)
        skipped, chunk = dataset.id.read_direct_chunk((0, 0))
        args = (filters_, 4, frame.nbytes)
        assert _native.decode(*args, skipped, chunk) == frame.tobytes()
        chunk = _native.encode(filters_, 4, frame.tobytes())
        dataset.id.write_direct_chunk((0, 0), chunk)
        np.testing.assert_array_equal(dataset[...], frame)


@filters
@pytest.mark.parametrize("shuffle", SHUFFLES.values(), ids=SHUFFLES)
def test_parts_are_those_of_the_whole(number, shuffle, tmp_path):
    frames = counts((3, 700, 519), "<u2")
    options = (0, 0, 0, 0, 5, shuffle, 1)
    with h5py.File(tmp_path / "frames.h5", "w") as file:
        for name, chunks in {"frame": (1, 700, 519), "cube": (2, 700, 200)}.items():
            file.create_dataset(
                name,
                data=frames,
                chunks=chunks,
                compression=number,
                compression_opts=options,
            )
    with beamio.File(tmp_path / "frames.h5") as file:
        for dataset in file.values():
            for selection in (
                np.s_[:, 333],
                np.s_[:, 333, 5:300],
                np.s_[1, 100:500:7, 480:],
                np.s_[2, :, 77],
                np.s_[2, 699, 518],
            ):
                np.testing.assert_array_equal(dataset[selection], frames[selection])


def test_filters_that_only_the_library_knows_are_left_to_it(tmp_path):
    frame = counts((100, 100), "<u2")
    bytedelta = 35
    with h5py.File(tmp_path / "frame.h5", "w") as file:
        theirs = create(file, "theirs", frame, BLOSC2, shuffle=bytedelta)
        theirs[...] = frame
        file.flush()
        skipped, chunk = theirs.id.read_direct_chunk((0, 0))
        assert skipped == 0
        # The options of this one do not tell.
        hidden = create(file, "hidden", frame, BLOSC2)
        hidden.id.write_direct_chunk((0, 0), chunk)
        for dataset in (theirs, hidden):
            with pytest.raises(NotImplementedError):
                _native.decode(pipeline(dataset), 2, frame.nbytes, 0, chunk)
    with beamio.File(tmp_path / "frame.h5") as file:
        np.testing.assert_array_equal(file["theirs"][...], frame)
        np.testing.assert_array_equal(file["hidden"][...], frame)


def test_differences_from_the_first_block_are_decoded():
    frame = counts((3, 300, 129), "<u4")
    with h5py.File(io.BytesIO(), "w") as file:
        dataset = create(file, "frame", frame, BLOSC2, shuffle=3)
        dataset[...] = frame
        file.flush()
        skipped, chunk = dataset.id.read_direct_chunk((0, 0, 0))
        # As if another filter had been asked for: a chunk tells by which it was made.
        ((number, options),) = pipeline(dataset)
        options[5] = 1
        args = ([(number, options)], 4, frame.nbytes)
        assert _native.decode(*args, skipped, chunk) == frame.tobytes()


@filters
def test_a_chunk_that_is_cut_or_of_another_length_is_damage(number):
    frame = counts((300, 129), "<u2")
    with h5py.File(io.BytesIO(), "w") as file:
        dataset = create(file, "frame", frame, number)
        dataset[...] = frame
        file.flush()
        filters_ = pipeline(dataset)
        _, chunk = dataset.id.read_direct_chunk((0, 0))
    for cut in [*range(200), len(chunk) // 2, len(chunk) - 1]:
        with pytest.raises(_native.CorruptChunk):
            _native.decode(filters_, 2, frame.nbytes, 0, chunk[:cut])
    for length in (frame.nbytes - 2, frame.nbytes + 2):
        with pytest.raises(_native.CorruptChunk):
            _native.decode(filters_, 2, length, 0, chunk)
