"""A copy holds all that its source does, in other chunks and filters if asked."""

import shutil
import subprocess

import h5py
import hdf5plugin
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from oracle.hdf5 import Description
from zoo import write_zoo

import beamio
from beamio.repack.tree import walk

FORMATS = {"old": {}, "new": {"libver": "latest"}, "block": {"userblock_size": 1024}}
STORAGE = ("layout", "filters", "chunk", "chunks", "alloc time", "allocated")


@pytest.fixture(params=FORMATS)
def zoo(request, tmp_path):
    return write_zoo(tmp_path, **FORMATS[request.param])


def without(facts, *names):
    return {name: value for name, value in facts.items() if name not in names}


def superblock(path):
    with h5py.File(path, "r") as file:
        return file.id.get_create_plist().get_version()[0]


def test_a_copy_as_it_is_differs_in_nothing(zoo, tmp_path):
    report = beamio.repack(zoo, tmp_path / "out.h5")
    before, after = Description(zoo), Description(tmp_path / "out.h5")
    for one, other in zip(before.facts, after.facts, strict=True):
        assert one == other
    assert before.userblock == after.userblock
    assert superblock(zoo) == superblock(tmp_path / "out.h5")
    assert report.verified
    assert not report.changed


@pytest.mark.parametrize(
    "options",
    [
        {"filter": "bitshuffle-lz4", "checksum": True},
        {"filter": "zstd:5", "chunks": "auto"},
        {"filter": "none"},
        {"chunks": (2, 7, 9)},
        {"checksum": True},
        {"filter": "bzip2"},
    ],
    ids=str,
)
def test_only_storage_differs_where_other_filters_are_asked_for(tmp_path, options):
    zoo = write_zoo(tmp_path)
    with h5py.File(zoo, "r+") as file:
        del file["filters/unknown"]
    report = beamio.repack(zoo, tmp_path / "out.h5", **options)
    before, after = Description(zoo), Description(tmp_path / "out.h5")
    for one, other in zip(before.facts, after.facts, strict=True):
        assert without(one, *STORAGE) == without(other, *STORAGE)
    assert report.changed


def test_the_user_block_comes_along(tmp_path):
    zoo = write_zoo(tmp_path, userblock_size=1024)
    beamio.repack(zoo, tmp_path / "out.h5")
    out = (tmp_path / "out.h5").read_bytes()
    assert out[:1024] == zoo.read_bytes()[:1024]


def test_comments_come_along(tmp_path):
    zoo = write_zoo(tmp_path)
    with h5py.File(zoo, "r+") as file:
        del file["filters/unknown"]
    beamio.repack(zoo, tmp_path / "out.h5", filter="lz4")
    out = (tmp_path / "out.h5").read_bytes()
    for comment in (b"a comment", b"another", b"a third"):
        assert comment in out


def test_every_object_is_seen_once(tmp_path):
    zoo = write_zoo(tmp_path)
    with h5py.File(zoo) as file:
        paths = [member.name for member in walk(file).values()]
    assert len(set(paths)) == len(paths)
    assert "/again" in paths or "/links" in paths
    assert not {"/again", "/links"} <= set(paths)


def test_sources_are_found_from_another_folder(tmp_path):
    zoo = write_zoo(tmp_path)
    out = tmp_path / "sub" / "out.h5"
    out.parent.mkdir()
    beamio.repack(zoo, out)
    with h5py.File(zoo) as one, h5py.File(out) as other:
        assert (one["virtual"][...] == other["virtual"][...]).all()
        assert (other["virtual"][:2] == np.arange(10).reshape(2, 5)).all()
        assert other["links/external"][0, 1] == 1
        link = other["links"].get("gone", getlink=True)
        assert link.filename == "gone.h5"


def test_the_first_object_of_a_virtual_dataset_on_itself_is_in_the_copy(tmp_path):
    zoo = write_zoo(tmp_path)
    beamio.repack(zoo, tmp_path / "out.h5")
    zoo.unlink()
    with h5py.File(tmp_path / "out.h5") as file:
        assert (file["virtual"][4:] == file["own"][...]).all()


