import csv

import numpy as np
import pytest
from convert.sources import INTEGERS, dataset, same, written
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from beamio.convert.writers import table
from beamio.errors import OptionError
from beamio.formats.tree import Branch, Leaf, Tree

numbers = st.sampled_from(["?", *INTEGERS, "f2", "f4", "f8", "c8", "c16"])
columns = numbers.flatmap(lambda code: hnp.arrays(code, st.integers(1, 9)))


def rows_of(path, delimiter=","):
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.reader(file, delimiter=delimiter))


def values_of(cells, dtype):
    """What Python reads in cells."""
    read = {"b": lambda cell: cell == "True", "c": complex, "f": float}
    numbers = [read.get(dtype.kind, int)(cell) for cell in cells]
    return np.array(numbers, dtype)


@settings(max_examples=60)
@given(columns)
def test_numbers_come_back_equal(tmp_path_factory, values):
    path = tmp_path_factory.mktemp("csv") / "a.csv"
    assert written(dataset(values), path).verified
    head, *rows = rows_of(path)
    assert head == ["data"]
    assert same(values_of([row[0] for row in rows], values.dtype), values)


@settings(max_examples=60)
@given(
    st.lists(
        st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")),
        min_size=1,
    ),
    st.sampled_from([("csv", ","), ("tsv", "\t")]),
)
def test_text_comes_back_equal(tmp_path_factory, values, kind):
    suffix, delimiter = kind
    path = tmp_path_factory.mktemp("csv") / f"a.{suffix}"
    written(dataset(values), path)
    assert [row[0] for row in rows_of(path, delimiter)[1:]] == values


def test_curves_lie_side_by_side_with_their_units(tmp_path):
    members = {
        "angle": Leaf.of([0.1, np.nan], {"units": "deg"}),
        "count": [1, 2],
        "name": Leaf.of(np.array(['say "a, b"', b"\xff"], object)),
    }
    tree = Tree("a.x", Branch.of({"measurement": members, "title": "a scan"}))
    written(tree, tmp_path / "a.csv")
    assert (tmp_path / "a.csv").read_text() == (
        'angle [deg],count,name\n0.1,1,"say ""a, b"""\nnan,2,\\udcff\n'
    )


def test_a_table_and_a_compound_have_a_column_for_each_part(tmp_path):
    written(dataset(np.array([[1, 2], [3, 4]]), units="V"), tmp_path / "a.csv")
    assert rows_of(tmp_path / "a.csv")[0] == ["data_0 [V]", "data_1 [V]"]
    dtype = [("x", "f4"), ("pair", "u1", (2,)), ("inner", [("y", "c8")])]
    values = np.array([(0.5, [1, 2], (1 - 2j,))], dtype)
    written(dataset(values), tmp_path / "b.csv")
    assert rows_of(tmp_path / "b.csv") == [
        ["x", "pair_0", "pair_1", "inner.y"],
        ["0.5", "1", "2", "1.0-2.0j"],
    ]


def test_long_tables_are_written_in_blocks(tmp_path, monkeypatch):
    monkeypatch.setattr(table, "_CELLS", 12)
    values = np.random.default_rng(0).normal(size=(50, 3))
    assert written(dataset(values), tmp_path / "a.csv").verified
    found = np.loadtxt(tmp_path / "a.csv", delimiter=",", skiprows=1)
    assert np.array_equal(found, values)


def test_columns_of_different_lengths_are_refused(tmp_path):
    tree = Tree("a.x", Branch.of({"a": [1, 2], "b": [1, 2, 3]}))
    with pytest.raises(OptionError, match=r"b: has 3 rows, a has 2; .* apart"):
        written(tree, tmp_path / "a.csv")
    report = written(tree, tmp_path / "a_%s.csv")
    assert [len(rows_of(tmp_path / f"a_{name}.csv")) for name in "ab"] == [3, 4]
    assert len(report.files) == 2


def test_what_has_more_axes_than_a_table_is_refused(tmp_path):
    with pytest.raises(OptionError, match="has 3 axes, a table has two; npy"):
        written(dataset(np.zeros((2, 2, 2))), tmp_path / "a.csv")
    written(dataset(np.zeros((2, 2, 2))), tmp_path / "a.csv", slice="0")
