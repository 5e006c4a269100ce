import h5py
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays, basic_indices

from beamio.errors import DamagedFileError, MissingPathError, UnreadableError
from beamio.formats.tree import (
    Branch,
    Leaf,
    PlainValues,
    SelectedValues,
    Tree,
    TreeDataset,
    TreeGroup,
)
from beamio.formats.tree.values import read_all

MEMBERS = {
    "entry": Branch.of(
        {
            "energy": 12.4,
            "counts": np.arange(6).reshape(2, 3),
            "title": Leaf.of("a scan", {"long": True}),
            "same": h5py.SoftLink("counts"),
            "up": h5py.SoftLink("/entry"),
            "lost": h5py.SoftLink("/nothing"),
            "round": h5py.SoftLink("round"),
            "empty": {},
        },
        "NXentry",
        default="counts",
    )
}


@pytest.fixture
def tree():
    with Tree("scan.xyz", Branch.of(MEMBERS, "NXroot")) as opened:
        yield opened


@pytest.fixture
def twin():
    """The same in HDF5."""
    with h5py.File("twin.h5", "w", driver="core", backing_store=False) as file:
        file.attrs["NX_class"] = "NXroot"
        entry = file.create_group("entry")
        entry.attrs["NX_class"] = "NXentry"
        entry.attrs["default"] = "counts"
        for name, member in MEMBERS["entry"].members.items():
            if isinstance(member, Branch):
                entry.create_group(name)
            elif isinstance(member, Leaf):
                entry[name] = read_all(member.values)[()]
                entry[name].attrs.update(member.attrs)
            else:
                entry[name] = member
        yield file


def kind(item):
    return "dataset" if hasattr(item, "shape") else "group"


def test_a_tree_has_the_manners_of_h5py(tree, twin):
    for one in (tree, twin):
        entry = one["entry"]
        assert sorted(entry) == sorted(twin["entry"])
        assert entry["counts"][1, 1:].tolist() == [4, 5]
        assert entry["/entry/./counts"].name == "/entry/counts"
        assert entry["same"][()].tolist() == [[0, 1, 2], [3, 4, 5]]
        assert "counts" in entry
        assert "counts/x" not in entry
        assert "lost" in entry
        assert "not" not in entry
        assert "/" in entry
        assert entry.get("lost") is None
        assert entry.get("lost", 3) == 3
        assert entry.get("lost", getlink=True).path == "/nothing"
        assert entry.get("counts", getclass=True) is h5py.Dataset
        assert entry.get("up", getclass=True, getlink=True) is h5py.SoftLink
        assert isinstance(entry.get("counts", getlink=True), h5py.HardLink)
        assert entry.attrs["default"] == "counts"
        assert dict(entry["title"].attrs) == {"long": True}
        assert entry["counts"].parent == entry
        assert entry.parent.name == one.parent.name == "/"
        assert entry["counts"].file == one
        assert entry["title"].asstr()[()] == "a scan"
        assert entry["counts"].astype("f4")[0].dtype == np.float32
        assert entry["energy"][()] == 12.4
        assert one
        for missing in ("nothing", "lost", "counts/x", "empty/x"):
            with pytest.raises(KeyError):
                entry[missing]


def test_all_below_is_visited_as_h5py_does(tree, twin):
    def visited(file):
        found = []
        file.visititems(lambda path, item: found.append((path, kind(item))))
        return sorted(found)

    assert visited(tree) == visited(twin)
    assert tree.visit(lambda path: path if "energy" in path else None) == "entry/energy"


def test_a_closed_tree_says_so():
    tree = Tree("scan.xyz", Branch.of(MEMBERS))
    counts = tree["entry/counts"]
    tree.close()
    assert not tree
    assert not counts
    for use in (lambda: tree["entry"], lambda: counts[()]):
        with pytest.raises(ValueError, match=r"scan\.xyz: was closed"):
            use()


def test_what_is_missing_is_named_with_what_is_like_it(tree):
    with pytest.raises(MissingPathError, match=r"scan.xyz::/entry: there is no cunts"):
        tree["entry/cunts"]
    with pytest.raises(MissingPathError, match="round: is a link that leads nowhere"):
        tree["entry/round"]


def test_silx_takes_a_tree_for_hdf5(tree):
    utils = pytest.importorskip("silx.io.utils")
    assert utils.is_file(tree)
    assert utils.is_group(tree["entry"])
    assert utils.is_dataset(tree["entry/counts"])


@st.composite
def selected_arrays(draw):
    dtype = draw(st.sampled_from(["u1", ">u2", "<i4", ">f8", "c8", "S3"]))
    shape = draw(array_shapes(max_dims=4, min_side=1, max_side=5))
    array = draw(arrays(dtype, shape))
    index = draw(basic_indices(shape, allow_newaxis=False))
    return array, index


@given(selected_arrays(), st.integers(0, 30), st.booleans())
def test_plain_values_are_read_as_numpy_reads_them(
    tmp_path_factory, given, offset, own
):
    array, index = given
    path = tmp_path_factory.mktemp("plain") / "values.raw"
    path.write_bytes(bytes(offset) + array.tobytes() + b"rest")
    values = PlainValues(str(path), offset, array.shape, array.dtype)
    dataset = TreeDataset("/data", Tree(str(path), Branch({})), Leaf(values))
    expected = array[index]
    out = np.empty(np.shape(expected), array.dtype) if own else None
    found = dataset.read(index, out=out)
    np.testing.assert_array_equal(found, expected)
    if own:
        assert found is out


@given(selected_arrays(), st.data())
def test_a_selection_of_a_selection_is_numpys(given, data):
    array, index = given
    part = SelectedValues.of(array, index)
    if part is None:
        return
    expected = np.asarray(array[index])
    again = data.draw(basic_indices(np.shape(expected), allow_newaxis=False))
    dataset = TreeDataset("/data", Tree("f", Branch({})), Leaf(part))
    np.testing.assert_array_equal(dataset[again], expected[again])
    np.testing.assert_array_equal(np.asarray(dataset), expected)


def test_frames_may_be_chosen_by_lists_and_masks(tree):
    counts = tree["entry/counts"]
    for choice in ([1, 0], np.array([True, False]), ([1], slice(1, 3)), ([1], 2)):
        expected = np.arange(6).reshape(2, 3)[choice]
        np.testing.assert_array_equal(counts[choice], expected)


def test_a_file_that_is_cut_is_an_error_and_never_zeros(tmp_path):
    path = tmp_path / "values.raw"
    path.write_bytes(bytes(24))
    values = PlainValues(str(path), 0, (6,), np.dtype("f4"))
    path.write_bytes(bytes(23))
    with pytest.raises(DamagedFileError, match="cut short"):
        read_all(values)
    with pytest.raises(DamagedFileError, match="cut short"):
        PlainValues(str(path), 0, (6,), np.dtype("f4"))
    path.unlink()
    with pytest.raises(UnreadableError, match=r"values\.raw"):
        read_all(values)


def test_members_are_groups_and_datasets(tree):
    assert isinstance(tree["entry"], TreeGroup)
    assert isinstance(tree["entry/counts"], TreeDataset)
    assert repr(tree["entry/counts"]).startswith('<tree dataset "counts": shape (2, 3)')
    assert [row.tolist() for row in tree["entry/counts"]] == [[0, 1, 2], [3, 4, 5]]
    out = np.zeros((3, 3), int)
    tree["entry/counts"].read_direct(out, np.s_[:1], np.s_[2:])
    assert out[2].tolist() == [0, 1, 2]
