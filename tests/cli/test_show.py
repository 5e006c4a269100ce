import json
import os
import subprocess
import sys

import h5py
import numpy as np
import pytest
from click.testing import CliRunner
from nexus_files import curve_file, nxdata

from beamio.cli import main


def show(*arguments, expect=0):
    result = CliRunner().invoke(main, ["show", *map(str, arguments)])
    assert result.exit_code == expect, result.output
    return result.output


@pytest.fixture
def stack(tmp_path):
    path = tmp_path / "scan.h5"
    frames = np.random.default_rng(0).integers(0, 900, (5, 60, 80)).astype("u2")
    frames[3, 10, 20] = 65535
    with h5py.File(path, "w") as file:
        file["entry/data"] = frames
    return path, frames


def test_statistics_are_of_the_whole_frame(stack):
    path, frames = stack
    (found,) = json.loads(show(path, "--frame", 3, "--json"))
    known = found["statistics"]
    assert known["saturated"] == 1
    assert known["max"] == 65535
    assert known["mean"] == pytest.approx(frames[3].mean())
    assert known["std"] == pytest.approx(frames[3].std())
    assert (found["frame"], found["frames"], found["shape"]) == (3, 5, [5, 60, 80])
    assert f"{frames[3].mean():.7g}" in show(path, "--frame", 3)


def test_frame_0_can_be_asked_for(stack):
    assert json.loads(show(stack[0], "--frame", 0, "--json"))[0]["frame"] == 0


def test_a_curve_fills_80_columns_and_24_lines(tmp_path):
    path, *_ = curve_file(tmp_path / "f.h5")
    lines = show(path).splitlines()
    assert len(lines) <= 23
    assert max(map(len, lines)) <= 80
    assert "Fe K edge" in lines
    assert any("energy (keV)" in line for line in lines)


def test_several_files_are_shown_and_one_that_fails_does_not_stop_the_rest(stack):
    path, _ = stack
    output = show(path, path.with_name("gone.h5"), f"{path}::/entry", expect=1)
    assert "gone.h5" in output
    assert output.count("shape     5 x 60 x 80") == 1
    assert "name a dataset" in output


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--frame", "9"], "there are 5 frames"),
        (["--slice", "0:x"], "0:x"),
        (["--colormap", "virids"], "viridis"),
        (["--percentile", "5"], "two numbers"),
        (["--width", "3"], "20 or more"),
        (["-o", "a.jpg"], ".png"),
    ],
)
def test_a_mistake_is_one_line_that_says_what_would_work(stack, options, words):
    output = show(stack[0], *options, expect=1)
    assert words in output
    assert output.count("\n") == 1


def test_a_picture_is_drawn_into_a_file_instead(stack, tmp_path):
    assert show(stack[0], "-o", tmp_path / "a.png") == ""
    assert (tmp_path / "a.png").read_bytes().startswith(b"\x89PNG")


def test_nothing_of_the_file_reaches_the_terminal_raw(tmp_path):
    bad = "\x1b]0;x\x07\u202e\n"
    path = tmp_path / "f.h5"
    with h5py.File(path, "w") as file:
        plot = nxdata(file, "plot", [1.0, 2.0], axes=["x"], auxiliary_signals=[bad])
        plot["x"] = [1, 2]
        plot[bad] = [2.0, 1.0]
        for name in ("counts", "x", bad):
            plot[name].attrs.update({"long_name": bad, "units": bad})
        plot["title"] = bad
        plot["text"] = [bad, "b"]
        plot["word"] = bad
        plot.create_dataset("table", data=np.zeros(2, [(bad, "i4"), ("b", "S2")]))
        image = nxdata(file, "image", np.eye(3), axes=["x", "x"])
        image["x"] = [1, 2, 3]
        image["x"].attrs["units"] = image["counts"].attrs["units"] = bad
    with h5py.File(path) as file:
        names = [f"plot/{name}" for name in file["plot"]] + ["image/counts"]
    for name in names:
        output = show(f"{path}::/{name}")
        assert not {"\x1b", "\x07", "\u202e"} & set(output), name


def test_a_terminal_is_drawn_on_in_its_colours(stack):
    pty = pytest.importorskip("pty")
    above, below = pty.openpty()
    environment = {**os.environ, "TERM": "xterm", "COLORTERM": "truecolor"}
    environment.pop("NO_COLOR", None)
    with subprocess.Popen(
        [sys.executable, "-m", "beamio", "show", stack[0], "--height", "20"],
        stdin=subprocess.DEVNULL,
        stdout=below,
        env=environment,
    ) as process:
        os.close(below)
        output = b""
        while True:
            try:
                part = os.read(above, 65536)
            except OSError:
                break
            if not part:
                break
            output += part
    os.close(above)
    assert process.returncode == 0
    assert b"\x1b[38;2;" in output
    assert "▀".encode() in output


def test_a_pipe_gets_no_escape_sequences(stack):
    result = subprocess.run(
        [sys.executable, "-m", "beamio", "show", stack[0]],
        capture_output=True,
        check=True,
        env={**os.environ, "PYTHONIOENCODING": "ascii"},
    )
    assert result.stdout.isascii()
    assert b"\x1b" not in result.stdout


def test_a_picture_is_drawn_without_matplotlib(stack):
    program = (
        "import sys; from beamio.cli import main\n"
        "try: main(sys.argv[1:])\n"
        "except SystemExit: print('matplotlib' in sys.modules)"
    )
    result = subprocess.run(
        [sys.executable, "-c", program, "show", stack[0]],
        capture_output=True,
        check=True,
        text=True,
        encoding="utf-8",
        env={**os.environ, "PYTHONIOENCODING": "utf-8"},
    )
    assert result.stdout.endswith("False\n")


def test_what_is_too_large_to_draw_is_told_and_a_part_of_it_drawn(tmp_path):
    path = tmp_path / "sparse.h5"
    with h5py.File(path, "w") as file:
        file.create_dataset("image", (10**6, 10**6), "f4", chunks=(1000, 1000))
        file.create_dataset("curve", (2**40,), "f8")
    for name, part in (("image", "[0:1000, 0:1000]"), ("curve", "[0:1000]")):
        told = show(f"{path}::/{name}", expect=1)
        assert f"name a part, as in {path}::/{name}{part}" in " ".join(told.split())
        show(f"{path}::/{name}{part.replace(' ', '')}")


def test_a_text_is_called_so(tmp_path):
    path = tmp_path / "scan.h5"
    with h5py.File(path, "w") as file:
        file["title"] = "diatom"
    assert "object" not in show(path)
