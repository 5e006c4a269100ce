"""Virtual datasets read from their sources, against NumPy and h5py."""

import os
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from pathlib import Path

import h5py
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import beamio
from beamio.formats.hdf5 import bulk, known, reader
from beamio.formats.hdf5.dependencies import find_sources

UNLIMITED = h5py.h5s.UNLIMITED
FILL = 65_535
numbers = count()


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


HYPOTHESIS = settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


@st.composite
def sides(draw, length):
    """Start, stride, count and block of a side that fits."""
    block = draw(st.integers(1, min(3, length)))
    stride = draw(st.integers(block, block + 3))
    most = (length - block) // stride + 1
    number = draw(st.integers(1, most))
    start = draw(st.integers(0, length - (number - 1) * stride - block))
    return start, stride, number, block


def elements(side):
    start, stride, number, block = side
    return [start + i * stride + j for i in range(number) for j in range(block)]


def hyperslab(shape, box, maxshape=None):
    space = h5py.h5s.create_simple(shape, maxshape)
    start, stride, number, block = zip(*box, strict=True)
    space.select_hyperslab(start, number, stride, block)
    return space


@st.composite
def selections(draw, shape):
    items = []
    for length in shape:
        if draw(st.booleans()):
            items.append(draw(st.integers(0, length - 1)))
        else:
            start = draw(st.integers(0, length - 1))
            stop = draw(st.integers(start + 1, length))
            items.append(slice(start, stop, draw(st.integers(1, 4))))
    return tuple(items)


@pytest.mark.usefixtures("engine_only")
@HYPOTHESIS
@given(data=st.data())
def test_any_boxes_of_blocks_are_read(data):
    folder = Path(str(next(numbers)))
    folder.mkdir()
    shape = data.draw(
        st.tuples(st.integers(1, 9), st.integers(1, 6), st.integers(1, 7))
    )
    expected = np.full(shape, FILL, "u2")
    layout = h5py.VirtualLayout(shape, "u2")
    for i in range(data.draw(st.integers(1, 4))):
        here = [data.draw(sides(length)) for length in shape]
        lengths = [number * block for _, _, number, block in here]
        steps = [data.draw(st.integers(1, 3)) for _ in lengths]
        first = [data.draw(st.integers(0, 2)) for _ in lengths]
        there = [
            (start, step, length, 1)
            for start, step, length in zip(first, steps, lengths, strict=True)
        ]
        if data.draw(st.booleans()):  # as blocks, of the same lengths
            there = [
                (start, step + block, number, block)
                for start, step, (_, _, number, block) in zip(
                    first, steps, here, strict=True
                )
            ]
        source_shape = tuple(elements(side)[-1] + 1 for side in there)
        if data.draw(st.booleans()) and lengths[0] == 1:  # a single image
            there, source_shape = there[1:], source_shape[1:]
        values = (
            np.arange(np.prod(source_shape)).reshape(source_shape).astype("u2")
            + 1000 * i
        )
        with h5py.File(folder / f"{i}.h5", "w") as file:
            file.create_dataset("x", data=values, chunks=True, compression="lzf")
        layout.dcpl.set_virtual(
            hyperslab(shape, here),
            f"{i}.h5".encode(),
            b"x",
            hyperslab(source_shape, there),
        )
        taken = values[np.ix_(*map(elements, there))].reshape(lengths)
        expected[np.ix_(*map(elements, here))] = taken
    with h5py.File(folder / "m.h5", "w") as file:
        file.create_virtual_dataset("x", layout, fillvalue=FILL)
    with beamio.File(folder / "m.h5") as file:
        np.testing.assert_array_equal(file["x"][...], expected)
        for _ in range(3):
            wanted = data.draw(selections(shape))
            np.testing.assert_array_equal(file["x"][wanted], expected[wanted])


def numbered(number, frames=2, name="frame_{}.h5", path="x", value=None):
    """A file of a detector that writes a few frames to each."""
    data = np.full((frames, 3, 4), number + 1 if value is None else value, "u2")
    data += np.arange(frames, dtype="u2")[:, None, None] * 100
    with h5py.File(name.format(number), "a") as file:
        file.create_dataset(path, data=data, maxshape=(None, 3, 4), chunks=(1, 3, 4))
    return data


def by_pattern(file=b"frame_%b.h5", path=b"x", frames=2, every=None, start=0):
    shape = (1, 3, 4)
    every = every or frames
    layout = h5py.VirtualLayout(shape, "u2", maxshape=(None, 3, 4))
    here = [(start, every, UNLIMITED, frames), (0, 1, 1, 3), (0, 1, 1, 4)]
    space = h5py.h5s.create_simple(shape, (UNLIMITED, 3, 4))
    first, stride, number, block = zip(*here, strict=True)
    space.select_hyperslab(first, number, stride, block)
    source = h5py.h5s.create_simple((frames, 3, 4))
    layout.dcpl.set_virtual(space, file, path, source)
    return layout


