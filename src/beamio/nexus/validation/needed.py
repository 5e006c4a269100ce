"""What has to be in a group, should be, or may be there only so often."""

from collections.abc import Mapping

from beamio.nexus.nxdl import Definitions, GroupRule, Rule
from beamio.nexus.nxdl.model import AttributeRule, LinkRule
from beamio.nexus.validation.layers import Layer, members_of
from beamio.nexus.validation.notes import Notes
from beamio.nexus.validation.wanted import remedy


def check_needed(
    path: str,
    counts: Mapping[int, int],
    layers: list[Layer],
    definitions: Definitions,
    notes: Notes,
) -> None:
    """Note what is missing in a group, or is there too often.

    Parameters
    ----------
    path
        Of the group.
    counts
        For the identity of each rule, how many members fall under it.
    layers
        The rules for the group; what a first one says of a name, no other changes.
    definitions, notes
        Where units are looked up, and findings noted.
    """
    decided: set[tuple[str, str, tuple[str, ...]]] = set()
    for layer in layers:
        for rule in members_of(layer.rule):
            key = _key(rule)
            if key not in decided:
                decided.add(key)
                number = counts.get(id(rule), 0)
                _check_number(path, layer, rule, number, definitions, notes)


def _check_number(
    path: str,
    layer: Layer,
    rule: Rule,
    number: int,
    definitions: Definitions,
    notes: Notes,
) -> None:
    by = layer.definition.name
    place = f"{path.rstrip('/')}/{rule.name}" if rule.is_named else path
    what = "is missing" if rule.is_named else f"holds no {_shown(rule)}"
    doc = f" ({rule.doc.rstrip('.')})" if rule.doc else ""
    if number < rule.minimum:
        is_link = isinstance(rule, LinkRule)
        message = f"{what}; {by} {'asks for' if is_link else 'requires'} it{doc}"
        strict = layer.is_strict and not is_link
        notes.add(place, message, remedy(rule, place, definitions), is_strict=strict)
    elif number == 0 and rule.is_recommended:
        message = f"{what}; {by} recommends it{doc}"
        notes.add(place, message, remedy(rule, place, definitions), is_strict=False)
    elif rule.maximum is not None and number > rule.maximum:
        message = f"holds {number} of {_shown(rule)}, but {by} allows {rule.maximum}"
        advice = "leave out what is too much"
        notes.add(path, message, advice, is_strict=layer.is_strict)


def check_needed_attribute(
    path: str,
    layer: Layer,
    rule: AttributeRule,
    definitions: Definitions,
    notes: Notes,
) -> None:
    """Note an attribute that is missing, if it has to be there, or should be."""
    by, place = layer.definition.name, f"{path}@{rule.name}"
    advice = remedy(rule, place, definitions)
    if rule.minimum:
        message = f"is missing; {by} requires this attribute"
        notes.add(place, message, advice, is_strict=layer.is_strict)
    elif rule.is_recommended:
        message = f"is missing; {by} recommends this attribute"
        notes.add(place, message, advice, is_strict=False)


def _key(rule: Rule) -> tuple[str, str, tuple[str, ...]]:
    """Return what makes rules of several layers one and the same."""
    types = rule.types if isinstance(rule, GroupRule) and not rule.name else ()
    return "group" if isinstance(rule, GroupRule) else "field", rule.name, types


def _shown(rule: Rule) -> str:
    return " or ".join(rule.types) if isinstance(rule, GroupRule) else rule.name
