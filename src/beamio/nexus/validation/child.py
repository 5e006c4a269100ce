"""The process that compares files: ``python -m`` of this module."""

import traceback
from typing import Any

from beamio.engine.answering import Tell, answer_jobs
from beamio.errors import BeamioError
from beamio.nexus.validation.examine import examine


def compare(tell: Tell, *, url: str, **options: Any) -> dict[str, Any] | None:
    """Return what was found of a file; or tell the error, and return nothing."""
    try:
        report = examine(url, at=lambda path: tell("at", [path, 0]), **options)
    except BeamioError as error:
        _tell(tell, type(error).__name__, error, error.place)
    except OSError as error:
        _tell(tell, "OSError", error)
    except Exception as error:  # noqa: BLE001 (the other process raises it again)
        _tell(tell, type(error).__name__, error)
    else:
        return report.facts()
    return None


def _tell(tell: Tell, kind: str, error: Exception, place: str = "") -> None:
    fact = {
        "kind": kind,
        "message": str(error),
        "place": place,
        "traceback": "".join(traceback.format_exception(error)),
    }
    tell("error", fact)


if __name__ == "__main__":
    answer_jobs(compare)
