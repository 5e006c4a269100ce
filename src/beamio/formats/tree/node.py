"""What groups and datasets of a tree share: a name, a file, attributes."""

from collections.abc import Iterator, Mapping
from typing import Any, Protocol, Self

from beamio.errors import MissingPathError, nearest


class Home(Protocol):
    """The file that an object is in."""

    @property
    def filename(self) -> str:
        """Its name."""

    @property
    def is_open(self) -> bool:
        """Whether it was not closed yet."""

    def check_open(self) -> None:
        """Raise `ValueError` if it is closed."""

    def find(self, path: str) -> Any:
        """Return what lies under a path from the root."""


class Attributes(Mapping[str, Any]):
    """The attributes of an object, for reading."""

    def __init__(self, attrs: Mapping[str, Any], place: str) -> None:
        self._attrs = attrs
        self._place = place

    def __getitem__(self, name: str) -> Any:
        try:
            return self._attrs[name]
        except KeyError:
            raise MissingPathError(
                f"{self._place}: has no attribute {name!r}{nearest(name, self._attrs)}",
                place=self._place,
            ) from None

    def __contains__(self, name: object) -> bool:
        return name in self._attrs

    def __iter__(self) -> Iterator[str]:
        return iter(self._attrs)

    def __len__(self) -> int:
        return len(self._attrs)

    def __repr__(self) -> str:
        return f"<Attributes of {self._place}: {dict(self._attrs)!r}>"


class Node:
    """An object of a tree: as h5py's, it knows its name, its parent and its file."""

    opened_with: Any = None
    """The file that was opened for this object alone: a ``with`` block closes it."""

    def __init__(self, name: str, file: Home | None, attrs: Mapping[str, Any]) -> None:
        self._name = name
        self._file = file
        self._attrs = attrs

    @property
    def name(self) -> str:
        """Its path from the root of the file."""
        return self._name

    @property
    def file(self) -> Any:
        """The `Tree` that it is in."""
        if self._file is None:
            raise ValueError(f"{self._name}: is in no file")
        return self._file

    @property
    def parent(self) -> Any:
        """The group that it is in; of the root, the root."""
        return self.file.find(self._name.rpartition("/")[0])

    @property
    def attrs(self) -> Attributes:
        """Its attributes."""
        return Attributes(self._attrs, f"{self.file.filename}::{self._name}")

    def _repr_html_(self) -> str | None:
        """Return what a notebook shows."""
        from beamio.formats.outline import html_of

        return html_of(self)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        if self.opened_with is not None:
            self.opened_with.close()

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Node):
            return NotImplemented
        return self.file is other.file and self._name == other.name

    def __hash__(self) -> int:
        return hash((id(self._file), self._name))

    def __bool__(self) -> bool:
        return self._file is not None and self._file.is_open
