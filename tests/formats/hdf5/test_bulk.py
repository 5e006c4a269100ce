"""What the engine reads and writes, against h5py."""

import os
import threading
from itertools import count
from pathlib import Path

import h5py
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes

import beamio
from beamio.formats.hdf5 import bulk

FILTERS = {
    "none": {},
    "gzip, shuffle": {"compression": "gzip", "shuffle": True},
    "lzf, checksum": {"compression": "lzf", "fletcher32": True},
    "shuffle": {"shuffle": True},
    "scale-offset, by libhdf5": {"scaleoffset": 0},
}
DTYPES = [
    "u1",
    "<u2",
    ">i4",
    "<f8",
    ">f4",
    "?",
    "<c8",
    "S5",
    h5py.enum_dtype({"OFF": 0, "ON": 7}, basetype="i2"),
    np.dtype([("x", "<f4"), ("n", ">u2", (3,)), ("name", "S3")]),
]
numbers = count()


@pytest.fixture(autouse=True)
def _every_size_counts(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(bulk, "_SMALL", 0)
    monkeypatch.setattr(bulk, "_KEPT", 0)
    monkeypatch.setattr(bulk, "_WORTH_AN_INDEX", 0)


@st.composite
def slices(draw, length):
    if draw(st.booleans()):
        return draw(st.integers(-length, length - 1))
    start = draw(st.none() | st.integers(-length, length))
    stop = draw(st.none() | st.integers(-length, length + 2))
    return slice(start, stop, draw(st.none() | st.integers(1, 4)))


@st.composite
def selections(draw, shape):
    items = [draw(slices(length)) for length in shape]
    if draw(st.booleans()):
        place = draw(st.integers(0, len(items)))
        gone = draw(st.integers(0, len(items) - place))
        items[place : place + gone] = [...]
    return tuple(items)


def values(shape, dtype):
    length = int(np.prod(shape)) * np.dtype(dtype).itemsize
    data = np.arange(length, dtype=np.uint32).astype(np.uint8)
    if np.dtype(dtype) == bool:
        data %= 2
    made = data.tobytes()
    if np.dtype(dtype).kind == "S":
        made = made.replace(b"\0", b"x")
    return np.frombuffer(made, dtype).reshape(shape)


def same(found, wanted):
    assert type(found) is type(wanted)
    assert np.shape(found) == np.shape(wanted)
    assert np.asarray(found).dtype == np.asarray(wanted).dtype
    assert np.asarray(found).tobytes() == np.asarray(wanted).tobytes()


@settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(data=st.data())
def test_a_selection_is_what_h5py_reads(data):
    name = f"{next(numbers)}.h5"
    shape = data.draw(array_shapes(max_dims=4, max_side=9))
    dtype = data.draw(st.sampled_from(DTYPES))
    chunks = data.draw(
        st.none() | st.tuples(*(st.integers(1, length) for length in shape))
    )
    filters = data.draw(st.sampled_from(list(FILTERS.values())))
    if chunks is None or ("scaleoffset" in filters and np.dtype(dtype).kind != "u"):
        filters = {}
    written = data.draw(selections(shape))
    with h5py.File(name, "w", userblock_size=data.draw(st.sampled_from([0, 512]))) as f:
        options = {"chunks": chunks, **filters}
        if np.dtype(dtype).kind in "iu":
            options["fillvalue"] = 7
        dataset = f.create_dataset("x", shape, dtype, **options)
        dataset[written] = values(dataset[written].shape, dtype)
    wanted = data.draw(st.lists(selections(shape), min_size=1, max_size=4))
    with h5py.File(name) as theirs:
        expected = [theirs["x"][selection] for selection in wanted]
        whole = theirs["x"][...]
    with beamio.File(name) as ours:
        dataset = ours["x"]
        for selection, value in zip(wanted, expected, strict=True):
            same(dataset[selection], value)
            if np.ndim(value) and value.size:
                out = np.zeros((2, *value.shape), value.dtype)
                dataset.read_direct(out, selection, np.s_[1])
                same(out[1], value)
        same(np.asarray(dataset), whole)


@settings(
    max_examples=100,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(data=st.data())
def test_what_is_written_is_what_h5py_writes(data):
    name = f"{next(numbers)}.h5"
    shape = data.draw(array_shapes(max_dims=3, max_side=9))
    dtype = data.draw(st.sampled_from(DTYPES))
    chunks = data.draw(st.tuples(*(st.integers(1, length) for length in shape)))
    filters = data.draw(st.sampled_from(list(FILTERS.values())))
    if "scaleoffset" in filters and np.dtype(dtype).kind != "u":
        filters = {}
    steps = data.draw(st.lists(selections(shape), max_size=3))
    with (
        beamio.File(name, "w") as ours,
        h5py.File(f"h5py-{name}", "w") as theirs,
    ):
        options = {"chunks": chunks, **filters}
        made = [f.create_dataset("x", shape, dtype, **options) for f in (ours, theirs)]
        for selection in [(), *steps, ...]:
            for dataset in made:
                dataset[selection] = values(dataset[selection].shape, dtype)
            same(made[0][...], made[1][...])
    with h5py.File(name) as ours, h5py.File(f"h5py-{name}") as theirs:
        same(ours["x"][...], theirs["x"][...])


def stack_file(name="stack.h5", *, frames=8):
    stack = np.random.default_rng(1).integers(0, 999, (frames, 64, 100)).astype("u2")
    with h5py.File(name, "w") as file:
        options = {"chunks": (1, 64, 100), "compression": "gzip", "shuffle": True}
        file.create_dataset("data", data=stack, **options)
    return stack


def test_many_threads_read_at_once():
    stack = stack_file()
    wrong = []
    with beamio.File("stack.h5", threads=2) as file:

        def look():
            wrong.extend(
                i for i in range(40) if (file["data"][i % 8] != stack[i % 8]).any()
            )

        threads = [threading.Thread(target=look) for _ in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert not wrong


def test_a_file_may_be_closed_during_a_read():
    stack = stack_file(frames=200)
    file = beamio.File("stack.h5", threads=2)
    dataset = file["data"]
    dataset[0]
    found = []

    def look():
        found.append(dataset[...])

    thread = threading.Thread(target=look)
    thread.start()
    while not found and thread.is_alive() and not os.listdir("/proc/self/fd"):
        pass
    thread.join(timeout=0.005)
    file.close()
    thread.join()
    # It read all, or h5py said that the dataset is closed; never something else.
    assert not found or (found[0] == stack).all()


@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")
@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_forked_process_reads():
    stack = stack_file()
    with beamio.File("stack.h5", threads=2) as file:
        dataset = file["data"]
        assert (dataset[...] == stack).all()
        child = os.fork()
        if child == 0:
            os._exit(0 if (dataset[...] == stack).all() else 1)
        assert os.waitpid(child, 0)[1] == 0


def test_a_chunk_that_is_cut_is_an_error():
    stack_file()
    with h5py.File("stack.h5", "r+") as file:
        mask, chunk = file["data"].id.read_direct_chunk((3, 0, 0))
        file["data"].id.write_direct_chunk((3, 0, 0), chunk[:-50], mask)
    with beamio.File("stack.h5") as file:
        assert file["data"][:3].shape == (3, 64, 100)
        with pytest.raises(
            beamio.CorruptChunkError, match=r"stack\.h5::/data"
        ) as error:
            file["data"][...]
        assert error.value.chunk == (3, 0, 0)
        assert error.value.filter_name == "deflate"


def test_a_file_that_is_cut_while_it_is_open_is_an_error():
    stack_file()
    with beamio.File("stack.h5") as file:
        file["data"][0]
        os.truncate("stack.h5", Path("stack.h5").stat().st_size // 2)
        with pytest.raises(beamio.DamagedFileError, match="is cut short"):
            file["data"][...]


def sources(frames=6):
    stack = np.arange(frames * 20 * 30, dtype="u2").reshape(frames, 20, 30)
    for i, frame in enumerate(stack):
        with h5py.File(f"source_{i}.h5", "w") as file:
            file.create_dataset("data", data=frame, chunks=(5, 30), compression="gzip")
    layout = h5py.VirtualLayout(stack.shape, "u2")
    for i in range(frames):
        layout[i] = h5py.VirtualSource(f"source_{i}.h5", "data", (20, 30))
    with h5py.File("master.h5", "w") as file:
        file.create_virtual_dataset("data", layout)
        half = h5py.VirtualLayout((3, 20, 15), "u2")
        half[:] = h5py.VirtualSource(".", "data", stack.shape)[1:4, :, 10:25]
        file.create_virtual_dataset("nested", half)
    return stack


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(data=st.data())
def test_a_virtual_dataset_is_read_from_its_sources(data):
    stack = sources()
    nested = stack[1:4, :, 10:25]
    with beamio.File("master.h5") as file:
        for name, wanted in (("data", stack), ("nested", nested)):
            selection = data.draw(selections(wanted.shape))
            np.testing.assert_array_equal(file[name][selection], wanted[selection])


def test_a_missing_source_that_is_wanted_is_an_error():
    stack = sources()
    Path("source_4.h5").unlink()
    with beamio.File("master.h5") as file:
        assert (file["data"][:4] == stack[:4]).all()
        with pytest.raises(beamio.MissingFileError, match=r"source_4\.h5"):
            file["data"][...]
    with beamio.File("master.h5", missing="fill") as file:
        assert not file["data"][4].any()


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(data=st.data())
def test_external_raw_files_are_read(data):
    stack = np.arange(5 * 40 * 30, dtype=">u4").reshape(5, 40, 30)
    raw = stack.tobytes()
    Path("a.raw").write_bytes(b"head" + raw[:10_001])
    Path("b.raw").write_bytes(raw[10_001:])
    with h5py.File("external.h5", "w") as file:
        parts = [("a.raw", 4, 10_001), ("b.raw", 0, h5py.h5f.UNLIMITED)]
        file.create_dataset("data", stack.shape, stack.dtype, external=parts)
    with beamio.File("external.h5") as file:
        selection = data.draw(selections(stack.shape))
        np.testing.assert_array_equal(file["data"][selection], stack[selection])
