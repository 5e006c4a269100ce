"""Sources that are removed when they are in the output."""

from collections.abc import Iterable
from pathlib import Path

from beamio.convert.report import Failed
from beamio.errors import DamagedFileError
from beamio.formats.unchanged import States, check_unchanged


def remove(
    files: Iterable[str], states: States
) -> tuple[tuple[str, ...], tuple[Failed, ...]]:
    """Remove files; return those that are gone, and what others are kept for.

    Parameters
    ----------
    files
        Their names.
    states
        How they were when they were read: one that is not so any more is kept.
    """
    deleted, kept = [], []
    for file in dict.fromkeys(files):
        try:
            check_unchanged({file: states[file]})
            Path(file).unlink()
        except DamagedFileError:
            kept.append(Failed(source=file, message=f"{file}: was changed since"))
        except OSError as error:
            reason = error.strerror or error
            kept.append(Failed(source=file, message=f"{file}: {reason}"))
        else:
            deleted.append(file)
    return tuple(deleted), tuple(kept)
