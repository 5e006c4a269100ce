"""Of curves with more points than can be drawn, no peak and no order is lost."""

import numpy as np
import pytest

pytest.importorskip("hypothesis")
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst

from beamio.view.extremes import extreme_places

_VALUES = npst.arrays(
    st.sampled_from(["f8", "f4", "i2", "u8"]).map(np.dtype),
    st.integers(0, 200),
)


@given(_VALUES, st.integers(1, 50))
def test_the_extremes_of_every_block_are_kept_in_their_order(values, size):
    places = extreme_places(values, size)
    assert (np.diff(places) > 0).all()
    for start in range(0, values.size, size):
        block = values[start : start + size]
        kept = values[places[(places >= start) & (places < start + size)]]
        finite = block[np.isfinite(block)]
        assert 1 <= kept.size <= 2
        if finite.size:
            assert kept.min() == finite.min()
            assert kept.max() == finite.max()
        else:
            assert not np.isfinite(kept).any()
