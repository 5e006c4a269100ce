"""Values: which differ, how many, by how much, and where."""

import warnings

import h5py
import hdf5plugin
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from beamio import diff
from beamio.diff.close import differing, distance
from beamio.diff.options import DiffOptions
from diff.pairs import counts, found, pair, write

FLOATS = st.sampled_from(["f2", "f4", "f8", "c8", "c16"])
INTEGERS = st.sampled_from(["u1", "i1", "u2", ">i2", "i4", "u4", "i8", "u8", "?"])


@st.composite
def arrays(draw, dtypes):
    """Two arrays of one shape that are mostly alike."""
    shape = draw(hnp.array_shapes(max_dims=2, max_side=6))
    one, other = (draw(hnp.arrays(draw(dtypes), shape)) for _ in range(2))
    if draw(st.booleans()):
        with np.errstate(all="ignore"), warnings.catch_warnings():
            warnings.simplefilter("ignore")  # complex to real
            mixed = np.where(draw(hnp.arrays(bool, shape)), one, other)
            other = mixed.astype(one.dtype)
    return one, other


@given(arrays(FLOATS), st.sampled_from([0, 1e-3, 2]), st.sampled_from([0, 1e-2]))
@pytest.mark.parametrize("equal_nan", [True, False])
def test_numbers_are_the_same_as_numpy_isclose_tells(equal_nan, pair, atol, rtol):
    a, b = pair
    options = DiffOptions(atol=atol, rtol=rtol, equal_nan=equal_nan)
    with np.errstate(all="ignore"):
        close = np.isclose(a, b, rtol=rtol, atol=atol, equal_nan=equal_nan)
    assert (differing(a, b, options) == ~close).all()


@given(arrays(INTEGERS), st.sampled_from([0, 1, 7]))
def test_integers_are_compared_exactly_whatever_their_size(pair, atol):
    a, b = pair
    exact = [abs(int(x) - int(y)) > atol for x, y in zip(a.flat, b.flat, strict=True)]
    assert differing(a, b, DiffOptions(atol=atol)).ravel().tolist() == exact


@given(arrays(st.sampled_from(["i8", "u8", "i4"])), st.sampled_from(["f4", "f8"]))
def test_integers_are_compared_with_floats_exactly(pair, dtype):
    a, b = pair[0], pair[1].astype(dtype)
    exact = [int(x) != float(y) for x, y in zip(a.flat, b.flat, strict=True)]
    assert differing(a, b, DiffOptions()).ravel().tolist() == exact
    assert differing(b, a, DiffOptions()).ravel().tolist() == exact


@given(arrays(st.sampled_from(["u1", "i2", "i8"])))
def test_distances_of_integers_of_one_type_are_exact(pair):
    a, b = pair[0], pair[1].astype(pair[0].dtype)
    exact = [abs(int(x) - int(y)) for x, y in zip(a.flat, b.flat, strict=True)]
    assert distance(a, b).ravel().tolist() == exact


def test_the_largest_difference_is_told_with_its_place(tmp_path):
    a = counts((40, 300, 300))
    b = a.copy()
    b[3, 7, 9] += 5
    b[30, 2, 1] += 11
    (one,) = pair(tmp_path, a, b).differences
    values = one.values
    assert (values.count, values.total) == (2, a.size)
    assert (values.where, values.absolute) == ((30, 2, 1), 11)
    assert (values.a, values.b) == (a[30, 2, 1], b[30, 2, 1])
    gap = np.abs(b.astype(float) - a)[b > 0] / b[b > 0]
    assert values.relative == pytest.approx(gap.max())


FILTERS = {
    "none": {},
    "gzip": {"compression": "gzip", "shuffle": True},
    "bitshuffle": hdf5plugin.Bitshuffle(),
    "checksum": {"compression": "lzf", "fletcher32": True},
}


@given(seed=st.integers(0, 10**6), number=st.integers(0, 30))
@pytest.mark.parametrize("filters", FILTERS.values(), ids=FILTERS)
def test_of_chunks_every_changed_element_is_found(
    tmp_path_factory, filters, seed, number
):
    folder, random = tmp_path_factory.mktemp("pair"), np.random.default_rng(seed)
    a = counts(seed=seed)
    b = a.copy()
    places = random.choice(a.size, number, replace=False)
    b.flat[places] ^= random.integers(1, 9, number, "u2")
    for name, values in (("a.h5", a), ("b.h5", b)):
        with h5py.File(folder / name, "w") as file:
            file.create_dataset("x", data=values, chunks=(1, 16, 32), **filters)
    report = diff(folder / "a.h5", folder / "b.h5")
    assert sum(each.values.count for each in report.differences) == number
    if number:
        gap = np.abs(a.astype(int) - b)
        assert report.differences[0].values.absolute == gap.max()
        assert gap[report.differences[0].values.where] == gap.max()


