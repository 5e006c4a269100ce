import subprocess
import sys

import pytest
from click.testing import CliRunner

from beamio.cli import main


@pytest.mark.parametrize("heavy", ["matplotlib", "fabio", "silx", "rich", "hdf5plugin"])
def test_the_command_line_starts_light(heavy):
    code = f"import beamio.cli, sys; assert {heavy!r} not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True)


@pytest.mark.parametrize("name", main.commands)
def test_every_command_has_help_with_an_example(name):
    command = main.commands[name]
    assert command.short_help
    assert "Example" in command.help
    result = CliRunner().invoke(main, [name, "--help"])
    assert result.exit_code == 0
    assert f"beamio {name}" in result.output


def test_the_package_is_the_command():
    result = subprocess.run(
        [sys.executable, "-m", "beamio", "--version"],
        check=True,
        capture_output=True,
        text=True,
    )
    assert result.stdout.startswith("beamio, version ") or "version" in result.stdout