def master(layout, name="master.h5"):
    with h5py.File(name, "w") as file:
        file.create_virtual_dataset("x", layout, fillvalue=FILL)
    return name


@pytest.mark.usefixtures("engine_only")
@pytest.mark.parametrize("frames", [1, 2, 3])
def test_a_pattern_names_as_many_files_as_there_are(frames):
    stack = np.concatenate([numbered(i, frames) for i in range(5)])
    name = master(by_pattern(frames=frames))
    with beamio.File(name) as file, h5py.File(name, locking=False) as theirs:
        assert file["x"].shape == theirs["x"].shape == stack.shape
        np.testing.assert_array_equal(file["x"][...], stack)
        np.testing.assert_array_equal(file["x"][1::2, 1], stack[1::2, 1])
        np.testing.assert_array_equal(theirs["x"][...], stack)


@pytest.mark.usefixtures("engine_only")
def test_a_pattern_may_name_datasets_of_the_same_file():
    stack = np.concatenate(
        [numbered(i, name="master.h5", path=f"x_{i}") for i in range(3)]
    )
    with h5py.File("master.h5", "a") as file:
        file.create_virtual_dataset("x", by_pattern(b".", b"x_%b"))
    with beamio.File("master.h5") as file:
        np.testing.assert_array_equal(file["x"][...], stack)


def test_frames_behind_a_hole_are_not_part_of_a_pattern():
    first = numbered(0)
    numbered(2)
    with beamio.File(master(by_pattern())) as file:
        np.testing.assert_array_equal(file["x"][...], first)
        assert find_sources(file["x"]).files == ["master.h5", "frame_0.h5"]


def test_a_hole_within_the_extent_is_an_error():
    for number in (0, 1, 3):
        numbered(number)
    layout = by_pattern()
    numbered(9, frames=8, name="long_{}.h5")
    space = hyperslab(
        (8, 3, 4), [(0, 1, UNLIMITED, 1), (0, 1, 1, 1), (0, 1, 1, 4)], (UNLIMITED, 3, 4)
    )
    source = hyperslab(
        (8, 3, 4), [(0, 1, UNLIMITED, 1), (0, 1, 1, 1), (0, 1, 1, 4)], (UNLIMITED, 3, 4)
    )
    layout.dcpl.set_virtual(space, b"long_9.h5", b"x", source)
    name = master(layout)
    with beamio.File(name) as file:
        assert file["x"].shape == (8, 3, 4)
        assert file["x"][3, 1, 0] == 102
        assert file["x"][6, 1, 0] == 4
        for read in (
            lambda: file["x"][4],
            lambda: file["x"][[0, 5]],
            lambda: find_sources(file["x"]),
        ):
            with pytest.raises(
                beamio.MissingFileError, match=r"frame_2\.h5, which is not"
            ):
                read()
    with (
        beamio.File(name, missing="fill") as file,
        h5py.File(name, locking=False) as theirs,
    ):
        np.testing.assert_array_equal(file["x"][...], theirs["x"][...])
        assert (file["x"][4, 1:] == FILL).all()


def growing(step=1, detectors=2):
    """Two detectors whose files grow, as frames in turn."""
    layout = h5py.VirtualLayout((2, 3, 4), "u2", maxshape=(None, 3, 4))
    for i in range(detectors):
        rows = [(0, 1, 1, 3), (0, 1, 1, 4)]
        space = hyperslab(
            (4, 3, 4),
            [(i * step, detectors * step, UNLIMITED, step), *rows],
            (UNLIMITED, 3, 4),
        )
        source = hyperslab(
            (1, 3, 4), [(0, step, UNLIMITED, step), *rows], (UNLIMITED, 3, 4)
        )
        layout.dcpl.set_virtual(space, f"frame_{i}.h5".encode(), b"x", source)
    return master(layout)


@pytest.mark.usefixtures("engine_only")
@pytest.mark.parametrize("step", [1, 2])
@pytest.mark.parametrize("lengths", [(4, 4), (4, 3), (5, 4), (1, 6)])
def test_a_source_may_have_grown(step, lengths):
    for i, frames in enumerate(lengths):
        numbered(i, frames)
    name = growing(step)
    with beamio.File(name) as file, h5py.File(name, locking=False) as theirs:
        expected = theirs["x"][...]
        np.testing.assert_array_equal(file["x"][...], expected)
        np.testing.assert_array_equal(file["x"][::3, 1:], expected[::3, 1:])
        gaps = {i for i, frame in enumerate(expected) if (frame == FILL).all()}
        assert find_sources(file["x"]).unwritten == gaps


