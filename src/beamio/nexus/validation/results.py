"""Whether what an entry holds was computed, as a process in it tells."""

from typing import Any

import numpy as np

from beamio.formats.attributes import nx_class
from beamio.formats.external import followed
from beamio.nexus.nxprocess import COPIED
from beamio.nexus.validation.notes import BROKEN
from beamio.nexus.validation.types import is_text, texts

_INTEGERS = {"NX_INT", "NX_POSINT", "NX_UINT"}
_IMAGE = 2


def made_by(entry: Any) -> str:
    """Return the name of the NXprocess that made the frames of an entry.

    Nothing if there is none that names its program, or if it only copied frames.
    """
    try:
        for name in entry:
            group = followed(entry, name)
            if group is not None and nx_class(group) == "NXprocess":
                program = _program(group)
                if program and (program, str(name)) != COPIED:
                    return str(name)
    except BROKEN:
        pass  # what can't be listed is told by who walks through it
    return ""


def is_wider(dataset: Any, nx_type: str) -> bool:
    """Tell whether images have fractions where a definition of counts wants none."""
    images = dataset.shape is not None and len(dataset.shape) >= _IMAGE
    return images and dataset.dtype.kind == "f" and nx_type in _INTEGERS


def _program(group: Any) -> str:
    found = followed(group, "program")
    if found is None or getattr(found, "shape", None) not in {(), (1,)}:
        return ""
    return texts(np.asarray(found[()]))[0].strip() if is_text(found.dtype) else ""
