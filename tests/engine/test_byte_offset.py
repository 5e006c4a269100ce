"""The byte offsets of CBF frames, against fabio and in both directions."""

import os
from contextlib import contextmanager

import numpy as np
import pytest
from fabio.compression import compByteOffset, decByteOffset
from fabio.ext.byte_offset import dec_cbf
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from beamio.engine import native
from beamio.engine.byte_offset import byte_offset_layout, decode_frame, encode_frames
from beamio.engine.native import OpenFile, Selected, read
from beamio.errors import CorruptChunkError, DamagedFileError, OptionError

DTYPES = [np.dtype(f"<{kind}{size}") for kind in "iu" for size in (1, 2, 4, 8)]
LEAST = -(2**31)


@st.composite
def frames(draw):
    """int32 frames: mostly differences of a byte, some that take two or four."""
    shape = draw(st.tuples(st.integers(1, 9), st.integers(1, 99)))
    rng = np.random.default_rng(draw(st.integers(0, 1000)))
    size = shape[0] * shape[1]
    deltas = rng.integers(-127, 128, size)
    for share, most in zip(
        draw(st.tuples(*[st.sampled_from([0, 0.01, 0.3])] * 2)), (15, 31), strict=True
    ):
        jumps = rng.random(size) < share
        deltas[jumps] = rng.integers(-(2**most), 2**most, size)[jumps]
    edges = draw(st.lists(st.sampled_from([-128, 128, -32768, 32768, LEAST])))
    deltas[: len(edges)] = edges[:size]
    return np.cumsum(deltas).astype(np.int32).reshape(shape)


def encoded(frame):
    """The bytes of one frame."""
    found = []
    encode_frames(
        frame[None], lambda i, data: found.append((i, bytes(data))), threads=1
    )
    [(number, data)] = found
    assert number == 0
    return data


@contextmanager
def stored(path, shape, dtype, places):
    """Frames at offsets and lengths in one file."""
    descriptor = os.open(path, os.O_RDONLY)
    picks = [(0, 1, length) for length in shape]
    try:
        yield [
            Selected(
                byte_offset_layout(shape, dtype, offset=offset, length=length),
                [OpenFile(descriptor, str(path))],
                picks,
                f"{path} (image {i})",
            )
            for i, (offset, length) in enumerate(places)
        ]
    finally:
        os.close(descriptor)


@given(frame=frames())
def test_what_fabio_wrote_is_decoded(frame):
    # fabio writes 0 for a difference of the least number.
    if (np.diff(frame.ravel(), prepend=np.int32(0)) == LEAST).any():
        return
    data = compByteOffset(frame)
    assert encoded(frame) == data
    decoded = decode_frame(data, frame.shape, frame.dtype, place="frame")
    np.testing.assert_array_equal(decoded, frame)


@given(frame=frames())
def test_what_is_encoded_is_read_by_fabio(frame):
    data = encoded(frame)
    decoded = dec_cbf(data, frame.size)
    np.testing.assert_array_equal(np.asarray(decoded).astype(np.int32), frame.ravel())
    if (np.diff(frame.ravel(), prepend=np.int32(0)) != LEAST).all():
        decoded = decByteOffset(data, frame.size, "int32")
        np.testing.assert_array_equal(decoded, frame.ravel())


@pytest.mark.parametrize("dtype", DTYPES, ids=str)
@given(data=st.data())
def test_every_integer_comes_back_and_is_read_by_fabio(dtype, data):
    frame = data.draw(arrays(dtype, st.tuples(st.integers(1, 4), st.integers(1, 20))))
    stream = encoded(frame)
    decoded = decode_frame(stream, frame.shape, dtype, place="frame")
    np.testing.assert_array_equal(decoded, frame)
    theirs = np.asarray(dec_cbf(stream, frame.size)).astype(dtype)
    np.testing.assert_array_equal(theirs, frame.ravel())


@pytest.mark.parametrize("dtype", [t for t in DTYPES if t.itemsize < 4], ids=str)
@given(data=st.data())
def test_small_integers_are_encoded_as_fabio_does(dtype, data):
    frame = data.draw(arrays(dtype, st.tuples(st.integers(1, 4), st.integers(1, 20))))
    assert encoded(frame) == compByteOffset(frame)


@given(frame=frames(), data=st.data())
def test_a_stream_that_is_cut_short_is_an_error(frame, data):
    stream = encoded(frame)
    length = data.draw(st.integers(0, len(stream) - 1))
    with pytest.raises(CorruptChunkError, match=rf"frame: .* of {frame.size} pixels;"):
        decode_frame(stream[:length], frame.shape, frame.dtype, place="frame")


@given(frame=frames(), more=st.binary(min_size=1, max_size=40))
def test_a_stream_that_goes_on_is_an_error(frame, more):
    stream = encoded(frame) + more
    with pytest.raises(CorruptChunkError, match=f"has {len(more)} bytes more than"):
        decode_frame(stream, frame.shape, frame.dtype, place="frame")


@given(
    data=st.lists(
        st.binary(max_size=9) | st.sampled_from([b"\x80", b"\x80\0\x80", b"\0" * 20])
    ).map(b"".join),
    dtype=st.sampled_from(DTYPES),
    size=st.integers(1, 99),
)
def test_whatever_is_decoded_from_garbage_is_what_fabio_decodes(data, dtype, size):
    try:
        decoded = decode_frame(data, (1, size), dtype, place="garbage")
    except CorruptChunkError:
        return
    wanted = np.asarray(dec_cbf(data, size)).astype(dtype)
    np.testing.assert_array_equal(decoded[0], wanted)


