import json
import subprocess
import sys

import h5py
import numpy as np
import pytest
import scans
from click.testing import CliRunner

import beamio
from beamio.cli import main


@pytest.fixture
def scan(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return str(scans.numbered("scan.h5", *scans.images()))


def run(*arguments):
    result = CliRunner().invoke(main, ["flatfield", *arguments])
    assert result.exit_code == 0, result.output
    assert result.stderr == ""
    return result.stdout


def test_it_says_what_it_found_and_what_it_did(scan):
    lines = run(scan, "-o", "out.h5").splitlines()
    assert lines[:10] == [
        "raw      scan.h5::/data",
        "         6 frames, 5 x 7 uint16, placed by number: 0 to 500",
        "flats    scan.h5::/flatfield",
        "         2 images, at 0 and 500, interpolated between",
        "darks    scan.h5::/dark",
        "         1 image, used for every frame",
        "result   (raw - dark) / (flat - dark); invalid pixels become NaN",
        "output   out.h5",
        "         one stack, 6 x 5 x 7 float32, 840 B",
        "",
    ]
    assert lines[10].startswith("corrected 6 frames in ")
    assert lines[11].endswith(" written to out.h5::/entry/data/data")
    assert lines[12] == "no invalid pixels"


def test_a_dry_run_writes_nothing(scan, tmp_path):
    text = run(scan, "--dry-run")
    assert "6 frames" in text
    assert "corrected" not in text
    assert [path.name for path in tmp_path.iterdir()] == ["scan.h5"]


def test_json_is_for_programs(scan):
    report = json.loads(run(scan, "-o", "out.h5", "--json"))
    assert report["frames"] == 6
    assert report["flats"][1] == {
        "position": 500,
        "images": 1,
        "sources": ["scan.h5::/flatfield"],
    }


@pytest.mark.parametrize(
    ("options", "keywords"),
    [
        (["--log", "--floor", "0.1"], {"log": True, "floor": 0.1}),
        (["--clip", "0.2", "0.9"], {"clip": (0.2, 0.9)}),
        (["--fill", "one", "--invalid", "0x1f4"], {"fill": "one", "invalid": 500}),
        (["--frames", "1:5:2"], {"frames": "1:5:2"}),
        (["--region", "1:3,2:6"], {"region": "1:3,2:6"}),
        (["--dtype", "float16"], {"dtype": "float16"}),
        (["--no-dark", "--reduce", "mean"], {"without_darks": True, "reduce": "mean"}),
        (["--flat", "/flatfield/0000"], {"flats": "/flatfield/0000"}),
        (["--flat-position", "0,200"], {"flat_position": "0,200"}),
        (["--compression", "zstd:3", "--threads", "1"], {"compression": "zstd:3"}),
    ],
    ids=lambda value: value[0] if isinstance(value, list) else "",
)  # fmt: skip
def test_an_option_does_what_its_keyword_does(scan, options, keywords):
    run(scan, "-o", "command.h5", *options)
    beamio.flatfield(scan, "function.h5", **keywords)
    with h5py.File("command.h5") as one, h5py.File("function.h5") as other:
        got, wanted = one["entry/data/data"], other["entry/data/data"]
        assert got.dtype == wanted.dtype
        np.testing.assert_array_equal(got, wanted)


def test_several_files_are_one_scan(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    raw, flats, dark = scans.images()
    for i, image in enumerate(raw):
        scans.edf(tmp_path / f"p_{i:04d}.edf", [image])
    scans.edf(tmp_path / "f.edf", flats[:1])
    scans.edf(tmp_path / "d.edf", [dark])
    names = [f"p_{i:04d}.edf" for i in range(6)]
    text = run(*names, "--flat", "f.edf", "--dark", "d.edf", "-o", "out.h5")
    assert "raw      p_0000.edf ... p_0005.edf\n         6 frames" in text


def test_invalid_pixels_are_reported_with_their_reason(scan):
    with h5py.File(scan, "a") as file:
        file["data/0100"][2, 2] = 65535
        file["dark/0000"][0, 0] = 65535
    text = run(scan, "-o", "out.h5", "--invalid", "65535")
    assert text.splitlines()[-1] == "7 invalid pixels (3.3 %): 6 no beam, 1 masked"


def test_an_existing_output_is_replaced_when_asked(scan):
    run(scan, "-o", "out.h5")
    run(scan, "-o", "out.h5", "--overwrite", "--log")
    with h5py.File("out.h5") as file:
        assert file["entry/data/data"].attrs["long_name"] == "absorption"


@pytest.mark.parametrize("frames", ["0", ":"])
def test_a_preview_is_a_picture(scan, tmp_path, frames):
    from PIL import Image

    run(scan, "-o", "out.h5", "--preview", "look.png", "--frames", frames)
    with Image.open("look.png") as picture:
        assert picture.format == "PNG"
        assert np.ptp(np.asarray(picture)) > 200
        width, height = picture.size
    rows = round(height / width * 4.68)  # of one frame: 5 x 7 pixels, three panels
    assert rows == (3 if frames == ":" else 1)
    assert {p.name for p in tmp_path.iterdir()} == {"scan.h5", "out.h5", "look.png"}


def test_what_is_likely_wrong_is_said(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    raw, flats, _ = scans.images()
    scans.edf(tmp_path / "p.edf", raw)
    for number, flat in zip((0, 500), flats, strict=True):
        scans.edf(tmp_path / f"f_{number:04d}.edf", [flat])
    arguments = ["p.edf", "--flat", "f_*.edf", "--no-dark", "-o", "out.h5"]
    result = CliRunner().invoke(main, ["flatfield", *arguments])
    assert result.exit_code == 0
    assert result.stderr == (
        "warning  the flats lie at 0 and 500, but the frames at 0 to 5, their index: "
        "if they are counted otherwise, say so with --position\n"
    )


def test_frames_that_were_never_written_are_said(scan):
    with h5py.File(scan, "a") as file:
        del file["data"]
        file.create_dataset("data", (6, 5, 7), "u2", chunks=(1, 5, 7))[:4] = 7
    result = CliRunner().invoke(main, ["flatfield", scan, "--dry-run"])
    wanted = "scan.h5::/data: 2 frames were never written, frame 0004 the first of them"
    assert wanted in result.stderr


def test_a_pipe_gets_neither_colours_nor_a_progress_bar(scan):
    command = [sys.executable, "-m", "beamio", "flatfield", scan, "-o", "out.h5"]
    result = subprocess.run(command, capture_output=True, text=True, check=True)
    assert result.stderr == ""
    assert "\x1b" not in result.stdout


def test_a_terminal_gets_a_progress_bar(scan):
    import os
    import pty

    leader, follower = pty.openpty()
    command = [sys.executable, "-m", "beamio", "flatfield", scan, "-o", "out.h5"]
    subprocess.run(command, stderr=follower, stdout=subprocess.DEVNULL, check=True)
    os.close(follower)
    seen = os.read(leader, 100_000).decode()
    os.close(leader)
    assert "reducing flats and darks" in seen
    assert "waiting for the disk" in seen
    assert "━" in seen
