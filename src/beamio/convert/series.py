"""A numbered series of files as one stack, with its gaps and its odd images."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import gcd
from typing import Any

from beamio.convert.options import ConvertOptions
from beamio.errors import MissingImagesError, OptionError
from beamio.formats.frames import file_stem, frame_number
from beamio.view import count, span

_NAMED = 5


@dataclass(frozen=True, slots=True)
class Series:
    """Files that are one stack."""

    name: str
    slots: tuple[str | None, ...]
    """The files in order; None where one is missing and padded."""
    notes: tuple[str, ...]
    options: ConvertOptions

    @property
    def files(self) -> list[str]:
        """The files that there are."""
        return [file for file in self.slots if file is not None]

    def open(self) -> tuple[Any, tuple[str, ...]]:
        """Return the tree of the stack, and what was done about odd images."""
        from beamio.convert.stack import open_stack

        return open_stack(self.slots, self.options)


def find_series(name: str, files: Sequence[str], options: ConvertOptions) -> Series:
    """Return the files of a series from its first number to its last.

    Raises
    ------
    MissingImagesError
        If no file has a number in the range, or one is missing and `gaps` is stop.
    """
    numbers = numbers_of(files)
    if numbers is None:
        if options.begin is not None or options.end is not None:
            raise OptionError(
                f"{name}: the names of the files are no series of numbers, so --begin "
                "and --end choose nothing",
                place=name,
            )
        return Series(name, tuple(files), (), options)
    by_number = {
        number: file
        for number, file in zip(numbers, files, strict=True)
        if (options.begin is None or number >= options.begin)
        and (options.end is None or number <= options.end)
    }
    if not by_number:
        raise MissingImagesError(
            f"{name}: has no file {_range(options)}; its numbers are "
            f"{span(sorted(numbers))}",
            place=name,
        )
    wanted = _wanted(sorted(by_number), options)
    missing = [number for number in wanted if number not in by_number]
    if not missing:
        return Series(name, tuple(by_number[n] for n in wanted), (), options)
    told = _told(missing)
    if options.gaps == "stop":
        raise MissingImagesError(
            f"{name}: {count(len(missing), 'file')} of the series missing: {told}; "
            "copy them, or give --gaps skip or --gaps pad",
            place=name,
        )
    done = "skipped" if options.gaps == "skip" else "padded"
    note = f"{count(len(missing), 'missing file')} {done}: {told}"
    slots = tuple(by_number.get(number) for number in wanted)
    if options.gaps == "skip":
        slots = tuple(file for file in slots if file is not None)
    return Series(name, slots, (note,), options)


def numbers_of(files: Sequence[str]) -> list[int] | None:
    """Return the number of each file of a series; None if the names are no series.

    Examples
    --------
    >>> numbers_of(["a_0001.edf", "a_0003.edf"]), numbers_of(["dark.edf", "flat.edf"])
    ([1, 3], None)
    >>> numbers_of(["a_1.edf", "b_2.edf"])
    """
    stems = [file_stem(file) for file in files]
    numbers = [frame_number(stem) for stem in stems]
    known = [number for number in numbers if number is not None]
    if len(known) < len(files) or len(set(known)) < len(files):
        return None
    rests = {_without_number(stem) for stem in stems}
    return known if len(rests) == 1 else None


def _without_number(stem: str) -> tuple[str, str]:
    """Return what stands before and after the last number.

    Examples
    --------
    >>> _without_number("a1_0002_x")
    ('a1_', '_x')
    """
    end = max(i for i, char in enumerate(stem) if char.isdigit()) + 1
    start = end
    while start and stem[start - 1].isdigit():
        start -= 1
    return stem[:start], stem[end:]


def _wanted(known: Sequence[int], options: ConvertOptions) -> range:
    """Return the numbers of the series, whose steps are all the same."""
    first = known[0] if options.begin is None else options.begin
    last = known[-1] if options.end is None else options.end
    if len(known) == 1:
        return range(first, last + 1)
    step = gcd(*(number - known[0] for number in known))
    aligned = known[0] - (known[0] - first) // step * step
    return range(aligned, last + 1, step)


def _range(options: ConvertOptions) -> str:
    """Return the range of numbers that is asked for, in words."""
    first = "" if options.begin is None else f"from {options.begin}"
    last = "" if options.end is None else f"to {options.end}"
    return f"{first} {last}".strip()


def _told(numbers: Sequence[int]) -> str:
    """Return numbers, the consecutive ones as ranges.

    Examples
    --------
    >>> _told([3, 5, 6, 7])
    '3, 5-7'
    """
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    told = [f"{run[0]}-{run[-1]}" if len(run) > 1 else f"{run[0]}" for run in runs]
    more = f" and {len(told) - _NAMED:,} more" if len(told) > _NAMED else ""
    return ", ".join(told[:_NAMED]) + more
