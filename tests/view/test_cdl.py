"""Words of CDL mean what they were made of."""

import ast

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from beamio.view.cdl.lines import data_lines
from beamio.view.cdl.names import escaped, quoted, valid_name
from beamio.view.cdl.types import Compound, Enum, Opaque, Primitive, Vlen, tokens


@pytest.mark.parametrize(("name", "dtype"), [("float", "f4"), ("double", "f8")])
@given(data=st.data())
def test_every_digit_of_a_number_is_there(name, dtype, data):
    width = np.dtype(dtype).itemsize * 8
    numbers = data.draw(st.lists(st.floats(allow_nan=False, width=width)))
    values = np.array(numbers, dtype)
    shown = tokens(Primitive(name), values)
    back = np.array([float(text.rstrip("f")) for text in shown], dtype)
    assert np.array_equal(back, values)
    assert np.array_equal(np.signbit(back), np.signbit(values))


def test_a_number_that_ncdump_shows_in_full_looks_as_there():
    values = np.array([0.1, 1e30, 100000000.0, -2.0, 1.5e-7])
    assert tokens(Primitive("double"), values) == [
        "0.1",
        "1e+30",
        "100000000",
        "-2",
        "1.5e-07",
    ]


@given(st.binary())
def test_a_text_says_the_bytes_that_it_has(data):
    shown = quoted(data)
    assert shown.isprintable()
    # Python reads octal numbers and backslashes alike.
    parts = [
        ast.literal_eval(f'b"{char}"') if char.isascii() else char.encode()
        for char in _units(shown[1:-1])
    ]
    assert b"".join(parts) == data


def _units(text):
    while text:
        length = (4 if text[1].isdigit() else 2) if text[0] == "\\" else 1
        yield text[:length]
        text = text[length:]


@given(st.text())
def test_a_name_is_one_that_netcdf_allows(name):
    found = valid_name(name)
    assert found.isprintable()
    assert found
    assert not set("/?") & set(found)
    assert not found.endswith(" ")
    assert found[0] == "_" or found[0].isalnum() or not found[0].isascii()
    assert valid_name(found) == found


def test_what_a_lexer_takes_for_something_else_is_no_name():
    assert [escaped(name) for name in ("int", "NaN", "data", "1.1", "a b?")] == [
        "int_",
        "NaN_",
        "data",
        "\\1.1",
        "a\\ b_",
    ]


def test_values_of_composed_types_are_in_braces():
    state = Enum(Primitive("ubyte"), (("OFF", 0), ("ON", 1)))
    point = Compound(
        (
            ("x", Primitive("int"), ()),
            ("y", Primitive("double"), (2,)),
            ("s", state, ()),
        )
    )
    values = np.array([(1, [2.5, 3], 1)], [("x", "i4"), ("y", "f8", (2,)), ("s", "u1")])
    assert tokens(point, values) == ["{1, {2.5, 3}, ON}"]
    assert tokens(Vlen(state), [[0, 1, 7], []]) == ["{OFF, ON, 7}", "{}"]
    assert tokens(Opaque(2), np.array([b"a\0"], "V2")) == ["0X6100"]


@given(
    shape=st.lists(st.integers(1, 30), max_size=3).map(tuple),
    growing=st.sets(st.integers(1, 2)),
)
def test_lines_hold_all_values_in_order_and_fit_a_terminal(shape, growing):
    number = int(np.prod(shape))
    axes = [axis for axis in growing if axis < len(shape)]
    words = [f"{n}" for n in range(number)]
    lines = list(data_lines("counts", iter(words), shape, axes))
    assert max(map(len, lines)) <= 80
    text = " ".join(lines).removeprefix(" counts =").removesuffix(" ;")
    assert text.translate(str.maketrans("{}", "  ")).replace(",", " ").split() == words
    runs = [int(np.prod(shape[:axis])) for axis in axes]
    assert text.count("{") == text.count("}") == sum(runs)
