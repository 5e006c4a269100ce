"""Commands whose exit status is an answer: 0 yes, 1 no, 2 for an error."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

import click

from beamio.cli.notices import PASSED_ON, tell

FAILED = 2
"""The exit status of a command that could not find the answer."""


@contextmanager
def errors_are_no_answer() -> Iterator[None]:
    """Exit with 2 after an error in this block, which is told in one line."""
    try:
        yield
    except PASSED_ON:
        raise
    except Exception as error:
        if click.get_current_context().find_root().params.get("debug"):
            raise
        tell(error)
        sys.exit(FAILED)
