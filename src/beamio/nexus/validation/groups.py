"""Walk through an entry and compare what lies there with the definitions."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from beamio.errors import nearest
from beamio.formats.attributes import nx_class
from beamio.formats.external import followed
from beamio.nexus.nxdl import Definitions, FieldRule, Rule
from beamio.nexus.spellings import SPELLED
from beamio.nexus.validation.attributes import check_attributes
from beamio.nexus.validation.entry import definition_of
from beamio.nexus.validation.fields import attribute_text, check_field, check_units
from beamio.nexus.validation.kinds import check_group, is_wanted_as_group
from beamio.nexus.validation.layers import (
    Layer,
    below,
    field_rule,
    group_rule,
    link_rule,
    members_of,
    of_application,
    of_class,
    other_rule,
    speaker,
)
from beamio.nexus.validation.needed import check_needed
from beamio.nexus.validation.notes import BROKEN, Notes
from beamio.nexus.validation.results import made_by
from beamio.nexus.validation.symbols import Symbols
from beamio.nexus.validation.types import texts

_DEEPEST = 48
_OBJECTS = 100_000
"""What is looked at, at most: links can make a file without an end."""
_NAMED = 6

Rules = list[tuple[Layer, Rule]]


@dataclass(frozen=True, slots=True)
class _Member:
    """What lies under a name; None where a link leads nowhere."""

    item: Any | None
    nx_class: str
    spelled: str = ""
    """The class as the file has it, where that is not as NeXus has it."""

    @property
    def is_group(self) -> bool:
        return self.item is not None and not hasattr(self.item, "dtype")


class Walk:
    """Compares groups with their layers, and goes on into what they hold."""

    def __init__(
        self,
        definitions: Definitions,
        notes: Notes,
        at: Callable[[str], None] = lambda _: None,
    ) -> None:
        self._definitions = definitions
        self._notes = notes
        self._at = at
        self._symbols = Symbols()
        self._made_by = ""
        self._left = _OBJECTS
        self._seen: set[tuple[Any, ...]] = set()

    def entry(self, path: str, group: Any, definition: str) -> None:
        """Compare a group with a definition and its class."""
        self._made_by = made_by(group)
        layers = of_application(self._definitions, definition, path)
        if not layers and definition:
            layers = of_class(self._definitions, definition, path)
        known = {layer.definition.name for layer in layers}
        classes = of_class(self._definitions, nx_class(group), path)
        layers += [layer for layer in classes if layer.definition.name not in known]
        self._group(path, group, layers, 0)
        self._symbols.report(self._notes)
        if self._left <= 0:
            what = f"holds more than {_OBJECTS:,} objects; the rest was not looked at"
            self._notes.note(path, what)

    def _group(self, path: str, group: Any, layers: list[Layer], depth: int) -> None:
        if self._left <= 0 or depth > _DEEPEST or self._was_seen(group, layers):
            return
        self._at(path)
        try:
            members = self._members(group)
            unknown = self._attributes(path, group, layers)
        except BROKEN as error:
            self._unreadable(path, error)
            return
        signal = attribute_text(group, "signal")
        if signal:
            places = (f"{path.rstrip('/')}/{name}" for name in _axes_of(group))
            self._symbols.tie(f"{path.rstrip('/')}/{signal}", list(places))
        rules = {
            name: self._rules(name, found, layers, is_signal=name == signal)
            for name, found in members.items()
        }
        counts = Counter(id(rule) for each in rules.values() for _, rule in each)
        check_needed(path, counts, layers, self._definitions, self._notes)
        for name, found in members.items():
            place = f"{path.rstrip('/')}/{name}"
            if found.item is None:
                self._nowhere(place, rules[name])
            elif found.is_group:
                if not self._below(place, found, rules[name], depth):
                    unknown.append(f"{name} ({found.nx_class or 'a group'})")
            else:
                unknown += self._field(place, name, found.item, rules[name])
        self._unknown(path, unknown, layers, set(members))

    def _was_seen(self, group: Any, layers: list[Layer]) -> bool:
        """Tell whether a group was compared with the same rules; note that it is."""
        try:
            identity: Any = (group.file.filename, hash(group.id))
        except (AttributeError, *BROKEN):  # not of HDF5
            identity = group.name
        key = (identity, *(id(layer.rule) for layer in layers))
        was = key in self._seen
        self._seen.add(key)
        return was

    def _members(self, group: Any) -> dict[str, _Member]:
        found = {}
        for name in group:
            self._left -= 1
            if self._left <= 0:
                break
            item = followed(group, name)
            if item is None or hasattr(item, "dtype"):
                if not hasattr(item, "shape") and item is not None:
                    continue  # a type that is stored under a name
                found[str(name)] = _Member(item, "")
            else:
                found[str(name)] = _member(item)
        return found

    def _rules(
        self, name: str, found: _Member, layers: list[Layer], *, is_signal: bool
    ) -> Rules:
        """Return the rule of each layer that has one for a member."""
        rules: Rules = []
        for layer in layers:
            rule: Rule | None = None
            if found.is_group:
                rule = group_rule(layer, name, found.nx_class, self._definitions)
            elif found.item is not None:
                rule = field_rule(layer, name, is_signal=is_signal)
            rule = rule or link_rule(layer, name) or other_rule(layer, name)
            if rule is not None:
                rules.append((layer, rule))
        return rules

    def _nowhere(self, place: str, rules: Rules) -> None:
        strict = any(layer.is_strict and rule.minimum for layer, rule in rules)
        what, advice = "is a link that leads nowhere", "mend the link, or its file"
        self._notes.add(place, what, advice, is_strict=strict)

    def _below(self, place: str, found: _Member, rules: Rules, depth: int) -> bool:
        """Compare a group; return whether any layer knows it."""
        kind = found.nx_class
        if found.spelled:
            what = (
                f"is of the class {found.spelled}, as the package nxtomo spells {kind}"
            )
            self._notes.advise(place, what, "leave it: that package finds no other")
        check_group(place, kind, rules, self._definitions, self._notes)
        if kind and kind != "NXcollection":  # whose content is free
            layers = below(rules)
            if kind == "NXsubentry":
                name = definition_of(found.item)
                layers += of_application(self._definitions, name, place)
            layers += of_class(self._definitions, kind, place)
            self._group(place, found.item, layers, depth + 1)
        return bool(rules)

    def _field(self, place: str, name: str, item: Any, rules: Rules) -> list[str]:
        """Compare a dataset; return what of it no layer knows."""
        if not rules:
            return [name]
        known = self._definitions
        if is_wanted_as_group(place, rules, known, self._notes):
            return []
        fields = [(a, rule) for a, rule in rules if isinstance(rule, FieldRule)]
        attributes = [(a, each) for a, rule in fields for each in rule.attributes]
        try:
            check_field(
                place,
                item,
                fields,
                self._symbols,
                self._notes,
                made_by=self._made_by,
            )
            check_units(place, item, fields, known, self._notes)
            more = check_attributes(place, item, attributes, known, self._notes)
        except BROKEN as error:
            self._unreadable(place, error)
            return []
        return [f"{name}@{each}" for each in more]

    def _attributes(self, path: str, group: Any, layers: list[Layer]) -> list[str]:
        rules = [(a, each) for a in layers for each in a.rule.attributes]
        known = self._definitions
        names = check_attributes(path, group, rules, known, self._notes)
        return [f"@{name}" for name in names]

    def _unreadable(self, path: str, error: Exception) -> None:
        self._notes.add(path, f"can't be read: {error}", "beamio check tells more")

    def _unknown(
        self, path: str, names: list[str], layers: list[Layer], present: set[str]
    ) -> None:
        """Note in one line what no layer knows."""
        ignored = {each for layer in layers for each in layer.definition.ignores}
        names = [name for name in names if _kind(name) not in ignored]
        if not names or not layers:
            return
        by = speaker(layers)
        shown = ", ".join(names[:_NAMED])
        more = f" and {len(names) - _NAMED:,} more" if len(names) > _NAMED else ""
        known = {rule.name for layer in layers for rule in members_of(layer.rule)}
        meant = nearest(names[0], known - present) if len(names) == 1 else ""
        meant = meant.lstrip("; ") if "did you mean" in meant else ""
        self._notes.note(path, f"holds what {by} does not know: {shown}{more}", meant)


def _member(group: Any) -> _Member:
    """Return a group with its class, as NeXus spells it."""
    spelled = nx_class(group)
    if spelled in SPELLED:
        return _Member(group, SPELLED[spelled], spelled)
    return _Member(group, spelled)


def _axes_of(group: Any) -> list[str]:
    """Return what an NXdata calls its axes."""
    try:
        return texts(np.asarray(group.attrs["axes"]))
    except BROKEN:
        return []


def _kind(name: str) -> str:
    """Return what an unknown name is of, as NXDL calls it."""
    if "@" in name:
        return "attributes"
    return "groups" if name.endswith(")") else "fields"
