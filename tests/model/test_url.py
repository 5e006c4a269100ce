from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from beamio.errors import OptionError, UrlError
from beamio.model import (
    Compression,
    DataUrl,
    Region,
    format_selection,
    parse_selection,
    parse_slice,
)

BOUNDS = st.none() | st.integers(-50, 50)


@given(BOUNDS, BOUNDS, st.none() | st.integers(1, 9))
def test_a_slice_means_what_it_means_in_python(start, stop, step):
    text = ":".join("" if part is None else str(part) for part in (start, stop, step))
    assert parse_slice(text) == slice(start, stop, step)


@given(st.integers(-20, 19))
def test_one_number_is_one_item(number):
    assert list(range(20))[parse_slice(str(number))] == [range(20)[number]]


@pytest.mark.parametrize(
    "text", ["", " ", "a", "1:2:3:4", "1.5", "::-1", "::0", "-", "1,2"]
)
def test_what_is_no_slice_is_refused(text):
    with pytest.raises(OptionError):
        parse_slice(text)


@pytest.mark.parametrize(
    "text", ["1:2", "1,2", "1:2,3", "::2,:", "1:2,1:2,1:2", "a:b,c:d"]
)
def test_what_is_no_region_is_refused(text):
    with pytest.raises(OptionError):
        Region.parse(text)


@pytest.mark.parametrize("text", ["5:9,:", ":,3:3", ":,4:2", ":,:99", "-9:-8,:"])
def test_a_region_outside_is_refused(text):
    with pytest.raises(OptionError):
        Region.parse(text).within((5, 7))


def test_a_region_is_bounded():
    region = Region.parse("-3:,:4").within((5, 7))
    assert (region.rows, region.columns, region.shape) == (
        slice(2, 5),
        slice(0, 4),
        (3, 4),
    )
    assert str(region) == "2:5,0:4"


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("a.h5", ("a.h5", None, None)),
        ("a.h5::data", ("a.h5", "/data", None)),
        ("a.h5::/", ("a.h5", "/", None)),
        ("::/a/b/", ("", "/a/b", None)),
        ("a b.h5::/x[3]", ("a b.h5", "/x", slice(3, 4))),
        ("a[1].edf", ("a[1].edf", None, None)),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_url_has_three_parts(text, parts):
    url = DataUrl.parse(text)
    assert (url.file, url.path, url.frames) == parts


def test_a_url_chooses_frames_only():
    with pytest.raises(OptionError, match="more than one axis"):
        _ = DataUrl.parse("a.h5::/x[1:2,3:4]").frames


@pytest.mark.parametrize(
    ("text", "selection"),
    [
        ("a.h5::/x[1:2,3:4]", (slice(1, 2), slice(3, 4))),
        ("a.h5::/x[..., -1]", (..., -1)),
        ("a.h5::/x[y][()]", ()),
        ("a.h5::/x[y]z", None),
        ("silx:a.h5?path=/x&slice=0,::2", (0, slice(None, None, 2))),
        ("silx:a.h5::/x?slice=0", (0,)),
        ("silx:///a.h5::/x[3]", (3,)),
        ("fabio:///a.edf?slice=3", (3,)),
    ],
)
def test_a_url_selects_along_each_axis(text, selection):
    url = DataUrl.parse(text)
    assert url.selection == selection
    assert url.path in {None, "/x", "/x[y]", "/x[y]z"}
    assert url.file in {"a.h5", "/a.h5", "/a.edf"}


@pytest.mark.parametrize(
    ("text", "marked"),
    [
        ("a.h5::/x[0:y]", "[>>0:y<<]"),
        ("a.h5::/x[1,,2]", "[1,>>,<<2]"),
        ("a.h5::/x[...,1,...]", "1,>>...<<]"),
        ("a.h5::/x[0:3", ">>[0:3<<"),
        ("a.h5::/x]", "x>>]<<"),
        ("a.h5::/x[::-1]", "[>>::-1<<]"),
        ("a.h5::/\0", "/>>\0<<"),
        ("silx:?path=/x", "silx:>>?<<path"),
        ("silx:", "silx:>><<"),
        ("silx:a.h5?pth=/x", "?>>pth<<=/x"),
        ("silx:a.h5?slice=1&path=/y&slice=b", "slice=>>b<<"),
    ],
)
def test_what_is_no_url_is_marked(text, marked):
    with pytest.raises(UrlError) as caught:
        DataUrl.parse(text)
    assert marked in str(caught.value)


@given(st.text())
def test_any_text_is_a_url_or_an_error(text):
    with suppress(UrlError):
        assert str(DataUrl.parse(text)).partition("::")[0] in text


@given(
    st.lists(
        st.integers(-9, 9) | st.builds(slice, BOUNDS, BOUNDS, st.integers(1, 9)),
        min_size=1,
    )
)
def test_a_selection_is_written_as_it_is_parsed(items):
    assert parse_selection(format_selection(tuple(items))) == tuple(items)


@pytest.mark.parametrize("text", ["zip", "gzip:10", "gzip:x", "lzf:3", "zstd:0", ""])
def test_an_unknown_compression_is_refused(text):
    with pytest.raises(OptionError):
        Compression.parse(text)
