"""Volumes as NXtomoproc, from every format that they come in."""

import h5py
import numpy as np
import pytest
import tifffile
from click.testing import CliRunner

import beamio
from beamio.cli import main
from beamio.nexus import NXtomo, validate, write_processed

SHAPE = (4, 5, 6)
VOLUME = np.random.default_rng(0).normal(size=SHAPE).astype("f4")


def in_hdf5(path):
    with h5py.File(path, "w") as file:
        file.create_dataset("rec/data", data=VOLUME, chunks=(1, 5, 6), compression=1)
    return path


def in_npy(path):
    np.save(path.with_suffix(".npy"), VOLUME)
    return path.with_suffix(".npy")


def in_tiff_files(path):
    path = path.with_suffix("")
    path.mkdir()
    for i, slice_ in enumerate(VOLUME):
        tifffile.imwrite(path / f"slice_{i:04d}.tif", slice_)
    return path


def in_one_tiff(path):
    tifffile.imwrite(path.with_suffix(".tif"), VOLUME, photometric="minisblack")
    return path.with_suffix(".tif")


def in_memory(_):
    return VOLUME


def scan(path):
    NXtomo(
        frames=np.ones((2, 3, 3), "u2"),
        image_key_control=[0, 0],
        title="a scan",
        sample_name="diatom",
        source_name="ESRF",
        source_type="Synchrotron X-ray Source",
        source_probe="x-ray",
    ).write(path)
    return path


@pytest.mark.parametrize("filter_", [None, "bitshuffle-lz4"])
@pytest.mark.parametrize(
    "make", [in_hdf5, in_npy, in_tiff_files, in_one_tiff, in_memory]
)
def test_a_volume_of_any_format_is_an_nxtomoproc(tmp_path, make, filter_):
    source, output = make(tmp_path / "volume.h5"), tmp_path / "out.nx"
    report = write_processed(
        source,
        output,
        filter=filter_,
        program="nabu",
        version="2026.1",
        date="2026-01-31T12:00:00+01:00",
        parameters={"padding": "edge", "iterations": 20},
        raw=str(scan(tmp_path / "scan.nx")),
        voxel_size="0.5um,1um,2um",
        units="1/m",
    )
    assert report.shape == SHAPE
    assert report.unknown == ()
    with h5py.File(output) as file:
        entry = file["entry"]
        np.testing.assert_array_equal(entry["data/data"][()], VOLUME)
        assert entry["definition"][()] == b"NXtomoproc"
        assert entry["sample/name"][()] == b"diatom"
        assert entry["instrument/source/probe"][()] == b"x-ray"
        process = entry["reconstruction"]
        assert process["program"][()] == b"nabu"
        assert process["parameters/raw_file"][()].endswith(b"scan.nx")
        assert process["parameters/iterations"][()] == 20
        np.testing.assert_allclose(entry["data/x"][()], (np.arange(6) - 2.5) * 2e-6)
        np.testing.assert_allclose(entry["data/z"][()], (np.arange(4) - 1.5) * 5e-7)
        assert list(entry["data"].attrs["axes"]) == ["z", "y", "x"]
        assert entry["data/data"].attrs["units"] == "1/m"
    assert beamio.open(f"{output}").attrs["default"] == "entry"


def test_a_cube_is_valid(tmp_path):
    output = tmp_path / "out.nx"
    write_processed(
        np.ones((4, 4, 4), "f4"),
        output,
        program="nabu",
        source_probe="x-ray",
        voxel_size="1um",
        units="1/m",
    )
    found = validate(output)
    assert [f.message for e in found.entries for f in e.errors] == []
    assert found.has_plot


@pytest.fixture
def volume(tmp_path):
    output = tmp_path / "volume.nx"
    facts = {"source_probe": "x-ray", "voxel_size": "1um", "units": "1/m"}
    write_processed(np.ones((3, 4, 5), "f4"), output, program="nabu", **facts)
    return output


def test_slices_first_are_valid_and_that_is_told(volume):
    [entry] = validate(volume).entries
    assert entry.errors == ()
    [advice] = entry.advice
    assert advice.path == "/entry/data/data"
    assert "nZ, nY, nX, as the axes" in advice.message


@pytest.mark.parametrize("axes", [["x", "y", "z"], ["z", "x", "y"], ["z", "y", "."]])
def test_axes_that_do_not_fit_the_volume_are_an_error(volume, axes):
    with h5py.File(volume, "a") as file:
        file["entry/data"].attrs["axes"] = axes
    assert not validate(volume).is_valid


def test_an_axis_of_another_length_is_an_error(volume):
    with h5py.File(volume, "a") as file:
        del file["entry/data/z"]
        file["entry/data/z"] = np.arange(7.0)
    assert not validate(volume).is_valid


def test_the_program_is_found_in_the_file_of_the_volume(tmp_path):
    path = in_hdf5(tmp_path / "rec.h5")
    with h5py.File(path, "a") as file:
        file["rec/program"], file["rec/version"] = "nabu", "2025.1"
    write_processed(f"{path}::/rec/data[1:3]", tmp_path / "out.nx")
    with h5py.File(tmp_path / "out.nx") as file:
        np.testing.assert_array_equal(file["entry/data/data"][()], VOLUME[1:3])
        assert file["entry/reconstruction/program"][()] == b"nabu"
        assert file["entry/reconstruction/version"][()] == b"2025.1"
        np.testing.assert_array_equal(file["entry/data/y"][()], np.arange(5))


def unwritten(path):
    with h5py.File(path, "w") as file:
        volume = file.create_dataset("data", SHAPE, "f4", chunks=(1, 5, 6))
        volume[:2] = 1
    return path


def of_two_axes(path):
    with h5py.File(path, "w") as file:
        file["data"] = np.ones((3, 4))
    return path


@pytest.mark.parametrize(
    ("make", "options", "said"),
    [
        (in_hdf5, [], "say so with --program NAME"),
        (of_two_axes, ["--program", "p"], "has the shape (3, 4), not that of a volume"),
        (unwritten, ["--program", "p"], "2 slices were never written"),
        (lambda p: p, ["--program", "p"], "there is no such file"),
        (in_hdf5, ["--program", "p", "--raw", "no.nx"], "no.nx: there is no such file"),
        (in_hdf5, ["--program", "p", "--probe", "muon"], "the probe is one of"),
        (in_hdf5, ["--program", "p", "--voxel-size", "3"], "has no unit"),
        (in_hdf5, ["--program", "p", "--date", "today"], "is no date in ISO 8601"),
        (in_hdf5, ["--program", "p", "--parameter", "x"], "is written NAME=VALUE"),
        (in_hdf5, ["--program", "p", "--chunks", "1,2"], "chunks are three numbers"),
    ],
)
def test_a_mistake_is_one_line_and_leaves_no_output(tmp_path, make, options, said):
    source, output = make(tmp_path / "volume.h5"), tmp_path / "out.nx"
    ran = CliRunner().invoke(
        main, ["nexus", "proc", str(source), "-o", str(output), *options]
    )
    assert ran.exit_code == 1, ran.output
    assert said in ran.stderr
    assert ran.stderr.count("\n") == 1
    assert not output.exists()


def test_the_command_tells_what_is_not_known(tmp_path):
    source, output = in_hdf5(tmp_path / "volume.h5"), tmp_path / "out.nx"
    arguments = ["nexus", "proc", str(source), "-o", str(output), "--program", "nabu"]
    ran = CliRunner().invoke(main, arguments)
    assert ran.exit_code == 0, ran.output
    assert "4 x 5 x 6 float32, made by nabu" in ran.stdout
    assert "--raw, --program-version" in ran.stderr
