import io
import re
import sys

import numpy as np
import pytest

from beamio.picture import terminal
from beamio.picture.choose import picture_of
from beamio.view.depth import Depth
from beamio.view.picture import Screen


@pytest.mark.parametrize("kind", ["SixelImage", "TGPImage"])
@pytest.mark.parametrize("size", [(80, 24), (200, 60), (40, 20)])
def test_graphics_of_the_terminal_fit_on_the_screen(monkeypatch, capfd, kind, size):
    pytest.importorskip("textual_image")
    from textual_image import renderable

    monkeypatch.setattr(terminal, "_graphics", lambda _: getattr(renderable, kind))
    picture = picture_of(np.arange(400 * 600.0).reshape(400, 600))
    terminal.send(picture, sys.stdout, Screen(*size, Depth.FULL), pixels=True)
    text = capfd.readouterr().out
    found = {"SixelImage": "\x1bP", "TGPImage": "\x1b_G"}[kind] in text
    assert found  # without the text, which fills many screens
    assert "mean" in text
    assert text.count("\n") < size[1]
    plain = re.sub(r"\x1b[P_][^\x1b]*\x1b\\|\x1b\[[^A-Za-z]*[A-Za-z]", "", text)
    assert "max" in plain


def test_curves_are_drawn_in_braille_whatever_the_terminal_has(monkeypatch):
    monkeypatch.setattr(terminal, "_graphics", lambda _: pytest.fail("asked"))
    out = io.StringIO()
    terminal.send(
        picture_of(np.arange(9.0)), out, Screen(depth=Depth.FULL), pixels=True
    )
    assert "⡠" in out.getvalue() or "⠔" in out.getvalue()


@pytest.mark.parametrize(
    ("environment", "asks"),
    [
        ({"TERM": "xterm-kitty"}, True),
        ({"TERM": "xterm-256color"}, False),
        ({"TERM": "xterm-256color", "LC_TERMINAL": "iTerm2"}, True),
        ({"TERM": "xterm-256color", "WT_SESSION": "1"}, True),
        ({"TERM": "tmux-256color", "KITTY_WINDOW_ID": "1"}, False),
        ({}, False),
    ],
)
def test_only_terminals_that_are_known_to_answer_are_asked(environment, asks):
    assert terminal._answers(environment) is asks
