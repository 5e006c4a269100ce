"""Corrections of NXtomo files, against NumPy in float64."""

import json

import h5py
import numpy as np
import pytest
from click.testing import CliRunner
from nexus import tomography
from oracle.correction import assert_close, at, corrected

import beamio
from beamio.cli import main
from beamio.nexus import NXtomo

KEYS = np.array([2, 2, 1, 1, 1, 0, 0, 0, 1, 1, 0, 3, 0, 0, 1, 1, -1, -1], np.int8)
RAW = np.flatnonzero(KEYS == 0)
SERIES = [[2, 3, 4], [8, 9], [14, 15]]
SHAPE = (len(KEYS), 5, 7)


def images(seed=0):
    random = np.random.default_rng(seed)
    found = random.integers(500, 9000, SHAPE)
    found[KEYS == 1] = random.integers(9000, 12000, SHAPE)[KEYS == 1]
    found[KEYS == 2] = random.integers(90, 110, SHAPE)[KEYS == 2]
    return found.astype("u2")


def written(path, frames, **known):
    scan = {
        "frames": frames,
        "image_key_control": KEYS,
        "rotation_angle": np.linspace(0, 180, len(KEYS)),
        "x_translation": np.arange(len(KEYS)) * 1e-3,
        "x_pixel_size": 6.5e-7,
        "y_pixel_size": 6.5e-7,
        "distance": 0.5,
        "energy": 20.0,
        "title": "a diatom",
        "sample_name": "diatom",
        "source_name": "ESRF",
        "start_time": "2026-01-01T00:00:00+00:00",
    }
    NXtomo(**{**scan, **known}).write(path)
    return path


def wanted(frames, positions=None, current=None, how=np.median):
    """Every frame divided by the flat of its own position, and each at one current."""
    frames = frames.astype(float)
    places = np.arange(len(KEYS)) if positions is None else np.asarray(positions)
    ratio = np.ones(len(KEYS)) if current is None else current
    reference = np.mean(ratio[KEYS == 1])
    dark = how(frames[KEYS == 2], axis=0)
    scaled = [
        dark + (frames[i] - dark) * reference / ratio[i] for i in range(len(KEYS))
    ]
    flats = [how([scaled[i] for i in run], axis=0) for run in SERIES]
    flat_at = [places[run].mean() for run in SERIES]
    return np.array(
        [corrected(scaled[i], at(places[i], flat_at, flats), dark) for i in RAW]
    )


def result(path, entry="entry"):
    with h5py.File(path) as file:
        return file[f"{entry}/instrument/detector/data"][()]


@pytest.mark.parametrize("how", ["median", "mean"])
def test_every_series_of_flats_lies_at_its_place_in_the_scan(tmp_path, how):
    frames = images()
    scan = written(tmp_path / "scan.nx", frames)
    report = beamio.flatfield(scan, tmp_path / "out.nx", reduce=how, dtype="float64")
    assert_close(result(tmp_path / "out.nx"), wanted(frames, how=getattr(np, how)))
    assert [one.position for one in report.flats] == [3, 8.5, 14.5]
    assert [one.images for one in report.flats] == [3, 2, 2]
    assert report.frames == len(RAW)


def test_positions_may_be_angles_times_or_any_list_of_the_scan(tmp_path):
    frames = images()
    times = np.cumsum(np.random.default_rng(1).uniform(0.5, 2, len(KEYS)))
    scan = written(tmp_path / "scan.nx", frames)
    with h5py.File(scan, "a") as file:
        file["entry/instrument/detector/time"] = times
        file["elsewhere"] = times
    for position, places in (
        ("@rotation_angle", np.linspace(0, 180, len(KEYS))),
        ("@time", times),
        ("::/elsewhere", times),
        ("index", None),
    ):
        beamio.flatfield(scan, tmp_path / "out.nx", position=position, overwrite=True)
        assert_close(result(tmp_path / "out.nx"), wanted(frames, places))


