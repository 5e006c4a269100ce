"""Combined flats and darks that are kept, and shared with ESRF's tomoscan."""

import h5py
import numpy as np
import pytest
import scans
from click.testing import CliRunner

import beamio
from beamio.cli import main
from beamio.nexus import NXtomo

tomoscan = pytest.importorskip("tomoscan.esrf.scan.nxtomoscan")

KEYS = np.array([2, 2, 2, 1, 1, 1, 0, 0, 0, 1, 1, 1, 0, 0, 1, 1, 1], np.int8)
SERIES = {3: [3, 4, 5], 9: [9, 10, 11], 14: [14, 15, 16]}
CURRENT = np.linspace(0.2, 0.18, len(KEYS))


def images(seed=0):
    random = np.random.default_rng(seed)
    low, high = np.choose(KEYS, [500, 9000, 90]), np.choose(KEYS, [9000, 12000, 110])
    shape = (len(KEYS), 5, 7)
    return random.integers(low[:, None, None], high[:, None, None], shape).astype("u2")


def written(path, frames, **known):
    scan = {
        "frames": frames,
        "image_key_control": KEYS,
        "rotation_angle": np.linspace(0, 180, len(KEYS)),
        "current": CURRENT,
        "count_time": 0.1,
        "x_pixel_size": 6.5e-7,
        "energy": 20.0,
    }
    NXtomo(**{**scan, **known}).write(path)
    return path


def result(path):
    with h5py.File(path) as file:
        return file["entry/data/data"][()]


def scan_of_tomoscan(path):
    return tomoscan.NXtomoScan(str(path), "entry")


def test_tomoscan_loads_what_is_saved(tmp_path):
    frames = images()
    scan = written(tmp_path / "scan.nx", frames)
    beamio.flatfield(scan, tmp_path / "out.nx", save_reduced=scan, without_current=True)
    loaded = scan_of_tomoscan(scan)
    flats, about = loaded.load_reduced_flats(return_info=True)
    assert sorted(flats) == sorted(SERIES)
    for first, places in SERIES.items():
        np.testing.assert_array_equal(flats[first], np.median(frames[places], axis=0))
    np.testing.assert_allclose(
        about.machine_current, [np.median(CURRENT[at]) for at in SERIES.values()]
    )
    np.testing.assert_allclose(about.count_time, [0.1] * 3)
    darks = loaded.load_reduced_darks()
    assert list(darks) == [0]
    np.testing.assert_array_equal(darks[0], np.median(frames[:3], axis=0))


