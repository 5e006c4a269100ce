"""Scans of BLISS, ESRF's control system: entries ``1.1``, ``2.1``, one a step."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from beamio.errors import MissingImagesError
from beamio.formats import OpenFiles
from beamio.formats.frames import file_stem
from beamio.formats.hdf5 import member
from beamio.nexus.nxtomo.keys import ImageKey
from beamio.tomography.beside import fact_of
from beamio.tomography.bliss_facts import facts_of_each, facts_of_entry
from beamio.tomography.bliss_steps import Step, scans_in, steps_of, title_of
from beamio.tomography.found import Found
from beamio.view import count


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
    scans = list(scans_in(root))
    wanted = None if path in {None, "/"} else str(path).strip("/")
    chosen = [
        (first, steps)
        for first, entries in scans
        if (steps := list(steps_of(entries, detector, name)))
        and wanted in {None, first, *(entry.name.strip("/") for entry in entries)}
        and any(step.key is ImageKey.PROJECTION for step in steps)
    ]
    if not chosen:
        titles = ", ".join(
            f"{e.name} {title_of(e)!r}" for _, es in scans for e in es[:4]
        )
        raise MissingImagesError(
            f"{name}: no entry holds projections; its entries are {titles}",
            place=name,
        )
    if len(chosen) > 1:
        firsts = ", ".join(f"/{first}" for first, _ in chosen)
        raise MissingImagesError(
            f"{name}: holds {count(len(chosen), 'scan')}: {firsts}; choose one, as "
            f"{name}::/{chosen[0][0]}",
            place=name,
        )
    first, steps = chosen[0]
    return _found(root, first, steps, file_stem(name))


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
