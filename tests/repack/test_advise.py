"""Advice is measured on the data that it is about."""

import json
import shlex

import h5py
import numpy as np
import pytest
from click.testing import CliRunner

import beamio
from beamio.cli import main


@pytest.fixture
def scan(tmp_path):
    path = tmp_path / "scan.h5"
    with h5py.File(path, "w") as file:
        counts = np.random.default_rng(0).poisson(5, (12, 64, 48)).astype("u2")
        file.create_dataset("entry/data", data=counts, chunks=(3, 32, 48))
        noise = np.frombuffer(np.random.default_rng(0).bytes(1 << 16), "u2")
        file["noise"] = noise
        file["title"] = "a scan"
    return path


def test_the_largest_dataset_of_numbers_is_tried(scan):
    advice = beamio.advise(scan)
    assert advice.source == f"{scan}::/entry/data"
    assert advice.sample == (12, 64, 48)
    assert {trial.chunks for trial in advice.trials} >= {(3, 32, 48), (12, 64, 48)}
    assert advice.best in advice.trials
    assert advice.best.ratio > 1.5


def test_the_ratio_is_that_of_a_copy_made_as_recommended(scan, tmp_path):
    advice = beamio.advise(scan)
    out = tmp_path / "out.h5"
    options = {"filter": advice.best.filter, "chunks": advice.best.chunks}
    report = beamio.repack(scan, out, only="/entry/data", **options)
    (changed,) = report.changed or (None,)
    assert changed.nbytes / changed.bytes_after == pytest.approx(advice.best.ratio)


def test_the_command_that_is_recommended_can_be_run(scan):
    arguments = shlex.split(beamio.advise(scan).command)[1:]
    assert CliRunner().invoke(main, arguments).exit_code == 0
    with h5py.File(scan) as one, h5py.File(arguments[2]) as other:
        assert (one["entry/data"][...] == other["entry/data"][...]).all()


def test_the_sample_is_bounded(scan):
    advice = beamio.advise(f"{scan}::/entry/data", sample=4 * 64 * 48 * 2)
    assert advice.sample == (4, 64, 48)


def test_noise_is_better_left_uncompressed(scan):
    assert beamio.advise(f"{scan}::/noise").best.filter == "none"


@pytest.mark.parametrize("shape", [(100,), (30, 40), (2, 3, 16, 17)])
def test_data_of_any_rank_can_be_tried(tmp_path, shape):
    with h5py.File(tmp_path / "a.h5", "w") as file:
        file["data"] = np.arange(np.prod(shape), dtype="i4").reshape(shape)
    assert beamio.advise(tmp_path / "a.h5").sample == shape


def test_what_has_no_numbers_is_refused(scan):
    with pytest.raises(beamio.NotAnImageError, match="::/title: is no dataset"):
        beamio.advise(f"{scan}::/title")
    with pytest.raises(beamio.MissingPathError, match="no /entry/dat; did you mean"):
        beamio.advise(f"{scan}::/entry/dat")


def test_the_table_marks_what_is_recommended(scan):
    result = CliRunner().invoke(main, ["repack", "--advise", str(scan)])
    assert result.exit_code == 0
    assert result.output.count("<-") == 1
    assert "beamio repack" in result.output.splitlines()[-1]
    result = CliRunner().invoke(main, ["repack", "--advise", str(scan), "--json"])
    assert json.loads(result.stdout)["shape"] == [12, 64, 48]
