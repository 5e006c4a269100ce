"""Levels of an image against plain loops of NumPy."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from beamio.view.pyramid import block_means, level_shapes

SHAPES = array_shapes(min_dims=2, max_dims=2, max_side=13)
IMAGES = st.one_of(
    arrays(np.uint16, SHAPES, elements=st.sampled_from([0, 1, 7, 65534, 65535])),
    arrays(np.int16, SHAPES, elements=st.sampled_from([-32768, -1, 0, 5, 32767])),
    arrays(np.uint32, SHAPES, elements=st.sampled_from([0, 3, 2**32 - 2, 2**32 - 1])),
    arrays(
        np.float32, SHAPES, elements=st.sampled_from([0, -2.5, 1e6, np.nan, np.inf])
    ),
)


def loop(pixels, size, invalid):
    rows, columns = (-(-n // size) for n in pixels.shape)
    found = np.full((rows, columns), np.nan)
    for row, column in np.ndindex(rows, columns):
        block = pixels[row * size :, column * size :][:size, :size]
        good = block[np.isfinite(block)]
        if invalid is not None:
            good = good[good != invalid]
        if good.size:
            found[row, column] = good.astype(float).mean()
    return found.astype(np.float32)


@given(IMAGES, st.integers(1, 5))
def test_pixels_of_a_level_are_the_means_of_the_valid_ones_below(pixels, size):
    is_float = pixels.dtype.kind == "f"
    invalid = None if is_float else int(np.iinfo(pixels.dtype).max)
    found = block_means(pixels, size, invalid)
    assert found.dtype == np.float32
    np.testing.assert_allclose(found, loop(pixels, size, invalid), rtol=1e-6)


def test_one_invalid_pixel_is_no_part_of_the_mean_around_it():
    pixels = np.full((4, 4), 10, np.uint32)
    pixels[0, 0] = 2**32 - 1
    assert (block_means(pixels, 2, 2**32 - 1) == 10).all()


@pytest.mark.parametrize("shape", [(1, 1), (5000, 6000), (3, 70_000), (2049, 2048)])
def test_each_level_is_half_of_the_one_before_rounded_up(shape):
    shapes = level_shapes(shape, 1024)
    assert shapes[0] == shape
    assert max(shapes[-1]) <= 1024
    for number, found in enumerate(shapes):
        assert found == tuple(-(-n // 2**number) for n in shape)
