"""What an entry says of itself."""

from typing import Any

import numpy as np

from beamio.formats.external import followed
from beamio.nexus.validation.types import is_text, texts


def definition_of(entry: Any) -> str:
    """Return the definition that an entry names; nothing if it names none."""
    found = followed(entry, "definition")
    try:
        if found is None or found.shape not in {(), (1,)} or not is_text(found.dtype):
            return ""
        return texts(np.asarray(found[()]))[0].strip()
    except (AttributeError, KeyError, OSError, RuntimeError, TypeError, ValueError):
        return ""
