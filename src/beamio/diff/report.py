"""What two files differ in."""

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class ValueDifference:
    """How the values of two datasets or attributes of one shape differ."""

    count: int
    """Elements that differ."""
    total: int
    """Elements that were compared."""
    where: tuple[int, ...]
    """The element that differs most; the first one where that can't be told."""
    a: Any
    """Its value in A, and in B."""
    b: Any
    absolute: float | int | None = None
    """How far apart they are: exact for integers; NaN where one of them is NaN.

    None for what are no numbers.
    """
    relative: float | None = None
    """The largest of all distances in parts of the number in B; None if that is 0."""
    field: str = ""
    """The field of a compound, with dots between levels."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing in which A and B differ."""

    path: str
    """Of the object, from the roots that are compared."""
    what: str
    """One of "only in A", "only in B", "kind", "link", "type", "shape", "value",
    "reference"; "unreadable" for what could not be compared."""
    attribute: str = ""
    """The attribute that it is about."""
    a: str = ""
    """What is there in A, in words; of values see `values`."""
    b: str = ""
    values: ValueDifference | None = None

    @property
    def place(self) -> str:
        """The path, and the attribute behind an @."""
        return f"{self.path}@{self.attribute}" if self.attribute else self.path


@dataclass(slots=True)
class Compared:
    """How much was looked at."""

    groups: int = 0
    datasets: int = 0
    attributes: int = 0
    links: int = 0
    nbytes: int = 0
    """Bytes of the values of datasets, decoded, on one side."""


@dataclass(frozen=True, slots=True)
class DiffReport:
    """What two files, or parts of them, differ in; true if they do."""

    a: str
    """As it was named."""
    b: str
    differences: list[Difference] = field(default_factory=list)
    """In the order of the tree."""
    compared: Compared = field(default_factory=Compared)
    seconds: float = 0.0

    @property
    def unreadable(self) -> list[Difference]:
        """What could not be compared, since it can't be read."""
        return [each for each in self.differences if each.what == "unreadable"]

    @property
    def datasets(self) -> list[Difference]:
        """The datasets whose values differ, one row for each field that does."""
        return [
            each
            for each in self.differences
            if each.values is not None and not each.attribute
        ]

    def __bool__(self) -> bool:
        return bool(self.differences)
