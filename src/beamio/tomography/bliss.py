"""Scans of BLISS, ESRF's control system: entries ``1.1``, ``2.1``, one a step."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from beamio.errors import MissingFileError, MissingImagesError
from beamio.formats import OpenFiles
from beamio.formats.frames import file_stem
from beamio.formats.hdf5 import member
from beamio.tomography.beside import fact_of
from beamio.tomography.bliss_facts import facts_of_each, facts_of_entry
from beamio.tomography.bliss_scans import bliss_scans
from beamio.tomography.bliss_steps import Step, lost_links, scans_in, title_of
from beamio.tomography.found import Found
from beamio.view import count

_LISTED = 12


def find_bliss(
    name: str, path: str | None, detector: str | None, files: OpenFiles
) -> Found:
    """Return a scan in a file of BLISS.

    Parameters
    ----------
    name
        The file.
    path
        An entry of the scan, such as ``/1.1``, where the file holds several scans.
    detector
        The detector, where there are several.

    Raises
    ------
    MissingImagesError
        If no entry holds projections, or the file holds several scans.
    """
    root = files.hdf5(name)
    wanted = None if path in {None, "/"} else str(path).strip("/")
    scans = bliss_scans(root, detector, name)
    chosen = [scan for scan in scans if wanted in {None, scan.name, *scan.names}]
    lost = lost_links(root)
    if not chosen and lost:
        more = f", and so do {len(lost) - 1:,} more" if len(lost) > 1 else ""
        raise MissingFileError(
            f"{name}: {lost[0]}, which is not there{more}; put the file back, or name "
            "another scan",
            place=name,
        )
    if not chosen:
        raise MissingImagesError(
            f"{name}: no entry holds projections; its entries are {_titles(root)}",
            place=name,
        )
    if len(chosen) > 1:
        labels = ", ".join(scan.label for scan in chosen[:_LISTED])
        more = f" and {len(chosen) - _LISTED:,} more" if len(chosen) > _LISTED else ""
        raise MissingImagesError(
            f"{name}: holds {count(len(chosen), 'scan')}: {labels}{more}; choose one, "
            f"as {name}::/{chosen[0].name}",
            place=name,
        )
    scan = chosen[0]
    return _found(root, scan.first, scan.steps, file_stem(name))


def _titles(root: Any) -> str:
    found = {name: each for entries in scans_in(root) for name, each in entries.items()}
    entries = list(found.items())
    shown = ", ".join(f"/{name} {title_of(e)!r}" for name, e in entries[:_LISTED])
    more = len(entries) - _LISTED
    return f"{shown} and {more:,} more" if more > 0 else shown


def _found(root: Any, first: str, steps: Sequence[Step], stem: str) -> Found:
    members = [(step.frames, i) for step in steps for i in range(step.count)]
    keys = np.array([step.key for step in steps for _ in range(step.count)], np.int8)
    facts = dict(facts_of_each(steps))
    above = member(root, first)
    for entry in (above, *(step.entry for step in steps)):
        for name, fact in facts_of_entry(entry, steps[0].detector):
            facts.setdefault(name, fact)
    for name, entry in (("start_time", above), ("end_time", steps[-1].entry)):
        time = fact_of(member(entry, name), name, "")
        if time is not None:
            facts[name] = time
    title = fact_of(member(above, "title"), "title", "")
    if title is not None:
        facts["title"] = title
    return Found(
        layout="BLISS",
        name=stem,
        members=members,
        keys=keys,
        places=np.arange(len(keys), dtype=np.float64),
        facts=facts,
    )
