"""Results stored as integers, against the same correction in float64."""

import h5py
import numpy as np
import pytest
import scans
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

import beamio
from beamio.cli import main
from beamio.demo import Simulation, write_scan
from beamio.errors import OptionError
from beamio.flatfield.integers import IntegerScale
from beamio.nexus import validate

LIMITS = st.tuples(
    st.floats(-1e6, 1e6, allow_nan=False), st.floats(1e-3, 1e6, allow_nan=False)
).map(lambda pair: (pair[0], pair[0] + pair[1]))


@pytest.fixture
def demo(tmp_path):
    write_scan(tmp_path / "scan.nx", Simulation(frames=6, rows=32, columns=48))
    return tmp_path / "scan.nx"


def told_values(path, data="entry/data"):
    """Values as NXdata says that they are to be computed; NaN for the fill value."""
    with h5py.File(path) as file:
        group = file[data]
        stored = group["data"][()]
        assert stored.dtype == np.uint16
        factor, offset = group["data_scaling_factor"][()], group["data_offset"][()]
        values = (stored.astype(float) + offset) * factor
        return np.where(stored == group["data"].attrs["_FillValue"], np.nan, values)


def in_float64(scan, path, **options):
    beamio.flatfield(scan, path, dtype="float64", **options)
    with h5py.File(path) as file:
        return file["entry/data/data"][()]


def step_of(path):
    with h5py.File(path) as file:
        return file["entry/data/data_scaling_factor"][()]


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"log": True, "floor": 1e-3},
        {"clip": (0.0, 1.5)},
        {"compression": "bitshuffle-lz4", "threads": 1},
        {"compression": "gzip", "checksum": True, "frames": "1:5:2"},
        {"limits": (-1.0, 5.0), "fill": "zero", "region": "4:30,3:40"},
    ],
    ids=["plain", "log", "clip", "compressed", "checksum", "limits"],
)
def test_integers_are_within_half_a_step_of_float64(demo, tmp_path, options):
    output = tmp_path / "out.nx"
    report = beamio.flatfield(demo, output, dtype="uint16", **options)
    rest = {name: value for name, value in options.items() if name != "limits"}
    wanted = in_float64(demo, tmp_path / "wanted.nx", **rest)
    found = told_values(output)
    assert (report.beyond, report.dtype) == (0, "uint16")
    np.testing.assert_array_equal(np.isnan(found), np.isnan(wanted))
    wrong = np.nanmax(np.abs(found - wanted))
    assert wrong <= step_of(output) / 2 * (1 + 1e-9)


def test_a_corrected_nxtomo_of_integers_is_valid_without_advice(demo, tmp_path):
    beamio.flatfield(demo, tmp_path / "out.nx", dtype="uint16")
    [entry] = validate(tmp_path / "out.nx").entries
    assert (entry.errors, entry.warnings, entry.advice) == ((), (), ())


def test_what_lies_beyond_the_limits_is_counted_and_told(demo, tmp_path):
    output = tmp_path / "out.nx"
    command = ["flatfield", str(demo), "-o", str(output), "--dtype", "uint16"]
    result = CliRunner().invoke(main, [*command, "--limits", "0.5", "0.9"])
    assert result.exit_code == 0
    wanted = in_float64(demo, tmp_path / "wanted.nx")
    step = step_of(output)
    outside = (wanted < 0.5 - step / 2) | (wanted > 0.9 + step / 2)
    with h5py.File(output) as file:
        noted = file["entry/flat_field/parameters/beyond_limits"][()]
    assert noted == np.count_nonzero(outside)
    assert f"{noted:,} pixels beyond the limits" in result.stderr
    np.testing.assert_allclose(
        told_values(output), np.clip(wanted, 0.5, 0.9), atol=step
    )


def test_groups_of_images_become_one_stack_of_integers(tmp_path):
    raw, flats, dark = scans.images()
    scan = scans.numbered(tmp_path / "scan.h5", raw, flats, dark)
    beamio.flatfield(scan, tmp_path / "out.h5", dtype="uint16", limits=(0, 8))
    wanted = in_float64(scan, tmp_path / "wanted.h5").clip(0, 8)
    step = step_of(tmp_path / "out.h5")
    np.testing.assert_allclose(
        told_values(tmp_path / "out.h5"), wanted, atol=step / 2 * (1 + 1e-9), rtol=0
    )


def test_the_attributes_tell_the_same_as_netcdf_has_it(demo, tmp_path):
    output = tmp_path / "out.nx"
    beamio.flatfield(demo, output, dtype="uint16")
    with h5py.File(output) as file:
        data = file["entry/instrument/detector/data"]
        factor, added, mark = (
            data.attrs[name] for name in ("scale_factor", "add_offset", "_FillValue")
        )
        stored = data[()]
    values = np.where(stored == mark, np.nan, stored * factor + added)
    np.testing.assert_allclose(values, told_values(output), atol=1e-12)


def test_what_is_told_of_the_integers_of_raw_frames_is_not_told_of_the_result(
    demo, tmp_path
):
    with h5py.File(demo, "a") as file:
        file["entry/data/data_scaling_factor"] = 0.5
        file["entry/data/data_offset"] = 3.0
    beamio.flatfield(demo, tmp_path / "out.nx")
    with h5py.File(tmp_path / "out.nx") as file:
        assert not {"data_scaling_factor", "data_offset"} & set(file["entry/data"])


@pytest.mark.parametrize(
    ("options", "word"),
    [
        ({"limits": (0, 1)}, "--dtype uint16"),
        ({"dtype": "uint16", "limits": (1, 0)}, "higher"),
        ({"dtype": "uint16", "limits": (0, float("inf"))}, "higher"),
        ({"dtype": "uint16", "limits": (0, float("nan"))}, "higher"),
        ({"dtype": "uint16", "limits": (1, 1 + 1e-320)}, "higher"),
        ({"dtype": "uint16", "limits": (0, 5e-324)}, "no steps"),
        ({"dtype": "uint16", "limits": (1, 2, 3)}, "two"),
        ({"dtype": "uint16", "layout": "frames"}, "one stack"),
        ({"dtype": "uint16", "log": True, "clip": (-2, -1)}, "higher"),
        ({"dtype": "int3"}, "one of"),
    ],
)
def test_limits_that_make_no_sense_are_refused(options, word):
    with pytest.raises(OptionError, match=word):
        beamio.flatfield("none.h5", "out.h5", **options)


@given(LIMITS, st.lists(st.floats(0, 1), min_size=1, max_size=20))
def test_every_value_between_the_limits_comes_back_within_half_a_step(limits, parts):
    scale = IntegerScale(*limits)
    low, high = limits
    values = low + (high - low) * np.asarray(parts)
    stored, beyond = scale.store(values)
    assert beyond == 0
    rounding = 4 * np.spacing(max(abs(low), abs(high)))
    assert np.abs(scale.values(stored) - values).max() <= scale.factor / 2 + rounding


@given(st.floats(allow_nan=False, allow_infinity=True, width=64))
def test_no_value_becomes_the_mark_of_invalid_pixels(value):
    stored, beyond = IntegerScale(0.0, 1.0).store(np.array([value]))
    assert stored[0] != 65535
    assert beyond == (
        not -0.5 <= round(value * 65534) <= 65534 if abs(value) < 2 else 1
    )
