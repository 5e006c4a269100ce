"""Whatever ends a run early, nothing that looks finished is left behind."""

import os
import signal
import subprocess
import sys
import textwrap

import pytest
import scans

# Runs the command, but its job stands still after the third frame.
STANDSTILL = """
    import importlib, sys, time
    from beamio.cli import main

    command = importlib.import_module("beamio.cli.flatfield")
    run = command.run

    def slowly(plan, progress):
        def step(stage, done, total, nbytes):
            progress(stage, done, total, nbytes)
            if stage == "correcting" and done == 3:
                print("now", flush=True)
                for _ in range(600):
                    time.sleep(0.1)
                    progress(stage, done, total, nbytes)
        return run(plan, step)

    command.run = slowly
    main(["flatfield", *sys.argv[1:]])
"""


@pytest.fixture
def scan(tmp_path):
    return scans.stack(tmp_path / "scan.h5", *scans.images())


def start(scan, out, *options, code=STANDSTILL):
    program = textwrap.dedent(code)
    command = [sys.executable, "-c", program, str(scan), "-o", str(out), *options]
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    while "now" not in process.stdout.readline():
        assert process.poll() is None, process.stderr.read()
    return process


def names(folder):
    return sorted(path.name for path in folder.iterdir())


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
@pytest.mark.parametrize(
    "options", [[], ["--compression", "gzip"]], ids=["plain", "gzip"]
)
def test_an_interrupted_run_leaves_nothing(scan, number, options):
    process = start(scan, scan.with_name("out.h5"), *options)
    assert any(name.endswith(".part") for name in names(scan.parent))
    process.send_signal(number)
    _, errors = process.communicate(timeout=30)
    assert process.returncode == 128 + number
    assert errors == "beamio: stopped; nothing unfinished is left behind\n"
    assert names(scan.parent) == ["scan.h5"]


def test_a_killed_run_is_cleaned_up_by_the_next(scan):
    out = scan.with_name("out.h5")
    process = start(scan, out)
    process.kill()
    process.communicate(timeout=30)
    left = set(names(scan.parent)) - {"scan.h5"}
    assert len(left) == 1
    assert "out.h5" not in left
    subprocess.run(
        [sys.executable, "-m", "beamio", "flatfield", scan, "-o", out], check=True
    )
    assert names(scan.parent) == ["out.h5", "scan.h5"]


def test_a_run_leaves_the_part_of_another_alone(scan):
    out = scan.with_name("out.h5")
    process = start(scan, out)
    try:
        parts = [name for name in names(scan.parent) if name.endswith(".part")]
        subprocess.run(
            [sys.executable, "-m", "beamio", "flatfield", scan, "-o", out], check=True
        )
        assert set(parts) < set(names(scan.parent))
    finally:
        process.kill()
        process.communicate(timeout=30)


def test_an_earlier_output_survives_an_interrupted_run(scan):
    out = scan.with_name("out.h5")
    out.write_text("precious")
    process = start(scan, out, "--overwrite")
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=30)
    assert out.read_text() == "precious"


def run(scan, *options, **settings):
    return subprocess.run(
        [sys.executable, "-m", "beamio", "flatfield", str(scan), *options],
        capture_output=True,
        text=True,
        check=False,
        **settings,
    )


def limit_files_to_20_kb():
    import resource

    resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))


def test_a_job_that_takes_no_step_is_ended_by_the_second_signal(scan):
    code = """
        import importlib, sys, time
        from beamio.cli import main

        def stuck(plan, progress):
            print("now", flush=True)
            time.sleep(60)

        importlib.import_module("beamio.cli.flatfield").run = stuck
        main(["flatfield", *sys.argv[1:]])
    """
    process = start(scan, scan.with_name("out.h5"), code=code)
    process.send_signal(signal.SIGINT)
    with pytest.raises(subprocess.TimeoutExpired):
        process.wait(0.5)
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=20)
    assert process.returncode == 130


@pytest.mark.parametrize("layout", ["stack", "frames"])
@pytest.mark.parametrize("compression", ["none", "gzip", "bitshuffle-lz4"])
def test_a_file_that_can_grow_no_further_is_one_line(tmp_path, compression, layout):
    raw, flats, dark = scans.images(shape=(40, 20, 30))
    scan = scans.stack(tmp_path / "scan.h5", raw, flats, dark)
    options = ["-o", str(tmp_path / "out.h5"), "--compression", compression]
    result = run(scan, *options, "--layout", layout, preexec_fn=limit_files_to_20_kb)
    assert result.returncode == 1, result.stderr  # not a segmentation fault
    assert result.stderr.count("\n") == 1
    assert "out.h5: the disk is full" in result.stderr
    assert names(tmp_path) == ["scan.h5"]


@pytest.fixture
def small_disk(tmp_path):
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(disk)]
    try:
        subprocess.run(mount, check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError) as error:
        pytest.skip(f"a small disk can't be mounted here: {error}")
    yield disk
    subprocess.run(["umount", str(disk)], check=True)


@pytest.mark.parametrize("compression", ["none", "gzip"])
def test_a_full_disk_is_one_line(tmp_path, small_disk, compression):
    raw, flats, dark = scans.images(shape=(100, 60, 70))
    scan = scans.stack(tmp_path / "scan.h5", raw, flats, dark)
    options = ["-o", str(small_disk / "out.h5"), "--compression", compression]
    result = run(scan, *options)
    assert result.returncode == 1, result.stderr
    assert result.stderr.count("\n") == 1
    wanted = (
        "needs 1.7 MB, 1.0 MB are free" if compression == "none" else "disk is full"
    )
    assert wanted in result.stderr
    assert names(small_disk) == []


def test_a_folder_without_permission_is_one_line(scan):
    if os.geteuid() == 0:
        pytest.skip("root may write everywhere")
    folder = scan.parent / "shut"
    folder.mkdir(mode=0o500)
    result = run(scan, "-o", str(folder / "out.h5"))
    assert result.returncode == 1
    assert "no permission to write" in result.stderr


def test_a_reader_that_goes_away_ends_the_run_quietly(scan):
    command = f"'{sys.executable}' -m beamio flatfield '{scan}' --dry-run | true"
    result = subprocess.run(
        ["bash", "-c", command], capture_output=True, text=True, check=False
    )
    assert "Traceback" not in result.stderr
