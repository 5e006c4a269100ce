import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from oracle.correction import assert_close, at, corrected

from beamio import (
    FlatField,
    Invalid,
    NoBeamError,
    NotAnImageError,
    OptionError,
    PositionError,
    ShapeMismatchError,
)
from beamio.engine import native
from beamio.flatfield import fused
from beamio.flatfield.reference import Reference


@pytest.fixture(autouse=True, scope="module", params=["native", "NumPy"])
def _way(request):
    with pytest.MonkeyPatch.context() as patch:
        if request.param == "NumPy":
            patch.setattr(fused, "is_available", lambda: False)
        else:
            assert native.is_available()
        yield


SHAPES = st.tuples(st.integers(1, 4), st.integers(1, 5))
INTEGERS = st.sampled_from(
    [f"{o}{k}{n}" for o in "<>" for k in "iu" for n in (1, 2, 4, 8)]
)
FLOATS = st.sampled_from([f"{o}f{n}" for o in "<>" for n in (2, 4, 8)])


def images(dtype, shape, low=None, high=None):
    if np.dtype(dtype).kind == "f":
        limit = 3e4 if np.dtype(dtype).itemsize == 2 else 1e9
        values = st.floats(-limit, limit, width=8 * np.dtype(dtype).itemsize)
        return hnp.arrays(dtype, shape, elements=values)
    if low is None:
        return hnp.arrays(dtype, shape)
    return hnp.arrays(dtype, shape, elements=st.integers(low, high))


@given(st.data(), SHAPES)
def test_every_type_follows_the_formula(data, shape):
    raw, flat, dark = (
        data.draw(images(data.draw(INTEGERS | FLOATS), shape)) for _ in range(3)
    )
    wanted = corrected(raw, flat, dark)
    if np.isnan(wanted).all():
        with pytest.raises(NoBeamError):
            FlatField(flat, dark)
        return
    if np.nanmax(np.abs(wanted)) > 1e38:
        return  # overflow has a test of its own
    assert_close(FlatField(flat, dark).apply(raw), wanted)


@given(st.data(), SHAPES, st.integers(1, 4), st.integers(1, 3))
def test_flats_and_darks_are_interpolated_by_position(data, shape, flats, darks):
    dtype = data.draw(st.sampled_from(["<u2", ">u2", "<i2", ">i2", "|u1", "<f2"]))
    places = st.integers(-50, 50)
    flat_at = data.draw(st.lists(places, min_size=flats, max_size=flats, unique=True))
    dark_at = data.draw(st.lists(places, min_size=darks, max_size=darks, unique=True))
    flat = data.draw(images(dtype, (flats, *shape), 50, 120))
    dark = data.draw(images(dtype, (darks, *shape), 0, 60))
    raw = data.draw(images(dtype, (3, *shape), 0, 120))
    position = data.draw(st.lists(places, min_size=3, max_size=3))
    if not np.isfinite([flat.max(), dark.max(), raw.max()]).all():
        return
    try:
        field = FlatField(flat, dark, flat_positions=flat_at, dark_positions=dark_at)
    except NoBeamError:
        return
    wanted = [
        corrected(image, at(place, flat_at, flat), at(place, dark_at, dark))
        for image, place in zip(raw, position, strict=True)
    ]
    # Where flat and dark all but meet, the quotient is mere rounding.
    beam = np.array([at(p, flat_at, flat) - at(p, dark_at, dark) for p in position])
    sure = ~((beam != 0) & (np.abs(beam) < 1e-3))
    got = field.apply(raw, position)
    assert_close(np.where(sure, got, 0), np.where(sure, wanted, 0))


@given(st.lists(st.integers(0, 9), min_size=1, max_size=5, unique=True), st.data())
def test_a_reference_is_what_numpy_interpolates(positions, data):
    stack = data.draw(images("<f4", (len(positions), 2, 3)))
    position = data.draw(st.floats(-3, 12))
    got = Reference.from_images(stack, positions).at(position)
    wanted = at(position, positions, stack)
    np.testing.assert_allclose(got, wanted, rtol=1e-9, atol=1e-6)


@pytest.mark.parametrize(
    ("dtype", "bound"), [("float64", 1e-15), ("float32", 6e-8), ("float16", 5e-4)]
)
def test_the_result_is_rounded_once(dtype, bound):
    rng = np.random.default_rng(1)
    raw, dark = rng.integers(0, 60000, (20, 30)), rng.integers(90, 110, (20, 30))
    flat = rng.integers(30000, 40000, (20, 30))
    got = FlatField(flat, dark, dtype=dtype).apply(raw.astype(np.uint16))
    assert got.dtype == dtype
    assert_close(got, corrected(raw, flat, dark), bound=bound)