def test_the_same_values_in_other_chunks_and_filters_are_the_same(tmp_path):
    values = counts((30, 100, 120))
    with h5py.File(tmp_path / "a.h5", "w") as file:
        file.create_dataset("x", data=values, chunks=(1, 100, 120), **FILTERS["gzip"])
    with h5py.File(tmp_path / "b.h5", "w") as file:
        chunks = (7, 32, 50)
        file.create_dataset("x", data=values, chunks=chunks, **FILTERS["bitshuffle"])
    assert not diff(tmp_path / "a.h5", tmp_path / "b.h5")


def test_what_was_never_written_has_the_fill_value(tmp_path):
    for name, fill in (("a.h5", 0), ("b.h5", 7)):
        with h5py.File(tmp_path / name, "w") as file:
            x = file.create_dataset("x", (64, 90, 90), "i4", chunks=(1, 90, 90))
            y = file.create_dataset(
                "y", (64, 90, 90), "i4", chunks=(1, 90, 90), fillvalue=fill
            )
            x[3], y[3] = 1, 1
    (one,) = diff(tmp_path / "a.h5", tmp_path / "b.h5").differences
    assert (one.path, one.values.count, one.values.absolute) == ("/y", 63 * 8100, 7)


def test_shapes_without_end_take_no_longer_than_what_was_written(tmp_path):
    for name, chunk in (("a.h5", (1, 1024)), ("b.h5", (3, 700))):
        with h5py.File(tmp_path / name, "w") as file:
            x = file.create_dataset("x", (2**50, 2**10), "f8", chunks=chunk)
            x[2**49, 5], x[7, 1000] = 1.5, len(chunk) + chunk[0]
    (one,) = diff(tmp_path / "a.h5", tmp_path / "b.h5").differences
    assert (one.values.count, one.values.where) == (1, (7, 1000))


def test_nan_is_the_same_unless_asked_otherwise(tmp_path):
    a = np.full((300, 300), np.nan)
    assert not pair(tmp_path, a, a)
    report = pair(tmp_path, a, a, equal_nan=False)
    assert report.differences[0].values.count == a.size


def test_nan_in_one_only_differs_and_the_distance_of_others_is_told(tmp_path):
    a, b = np.array([np.nan, 1.0, 2.0]), np.array([0.0, 1.5, 2.0])
    values = pair(tmp_path, a, b).differences[0].values
    assert (values.count, values.where, values.absolute) == (2, (1,), 0.5)


def test_types_that_differ_with_the_same_values(tmp_path):
    a = np.arange(5, dtype="i4")
    report = pair(tmp_path, a, a.astype("f8"))
    assert found(report) == [("/x", "type")]
    assert (report.differences[0].a, report.differences[0].b) == ("int32", "float64")
    assert not pair(tmp_path, a, a.astype("f8"), values_only=True)
    assert not pair(tmp_path, a, a.astype(">i4"), values_only=True)


def test_shapes_that_differ_are_all_that_is_said(tmp_path):
    report = pair(tmp_path, np.zeros(5), np.ones(6))
    assert found(report) == [("/x", "shape")]
    assert (report.differences[0].a, report.differences[0].b) == ("5", "6")


def test_a_scalar_is_not_an_array_of_one(tmp_path):
    assert found(pair(tmp_path, 1.0, [1.0])) == [("/x", "shape")]


def test_empty_datasets(tmp_path):
    empty = h5py.Empty("f4")
    assert not pair(tmp_path, empty, empty)
    assert found(pair(tmp_path, empty, np.float32(0))) == [("/x", "shape")]
    assert not pair(tmp_path, np.zeros((0, 3)), np.zeros((0, 3)))


def test_text_of_any_kind(tmp_path):
    assert not pair(tmp_path, "grüße", "grüße")
    assert found(pair(tmp_path, ["a", "b"], ["a", "c"])) == [("/x", "value")]
    fixed = np.array([b"ab", b"c"])
    assert found(pair(tmp_path, ["ab", "c"], fixed)) == [("/x", "type")]
    assert not pair(tmp_path, ["ab", "c"], fixed, values_only=True)


def test_numbers_and_text_are_of_other_types_and_not_compared(tmp_path):
    assert found(pair(tmp_path, [1, 2], ["1", "2"])) == [("/x", "type")]
    report = pair(tmp_path, [1, 2], ["1", "2"], values_only=True)
    assert found(report) == [("/x", "type")]