def test_an_unlimited_source_that_is_missing_is_an_error():
    numbered(0, 4)
    with beamio.File(growing()) as file:
        np.testing.assert_array_equal(file["x"][0, 0, 0], 1)
        with pytest.raises(beamio.MissingFileError, match=r"frame_1\.h5"):
            file["x"][...]


def test_a_source_that_is_shorter_than_its_mapping_is_an_error():
    numbered(0, 3)
    layout = h5py.VirtualLayout((6, 3, 4), "u2")
    layout[...] = h5py.VirtualSource("frame_0.h5", "x", (9, 3, 4))[:6]
    with beamio.File(master(layout)) as file:
        assert file["x"][2, 0, 0] == 201
        for wanted in (np.s_[2:4], [0, 4], ...):
            message = r"frame_0\.h5::/x, which has only the shape \(3, 3, 4\)"
            with pytest.raises(beamio.DamagedFileError, match=message):
                file["x"][wanted]


@pytest.mark.parametrize("names", [[".", "."], ["other.h5", "master.h5"]])
def test_a_dataset_mapped_to_itself_is_an_error(names):
    layout = h5py.VirtualLayout((2, 3), "u2")
    for name, source in zip(["master.h5", "other.h5"], names, strict=True):
        layout = h5py.VirtualLayout((2, 3), "u2")
        layout[...] = h5py.VirtualSource(source, "x", (2, 3))
        master(layout, name)
    for wanted in (0, [0, 1], ...):
        with (
            beamio.File("master.h5") as file,
            pytest.raises(beamio.DamagedFileError, match="takes data from itself"),
        ):
            file["x"][wanted]


@pytest.mark.usefixtures("engine_only")
def test_more_sources_than_may_be_open_are_read(monkeypatch):
    monkeypatch.setattr(reader, "_OPEN", 7)
    stack = np.concatenate([numbered(i, 1) for i in range(40)])
    layout = h5py.VirtualLayout(stack.shape, "u2")
    for i in range(40):
        layout[i] = h5py.VirtualSource(f"frame_{i}.h5", "x", (1, 3, 4))
    before = len(os.listdir("/proc/self/fd"))
    with beamio.File(master(layout)) as file:
        np.testing.assert_array_equal(file["x"][...], stack)
        assert len(os.listdir("/proc/self/fd")) == before + 1


@pytest.mark.usefixtures("engine_only")
def test_a_source_that_was_replaced_is_read_again():
    numbered(0)
    layout = h5py.VirtualLayout((2, 3, 4), "u2")
    layout[...] = h5py.VirtualSource("frame_0.h5", "x", (2, 3, 4))
    with beamio.File(master(layout)) as file:
        assert file["x"][0, 0, 0] == 1
        numbered(0, name="new_{}.h5", value=7)
        os.replace("new_0.h5", "frame_0.h5")
        assert file["x"][0, 0, 0] == 7
        os.remove("frame_0.h5")
        with pytest.raises(beamio.MissingFileError):
            file["x"][0]


def test_what_this_process_writes_to_a_source_is_seen():
    numbered(0)
    layout = h5py.VirtualLayout((2, 3, 4), "u2")
    layout[...] = h5py.VirtualSource("frame_0.h5", "x", (2, 3, 4))
    with beamio.File(master(layout)) as file:
        assert file["x"][0, 0, 0] == 1
        with beamio.File("frame_0.h5", "r+") as source:
            source["x"][0] = 8
            assert file["x"][0, 0, 0] == 8


def frames_of_files(names, dtype="u2", path="x"):
    """A virtual dataset of the first frame of each file."""
    layout = h5py.VirtualLayout((len(names), 3, 4), dtype)
    for i, name in enumerate(names):
        layout[i] = h5py.VirtualSource(name, path, (1, 3, 4), dtype="u2")
    return layout


def test_a_source_may_be_seen_as_other_types():
    numbered(0, 1, value=65_000)
    with h5py.File("master.h5", "w") as file:
        for dtype in ("u2", "i2", "f8"):
            layout = frames_of_files(["frame_0.h5"], dtype)
            file.create_virtual_dataset(dtype, layout)
    with beamio.File("master.h5") as file:
        for dtype, value in {"u2": 65_000, "i2": 32_767, "f8": 65_000}.items():
            assert file[dtype][0, 0, 0] == value


@pytest.mark.usefixtures("engine_only")
def test_no_more_sources_are_remembered_than_there_is_room_for(monkeypatch):
    monkeypatch.setattr(known, "_ROOM", 5 * (known._SOURCE + 1))
    names = [f"frame_{i}.h5" for i in range(12)]
    stack = np.concatenate([numbered(i, 1) for i in range(12)])
    with beamio.File(master(frames_of_files(names))) as file:
        for _ in range(2):
            for i in range(12):
                np.testing.assert_array_equal(file["x"][i], stack[i])
                assert 1 <= len(file["x"].access.known.sources) <= 5
        np.testing.assert_array_equal(file["x"][...], stack)
        assert 1 <= len(file["x"].access.known.sources) <= 5


