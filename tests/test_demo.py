import h5py
import numpy as np
import pytest
from click.testing import CliRunner
from oracle.correction import assert_close, at, corrected

from beamio import OptionError, OutputExistsError
from beamio.cli import main
from beamio.demo import Simulation, run_demo, write_scan

SMALL = Simulation(frames=8, rows=40, columns=48)


def test_interpolated_flats_come_closest_to_the_truth(tmp_path):
    report = run_demo(tmp_path / "demo", SMALL)
    assert report.no_flat > 2 * report.one_flat
    assert report.one_flat > 4 * report.interpolated
    assert report.noise < report.interpolated < 2.5 * report.noise
    names = {path.name for path in (tmp_path / "demo").iterdir()}
    assert names == {"scan.h5", "corrected.h5", "preview.png"}


def test_the_simulated_scan_is_corrected_by_the_formula(tmp_path):
    run_demo(tmp_path, SMALL)
    with h5py.File(tmp_path / "scan.h5") as scan:
        raw = scan["data"][()]
        dark = np.median(scan["dark"][()].astype(float), axis=0)
        flats = [np.median(scan[f"flatfield/{i:04d}"][()], axis=0) for i in (0, 7)]
    wanted = [corrected(raw[i], at(i, [0, 7], flats), dark) for i in range(8)]
    with h5py.File(tmp_path / "corrected.h5") as file:
        assert_close(file["entry/data/data"][()], wanted)


def test_the_same_seed_gives_the_same_scan(tmp_path):
    stored = {}
    for name, seed in (("a", 1), ("b", 1), ("c", 2)):
        path = tmp_path / f"{name}.h5"
        write_scan(path, Simulation(frames=3, rows=20, columns=20, seed=seed))
        with h5py.File(path) as file:
            stored[name] = {key: file[key][()] for key in ("data", "truth", "dark")}
    for key, values in stored["a"].items():
        np.testing.assert_array_equal(values, stored["b"][key])
    assert (stored["a"]["data"] != stored["c"]["data"]).any()


def test_the_truth_is_the_projection_of_the_ellipsoids():
    """Against the line integral through the ellipsoids, taken in small steps."""
    from beamio.demo import _ELLIPSOIDS

    simulation = Simulation(frames=10, rows=16, columns=16)
    steps = np.linspace(-1.5, 1.5, 6001)
    for frame, row, column in ((0, 7, 8), (3, 5, 6), (7, 9, 9)):
        turn = np.pi * frame / 10
        s, z = (column + 0.5 - 8) / 8, (8 - 0.5 - row) / 8
        x = s * np.cos(turn) - steps * np.sin(turn)
        y = s * np.sin(turn) + steps * np.cos(turn)
        total = 0
        for (x0, y0, z0), (a, b, c), angle, absorption in _ELLIPSOIDS:
            along, across = np.cos(np.deg2rad(angle)), np.sin(np.deg2rad(angle))
            u = (x - x0) * along + (y - y0) * across
            v = (y - y0) * along - (x - x0) * across
            inside = (u / a) ** 2 + (v / b) ** 2 + ((z - z0) / c) ** 2 < 1
            total += absorption * inside.mean() * 3
        assert simulation.truth(frame)[row, column] == pytest.approx(
            np.exp(-total), abs=3e-3
        )


def test_an_earlier_demo_is_kept_unless_told(tmp_path):
    run_demo(tmp_path, SMALL)
    with pytest.raises(OutputExistsError):
        run_demo(tmp_path, SMALL)
    run_demo(tmp_path, SMALL, overwrite=True)


def test_a_scan_that_shows_nothing_is_refused():
    with pytest.raises(OptionError):
        Simulation(frames=1)


def test_the_command_prints_how_far_each_way_is_off(tmp_path):
    options = ["--frames", "4", "--rows", "32", "--columns", "32"]
    result = CliRunner().invoke(main, ["demo", "--folder", str(tmp_path), *options])
    assert result.exit_code == 0, result.output
    numbers = [float(line.split()[-1]) for line in result.stdout.splitlines()[-4:]]
    assert numbers == sorted(numbers, reverse=True)
