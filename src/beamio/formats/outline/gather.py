"""An object and what lies below it, as much as a notebook should show."""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Any

import h5py

from beamio.formats.attributes import nx_class, text_attribute
from beamio.formats.default import default_signal
from beamio.formats.outline.describe import (
    ERRORS,
    attributes_of,
    cut,
    dataset_outline,
    link_outline,
    type_name,
)
from beamio.formats.outline.thumbnail import Allowance
from beamio.model.outline import Outline, Sort
from beamio.view import natural_order
from beamio.view.html import cost

_CHARACTERS = 110_000
"""Of HTML for what is listed; pictures come on top."""
_PICTURE = 5_000
"""Bytes of a picture in a list, about."""
_PICTURES = 10
_FIRST, _BELOW = 100, 40
"""Members of the group itself, and of each one below, that are listed."""
_DEPTH = 12
_FEW = 200
"""Members among which the default plot is looked for."""
_SORTED = 20_000
"""Names that are sorted; of more, those that come first are listed."""
_OPEN = {1: 12, 2: 4}
"""Members up to which a group so far below is shown open."""
_ATTRIBUTES = 20
_SMALL, _LARGE = (64, 160), (240, 360)
"""Rows and columns of a picture in a list, and of a single dataset."""


def outline_of(item: Any) -> Outline | None:
    """Return an object and what lies below it; None if its file is closed."""
    try:
        if not item:
            return None
        return _dataset(item) if hasattr(item, "shape") else _Gathering(item).outline()
    except ERRORS:
        return None


def _dataset(dataset: Any) -> Outline:
    last = str(dataset.name or "").rpartition("/")[2]
    found = dataset_outline(dataset, last, "", Allowance(1), _LARGE)
    stored = [
        f"{name} {value}"
        for name, value in (
            ("chunks", getattr(dataset, "chunks", None)),
            ("compression", getattr(dataset, "compression", None)),
        )
        if value
    ]
    about = "  ".join([found.about, *stored])
    return replace(found, about=about, attributes=attributes_of(dataset, _ATTRIBUTES))


@dataclass(slots=True)
class _Listed:
    """A group whose members are being listed."""

    outline: Outline
    depth: int
    group: Any = None
    members: list["Outline | _Listed"] = field(default_factory=list)

    def frozen(self) -> Outline:
        members = tuple(
            member.frozen() if isinstance(member, _Listed) else member
            for member in self.members
        )
        hidden = self.outline.hidden - len(members)
        return replace(self.outline, members=members, hidden=hidden)


class _Gathering:
    """Goes through groups level by level, until there is enough to show."""

    def __init__(self, group: Any) -> None:
        self._top = group
        self._left = _CHARACTERS
        self._pictures = Allowance(_PICTURES)
        self._seen: dict[Any, str] = {}
        self._signal = self._default()

    def _default(self) -> str:
        """Return the path of the dataset that the default plot shows."""
        try:
            # Without the attribute, every member would be opened.
            if len(self._top) > _FEW and not text_attribute(self._top, "default"):
                return ""
            found = default_signal(self._top)
            return "" if found is None else str(found.name)
        except ERRORS:
            return ""

    def outline(self) -> Outline:
        group = self._top
        name = str(group.name or "")
        shown = str(group.file.filename) if name == "/" else name.rpartition("/")[2]
        top = self._group(group, shown, 0, "")
        about = replace(top.outline, attributes=attributes_of(group, _ATTRIBUTES))
        top.outline = replace(about, is_open=True)
        waiting = deque([top])
        while waiting and self._left > 0:
            here = waiting.popleft()
            for member in self._members(here):
                if isinstance(member, _Listed) and member.group is not None:
                    waiting.append(member)
        return top.frozen()

    def _group(self, group: Any, name: str, depth: int, mark: str) -> _Listed:
        path = str(group.name or "")
        earlier = self._seen.setdefault(group, path)
        is_again = depth > 0 and earlier != path
        outline = Outline(
            cut(name, 100),
            Sort.GROUP,
            cut(path, 300),
            cut(nx_class(group), 60),
            mark=mark,
            problem=f"same as {cut(earlier, 100)}" if is_again else "",
            hidden=len(group),
            is_open=self._leads_on(path) or len(group) <= _OPEN.get(depth, 0),
        )
        goes_on = len(group) > 0 and not is_again and depth < _DEPTH
        return _Listed(outline, depth, group if goes_on else None)

    def _leads_on(self, path: str) -> bool:
        """Tell whether a group is on the way to the default plot."""
        return self._signal.startswith(f"{path.rstrip('/')}/")

    def _members(self, here: _Listed) -> Iterator["Outline | _Listed"]:
        """Yield the members of a group, and keep them there."""
        group = here.group
        most = _BELOW if here.depth else _FIRST
        default = text_attribute(group, "default")
        for name in self._names(group, most):
            if self._left <= 0:
                return
            mark = "default" if name == default else ""
            member = self._member(group, name, here.depth + 1, mark)
            told = member.outline if isinstance(member, _Listed) else member
            pictured = len(told.thumbnail.png) if told.thumbnail else 0
            self._left -= cost(replace(told, thumbnail=None))
            self._left -= max(0, 4 * (pictured - _PICTURE) // 3)
            here.members.append(member)
            yield member

    def _names(self, group: Any, most: int) -> list[str]:
        try:
            if len(group) > _SORTED:
                return list(islice(group, most))
            names = [name for name in group if isinstance(name, str)]
            return sorted(names, key=natural_order)[:most]
        except ERRORS:
            return []

    def _member(
        self, group: Any, name: str, depth: int, mark: str
    ) -> "Outline | _Listed":
        try:
            link = group.get(name, getlink=True)
            if isinstance(link, h5py.SoftLink | h5py.ExternalLink):
                return link_outline(group, name, link, mark)
            item = group[name]
            if hasattr(item, "shape"):
                path = str(item.name or "")
                if not path or path != self._signal:
                    return dataset_outline(item, name, mark, self._pictures, _SMALL)
                return dataset_outline(item, name, "signal", Allowance(1), _SMALL)
            if hasattr(item, "keys"):
                return self._group(item, name, depth, mark)
            return Outline(name, Sort.OTHER, about=f"type {type_name(item.dtype)}")
        except ERRORS as error:
            problem = f"can't be opened ({cut(str(error), 120)})"
            return Outline(cut(name, 100), Sort.OTHER, problem=problem)