def test_a_compound_is_compared_by_field(tmp_path):
    kind = [("n", "i4"), ("in", [("x", "f8", (2,)), ("s", "S3")])]
    a = np.zeros(4, kind)
    b = a.copy()
    b["in"]["x"][2, 1] = 0.5
    b["in"]["s"][3] = b"abc"
    differences = pair(tmp_path, a, b).differences
    assert [each.values.field for each in differences] == ["in.x", "in.s"]
    assert differences[0].values.where == (2, 1)
    assert (differences[0].values.count, differences[0].values.total) == (1, 8)


def test_enums_are_compared_as_numbers_and_as_types(tmp_path):
    for name, members in (("a.h5", {"A": 0, "B": 1}), ("b.h5", {"A": 0, "C": 1})):
        with h5py.File(tmp_path / name, "w") as file:
            kind = h5py.enum_dtype(members, "u1")
            file.create_dataset("x", data=[0, 1], dtype=kind)
    assert found(diff(tmp_path / "a.h5", tmp_path / "b.h5")) == [("/x", "type")]


def test_lists_of_any_length(tmp_path):
    for name, last in (("a.h5", [1, 2]), ("b.h5", [1, 2, 3])):
        with h5py.File(tmp_path / name, "w") as file:
            x = file.create_dataset("x", (2,), h5py.vlen_dtype("i4"))
            x[0], x[1] = [5], last
    (one,) = diff(tmp_path / "a.h5", tmp_path / "b.h5").differences
    assert (one.values.count, one.values.where) == (1, (1,))


def test_references_are_compared_by_what_they_lead_to(tmp_path):
    for name, order in (("a.h5", "pq"), ("b.h5", "qp")):
        with h5py.File(tmp_path / name, "w") as file:
            for each in order:  # so that they lie elsewhere
                file[each] = np.zeros(3)
            refs = [file["p"].ref, file[order[0]].ref]
            file.create_dataset("x", data=refs, dtype=h5py.ref_dtype)
            part = file["p"].regionref[0 : 2 if name == "a.h5" else 3]
            file.create_dataset("y", data=part, dtype=h5py.regionref_dtype)
    one, other = diff(tmp_path / "a.h5", tmp_path / "b.h5").differences
    assert (one.path, one.values.count, one.values.where) == ("/x", 1, (1,))
    assert (one.values.a, one.values.b) == ("/p", "/q")
    assert (other.path, other.values.a) == ("/y", "/p, 2 elements")


def test_opaque_values_are_compared_as_bytes(tmp_path):
    a = np.array([b"abcd", b"efgh"], "V4")
    b = np.array([b"abcd", b"efgi"], "V4")
    values = pair(tmp_path, a, b).differences[0].values
    assert (values.count, values.where) == (1, (1,))


def test_a_chunk_that_does_not_decode_is_told_and_the_rest_is_compared(tmp_path):
    values = counts((30, 100, 100))
    for name in ("a.h5", "b.h5"):
        with h5py.File(tmp_path / name, "w") as file:
            file.create_dataset(
                "x", data=values, chunks=(1, 100, 100), **FILTERS["gzip"]
            )
            file["y"] = 1 if name == "a.h5" else 2
            place = file["x"].id.get_chunk_info(4).byte_offset
    with (tmp_path / "b.h5").open("r+b") as file:
        file.seek(place + 20)
        file.write(b"\xff" * 64)
    report = diff(tmp_path / "a.h5", tmp_path / "b.h5")
    assert found(report) == [("/x", "unreadable"), ("/y", "value")]
    assert "(4, 0, 0)" in report.differences[0].a
    assert report.unreadable


def test_a_filter_that_nobody_has_is_no_obstacle_to_equal_bytes(tmp_path):
    properties = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
    properties.set_chunk((2, 3))
    properties.set_filter(32999, h5py.h5z.FLAG_OPTIONAL, (1, 2))
    for name, last in (("a.h5", b"x"), ("b.h5", b"x"), ("c.h5", b"y")):
        with h5py.File(tmp_path / name, "w") as file:
            space = h5py.h5s.create_simple((2, 3))
            dataset = h5py.h5d.create(
                file.id, b"x", h5py.h5t.STD_U8LE, space, properties
            )
            dataset.write_direct_chunk((0, 0), b"abcde" + last, 0)
    assert not diff(tmp_path / "a.h5", tmp_path / "b.h5")
    assert diff(tmp_path / "a.h5", tmp_path / "c.h5").unreadable


def test_files_without_equal_formats(tmp_path):
    a = counts((3, 4, 5))
    np.save(tmp_path / "a.npy", a)
    write(tmp_path / "b.h5", data=a)
    assert not diff(f"{tmp_path}/a.npy::/data", f"{tmp_path}/b.h5::/data")
    part = diff(f"{tmp_path}/a.npy::/data[1]", f"{tmp_path}/b.h5::/data[2]")
    assert part.differences[0].values.count == (a[1] != a[2]).sum()
