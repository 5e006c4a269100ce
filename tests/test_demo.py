import h5py
import numpy as np
import pytest
import scans
from click.testing import CliRunner
from nexus import tomography
from oracle.correction import assert_close, at, corrected

from beamio import OptionError, OutputExistsError, flatfield
from beamio.cli import main
from beamio.demo import Simulation, run_demo, write_scan
from beamio.nexus import NXtomo, validate

SMALL = Simulation(frames=8, rows=40, columns=48)


def test_interpolated_flats_come_closest_to_the_truth(tmp_path):
    report = run_demo(tmp_path / "demo", SMALL)
    assert report.no_flat > 2 * report.one_flat
    assert report.one_flat > 4 * report.interpolated
    assert report.noise < report.interpolated < 2.5 * report.noise
    names = {path.name for path in (tmp_path / "demo").iterdir()}
    assert names == {"scan.nx", "corrected.nx", "preview.png"}


def test_the_simulated_scan_is_corrected_by_the_formula(tmp_path):
    run_demo(tmp_path, SMALL)
    with NXtomo.read(tmp_path / "scan.nx") as scan:
        stacks = [np.stack(list(one)) for one in (*scan.darks, *scan.flats)]
        raw, numbers = np.stack(list(scan.projections)), scan.projections.indices
        current, before, after = scan.current, *(one.indices for one in scan.flats)
    reference = np.mean(current[[*before, *after]])
    dark, *flats = (np.median(stack.astype(float), axis=0) for stack in stacks)
    flats = [
        np.median(dark + (stack - dark) * reference / current[at, None, None], axis=0)
        for stack, at in zip(stacks[1:], (before, after), strict=True)
    ]
    wanted = [
        corrected(
            dark + (image - dark) * reference / current[i],
            at(i, [before.mean(), after.mean()], flats),
            dark,
        )
        for i, image in zip(numbers, raw, strict=True)
    ]
    with h5py.File(tmp_path / "corrected.nx") as file:
        assert_close(file["entry/data/data"][()], wanted)


def written_as_groups(path, scan):
    """The layout of the ESRF tutorial, each image and series at its number."""
    with h5py.File(path, "w") as file:
        for i, image in zip(scan.projections.indices, scan.projections, strict=True):
            file[f"data/{i:04d}"] = image
        for flats in scan.flats:
            file[f"flatfield/{round(flats.position):04d}"] = np.stack(list(flats))
        file["dark"] = np.stack(list(scan.darks[0]))
    return path


def written_as_edf(folder, scan):
    """A file for each projection, one for each series, the current in the headers."""
    folder.mkdir()
    for flats in scan.flats:
        path = folder / f"ref0000_{round(flats.position):04d}.edf"
        current = scan.current[flats.indices]
        scans.edf(
            path, list(flats), lambda i, of=current: {"SRCUR": repr(float(of[i]))}
        )
    for i, image in zip(scan.projections.indices, scan.projections, strict=True):
        header = {"SRCUR": repr(float(scan.current[i]))}
        scans.edf(folder / f"scan{i:04d}.edf", [image], lambda _, of=header: of)
    scans.edf(folder / "darkend0000.edf", list(scan.darks[0]))
    return folder


def test_the_same_scan_in_another_layout_gives_the_same_numbers(tmp_path):
    write_scan(tmp_path / "scan.nx", SMALL)
    with NXtomo.read(tmp_path / "scan.nx") as scan:
        groups = written_as_groups(tmp_path / "scan.h5", scan)
        images = written_as_edf(tmp_path / "edf", scan)
        currents = {
            "current": scan.current[scan.projections.indices],
            "flat_current": scan.current[
                np.concatenate([one.indices for one in scan.flats])
            ],
        }
    plain = {"nx": {"without_current": True}, "groups": {}, "edf": {}}
    noted = {
        "nx": {},
        "groups": currents,
        "edf": {"current": "@SRCUR", "flat_current": "@SRCUR"},
    }
    found = []
    for ways in (plain, noted):
        results = []
        for way, source in (
            ("nx", tmp_path / "scan.nx"),
            ("groups", groups),
            ("edf", images),
        ):
            output = tmp_path / "out.h5"
            flatfield(source, output, overwrite=True, **ways[way])
            with h5py.File(output) as file:
                results.append(file["entry/data/data"][()])
        np.testing.assert_array_equal(results[1], results[0])
        np.testing.assert_array_equal(results[2], results[0])
        found.append(results[0])
    assert np.nanmax(np.abs(found[0] - found[1])) > 1e-4


def test_the_simulated_scan_is_what_esrfs_package_takes(tmp_path):
    write_scan(tmp_path / "scan.nx", SMALL)
    scan = tomography.read_by_nxtomo(tmp_path / "scan.nx")
    keys = [2] * 11 + [1] * 11 + [0] * 8 + [1] * 11
    assert [key.value for key in scan.instrument.detector.image_key] == keys
    assert scan.sample.rotation_angle[[0, 22, 23, -1]].magnitude == pytest.approx(
        [0, 0, 22.5, 180]
    )
    assert validate(tmp_path / "scan.nx").is_valid


def test_the_same_seed_gives_the_same_scan(tmp_path):
    stored = {}
    for name, seed in (("a", 1), ("b", 1), ("c", 2)):
        path = tmp_path / f"{name}.nx"
        write_scan(path, Simulation(frames=3, rows=20, columns=20, seed=seed))
        with h5py.File(path) as file:
            stored[name] = {
                "data": file["entry/data/data"][()],
                "truth": file["truth"][()],
            }
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
