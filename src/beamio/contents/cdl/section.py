"""What CDL says of a group, before any of its values are read."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from beamio.view.cdl.types import CdlType


@dataclass(frozen=True, slots=True)
class Dimension:
    """A length with a name."""

    name: str
    length: int
    is_unlimited: bool


@dataclass(frozen=True, slots=True)
class Variable:
    """A dataset that CDL has a type for."""

    name: str
    path: str
    kind: CdlType
    shape: tuple[int, ...]
    dimensions: tuple[str, ...] = ()
    """Names, as they are written."""
    growing: tuple[int, ...] = ()
    """Axes of unlimited dimensions."""


@dataclass(slots=True, eq=False)
class Section:
    """A group, which is filled while the file is looked through."""

    name: str
    path: str
    parent: "Section | None" = None
    depth: int = 0
    types: dict[str, CdlType] = field(default_factory=dict)
    dimensions: dict[str, Dimension] = field(default_factory=dict)
    variables: list[Variable] = field(default_factory=list)
    groups: list["Section"] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    """What is not in the CDL, and why."""

    def outwards(self) -> Iterator["Section"]:
        """Yield the group and those that it lies in."""
        here: Section | None = self
        while here is not None:
            yield here
            here = here.parent

    def downwards(self) -> Iterator["Section"]:
        """Yield the group and what it holds, each before what is in it."""
        waiting = [self]
        while waiting:
            here = waiting.pop()
            yield here
            waiting += reversed(here.groups)

    def upwards(self) -> Iterator["Section"]:
        """Yield the group and what it holds, each after what is in it."""
        found, waiting = [], [self]
        while waiting:
            found.append(waiting.pop())
            waiting += found[-1].groups
        yield from reversed(found)
