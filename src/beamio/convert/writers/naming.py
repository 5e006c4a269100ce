"""Names of files: from what a user writes, and from names that lie in files."""

import hashlib
import os
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from beamio.errors import OptionError
from beamio.view.text import valid

_PLACE = re.compile(r"%(?:0?(\d{0,2})d|s)")
_FORBIDDEN = re.compile(r'[\x00-\x1f\x7f/\\:*?"<>|]')
"""What some file system or shell takes for more than a character."""
_DIGITS = 4
_LONGEST = 255
"""Bytes of a name, on all file systems that are met."""


@dataclass(frozen=True, slots=True)
class Target:
    """The name of an output, or of many.

    Examples
    --------
    >>> Target.parse("out/frame_%03d.edf").names(2)
    ['out/frame_000.edf', 'out/frame_001.edf']
    >>> Target.parse("scan.cbf").names(2)
    ['scan_0000.cbf', 'scan_0001.cbf']
    >>> Target.parse("%s.cbf").names(2, ["a/b", "A_B"])
    ['a_b.cbf', 'A_B~2.cbf']
    """

    folder: str
    before: str
    """The name up to where the number goes."""
    after: str
    """The rest, with the suffix."""
    place: str = ""
    """What the user wrote there, ``%04d`` or ``%s``; empty if nothing."""
    is_folder: bool = False
    """Whether only the folder was named."""
    stem: str = ""
    """What the source is called."""
    is_shared: bool = False
    """Whether other sources are written to it as well."""

    @classmethod
    def parse(
        cls, output: str, *, stem: str = "", suffix: str = "", is_shared: bool = False
    ) -> "Target":
        """Return the parts of an output.

        Parameters
        ----------
        output
            A file, a pattern of files, or a folder.
        stem, suffix
            The name that files in a folder begin and end with.
        is_shared
            Whether other sources are written there as well.
        """
        found = cls._parsed(output, stem, suffix)
        return replace(found, stem=stem, is_shared=is_shared)

    @classmethod
    def _parsed(cls, output: str, stem: str, suffix: str) -> "Target":
        if output.endswith(os.sep) or Path(output).is_dir():
            safe = safe_names([stem])[0] if stem else ""
            return cls(output, safe, suffix, is_folder=True)
        folder, name = os.path.split(output)
        places = list(_PLACE.finditer(name))
        if len(places) > 1:
            raise OptionError(
                f"{output}: has more than one of %d and %s; files are counted once",
                place=output,
            )
        if places:
            (place,) = places
            return cls(folder, name[: place.start()], name[place.end() :], place[0])
        before, found = os.path.splitext(name)  # noqa: PTH122 (the name may be "")
        return cls(folder, before, found)

    @property
    def suffix(self) -> str:
        """The end that tells the format, in small letters."""
        return os.path.splitext("x" + self.after)[1].lower()  # noqa: PTH122 (no path)

    @property
    def is_pattern(self) -> bool:
        """Whether it names many files."""
        return bool(self.place)

    @property
    def name(self) -> str:
        """The name of the one file."""
        return os.path.join(self.folder, self.before + self.after)  # noqa: PTH118 (text)

    def called(self, names: Sequence[str], *, of_group: bool) -> list[str]:
        """Return what datasets are called: as in their group, else as the source."""
        if not of_group:
            return [self.stem]
        return [f"{self.stem}_{name}" for name in names] if self.is_shared else [*names]

    def names(self, count: int, given: Sequence[str] | None = None) -> list[str]:
        """Return the names of many files.

        Parameters
        ----------
        count
            How many.
        given
            Names that they have already; they go where the number would.
        """
        before = "" if self.is_folder and given is not None else self.before
        if given is None or self.place not in {"", "%s"}:
            width = self._width(count)
            given = [f"{number:0{width}d}" for number in range(count)]
        between = "_" if before and not self.place else ""
        room = len(os.fsencode(before + between + self.after))
        inner = safe_names(given, room=_LONGEST - room)
        return [
            os.path.join(self.folder, before + between + name + self.after)  # noqa: PTH118 (text)
            for name in inner
        ]

    def _width(self, count: int) -> int:
        found = _PLACE.fullmatch(self.place)
        if found is not None and self.place != "%s":
            return int(found[1] or 1)
        return max(_DIGITS, len(str(count - 1)))


def safe_names(names: Iterable[str], *, room: int = _LONGEST) -> list[str]:
    r"""Return names of files that can't lead elsewhere, all of them different.

    Parameters
    ----------
    names
        As they are called where they come from.
    room
        Bytes that each may have.

    Examples
    --------
    >>> safe_names(["../etc", "a\nb", "x", "X", ""])
    ['_._etc', 'a_b', 'x', 'X~2', '_']
    """
    taken: set[str] = set()
    found = []
    for name in names:
        safe = shortened(_safe(name), room)
        number = 1
        unique = safe
        while _folded(unique) in taken:
            number += 1
            unique = shortened(safe, room - len(f"~{number}")) + f"~{number}"
        taken.add(_folded(unique))
        found.append(unique)
    return found


def _folded(name: str) -> str:
    """Return what a file system without cases, as those of Windows, makes of a name."""
    return unicodedata.normalize("NFC", name).casefold()


def _safe(name: str) -> str:
    safe = _FORBIDDEN.sub("_", valid(name)).strip()
    safe = "".join(char if char.isprintable() else "_" for char in safe)
    if safe.startswith("."):  # hidden, or the folder above
        safe = "_" + safe[1:]
    return safe.rstrip(". ") or "_"


def shortened(name: str, room: int) -> str:
    """Return a name of that many bytes at most; what is cut has a digest at its end.

    Examples
    --------
    >>> shortened("short", 20), shortened("a" * 30, 20)
    ('short', 'aaaaaaaaaaa~3a54fc0c')
    """
    data = os.fsencode(name)
    if len(data) <= room:
        return name
    mark = "~" + hashlib.sha256(data).hexdigest()[:8]
    kept = data[: max(0, room - len(mark))].decode(errors="ignore")
    return kept + mark
