"""Profiles against SciPy's interpolation and plain sums."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from beamio.view.profile import Line, along_line, mean_of_valid

IMAGE = np.random.default_rng(3).normal(100, 20, (30, 40))
ROWS, COLUMNS = st.floats(0, 29), st.floats(0, 39)


@given(st.tuples(ROWS, COLUMNS), st.tuples(ROWS, COLUMNS))
def test_values_along_a_line_are_those_that_scipy_interpolates(start, end):
    ndimage = pytest.importorskip("scipy.ndimage")
    line = Line(start, end)
    distances, values = along_line(IMAGE, line)
    _, rows, columns = line.places()
    expected = ndimage.map_coordinates(IMAGE, [rows[0], columns[0]], order=1)
    np.testing.assert_allclose(values, expected, rtol=1e-9)
    assert distances[0] == 0
    assert distances[-1] == pytest.approx(line.length)


@given(st.integers(0, 29), st.integers(0, 39), st.integers(0, 39))
def test_a_line_along_a_row_has_exactly_its_pixels(row, first, last):
    _, values = along_line(IMAGE, Line((row, first), (row, last)))
    step = 1 if first <= last else -1
    expected = IMAGE[row, list(range(first, last + step, step))]
    assert values[: expected.size].tolist() == expected.tolist()


def test_a_wide_line_is_the_mean_across():
    _, values = along_line(IMAGE, Line((5, 10), (20, 10), width=3))
    np.testing.assert_allclose(values, IMAGE[5:21, 9:12].mean(axis=1))


def test_a_part_of_an_image_gives_what_the_whole_does():
    line = Line((3.3, 4.1), (17.8, 30.2), width=5)
    rows, columns = line.bounds(IMAGE.shape)
    part = along_line(IMAGE[rows, columns], line, (rows.start, columns.start))
    np.testing.assert_array_equal(part, along_line(IMAGE, line))


def test_invalid_pixels_are_left_out_across_and_gaps_along():
    image = IMAGE.copy()
    image[5, 10] = np.nan
    _, wide = along_line(image, Line((5, 8), (5, 12), width=3))
    assert wide[2] == pytest.approx(image[[4, 6], 10].mean())
    _, narrow = along_line(image, Line((5, 8), (5, 12)))
    assert np.isnan(narrow).tolist() == [False, False, True, False, False]


def test_outside_of_the_image_there_is_nothing():
    _, values = along_line(IMAGE, Line((0, 38), (0, 41)))
    assert np.isnan(values).tolist() == [False, False, True, True]
    assert np.isnan(mean_of_valid(np.full((2, 3), np.nan), 0)).all()
