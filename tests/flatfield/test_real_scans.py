"""The files of a real scan, against a float64 reference written here."""

import h5py
import numpy as np
import pytest
from oracle.correction import assert_close

import beamio


@pytest.fixture(scope="module")
def diatom(samples):
    """Raw frames, flats and dark of the tutorial's file, float64."""
    with h5py.File(samples / "ID16B_diatomee.h5") as file:
        raw = np.array([image[()] for image in file["data"].values()], np.float64)
        flats = np.array([image[()] for image in file["flatfield"].values()], float)
        return raw, flats, file["dark/0000"][()].astype(np.float64)


def result(path, name="data"):
    with h5py.File(path) as file:
        return file[f"entry/data/{name}"][()]


def test_exercise_1_one_image(samples, diatom, tmp_path):
    raw, flats, dark = diatom
    source = f"{samples}/ID16B_diatomee.h5::/data/0000"
    beamio.flatfield(source, tmp_path / "out.h5")
    wanted = (raw[:1] - dark) / (flats[0] - dark)
    assert_close(result(tmp_path / "out.h5"), wanted)


def test_exercise_2_all_images_with_one_flat(samples, diatom, tmp_path):
    raw, flats, dark = diatom
    source = samples / "ID16B_diatomee.h5"
    out = tmp_path / "out.h5"
    beamio.flatfield(source, out, flats="::/flatfield/0000", layout="frames")
    for i, image in enumerate(raw):
        wanted = (image - dark) / (flats[0] - dark)
        assert_close(result(out, f"{100 * i:04d}"), wanted)


def test_exercise_3_all_images_with_interpolated_flats(samples, diatom, tmp_path):
    raw, flats, dark = diatom
    beamio.flatfield(samples / "ID16B_diatomee.h5", tmp_path / "out.h5")
    weights = np.arange(6)[:, None, None] / 5
    flat = (1 - weights) * flats[0] + weights * flats[1]
    wanted = (raw - dark) / (flat - dark)
    got = result(tmp_path / "out.h5")
    assert_close(got, wanted)
    # Away from the diatom the background is even.
    empty = got[:, 20:120, 450:620]
    assert np.all(np.abs(np.median(empty, axis=(1, 2)) - 1) < 0.02)
    assert np.all(np.std(empty, axis=(1, 2)) < 0.03)


def test_the_edf_originals(samples, diatom, tmp_path):
    raw, flats, dark = diatom
    folder = samples / "ID16_diatomee"
    wanted = (raw - dark) / (flats[0] - dark)
    beamio.flatfield(
        samples / "ID16B_diatomee.edf",
        tmp_path / "multi.h5",
        flats=folder / "flat.edf",
        darks=folder / "dark.edf",
    )
    assert_close(result(tmp_path / "multi.h5"), wanted)
    beamio.flatfield(folder, tmp_path / "folder.h5")
    assert_close(result(tmp_path / "folder.h5"), wanted[:1])


def test_the_rotation_angle_as_position(samples, diatom, tmp_path):
    raw, flats, dark = diatom
    out = tmp_path / "out.h5"
    beamio.flatfield(
        samples / "ID16B_diatomee.h5", out, position="@srot", flat_position="0,71.856"
    )
    angles = np.array([0, 14.3712, 28.7424, 42.969888, 57.4848, 71.856])
    weights = (angles / 71.856)[:, None, None]
    flat = (1 - weights) * flats[0] + weights * flats[1]
    assert_close(result(out), (raw - dark) / (flat - dark))
    np.testing.assert_allclose(result(out, "srot"), angles)


def test_a_numbered_series(samples, tmp_path):
    import fabio

    files = sorted((samples / "series").glob("*.edf"))
    images = np.array([fabio.open(str(file)).data for file in files], np.float64)
    beamio.flatfield(
        f"{samples}/series/*.edf",
        tmp_path / "out.h5",
        flats=[files[0], files[-1]],
        without_darks=True,
    )
    weights = np.arange(6)[:, None, None] / 5
    flat = (1 - weights) * images[0] + weights * images[-1]
    assert_close(result(tmp_path / "out.h5"), images / flat)
