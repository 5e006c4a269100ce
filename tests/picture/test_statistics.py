import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from beamio.model.statistics import Statistics

KINDS = st.sampled_from(["u1", "<u2", ">u2", "i4", "<f4", ">f8"])


@given(
    hnp.arrays(
        KINDS, st.integers(0, 40), elements={"allow_nan": True, "allow_infinity": True}
    ),
    st.integers(0, 40),
)
def test_statistics_are_those_of_numpy_however_the_values_are_parted(values, cut):
    found = Statistics.of(values[:cut]) + Statistics.of(values[cut:])
    finite = values[np.isfinite(values)].astype(np.float64)
    assert found.count == values.size
    assert found.finite == finite.size
    if values.dtype.kind == "f":
        assert found.missing == np.isnan(values).sum()
        assert found.infinite == np.isinf(values).sum()
        assert found.saturated is None
    else:
        assert found.saturated == (values == np.iinfo(values.dtype).max).sum()
    if finite.size and np.abs(finite).max() < 1e100:
        scale = np.abs(finite).max()
        assert (found.minimum, found.maximum) == (finite.min(), finite.max())
        assert found.mean == pytest.approx(finite.mean(), abs=1e-9 * scale)
        assert found.deviation == pytest.approx(finite.std(), abs=1e-6 * scale)


def test_of_nothing_there_are_no_numbers():
    facts = Statistics.of(np.full(3, np.nan)).facts()
    assert (facts["min"], facts["mean"], facts["nan"]) == (None, None, 3)
