"""What NXDL says of groups, fields and attributes. Frozen values."""

from dataclasses import dataclass
from typing import Literal

NameType = Literal["specified", "partial", "any"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Enumeration:
    """Values that something may have."""

    values: tuple[str, ...]
    is_open: bool = False
    """Whether others are allowed, too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dimensions:
    """How many axes a field has, and how long they are."""

    rank: str = ""
    """A number, or a symbol."""
    lengths: tuple[tuple[int, str, bool], ...] = ()
    """For axes, counted from 0: a number, a symbol or a sum of them; and whether the
    axis has to be there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """What all have that a group may hold."""

    name: str
    """Empty where only the class counts."""
    name_type: NameType = "specified"
    """Whether `name` is the name, a pattern whose upper case stands for anything, or
    no more than a hint."""
    minimum: int = 0
    """How many there must be."""
    maximum: int | None = None
    is_recommended: bool = False
    deprecated: str = ""
    """What to do instead."""
    doc: str = ""
    """The first sentence of its documentation."""

    @property
    def is_named(self) -> bool:
        """Whether it is for one name only."""
        return self.name_type == "specified"


@dataclass(frozen=True, slots=True, kw_only=True)
class AttributeRule(Rule):
    """An attribute."""

    type: str = ""
    enumeration: Enumeration | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldRule(Rule):
    """A dataset."""

    type: str = ""
    """Such as NX_FLOAT; empty where nothing is said."""
    units: str = ""
    """A category such as NX_LENGTH, or units."""
    dimensions: Dimensions | None = None
    enumeration: Enumeration | None = None
    attributes: tuple[AttributeRule, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkRule(Rule):
    """A name under which lies what lies elsewhere, too."""

    target: str = ""
    """Where, as in ``/NXentry/NXinstrument/detector:NXdetector/data``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupRule(Rule):
    """A group and what it may hold."""

    types: tuple[str, ...]
    """Its class; several where there is a choice."""
    groups: tuple["GroupRule", ...] = ()
    fields: tuple[FieldRule, ...] = ()
    links: tuple[LinkRule, ...] = ()
    attributes: tuple[AttributeRule, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Definition:
    """A base class or an application definition."""

    name: str
    extends: str
    """Empty for NXobject."""
    is_application: bool
    body: GroupRule
    ignores: frozenset[str] = frozenset()
    """Of "groups", "fields" and "attributes", those that it leaves open."""
