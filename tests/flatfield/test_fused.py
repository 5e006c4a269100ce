"""The native loop gives what NumPy gives, and finds the same pixels invalid."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from beamio import FlatField, Invalid
from beamio.flatfield import fused
from beamio.flatfield.correction import Correction
from beamio.flatfield.invalid import Tally

STRAIGHT = ["|u1", "<u2", "<u4", "<i4", "<f4"]
OTHERS = ["|i1", "<i2", "<i8", "<u8", "<f8", ">u2", ">i2", ">u4", ">i8", ">f4", ">f8"]
SIGNS = st.integers(-1, 1)
EDGES = [0.0, -0.0, 1.0, 5e-324, 1e-310, 1e-40, 1e38, 1e300, -1e300, np.nan, np.inf]


def in_both_ways(field, raw, positions, **options):
    """What native code and NumPy make of raw: pixels, masks, tallies."""
    results = []
    for way in (True, False):
        out, mask = np.empty(raw.shape, field.dtype), np.full(raw.shape, 77, np.uint8)
        with pytest.MonkeyPatch.context() as patch:
            if way:
                patch.delattr(Correction, "fill_frame")  # not used
            else:
                patch.setattr(fused, "is_available", lambda: False)
            tallies = field.apply_into(
                raw, positions, out=out, mask=mask, threads=2, **options
            )
        results.append((out, mask, tallies))
    return results


def assert_alike(field, raw, positions, **options):
    native, by_numpy = in_both_ways(field, raw, positions, **options)
    np.testing.assert_array_equal(native[1], by_numpy[1])
    assert native[2] == by_numpy[2] == [Tally.of(mask) for mask in native[1]]
    if field.log:  # logarithms of two libraries
        epsilon = np.finfo(field.dtype).eps
        np.testing.assert_allclose(native[0], by_numpy[0], rtol=2 * epsilon, atol=0)
    else:
        np.testing.assert_array_equal(native[0], by_numpy[0])
    return native


def raw_frames(dtype, shape):
    if np.dtype(dtype).kind != "f":
        return hnp.arrays(dtype, shape)
    wide = st.floats(width=8 * np.dtype(dtype).itemsize)
    return hnp.arrays(dtype, shape, elements=wide | st.sampled_from([0.0, 1.0, 7.5]))


def references(shape):
    counts = st.floats(0, 7e4) | st.integers(0, 300).map(float)
    return hnp.arrays("f8", shape, elements=counts | st.sampled_from(EDGES))


@settings(max_examples=300)
@given(st.data(), st.sampled_from(STRAIGHT + OTHERS))
def test_it_gives_what_numpy_gives(data, dtype):
    shape = data.draw(st.tuples(st.integers(1, 3), st.integers(1, 50)))
    flats, darks, frames = (data.draw(st.integers(1, 3)) for _ in range(3))
    raw = data.draw(raw_frames(dtype, (frames, *shape)))
    low = data.draw(st.floats(0, 1))
    flat = data.draw(references((flats, *shape)))
    flat[0, 0, 0], dark = 54321.5, data.draw(references((darks, *shape)))
    dark[:, 0, 0] = 1.0
    invalid = data.draw(st.none() | st.sampled_from([*raw.ravel().tolist(), 7, 0.5]))
    if invalid == 1:
        invalid = 2  # there is beam somewhere
    field = FlatField(
        flat,
        dark,
        flat_positions=range(flats),
        dark_positions=range(darks),
        reference_current=data.draw(st.none() | st.floats(0.1, 10)),
        mask=data.draw(
            st.none() | hnp.arrays("i2", shape, elements=st.integers(-1, 1))
        ),
        invalid=invalid,
        fill=data.draw(st.sampled_from(["nan", "zero", "one"])),
        clip=data.draw(st.none() | st.just((low, low + 1))),
        log=data.draw(st.booleans()),
        floor=data.draw(st.sampled_from([1e-6, 0.5, 1e-300])),
        dtype=data.draw(st.sampled_from(["f4", "f8"])),
    )
    positions = data.draw(st.lists(st.floats(-1, 4), min_size=frames, max_size=frames))
    currents = data.draw(
        st.lists(
            st.floats(0.1, 10) | st.sampled_from([0, -1, np.nan, 1e-320]),
            min_size=frames,
            max_size=frames,
        )
    )
    options = {} if field.reference_current is None else {"current": currents}
    assert_alike(field, raw, positions, **options)


@pytest.mark.parametrize("dtype", STRAIGHT + OTHERS)
def test_many_pixels_and_few_that_are_invalid(dtype):
    rng = np.random.default_rng(5)
    shape = (3, 170, 211)  # several tiles, and a part of one
    raw = rng.integers(0, 120, shape).astype(dtype)
    dark, flat = rng.normal(10, 3, shape[1:]), rng.normal(90, 9, (2, *shape[1:]))
    flat[:, 100, 7] = 0
    field = FlatField(flat, dark, flat_positions=[0, 2])
    _, mask, tallies = assert_alike(field, raw, [0, 0.7, 2])
    assert [tally.pixels for tally in tallies] == [1, 1, 1]
    assert (mask[:, 100, 7] == Invalid.NO_BEAM).all()


@given(st.floats(1e-300, 1e300))
def test_logarithms_are_those_of_numpy(transmission):
    field = FlatField(np.ones((1, 9)), log=True, floor=1e-307, dtype="f8")
    near = transmission * (1 + np.arange(9.0).reshape(1, 9) / 7)
    got = field.apply(near)
    np.testing.assert_allclose(got, -np.log(near), rtol=4e-16, atol=0)


@pytest.mark.parametrize("value", [2**53, 2**53 + 1, 2.0**60, 2**64 - 1])
def test_a_mark_of_64_bits_is_no_other_number(value):
    numbers = [2**53 - 1, 2**53, 2**53 + 1, 2**60, 2**60 + 1, 2**64 - 1, 2**64 - 2]
    raw = np.array([numbers], np.uint64)
    field = FlatField(np.ones(raw.shape), invalid=value)
    wanted = raw == value
    np.testing.assert_array_equal(np.isnan(field.apply(raw)), wanted)


def odd_arrays():
    rng = np.random.default_rng(3)
    raw = rng.integers(0, 100, (4, 6, 8)).astype("f4")
    padded = np.zeros((4, 6, 9), "f4")
    unaligned = np.zeros(raw.nbytes + 1, np.uint8)[1:].view("f4").reshape(raw.shape)
    unaligned[...] = raw
    padded[:, :, :8] = raw
    return {
        "columns": np.asfortranarray(raw),
        "every second": np.repeat(raw, 2, axis=0)[::2],
        "part of rows": padded[:, :, :8],
        "unaligned": unaligned,
        "float16": raw.astype("f2"),
        "long double": raw.astype(np.longdouble),
    }


@pytest.mark.parametrize("name", odd_arrays())
def test_whatever_memory_raw_lies_in(name):
    odd = odd_arrays()[name]
    field = FlatField(np.full((6, 8), 90.0), np.full((6, 8), 4))
    wanted = field.apply(np.ascontiguousarray(odd, "f4"))
    out = np.empty((4, 6, 9), "f4")[:, :, :8]
    assert field.apply(odd, out=out) is out
    np.testing.assert_array_equal(out, wanted)
    np.testing.assert_array_equal(field.apply(odd), wanted)


def test_raw_may_be_corrected_in_place():
    raw = np.arange(24, dtype="f4").reshape(4, 6)
    field = FlatField(np.full((4, 6), 90.0), np.full((4, 6), 4))
    wanted = field.apply(raw)
    assert field.apply(raw, out=raw) is raw
    np.testing.assert_array_equal(raw, wanted)


@pytest.mark.parametrize("images", ["flats", "darks"])
def test_references_in_any_memory(images):
    rng = np.random.default_rng(4)
    given = {
        "flats": rng.uniform(50, 90, (6, 8)),
        "darks": rng.uniform(0, 9, (6, 8)),
    }
    wanted = FlatField(**given).apply(np.full((6, 8), 40))
    given[images] = np.asfortranarray(given[images])
    got = FlatField(**given).apply(np.full((6, 8), 40))
    np.testing.assert_array_equal(got, wanted)
