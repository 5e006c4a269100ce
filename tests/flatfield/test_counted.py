"""Flats whose numbers only count them, the same in a folder and in an NXtomo of it."""

import h5py
import numpy as np
import pytest
from image_files import write_edf
from oracle.correction import assert_close, at, corrected

import beamio
from beamio import build_nxtomo
from beamio.nexus import NXtomo

FRAMES, FLATS = 20, 6
RANDOM = np.random.default_rng(4)
RAW = RANDOM.integers(500, 5000, (FRAMES, 5, 7)).astype("u2")
FLAT = RANDOM.integers(6000, 9000, (FLATS, 5, 7)).astype("u2")
DARK = RANDOM.integers(90, 110, (5, 7)).astype("u2")


def folder_of(path, flats):
    path.mkdir()
    for number, image in enumerate(RAW):
        header = {"motor_mne": "srot", "motor_pos": f"{9 * number}"}
        write_edf(path / f"bone_{number:04d}.edf", [image], [header])
    for name, image in zip(flats, FLAT, strict=True):
        write_edf(path / f"{name}.edf", [image])
    write_edf(path / "darkend0000.edf", [DARK])
    return path


def frames_of(path):
    with h5py.File(path) as file:
        return file["entry/data/data"][()]


@pytest.mark.parametrize(
    ("flats", "at_places", "options"),
    [
        ([f"flat_{i}" for i in range(FLATS)], None, {}),
        ([f"flat_{i + 1:02d}" for i in range(FLATS)], None, {}),
        ([f"flat_{3 * i}" for i in range(FLATS)], range(0, 18, 3), {}),
        (
            [f"flat_{i}" for i in range(FLATS)],
            range(FLATS),
            {"flat_position": "number"},
        ),
    ],
    ids=["from 0", "from 1", "places", "as told"],
)
def test_a_folder_and_an_nxtomo_of_it_are_corrected_alike(
    tmp_path, flats, at_places, options
):
    folder = folder_of(tmp_path / "run7", flats)
    report = beamio.flatfield(folder, tmp_path / "folder.h5", **options)
    assert len(report.flats) == (1 if at_places is None else FLATS)
    if at_places is None:
        flat = [np.median(FLAT, axis=0)] * FRAMES
    else:
        flat = [at(i, list(at_places), FLAT) for i in range(FRAMES)]
    wanted = [corrected(raw, one, DARK) for raw, one in zip(RAW, flat, strict=True)]
    assert_close(frames_of(tmp_path / "folder.h5"), np.array(wanted))
    if at_places is not None:
        return  # in an NXtomo, a series lies at its place among all frames
    build_nxtomo(folder, tmp_path / "scan.nx", **options)
    beamio.flatfield(tmp_path / "scan.nx", tmp_path / "nxtomo.nx")
    np.testing.assert_array_equal(
        frames_of(tmp_path / "nxtomo.nx"), frames_of(tmp_path / "folder.h5")
    )


def test_angles_that_begin_with_0_and_1_are_no_count(tmp_path):
    folder = folder_of(tmp_path / "run7", [f"flat_{i}" for i in range(FLATS)])
    for number, image in enumerate(FLAT):
        header = {"motor_mne": "srot", "motor_pos": f"{number}"}
        write_edf(folder / f"flat_{number}.edf", [image], [header])
    report = beamio.flatfield(
        folder, tmp_path / "out.h5", position="@srot", dark_position="0"
    )
    assert [one.position for one in report.flats] == [2.5]  # all before the next, at 9


@pytest.mark.parametrize(
    ("source", "wanted"),
    [("run7", "run7"), ("run7/*.edf", "bone"), ("run7/../run7/.", "run7")],
)
def test_a_scan_is_called_by_its_folder_or_its_projections(tmp_path, source, wanted):
    folder_of(tmp_path / "run7", [f"flat_{i}" for i in range(FLATS)])
    build_nxtomo(f"{tmp_path}/{source}", tmp_path / "scan.nx")
    with NXtomo.read(tmp_path / "scan.nx") as found:
        assert (found.title, found.sample_name) == (wanted, wanted)
