"""A scan that is an NXtomo already."""

from typing import Any

import numpy as np

from beamio.formats import OpenFiles
from beamio.formats.frames import file_stem
from beamio.nexus.nxtomo.layout import nxtomo_entries
from beamio.nexus.nxtomo.read import read_entry
from beamio.tomography.facts import UNITS, Fact
from beamio.tomography.found import Found


def is_nxtomo(root: Any) -> bool:
    """Tell whether an open file holds an NXtomo."""
    return bool(nxtomo_entries(root))


def find_nxtomo(name: str, path: str | None, files: OpenFiles) -> Found:
    """Return the scan in an NXtomo.

    Raises
    ------
    MissingImagesError
        If there are several and none was chosen.
    """
    scan = read_entry(files, name, path)
    frames, keys = scan["frames"], np.asarray(scan["image_key_control"])
    facts = {
        fact: Fact(scan[fact], scan["url"])
        for fact in UNITS
        if scan.get(fact) is not None and not _is_empty(scan[fact])
    }
    return Found(
        layout="NXtomo",
        name=file_stem(name),
        members=[(frames, i) for i in range(frames.shape[0])],
        keys=keys,
        places=np.arange(len(keys), dtype=np.float64),
        facts=facts,
        further={
            name: scan[name]
            for name in ("transformations", "sequence_number")
            if scan.get(name) is not None
        },
    )


def _is_empty(value: Any) -> bool:
    return isinstance(value, str) and not value
