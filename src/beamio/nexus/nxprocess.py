"""NXprocess: which program made the data, from what, and how."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from beamio.view import valid

COPIED = ("beamio", "build")
"""Program and name of the process that says where frames came from, unchanged."""


def write_process(
    entry: Any,
    name: str,
    *,
    parameters: Mapping[str, object],
    sources: Mapping[str, Mapping[str, object]],
) -> Any:
    """Write an NXprocess group and return it.

    Parameters
    ----------
    entry
        The `h5py.Group` to write in, an NXentry.
    name
        What was done, such as ``flat_field``; the group's name.
    parameters
        Everything that the result depends on; None is left out.
    sources
        For each source its facts; ``files`` is a list of files, whose sizes (in
        bytes) and times of change are added.

    Notes
    -----
    https://manual.nexusformat.org/classes/base_classes/NXprocess.html
    """
    process = entry.create_group(name)
    process.attrs["NX_class"] = "NXprocess"
    process["program"] = "beamio"
    process["version"] = version("beamio")
    process["date"] = datetime.now(UTC).astimezone().isoformat(timespec="seconds")
    _write_values(process, "parameters", "NXparameters", parameters)
    group = process.create_group("sources")
    group.attrs["NX_class"] = "NXcollection"
    for source, facts in sources.items():
        files = facts.get("files")
        known = facts if files is None else {**facts, **_file_facts(files)}  # type: ignore[arg-type] # "files" is a list of names
        _write_values(group, source, "NXnote", known)
    return process


def _write_values(
    parent: Any, name: str, nx_class: str, values: Mapping[str, object]
) -> None:
    group = parent.create_group(name)
    group.attrs["NX_class"] = nx_class
    for key, value in values.items():
        if isinstance(value, str):
            group[key] = valid(value)
        elif isinstance(value, list) and value and isinstance(value[0], str):
            group[key] = list(map(valid, value))
        elif isinstance(value, bool):
            group[key] = int(value)  # the definition knows text and numbers
        elif value is not None:
            group[key] = value


def _file_facts(files: Iterable[str]) -> dict[str, object]:
    found = [Path(file).absolute() for file in files]
    stats = [file.stat() for file in found]
    times = [datetime.fromtimestamp(stat.st_mtime, UTC) for stat in stats]
    return {
        "files": [str(file) for file in found],
        "size": [stat.st_size for stat in stats],
        "mtime": [time.isoformat() for time in times],
    }
