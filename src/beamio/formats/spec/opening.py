"""The tree of a SPEC file; a scan is read when it is asked for."""

import warnings
from functools import partial
from typing import Any

import numpy as np

from beamio.errors import BeamioError, BeamioWarning, DamagedFileError
from beamio.formats.silx_nodes import entry_of
from beamio.formats.spec.index import ScanPlace, find_scans
from beamio.formats.spec.scans import Scans
from beamio.formats.spec.spectra import Spectra
from beamio.formats.spec.text import ScanText, damaged
from beamio.formats.tree import ArrayValues, Branch, Entry, LazyMembers, Tree, Values


def open_spec(path: str) -> Tree:
    """Return the scans of a SPEC file, ``94.1`` the first of number 94.

    What is cut or damaged in a scan is left out, with a warning, when the scan is
    used first.

    Raises
    ------
    DamagedFileError
        If it holds no scan, or is no text.
    """
    places = find_scans(path)
    if not places:
        raise DamagedFileError(f"{path}: is a SPEC file without a scan", place=path)
    scans = Scans(path)
    makers = {place.name: partial(_entry, scans, place) for place in places}
    root = Branch(LazyMembers(makers), {"NX_class": "NXroot"})
    return Tree(path, root, close=scans.close)


def _entry(scans: Scans, place: ScanPlace) -> Entry:
    """Return a scan; its columns are read, its spectra not yet."""
    from silx.io.commonh5 import File
    from silx.io.spech5 import ScanGroup

    where = scans.where(place)
    try:
        with scans.lock:
            scan, text = scans.get(place)
            home = File(scans.path)
            home.add_node(ScanGroup(place.name, parent=home, scan=scan))
            values = partial(_values, scans=scans, place=place, scan=scan, text=text)
            found = entry_of(home, place.name, values)
    except BeamioError:
        raise
    except Exception as error:  # silx raises anything
        reason = " ".join(str(error).split()) or type(error).__name__
        raise damaged(where, f"silx can't read the scan ({reason})") from error
    _warn(where, text, scan)
    return found


def _warn(where: str, text: ScanText, scan: Any) -> None:
    names = [label.replace("/", "%") for label in scan.labels]
    twice = sorted({name for name in names if names.count(name) > 1})
    notes = [
        *text.notes,
        *(f"has two columns {name!r}; the first is given" for name in twice),
    ]
    for note in notes:
        warnings.warn(f"{where}: {note}", BeamioWarning, stacklevel=2)


def _values(
    node: Any, *, scans: Scans, place: ScanPlace, scan: Any, text: ScanText
) -> Values:
    """Return what a dataset of silx holds; the lock must be held."""
    from silx.io.spech5 import McaDataDataset

    if isinstance(node, McaDataDataset):
        analyser = int(node.parent.basename.rpartition("_")[2])
        return Spectra.of(scans, place, analyser, int(node.shape[0]))
    array = np.asarray(node[()], node.dtype)
    special = _special(node, scan, text)
    if special:
        array = array.copy()
        for row, value in special.items():
            array[row] = value
    return ArrayValues(array)


def _special(node: Any, scan: Any, text: ScanText) -> dict[Any, float]:
    """Return the values of a column or a position that are no finite numbers."""
    group = node.parent.basename
    if group not in {"measurement", "positioners"} or not (
        text.cells or text.positions
    ):
        return {}
    labels = [label.replace("/", "%") for label in scan.labels]
    if node.shape and node.basename in labels:
        column = labels.index(node.basename)
        return {row: value for (row, at), value in text.cells.items() if at == column}
    motors = [motor.replace("/", "%") for motor in scan.motor_names]
    if group == "positioners" and node.basename in motors:
        position = motors.index(node.basename)
        if position in text.positions:
            return {(): text.positions[position]}
    return {}
