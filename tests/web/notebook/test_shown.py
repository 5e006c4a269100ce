"""What `beamio.view` takes, and where the page then opens."""

import h5py
import numpy as np
import pytest

import beamio
from beamio.errors import MissingFileError, OptionError
from beamio.formats.tree import Branch, Tree
from beamio.nexus import NXtomo

pytest.importorskip("pydantic")
pytest.importorskip("h5grove")

from beamio.web.answers.reading import Reading
from beamio.web.notebook.shown import shown

IMAGE = np.arange(12, dtype="u2").reshape(3, 4)


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "scan.h5"
    with h5py.File(path, "w") as file:
        file["entry/image"] = IMAGE
    return path


def opened(found):
    """The values that the page opens with."""
    start = found.start
    with Reading(found.fence, found.held).item(start["file"], start["path"]) as item:
        return item[()]


def test_a_url_opens_at_its_path_and_slice(path):
    found = shown(f"{path}::/entry/image[1,:2]")
    assert found.start == {
        "file": "scan.h5",
        "path": "/entry/image",
        "slice": "1,:2",
    }
    assert np.array_equal(opened(found), IMAGE)


def test_a_path_can_be_given_apart(path):
    assert shown(path, "/entry").start == {"file": "scan.h5", "path": "/entry"}


def test_a_folder_opens_at_no_file(path):
    found = shown(path.parent)
    assert (found.start, found.names) == (None, [path.parent.name])


@pytest.mark.parametrize("library", [h5py, beamio])
@pytest.mark.parametrize("mode", ["r", "r+"])
def test_an_open_object_opens_at_its_place_also_when_it_was_closed(path, library, mode):
    with library.File(path, mode) as file:
        found = shown(file["entry/image"])
        assert found.start == {"file": "scan.h5", "path": "/entry/image"}
        assert np.array_equal(opened(found), IMAGE)
    assert np.array_equal(opened(found), IMAGE)
    assert found.names == ["scan.h5"]


def test_what_is_written_meanwhile_is_seen(path):
    with beamio.File(path, "r+") as file:
        found = shown(file)
        file["entry/image"][0, 0] = 77
        found = shown(file["entry/image"])
        assert opened(found)[0, 0] == 77


def test_files_in_memory_are_held():
    with h5py.File("x", "w", driver="core", backing_store=False) as file:
        file["image"] = IMAGE
        assert np.array_equal(opened(shown(file["image"])), IMAGE)


def test_trees_are_shown_as_they_are():
    tree = Tree("simulated", Branch.of({"entry": {"image": IMAGE}}))
    found = shown(tree["entry/image"])
    assert found.start == {"file": "simulated", "path": "/entry/image"}
    assert np.array_equal(opened(found), IMAGE)


def test_an_array_is_not_copied():
    image = IMAGE.copy()
    found = shown(image)
    image[0, 0] = 9
    assert opened(found)[0, 0] == 9


def test_arrays_have_the_names_of_the_mapping():
    found = shown({"image": IMAGE, "more": {"energy": 12.4}})
    with Reading(found.fence, found.held).item("arrays", "/") as tree:
        assert list(tree) == ["image", "more"]
        assert tree["more/energy"][()] == 12.4


@pytest.mark.parametrize("rows", [slice(None), slice(1, 3), 2])
def test_a_scan_in_memory_shows_its_frames(rows):
    frames = np.arange(24, dtype="u2").reshape(2, 3, 4)
    found = shown(NXtomo(frames=frames, image_key_control=[1, 0]))
    with Reading(found.fence, found.held).item("scan", "/entry/data/data") as data:
        assert np.array_equal(data[1, rows], frames[1, rows])
        assert np.array_equal(data[::-1][:, rows, ::2], frames[::-1][:, rows, ::2])


def test_several_are_listed_and_the_first_one_is_opened(path):
    found = shown([IMAGE, path, IMAGE + 1])
    assert found.names == ["array", "array (2)", "scan.h5"]
    assert found.start == {"file": "array", "path": "/data"}


def test_a_file_that_is_not_there_is_an_error(tmp_path):
    with pytest.raises(MissingFileError, match=r"lost\.h5"):
        shown(tmp_path / "lost.h5")


@pytest.mark.parametrize(
    ("obj", "told"),
    [
        (object(), "object"),
        ([], "nothing in the list"),
        ({"a/b": IMAGE}, "'a/b'"),
        ({"x": object()}, "object"),
        ({3: IMAGE}, "3"),
    ],
)
def test_what_can_not_be_shown_is_said(obj, told):
    with pytest.raises(OptionError, match=told):
        shown(obj)
