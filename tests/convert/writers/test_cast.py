import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from beamio.convert.writers.cast import Cast
from beamio.errors import OptionError

TYPES = ["?", "u1", "u2", "u4", "u8", "i1", "i2", "i4", "i8", "f2", "f4", "f8", "c8"]
dtypes = st.sampled_from(TYPES).map(np.dtype)


def as_python(value):
    """A number that Python compares exactly, whatever its type."""
    value = value.item()
    is_real = isinstance(value, complex) and value.imag == 0
    return value.real if is_real else value


def is_same(before, after):
    return before == after or (before != before and after != after)  # noqa: PLR0124 (NaN)


@given(dtypes.flatmap(lambda d: hnp.arrays(d, 1)), dtypes)
def test_a_value_is_kept_or_refused(values, after):
    cast = Cast(values.dtype, after)
    before = as_python(values[0])
    try:
        found = cast(values, "here")
    except OptionError:
        with np.errstate(all="ignore"):
            unsafe = Cast(values.dtype, after, is_unsafe=True)(values, "here")
        # Refused for a reason: the exact value is not what comes out.
        is_complex = isinstance(before, complex)
        exact = not is_complex and is_same(before, as_python(unsafe[0]))
        assert not exact or _is_bound(before, after)
        return
    assert found.dtype == after
    assert is_same(before, as_python(found[0])) or isinstance(before, complex)


def _is_bound(value, dtype):
    """Whether an integer lies where floats no longer tell it from its neighbours."""
    return dtype.kind in "fc" and abs(value) >= 2**53


@pytest.mark.parametrize(
    ("value", "before", "after"),
    [
        (2.0**64, "f8", "u8"),
        (2.0**63, "f8", "i8"),
        (2**63 - 1, "i8", "f8"),
        (2**63, "u8", "i8"),
        (-1, "i8", "u8"),
        (np.nan, "f4", "i4"),
        (1 + 1j, "c8", "f4"),
        (1e300, "f8", "f4"),
        (-np.inf, "f2", "i4"),
        (np.inf, "f2", "u8"),
        (2, "u1", "?"),
    ],
)
def test_what_would_wrap_or_round_is_refused(value, before, after):
    values = np.array([value], before)
    with pytest.raises(OptionError, match="here"):
        Cast(values.dtype, np.dtype(after))(values, "here")
