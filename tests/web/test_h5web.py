"""What H5Web asks is answered for every type, and for files of every format."""

import json

import h5py
import numpy as np
import pytest

TYPES = {
    "bool": np.array([True, False]),
    "enum": np.array([0, 1], h5py.enum_dtype({"OFF": 0, "ON": 1}, "u1")),
    "vlen_text": np.array(["a", "\N{GREEK SMALL LETTER BETA}"], object),
    "latin": np.array([b"caf\xe9", b"x"]),
    "opaque": np.void(b"\x00\xff"),
    "float16": np.linspace(0, 1, 5).astype("f2"),
    "longdouble": np.linspace(0, 1, 5).astype(np.longdouble),
    "big_endian": np.arange(6, dtype=">u2").reshape(2, 3),
    "int64": np.array([2**62, -1]),
    "complex": np.array([1 + 2j, -1j]),
    "compound": np.array([(1, b"\xff")], [("a", "i4"), ("b", "S2")]),
    "zero_size": np.zeros((0, 5)),
    "scalar": 1.5,
    "nan": np.array([np.nan, np.inf]),
}


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "types.h5"
    with h5py.File(path, "w") as file:
        for name, value in TYPES.items():
            file[name] = value
        file["empty"] = h5py.Empty("f4")
        file["reference"] = np.array([file.ref], h5py.ref_dtype)
        file["scalar"].attrs["bytes"] = np.bytes_(b"\xff\xfe")
        space = h5py.h5s.create_simple((3,))
        h5py.h5d.create(file.id, b"time", h5py.h5t.UNIX_D32LE.copy(), space)
    return path


def asked(client, question, **query):
    return client.get(f"/api/{question}", params={"file": "types.h5", **query})


@pytest.mark.parametrize("name", [*TYPES, "empty", "reference", "time"])
def test_every_type_is_described(served, file, name):
    answer = asked(served(file), "meta", path=f"/{name}")
    assert answer.status_code == 200
    assert answer.json()["kind"] == "dataset"


@pytest.mark.parametrize("name", [*TYPES, "reference"])
def test_values_of_every_type_are_json(served, file, name):
    answer = asked(served(file), "data", path=f"/{name}", flatten="true")
    assert answer.status_code == 200
    json.loads(answer.content)


def test_values_are_those_of_h5py_in_a_type_that_browsers_have(served, file):
    client = served(file)
    for name, dtype in {
        "float16": "<f4",
        "longdouble": "<f8",
        "big_endian": "<u2",
        "int64": "<i8",
    }.items():
        query = {"path": f"/{name}", "format": "bin", "dtype": "safe"}
        body = asked(client, "data", **query).content
        np.testing.assert_allclose(np.frombuffer(body, dtype), TYPES[name].ravel())


def test_text_that_is_no_utf8_is_text(served, file):
    client = served(file)
    answer = asked(client, "data", path="/latin", flatten="true")
    assert answer.json() == ["caf\N{LATIN SMALL LETTER E WITH ACUTE}", "x"]
    assert asked(client, "attr", path="/scalar").status_code == 200


def test_values_that_nobody_can_read_are_an_error_in_words(served, file):
    answer = asked(served(file), "data", path="/time")
    assert answer.status_code == 422
    assert "NumPy" in answer.json()["message"]


def test_groups_on_the_way_tell_of_one_child(served, file):
    answer = asked(served(file), "meta", path="/", only="scalar").json()
    assert [child["name"] for child in answer["children"]] == ["scalar"]


@pytest.mark.parametrize("suffix", ["npy", "edf", "dat"])
def test_trees_that_are_no_hdf5_are_described_and_read(served, tmp_path, suffix):
    path = tmp_path / f"scan.{suffix}"
    values = np.arange(12, dtype="u2").reshape(3, 4)
    if suffix == "npy":
        np.save(path, values)
    elif suffix == "edf":
        fabio = pytest.importorskip("fabio")
        fabio.edfimage.EdfImage(values).write(str(path))
    else:
        path.write_text("#S 1 ascan\n#N 2\n#L x  y\n1 2\n3 4\n")
    client = served(path)
    todo, datasets = ["/"], 0
    while todo:
        here = todo.pop()
        query = {"file": path.name, "path": here}
        about = client.get("/api/meta", params=query).json()
        assert client.get("/api/attr", params=query).status_code == 200
        assert "message" not in about, about
        if about["kind"] == "dataset":
            datasets += 1
            answer = client.get("/api/data", params={**query, "flatten": "true"})
            assert answer.status_code == 200
        children = about.get("children", ())
        todo += [f"{here.rstrip('/')}/{child['name']}" for child in children]
    assert datasets
