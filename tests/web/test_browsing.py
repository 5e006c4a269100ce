"""What the tree, the search and the facts of the page are made of."""

import json
from time import perf_counter

import h5py
import numpy as np
import pytest

from beamio.view import natural_order


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "scan.h5"
    with h5py.File(tmp_path / "other.h5", "w") as other:
        other["there/counts"] = [1, 2]
    with h5py.File(path, "w") as file:
        file.attrs["default"] = "entry"
        entry = file.create_group("entry")
        entry.attrs["NX_class"] = "NXentry"
        entry["counts"] = np.arange(6).reshape(2, 3)
        entry["title"] = "A diatom at 12 keV"
        entry["soft"] = h5py.SoftLink("/entry/counts")
        entry["above"] = h5py.SoftLink("/entry")
        entry["self"] = entry
        entry["outer"] = h5py.ExternalLink("other.h5", "/there")
        entry["lost"] = h5py.ExternalLink("gone.h5", "/there")
    return path


def asked(client, question, **query):
    return client.get(f"/api/{question}", params=query).json()


def by_name(found):
    return {item["name"]: item for item in found["items"]}


def test_links_back_to_a_group_above_are_cycles(served, file):
    client = served(file)
    items = by_name(asked(client, "children", file="scan.h5", path="/entry"))
    for name in ("above", "self"):
        assert items[name]["is_cycle"]
        assert items[name]["same_as"] == "/entry"
    assert "is_cycle" not in items["outer"]


def test_a_group_in_another_file_is_listed_through_its_link(served, file):
    client = served(file.parent)
    name = f"{file.parent.name}/scan.h5"
    found = asked(client, "children", file=name, path="/entry/outer")
    assert found["items"][0]["path"] == "/entry/outer/counts"
    assert found["items"][0]["shape"] == [2]


def test_a_link_out_of_the_fence_is_not_followed_to_tell_its_kind(served, tmp_path):
    outside, inside = tmp_path / "outside", tmp_path / "inside"
    for folder in (outside, inside):
        folder.mkdir()
    with h5py.File(outside / "secret.h5", "w") as other:
        other["data"] = [1]
    with h5py.File(inside / "scan.h5", "w") as scan:
        scan["way"] = h5py.ExternalLink("../outside/secret.h5", "/data")
    client = served(inside)
    (item,) = asked(client, "children", file="inside/scan.h5")["items"]
    assert "kind" not in item["link"]
    assert "outside of what was opened" in item["link"]["reason"]


def test_pages_follow_each_other_and_filters_look_at_all_names(served, tmp_path):
    names = [f"frame_{number}" for number in range(2500)]
    with h5py.File(tmp_path / "many.h5", "w", libver="latest") as many:
        for name in names:
            many[name] = 1
    client = served(tmp_path / "many.h5")
    got = []
    for offset in range(0, 2500, 700):
        page = asked(client, "children", file="many.h5", offset=offset, limit=700)
        assert page["total"] == 2500
        got += [item["name"] for item in page["items"]]
    assert got == sorted(names, key=natural_order)
    found = asked(client, "children", file="many.h5", filter="_249", offset=1)
    assert found["total"] == 11
    assert [item["name"] for item in found["items"]] == names[2490:]


def test_the_page_with_a_name_is_found(served, tmp_path):
    with h5py.File(tmp_path / "many.h5", "w", libver="latest") as many:
        for number in range(250):
            many[f"frame_{number}"] = 1
    client = served(tmp_path)
    query = {"file": f"{tmp_path.name}/many.h5", "at": "frame_123", "limit": 100}
    page = asked(client, "children", **query)
    assert page["offset"] == 100
    assert "frame_123" in by_name(page)
    root = asked(client, "folder", folder=tmp_path.name, at="many.h5", limit=1)
    assert [each["name"] for each in root["entries"]] == ["many.h5"]


def test_images_of_a_folder_are_offered_as_a_stack(served, tmp_path):
    fabio = pytest.importorskip("fabio")
    for number in range(3):
        image = fabio.edfimage.EdfImage(np.full((4, 5), number, "u2"))
        image.write(str(tmp_path / f"scan_{number}.edf"))
    (tmp_path / "notes.md").write_text("of today")
    client = served(tmp_path)
    (stack,) = asked(client, "folder", folder=tmp_path.name)["stacks"]
    assert (stack["kind"], stack["images"]) == ("edf", 3)
    signal = asked(client, "plot", file=stack["file"])["signal"]
    found = asked(client, "describe", file=stack["file"], path=signal)
    assert found["shape"] == [3, 4, 5]


