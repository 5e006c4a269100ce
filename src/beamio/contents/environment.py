"""What beamio is made of here: versions, filters, threads, the terminal."""

import os
import platform
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from typing import Any

import numpy as np

from beamio.engine.native import is_available, new_encoder
from beamio.engine.threads import usable_threads
from beamio.formats.hdf5.filter_names import KNOWN_FILTERS
from beamio.model import Way

_PACKAGES = ("beamio", "numpy", "h5py", "hdf5plugin", "fabio", "silx")
_ITEMSIZE = 2
_OPTIONS: Mapping[str, list[int]] = {
    "gzip": [4],
    "shuffle": [_ITEMSIZE],
    "bitshuffle": [0, 4, _ITEMSIZE, 0, 2],
    "blosc": [2, 2, _ITEMSIZE, 64, 5, 1, 0],
    "zstd": [3],
    "lz4": [0],
}
"""Those of a usual dataset, for filters that have some."""
_SIMD = {
    "AVX-512": {"AVX512BW", "AVX512_SKX", "X86_V4"},
    "AVX2": {"AVX2", "X86_V3"},
    "NEON": {"NEON", "ASIMD"},
}
"""The instructions that the engine has code for, and NumPy's names for them."""


@dataclass(frozen=True, slots=True)
class Terminal:
    """What the terminal can show, as far as its environment tells."""

    is_terminal: bool
    columns: int | None
    colours: str
    """"none", "16", "256" or "millions"."""
    pictures: str
    """"kitty", "iTerm2", "sixel", or "blocks" if it shows only text."""


@dataclass(frozen=True, slots=True)
class Environment:
    """What beamio is made of here."""

    versions: Mapping[str, str | None]
    """Of Python, libhdf5 and packages; None for what is not installed."""
    is_native: bool
    """Whether the native module was built."""
    simd: str
    """The instructions that the engine uses; empty for none."""
    threads: int
    filters: Mapping[str, Way]
    """What decodes each filter."""
    terminal: Terminal


def environment() -> Environment:
    """Return what beamio is made of here."""
    import h5py

    versions: dict[str, str | None] = {"Python": platform.python_version()}
    versions |= {name: _version(name) for name in _PACKAGES}
    versions["libhdf5"] = h5py.version.hdf5_version
    return Environment(
        versions,
        is_available(),
        _simd() if is_available() else "",
        usable_threads(),
        _filters(),
        terminal(os.environ, is_terminal=sys.stdout.isatty()),
    )


def _version(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None


def _simd() -> str:
    """Return the widest instructions that the engine has code for."""
    config: Any = np.show_config(mode="dicts")
    features = config.get("SIMD Extensions", {})
    present = {*features.get("baseline", ()), *features.get("found", ())}
    return next((name for name, sign in _SIMD.items() if present & sign), "")


def _filters() -> dict[str, Way]:
    import hdf5plugin  # noqa: F401 (registers filters)
    from h5py import h5z

    found = {}
    for number, name in KNOWN_FILTERS.items():
        options = _OPTIONS.get(name, [])
        if new_encoder((64,), bytes(_ITEMSIZE), [(number, options)]) is not None:
            found[name] = Way.ENGINE
        else:
            found[name] = Way.H5PY if h5z.filter_avail(number) else Way.NONE
    return found


def terminal(variables: Mapping[str, str], *, is_terminal: bool) -> Terminal:
    """Return what a terminal can show; nothing is sent to it to find out.

    Examples
    --------
    >>> terminal({"TERM": "xterm-kitty"}, is_terminal=False).pictures
    'kitty'
    """
    columns = os.get_terminal_size().columns if is_terminal else None
    return Terminal(is_terminal, columns, _colours(variables), _pictures(variables))


def _colours(variables: Mapping[str, str]) -> str:
    term = variables.get("TERM", "")
    if variables.get("NO_COLOR") or term in {"", "dumb"}:
        return "none"
    if variables.get("COLORTERM") in {"truecolor", "24bit"}:
        return "millions"
    return "256" if "256color" in term or "kitty" in term else "16"


def _pictures(variables: Mapping[str, str]) -> str:
    term = variables.get("TERM", "")
    program = variables.get("TERM_PROGRAM", "")
    if "kitty" in term or "KITTY_WINDOW_ID" in variables or program == "ghostty":
        return "kitty"
    names = {program, variables.get("LC_TERMINAL", "")}
    if names & {"iTerm.app", "iTerm2", "WezTerm"}:
        return "iTerm2"
    if any(name in term for name in ("sixel", "foot", "mlterm", "contour", "yaft")):
        return "sixel"
    return "blocks"
