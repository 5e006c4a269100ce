"""Scans as BLISS leaves them: read, corrected, and built again."""

import shutil

import h5py
import numpy as np
import pytest
from nexus.bliss_files import sample, sequence
from nexus.tomography import read_by_nxtomo
from oracle.correction import assert_close, at, corrected

import beamio
from beamio import MissingFileError, MissingImagesError, build_nxtomo
from beamio.nexus import NXtomo, validate

ANGLES = np.arange(6) * 30.0


def stack(kind, count, seed):
    low, high = {"dark": (90, 110), "flat": (6000, 9000), "raw": (500, 5000)}[kind]
    return np.random.default_rng(seed).integers(low, high, (count, 5, 7)).astype("u2")


def step(kind, seed, height=1.0, angles=ANGLES, count=None):
    at_rest = angles if kind == "raw" else [180.0 if seed % 2 else 0.0]
    number = len(angles) if kind == "raw" else count or 3
    return kind, stack(kind, number, seed), height, np.asarray(at_rest)


def full_turn(seed, height=1.0, angles=ANGLES):
    return sequence(
        "tomo:fullturn",
        step("dark", seed, height),
        step("flat", seed + 1, height),
        step("raw", seed + 2, height, angles),
        step("flat", seed + 4, height),
    )


def frames_of(scan):
    return np.concatenate([frames for _, frames, _, _ in scan[1]])


def keys_of(scan):
    codes = {"raw": 0, "flat": 1, "dark": 2}
    return [codes[kind] for kind, frames, _, _ in scan[1] for _ in frames]


def by_hand(scan):
    """Each projection divided by the flat of its place among all frames."""
    frames, keys = frames_of(scan).astype(float), np.array(keys_of(scan))
    dark = np.median(frames[keys == 2], axis=0)
    flat = np.flatnonzero(keys == 1)
    runs = np.split(flat, np.flatnonzero(np.diff(flat) > 1) + 1)
    places = [float(run.mean()) for run in runs]
    flats = [np.median(frames[run], axis=0) for run in runs]
    return np.array(
        [
            corrected(frames[i], at(i, places, flats), dark)
            for i in np.flatnonzero(keys == 0)
        ]
    )


def check_whole_way(folder, source, scan):
    """Build, validate, read by ESRF's package, correct, and build again."""
    made, again, out = (folder / name for name in ("a.nx", "b.nx", "out.nx"))
    report = build_nxtomo(source, made, link=True)
    assert report.layout == "BLISS"
    assert validate(made).is_valid
    theirs = read_by_nxtomo(made)
    np.testing.assert_array_equal(theirs.instrument.detector.data, frames_of(scan))
    assert [key.value for key in theirs.instrument.detector.image_key] == keys_of(scan)
    beamio.flatfield(made, out)
    with h5py.File(out) as file:
        assert_close(file["entry/data/data"][()], by_hand(scan))
    build_nxtomo(made, again)
    with NXtomo.read(made) as one, NXtomo.read(again) as other:
        np.testing.assert_array_equal(one.rotation_angle, other.rotation_angle)
        np.testing.assert_array_equal(one.y_translation, other.y_translation)
    theirs = read_by_nxtomo(again)
    np.testing.assert_array_equal(theirs.instrument.detector.data, frames_of(scan))
    return made


def test_a_scan_is_read_from_the_file_of_its_dataset(tmp_path):
    scan = full_turn(0)
    sample(tmp_path / "raw/bone", [scan])
    made = check_whole_way(tmp_path, tmp_path / "raw/bone/bone_0001/bone_0001.h5", scan)
    with NXtomo.read(made) as found:
        assert found.projections.rotation_angle.tolist() == ANGLES.tolist()
        sizes = (found.x_pixel_size, found.y_pixel_size, found.detector_x_pixel_size)
        assert sizes == pytest.approx((3.2e-6, 3.4e-6, 11e-6))
        # Along the beam, to the left of it and up, as NeXus has the axes.
        moves = found.x_translation, found.y_translation, found.z_translation
        assert [np.unique(each).tolist() for each in moves] == [
            [-1.5e-3], [1e-3], [0.5e-3]
        ]  # fmt: skip
        assert (found.energy, found.distance) == (34, 1.2)
        assert set(np.atleast_1d(found.count_time)) == {0.05}
        assert found.current is None  # counted at other times than the frames


def test_a_scan_is_chosen_in_the_file_of_links_of_its_sample(tmp_path):
    scans = [full_turn(0), full_turn(10)]
    links = sample(tmp_path / "raw/bone", [scans[0]], [scans[1]])
    with pytest.raises(
        MissingImagesError, match=r"2 scans: /bone_0001_1\.1, /bone_0002"
    ):
        build_nxtomo(links, tmp_path / "a.nx")
    check_whole_way(tmp_path, f"{links}::/bone_0002_1.1", scans[1])
    shutil.rmtree(tmp_path / "raw/bone/bone_0002/scan0003")
    with pytest.raises(MissingFileError, match=r"scan0003/pcoedge_0000\.h5"):
        build_nxtomo(f"{links}::/bone_0002_1.1", tmp_path / "c.nx")


