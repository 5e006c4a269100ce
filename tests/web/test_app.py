"""The server answers, and refuses, as the page needs it."""

import h5py
import numpy as np
import pytest


@pytest.fixture
def folder(tmp_path):
    with h5py.File(tmp_path / "scan.h5", "w") as file:
        file["entry/data"] = np.arange(12, dtype=">u2").reshape(3, 4)
        file["entry/text"] = "hello"
        file["entry/lost"] = h5py.SoftLink("/nowhere")
    (tmp_path / "below").mkdir()
    return tmp_path


def test_folders_list_folders_first_and_say_how_to_ask_for_files(served, folder):
    found = served(folder).get(f"/api/folder?folder={folder.name}").json()
    assert [each["name"] for each in found["entries"]] == ["below", "scan.h5"]
    assert found["entries"][1]["file"] == f"{folder.name}/scan.h5"


def test_a_group_lists_its_members_with_links_that_lead_nowhere(served, folder):
    query = {"file": f"{folder.name}/scan.h5", "path": "/entry"}
    found = served(folder).get("/api/children", params=query).json()
    assert found["total"] == 3
    by_name = {item["name"]: item for item in found["items"]}
    assert by_name["data"]["shape"] == [3, 4]
    assert by_name["lost"]["link"]["cause"] == "missing path"


def test_values_come_as_bytes_that_a_browser_can_take(served, folder):
    query = {
        "file": f"{folder.name}/scan.h5",
        "path": "/entry/data",
        "selection": "1:3,0:4:2",
        "format": "bin",
        "dtype": "safe",
    }
    body = served(folder).get("/api/data", params=query).content
    assert np.frombuffer(body, "<u2").tolist() == [4, 6, 8, 10]


def test_nothing_is_told_without_the_token(served, folder):
    answer = served(folder, key="another").get("/api/folder")
    assert answer.status_code == 401
    assert "token" in answer.json()["message"]


@pytest.mark.parametrize(
    ("headers", "status"),
    [({"Host": "evil.example"}, 400), ({"Origin": "http://evil.example"}, 403)],
)
def test_pages_of_other_sites_are_told_nothing(served, folder, headers, status):
    assert served(folder).get("/api/folder", headers=headers).status_code == status


@pytest.mark.parametrize("way", ["../x", "below/../../x", "/etc/passwd"])
def test_files_outside_are_not_found(served, folder, way):
    query = {"file": f"{folder.name}/{way}"}
    answer = served(folder).get("/api/meta", params=query)
    assert answer.status_code in {403, 404}


def test_a_parameter_that_is_unknown_is_named(served, folder):
    answer = served(folder).get("/api/folder?flder=x")
    assert answer.status_code == 422
    assert "flder" in answer.json()["message"]
