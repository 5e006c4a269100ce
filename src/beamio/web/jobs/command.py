"""The shell command that does what a job does."""

import shlex
from collections.abc import Iterator, Mapping
from typing import Any

_FLAGS = {
    "flats": "--flat",
    "darks": "--dark",
    "without_darks": "--no-dark",
    "without_current": "--no-current",
}
_DEFAULTS = {
    "reduce": "median",
    "sigma": 3.0,
    "fill": "nan",
    "floor": 1e-6,
    "dtype": "float32",
    "layout": "stack",
    "compression": "none",
}


def command(
    name: str, sources: list[str], output: str | None, options: Mapping[str, Any]
) -> str:
    """Return a command line, quoted for a shell; defaults are left out.

    Examples
    --------
    >>> command("flatfield", ["my scan.h5"], "out.h5", {"log": True, "sigma": 3.0})
    "beamio flatfield 'my scan.h5' -o out.h5 --log"
    >>> command("repack", ["a.h5"], "b.h5", {"only": ["/x", "/y"], "verify": False})
    'beamio repack a.h5 b.h5 --only /x --only /y --no-verify'
    """
    words = ["beamio", name, *sources]
    if output is not None:
        words += [output] if name == "repack" else ["-o", output]
    for option, value in options.items():
        words += _words(option, value)
    return shlex.join(words)


def _words(option: str, value: Any) -> Iterator[str]:
    flag = _FLAGS.get(option, "--" + option.replace("_", "-"))
    if option == "verify":
        if not value:
            yield "--no-verify"
    elif value is True:
        yield flag
    elif value in (None, False, "", [], ()) or _DEFAULTS.get(option) == value:
        return
    elif isinstance(value, tuple):  # two limits of one option
        yield from (flag, *map(str, value))
    elif isinstance(value, list):
        for each in value:
            yield from (flag, str(each))
    else:
        yield from (flag, str(value))
