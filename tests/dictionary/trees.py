"""Trees of every kind of value, and whether two are the same to the last bit."""

from datetime import UTC, date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import h5py
import numpy as np
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

NAMES = st.text(min_size=1, max_size=8).filter(
    lambda name: "/" not in name and "\0" not in name and name not in {".", ".."}
)
"""Text without surrogates, as st.text gives it."""
ATTRIBUTES = NAMES.filter(lambda name: not name.startswith("beamio_type"))

ZONES = st.sampled_from(
    [None, UTC, timezone(timedelta(hours=-3, seconds=7)), timezone(timedelta(), "Z0 x")]
) | st.sampled_from(["Europe/Berlin", "Asia/Kathmandu", "UTC"]).map(ZoneInfo)
MOMENTS = st.builds(
    lambda moment, zone, fold: moment.replace(tzinfo=zone, fold=fold),
    st.datetimes(datetime(2, 1, 1), datetime(9998, 1, 1)),  # noqa: DTZ001 (naive ones, too)
    ZONES,
    st.sampled_from([0, 1]),
)
TEXT = st.text(st.characters(exclude_categories=[]), max_size=6)
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.integers(-(2**200), 2**200)
    | st.floats()
    | st.complex_numbers(allow_nan=True)
    | TEXT
    | st.binary(max_size=6)
    | MOMENTS
    | st.dates(date(1, 1, 1))
    | st.timedeltas()
)

DTYPES = (
    hnp.boolean_dtypes()
    | hnp.integer_dtypes(endianness="?")
    | hnp.unsigned_integer_dtypes(endianness="?")
    | hnp.floating_dtypes(endianness="?", sizes=(16, 32, 64, 128))
    | hnp.complex_number_dtypes(endianness="?")
    | hnp.byte_string_dtypes(min_len=1, max_len=9)
    | hnp.unicode_string_dtypes(min_len=1, max_len=9, endianness="?")
    | hnp.datetime64_dtypes(endianness="?")
    | hnp.timedelta64_dtypes(endianness="?")
)
STRUCTURED = hnp.array_dtypes(DTYPES, max_size=4, allow_subarrays=True)
SHAPES = hnp.array_shapes(min_dims=0, max_dims=3, min_side=0, max_side=4)
ARRAYS = hnp.arrays(DTYPES | STRUCTURED, SHAPES) | hnp.arrays(
    st.just("S3"), SHAPES
).map(lambda array: array.view("V3"))
OBJECTS = st.builds(
    lambda items, shape: np.array(items, object).reshape(shape),
    st.lists(TEXT, min_size=4, max_size=4),
    st.sampled_from([(4,), (2, 2), (4, 1)]),
)
STRINGS = st.builds(
    lambda items: np.array(items, np.dtypes.StringDType()),
    st.lists(st.text(), min_size=1),
)
NUMPY = hnp.arrays(DTYPES | STRUCTURED, ()).map(lambda array: array[()])

LISTS = st.recursive(
    SCALARS | NUMPY,
    lambda items: st.lists(items, max_size=4) | st.lists(items, max_size=4).map(tuple),
    max_leaves=8,
)
ALIKE = st.sampled_from(
    [st.integers(), st.floats(), TEXT, st.booleans(), st.complex_numbers()]
).flatmap(lambda kind: st.lists(st.lists(kind, min_size=2, max_size=2), max_size=3))
LINKS = st.builds(h5py.SoftLink, NAMES) | st.builds(h5py.ExternalLink, NAMES, NAMES)
VALUES = SCALARS | NUMPY | ARRAYS | OBJECTS | STRINGS | LISTS | ALIKE
DEEP = st.recursive(
    VALUES, lambda items: st.lists(items, max_size=3).map(tuple), max_leaves=4
)


@st.composite
def trees(draw, depth=3):
    """A dictionary with attributes, as `to_dict` would give it."""
    tree = {}
    for name in draw(st.lists(NAMES, unique=True, max_size=4)):
        key = (name,) if "@" in name or name.startswith(">") else name
        kind = draw(st.sampled_from(["value", "value", "group", "link"]))
        if kind == "group" and depth:
            tree[key] = draw(trees(depth=depth - 1))
            continue
        tree[key] = draw(LINKS if kind == "link" else DEEP)
        if kind != "link":
            give_attributes(draw, tree, name)
    give_attributes(draw, tree, "")
    return tree


def give_attributes(draw, tree, name):
    for attribute in draw(st.lists(ATTRIBUTES, unique=True, max_size=2)):
        literal = "@" in name or "@" in attribute
        key = (name, attribute) if literal else f"{name}@{attribute}"
        tree[key] = draw(VALUES)


def same(one, other):
    """Tell whether two values are of the same types and equal to the last bit."""
    if type(one) is not type(other):
        return False
    if isinstance(one, dict):
        one, other = map(flat, (one, other))
    if isinstance(one, list | tuple):
        return len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, np.ndarray | np.generic):
        return same_array(np.asarray(one), np.asarray(other))
    if isinstance(one, h5py.SoftLink | h5py.ExternalLink):
        return vars(one) == vars(other)
    if isinstance(one, datetime):
        facts = [
            (m.isoformat(), m.fold, m.tzname(), getattr(m.tzinfo, "key", None))
            for m in (one, other)
        ]
        return facts[0] == facts[1] and type(one.tzinfo) is type(other.tzinfo)
    return repr(one) == repr(other)  # NaN, and zeros with their sign


def flat(tree):
    keys = sorted(tree, key=repr)
    return keys + [tree[key] for key in keys]


def same_array(one, other):
    if one.shape != other.shape or one.dtype != other.dtype:
        return False
    if one.dtype.hasobject:
        return one.tolist() == other.tolist()
    return without_padding(one) == without_padding(other)


def without_padding(array):
    if array.dtype.names:
        return [without_padding(array[name]) for name in array.dtype.names]
    if array.dtype.kind in "fc":  # the unused bytes of long doubles say nothing
        return repr(array.reshape(-1).tolist())
    return np.ascontiguousarray(array).tobytes()
