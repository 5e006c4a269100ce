"""Compression by name: its options, and what it is not for."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from beamio import OptionError
from beamio.model import COMPRESSIONS, Compression

TOLERANCES = {
    "zfp": "accuracy=0.5",
    "sperr": "absolute=0.25",
    "sz": "relative=0.001",
    "sz3": "absolute=2.0",
}


@pytest.mark.parametrize("name", COMPRESSIONS)
def test_a_text_is_read_as_it_is_written(name):
    text = f"{name}:{TOLERANCES[name]}" if name in TOLERANCES else name
    assert str(Compression.parse(text)) == text


@given(st.integers(1, 9), st.sampled_from(["zstd", "lz4hc"]), st.booleans())
def test_options_by_text_and_by_name_are_the_same(level, cname, swapped):
    items = [str(level), f"cname={cname}", "shuffle=bit"]
    text = f"Blosc2: {','.join(items[::-1] if swapped else items)} "
    by_name = {"level": level, "cname": cname, "shuffle": "bit"}
    found = Compression.parse("blosc2", by_name)
    assert Compression.parse(text) == found
    assert Compression.parse(str(found)) == found
    assert found.level == level


WRONG = {
    "bitshufle-lz4": "no compression is called 'bitshufle-lz4'; did you mean bitsh",
    "qqq": "there are: none, gzip, lzf, .*htj2k",
    "zstd:23": "level of zstd is 1 to 22, not 23",
    "zstd:x": "the level is not a number",
    "zstd:1.5": "the level is not a number",
    "lzf:3": "lzf has no level",
    "zstd:cname=lz4": "compression zstd has no option 'cname'",
    "blosc:cnam=lz4": "has no option 'cnam'; did you mean cname",
    "blosc:cname=xz": "cname of blosc is one of blosclz, lz4, .*, not 'xz'",
    "bitshuffle:nelems=12": "nelems of bitshuffle is 0 to .*, a multiple of 8, not 12",
    "zfp": "zfp loses information: say how much, with one of rate, precision",
    "sz:absolute=1,relative=1": "sz loses information: say how much",
    "sz:absolute=-1": "absolute of sz is a positive number, not -1",
    "sz:absolute=nan": "absolute of sz is a positive number, not nan",
    "zfp:rate=100": "rate of zfp is a positive number below 65, not 100",
    "zfp:reversible=maybe": "the reversible is not true or false",
    "": "no compression is called ''",
    "gzip:": "the level is not a number",
}


@pytest.mark.parametrize("text", WRONG)
def test_a_mistake_is_told_with_what_would_work(text):
    with pytest.raises(OptionError, match=WRONG[text]):
        Compression.parse(text)


@pytest.mark.parametrize("value", [True, "5", None, 3.0])
def test_a_level_is_a_number(value):
    if value is None:
        assert Compression.parse("zstd", {"level": None}).level is None
        return
    with pytest.raises(OptionError):
        Compression.parse("zstd", {"level": value})


UNFIT = [
    ("fcidecomp", "u4", (5, 7), "for uint8, int8, uint16, int16"),
    ("fcidecomp", "u2", (7,), "not for chunks of shape"),
    ("fcidecomp", "u2", (1, 1, 5, 7), "not for chunks of shape"),
    ("htj2k", ">u2", (5, 7), "in native byte order, not >u2"),
    ("htj2k", "u1", (2, 5, 7), "not for chunks of shape"),
    ("sperr:absolute=1", "u2", (5, 7), "for float32, float64"),
    ("sperr:absolute=1", "f4", (1, 7), "not for chunks"),
    ("zfp:accuracy=1", "i4", (5, 7), "for float32, float64"),
    ("sz3:absolute=1", "c8", (5, 7), "for float32, float64"),
]


@pytest.mark.parametrize(("text", "dtype", "chunks", "message"), UNFIT)
def test_what_a_filter_would_spoil_is_refused(text, dtype, chunks, message):
    with pytest.raises(OptionError, match=message):
        Compression.parse(text).check(np.dtype(dtype), chunks)


def test_what_a_filter_is_for_is_not_refused():
    Compression.parse("zfp:reversible=true").check(np.dtype("i4"), (2, 5, 7))
    Compression.parse("bitshuffle-lz4").check(np.dtype("c16"), (1,) * 7)
