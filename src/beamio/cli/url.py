"""Arguments that name a file, or what lies in one."""

import os
import sys

import click
from click.shell_completion import CompletionItem


class Url(click.types.StringParamType):
    """Text as ``file`` or ``file::/path``, which the Tab key completes."""

    name = "url"

    def shell_complete(
        self,
        ctx: click.Context,  # noqa: ARG002 (as click)
        param: click.Parameter,  # noqa: ARG002 (as click)
        incomplete: str,
    ) -> list[CompletionItem]:
        """Return how a beginning may go on, without a word to the terminal."""
        from beamio.contents.completion import completions

        kept, silent = os.dup(2), os.open(os.devnull, os.O_WRONLY)
        sys.stderr.flush()
        os.dup2(silent, 2)
        try:
            found = completions(incomplete)
        except Exception:  # noqa: BLE001 (a key was pressed: no place for a traceback)
            return []
        finally:
            sys.stderr.flush()
            os.dup2(kept, 2)
            os.close(kept)
            os.close(silent)
        return [CompletionItem(each.text, goes_on=each.goes_on) for each in found]


URL = Url()
