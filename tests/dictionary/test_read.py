"""What of a file becomes a dictionary, and how."""

import h5py
import numpy as np
import pytest
import silx.io

import beamio


@pytest.fixture
def path(tmp_path):
    tree = {"a": {"b": {"c": 1}, "x": [1, 2]}, "x": 5, "x@units": "mm", "mca_0": 1}
    beamio.from_dict(tree, tmp_path / "a.h5")
    return tmp_path / "a.h5"


def test_names_can_be_left_out_by_patterns(path):
    found = beamio.to_dict(path, exclude=("mca_*", "b"))
    assert found == {"a": {"x": [1, 2]}, "x": 5, "x@units": "mm"}
    assert "mca_0" not in beamio.to_dict(path, exclude="mca_*")


def test_groups_below_a_depth_are_left_out(path):
    assert beamio.to_dict(path, depth=1) == {"x": 5, "x@units": "mm", "mca_0": 1}
    assert beamio.to_dict(path, depth=2)["a"] == {"x": [1, 2]}
    assert beamio.to_dict(path, depth=3)["a"]["b"] == {"c": 1}


def test_attributes_are_spelled_as_asked(path):
    assert "x@units" not in beamio.to_dict(path, attributes=False)
    assert beamio.to_dict(path, attributes="tuples")["x", "units"] == "mm"


def test_a_part_and_an_open_group_are_read(path):
    assert beamio.to_dict(f"{path}::/a/b") == {"c": 1}
    with h5py.File(path) as file:
        assert beamio.to_dict(file["a/b"]) == {"c": 1}
    with beamio.File(path) as file:
        assert beamio.to_dict(file) == beamio.to_dict(path)


@pytest.mark.parametrize("links", ["keep", "follow"])
def test_cycles_end_in_links(tmp_path, links):
    path, other = tmp_path / "a.h5", tmp_path / "b.h5"
    with h5py.File(path, "w") as file, h5py.File(other, "w") as far:
        file["g/value"] = 1
        file["g/up"] = h5py.SoftLink("/")
        file["g/hard"] = file["g"]
        file["g/self"] = h5py.SoftLink("/g/self")
        file["g/far"] = h5py.ExternalLink("b.h5", "/")
        far["back"] = h5py.ExternalLink("a.h5", "/g")
        far["value"] = 2
    found = beamio.to_dict(path, links=links, errors="ignore")
    assert found["g"]["value"] == 1
    assert found["g"]["hard"].path == "/g"
    assert found["g"]["up"].path == "/"
    if links == "follow":
        assert found["g"]["far"]["value"] == 2
        assert found["g"]["far"]["back"].filename == "a.h5"
        assert "self" not in found["g"]


def test_links_are_followed_if_asked(tmp_path):
    beamio.from_dict({"x": 5}, tmp_path / "far.h5")
    tree = {"a": 1, ">soft": "a", ">far": "far.h5::/", ">g": "far.h5::/x"}
    beamio.from_dict(tree, tmp_path / "a.h5")
    found = beamio.to_dict(tmp_path / "a.h5", links="follow")
    assert found == {"a": 1, "soft": 1, "far": {"x": 5}, "g": 5}


def test_trees_of_other_formats_are_read(tmp_path):
    spec = (
        "#F a.dat\n#D Thu Feb 11 09:55:20 2016\n\n#S 1 ascan\n#D Thu Feb 11 09:55:20 "
        "2016\n#N 2\n#L x  y\n1 2\n3 4\n"
    )
    (tmp_path / "a.dat").write_text(spec)
    with silx.io.open(str(tmp_path / "a.dat")) as tree:
        found = beamio.to_dict(tree)
        part = beamio.to_dict(tree["1.1/measurement"])
    assert found["1.1"]["measurement"]["x"].tolist() == [1, 3]
    assert found["1.1"]["@NX_class"] == "NXentry"
    assert found["1.1"]["title"] == "ascan"
    assert part["y"].tolist() == [2, 4]


def test_arrays_are_stored_as_asked(tmp_path):
    tree = {"large": np.zeros((100, 100)), "small": np.zeros(3), "line": np.zeros(5000)}
    beamio.from_dict(
        tree, tmp_path / "a.h5", compression="bitshuffle-lz4", chunks=(10, 100)
    )
    with beamio.File(tmp_path / "a.h5") as file:
        assert file["large"].chunks == (10, 100)
        assert file["large"].id.get_create_plist().get_nfilters() == 1
        assert file["line"].id.get_create_plist().get_nfilters() == 1
        assert file["small"].chunks is None
        assert (file["large"][()] == 0).all()


def test_quantities_are_those_of_pint(tmp_path):
    pint = pytest.importorskip("pint", reason="Pint is not installed")
    registry = pint.get_application_registry()
    tree = {
        "length": registry.Quantity(5, "mm"),
        "lengths": registry.Quantity(np.arange(3.0), "um/s"),
        "t": registry.Quantity(20.5, "degC"),
        "@a": registry.Quantity(1, "m"),
    }
    beamio.from_dict(tree, tmp_path / "a.h5")
    found = beamio.to_dict(tmp_path / "a.h5")
    assert set(found) == set(tree)
    for key, value in tree.items():
        assert np.all(found[key] == value)
        assert found[key].units == value.units
        assert type(found[key].magnitude) is type(value.magnitude)
    with h5py.File(tmp_path / "a.h5") as file:
        assert file["length"].attrs["units"] == "mm"
