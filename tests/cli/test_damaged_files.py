"""Damage, wherever it is met, is told in one line that names the file."""

import random

import h5py
import numpy as np
import pytest
from click.testing import CliRunner

from beamio.cli import main

COMMANDS = [
    ["ls", "-lr"],
    ["ls", "-r", "--json"],
    ["dump"],
    ["dump", "--json"],
    ["dump", "--cdl"],
    ["show"],
    ["find", "--where", "value > 3"],
    ["info"],
    ["info", "--json"],
    ["diff", "whole.h5"],
]
MANY = 12
"""More attributes and members than the header of an object holds."""


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """A file whose structure has checksums, so that changes of it are found."""
    path = tmp_path_factory.mktemp("whole") / "whole.h5"
    with h5py.File(path, "w", libver="latest") as file:
        data = np.arange(600.0).reshape(20, 30)
        made = file.create_dataset("data", data=data, chunks=(5, 6), compression=1)
        for number in range(MANY):
            made.attrs[f"attribute {number}"] = "text"
            file[f"group/{number}"] = number
        file.create_dataset("grows", data=np.arange(40), maxshape=(None,), chunks=(4,))
    return path.read_bytes()


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_damage_is_one_line_that_names_the_file(command, whole, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "whole.h5").write_bytes(whole)
    chance = random.Random(5)  # noqa: S311 (no secret)
    starts = [at for at in range(len(whole)) if whole[at : at + 4] in SIGNATURES]
    for number, start in enumerate(starts):
        data = bytearray(whole)
        data[start + chance.randrange(4, 12)] ^= 0xFF
        name = f"damaged{number}.h5"
        (tmp_path / name).write_bytes(data)
        result = CliRunner().invoke(main, [*command, name])
        assert "a defect of" not in result.stderr, (start, result.stderr)
        assert result.stderr.count("\n") <= 1
        assert not result.stderr or name in result.stderr


SIGNATURES = {
    bytes(text, "ascii")
    for text in ("OHDR", "OCHK", "FRHP", "FHDB", "FHIB", "BTHD", "BTLF", "EAHD", "FAHD")
}
"""What the parts of the structure of a file begin with."""
