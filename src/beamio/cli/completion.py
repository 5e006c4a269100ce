"""``beamio completion``, and what shells ask when the Tab key is pressed."""

import os
from contextlib import suppress
from threading import Thread
from typing import Any

import click
from click.shell_completion import CompletionItem, ShellComplete, add_completion_class

from beamio.cli.shell_words import Word, quoted, split

_PATIENCE = 2.0
"""Seconds after which nothing is offered."""

_BASH = """\
%(complete_func)s() {
    local line
    COMPREPLY=()
    while IFS= read -r line; do
        [ -n "$line" ] && COMPREPLY+=("$line")
    done < <(%(complete_var)s=bash_complete _BEAMIO_BREAKS="$COMP_WORDBREAKS" \\
        _BEAMIO_LINE="${COMP_LINE:0:COMP_POINT}" "$1" 2>/dev/null)
}
complete -o nospace -o nosort -F %(complete_func)s %(prog_name)s 2>/dev/null ||
    complete -o nospace -F %(complete_func)s %(prog_name)s
"""
_ZSH = """\
#compdef %(prog_name)s
%(complete_func)s() {
    local -a found
    found=("${(@f)$(%(complete_var)s=zsh_complete \\
        _BEAMIO_LINE="${(j: :)words[1,CURRENT-1]} ${QIPREFIX}${PREFIX}" \\
        "${(Q)words[1]}" 2>/dev/null)}")
    [[ -n "$found" ]] && compadd -Q -U -S '' -V beamio -- "${found[@]}"
}
if [[ $zsh_eval_context[-1] == loadautofunc ]]; then
    %(complete_func)s "$@"
else
    compdef %(complete_func)s %(prog_name)s
fi
"""
_FISH = """\
function %(complete_func)s
    set -l line (commandline -cp | string collect)
    env %(complete_var)s=fish_complete _BEAMIO_LINE=$line %(prog_name)s 2>/dev/null |
        string match --invert ''
end
complete --no-files --keep-order --command %(prog_name)s \\
    --arguments "(%(complete_func)s)"
"""


class _Shell(ShellComplete):
    """Completes the last word of a line as it was typed, quotation marks included."""

    word = Word()
    """The word to complete."""
    option = ""
    """What stands before the value, in a word such as ``--output=scan.h5``."""

    def get_completion_args(self) -> tuple[list[str], str]:
        """Return the words before, and the one to complete."""
        breaks = os.environ.get("_BEAMIO_BREAKS", "")
        words, self.word = split(os.environ["_BEAMIO_LINE"], breaks=breaks)
        if self.word.plain.startswith("--") and "=" in self.word.plain:
            self.option = self.word.plain.partition("=")[0] + "="
        return words[1:], self.word.plain

    def complete(self) -> str:
        """Return what to offer; nothing if it takes too long."""
        found: list[str] = []
        search = Thread(target=self._search, args=(found,), daemon=True)
        search.start()
        search.join(_PATIENCE)
        return "\n".join(found)

    def _search(self, found: list[str]) -> None:
        with suppress(Exception):  # a traceback would stand in the line that is typed
            found.append(super().complete())

    def format_completion(self, item: CompletionItem) -> str:
        """Return a line with what takes the place of the word."""
        rest = self._whole(item).removeprefix(self.word.plain)
        typed = self.word.typed + quoted(rest, self.word.quote)
        # Where a quotation mark is open, the shell closes it.
        return typed if item.goes_on or self.word.quote else f"{typed} "

    def _whole(self, item: CompletionItem) -> str:
        return self.option + str(item.value)


class _Bash(_Shell):
    name = "bash"
    source_template = _BASH


class _Zsh(_Shell):
    name = "zsh"
    source_template = _ZSH


class _Fish(_Shell):
    name = "fish"
    source_template = _FISH

    def format_completion(self, item: CompletionItem) -> str:
        """Return a line with the word as it is, which fish quotes itself."""
        text = self._whole(item)
        if not text.isprintable():  # has no line of its own
            return ""
        return f"{text}\t{item.help}" if item.help else text


SHELLS: dict[str, Any] = {shell.name: shell for shell in (_Bash, _Zsh, _Fish)}
for _shell in SHELLS.values():
    add_completion_class(_shell)


@click.command()
@click.argument("shell", type=click.Choice(list(SHELLS)))
def completion(shell: str) -> None:
    """Print what makes a shell complete commands, options, files and paths in files.

    \b
    Examples:
        eval "$(beamio completion bash)"      in ~/.bashrc
        eval "$(beamio completion zsh)"       in ~/.zshrc, after compinit
        beamio completion fish | source       in ~/.config/fish/config.fish
    """  # noqa: D301 (\b keeps click from re-wrapping the examples)
    root = click.get_current_context().find_root()
    asked = SHELLS[shell](root.command, {}, "beamio", "_BEAMIO_COMPLETE")
    click.echo(asked.source(), nl=False)