def test_series_at_the_same_angle_are_one(tmp_path):
    angles = np.zeros(len(KEYS))
    angles[RAW] = np.linspace(1, 170, len(RAW))
    scan = written(tmp_path / "scan.nx", images(), rotation_angle=angles)
    report = beamio.flatfield(scan, tmp_path / "o.nx", position="@rotation_angle")
    assert [(one.position, one.images) for one in report.flats] == [(0, 7)]


def test_the_beam_current_is_applied_unless_told(tmp_path):
    frames, current = images(), np.linspace(0.2, 0.17, len(KEYS))
    scan = written(tmp_path / "scan.nx", frames, current=current)
    beamio.flatfield(scan, tmp_path / "a.nx")
    assert_close(result(tmp_path / "a.nx"), wanted(frames, current=current))
    beamio.flatfield(scan, tmp_path / "b.nx", without_current=True)
    assert_close(result(tmp_path / "b.nx"), wanted(frames))


def test_what_a_monitor_counted_is_applied_when_asked(tmp_path):
    frames, monitor = images(), np.linspace(900.0, 1100.0, len(KEYS))
    scan = written(tmp_path / "scan.nx", frames, monitor=monitor)
    beamio.flatfield(scan, tmp_path / "a.nx")
    assert_close(result(tmp_path / "a.nx"), wanted(frames))
    beamio.flatfield(
        scan, tmp_path / "b.nx", current="@monitor", flat_current="@monitor"
    )
    assert_close(result(tmp_path / "b.nx"), wanted(frames, current=monitor))


def test_the_result_is_an_nxtomo_of_the_projections_with_their_geometry(tmp_path):
    frames = images()
    scan = written(tmp_path / "scan.nx", frames)
    with h5py.File(scan, "a") as file:
        file["entry/sample/temperature"] = 293.0
        file["entry/sample/temperature"].attrs["units"] = "K"
        file["entry/notes/operator"] = "A. Person"
        file["entry/instrument/detector/pixel_mask"] = np.zeros(SHAPE[1:], "u1")
        file["entry/instrument/detector/names"] = [f"f{i}" for i in range(len(KEYS))]
    beamio.flatfield(scan, tmp_path / "out.nx", log=True)
    read = tomography.read_by_nxtomo(tmp_path / "out.nx")
    assert_close(read.instrument.detector.data, -np.log(wanted(frames)))
    with NXtomo.read(scan) as raw, NXtomo.read(tmp_path / "out.nx") as found:
        assert (found.image_key_control == 0).all()
        for name in ("rotation_angle", "x_translation"):
            np.testing.assert_array_equal(getattr(found, name), getattr(raw, name)[RAW])
        for name in ("x_pixel_size", "distance", "energy", "title", "sample_name"):
            assert getattr(found, name) == getattr(raw, name)
    with h5py.File(tmp_path / "out.nx") as file:
        assert file["entry/definition"][()] == b"NXtomo"
        assert file["entry/sample/temperature"].attrs["units"] == "K"
        assert file["entry/notes/operator"][()] == b"A. Person"
        assert file["entry/instrument/detector/pixel_mask"].shape == SHAPE[1:]
        names = file["entry/instrument/detector/names"].asstr()[()]
        assert list(names) == [f"f{i}" for i in RAW]
        np.testing.assert_array_equal(file["entry/data/frame"][()], RAW)
        process = file["entry/flat_field"]
        assert process.attrs["NX_class"] == "NXprocess"
        assert process["parameters/log"][()]
        np.testing.assert_array_equal(process["sources/raw/frames"][()], RAW)
    with beamio.open(tmp_path / "out.nx") as file:
        assert file["entry/data"].attrs["axes"][0] == "rotation_angle"
        assert file["entry/data/data"] == file["entry/instrument/detector/data"]


