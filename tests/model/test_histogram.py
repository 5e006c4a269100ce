"""Histograms against NumPy's, whole and in parts."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from beamio.model.histogram import Histogram

NUMBERS = arrays(
    np.float64,
    st.integers(1, 60),
    elements=st.floats(-1e12, 1e12, allow_nan=False, allow_subnormal=False),
)


def counted(histogram, values):
    """How many of the values lie in each bin, by NumPy; the last bin has no end."""
    edges = histogram.edges
    return np.histogram(values, [*edges[:-1], np.inf])[0]


@given(NUMBERS)
def test_each_value_is_counted_in_the_bin_that_it_lies_in(values):
    found = Histogram.of(values, 16)
    assert found.counts.size <= 16
    assert found.edges[0] <= values.min()
    assert values.max() < found.edges[-1]
    assert found.counts.tolist() == counted(found, values).tolist()


@given(NUMBERS, NUMBERS)
def test_parts_add_up_to_the_histogram_of_all(one, other):
    both = Histogram.of(one, 64) + Histogram.of(other, 64)
    values = np.concatenate([one, other])
    assert both.counts.sum() == values.size
    assert both.counts.tolist() == counted(both, values).tolist()


@given(arrays(np.uint16, st.integers(1, 60)))
def test_counts_of_integers_give_the_same_as_the_integers(values):
    counts = np.bincount(values, minlength=1 << 16)
    found, expected = Histogram.of_counts(counts, 0, 32), Histogram.of(values, 32)
    assert found.edges.tolist() == expected.edges.tolist()
    assert found.counts.tolist() == expected.counts.tolist()


def test_bins_of_integers_are_not_narrower_than_one():
    assert Histogram.of(np.array([3, 5])).counts.tolist() == [1, 0, 1]


def test_nothing_counted_adds_nothing():
    found = Histogram() + Histogram.of(np.array([1.5]))
    assert found.counts.tolist() == [1]
    assert Histogram().facts()["counts"] == []


@pytest.mark.parametrize("value", [0.0, 1e300, -1e300, 5e-324, 1.0000000001e9])
def test_one_value_has_one_bin(value):
    found = Histogram.of(np.array([value, value]))
    assert found.counts.tolist() == [2]
    assert found.edges[0] <= value < found.edges[1]