def test_garbage_of_one_byte_a_pixel_is_decoded():
    data = bytes(byte for byte in range(256) if byte != 0x80)
    decoded = decode_frame(data, (1, 255), np.dtype("<i4"), place="garbage")
    np.testing.assert_array_equal(decoded[0], decByteOffset(data, 255, "int32"))


def test_twenty_frames_are_decoded_in_threads(tmp_path):
    rng = np.random.default_rng(0)
    shape = (195, 487)
    wanted = rng.poisson(20, (20, *shape)).astype(np.int32)
    wanted[:, 50, 60:80] = 1 << 20
    streams = [compByteOffset(frame) for frame in wanted]
    ends = np.cumsum([len(stream) for stream in streams])
    places = [
        (100 + end - len(s), len(s)) for end, s in zip(ends, streams, strict=True)
    ]
    path = tmp_path / "frames.bin"
    path.write_bytes(bytes(100) + b"".join(streams))
    found = np.empty_like(wanted)
    with stored(path, shape, wanted.dtype, places) as sources:
        jobs = [source.into(out) for source, out in zip(sources, found, strict=True)]
        read(jobs, threads=3)
    np.testing.assert_array_equal(found, wanted)


def test_a_part_of_a_frame_is_read(tmp_path):
    frame = np.arange(600, dtype=np.int32).reshape(20, 30) ** 2
    data = compByteOffset(frame)
    path = tmp_path / "frame.bin"
    path.write_bytes(data)
    found = np.empty((5, 4), np.int32)
    with stored(path, frame.shape, frame.dtype, [(0, len(data))]) as [source]:
        picks = [(3, 2, 5), (10, 5, 4)]
        part = Selected(source.layout, source.files, picks, source.place)
        read([part.into(found)], threads=1)
    np.testing.assert_array_equal(found, frame[3:13:2, 10:30:5])


def test_an_error_names_the_frame_of_many(tmp_path):
    frame = np.arange(600, dtype=np.int32).reshape(20, 30)
    data = compByteOffset(frame)
    path = tmp_path / "frames.bin"
    path.write_bytes(data * 3)
    out = np.empty((3, *frame.shape), np.int32)
    places = [(0, len(data)), (len(data), len(data) - 7), (2 * len(data), len(data))]
    with stored(path, frame.shape, frame.dtype, places) as sources:
        jobs = [source.into(each) for source, each in zip(sources, out, strict=True)]
        with pytest.raises(CorruptChunkError, match=r"593 of 600 pixels") as caught:
            read(jobs, threads=2)
    assert caught.value.place == f"{path} (image 1)"
    places = [(len(data), len(data)), (2 * len(data) + 1, len(data))]
    with stored(path, frame.shape, frame.dtype, places) as sources:
        jobs = [source.into(each) for source, each in zip(sources, out, strict=False)]
        with pytest.raises(DamagedFileError, match="cut short") as cut:
            read(jobs, threads=2)
    assert cut.value.place == f"{path} (image 1)"


def test_a_stream_far_longer_than_its_frame_is_an_error_before_it_is_read(tmp_path):
    path = tmp_path / "frame.bin"
    path.write_bytes(b"")
    out = np.empty((2, 3), np.int32)
    with (
        stored(path, out.shape, out.dtype, [(0, 1 << 40)]) as [source],
        pytest.raises(CorruptChunkError, match="has 1099511627776 bytes for 24"),
    ):
        read([source.into(out)], threads=1)


def test_frames_of_the_longest_pixels_are_read(tmp_path):
    frame = np.zeros((100, 200), np.int32)
    frame[:, ::2] = LEAST
    data = encoded(frame)
    assert len(data) == 15 * frame.size
    path = tmp_path / "frame.bin"
    path.write_bytes(data)
    found = np.empty_like(frame)
    with stored(path, frame.shape, frame.dtype, [(0, len(data))]) as [source]:
        read([source.into(found)], threads=1)
    np.testing.assert_array_equal(found, frame)


def test_many_frames_are_encoded_in_order():
    stack = np.random.default_rng(0).poisson(9, (20, 64, 65)).astype(">u4")
    found = []
    encode_frames(stack, lambda i, data: found.append((i, bytes(data))), threads=3)
    assert found == [(i, compByteOffset(f.astype("<u4"))) for i, f in enumerate(stack)]


@given(frame=frames())
def test_frames_are_encoded_without_the_native_module(frame):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(native, "_native", None)
        data = encoded(frame)
        assert decode_frame(data, frame.shape, frame.dtype, place="frame") is None
        assert byte_offset_layout(frame.shape, frame.dtype, offset=0, length=9) is None
    decoded = decode_frame(data, frame.shape, frame.dtype, place="frame")
    np.testing.assert_array_equal(decoded, frame)


@pytest.mark.parametrize("dtype", ["<f4", ">i4", "?", "<c8"])
def test_other_pixels_are_left_to_fabio(dtype):
    dtype = np.dtype(dtype)
    assert byte_offset_layout((2, 3), dtype, offset=0, length=6) is None
    assert decode_frame(b"", (2, 3), dtype, place="frame") is None


def test_floats_are_not_encoded():
    with pytest.raises(OptionError, match="for integers, not float32"):
        encode_frames(np.zeros((1, 2, 3), np.float32), lambda *_: None, threads=1)