def test_unused_space_is_left_behind(tmp_path):
    path = tmp_path / "in.h5"
    with h5py.File(path, "w") as file:
        file["gone"] = np.zeros(100_000)
        file["kept"] = [1, 2, 3]
    with h5py.File(path, "r+") as file:
        del file["gone"]
    report = beamio.repack(path, tmp_path / "out.h5")
    assert report.bytes_before > 800_000
    assert report.bytes_after < 10_000


def test_many_datasets_with_attributes_come_along(tmp_path):
    path = tmp_path / "in.h5"
    with h5py.File(path, "w") as file:
        for i in range(300):
            dataset = file.create_dataset(f"{i % 7}/{i}", data=[i], chunks=(1,))
            dataset.attrs["units"] = "mm"
            dataset.attrs["index"] = i
    beamio.repack(path, tmp_path / "out.h5")
    assert Description(path).facts == Description(tmp_path / "out.h5").facts


def test_only_named_datasets_change(tmp_path):
    zoo = write_zoo(tmp_path)
    only = ["/filters/contiguous", "/filters/b*"]
    report = beamio.repack(zoo, tmp_path / "out.h5", filter="zstd", only=only)
    assert {row.path.split("/")[-1] for row in report.changed} == {
        "contiguous",
        "bitshuffle",
        "bitshuffle_zstd",
        "blosc",
        "blosc2",
    }


def test_the_same_filter_and_chunks_mean_the_same_bytes(tmp_path):
    path = tmp_path / "in.h5"
    with beamio.File(path, "w") as file:
        data = np.arange(4 * 40 * 50, dtype="u2").reshape(4, 40, 50)
        file.create_dataset(
            "data", data=data, chunks=(1, 40, 50), compression="bitshuffle-lz4"
        )
    report = beamio.repack(path, tmp_path / "out.h5", filter="bitshuffle-lz4")
    assert not report.changed


def test_a_virtual_dataset_keeps_printf_names_and_no_limit(tmp_path):
    for i in range(2):
        with h5py.File(tmp_path / f"part_{i}.h5", "w") as file:
            file["data"] = np.full((1, 4), i)
    layout = h5py.VirtualLayout((2, 4), "i8", maxshape=(None, 4))
    path = tmp_path / "in.h5"
    with h5py.File(path, "w", libver="latest") as file:
        properties = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
        there = h5py.h5s.create_simple((1, 4))
        here = h5py.h5s.create_simple((2, 4), (h5py.h5s.UNLIMITED, 4))
        here.select_hyperslab((0, 0), (h5py.h5s.UNLIMITED, 1), (1, 1), (1, 4))
        properties.set_virtual(here, b"part_%b.h5", b"data", there)
        h5py.h5d.create(file.id, b"v", h5py.h5t.NATIVE_INT64, here, properties)
        assert layout
        expected = file["v"][...]
    out = tmp_path / "sub" / "out.h5"
    out.parent.mkdir()
    beamio.repack(path, out)
    with h5py.File(out) as file:
        assert file["v"].shape == expected.shape == (2, 4)
        assert (file["v"][...] == expected).all()


def test_lossy_filters_stay_within_their_tolerance(tmp_path):
    random = np.random.default_rng(1)
    data = random.normal(size=(4, 64, 64)).astype("f4")
    path = tmp_path / "in.h5"
    with h5py.File(path, "w") as file:
        file["data"] = data
        file["counts"] = np.arange(5000)
    report = beamio.repack(path, tmp_path / "out.h5", filter="zfp:accuracy=0.01")
    assert [row.path for row in report.changed] == ["/data"]
    with h5py.File(tmp_path / "out.h5") as file:
        assert 0 < abs(file["data"][...] - data).max() <= 0.01