@pytest.mark.usefixtures("engine_only")
def test_many_small_files_are_read():
    number = 1500
    for i in range(number):
        with h5py.File(f"frame_{i}.h5", "w") as file:
            file["x"] = np.full((1, 3, 4), i, "u2")
    names = [f"frame_{i}.h5" for i in range(number)]
    expected = np.tile(np.arange(number)[:, None, None], (3, 4))
    with beamio.File(master(frames_of_files(names))) as file:
        for wanted in (np.s_[...], np.s_[7::100, 1:], np.s_[1499]):
            np.testing.assert_array_equal(file["x"][wanted], expected[wanted])


@pytest.mark.usefixtures("engine_only")
def test_sources_are_named_by_absolute_paths(tmp_path):
    (tmp_path / "raw").mkdir()
    stack = np.concatenate([numbered(i, 1, "raw/frame_{}.h5") for i in range(3)])
    names = [str(tmp_path / "raw" / f"frame_{i}.h5") for i in range(3)]
    with beamio.File(master(frames_of_files(names))) as file:
        np.testing.assert_array_equal(file["x"][...], stack)
    pattern = os.fsencode(tmp_path / "raw" / "frame_%b.h5")
    with beamio.File(master(by_pattern(pattern, frames=1), "pattern.h5")) as file:
        np.testing.assert_array_equal(file["x"][...], stack)


def test_a_moved_file_is_found_beside_the_virtual_dataset(tmp_path):
    """As libhdf5 does with the last part of an absolute name."""
    frame = numbered(0, 1)
    layout = frames_of_files([str(tmp_path / "gone" / "frame_0.h5")])
    name = master(layout)
    with beamio.File(name) as file, h5py.File(name, locking=False) as theirs:
        np.testing.assert_array_equal(theirs["x"][...], frame)
        np.testing.assert_array_equal(file["x"][...], frame)


def with_gap(file, gap):
    """A dataset that is opened to look past holes of a pattern, of so many files."""
    access = h5py.h5p.create(h5py.h5p.DATASET_ACCESS)
    access.set_virtual_printf_gap(gap)
    return type(file["x"])(h5py.h5d.open(file.id, b"x", access))


def test_a_hole_that_the_gap_of_a_pattern_allows_is_an_error():
    stacks = {number: numbered(number) for number in (0, 1, 3)}
    name = master(by_pattern())
    with h5py.File(name, locking=False) as theirs, beamio.File(name) as file:
        expected = with_gap(theirs, 1)[...]
        dataset = with_gap(file, 1)
        assert dataset.shape == expected.shape == (8, 3, 4)
        np.testing.assert_array_equal(dataset[:4], expected[:4])
        np.testing.assert_array_equal(dataset[6:], stacks[3])
        for wanted in (4, np.s_[3:7], [0, 5], ...):
            with pytest.raises(beamio.MissingFileError, match=r"frame_2\.h5"):
                dataset[wanted]


def test_the_holes_of_a_pattern_are_filled_if_asked_for():
    for number in (0, 1, 3):
        numbered(number)
    name = master(by_pattern())
    with (
        beamio.File(name, missing="fill") as file,
        h5py.File(name, locking=False) as theirs,
    ):
        dataset = with_gap(file, 1)
        dataset.access = file.access
        expected = with_gap(theirs, 1)[...]
        assert (expected[4:6] == FILL).all()
        np.testing.assert_array_equal(dataset[...], expected)
        np.testing.assert_array_equal(dataset[5], expected[5])


@pytest.mark.parametrize("locking", [True, False, "best-effort"])
def test_sources_that_are_open_already_are_read(locking):
    frame = numbered(0, 1)
    name = master(frames_of_files(["frame_0.h5"]))
    before = len(os.listdir("/proc/self/fd"))
    with beamio.File(name) as file:
        with h5py.File("frame_0.h5", locking=locking) as source:
            np.testing.assert_array_equal(file["x"][...], frame)
            np.testing.assert_array_equal(source["x"][...], frame)
        assert len(os.listdir("/proc/self/fd")) == before + 1
        with h5py.File("frame_0.h5", "r+", locking=locking):  # nobody holds it
            pass


@pytest.mark.usefixtures("engine_only")
def test_sources_are_opened_from_many_threads_at_once():
    stack = np.concatenate([numbered(i, 1) for i in range(30)])
    name = master(frames_of_files([f"frame_{i}.h5" for i in range(30)]))
    for _ in range(5):
        with beamio.File(name) as file, ThreadPoolExecutor(8) as pool:
            frames = list(pool.map(file["x"].__getitem__, [*range(30)] * 4))
            np.testing.assert_array_equal(frames, np.tile(stack, (4, 1, 1)))
