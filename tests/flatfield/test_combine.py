import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from beamio import OptionError
from beamio.flatfield.combine import combine

STACKS = hnp.arrays(
    "<f8",
    st.tuples(st.integers(1, 9), st.integers(1, 3), st.integers(1, 3)),
    elements=st.floats(-1e6, 1e6) | st.just(np.nan),
)


def clipped_mean(values, sigma):
    values = values[~np.isnan(values)]
    if values.size == 0:
        return np.nan
    centre = np.median(values)
    spread = 1.4826 * np.median(np.abs(values - centre))
    if spread == 0:
        spread = np.sqrt(np.mean((values - centre) ** 2))
    return values[np.abs(values - centre) <= sigma * spread].mean()


@given(STACKS, st.sampled_from(["median", "mean", "sigma-clip"]))
def test_each_pixel_is_combined_by_itself(stack, how):
    got = combine(stack, how, sigma=2.5)
    for pixel in np.ndindex(stack.shape[1:]):
        values = stack[(slice(None), *pixel)]
        there = values[~np.isnan(values)]
        wanted = {
            "median": lambda: np.median(there) if there.size else np.nan,  # noqa: B023
            "mean": lambda: there.mean() if there.size else np.nan,  # noqa: B023
            "sigma-clip": lambda: clipped_mean(values, 2.5),  # noqa: B023
        }[how]()
        if how == "sigma-clip" and len(stack) == 1:
            wanted = values[0]
        assert got[pixel] == pytest.approx(wanted, nan_ok=True, rel=1e-9, abs=1e-6)


@pytest.mark.parametrize("count", range(1, 14))
def test_the_exchanges_sort(count):
    """By the zero-one principle it is enough to sort every pattern of two values."""
    from beamio.flatfield.combine import _exchanges

    patterns = (np.arange(2**count)[:, None] >> np.arange(count)) & 1
    for low, high in _exchanges(count):
        assert low < high
        patterns[:, [low, high]] = np.sort(patterns[:, [low, high]], axis=1)
    assert (np.diff(patterns, axis=1) >= 0).all()


@given(st.data(), st.integers(1, 12))
def test_the_median_of_every_type_is_numpys(data, count):
    kinds = [f"{o}{k}{n}" for o in "<>" for k in "iu" for n in (1, 2, 4, 8)]
    dtype = data.draw(st.sampled_from([*kinds, "<f2", ">f4", "<f8"]))
    finite = {"allow_nan": False, "allow_infinity": False}
    elements = {"elements": finite} if np.dtype(dtype).kind == "f" else {}
    stack = data.draw(hnp.arrays(dtype, (count, 2, 3), **elements))
    with np.errstate(over="ignore"):
        wanted = np.median(stack.astype(np.float64), axis=0)
        np.testing.assert_array_equal(combine(stack), wanted)


@pytest.mark.parametrize("images", [4, 7, 10])
def test_one_hit_of_cosmic_radiation_does_not_survive_the_clipping(images):
    stack = np.random.default_rng(0).normal(1000, 5, (images, 8, 8))
    stack[1, 3, 3] = 60000
    assert abs(combine(stack, "sigma-clip")[3, 3] - 1000) < 20


def test_the_stack_is_left_alone():
    stack = np.array([1.0, np.nan, 900, 2, 3]).reshape(5, 1, 1)
    before = stack.copy()
    for how in ("median", "mean", "sigma-clip"):
        combine(stack, how)
    np.testing.assert_array_equal(stack, before)


@pytest.mark.parametrize(
    ("how", "sigma"), [("mode", 3), ("sigma-clip", 0), ("mean", -1)]
)
def test_an_unknown_way_is_refused(how, sigma):
    with pytest.raises(OptionError):
        combine(np.ones((2, 1, 1)), how, sigma=sigma)
