import h5py
import numpy as np
import pytest
from convert.sources import dataset, written
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

import beamio
from beamio.convert.writers import npy
from beamio.convert.writers.npy import npy_type
from beamio.errors import OptionError
from beamio.formats.tree import ArrayValues, Branch, Leaf, Tree

scalars = hnp.scalar_dtypes().filter(lambda dtype: dtype.kind not in "mMOUS")
dtypes = st.one_of(
    scalars,
    hnp.byte_string_dtypes(max_len=5),
    hnp.unicode_string_dtypes(max_len=5),
    hnp.array_dtypes(scalars, max_size=3),
)


@settings(max_examples=60)
@given(
    dtypes.flatmap(
        lambda dtype: hnp.arrays(
            dtype, hnp.array_shapes(min_dims=0, max_dims=4, min_side=0, max_side=5)
        )
    )
)
def test_numpy_reads_any_array_equal(tmp_path_factory, values):
    folder = tmp_path_factory.mktemp("npy")
    tree = Tree("source.x", Branch({"data": Leaf(ArrayValues(values))}))
    report = written(tree["data"], folder / "a.npy")
    found = np.load(folder / "a.npy")
    assert found.shape == values.shape
    assert found.dtype == npy_type(values.dtype, "here")
    assert found.dtype.names == values.dtype.names
    assert found.tobytes() == values.tobytes()
    assert report.verified


def test_blocks_along_any_axis_are_put_in_their_place(tmp_path, monkeypatch):
    monkeypatch.setattr(npy, "_BLOCK", 64)
    values = np.arange(3 * 4 * 5 * 6, dtype=">u4").reshape(3, 4, 5, 6)
    written(dataset(values), tmp_path / "a.npy", slice="::2,:,1:")
    assert np.array_equal(np.load(tmp_path / "a.npy"), values[::2, :, 1:])


def test_what_only_hdf5_knows_of_a_type_is_left_out(tmp_path):
    with h5py.File(tmp_path / "a.h5", "w") as file:
        file["enum"] = np.zeros(3, h5py.enum_dtype({"OFF": 0, "ON": 1}, "u1"))
        dtype = np.dtype([("état\u2713", "<f4"), ("n", "u1", (2,))])
        file["compound"] = np.zeros(2, dtype)
    with beamio.File(tmp_path / "a.h5") as file:
        report = written(file, tmp_path / "out_%s.npy")
    assert [np.load(f).dtype for f in report.files] == [dtype, np.dtype("u1")]


def test_a_dataset_that_can_not_be_held_does_not_stop_the_others(tmp_path):
    tree = Tree("a.x", Branch.of({"text": ["a", "bc"], "numbers": [1, 2]}))
    report = written(tree, tmp_path / "%s.npy")
    assert [path.name for path in tmp_path.iterdir()] == ["numbers.npy"]
    assert report.failures[0][0].endswith("/text")


def test_text_of_any_length_is_refused(tmp_path):
    with pytest.raises(OptionError, match="CSV and JSON can hold text"):
        written(dataset(["a", "bc"]), tmp_path / "a.npy")
