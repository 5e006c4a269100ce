"""Curves reach the browser exact, or with the extremes of what is left out."""

import json
from io import BytesIO

import h5py
import numpy as np
import pytest

RNG = np.random.default_rng(7)


@pytest.fixture
def scan(tmp_path):
    """Give a folder with a file of curves."""
    with h5py.File(tmp_path / "scan.h5", "w") as file:
        long = RNG.normal(size=100_001).astype("f4")
        long[77_777] = 1e9
        long[500:600] = np.nan
        file["long"] = long
        file["stack"] = np.arange(60, dtype=">i4").reshape(3, 4, 5)
        file["large"] = np.array([2**63 + 1, 5], "u8")
        file["text"] = ["a", "b"]
        data = file.create_group("entry/data")
        data.parent.attrs["NX_class"] = "NXentry"
        data.attrs.update(NX_class="NXdata", signal="counts", axes=["energy"])
        data["counts"] = np.arange(6) ** 2
        data["counts"].attrs["units"] = "counts"
        data["counts_errors"] = np.sqrt(np.arange(6) ** 2)
        data["energy"] = np.linspace(7, 8, 6)
        data["energy"].attrs.update(units="keV", long_name="Photon energy")
        data["title"] = "A scan"
        data["other"] = np.zeros(6)
    return tmp_path


@pytest.fixture
def ask(served, scan):
    """Give a function that asks a question about the file."""
    client = served(scan)

    def asked(name, **query):
        query = {"file": f"{scan.name}/scan.h5", **query}
        return client.get(f"/api/{name}", params=query)

    return asked


def parted(body):
    """Return the header and the elements of an answer that is an array."""
    length = int.from_bytes(body[:4], "little")
    facts = json.loads(body[4 : 4 + length])
    found = np.frombuffer(body, facts["dtype"], offset=4 + length)
    return facts, found.reshape(facts["shape"])


def test_few_points_come_as_they_are(ask):
    query = {"path": "/entry/data/counts", "x": "/entry/data/energy"}
    query["errors"] = "/entry/data/counts_errors"
    facts, found = parted(ask("line", **query).content)
    assert facts["columns"] == ["place", "value", "x", "errors"]
    assert facts["size"] == 1
    np.testing.assert_array_equal(found[1], np.arange(6) ** 2)
    np.testing.assert_array_equal(found[2], np.linspace(7, 8, 6))
    np.testing.assert_array_equal(found[3], np.arange(6))


def test_many_points_are_told_to_be_fewer_and_keep_the_peak(ask, scan):
    facts, found = parted(ask("line", path="/long", columns=500).content)
    with h5py.File(scan / "scan.h5") as file:
        values = file["long"][()]
    assert facts["size"] == -(-values.size // 500)
    assert found.shape[1] <= 2 * 500
    np.testing.assert_array_equal(found[1], values[found[0].astype(int)])
    assert np.nanmax(found[1]) == 1e9
    assert np.nanmin(found[1]) == np.nanmin(values)


def test_a_part_of_many_points_comes_as_it_is(ask, scan):
    facts, found = parted(ask("line", path="/long", start=450, stop=650).content)
    with h5py.File(scan / "scan.h5") as file:
        np.testing.assert_array_equal(found[1], file["long"][450:650])
    assert (facts["start"], facts["stop"], facts["length"]) == (450, 650, 100_001)


def test_a_line_along_any_axis_is_what_numpy_selects(ask):
    _, found = parted(ask("line", path="/stack", selection="2,:,1").content)
    expected = np.arange(60).reshape(3, 4, 5)[2, :, 1]
    np.testing.assert_array_equal(found[1], expected)


def test_integers_beyond_the_numbers_of_a_browser_come_as_text(ask):
    facts, _ = parted(ask("line", path="/large").content)
    assert facts["texts"] == [str(2**63 + 1), "5"]


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ({"path": "/stack"}, "one axis"),
        ({"path": "/text"}, "no dataset of numbers"),
        ({"path": "/long", "x": "/large"}, "does not fit"),
        ({"path": "/stack", "selection": "7,0,:"}, "there is no"),
        ({"path": "/gone"}, "gone"),
    ],
)
def test_what_is_no_curve_is_told_in_a_line(ask, query, words):
    answer = ask("line", **query)
    assert answer.status_code in {404, 422}
    assert words in answer.json()["message"]


@pytest.mark.parametrize("path", ["/entry/data", "/entry/data/counts", "/"])
def test_a_plot_is_known_by_its_group_and_by_its_signal(ask, path):
    found = ask("curve", path=path).json()
    assert found["path"] == "/entry/data/counts"
    assert found["axes"][0]["label"] == "Photon energy"
    assert found["axes"][0]["units"] == "keV"
    assert found["errors"] == "/entry/data/counts_errors"
    assert found["title"] == "A scan"
    beside = [column["name"] for column in found["beside"]]
    assert beside == ["counts", "counts_errors", "energy", "other"]


def test_a_group_tells_what_is_plotted_of_it(ask):
    plots = ask("describe", path="/entry/data").json()["plots"]
    assert plots["path"] == "/entry/data/counts"
    assert plots["is_curve"]
    assert "plots" not in ask("describe", path="/entry/data/counts").json()


def test_a_scan_of_spec_is_drawn_over_its_first_column(served, samples):
    client = served(samples)
    query = {"file": f"{samples.name}/oleg.dat", "path": "/94.1"}
    found = client.get("/api/curve", params=query).json()
    assert found["is_scan"]
    names = [column["name"] for column in found["beside"]]
    assert found["axes"][0]["name"] == names[0]
    assert found["name"] == names[-1]


def test_a_curve_as_a_file_holds_every_value(ask, scan):
    query = {"path": "/long", "form": "npy"}
    with h5py.File(scan / "scan.h5") as file:
        expected = file["long"][()]
    found = np.load(BytesIO(ask("columns", **query).content))
    np.testing.assert_array_equal(found, expected)
    text = ask("columns", path="/long").text.splitlines()
    assert text[0] == '"point","long"'
    values = np.array([row.split(",")[1] for row in text[1:]], "f4")
    np.testing.assert_array_equal(values, expected)