def test_a_region_moves_the_rotation_axis(tmp_path):
    frames = images()
    scan = written(tmp_path / "scan.nx", frames, x_rotation_axis_pixel_position=3.5)
    beamio.flatfield(scan, tmp_path / "out.nx", region="1:4,2:6", frames="1:4")
    assert_close(result(tmp_path / "out.nx"), wanted(frames)[1:4, 1:4, 2:6])
    with NXtomo.read(tmp_path / "out.nx") as found:
        assert found.x_rotation_axis_pixel_position == 1.5
        assert len(found.rotation_angle) == 3


def test_a_corrected_scan_has_the_masks_and_the_filter_of_the_result(tmp_path):
    frames = images()
    frames[2:5, 1, 2] = 0
    frames[KEYS == 1, 1, 2] = 0
    scan = written(tmp_path / "scan.nx", frames)
    report = beamio.flatfield(scan, tmp_path / "out.nx", compression="bitshuffle-lz4")
    assert report.invalid == len(RAW)
    with h5py.File(tmp_path / "out.nx") as file:
        assert (file["entry/data/mask"][:, 1, 2] == 1).all()
    assert np.isnan(result(tmp_path / "out.nx")[:, 1, 2]).all()


def test_scans_by_esrfs_package_and_plain_ones_are_corrected(tmp_path):
    keys = np.array([2, 1, 1, 0, 0, 0, 0, 1, -1, 0], np.int8)
    frames = tomography.frames()
    frames[keys == 1] += 20000
    frames[keys == 2] //= 100
    current = np.linspace(0.2, 0.19, len(keys))
    a = tomography.by_nxtomo(tmp_path / "a.nx", frames, keys)
    b = tomography.plain(
        tmp_path / "b.nx", frames, np.where(keys < 0, 3, keys), control__data=current
    )
    with h5py.File(b, "a") as file:
        file["scan/control/data"].attrs["units"] = "A"
    for scan in (a, b):
        beamio.flatfield(scan, tmp_path / "out.nx", overwrite=True)
        entry = "entry0000" if scan is a else "scan"
        found = result(tmp_path / "out.nx", entry)
        dark = frames[0].astype(float)
        scaled = (
            dark
            + (frames - dark) * (current[keys == 1].mean() / current)[:, None, None]
        )
        flats = [np.median(scaled[[1, 2]], axis=0), scaled[7]]
        assert_close(
            found,
            [
                corrected(scaled[i], at(i, [1.5, 7], flats), dark)
                for i in np.flatnonzero(keys == 0)
            ],
        )
    read = tomography.read_by_nxtomo(tmp_path / "out.nx", "scan")
    assert len(read.sample.rotation_angle) == 5


def test_a_corrected_scan_is_not_corrected_twice_by_mistake(tmp_path):
    scan = written(tmp_path / "scan.nx", images())
    beamio.flatfield(scan, tmp_path / "out.nx")
    with pytest.raises(beamio.MissingImagesError, match="no flats"):
        beamio.flatfield(tmp_path / "out.nx", tmp_path / "twice.nx")


def test_flats_and_darks_may_lie_elsewhere(tmp_path):
    frames = images()
    flat, dark = frames[2].copy(), frames[0].copy()
    frames[KEYS > 0] = 7
    scan = written(tmp_path / "scan.nx", frames, current=np.arange(1.0, 19))
    with h5py.File(tmp_path / "more.h5", "w") as file:
        file["flat"], file["dark"] = flat, dark
    beamio.flatfield(
        scan, tmp_path / "o.nx", flats=tmp_path / "more.h5", darks=tmp_path / "more.h5"
    )
    assert_close(
        result(tmp_path / "o.nx"), [corrected(frames[i], flat, dark) for i in RAW]
    )