def test_a_stack_and_its_frames_give_the_same_in_any_number_of_threads():
    rng = np.random.default_rng(2)
    raw = rng.integers(0, 60000, (7, 300, 700), dtype=np.uint16)  # several tiles
    field = FlatField([raw[0] + 9, raw[1] + 5], raw[2] // 8, flat_positions=[0, 6])
    one_by_one = [field.apply(image, i) for i, image in enumerate(raw)]
    mask = np.full(raw.shape, 77, np.uint8)
    got = field.apply(raw, range(7), threads=3, mask=mask)
    np.testing.assert_array_equal(got, one_by_one)
    np.testing.assert_array_equal(mask != 0, np.isnan(got))


def test_images_at_one_position_are_combined_before_they_are_interpolated():
    flats = np.array([10.0, 30, 20, 1000, 8, 40]).reshape(6, 1, 1)
    positions = [0, 0, 0, 10, 10, 10]
    for how, at_zero, at_ten in (("median", 20, 40), ("mean", 20, 1048 / 3)):
        field = FlatField(flats, flat_positions=positions, reduce=how)
        middle = (at_zero + at_ten) / 2
        assert field.apply(np.array([[60]]), 5).item() == pytest.approx(60 / middle)


@pytest.mark.parametrize(("fill", "value"), [("nan", np.nan), ("zero", 0), ("one", 1)])
def test_every_kind_of_invalid_pixel_is_filled_and_explained(fill, value):
    flat = np.array([[10.0, 5, np.nan, 10, 10, 10, 10]])
    dark = np.array([[0.0, 5, 0, 0, 0, 0, np.nan]])
    raw = np.array([[5.0, 5, 5, np.nan, np.inf, 9, 5]])
    hidden = np.array([[0, 0, 0, 0, 0, 1, 0]])
    bits = np.empty(raw.shape, np.uint8)
    got = FlatField(flat, dark, mask=hidden, fill=fill).apply(raw, mask=bits)
    np.testing.assert_array_equal(got, np.float32([[0.5] + 6 * [value]]))
    beam, masked = Invalid.NO_BEAM, Invalid.MASKED
    assert bits.tolist() == [[0, beam, beam, masked, masked, masked, beam]]


@pytest.mark.parametrize("dtype", ["u2", "u4", "u8", "i4", ">u4", "f4"])
def test_the_invalid_value_of_the_detector_is_left_out_everywhere(dtype):
    bad = np.iinfo(dtype).max if np.dtype(dtype).kind != "f" else -1
    flats = np.array([[[100, bad]], [[100, 200]], [[100, 200]]], dtype)
    raw = np.array([[bad, 50]], dtype)
    got = FlatField(flats, invalid=bad, reduce="mean").apply(raw)
    np.testing.assert_array_equal(got, [[np.nan, 0.25]])


@given(st.sampled_from(["float16", "float32", "float64"]), st.booleans())
def test_infinity_never_appears(dtype, log):
    raw = np.array([[1e308, -1e308, 1e39, 1e5, np.inf, -np.inf, 0.0]])
    flat = np.full(raw.shape, 1e-3)
    bits = np.empty(raw.shape, np.uint8)
    got = FlatField(flat, dtype=dtype, log=log).apply(raw, mask=bits)
    assert not np.isinf(got).any()
    np.testing.assert_array_equal(np.isnan(got), bits != 0)
    assert bits[0, 0] == Invalid.OVERFLOW
    assert bits[0, 4] == Invalid.MASKED


def test_absorption_has_a_floor_and_clipping_comes_first():
    raw, flat = np.array([[0, 50, 100, 500]]), np.full((1, 4), 100)
    plain = FlatField(flat, log=True, floor=0.01).apply(raw)
    np.testing.assert_allclose(plain, -np.log([[0.01, 0.5, 1, 5]]), rtol=1e-6)
    clipped = FlatField(flat, log=True, clip=(0.1, 1.2)).apply(raw)
    np.testing.assert_allclose(clipped, -np.log([[0.1, 0.5, 1, 1.2]]), rtol=1e-6)


def test_beam_current_scales_frames_and_flats():
    dark = np.full((1, 1), 10.0)
    flats = [dark + 200 * 0.9, dark + 200 * 0.7]  # per unit of current: 200 counts
    field = FlatField(flats, dark, flat_positions=[0, 10], flat_currents=[0.9, 0.7])
    raw = np.array([[[10 + 0.5 * 200 * 0.8]], [[10 + 0.5 * 200 * 0.3]]])
    np.testing.assert_allclose(
        field.apply(raw, [2, 7], current=[0.8, 0.3]), 0.5, rtol=1e-6
    )


def test_positions_may_be_an_array_beside_currents():
    field = FlatField(
        [2 * ONE_PIXEL, 4 * ONE_PIXEL],
        flat_positions=np.array([0.0, 10.0]),
        flat_currents=np.array([1.0, 2.0]),
    )
    np.testing.assert_allclose(field.apply(ONE_PIXEL, 3, current=1), 0.5)


ONE_PIXEL = np.ones((1, 1))


@pytest.mark.parametrize("current", [0, -1, np.nan, np.inf])
def test_a_frame_without_beam_current_is_invalid(current):
    field = FlatField(np.full((2, 2), 9), flat_currents=[2])
    bits = np.empty((2, 2), np.uint8)
    assert np.isnan(field.apply(np.ones((2, 2)), current=current, mask=bits)).all()
    assert (bits == Invalid.NO_CURRENT).all()


def test_out_is_filled_in_place():
    out = np.empty((2, 2), np.float32)
    field = FlatField(np.full((2, 2), 4))
    assert field.apply(np.ones((2, 2)), out=out) is out
    assert (out == 0.25).all()
    with pytest.raises(ShapeMismatchError):
        field.apply(np.ones((2, 2)), out=np.empty((2, 2)))


ONE = np.ones((2, 2))


WRONG = {
    "flat darker than dark": (NoBeamError, lambda: FlatField(ONE, 2 * ONE)),
    "flat without a value": (NoBeamError, lambda: FlatField(np.nan * ONE)),
    "dark of another shape": (
        ShapeMismatchError,
        lambda: FlatField(ONE, np.zeros((2, 3))),
    ),
    "mask of another shape": (
        ShapeMismatchError,
        lambda: FlatField(ONE, mask=np.zeros((3, 2))),
    ),
    "flats of two shapes": (
        ShapeMismatchError,
        lambda: FlatField([ONE, np.ones((3, 2))]),
    ),
    "raw of another shape": (
        ShapeMismatchError,
        lambda: FlatField(ONE).apply(np.ones((2, 3))),
    ),
    "too few positions": (
        PositionError,
        lambda: FlatField([ONE, ONE], flat_positions=[0]),
    ),
    "a position of NaN": (
        PositionError,
        lambda: FlatField([ONE, ONE], flat_positions=[0, np.nan]),
    ),
    "raw without position": (
        PositionError,
        lambda: FlatField([ONE, ONE], flat_positions=[0, 1]).apply(ONE),
    ),
    "positions of other frames": (
        PositionError,
        lambda: FlatField(ONE).apply(np.ones((3, 2, 2)), [1, 2]),
    ),
    "raw at infinity": (PositionError, lambda: FlatField(ONE).apply(ONE, np.inf)),
    "unknown fill": (OptionError, lambda: FlatField(ONE, fill="seven")),
    "integer result": (OptionError, lambda: FlatField(ONE, dtype="int32")),
    "no floor": (OptionError, lambda: FlatField(ONE, floor=0)),
    "clip upside down": (OptionError, lambda: FlatField(ONE, clip=(1, 0))),
    "unknown reduction": (OptionError, lambda: FlatField(ONE, reduce="mode")),
    "flat without current": (OptionError, lambda: FlatField(ONE, flat_currents=[0])),
    "current of flats only": (
        OptionError,
        lambda: FlatField(ONE, flat_currents=[1]).apply(ONE),
    ),
    "current of raw only": (
        OptionError,
        lambda: FlatField(ONE).apply(ONE, current=3),
    ),
    "too few positions with currents": (
        PositionError,
        lambda: FlatField([ONE] * 2, flat_positions=[0], flat_currents=[1, 1]),
    ),
    "dark of another shape with currents": (
        ShapeMismatchError,
        lambda: FlatField([ONE], np.zeros((3, 3)), flat_currents=[1]),
    ),
    "currents of other frames": (
        OptionError,
        lambda: FlatField(ONE, flat_currents=[1]).apply(
            np.ones((3, 2, 2)), current=[1, 2]
        ),
    ),
    "no reference current": (
        OptionError,
        lambda: FlatField(ONE, reference_current=0),
    ),
    "no threads": (OptionError, lambda: FlatField(ONE).apply(ONE, threads=0)),
    "mask of another type": (
        ShapeMismatchError,
        lambda: FlatField(ONE).apply(ONE, mask=np.zeros((2, 2), bool)),
    ),
    "boolean raw": (NotAnImageError, lambda: FlatField(ONE).apply(ONE > 0)),
    "complex flat": (NotAnImageError, lambda: FlatField(ONE.astype(complex))),
    "text": (NotAnImageError, lambda: FlatField(ONE).apply(ONE.astype(str))),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_makes_no_sense_is_refused(name):
    error, attempt = WRONG[name]
    with pytest.raises(error):
        attempt()
