"""The process of a job: ``python -m`` of this module.

It takes the job as a line of JSON from standard input, and tells how far it is in lines
of JSON where standard output was. When standard input ends, who started it is gone, and
the job ends as well, as it does after Ctrl-C: with nothing left half-written.
"""

import json
import os
import signal
import sys
import threading
import time
import traceback
from collections.abc import Callable
from dataclasses import asdict
from itertools import islice
from pathlib import Path
from typing import IO, Any

from beamio.check import CheckReport, check
from beamio.convert import convert
from beamio.engine import Progress
from beamio.engine.interrupt import Interruption
from beamio.engine.output import remove_leftovers
from beamio.errors import BeamioError, TooLargeError
from beamio.flatfield import FlatFieldOptions, planned
from beamio.flatfield import run as run_flatfield
from beamio.formats.series import files_of, is_there
from beamio.model import DataUrl
from beamio.repack import repack
from beamio.web.fence import Fence, Root
from beamio.web.jobs.pace import Pace
from beamio.web.worker.sandbox import confine_process

_EVERY = 0.1
"""Seconds between two words about how far a job is."""
_SHOWN = 500
"""Members of a list in a report, at most."""
INTERRUPTED = 130


def main() -> None:
    """Do the job that is asked for, and exit as a shell expects it."""
    out = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # what libraries print belongs in the log
    job = json.loads(sys.stdin.buffer.readline())
    if job["kind"] == "tidy":
        remove_leftovers(Path(job["output"]))
        return
    folder = [os.path.dirname(job["output"])] if job["output"] else []  # noqa: PTH120 (any bytes)
    with Interruption() as interruption:
        confine_process(_fence(job), writable=folder)
        threading.Thread(target=_end_with_server, daemon=True).start()
        sys.exit(_done(job, interruption, out))


def _end_with_server() -> None:
    """Wait until standard input ends, and then end the job."""
    while os.read(0, 1 << 12):
        pass
    os.kill(os.getpid(), signal.SIGINT)


def _done(job: dict[str, Any], interruption: Interruption, out: IO[str]) -> int:
    """Do a job, and return its exit status."""
    try:
        with interruption.between_steps():
            result = _JOBS[job["kind"]](job, _telling(interruption, out))
            _tell(out, {"result": _plain(result)})
    except KeyboardInterrupt:
        return INTERRUPTED
    except MemoryError:
        error = TooLargeError("there is not enough memory for this")
        _tell(out, {"failed": str(error)})
        return 1
    except (BeamioError, OSError) as error:
        _tell(out, {"failed": str(error)})
        return 1
    except Exception as error:  # noqa: BLE001 (a file may make any library raise any)
        traceback.print_exc()
        _tell(out, {"failed": f"{type(error).__name__}: {error}"})
        return 1
    return 0


def _telling(interruption: Interruption, out: IO[str]) -> Progress:
    """Return what tells of steps, not too often, and lets the job be ended there."""
    pace, last = Pace(), 0.0

    def step(stage: str, done: int, total: int, nbytes: int) -> None:
        nonlocal last
        interruption.check()
        now = time.monotonic()
        is_new = stage != pace.stage
        known = pace.step(stage, done, total, nbytes, now=now)
        if is_new or now - last >= _EVERY or done == total > 0:
            last = now
            _tell(out, known)

    return step


def _tell(out: IO[str], fact: dict[str, Any]) -> None:
    out.write(json.dumps(fact, default=str) + "\n")
    out.flush()


def _flatfield(job: dict[str, Any], progress: Progress) -> Any:
    options = dict(job["options"], overwrite=job["overwrite"])
    for name in ("clip", "limits"):
        if options[name] is not None:
            options[name] = tuple(options[name])
    fence = _fence(job)
    with planned(
        job["sources"], job["output"], FlatFieldOptions.parse(**options)
    ) as plan:
        for file in plan.inputs:
            fence.check(file, file)
        for warning in plan.warnings:
            sys.stderr.write(f"warning: {warning}\n")
        return run_flatfield(plan, progress)


def _convert(job: dict[str, Any], progress: Progress) -> Any:
    _check_sources(job)
    options = dict(job["options"])
    if job["overwrite"]:
        options["overwrite"] = True
    return convert(job["sources"], job["output"], progress=progress, **options)


def _repack(job: dict[str, Any], progress: Progress) -> Any:
    _check_sources(job)
    return repack(
        job["sources"][0],
        job["output"],
        progress=progress,
        overwrite=job["overwrite"],
        **job["options"],
    )


def _check(job: dict[str, Any], progress: Progress) -> Any:
    return check(job["sources"][0], progress=progress, **job["options"])


_JOBS: dict[str, Callable[[dict[str, Any], Progress], Any]] = {
    "flatfield": _flatfield,
    "convert": _convert,
    "repack": _repack,
    "check": _check,
}


def _fence(job: dict[str, Any]) -> Fence:
    roots = tuple(Root(**root) for root in job["fence"]["roots"])
    return Fence(roots, job["fence"]["follow_outside"])


def _check_sources(job: dict[str, Any]) -> None:
    """Make sure that the files of series and folders are inside the fence as well."""
    fence = _fence(job)
    for source in job["sources"]:
        for file in files_of(DataUrl.parse(source, is_file=is_there).file):
            fence.check(file, file)


def _plain(report: Any) -> dict[str, Any]:
    """Return a report for JSON, of which long lists are cut."""
    facts = report.facts() if isinstance(report, CheckReport) else asdict(report)
    return {name: _cut(value) for name, value in facts.items()} | _place(report)


def _cut(value: Any) -> Any:
    is_long = isinstance(value, list | tuple) and len(value) > _SHOWN
    return list(islice(value, _SHOWN)) if is_long else value


def _place(report: Any) -> dict[str, str]:
    """Return the file, and the path in it, that a page shows of a report."""
    if isinstance(report, CheckReport):
        return {}
    file, _, path = str(report.output).partition("::")
    written = getattr(report, "written", ())
    if written:
        file = written[0]
    return {"open_file": file, "open_path": path or "/"}


if __name__ == "__main__":
    main()
