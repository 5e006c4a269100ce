"""Chunks suit frames: within bounds, never larger than what is there or may come."""

from math import prod

import pytest
from hypothesis import given
from hypothesis import strategies as st

from beamio.model import chunk_shape
from beamio.model.chunks import FRAME, GROUP, GROWTH

lengths = st.integers(0, 40) | st.integers(0, 5000) | st.integers(0, 10**7)
shapes = st.lists(lengths, min_size=1, max_size=6)
itemsizes = st.sampled_from([0, 1, 2, 4, 8, 16, 100, 10**7])


@st.composite
def growing(draw):
    """A shape, and the lengths to which it may grow."""
    shape = draw(shapes)
    return shape, [
        draw(st.sampled_from([length, None]) | st.integers(length, 2 * length + 9))
        for length in shape
    ]


@given(growing(), itemsizes, st.booleans())
def test_a_chunk_is_within_the_dataset_and_the_bounds(grows, itemsize, grouped):
    shape, maxshape = grows
    chunks = chunk_shape(shape, itemsize, maxshape=maxshape, grouped=grouped)
    assert len(chunks) == len(shape)
    assert min(chunks) >= 1
    for chunk, length, limit in zip(chunks, shape, maxshape, strict=True):
        if limit == length:
            assert chunk <= max(length, 1)
        elif limit is None:
            assert chunk <= max(length, GROWTH)
        else:
            assert chunk <= max(limit, 1)
    most = FRAME if len(shape) > 1 else GROUP
    assert prod(chunks) * itemsize <= max(most, itemsize)


@given(shapes, itemsizes)
def test_rows_are_whole_unless_one_is_too_long(shape, itemsize):
    chunks = chunk_shape(shape, itemsize)
    for axis in range(1, len(shape)):
        if chunks[axis] < max(shape[axis], 1):  # then nothing is grouped before it
            assert set(chunks[:axis]) <= {1}


@given(shapes.filter(lambda shape: len(shape) > 1), itemsizes)
def test_a_chunk_that_is_not_grouped_is_of_one_frame(shape, itemsize):
    assert set(chunk_shape(shape, itemsize, grouped=False)[:-2]) <= {1}


@given(shapes.filter(all), st.sampled_from([1, 2, 4, 8]))
def test_chunks_are_no_smaller_than_they_need_be(shape, itemsize):
    chunks = chunk_shape(shape, itemsize)
    if chunks != tuple(shape):
        assert prod(chunks) * itemsize > GROUP / 4


FRAMES = [
    ((64, 2048, 2048), 2, (1, 1024, 2048)),
    ((100, 1024, 1024), 2, (1, 1024, 1024)),
    ((1000, 2167, 2070), 4, (1, 434, 2070)),
    ((1000, 514, 1030), 2, (1, 514, 1030)),
    ((30, 40, 256, 256), 2, (1, 8, 256, 256)),
    ((1000, 128), 4, (1000, 128)),
    ((10**7,), 8, (129871,)),
    ((2000, 2000, 3), 1, (167, 2000, 3)),
    ((1, 1, 1), 8, (1, 1, 1)),
]


@pytest.mark.parametrize(("shape", "itemsize", "wanted"), FRAMES)
def test_chunks_of_what_detectors_write(shape, itemsize, wanted):
    assert chunk_shape(shape, itemsize) == wanted


def test_an_axis_that_grows_is_not_filled_far_ahead():
    assert chunk_shape((0,), 8, maxshape=(None,)) == (8192,)
    assert chunk_shape((0, 4096, 4096), 4, maxshape=(None, 4096, 4096))[0] == 1
    assert chunk_shape((0, 3), 8, maxshape=(100, 3)) == (100, 3)