def test_flats_and_darks_are_combined_without_a_correction(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    scan = written(tmp_path / "scan.nx", images())
    beamio.flatfield(scan, tmp_path / "out.nx", save_reduced="with.nx")
    before = set(tmp_path.iterdir())
    result = CliRunner().invoke(
        main, ["flatfield", str(scan), "--save-reduced", "alone.nx"]
    )
    assert result.exit_code == 0, result.stderr
    assert "combined 12 images into 4" in result.stdout
    made = {path.name for path in set(tmp_path.iterdir()) - before}
    assert made == {"alone_flats.hdf5", "alone_darks.hdf5"}
    for kind, number in (("flats", "9"), ("darks", "0")):
        with (
            h5py.File(f"alone_{kind}.hdf5") as alone,
            h5py.File(f"with_{kind}.hdf5") as whole,
        ):
            path = f"entry/{kind}/{number}"
            np.testing.assert_array_equal(alone[path][()], whole[path][()])


@pytest.mark.parametrize(
    ("options", "word"),
    [([], "-o"), (["--save-reduced", "kept", "--preview", "look.png"], "preview")],
)
def test_without_an_output_only_reduced_images_can_be_made(tmp_path, options, word):
    scan = written(tmp_path / "scan.nx", images())
    result = CliRunner().invoke(main, ["flatfield", str(scan), *options])
    assert result.exit_code == 2
    assert word in result.stderr


def test_what_tomoscan_saves_corrects_as_the_scan_itself_does(tmp_path):
    scan = written(tmp_path / "scan.nx", images())
    theirs = scan_of_tomoscan(scan)
    darks, dark_infos = theirs.compute_reduced_darks(
        reduced_method="median", return_info=True
    )
    flats, flat_infos = theirs.compute_reduced_flats(return_info=True)
    theirs.save_reduced_darks(darks, darks_infos=dark_infos)
    theirs.save_reduced_flats(flats, flats_infos=flat_infos)
    for options in (
        {"without_current": True},
        {"without_current": True, "position": "@rotation_angle"},
    ):
        beamio.flatfield(scan, tmp_path / "a.nx", overwrite=True, **options)
        beamio.flatfield(
            scan, tmp_path / "b.nx", overwrite=True, reduced=scan, **options
        )
        np.testing.assert_array_equal(
            result(tmp_path / "b.nx"), result(tmp_path / "a.nx")
        )
    # Their flats are combined first and scaled then, by the median of the currents.
    beamio.flatfield(scan, tmp_path / "a.nx", overwrite=True)
    beamio.flatfield(scan, tmp_path / "b.nx", overwrite=True, reduced=scan)
    difference = np.abs(result(tmp_path / "b.nx") - result(tmp_path / "a.nx"))
    assert 0 < difference.max() < 0.02


@pytest.mark.parametrize("options", [{}, {"position": "@rotation_angle"}])
def test_what_is_saved_corrects_as_the_scan_itself_does(tmp_path, options):
    scan = written(tmp_path / "scan.nx", images())
    kept = tmp_path / "kept"
    beamio.flatfield(scan, tmp_path / "a.nx", save_reduced=kept, **options)
    beamio.flatfield(scan, tmp_path / "b.nx", reduced=kept, **options)
    np.testing.assert_allclose(
        result(tmp_path / "b.nx"), result(tmp_path / "a.nx"), rtol=1e-6
    )
    again = tmp_path / "again"
    beamio.flatfield(
        scan, tmp_path / "c.nx", reduced=kept, save_reduced=again, **options
    )
    with h5py.File(f"{kept}_flats.hdf5") as a, h5py.File(f"{again}_flats.hdf5") as b:
        names = [name for name in a["entry/flats"] if name.isdecimal()]
        assert [name for name in b["entry/flats"] if name.isdecimal()] == names


def test_a_scan_without_flats_takes_those_of_another(tmp_path):
    frames = images()
    other = written(tmp_path / "other.nx", frames)
    beamio.flatfield(other, tmp_path / "a.nx", save_reduced=other, without_current=True)
    bare = np.where(KEYS == 0, 0, 3)
    scan = written(tmp_path / "scan.nx", frames, image_key_control=bare)
    report = beamio.flatfield(
        scan, tmp_path / "b.nx", reduced=tmp_path / "other_flats.hdf5", dtype="float64"
    )
    assert [one.position for one in report.flats] == [3, 9, 14]
    dark = np.median(frames[:3].astype(float), axis=0)
    ratio = np.mean([np.median(CURRENT[at]) for at in SERIES.values()])
    first = np.median(frames[3:6], axis=0) - dark
    second = np.median(frames[9:12], axis=0) - dark
    first *= ratio / np.median(CURRENT[3:6])
    second *= ratio / np.median(CURRENT[9:12])
    flat = first + (second - first) * (7 - 3) / (9 - 3)
    wanted = (frames[7] - dark) * ratio / CURRENT[7] / flat
    np.testing.assert_allclose(result(tmp_path / "b.nx")[1], wanted, rtol=1e-12)


def test_scans_of_other_layouts_keep_their_positions(tmp_path):
    raw, flats, dark = scans.images()
    scan = scans.numbered(tmp_path / "scan.h5", raw, flats, dark)
    kept = tmp_path / "kept"
    for position in ("0,500", "-0.5,500.25"):
        options = {"flat_position": position, "overwrite": True}
        beamio.flatfield(scan, tmp_path / "a.h5", save_reduced=kept, **options)
        report = beamio.flatfield(scan, tmp_path / "b.h5", reduced=kept, overwrite=True)
        assert [one.position for one in report.flats] == [
            float(each) for each in position.split(",")
        ]
        np.testing.assert_array_equal(
            result(tmp_path / "b.h5"), result(tmp_path / "a.h5")
        )


def test_flats_that_note_no_current_are_told(tmp_path):
    scan = written(tmp_path / "scan.nx", images())
    beamio.flatfield(scan, tmp_path / "a.nx", save_reduced=scan)
    with h5py.File(tmp_path / "scan_flats.hdf5", "a") as file:
        del file["entry/flats/machine_current"]
    report = beamio.flatfield(scan, tmp_path / "b.nx", reduced=scan)
    assert "notes no beam current" in report.warnings[0]


def flats_without_images(path):
    with h5py.File(path, "w") as file:
        file["entry/flats/machine_current"] = [0.2]


def flats_of_two(path):
    with h5py.File(path, "w") as file:
        for entry in ("one", "two"):
            file[f"{entry}/flats/0"] = np.ones((5, 7))


def flats_of_another_shape(path):
    with h5py.File(path, "w") as file:
        file["entry/flats/0"] = np.ones((4, 7))


@pytest.mark.parametrize(
    ("make", "options", "said"),
    [
        (None, ["--reduced", "kept"], "kept_flats.hdf5: there is no such file"),
        (flats_without_images, ["--reduced", "kept"], "holds no images named by"),
        (flats_of_two, ["--reduced", "kept"], "holds no flats of /entry"),
        (
            flats_of_another_shape,
            ["--reduced", "kept", "--no-dark"],
            "flats of 4 x 7 pixels do not fit",
        ),
        (None, ["--reduced", "a", "--flat", "b"], "reduced ones as well; choose one"),
        (None, ["--save-reduced", "a", "--region", "0:2,0:2"], "without --region"),
        (flats_of_two, ["--save-reduced", "kept"], "exists already"),
    ],
)
def test_a_mistake_is_one_line(tmp_path, monkeypatch, make, options, said):
    monkeypatch.chdir(tmp_path)
    written("scan.nx", images())
    if make is not None:
        make("kept_flats.hdf5")
    ran = CliRunner().invoke(main, ["flatfield", "scan.nx", "-o", "out.nx", *options])
    assert ran.exit_code == 1, ran.output
    assert said in ran.stderr
    assert ran.stderr.count("\n") == 1
    assert not (tmp_path / "out.nx").exists()
