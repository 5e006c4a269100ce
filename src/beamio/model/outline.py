"""What a notebook shows of an object of a file, and of what lies below it."""

from dataclasses import dataclass
from enum import Enum


class Sort(Enum):
    """What lies under a name."""

    GROUP = "group"
    DATASET = "dataset"
    LINK = "link"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Thumbnail:
    """A small picture of a dataset."""

    png: bytes
    width: int
    """Pixels on the screen."""
    height: int


@dataclass(frozen=True, slots=True)
class Outline:
    """An object in short."""

    name: str
    sort: Sort
    path: str = ""
    about: str = ""
    """Shape and type of a dataset; class of a group; where a link leads."""
    units: str = ""
    value: str = ""
    """The value of a scalar, or of a few numbers."""
    mark: str = ""
    """What the group says of it, such as "default"."""
    problem: str = ""
    """Why it can't be opened or read."""
    attributes: tuple[tuple[str, str], ...] = ()
    thumbnail: Thumbnail | None = None
    members: tuple["Outline", ...] = ()
    hidden: int = 0
    """Members that are not among them."""
    is_open: bool = False
    """Whether its members are shown without a click."""
