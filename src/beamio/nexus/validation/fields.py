"""Compare a dataset, or an attribute, with its rules."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from beamio.errors import OptionError
from beamio.nexus.nxdl import (
    Definitions,
    Dimensions,
    Enumeration,
    FieldRule,
)
from beamio.nexus.validation import types, units, wanted
from beamio.nexus.validation.layers import Layer
from beamio.nexus.validation.notes import BROKEN, Notes
from beamio.nexus.validation.results import is_wider
from beamio.nexus.validation.symbols import Symbols, shape_problem
from beamio.nexus.validation.symbols import words as of_dimensions
from beamio.nexus.validation.values import check_values

_LOOKED_AT = 1000
"""Elements of a dataset whose values are compared, at most."""

Rules = Sequence[tuple[Layer, FieldRule]]


def check_field(
    path: str,
    dataset: Any,
    rules: Rules,
    symbols: Symbols,
    notes: Notes,
    *,
    made_by: str = "",
) -> None:
    """Note what differs between a dataset and its rules, of which the first count.

    `made_by` is the process that computed the images of the entry, if one did.
    """
    if not rules:
        return
    for layer, rule in rules:
        if rule.deprecated:
            notes.add(
                path,
                f"is deprecated in {layer.definition.name}",
                rule.deprecated,
                is_strict=False,
            )
    nx_type = _type(rules)
    problem = types.type_problem(dataset.dtype, nx_type)
    if problem and made_by and is_wider(dataset, nx_type):
        by = next(layer for layer, rule in rules if rule.type).definition.name
        notes.advise(
            path,
            f"{problem}: {by} is for what a detector counts, and these were computed, "
            f"as {made_by} tells",
            "most programs take both; beamio flatfield --dtype uint16 writes integers",
        )
    elif problem:
        notes.add(path, problem, _remedy(dataset.dtype, nx_type))
    else:
        _look_at_values(path, dataset, nx_type, _enumeration(rules), notes)
    found = _dimensions(rules)
    if found is not None and dataset.shape is not None:
        _check_shape(path, tuple(dataset.shape), *found, symbols, notes)


def _remedy(dtype: Any, nx_type: str) -> str:
    remedy = f"write {types.words(nx_type)}"
    if dtype.kind == "f" and nx_type == "NX_INT":
        return f"{remedy}; or tell in an NXprocess which program computed them"
    return remedy


def _type(rules: Rules) -> str:
    """Return the type: what the first rule says; text, if none does."""
    given = next((rule.type for _, rule in rules if rule.type), "")
    if given:
        return given
    return "NX_NUMBER" if any(rule.units for _, rule in rules) else "NX_CHAR"


def _enumeration(rules: Rules) -> Enumeration | None:
    return next((rule.enumeration for _, rule in rules if rule.enumeration), None)


def _dimensions(rules: Rules) -> tuple[Layer, Dimensions] | None:
    given = ((each, rule.dimensions) for each, rule in rules if rule.dimensions)
    return next(given, None)


def _check_shape(
    path: str,
    shape: tuple[int, ...],
    layer: Layer,
    dimensions: Dimensions,
    symbols: Symbols,
    notes: Notes,
) -> None:
    problem = shape_problem(shape, dimensions)
    if problem:
        needed = f"{layer.definition.name} wants it {of_dimensions(dimensions)}"
        if layer.is_strict:
            notes.add(path, problem, needed)
        else:  # which says itself that applications have it otherwise
            notes.note(path, problem, needed)
    elif shape:
        symbols.add(path, shape, dimensions, layer)


def _look_at_values(
    path: str,
    dataset: Any,
    nx_type: str,
    enumeration: Enumeration | None,
    notes: Notes,
) -> None:
    """Note values that are out of what they may be; large arrays are not looked at."""
    looks_at = enumeration is not None or nx_type in types.LOOKED_INTO
    if not looks_at or dataset.shape is None or not 0 < dataset.size <= _LOOKED_AT:
        return
    try:
        values = np.asarray(dataset[()]).reshape(-1)
        check_values(path, values, nx_type, enumeration, notes)
    except BROKEN as error:
        notes.add(path, f"can't be read: {error}", "beamio check tells more")


def check_units(
    path: str, dataset: Any, rules: Rules, definitions: Definitions, notes: Notes
) -> None:
    """Note what is wrong with the units of a dataset."""
    layer, category = next(
        ((layer, rule.units) for layer, rule in rules if rule.units), (None, "")
    )
    if layer is None or types.is_text(dataset.dtype):
        return
    if category == "NX_TRANSFORMATION":
        category = _OF_KIND.get(attribute_text(dataset, "transformation_type"), "")
    given = attribute_text(dataset, "units")
    remedy = f"set its attribute units to units{wanted.of_units(category, definitions)}"
    if not given and "units" not in dataset.attrs:
        if units.needs_units(category):
            notes.add(path, "has no units", remedy, is_strict=layer.is_strict)
        return
    try:
        problem = units.problem(given, category, definitions)
    except OptionError as error:
        notes.note("/", str(error))
        return
    if problem:
        if category == "NX_UNITLESS":
            remedy = "remove its attribute units"
        notes.add(path, f"its units {problem}", remedy)


_OF_KIND = {"translation": "NX_LENGTH", "rotation": "NX_ANGLE"}


def attribute_text(item: Any, name: str) -> str:
    """Return an attribute as text, or the only text of an array; else nothing."""
    try:
        found = types.texts(np.asarray(item.attrs[name]))
    except BROKEN:
        return ""
    return found[0] if len(found) == 1 else ""
