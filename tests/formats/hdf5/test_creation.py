"""Datasets are created with filters by name, and with chunks that suit frames."""

import h5py
import hdf5plugin
import numpy as np
import pytest

import beamio
from beamio.model import COMPRESSIONS

RNG = np.random.default_rng(5)
IMAGES = (RNG.poisson(50, (5, 40, 60)) + np.arange(60)).astype("u2")
REALS = np.cumsum(RNG.normal(size=(5, 40, 60)), axis=-1).astype("f4")


@pytest.fixture
def file(tmp_path):
    with beamio.File(tmp_path / "new.h5", "w") as opened:
        yield opened


def stored(file, name, data, **options):
    """Write data by beamio, read them by h5py from the disk."""
    file.create_dataset(name, data=data, **options)
    file.flush()
    with h5py.File(file.filename) as theirs:
        return theirs[name][()]


def is_filtered(dataset):
    """Whether every filter did its work; one that could not leaves the data alone."""
    ids = dataset.id
    infos = [ids.get_chunk_info(index) for index in range(ids.get_num_chunks())]
    return {info.filter_mask for info in infos} == {0}


LOSSLESS = sorted(set(COMPRESSIONS) - {"zfp", "sperr", "sz", "sz3"})
if "htj2k" not in hdf5plugin.FILTERS:  # an old version
    LOSSLESS.remove("htj2k")
OPTIONS = [
    "gzip:9",
    "zstd:7",
    "lz4:nbytes=4096",
    "bitshuffle:nelems=64",
    "bitshuffle-lz4:nelems=512",
    "bitshuffle-zstd:3,nelems=64",
    "blosc:9,cname=zlib,shuffle=bit",
    "blosc2:1,cname=zstd,shuffle=none",
    "blosc2:cname=lz4,shuffle=delta",
    "bzip2:1",
]


@pytest.mark.parametrize("compression", [*LOSSLESS, *OPTIONS])
@pytest.mark.parametrize("checksum", [True, False])
def test_what_is_written_by_name_is_read_by_h5py(file, compression, checksum):
    got = stored(file, "x", IMAGES, compression=compression, checksum=checksum)
    np.testing.assert_array_equal(got, IMAGES, strict=True)
    np.testing.assert_array_equal(file["x"], IMAGES, strict=True)
    properties = file["x"].id.get_create_plist()
    own = properties.get_nfilters() - file["x"].shuffle - checksum
    assert own == (compression != "none")
    assert file["x"].fletcher32 == checksum
    assert not own or is_filtered(file["x"])


@pytest.mark.parametrize("name", sorted(hdf5plugin.FILTERS))
def test_every_filter_of_hdf5plugin_has_a_name(name):
    names = {"bshuf": "bitshuffle"}
    assert names.get(name, name) in COMPRESSIONS


def span(data):
    return data.max() - data.min()


LOSSY = {
    "zfp:accuracy=0.01": 0.01,
    "zfp:rate=20": 0.1,
    "zfp:precision=24": 0.1,
    "sperr:absolute=0.01": 0.01,
    "sperr:rate=16": 0.1,
    "sperr:peak_signal_to_noise_ratio=80,swap=true": 0.1,
    "sz:absolute=0.01": 0.01,
    "sz:relative=0.001": 0.001 * span(REALS),
    "sz:pointwise_relative=0.001": 0.001 * np.abs(REALS).max(),
    "sz3:absolute=0.01": 0.01,
    "sz3:relative=0.001": 0.001 * span(REALS),
}


@pytest.mark.parametrize("compression", LOSSY)
def test_what_loses_information_keeps_within_its_tolerance(file, compression):
    got = stored(file, "x", REALS, compression=compression)
    error = np.abs(got - REALS).max()
    assert error <= LOSSY[compression] * 1.001
    assert is_filtered(file["x"])


@pytest.mark.parametrize("dtype", ["f4", "f8", "i4", "i8"])
def test_zfp_can_be_reversible(file, dtype):
    data = (REALS * 1000).astype(dtype)
    got = stored(
        file, "x", data, compression="zfp", compression_opts={"reversible": True}
    )
    np.testing.assert_array_equal(got, data, strict=True)


def test_options_by_name_make_what_hdf5plugin_makes(file):
    wanted = hdf5plugin.Blosc2(cname="zstd", clevel=7, filters=2)
    options = {"level": 7, "cname": "zstd", "shuffle": "bit"}
    file.create_dataset(
        "x", data=IMAGES, compression="blosc2", compression_opts=options
    )
    file.create_dataset("y", data=IMAGES, compression=wanted)
    file.create_dataset("z", data=IMAGES, **wanted)
    plists = [file[name].id.get_create_plist() for name in "xyz"]
    assert plists[0].get_filter(0) == plists[1].get_filter(0) == plists[2].get_filter(0)
    for name in "xyz":
        np.testing.assert_array_equal(file[name], IMAGES)


OWN = [
    {"compression": "gzip", "compression_opts": 7},
    {"compression": 5},
    {"compression": True},
    {"compression": "lzf", "shuffle": True},
    {"compression": "szip", "compression_opts": ("nn", 8)},
    {"compression": 32015, "compression_opts": (4,)},
    {"shuffle": True, "fletcher32": True},
    {"scaleoffset": 0},
    {"compression": None, "chunks": (1, 4, 6)},
]


