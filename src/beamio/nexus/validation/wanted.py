"""What a rule wants, in words."""

from beamio.nexus.nxdl import AttributeRule, Definitions, FieldRule, GroupRule, Rule
from beamio.nexus.nxdl.model import LinkRule
from beamio.nexus.validation import symbols, types, units

_LISTED = 8


def remedy(rule: Rule, path: str, definitions: Definitions) -> str:
    """Return what to write where something is missing."""
    if isinstance(rule, GroupRule):
        what = f"add a group of the class {' or '.join(rule.types)}"
        return what if rule.name_type == "specified" else f"{what}, of any name"
    if isinstance(rule, LinkRule):
        return f"link to {rule.target}"
    if isinstance(rule, AttributeRule):
        return f"set it to {_value(rule)}"
    text = f"write {_value(rule)}"
    if isinstance(rule, FieldRule):
        if rule.units and units.needs_units(rule.units):
            text += f" with units{of_units(rule.units, definitions)}"
        if rule.dimensions is not None and symbols.words(rule.dimensions):
            text += f", {symbols.words(rule.dimensions)}"
    return f"{text} to {path}" if rule.name_type == "specified" else text


def of_units(category: str, definitions: Definitions) -> str:
    """Return the units that are wanted, as the end of a sentence."""
    if not category.startswith("NX_"):
        return f" such as {category}"
    examples = definitions.examples(category)
    such = f", such as {' or '.join(examples)}" if examples else ""
    return f" of {units.words(category)}{such}"


def values(listed: tuple[str, ...]) -> str:
    """Return the values that there may be.

    Examples
    --------
    >>> values(("a", "b", "c"))
    '"a", "b" or "c"'
    """
    shown = [f'"{value}"' for value in listed[:_LISTED]]
    if len(listed) > _LISTED:
        return f"{', '.join(shown)} or {len(listed) - _LISTED} more"
    return " or ".join(filter(None, [", ".join(shown[:-1]), shown[-1]]))


def _value(rule: Rule) -> str:
    if isinstance(rule, AttributeRule | FieldRule):
        if rule.enumeration is not None and not rule.enumeration.is_open:
            return values(rule.enumeration.values)
        return types.words(rule.type)
    return "a value"
