"""A progress bar on a terminal, and nothing in a pipe."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

import click

from beamio.engine import Progress, ignore_progress
from beamio.engine.interrupt import Interruption


@contextmanager
def progress_bar() -> Iterator[Progress]:
    """Give a `Progress` that draws on standard error if that is a terminal.

    While it is given, a signal waits for the next step and then ends the job.
    """
    interruption = click.get_current_context().find_object(Interruption)
    if interruption is None:
        raise RuntimeError("commands are run by the group, which takes signals")
    with interruption.between_steps(), _shown() as show:

        def step(stage: str, done: int, total: int, nbytes: int) -> None:
            interruption.check()
            show(stage, done, total, nbytes)

        yield step


@contextmanager
def _shown() -> Iterator[Progress]:
    if sys.stderr is None or not sys.stderr.isatty():
        yield ignore_progress
        return
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        TaskID,
        TextColumn,
        TimeRemainingColumn,
    )
    from rich.progress import Progress as Bars

    columns = (
        TextColumn("{task.description}"),
        BarColumn(bar_width=None),
        MofNCompleteColumn(),
        TextColumn("{task.fields[rate]}"),
        TimeRemainingColumn(),
    )
    console = Console(stderr=True)
    with Bars(*columns, console=console, transient=True) as bars:
        tasks: dict[str, TaskID] = {}

        def show(stage: str, done: int, total: int, nbytes: int) -> None:
            if stage not in tasks:
                for task in tasks.values():
                    bars.remove_task(task)
                tasks.clear()
                tasks[stage] = bars.add_task(stage, total=total or None, rate="")
            elapsed = bars.tasks[0].elapsed or 0
            rate = f"{nbytes / elapsed / 1e6:,.0f} MB/s" if nbytes and elapsed else ""
            bars.update(tasks[stage], completed=done, rate=rate)

        yield show
