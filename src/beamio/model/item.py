"""What a file holds under a name, in short: what every listing is made of."""

from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any


class Kind(StrEnum):
    """What lies under a name."""

    GROUP = "group"
    DATASET = "dataset"
    NAMED_TYPE = "named type"
    SOFT_LINK = "soft link"
    EXTERNAL_LINK = "external link"
    OTHER_LINK = "user-defined link"
    UNREADABLE = "unreadable"


class Break(StrEnum):
    """Why something outside can't be reached."""

    NO_FILE = "missing file"
    NO_PATH = "missing path"
    CYCLE = "cycle"
    NOT_OPEN = "unreadable"
    OUTSIDE = "outside"


@dataclass(frozen=True, slots=True)
class ElementType:
    """The type of the elements of a dataset, in words."""

    words: str
    """Such as "uint16", "text", "enum uint8 {OFF=0, ON=1}"."""
    numpy: str | None
    """As NumPy writes it, such as "<u2"; None if it has no such type."""
    itemsize: int
    """Bytes of an element in the file."""


@dataclass(frozen=True, slots=True)
class LinkTarget:
    """Where a link leads."""

    path: str
    file: str = ""
    """Empty for a soft link."""
    kind: Kind | None = None
    """What is there; None if the link leads nowhere."""
    cause: Break | None = None
    """Why it leads nowhere."""
    reason: str = ""
    """The same in words, with the names that matter."""

    def __str__(self) -> str:
        return f"{self.file}::{self.path}" if self.file else self.path


@dataclass(frozen=True, slots=True)
class Outside:
    """Something that the elements of a dataset are taken from."""

    kind: str
    """"virtual source" or "raw file"."""
    name: str
    """``file::/path`` or a file, as it is written in the dataset."""
    reason: str = ""
    """Why it can't be reached; empty if its file is there."""


@dataclass(frozen=True, slots=True)
class Storage:
    """How the elements of a dataset are stored."""

    layout: str
    """"chunked", "contiguous", "compact", "virtual", "external" or "file"."""
    nbytes: int
    """Bytes of all elements, decoded."""
    stored: int | None = None
    """Bytes that they take in the file, if that is told."""
    chunks: tuple[int, ...] | None = None
    filters: tuple[str, ...] = ()
    """By name, in the order of writing, such as "shuffle", "gzip:4"."""

    @property
    def ratio(self) -> float | None:
        """How many times smaller the elements are stored; None if none are."""
        return self.nbytes / self.stored if self.stored else None


@dataclass(frozen=True, slots=True)
class Item:
    """What lies under a name."""

    path: str
    """From the root of the file."""
    kind: Kind
    depth: int = 0
    """Steps below where the listing starts; 0 there."""
    is_last: bool = True
    """Whether no sibling comes after it."""
    mark: str = ""
    """"default" for what the group above names as its default plot, "signal" for the
    signal of NXdata."""
    nx_class: str = ""
    type: ElementType | None = None
    shape: tuple[int, ...] | None = None
    """Length of each axis; empty for a scalar, None for what has no elements."""
    maxshape: tuple[int | None, ...] | None = None
    """As long as each axis may grow; None in it for without end."""
    units: str = ""
    members: int | None = None
    """How many names a group has."""
    attributes: int = 0
    link: LinkTarget | None = None
    same_as: str = ""
    """The path under which this very object came before."""
    is_cycle: bool = False
    """Whether that is a group that it lies in."""
    outside: tuple[Outside, ...] = ()
    storage: Storage | None = None
    problem: str = ""
    """Why it can't be read, or not in full."""

    @property
    def name(self) -> str:
        """The last part of its path; "/" for the root."""
        return self.path.rstrip("/").rpartition("/")[2] or "/"

    def facts(self) -> dict[str, Any]:
        """Return all that is known, for JSON; what is not known is left out."""
        found: dict[str, Any] = {"path": self.path, "kind": str(self.kind)}
        for name in _TEXTS:
            if value := getattr(self, name):
                found[name] = value
        if self.type is not None:
            found |= {"type": self.type.words, "dtype": self.type.numpy}
            found |= {"shape": self.shape, "maxshape": self.maxshape}
        if self.members is not None:
            found["members"] = self.members
        if self.link is not None:
            found["link"] = _known(self.link)
        if self.outside:
            found["outside"] = [_known(outside) for outside in self.outside]
        if self.storage is not None:
            found["storage"] = _known(self.storage) | {"ratio": self.storage.ratio}
        return found


_TEXTS = ("nx_class", "units", "mark", "attributes", "same_as", "is_cycle", "problem")


def _known(value: Any) -> dict[str, Any]:
    facts = asdict(value)
    return {
        name: fact for name, fact in facts.items() if fact is not None and fact != ""
    }
