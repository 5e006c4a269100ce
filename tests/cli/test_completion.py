import os
import pty
import select
import shutil
import stat
import subprocess
import sys
import time

import h5py
import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from beamio.cli import COMMANDS, main
from beamio.cli.shell_words import quoted, split
from beamio.cli.url import Url

BREAKS = "\"'><=;|&(:"
"""Where bash begins a word anew."""


@pytest.fixture
def scan(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with h5py.File("my scan:1.h5", "w") as file:
        file["entry/it's"] = 1
        file["e\x1b[31m\n"] = 1
    shutil.copy("my scan:1.h5", "scan.h5")
    (tmp_path / "bad.h5").write_bytes(b"\x89HDF\r\n\x1a\n" + b"\xff" * 300)
    return tmp_path


def asked(line, shell="bash", breaks=BREAKS):
    variables = {
        "_BEAMIO_COMPLETE": f"{shell}_complete",
        "_BEAMIO_LINE": line,
        "_BEAMIO_BREAKS": breaks if shell == "bash" else "",
    }
    result = CliRunner().invoke(main, env=variables)
    assert result.stderr == ""
    return [line for line in result.stdout.splitlines() if line]


@pytest.mark.parametrize(
    ("line", "offered"),
    [
        ("beamio com", ["completion "]),
        ("beamio ls --rec", ["--recursive "]),
        ("beamio ls sc", ["scan.h5 "]),
        ("beamio ls scan.h5::/en", ["/entry/"]),
        ("beamio ls scan.h5:", []),
        ("beamio ls my", [r"my\ scan:1.h5 "]),
        (r"beamio ls my\ scan:1.h5::/en", ["/entry/"]),
        ('beamio ls "my scan:1.h5::/en', ["my scan:1.h5::/entry/"]),
        ("beamio ls 'scan.h5::/entry/", [r"scan.h5::/entry/it'\''s"]),
        ('beamio ls "scan.h5"::/entry/', [r"/entry/it\'s "]),
        (r"beamio ls scan.h5::/e$'\033'", [r"/e$'\033'\[31m$'\012' "]),
        ("beamio flatfield scan.h5 --output=sc", ["scan.h5 "]),
        ("beamio ls bad.h5::/", []),
        ("beamio nothing sc", []),
    ],
)
@pytest.mark.usefixtures("scan")
def test_the_word_at_the_cursor_goes_on(line, offered):
    assert asked(line) == offered


@pytest.mark.usefixtures("scan")
def test_every_command_is_offered_with_what_it_does():
    lines = asked("beamio ", "fish")
    assert lines == [f"{name}\t{does}" for name, does in COMMANDS.items()]


def commands_below(group, name):
    """A command of a group, or those that are in it."""
    command = group.get_command(None, name)
    names = command.list_commands(None) if hasattr(command, "list_commands") else []
    return [c for n in names for c in commands_below(command, n)] or [command]


@pytest.mark.parametrize("name", sorted(COMMANDS.keys() - {"demo", "completion"}))
def test_every_command_completes_paths(name):
    for command in commands_below(main, name):
        assert any(isinstance(argument.type, Url) for argument in command.params)


@pytest.mark.usefixtures("scan")
def test_zsh_is_given_the_whole_word_and_fish_the_plain_one():
    line = r"beamio ls my\ scan:1.h5::/en"
    assert asked(line, "zsh") == [r"my\ scan:1.h5::/entry/"]
    assert asked(line, "fish") == ["my scan:1.h5::/entry/"]


@pytest.mark.usefixtures("scan")
def test_what_fish_could_not_show_is_left_out():
    assert "\x1b" not in "".join(asked("beamio ls scan.h5::/", "fish"))


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_script_has_no_mistake_that_the_shell_sees(shell):
    script = CliRunner().invoke(main, ["completion", shell]).stdout
    if shutil.which(shell) is None:
        pytest.skip(f"there is no {shell} here")
    subprocess.run([shell, "-n"], input=script, text=True, check=True)


letters = st.characters(exclude_characters="\0", exclude_categories=["Cs"])
typed = st.text(letters | st.just("\udce9"), max_size=20)
"""What may be in a name; the last one is a byte that is no UTF-8."""


@given(typed, st.sampled_from(["", "'", '"', "$'"]))
def test_what_is_quoted_reads_as_it_was(text, quote):
    closing = quote[-1:]
    line = f"beamio {quote}{quoted(text, quote)}{closing} end"
    words, last = split(line)
    assert words == ["beamio", *([text] if text or quote else [])]
    assert last.plain == "end"


@given(typed)
def test_bash_reads_what_is_quoted_as_it_was(text):
    said = subprocess.run(
        ["bash", "-c", f"printf %s {quoted(text)}"],
        capture_output=True,
        check=True,
        env={**os.environ, "LC_ALL": "C.UTF-8"},
    )
    assert said.stdout == os.fsencode(text)


def typed_in_bash(keys, folder):
    """What an interactive bash shows after keys, with a tab among them."""
    command = folder / "bin" / "beamio"
    command.parent.mkdir()
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m beamio "$@"\n')
    command.chmod(command.stat().st_mode | stat.S_IXUSR)
    script = CliRunner().invoke(main, ["completion", "bash"]).stdout
    (folder / "rc").write_text(f"PS1='> '\nPATH={command.parent}:$PATH\n{script}")
    bash, terminal = pty.fork()
    if not bash:
        os.environ["TERM"] = "dumb"
        os.execvp("bash", ["bash", "--noprofile", "--rcfile", "rc", "-i"])  # noqa: S606 (a shell it is)
    shown = b""
    deadline = time.monotonic() + 20
    sent = False
    while time.monotonic() < deadline and not shown.rstrip().endswith(b"done"):
        if not sent and shown.endswith(b"> "):
            os.write(terminal, keys.encode())
            sent = True
        if select.select([terminal], [], [], 0.1)[0]:
            shown += os.read(terminal, 4096)
    os.write(terminal, b"\x03exit\n")
    os.close(terminal)
    os.waitpid(bash, 0)
    return shown.decode()


@pytest.mark.skipif(shutil.which("bash") is None, reason="there is no bash here")
@pytest.mark.skipif(sys.platform != "linux", reason="macOS has a bash of 2007")
def test_a_real_bash_completes_past_the_colons(scan):
    shown = typed_in_bash("beamio ls scan.h5::/en\tdone", scan)
    assert "beamio ls scan.h5::/entry/done" in shown


def test_an_error_of_ours_never_stands_in_the_line_that_is_typed(monkeypatch, capfd):
    def fail(*_):
        raise ValueError

    monkeypatch.setattr("beamio.cli.completion.split", fail)
    assert asked("beamio ls sc") == []
    assert capfd.readouterr().err == ""
