"""The command, and one line for each mistake that names the file and the remedy."""

# ruff: noqa: E501 (a row of the table is a case)

import json
import os
import re
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import h5py
import numpy as np
import pytest
from click.testing import CliRunner

import beamio
from beamio.cli import main

DATA = np.random.default_rng(0).poisson(50, (6, 64, 50)).astype("u2")


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def source(name="in.h5", **options):
    options = {"chunks": (1, 64, 50), "compression": "gzip", **options}
    with h5py.File(name, "w") as file:
        file.create_dataset("entry/data", data=DATA, **options)
        file["entry/title"] = "a scan"
    return name


def repack(*arguments):
    return CliRunner().invoke(main, ["repack", *arguments])


def cut(path, keep):
    with open(path, "r+b") as file:
        file.truncate(keep)
    return path


def touched(name, text="x"):
    Path(name).write_text(text)
    return name


def linked(kind):
    kind(source(), "same.h5")
    return ["in.h5", "same.h5", "--overwrite"]


def damaged(**options):
    with h5py.File(source(**options), "r+") as file:
        file["entry/data"].id.write_direct_chunk((3, 0, 0), b"not a zlib stream")
    return "in.h5"


def missing_filter():
    with h5py.File("in.h5", "w") as file:
        properties = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
        properties.set_chunk((1, 50, 70))
        properties.set_filter(32999, h5py.h5z.FLAG_OPTIONAL, ())
        space = h5py.h5s.create_simple((6, 50, 70))
        h5py.h5d.create(
            file.id, b"data", h5py.h5t.NATIVE_UINT16, space, properties
        ).write_direct_chunk((0, 0, 0), bytes(7000), 0)
    return "in.h5"


def marked(name="in.h5"):
    """A file whose writer died in SWMR mode."""
    code = f"""
        import h5py, os
        file = h5py.File({name!r}, "w", libver="latest")
        file.create_dataset("data", (3,), maxshape=(None,))
        file.swmr_mode = True
        os._exit(0)
    """
    subprocess.run([sys.executable, "-c", textwrap.dedent(code)], check=True)
    return name


