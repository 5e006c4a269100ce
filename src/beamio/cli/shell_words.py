"""The words of a shell's command line that is being typed."""

import os
import re
from dataclasses import dataclass

_SPECIAL = re.compile(r"""([\s"'\\$`!&|;<>(){}\[\]*?#~^=])""")
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "e": "\x1b", "E": "\x1b", "a": "\a"}
_ESCAPES |= {"b": "\b", "f": "\f", "v": "\v"}
_CODE = re.compile(r"x([0-9a-fA-F]{1,2})|u([0-9a-fA-F]{1,4})|([0-7]{1,3})")


@dataclass(frozen=True, slots=True)
class Word:
    """The last word of a line, that has no end yet."""

    plain: str = ""
    """What it says, without quotes."""
    typed: str = ""
    """How it is written, from where the shell will replace it."""
    quote: str = ""
    """The quotation mark that is open."""


def split(line: str, *, breaks: str = "") -> tuple[list[str], Word]:
    r"""Return the words of a line, and the one that is being typed.

    Parameters
    ----------
    line
        As it was typed, up to the cursor.
    breaks
        Characters at which the shell begins a word anew when it completes one, as ":"
        in bash, unless they are quoted.

    Examples
    --------
    >>> split("beamio ls 'a b' scan\\ 1.h5::/en", breaks=":")
    (['beamio', 'ls', 'a b'], Word(plain='scan 1.h5::/en', typed='/en', quote=''))
    """
    words: list[str] = []
    word: list[str] | None = None
    quote = ""
    place = start = before_quote = 0
    while place < len(line):
        text, step, after = _next(line, place, quote)
        is_plain = not quote and not after and step == 1
        place += step
        if is_plain and text.isspace():
            if word is not None:
                words.append(_whole(word))
            word, start = None, place
            continue
        word = [] if word is None else word
        word.append(text)
        if is_plain and text in breaks:
            start = place
        elif after != quote:  # an open quotation mark begins a word anew, too
            before_quote, start = start, place if after else before_quote
        quote = after
    return words, Word(_whole(word or []), line[start:], quote)


def _whole(parts: list[str]) -> str:
    """Return text of which the bytes of a character may have been written apart."""
    return os.fsdecode(os.fsencode("".join(parts)))


def _next(line: str, place: int, quote: str) -> tuple[str, int, str]:
    """Return what the next characters say, how many they are, and the open quote."""
    char, following = line[place], line[place + 1 : place + 2]
    if not quote and char == "$" and following == "'":
        return "", 2, "$'"
    if char == quote[-1:]:
        return "", 1, ""
    if not quote and char in "\"'":
        return "", 1, char
    if char == "\\" and following:
        if quote == "$'":
            text, length = _escaped(line, place + 1)
            return text, 1 + length, quote
        if not quote or (quote == '"' and following in '$`"\\'):
            return following, 2, quote
    return char, 1, quote


def _escaped(line: str, place: int) -> tuple[str, int]:
    code = _CODE.match(line, place)
    if code is None:
        return _ESCAPES.get(line[place], line[place]), 1
    if code[2]:
        return chr(int(code[2], 16)), len(code[0])
    number = int(code[1], 16) if code[1] else int(code[3], 8)
    return os.fsdecode(bytes([number & 0xFF])), len(code[0])


def quoted(text: str, quote: str = "") -> str:
    r"""Return text as it is typed in bash or zsh, after an open quotation mark.

    What a terminal would take for a command to itself is written out.

    Examples
    --------
    >>> print(quoted("a b:1"), quoted("it's", "'"), quoted("\x1b[m"))
    a\ b:1 it'\''s $'\033'\[m
    """
    if quote == "$'":
        return "".join(map(_written, text))
    leave = f"{quote}$'{{}}'{quote}"
    return "".join(
        _in_quote(char, quote) if char.isprintable() else leave.format(_written(char))
        for char in text
    )


def _in_quote(char: str, quote: str) -> str:
    if quote == "'":
        return r"'\''" if char == "'" else char
    if quote == '"':
        return '"\\!"' if char == "!" else re.sub(r'([$`"\\])', r"\\\1", char)
    return _SPECIAL.sub(r"\\\1", char)


def _written(char: str) -> str:
    """Return a character as it is written between ``$'`` and ``'``."""
    if char.isprintable() and char not in "'\\":
        return char
    return "".join(f"\\{byte:03o}" for byte in os.fsencode(char))
