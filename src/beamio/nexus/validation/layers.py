"""The rules that hold for one group: of the definition, of its class, of NXobject."""

from collections.abc import Iterator
from dataclasses import dataclass

from beamio.nexus.nxdl import Definition, Definitions, FieldRule, GroupRule, Rule
from beamio.nexus.nxdl.model import LinkRule
from beamio.nexus.validation.names import EXACT, fit


@dataclass(frozen=True, slots=True)
class Layer:
    """What one definition says of a group; those that come first have the say."""

    rule: GroupRule
    definition: Definition
    scope: str
    """The group in which its symbols mean one thing."""

    @property
    def is_strict(self) -> bool:
        """Whether it is of an application definition."""
        return self.definition.is_application


def of_class(definitions: Definitions, nx_class: str, path: str) -> list[Layer]:
    """Return what a class, and those that it extends, say of a group."""
    return [
        Layer(each.body, each, path)
        for each in definitions.lineage(nx_class)
        if not each.is_application
    ]


def of_application(definitions: Definitions, name: str, path: str) -> list[Layer]:
    """Return what an application definition, and what it extends, say of an entry."""
    return [
        Layer(rule, each, path)
        for each in definitions.lineage(name)
        if each.is_application
        for rule in _of_entry(each)
    ]


def _of_entry(definition: Definition) -> Iterator[GroupRule]:
    for rule in definition.body.groups:
        if {"NXentry", "NXsubentry"} & set(rule.types):
            yield rule
            return


def below(rules: list[tuple[Layer, Rule]]) -> list[Layer]:
    """Return what the layers of a group say of a group in it, by its rules there."""
    return [
        Layer(rule, layer.definition, layer.scope)
        for layer, rule in rules
        if isinstance(rule, GroupRule)
    ]


def group_rule(
    layer: Layer, name: str, nx_class: str, definitions: Definitions
) -> GroupRule | None:
    """Return the rule of a layer that a group falls under."""
    found: tuple[int, bool] = (-1, False)
    best = None
    for rule in layer.rule.groups:
        how = fit(rule, name)
        if how is None:
            continue
        is_of_class = any(definitions.is_a(nx_class, each) for each in rule.types)
        if not is_of_class and how != EXACT:
            continue
        rank = (how, nx_class in rule.types)
        if rank > found:
            found, best = rank, rule
    return best


def field_rule(layer: Layer, name: str, *, is_signal: bool) -> FieldRule | None:
    """Return the rule of a layer that a dataset falls under."""
    ranked = [
        ((how, is_signal == (rule.name == "DATA")), rule)
        for rule in layer.rule.fields
        if (how := fit(rule, name)) is not None
    ]
    return max(ranked, key=lambda each: each[0])[1] if ranked else None


def link_rule(layer: Layer, name: str) -> LinkRule | None:
    """Return the rule of a layer that wants a link of this name."""
    return next((rule for rule in layer.rule.links if rule.name == name), None)


def other_rule(layer: Layer, name: str) -> Rule | None:
    """Return the rule of a layer for this very name, whatever kind it is for."""
    rules = (rule for rule in members_of(layer.rule) if rule.is_named)
    return next((rule for rule in rules if rule.name == name), None)


def members_of(rule: GroupRule) -> Iterator[Rule]:
    """Yield the rules for what a group may hold."""
    yield from rule.fields
    yield from rule.groups
    yield from rule.links


def speaker(layers: list[Layer]) -> str:
    """Return the definition that messages name: an application, else the class."""
    strict = [layer for layer in layers if layer.is_strict]
    classes = [layer for layer in layers if layer.rule is layer.definition.body]
    return (strict or classes or layers)[0].definition.name
