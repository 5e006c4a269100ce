"""Open objects and arrays are shown as files are."""

import json

import h5py
import numpy as np
import pytest

from beamio.formats.tree import Branch, Tree

pytest.importorskip("pydantic")
pytest.importorskip("h5grove")

from beamio.web.answers.ask import ask
from beamio.web.answers.reading import Reading
from beamio.web.fence import Fence
from beamio.web.questions import ALL

IMAGE = np.arange(12, dtype="u2").reshape(3, 4)


@pytest.fixture
def reading():
    tree = Tree("arrays", Branch.of({"image": IMAGE, "more": {"energy": 12.4}}))
    with h5py.File("memory", "w", driver="core", backing_store=False) as file:
        file["entry/image"] = IMAGE
        file["entry/image"].attrs["units"] = "counts"
        yield Reading(Fence(()), {"arrays": tree, "open": file})


def answered(reading, name, **query):
    return json.loads(ask(reading, ALL[name], query).body)


def test_what_is_held_is_listed_beside_the_files(reading):
    entries = answered(reading, "folder")["entries"]
    assert [each["file"] for each in entries] == ["arrays", "open"]
    assert not any(each["is_folder"] for each in entries)


@pytest.mark.parametrize(("file", "path"), [("arrays", "/"), ("open", "/entry")])
def test_groups_are_listed(reading, file, path):
    items = answered(reading, "children", file=file, path=path)["items"]
    image = next(item for item in items if item["name"] == "image")
    assert image["shape"] == [3, 4]


@pytest.mark.parametrize("place", ["arrays::/image", "open::/entry/image"])
def test_values_are_those_of_the_object(reading, place):
    file, path = place.split("::")
    query = {"file": file, "path": path, "selection": "1", "format": "bin"}
    assert ask(reading, ALL["data"], query).body == IMAGE[1].tobytes()


def test_an_open_dataset_is_described_with_its_attributes(reading):
    found = answered(reading, "describe", file="open", path="/entry/image")
    assert found["attribute_values"] == {"units": "counts"}
    assert found["storage"]["layout"] == "contiguous"


def test_what_is_changed_meanwhile_is_shown_as_it_is_now(reading):
    query = {"file": "open", "path": "/entry/image", "format": "bin"}
    reading.held["open"]["entry/image"][0, 0] = 7
    changed = np.frombuffer(ask(reading, ALL["data"], query).body, "u2")
    assert changed[0] == 7