# name: (arguments, what the line must say)
CASES = {
    "file missing": (
        lambda: [source() and "im.h5", "o.h5"],
        r"im\.h5: there is no such file; did you mean in\.h5",
    ),
    "file empty": (lambda: [touched("e.h5", ""), "o.h5"], r"e\.h5: is empty"),
    "no HDF5": (
        lambda: [touched("notes.txt"), "o.h5"],
        r"notes\.txt: is not an HDF5 file",
    ),
    "cut short": (
        lambda: [cut(source(), 5000), "o.h5"],
        r"in\.h5: is cut short: 5,000 of",
    ),
    "writer died": (lambda: [marked(), "o.h5"], r"in\.h5: .*h5clear -s --increment=0"),
    "output exists": (
        lambda: [source(), touched("o.h5")],
        r"o\.h5: exists already; give another name or --overwrite",
    ),
    "output is a folder": (lambda: [source(), "."], r"\.: is a folder"),
    "output folder missing": (
        lambda: [source(), "no/o.h5"],
        r"no/o\.h5: the folder no does not exist; make it first",
    ),
    "output is the input": (
        lambda: [source(), "in.h5", "--overwrite"],
        r"in\.h5: the output would replace the input",
    ),
    "output is a hard link to it": (
        lambda: linked(os.link),
        r"same\.h5: the output would replace the input",
    ),
    "output is a soft link to it": (
        lambda: linked(os.symlink),
        r"same\.h5: the output would replace the input",
    ),
    "filter unknown": (
        lambda: [source(), "o.h5", "--filter", "zip"],
        r"no compression is called 'zip'; did you mean gzip",
    ),
    "filter option unknown": (
        lambda: [source(), "o.h5", "--filter", "zstd:lvl=2"],
        r"zstd has no option 'lvl'",
    ),
    "lossy without tolerance": (
        lambda: [source(), "o.h5", "--filter", "zfp"],
        r"zfp loses information: say how much",
    ),
    "chunks no shape": (
        lambda: [source(), "o.h5", "--chunks", "1,x"],
        r"chunks are keep, auto, or a shape",
    ),
    "chunks zero": (
        lambda: [source(), "o.h5", "--chunks", "0,5,5"],
        r"chunks are keep, auto, or a shape",
    ),
    "only of nothing": (
        lambda: [source(), "o.h5", "--filter", "lz4", "--only", "/entry/dat"],
        r"in\.h5: there is no dataset /entry/dat; did you mean /entry/data",
    ),
    "only of text": (
        lambda: [source(), "o.h5", "--filter", "lz4", "--only", "/entry/title"],
        r"in\.h5::/entry/title: can't be changed: its values are no numbers",
    ),
    "only of another type": (
        lambda: [
            source(),
            "o.h5",
            "--filter",
            "zfp:accuracy=1",
            "--only",
            "/entry/data",
        ],
        r"in\.h5::/entry/data: can't be changed: compression zfp is for",
    ),
    "chunk damaged": (
        lambda: [damaged(), "o.h5", "--filter", "lz4"],
        r"in\.h5::/entry/data: the chunk at \(3, 0, 0\) is damaged: deflate",
    ),
    "chunk damaged, as it is": (
        lambda: [damaged(), "o.h5"],
        r"in\.h5::/entry/data: the chunk at \(3, 0, 0\) is damaged: .*--no-verify",
    ),
    "filter missing": (
        lambda: [missing_filter(), "o.h5", "--filter", "lz4"],
        r"in\.h5::/data: is compressed with HDF5 filter 32999",
    ),
    "threads": (
        lambda: [source(), "o.h5", "--threads", "0"],
        r"the number of threads must be 1 or more",
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_a_mistake_is_one_line_and_nothing_is_written(folder, case):
    arguments, wanted = CASES[case]
    arguments = arguments()
    before = {p: p.read_bytes() for p in folder.rglob("*") if p.is_file()}
    result = repack(*arguments)
    assert result.exit_code == 1, result.output
    assert result.stderr.count("\n") == 1
    assert re.search(wanted, result.stderr), result.stderr
    assert {p: p.read_bytes() for p in folder.rglob("*") if p.is_file()} == before


@pytest.mark.usefixtures("folder")
def test_no_output_is_wrong_usage():
    assert repack(source()).exit_code == 2


@pytest.mark.usefixtures("folder")
def test_bytes_of_a_damaged_chunk_are_copied_if_nobody_looks():
    assert repack(damaged(), "o.h5", "--no-verify").exit_code == 0
    with h5py.File("o.h5") as file:
        found = file["entry/data"].id.read_direct_chunk((3, 0, 0))
    assert found == (0, b"not a zlib stream")


@pytest.mark.usefixtures("folder")
def test_a_chunk_of_a_missing_filter_is_copied():
    assert repack(missing_filter(), "o.h5").exit_code == 0
    with h5py.File("o.h5") as file:
        assert file["data"].id.read_direct_chunk((0, 0, 0)) == (0, bytes(7000))


@pytest.mark.usefixtures("folder")
def test_the_report_tells_what_was_changed():
    result = repack(source(), "o.h5", "--filter", "bitshuffle-zstd", "--checksum")
    assert result.exit_code == 0, result.output
    assert "/entry/data  6 x 64 x 50 uint16" in result.output
    assert "gzip:4, chunks 1 x 64 x 50 -> bitshuffle-zstd+checksum" in result.output
    assert "1 dataset copied" in result.output
    assert "repacked and compared" in result.output
    with h5py.File("o.h5") as file:
        assert (file["entry/data"][...] == DATA).all()
        assert file["entry/data"].fletcher32


@pytest.mark.usefixtures("folder")
def test_the_report_is_json_if_asked():
    result = repack(source(), "o.h5", "--filter", "zstd", "--json")
    report = json.loads(result.stdout)
    assert report["changed"][0]["path"] == "/entry/data"
    assert report["bytes_after"] == os.stat("o.h5").st_size


@pytest.mark.usefixtures("folder")
def test_a_dry_run_writes_nothing():
    result = repack(source(), "--filter", "zstd", "--dry-run")
    assert "gzip:4, chunks 1 x 64 x 50 -> shuffle+zstd, chunks" in result.output
    assert "1 dataset of 2 would change" in result.output
    result = repack("in.h5", "--filter", "zstd", "--dry-run", "--json")
    assert [row["changes"] for row in json.loads(result.stdout)] == [True, False]
    assert os.listdir() == ["in.h5"]


@pytest.mark.usefixtures("folder")
def test_a_file_that_is_open_for_writing_is_refused():
    with beamio.File(source(), "r+"), pytest.raises(beamio.BusyFileError):
        beamio.repack("in.h5", "o.h5")


@pytest.mark.usefixtures("folder")
def test_a_file_that_another_program_writes_is_refused():
    source()
    code = "import h5py; file = h5py.File('in.h5', 'r+'); print('now', flush=True); input()"
    writer = subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    writer.stdout.readline()
    result = repack("in.h5", "o.h5")
    writer.communicate(b"\n")
    assert result.exit_code == 1
    assert f"process {writer.pid}" in result.stderr
    assert not os.path.exists("o.h5")


STANDSTILL = """
    import importlib, sys, time
    from beamio.cli import main

    def wait(*args, **kw):
        print("now", flush=True)
        time.sleep(1)
        return original(*args, **kw)

    module = importlib.import_module("beamio.repack.{module}")
    original = module.{function}
    module.{function} = wait
    main(["repack", "in.h5", "o.h5", "--filter", "lz4"])
"""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
@pytest.mark.parametrize(
    ("module", "function"), [("objects", "copy_values"), ("verify", "same_values")]
)
def test_an_interrupted_run_leaves_nothing(folder, number, module, function):
    source()
    program = textwrap.dedent(STANDSTILL.format(module=module, function=function))
    process = subprocess.Popen(
        [sys.executable, "-c", program],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    process.stdout.readline()
    assert any(name.endswith(".part") for name in os.listdir())
    process.send_signal(number)
    _, errors = process.communicate(timeout=30)
    assert process.returncode == 128 + number
    assert errors == "beamio: stopped; nothing unfinished is left behind\n"
    assert os.listdir(folder) == ["in.h5"]


@pytest.mark.usefixtures("folder")
def test_copying_chunks_as_they_are_is_told_step_by_step_and_can_be_stopped():
    with h5py.File("in.h5", "w") as file:
        file.create_dataset(
            "data", data=np.zeros((64, 1 << 20), "u1"), chunks=(1, 1 << 20)
        )
    steps = []

    def stop(*step):
        done = step[1]
        steps.append(done)
        if done > 10:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        beamio.repack("in.h5", "o.h5", progress=stop)
    assert len(steps) > 5
    assert max(steps) == 11
    assert os.listdir() == ["in.h5"]


@pytest.mark.usefixtures("folder")
def test_every_cut_of_a_file_is_an_error():
    size = os.stat(source()).st_size
    for keep in range(1, size, 997):
        result = repack(cut(source(), keep), "o.h5")
        assert result.exit_code == 1, keep
        assert result.stderr.count("\n") == 1
        assert os.listdir() == ["in.h5"]


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize("options", [[], ["--filter", "lz4"]])
def test_changed_bytes_are_an_error_in_one_line_or_make_no_difference(options):
    random = np.random.default_rng(0)
    good = Path(source(fletcher32=True, chunks=(6, 64, 50))).read_bytes()
    for _ in range(60):
        bad = bytearray(good)
        bad[random.integers(0, 6000)] ^= 1 << random.integers(0, 8)
        Path("in.h5").write_bytes(bad)
        result = repack("in.h5", "o.h5", "--overwrite", *options)
        if result.exit_code:
            assert result.exit_code == 1, result.exception
            assert result.stderr.count("\n") == 1, result.stderr
            assert sorted(os.listdir()) in (["in.h5"], ["in.h5", "o.h5"])


def limit_files_to_20_kb():
    import resource

    resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))


@pytest.mark.parametrize("options", [[], ["--filter", "none"], ["--filter", "lz4"]])
def test_a_file_that_can_grow_no_further_is_one_line(folder, options):
    with h5py.File("in.h5", "w") as file:
        shape = (60, 64, 50)
        data = np.random.default_rng(1).integers(0, 60000, shape, "u2")
        file.create_dataset("data", data=data, chunks=(1, 64, 50), compression="gzip")
    result = subprocess.run(
        [sys.executable, "-m", "beamio", "repack", "in.h5", "o.h5", *options],
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=limit_files_to_20_kb,
    )
    assert result.returncode == 1, result.stderr  # not a segmentation fault
    assert result.stderr.count("\n") == 1
    assert "o.h5: the disk is full" in result.stderr
    assert os.listdir(folder) == ["in.h5"]


@pytest.mark.usefixtures("folder")
def test_a_copy_that_differs_is_not_kept():
    code = """
        import importlib, sys
        from beamio.cli import main

        def spoiled(source, target, done, **options):
            original(source, target, done, **options)
            target[2, 3, 4] += 1

        objects = importlib.import_module("beamio.repack.objects")
        original = objects.copy_values
        objects.copy_values = spoiled
        main(["repack", "in.h5", "o.h5", "--filter", "lz4"])
    """
    source()
    result = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 1
    assert "o.h5::/entry/data: a value of the copy differs" in result.stderr
    assert os.listdir() == ["in.h5"]
