"""Keys and values that HDF5 can't hold, and files that can't be read."""

import os
from datetime import date, timedelta

import h5py
import numpy as np
import pytest

import beamio


class Unknown:
    pass


def itself():
    tree = {"a": {}}
    tree["a"]["b"] = tree
    return tree


def list_in_itself():
    items = [1]
    items.append(items)
    return {"x": items}


def deep():
    tree = {}
    for _ in range(2000):
        tree = {"a": tree}
    return tree


BAD = [
    ({5: 1}, "5: key 5: a key is text, not int"),
    ({"g": {None: 1}}, "g/None: key None: a key is text"),
    ({"a/b": 1}, "a/b: key 'a/b': a name can't have a slash"),
    ({"": 1}, "a name must not be empty"),
    ({".": 1}, "HDF5 can't have a member of that name"),
    ({"g": {"..": 1}}, r"g/\.\.: key '\.\.': HDF5 can't have"),
    ({"a\0": 1}, "a name can't have a NUL"),
    ({"a\ud800": 1}, "lone surrogate"),
    ({"x@": 1}, "names no attribute"),
    ({("a", "b", "c"): 1}, "a tuple as key"),
    ({"x": 1, ("x",): 2}, "is given twice"),
    ({"g": {"x": Unknown()}}, "g/x: a value of class .*Unknown can't be kept"),
    ({"g": {"x": [1, Unknown()]}}, "g/x: Unknown is of no type"),
    ({"@x": Unknown()}, "@x: a value of class"),
    ({"x": np.array([Unknown()])}, "x: an array of objects"),
    ({"x": np.ma.array([1, 2])}, "x: a masked array"),
    ({"x": {1, 2}}, "x: a value of class builtins.set"),
    (itself(), "a/b: holds itself"),
    (list_in_itself(), "x: lists are nested too deeply, or hold themselves"),
    (deep(), "is nested deeper than"),
    ({">x": 5}, "the target of a link is text"),
    ({">x": "../../y"}, "leads above the root"),
    ({"x@a": 1}, "x: attributes are given of what is not there"),
    ({">x": "y", "x@a": 1}, "x@a: a link has no attributes"),
    ({"@beamio_type": 1}, "beamio's own"),
]


@pytest.mark.parametrize(("tree", "told"), BAD, ids=[told for _, told in BAD])
def test_what_cant_be_written_is_told_in_one_line_with_its_key(tmp_path, tree, told):
    path = tmp_path / "bad.h5"
    with pytest.raises(beamio.OptionError, match=told) as caught:
        beamio.from_dict(tree, path)
    assert "\n" not in str(caught.value)
    assert not path.exists()


@pytest.mark.parametrize(
    "options", [{"mode": "w"}, {"errors": "no"}, {"compression": "x"}]
)
def test_a_wrong_option_is_told(tmp_path, options):
    with pytest.raises(beamio.OptionError):
        beamio.from_dict({}, tmp_path / "a.h5", **options)


@pytest.mark.parametrize(
    "options", [{"attributes": "x"}, {"links": "x"}, {"virtual": "x"}, {"depth": 0}]
)
def test_a_wrong_option_for_reading_is_told(tmp_path, options):
    beamio.from_dict({}, tmp_path / "a.h5")
    with pytest.raises(beamio.OptionError):
        beamio.to_dict(tmp_path / "a.h5", **options)


def test_large_attributes_are_kept(tmp_path):
    large = np.arange(20_000.0)
    tree = {"x": 1, "x@large": large, "g": {"@large": large}, "@large": large}
    beamio.from_dict(tree, tmp_path / "a.h5")
    found = beamio.to_dict(tmp_path / "a.h5")
    assert (found["x@large"] == large).all()
    assert (found["g"]["@large"] == large).all()
    assert (found["@large"] == large).all()


def test_a_large_attribute_of_an_old_object_is_told(tmp_path):
    path = tmp_path / "a.h5"
    with h5py.File(path, "w") as file:
        file["x"] = 1
    with pytest.raises(beamio.OptionError, match=r"too large .* make it a dataset"):
        beamio.from_dict({"x@large": np.arange(20_000.0)}, path, mode="modify")
    assert beamio.to_dict(path) == {"x": 1}


@pytest.fixture
def broken(tmp_path):
    path = tmp_path / "broken.h5"
    with h5py.File(path, "w") as file:
        file["good"] = 1
        file["soft"] = h5py.SoftLink("/nothing")
        file["far"] = h5py.ExternalLink("nothing.h5", "/x")
        file["type"] = np.dtype("i4")
        file["g/cut"] = np.arange(5)
        file["g/good"] = 2
        file.create_dataset("raw", (4,), "u1", external=[("no.raw", 0, 4)])
    return path


