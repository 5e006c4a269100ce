"""Whether something is a group or a dataset, and of the right class."""

from beamio.nexus.nxdl import Definitions, FieldRule, GroupRule, Rule
from beamio.nexus.validation.layers import Layer
from beamio.nexus.validation.notes import Notes
from beamio.nexus.validation.wanted import remedy

Rules = list[tuple[Layer, Rule]]


def check_group(
    path: str, nx_class: str, rules: Rules, definitions: Definitions, notes: Notes
) -> None:
    """Note where a group is not of the class that its rules want, or no group."""
    for layer, rule in rules:
        if isinstance(rule, FieldRule):
            what = f"is a group, but {layer.definition.name} wants a dataset"
            advice = remedy(rule, path, definitions)
            notes.add(path, what, advice, is_strict=layer.is_strict)
            return
        if isinstance(rule, GroupRule) and not _check_class(
            path, nx_class, layer, rule, definitions, notes
        ):
            return
    if nx_class and nx_class not in definitions:
        what = f"is of the class {nx_class}, which NeXus does not define"
        advice = definitions.nearest(nx_class).lstrip("; ")
        notes.add(path, what, advice, is_strict=False)


def _check_class(
    path: str,
    nx_class: str,
    layer: Layer,
    rule: GroupRule,
    definitions: Definitions,
    notes: Notes,
) -> bool:
    """Note a class that is deprecated, or another one; return whether it fits."""
    by = layer.definition.name
    if rule.deprecated:
        notes.add(path, f"is deprecated in {by}", rule.deprecated, is_strict=False)
    if any(definitions.is_a(nx_class, each) for each in rule.types):
        return True
    what = f"is {nx_class or 'without a class'}, but {by} wants"
    advice = f'set its attribute NX_class to "{rule.types[0]}"'
    message = f"{what} {' or '.join(rule.types)}"
    notes.add(path, message, advice, is_strict=layer.is_strict)
    return False


def is_wanted_as_group(
    path: str, rules: Rules, definitions: Definitions, notes: Notes
) -> bool:
    """Note a dataset where there should be a group; return whether it is one."""
    if any(isinstance(rule, FieldRule) for _, rule in rules):
        return False
    for layer, rule in rules:
        if isinstance(rule, GroupRule):
            what = f"is a dataset, but {layer.definition.name} wants a group"
            advice = remedy(rule, path, definitions)
            notes.add(path, what, advice, is_strict=layer.is_strict)
            return True
    return False
