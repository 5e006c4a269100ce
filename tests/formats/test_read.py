import h5py
import numpy as np
import pytest

import beamio
from beamio.errors import MissingPathError, NotAnImageError, OptionError

STACK = np.arange(24, dtype=">u2").reshape(2, 3, 4)


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "scan.h5"
    with h5py.File(path, "w") as file:
        entry = file.create_group("entry")
        entry["stack"] = STACK
        entry["energy"] = 12.5
        entry["count"] = np.int16(-3)
        entry["good"] = True
        entry["wave"] = 1 + 2j
        entry["title"] = "café 北京"
        entry["fixed"] = np.bytes_("café".encode())
        entry["latin"] = np.bytes_("café".encode("latin-1"))
        entry["names"] = ["a", "bé"]
        entry["codes"] = np.array([b"ab", b"c"])
        entry["one"] = np.array([7])
        entry["flags"] = np.array([True, False])
        entry["empty"] = h5py.Empty("f4")
        entry["table"] = np.array([(1, 2.5)], [("n", "i4"), ("x", "f8")])
        state = h5py.enum_dtype({"open": 1, "closed": 0})
        entry.create_dataset("state", data=1, dtype=state)
        ragged = entry.create_dataset("ragged", 2, h5py.vlen_dtype("i4"))
        ragged[0], ragged[1] = [1], [2, 3]
    return path


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("energy", 12.5),
        ("count", -3),
        ("good", True),
        ("wave", 1 + 2j),
        ("title", "café 北京"),
        ("fixed", "café"),
        ("latin", "café"),
        ("state", 1),
        ("empty", None),
        ("stack[1,2,3]", 23),
        ("names[1]", "bé"),
    ],
)
def test_a_scalar_is_one_of_python(path, name, value):
    found = beamio.read(f"{path}::/entry/{name}")
    assert found == value
    assert type(found) is type(value)


def test_arrays_are_of_numpy(path):
    def read(name):
        return beamio.read(f"{path}::/entry/{name}")

    np.testing.assert_array_equal(read("stack"), STACK)
    assert read("stack[:,1:,::2]").tolist() == STACK[:, 1:, ::2].tolist()
    assert read("names").tolist() == ["a", "bé"]
    assert read("codes").tolist() == ["ab", "c"]
    assert read("names[1:]").tolist() == ["bé"]
    assert read("one").tolist() == [7]
    assert read("flags").tolist() == [True, False]
    assert read("table")["x"].tolist() == [2.5]
    assert read("stack[2:]").shape == (0, 3, 4)
    assert [list(part) for part in read("ragged")] == [[1], [2, 3]]


def test_an_array_of_your_own_is_filled(path):
    out = np.empty((3, 2), "f8")
    assert beamio.read(f"{path}::/entry/stack[1,:,:2]", out=out) is out
    assert (out == STACK[1, :, :2]).all()
    with pytest.raises(OptionError, match=r"out is of shape \(3, 2\), not \(2, 3, 4\)"):
        beamio.read(f"{path}::/entry/stack", out=out)


def test_a_group_and_a_file_without_default_say_what_to_do(path):
    with pytest.raises(NotAnImageError, match=r"beamio\.to_dict"):
        beamio.read(f"{path}::/entry")
    with pytest.raises(MissingPathError, match="no default dataset; name one, as in"):
        beamio.read(path)
    with h5py.File(path, "w"):
        pass
    with pytest.raises(MissingPathError, match="holds no dataset"):
        beamio.read(path)


def test_the_default_is_what_viewers_plot(path):
    with h5py.File(path, "a") as file:
        file.attrs["default"] = "entry"
        file["entry"].attrs["default"] = np.bytes_("plot")
        plot = file.create_group("entry/plot")
        plot.attrs["NX_class"] = "NXdata"
        plot.attrs["signal"] = ["counts"]
        plot["counts"] = [1, 2]
    assert beamio.read(path).tolist() == [1, 2]
    with h5py.File(path, "a") as file:
        del file.attrs["default"], file["entry"].attrs["default"]
        file["entry"].attrs["NX_class"] = "NXentry"
        del file["entry/plot"].attrs["signal"]
        file["entry/plot/counts"].attrs["signal"] = 1
        file["entry/plot/lost"] = h5py.SoftLink("/nothing")
    assert beamio.read(f"{path}::[1]") == 2


def test_a_default_that_leads_round_in_circles_is_none(path):
    with h5py.File(path, "a") as file:
        file.attrs["default"] = "entry"
        file["entry/again"] = h5py.SoftLink("/entry")
        file["entry"].attrs["default"] = "again"
    with pytest.raises(MissingPathError, match="no default dataset"):
        beamio.read(path)


def test_the_only_dataset_is_the_default(tmp_path):
    with h5py.File(tmp_path / "one.h5", "w") as file:
        file["a/b"] = 3
    assert beamio.read(tmp_path / "one.h5") == 3


def test_images_are_the_default_of_their_files(tmp_path, samples):
    import fabio

    fabio.edfimage.EdfImage(data=STACK[0].astype("u2")).write(
        str(tmp_path / "image.edf")
    )
    np.save(tmp_path / "stack.npy", STACK)
    assert (beamio.read(tmp_path / "image.edf") == STACK[0]).all()
    assert (beamio.read(tmp_path / "stack.npy") == STACK).all()
    assert beamio.read(samples / "ID16B_diatomee.edf").shape == (6, 540, 640)
    assert beamio.read(samples / "series").shape[0] == 6
    assert beamio.read(f"{samples / 'oleg.dat'}::/94.1/title").startswith("ascan")