def test_each_place_that_cant_be_read_is_logged_and_left_out(broken, caplog):
    found = beamio.to_dict(broken, links="follow", errors="log")
    assert found["good"] == 1
    assert found["g"]["good"] == 2
    assert not {"soft", "far", "type", "raw"} & set(found)
    for name in ("soft", "far", "type", "raw"):
        assert any(f"::/{name}" in record.getMessage() for record in caplog.records)
    assert len(caplog.records) == 4


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("soft", beamio.MissingPathError),
        ("far", beamio.MissingPathError),
        ("type", beamio.UnreadableError),
        ("raw", beamio.MissingFileError),
    ],
)
def test_the_first_place_that_cant_be_read_is_raised(broken, name, kind):
    others = {"soft", "far", "type", "raw"} - {name}
    with pytest.raises(kind, match=f"::/{name}"):
        beamio.to_dict(broken, links="follow", exclude=others)


def test_a_file_that_is_not_there_or_no_hdf5_is_told(tmp_path):
    with pytest.raises(beamio.MissingFileError):
        beamio.to_dict(tmp_path / "no.h5")
    (tmp_path / "text.h5").write_text("no")
    with pytest.raises(beamio.UnknownFormatError):
        beamio.to_dict(tmp_path / "text.h5")
    with pytest.raises(beamio.UnknownFormatError):
        beamio.from_dict({"x": 1}, tmp_path / "text.h5", mode="add")
    beamio.from_dict({"x": 1}, tmp_path / "a.h5")
    with pytest.raises(beamio.MissingPathError):
        beamio.to_dict(f"{tmp_path}/a.h5::/no")
    with pytest.raises(beamio.OptionError, match="is no group"):
        beamio.to_dict(f"{tmp_path}/a.h5::/x")
    with pytest.raises(beamio.OptionError, match="'x' is no group"):
        beamio.from_dict({"y": 1}, f"{tmp_path}/a.h5::/x/y", mode="add")
    with pytest.raises(beamio.OutputError, match="does not exist; make it first"):
        beamio.from_dict({"y": 1}, f"{tmp_path}/no/a.h5")


MARKS = [
    "list", "tuple tuple", "int", "json", "numpy", "numpy <M8[s]", "array [('a', 'O')]",
    "array O", "datetime zone ../x", "datetime", "date", "timedelta", "bytes", "None",
    "quantity", "quantity list", "nonsense", "array " + "[" * 3000, "array <U999999999",
]  # fmt: skip


@pytest.mark.parametrize("mark", MARKS)
@pytest.mark.parametrize(
    "value", [np.arange(3.0), "text", np.int16(3), b"x", [[1], [2]]]
)
def test_a_mark_that_does_not_fit_is_ignored(tmp_path, mark, value):
    path = tmp_path / "a.h5"
    with h5py.File(path, "w") as file:
        file["x"] = value
        file["x"].attrs["beamio_type"] = mark
        file["g/5"] = 1
        file["g"].attrs["beamio_type"] = "list"
    found = beamio.to_dict(path)
    assert found["g"] == {"5": 1}
    if not isinstance(found["x"], list | date | timedelta | int):
        assert np.array_equal(
            np.asarray(found["x"]).astype(str), np.asarray(value).astype(str)
        )


def test_what_is_no_file_is_told(tmp_path):
    with pytest.raises(beamio.OptionError, match="to a file or an open group"):
        beamio.from_dict({}, 5)
    with pytest.raises(beamio.OptionError, match="is no group"):
        beamio.to_dict(5)
    with pytest.raises(beamio.OutputError, match="is no file"):
        beamio.from_dict({}, tmp_path, mode="add")
    with pytest.raises(beamio.OptionError, match="and not parts"):
        beamio.to_dict(f"{tmp_path}/a.h5::/x[0]")


def test_a_damaged_group_is_told(tmp_path):
    path = tmp_path / "a.h5"
    beamio.from_dict({"x": 1}, path)
    data = bytearray(path.read_bytes())
    data[data.index(b"OHDR") + 20] ^= 0xFF  # the header of the root has a checksum
    path.write_bytes(data)
    os.utime(path, (1, 1))  # else it might be being written
    with pytest.raises(beamio.DamagedFileError, match="checksum"):
        beamio.to_dict(path)


def test_a_closed_file_is_told(tmp_path):
    with h5py.File(tmp_path / "a.h5", "w") as file:
        group = file.create_group("g")
    for closed in (file, group):
        with pytest.raises(beamio.OptionError, match="is closed"):
            beamio.to_dict(closed)
        with pytest.raises(beamio.OptionError, match="is closed"):
            beamio.from_dict({}, closed, mode="add")


def test_references_are_refused(tmp_path):
    with h5py.File(tmp_path / "a.h5", "w") as file:
        file["x"] = 1
        array = np.array([file["x"].ref], h5py.ref_dtype)
        for value in (array, array[0], np.zeros(1, [("r", h5py.ref_dtype)])):
            with pytest.raises(beamio.OptionError, match="references lead nowhere"):
                beamio.from_dict({"r": value}, tmp_path / "b.h5")


def test_fields_that_overlap_are_told(tmp_path):
    overlapping = {"names": ["a", "b"], "formats": ["i4", "i2"], "offsets": [0, 2]}
    with pytest.raises(beamio.OptionError, match="fields that overlap"):
        beamio.from_dict({"x": np.zeros(2, overlapping)}, tmp_path / "a.h5")
