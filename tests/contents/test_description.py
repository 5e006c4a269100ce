"""What is said of a file as a whole, and of what beamio is made of."""

import h5py
import hdf5plugin
import numpy as np
import pytest
from zoo import write_zoo

import beamio
from beamio.contents import describe, environment
from beamio.contents.environment import terminal
from beamio.errors import MissingFileError, MissingPathError
from beamio.formats.hdf5 import File
from beamio.formats.hdf5.objects import engine
from beamio.model import Way


@pytest.fixture(scope="module")
def zoo(tmp_path_factory):
    return write_zoo(tmp_path_factory.mktemp("zoo"))


def test_all_datasets_are_counted_once(zoo):
    found = describe(zoo)
    visited = []
    with h5py.File(zoo) as file:
        file.visititems(lambda _, item: visited.append(type(item)))
    assert found.counts["dataset"] - 1 == visited.count(h5py.Dataset)  # z has two names
    assert sum(number for number, _ in found.ways.values()) == visited.count(
        h5py.Dataset
    )


@pytest.mark.parametrize("name", ["gzip", "shuffled", "plain", "szip", "text", "empty"])
def test_the_way_is_the_one_that_is_taken(tmp_path, monkeypatch, name):
    path = tmp_path / "file.h5"
    data = np.arange(1 << 17, dtype="u2").reshape(2, -1)
    with h5py.File(path, "w") as file:
        chunked = {"data": data, "chunks": (1, 1 << 16)}
        file.create_dataset("gzip", compression="gzip", **chunked)
        file.create_dataset("shuffled", **chunked, **hdf5plugin.Bitshuffle())
        file["plain"] = data
        file.create_dataset("szip", compression="szip", **chunked)
        file["text"] = ["text"] * 10_000
        file.create_dataset("empty", (0, 5), "i4", maxshape=(None, 5))
    ((way, why),) = describe(f"{path}::/{name}").ways
    taken = []
    read = engine.read

    def noted(*args, **options):
        taken.append(read(*args, **options))
        return taken[-1]

    monkeypatch.setattr(engine, "read", noted)
    with File(path) as file:
        file[name][()]
    by_engine = any(each is not None for each in taken)
    assert (way is Way.ENGINE) is by_engine
    assert bool(why) is not by_engine


def test_what_nobody_can_read_is_told(zoo):
    ((way, why),) = describe(f"{zoo}::/filters/unknown").ways
    assert way is Way.NONE
    assert "32999" in why


def test_the_largest_datasets_come_first(zoo):
    sizes = [large.nbytes for large in describe(zoo).largest]
    assert sizes == sorted(sizes, reverse=True)
    assert sizes[0] == 10 * 40 * 50 * 4


def test_what_a_file_depends_on_is_named(zoo):
    found = describe(zoo)
    names = {each.name: bool(each.reason) for each in found.outside}
    assert names["other.h5::x"] is False
    assert names["gone.h5::x"] is True
    assert "/own" not in names
    assert any("dangling" in problem for problem in found.problems)


def test_the_facts_of_hdf5_are_those_of_the_file(tmp_path):
    path = tmp_path / "file.h5"
    with h5py.File(path, "w", libver="latest", userblock_size=512) as file:
        file["x"] = 1
    found = describe(path)
    assert found.format == "HDF5"
    assert found.size == path.stat().st_size
    assert found.hdf5.user_block == 512
    assert found.hdf5.superblock >= 2


def test_other_formats_are_described(samples):
    found = describe(samples / "medipix.edf")
    assert found.format == "EDF image"
    assert found.largest[0].item.shape[-2:] == (256, 256)


def test_a_file_or_path_that_is_missing_is_an_error(zoo, tmp_path):
    with pytest.raises(MissingFileError):
        describe(tmp_path / "gone.h5")
    with pytest.raises(MissingPathError):
        describe(f"{zoo}::/gone")
    assert beamio.describe is describe


def test_versions_and_filters_are_told():
    made = environment()
    assert made.versions["h5py"] == h5py.__version__
    assert made.versions["libhdf5"] == h5py.version.hdf5_version
    assert made.filters["szip"] is not Way.ENGINE
    if made.is_native:
        assert made.filters["gzip"] is Way.ENGINE
        assert made.filters["bitshuffle"] is Way.ENGINE


@pytest.mark.parametrize(
    ("variables", "colours", "pictures"),
    [
        ({}, "none", "blocks"),
        ({"TERM": "dumb"}, "none", "blocks"),
        ({"TERM": "xterm-256color"}, "256", "blocks"),
        ({"TERM": "xterm", "COLORTERM": "truecolor"}, "millions", "blocks"),
        ({"TERM": "xterm-kitty"}, "256", "kitty"),
        ({"TERM": "xterm", "TERM_PROGRAM": "iTerm.app"}, "16", "iTerm2"),
        ({"TERM": "foot"}, "16", "sixel"),
        ({"TERM": "xterm", "NO_COLOR": "1"}, "none", "blocks"),
    ],
)
def test_the_terminal_is_known_by_its_environment(variables, colours, pictures):
    found = terminal(variables, is_terminal=False)
    assert (found.colours, found.pictures) == (colours, pictures)