def test_each_height_of_a_z_series_is_a_scan(tmp_path):
    heights = [
        (step("dark", i, z), step("flat", i + 1, z), step("raw", i + 2, z))
        for i, z in ((0, 1.0), (20, 2.0))
    ]
    series = sequence("tomo:zseries", *heights[0], *heights[1])
    sample(tmp_path / "raw/bone", [series])
    source = tmp_path / "raw/bone/bone_0001/bone_0001.h5"
    told = r"2 scans: /4\.1 \(at 1 mm\), /7\.1 \(at 2 mm\); choose one, as .*::/4\.1"
    for place in ("", "::/1.1"):
        with pytest.raises(MissingImagesError, match=told):
            build_nxtomo(f"{source}{place}", tmp_path / "a.nx")
    scan = sequence("", *heights[1])
    made = check_whole_way(tmp_path, f"{source}::/7.1", scan)
    with NXtomo.read(made) as found:
        assert np.unique(found.y_translation).tolist() == [2e-3]


def test_a_height_without_flats_has_those_before_and_after_it(tmp_path):
    dark, before, after = step("dark", 0), step("flat", 1), step("flat", 9, 3.0)
    raw = [step("raw", 2 + i, 1.0 + i) for i in range(3)]
    sample(
        tmp_path / "raw/bone",
        [
            sequence("tomo:zseries", dark, before, raw[0]),
            sequence("tomo:zseries", raw[1]),
            sequence("tomo:zseries", raw[2], after),
        ],
    )
    source = tmp_path / "raw/bone/bone_0001/bone_0001.h5"
    scan = sequence("", dark, before, raw[1], after)
    check_whole_way(tmp_path, f"{source}::/5.1", scan)


def test_turns_that_follow_each_other_are_one_scan(tmp_path):
    scan = full_turn(0, angles=np.arange(12) * 60.0)  # two turns
    scan = sequence("tomo:multitomo", *scan[1])
    sample(tmp_path / "raw/bone", [scan])
    source = tmp_path / "raw/bone/bone_0001/bone_0001.h5"
    made = check_whole_way(tmp_path, source, scan)
    with NXtomo.read(made) as found:
        assert found.projections.rotation_angle.tolist() == [
            60.0 * i for i in range(12)
        ]


def test_names_with_numbers_in_other_files_are_no_scans_of_bliss(tmp_path):
    with h5py.File(tmp_path / "a.h5", "w") as file:
        file["run_1.1/data"] = stack("raw", 4, 0)
    with pytest.raises(beamio.BeamioError) as raised:
        build_nxtomo(tmp_path / "a.h5", tmp_path / "a.nx")
    assert "entries are" not in str(raised.value)


def test_heights_that_nothing_tells_are_chosen_by_their_projections(tmp_path):
    dark, flat = step("dark", 0), step("flat", 1)
    raw = [step("raw", 2 + i, 1.0 + i) for i in range(2)]
    sample(tmp_path / "raw/bone", [sequence("tomo:zseries", dark, flat, *raw)])
    source = tmp_path / "raw/bone/bone_0001/bone_0001.h5"
    with h5py.File(source, "a") as file:
        del file["4.1/instrument/positioners/tz"]
        file["4.1/instrument/positioners/tz"] = np.nan
    with pytest.raises(MissingImagesError, match=r"2 scans: /4\.1, /5\.1; choose"):
        build_nxtomo(source, tmp_path / "a.nx")
    check_frames = sequence("", dark, flat, raw[1])
    build_nxtomo(f"{source}::/5.1", tmp_path / "a.nx")
    found = read_by_nxtomo(tmp_path / "a.nx").instrument.detector.data
    np.testing.assert_array_equal(found, frames_of(check_frames))


def test_links_to_a_dataset_that_is_gone_are_told(tmp_path):
    links = sample(tmp_path / "raw/bone", [full_turn(0)], [full_turn(10)])
    gone = tmp_path / "raw/bone/bone_0002"
    shutil.rmtree(gone)
    with pytest.raises(
        MissingFileError, match=r"bone_0002_1\.1 leads to bone_0002/bone"
    ):
        build_nxtomo(f"{links}::/bone_0002_1.1", tmp_path / "a.nx")
    build_nxtomo(f"{links}::/bone_0001_1.1", tmp_path / "a.nx")
    shutil.rmtree(tmp_path / "raw/bone/bone_0001")
    with pytest.raises(
        MissingFileError, match=r"which is not there, and so do \d+ more"
    ):
        build_nxtomo(links, tmp_path / "b.nx")


@pytest.mark.parametrize("key", ["x", 0.5, [0, 1]])
def test_keys_that_are_no_number_leave_it_to_the_title(tmp_path, key):
    scan = full_turn(0)
    sample(tmp_path / "raw/bone", [scan])
    source = tmp_path / "raw/bone/bone_0001/bone_0001.h5"
    with h5py.File(source, "a") as file:
        file["4.1/technique/image_key"] = key
    build_nxtomo(source, tmp_path / "a.nx")
    keys = read_by_nxtomo(tmp_path / "a.nx").instrument.detector.image_key
    assert [one.value for one in keys] == keys_of(scan)