def test_names_are_listed_anew_when_a_file_has_changed(served, file):
    client = served(file)
    before = asked(client, "children", file="scan.h5", path="/entry")["total"]
    with h5py.File(file, "a") as changed:
        changed["entry/new"] = 1
    after = asked(client, "children", file="scan.h5", path="/entry")
    assert after["total"] == before + 1
    assert "new" in by_name(after)


def test_a_far_page_of_100_000_children_looks_at_no_others(served, tmp_path):
    with h5py.File(tmp_path / "many.h5", "w", libver="latest") as many:
        many.create_group("g")
        for number in range(100_000):
            many.id.links.create_soft(b"g%d" % number, b"/g")
    client = served(tmp_path / "many.h5")
    times = []
    for offset in (1, 90_001):
        start = perf_counter()
        page = asked(client, "children", file="many.h5", offset=offset, limit=100)
        times.append(perf_counter() - start)
        assert page["items"][0]["name"] == f"g{offset - 1}"
    assert times[1] < times[0]


def test_facts_name_the_links_on_the_way_and_what_reads_the_values(served, file):
    client = served(file)
    found = asked(client, "describe", file="scan.h5", path="/entry/above/soft")
    ways = [(link["path"], link["link"]["path"]) for link in found["chain"]]
    assert ways == [("/entry/above", "/entry"), ("/entry/soft", "/entry/counts")]
    assert found["way"]["name"] in {"engine", "h5py"}
    assert found["storage"]["layout"] == "contiguous"


def test_attributes_of_every_type_are_told(served, tmp_path):
    with h5py.File(tmp_path / "a.h5", "w") as file:
        file.attrs["large"] = np.uint64(2**64 - 1)
        file.attrs["nothing"] = h5py.Empty("f4")
        file.attrs["points_at"] = file.ref
        file.attrs["complex"] = 1 + 2j
        file.attrs["pairs"] = np.zeros(2, [("a", "i4"), ("b", "f8")])
        file.attrs["nan"] = [np.nan, 1.5]
        file.attrs["bytes"] = np.bytes_(b"caf\xe9")
        file.attrs["axes"] = ["angle", "."]
    values = asked(served(tmp_path / "a.h5"), "describe", file="a.h5")[
        "attribute_values"
    ]
    assert values["large"] == str(2**64 - 1)
    assert values["nothing"] is None
    assert values["points_at"] == "reference"
    assert values["complex"] == "(1+2j)"
    assert values["nan"] == [None, 1.5]
    assert values["bytes"] == "café"
    assert values["axes"] == ["angle", "."]


def events(client, **query):
    with client.stream("GET", "/api/search", params=query) as answer:
        lines = [line for line in answer.iter_lines() if line.startswith("data: ")]
    found = [json.loads(line.removeprefix("data: ")) for line in lines]
    return [event for event in found if event]


@pytest.mark.parametrize(
    ("text", "path", "found_in"),
    [
        ("COUNT", "/entry/counts", "name"),
        ("nxentry", "/entry", "class"),
        ("diatom", "/entry/title", "text"),
    ],
)
def test_names_classes_and_texts_are_found(served, file, text, path, found_in):
    found = events(served(file), text=text, files=["scan.h5"])
    hits = [event["hit"] for event in found if "hit" in event]
    assert [(hit["path"], hit["found_in"]) for hit in hits] == [(path, found_in)]


def test_folders_are_searched_and_what_is_no_data_is_passed(served, file):
    (file.parent / "README.md").write_text("counts")
    (file.parent / "damaged.h5").write_bytes(b"\x89HDF\r\n\x1a\n")
    found = events(served(file.parent), text="counts", files=[file.parent.name])
    hits = {
        event["hit"]["file"].rpartition("/")[2] for event in found if "hit" in event
    }
    assert hits == {"scan.h5", "other.h5"}
    (problem,) = [event["problem"] for event in found if "problem" in event]
    assert "damaged.h5" in problem
