import importlib
import subprocess
import sys

import pytest
from click.testing import CliRunner

import beamio
from beamio.cli import COMMANDS, main


@pytest.mark.parametrize(
    "heavy", ["matplotlib", "fabio", "silx", "rich", "hdf5plugin", "h5py", "numpy"]
)
def test_the_command_line_starts_light(heavy):
    code = f"import beamio.cli, sys; assert {heavy!r} not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help_with_an_example(name):
    command = main.get_command(None, name)
    assert command.name == name
    assert "Example" in command.help
    result = CliRunner().invoke(main, [name, "--help"])
    assert result.exit_code == 0
    assert f"beamio {name}" in result.output


@pytest.mark.parametrize("name", beamio.__all__)
def test_a_public_name_is_what_it_says_whatever_was_imported_before(name):
    code = f"""
import sys, importlib.util, types
if importlib.util.find_spec("beamio.{name.lower()}"):
    importlib.import_module("beamio.{name.lower()}")
import beamio
assert not isinstance(beamio.{name}, types.ModuleType)
from beamio import {name}
"""
    subprocess.run([sys.executable, "-c", code], check=True)


def test_the_commands_are_listed_with_what_they_do():
    result = CliRunner().invoke(main, ["--help"])
    assert result.exit_code == 0
    for name, purpose in COMMANDS.items():
        assert name in result.output
        assert purpose[:30] in result.output


@pytest.mark.parametrize(
    ("name", "what", "status"),
    [("convert", "convert_files", 1), ("check", "check_files", 2)],
)
def test_a_defect_is_told_in_one_line(monkeypatch, name, what, status):
    def fail(*_, **__):
        raise RuntimeError("no such luck\x1b[31m")

    monkeypatch.setattr(importlib.import_module(f"beamio.cli.{name}"), what, fail)
    command = [name, "a.edf", *(["-o", "a.h5"] if name == "convert" else [])]
    result = CliRunner().invoke(main, command)
    assert result.exit_code == status
    (line,) = result.stderr.splitlines()
    assert line.startswith("beamio: a defect of beamio's, not a mistake of yours: Run")
    assert "\x1b" not in line
    with pytest.raises(RuntimeError, match="no such luck"):
        CliRunner().invoke(main, ["--debug", *command], catch_exceptions=False)


def test_the_package_is_the_command():
    result = subprocess.run(
        [sys.executable, "-m", "beamio", "--version"],
        check=True,
        capture_output=True,
        text=True,
    )
    assert result.stdout.startswith("beamio, version ") or "version" in result.stdout


def warned(folder, *args):
    """The lines on standard error of a command that has done its work."""
    result = subprocess.run(
        [sys.executable, "-m", "beamio", *args],
        check=True,
        cwd=folder,
        capture_output=True,
        text=True,
    )
    return result.stderr.splitlines()


def test_a_warning_is_one_plain_line(tmp_path):
    scan = "#S 1 ascan\n#D Thu Feb 10 22:43:43 2011\n#N 2\n#L x  x\n1 2\n3 4\n"
    (tmp_path / "a.spec").write_text(f"#F a.spec\n\n{scan}")
    (line,) = warned(tmp_path, "convert", "a.spec", "-o", "a.h5")
    assert line == ("warning  a.spec::/1.1: has two columns 'x'; the first is given")


@pytest.mark.parametrize("remark", ["warnings.warn('odd')", "log.warning('odd')"])
def test_remarks_of_other_libraries_are_not_for_the_terminal(remark):
    code = f"""
import logging, warnings
import beamio.cli, beamio.cli.ls, click
log = logging.getLogger("fabio.edfimage")
beamio.cli.ls.ls = click.Command("ls", callback=lambda: {remark})
beamio.cli.main(["ls"])
"""
    result = subprocess.run(
        [sys.executable, "-c", code], check=True, capture_output=True, text=True
    )
    assert result.stderr == ""
