"""The flat-field formula in float64, one pixel at a time and by np.interp."""

import numpy as np


def at(position, positions, images):
    """The image at a position: linear between neighbours, constant beyond them."""
    order = np.argsort(positions, kind="stable")
    places = np.asarray(positions, np.float64)[order]
    stack = np.asarray([np.asarray(images[i], np.float64) for i in order])
    result = np.empty(stack.shape[1:])
    for pixel in np.ndindex(result.shape):
        result[pixel] = np.interp(position, places, stack[(slice(None), *pixel)])
    return result


def corrected(raw, flat, dark):
    """(raw - dark) / (flat - dark), NaN where the flat is not brighter."""
    raw, flat, dark = (
        np.asarray(image).astype(np.float64) for image in (raw, flat, dark)
    )
    result = np.full(raw.shape, np.nan)
    for pixel in np.ndindex(raw.shape):
        beam = flat[pixel] - dark[pixel]
        if beam > 0:
            with np.errstate(over="ignore"):
                result[pixel] = (raw[pixel] - dark[pixel]) / beam
    return result


def assert_close(got, wanted, *, bound=5e-7):
    """Same pixels invalid, no infinity, and the others within the promised bound."""
    got = np.asarray(got, np.float64)
    assert not np.isinf(got).any()
    np.testing.assert_array_equal(np.isnan(got), np.isnan(wanted))
    error = np.abs(got - wanted) / np.maximum(1, np.abs(wanted))
    assert np.nanmax(error, initial=0) <= bound