def test_h5diff_finds_no_difference(tmp_path):
    if shutil.which("h5diff") is None:
        pytest.skip("h5diff is not installed")
    path = tmp_path / "in.h5"
    with h5py.File(path, "w") as file:
        data = np.arange(4 * 40 * 50, dtype="u2").reshape(4, 40, 50)
        file.create_dataset("data", data=data, chunks=(1, 9, 50), compression="gzip")
        file["data"].attrs["units"] = "counts"
        file["name"] = "scan"
    beamio.repack(path, tmp_path / "out.h5", filter="gzip:9", chunks=(2, 40, 50))
    command = ["h5diff", str(path), str(tmp_path / "out.h5")]
    assert subprocess.run(command, check=False).returncode == 0


DTYPES = st.sampled_from(["<u2", ">u2", "u1", ">f8", "<f4", "c8", "?", "S3", "<i8"])
FILTERS = [None, "none", "gzip", "lzf", "lz4", "zstd", "bitshuffle-lz4", "blosc2"]


def forward_slices(length):
    return st.slices(length).filter(lambda part: (part.step or 1) > 0)


@st.composite
def datasets(draw):
    rank = draw(st.integers(1, 3))
    shape = tuple(draw(st.integers(1, 30)) for _ in range(rank))
    chunks = draw(st.none() | st.tuples(*(st.integers(1, n) for n in shape)))
    parts = draw(st.lists(st.tuples(*map(forward_slices, shape)), max_size=3))
    return draw(DTYPES), shape, chunks, parts, draw(st.integers(0, 100))


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    dataset=datasets(),
    before=st.sampled_from([{}, {"compression": "gzip"}, hdf5plugin.Bitshuffle()]),
    after=st.sampled_from(FILTERS),
    chunks=st.sampled_from(["keep", "auto", (4, 5, 3), (7,)]),
    checksum=st.booleans(),
)
def test_whatever_was_written_is_in_the_copy(
    tmp_path_factory, dataset, before, after, chunks, checksum
):
    folder = tmp_path_factory.mktemp("any")
    dtype, shape, cell, parts, fill = dataset
    options = {"chunks": cell, **before} if cell else {}
    with h5py.File(folder / "in.h5", "w") as file:
        made = file.create_dataset(
            "data", shape, dtype, fillvalue=np.array(fill).astype(dtype)[()], **options
        )
        for part in parts:
            made[part] = (
                np.arange(made[part].size).reshape(made[part].shape).astype(dtype)
            )
        expected, chunked = made[...], made.chunks is not None
        written = made.id.get_storage_size()
    beamio.repack(
        folder / "in.h5",
        folder / "out.h5",
        filter=after,
        chunks=chunks,
        checksum=checksum,
    )
    with h5py.File(folder / "out.h5") as file:
        found = file["data"]
        assert found.dtype == expected.dtype
        assert found[...].tobytes() == expected.tobytes()
        assert bool(found.id.get_storage_size()) == bool(written)
        if chunked and (checksum and after != "none"):
            assert found.fletcher32
    shutil.rmtree(folder)


def test_real_files_come_along(samples, tmp_path):
    for source in samples.glob("*.h5"):
        out = tmp_path / source.name
        beamio.repack(source, out, filter="bitshuffle-lz4")
        for one, other in zip(
            Description(source).facts, Description(out).facts, strict=True
        ):
            assert without(one, *STORAGE) == without(other, *STORAGE)


@pytest.mark.parametrize(("name", "number"), [("zfp:rate=16", 1), ("zstd", 0)])
def test_a_filter_without_a_bound_is_not_said_to_be_compared(tmp_path, name, number):
    values = np.linspace(0, 1, 64 * 64).reshape(64, 64)
    with h5py.File(tmp_path / "in.h5", "w") as file:
        file["values"] = values
    report = beamio.repack(tmp_path / "in.h5", tmp_path / "out.h5", filter=name)
    assert report.uncompared == number