@pytest.mark.parametrize("options", OWN)
def test_what_h5py_knows_is_as_in_h5py(file, tmp_path, options):
    with h5py.File(tmp_path / "theirs.h5", "w") as theirs:
        chunks = {"chunks": (1, 40, 60), **options}
        wanted = theirs.create_dataset("x", data=IMAGES, **chunks).id.get_create_plist()
        made = file.create_dataset("x", data=IMAGES, **chunks).id.get_create_plist()
        assert made.get_nfilters() == wanted.get_nfilters()
        for index in range(made.get_nfilters()):
            assert made.get_filter(index) == wanted.get_filter(index)
    np.testing.assert_array_equal(file["x"], IMAGES)


def test_the_filters_that_want_a_shuffle_have_one_unless_it_is_refused(file):
    for name in ["lz4", "zstd", "bzip2"]:
        assert file.create_dataset(name, data=IMAGES, compression=name).shuffle
        plain = {"compression": name, "shuffle": False}
        assert not file.create_dataset(f"{name}-", data=IMAGES, **plain).shuffle
    assert not file.create_dataset("gzip", data=IMAGES, compression="gzip:3").shuffle


MISTAKES = [
    ({"compression": "bitshuffle-lz5"}, "did you mean bitshuffle-lz4"),
    ({"compression": "zstd:99"}, "1 to 22, not 99"),
    ({"compression": "zstd", "compression_opts": 99}, "1 to 22, not 99"),
    ({"compression": "zstd", "compression_opts": (3,)}, "are names and values"),
    ({"compression": "zfp"}, "loses information"),
    ({"compression": "zfp:rate=3"}, "for float32, float64 in native byte order"),
    ({"compression": "fcidecomp", "chunks": (2, 40, 60)}, "not for chunks of shape"),
    ({"compression": "szip", "compression_opts": {"level": 3}}, "szip takes"),
    ({"compression": "nothing"}, "no compression is called 'nothing'"),
]


@pytest.mark.parametrize(("options", "message"), MISTAKES)
def test_a_mistake_is_told_and_nothing_is_made(file, options, message):
    with pytest.raises(beamio.OptionError, match=message):
        file.create_dataset("x", data=IMAGES, **options)
    with pytest.raises(ValueError, match=message):
        file.require_dataset("x", IMAGES.shape, IMAGES.dtype, **options)
    assert "x" not in file


CHUNKS = [
    ({"data": IMAGES, "chunks": True}, (5, 40, 60)),
    ({"data": IMAGES, "compression": "fcidecomp"}, (1, 40, 60)),
    ({"shape": (10, 1024, 1024), "dtype": "u2", "checksum": True}, (1, 1024, 1024)),
    ({"shape": (9, 3000, 3000), "dtype": "f8", "compression": "lz4"}, (1, 167, 3000)),
    ({"shape": (0, 99, 99), "dtype": "f4", "maxshape": (None, 99, 99)}, (1, 99, 99)),
    ({"shape": 10**6, "dtype": "f8", "shuffle": True}, (125000,)),
    ({"shape": (5, 40, 60), "dtype": "i4", "scaleoffset": 0}, (5, 40, 60)),
    ({"data": [1.0, 2.0], "maxshape": (None,)}, (8192,)),
    ({"data": ["a", "b"], "maxshape": (2,), "compression": "gzip"}, (2,)),
]


@pytest.mark.parametrize(("options", "wanted"), CHUNKS)
def test_chunks_that_are_needed_suit_frames(file, options, wanted):
    assert file.create_dataset("x", **options).chunks == wanted


@pytest.mark.parametrize("options", [{"data": IMAGES}, {"data": 3}, {"shape": (2, 2)}])
def test_chunks_that_are_not_needed_are_not_made(file, options):
    assert file.create_dataset("x", dtype="f4", **options).chunks is None


def test_a_named_type_has_chunks_of_its_size(file):
    file["type"] = np.dtype([("a", "f8"), ("b", "u2", 3)])
    made = file.create_dataset("x", (10**6,), dtype=file["type"], compression="zstd")
    assert made.chunks == (71429,)


@pytest.mark.parametrize("dtype", ["f2", ">i4", "c16", "?", "S3", "f8"])
@pytest.mark.parametrize("order", ["C", "F"])
def test_data_of_every_type_come_back(file, dtype, order):
    data = np.asarray((IMAGES.astype(int) - 50).astype(dtype), order=order)
    got = stored(file, "x", data, compression="bitshuffle-lz4", shape=(200, 60))
    np.testing.assert_array_equal(got, data.reshape(200, 60), strict=True)


def test_data_of_another_type_are_converted_as_h5py_converts(file):
    values = np.array([[-5, 300, 70000]])
    got = stored(file, "x", values, dtype="u1", compression="zstd")
    np.testing.assert_array_equal(got, [[0, 255, 255]])
    with pytest.raises(ValueError, match="incompatible"):
        file.create_dataset("y", (2, 2), data=values, compression="zstd")


def test_a_dataset_can_be_made_of_a_dataset(file):
    source = file.create_dataset("x", data=IMAGES, compression="bitshuffle-zstd")
    made = file.create_dataset("y", data=source, compression="blosc2")
    np.testing.assert_array_equal(made, IMAGES)
