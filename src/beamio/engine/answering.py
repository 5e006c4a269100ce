"""Do jobs for another process, and perhaps die of one; see `beamio.engine.asking`."""

import json
import os
import signal
import sys
from collections.abc import Callable
from typing import Any, TypeAlias

from beamio.engine.memory import bound_memory, machine_memory

Tell: TypeAlias = Callable[[str, Any], None]
"""Passes on the name of a fact and the fact, which JSON can hold."""


def answer_jobs(answer: Callable[..., Any]) -> None:
    """Do jobs until there are no more: lines of JSON on standard input.

    Parameters
    ----------
    answer
        Called with a `Tell`, and each job by keyword; returns the summary. Whenever
        it tells something, the time that it may compute begins anew: that of the job's
        "patience", in seconds.
    """
    out = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # what libraries print is no answer
    bound_memory(machine_memory())
    for line in sys.stdin:
        job = json.loads(line)
        patience = job.pop("patience")

        def tell(name: str, fact: Any, patience: float = patience) -> None:
            # Ends this process where libhdf5 works on and on without a word.
            signal.setitimer(signal.ITIMER_PROF, patience)
            out.write(json.dumps([name, fact]) + "\n")
            out.flush()

        tell("at", ["", 0])
        tell("summary", answer(tell, **job))
        signal.setitimer(signal.ITIMER_PROF, 0)