def test_the_dry_run_shows_the_series_and_what_is_left_out(tmp_path):
    current = np.linspace(0.2, 0.17, len(KEYS))
    scan = written(tmp_path / "scan.nx", images(), current=current)
    arguments = ["flatfield", str(scan), "--dry-run", "--json"]
    shown = CliRunner().invoke(main, arguments)
    plan = dict.fromkeys(text for _, text in json.loads(shown.stdout)["plan"])
    assert "8 frames, 5 x 7 uint16, placed by frame: 5 to 13" not in plan
    text = "\n".join(plan)
    assert "6 frames, 5 x 7 uint16, placed by frame: 5 to 13" in text
    assert "without 2 of alignment and 1 that is invalid" in text
    assert "combined by median into 3, at 3, 8.5 and 14.5" in text
    assert "control/data, for frames and flats" in text


def two_scans(path):
    written(path, images(0))
    NXtomo(frames=images(1), image_key_control=KEYS).write(f"{path}::/second")
    return path


def test_one_of_several_entries_is_chosen(tmp_path):
    scan = two_scans(tmp_path / "scan.nx")
    for source, options in ((scan, {"entry": "second"}), (f"{scan}::/second", {})):
        beamio.flatfield(source, tmp_path / "o.nx", overwrite=True, **options)
        assert_close(result(tmp_path / "o.nx", "second"), wanted(images(1)))


def test_the_stack_of_a_scan_stands_for_the_scan_unless_flats_are_named(tmp_path):
    frames = images()
    scan = written(tmp_path / "scan.nx", frames)
    stack = f"{scan}::/entry/instrument/detector/data"
    beamio.flatfield(stack, tmp_path / "a.nx")
    assert_close(result(tmp_path / "a.nx"), wanted(frames))
    beamio.flatfield(
        f"{stack}[5:8]", tmp_path / "b.h5", flats=f"{stack}[2:5]", darks=f"{stack}[0:2]"
    )
    flat, dark = np.median(frames[2:5], axis=0), np.median(frames[:2], axis=0)
    with h5py.File(tmp_path / "b.h5") as file:
        assert_close(
            file["entry/data/data"][()],
            [corrected(frames[i], flat, dark) for i in (5, 6, 7)],
        )


def without(path, key):
    keys = np.where(key == KEYS, 3, KEYS)
    return written(path, images(), image_key_control=keys)


def short_keys(path):
    written(path, images())
    with h5py.File(path, "a") as file:
        del file["entry/instrument/detector/image_key_control"]
        del file["entry/instrument/detector/image_key"]
        file["entry/instrument/detector/image_key"] = KEYS[:-1]
    return path


def no_current(path):
    current = np.full(len(KEYS), 0.2)
    current[3] = 0
    return written(path, images(), current=current)


CASES = {
    "no darks": (lambda p: without(p, 2), [], "has no darks: no frame has the"),
    "no flats": (lambda p: without(p, 1), [], "has no flats: no frame has the"),
    "no projections": (lambda p: without(p, 0), [], "has no projections"),
    "keys of another length": (short_keys, [], "17 values for 18 frames"),
    "several entries": (two_scans, [], "holds 2 scans: /entry, /second; choose one"),
    "unknown entry": (two_scans, ["--entry", "secnd"], "no NXtomo /secnd; did you"),
    "unknown quantity": (
        lambda p: written(p, images()),
        ["--position", "@rotation_angel"],
        "notes no rotation_angel for each frame; did you mean rotation_angle",
    ),
    "no beam at a flat": (no_current, [], "leave them alone with --no-current"),
    "a dataset for each frame": (
        lambda p: written(p, images()),
        ["--layout", "frames"],
        "leave out --layout frames",
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_a_mistake_is_one_line_that_says_what_would_help(tmp_path, case):
    make, options, said = CASES[case]
    scan = make(tmp_path / "scan.nx")
    output = tmp_path / "out.nx"
    ran = CliRunner().invoke(
        main, ["flatfield", str(scan), "-o", str(output), *options]
    )
    assert ran.exit_code == 1
    assert said in ran.stderr
    assert ran.stderr.count("\n") == 1
    assert not output.exists()
