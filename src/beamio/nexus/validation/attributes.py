"""Compare the attributes of a group or a dataset with their rules."""

from typing import Any

import numpy as np

from beamio.nexus.nxdl import AttributeRule, Definitions
from beamio.nexus.validation import types
from beamio.nexus.validation.layers import Layer
from beamio.nexus.validation.names import fit
from beamio.nexus.validation.needed import check_needed_attribute
from beamio.nexus.validation.notes import BROKEN, Notes
from beamio.nexus.validation.values import check_values

_EVERYWHERE = frozenset(
    {
        "CLASS",
        "DIMENSION_LIST",
        "NAME",
        "NX_class",
        "REFERENCE_LIST",
        "axes",
        "axis",
        "default",
        "interpretation",
        "long_name",
        "primary",
        "signal",
        "target",
        "units",
    }
)
"""Attributes that NXDL, or HDF5, allows wherever it does not name them."""
_RESERVED = ("BLUESKY_", "DECTRIS_", "IDF_", "NX_", "PDBX_", "SAS_", "SILX_")

Rules = list[tuple[Layer, AttributeRule]]


def check_attributes(
    path: str, item: Any, rules: Rules, definitions: Definitions, notes: Notes
) -> list[str]:
    """Note what is missing or wrong in attributes; return those that no rule knows."""
    names = [str(name) for name in item.attrs]
    first: dict[str, Layer] = {}
    for layer, rule in rules:
        if rule.name in first or not rule.is_named:
            continue
        first[rule.name] = layer
        if rule.name in names:
            same = [each for each in rules if each[1].name == rule.name]
            _check(path, item, same, notes)
        else:
            check_needed_attribute(path, layer, rule, definitions, notes)
    return [
        name
        for name in names
        if name not in _EVERYWHERE
        and not name.startswith(_RESERVED)
        and all(fit(rule, name) is None for _, rule in rules)
    ]


def _check(path: str, item: Any, rules: Rules, notes: Notes) -> None:
    """Note what differs between an attribute and its rules; the first ones count."""
    name, strict = rules[0][1].name, rules[0][0].is_strict
    place = f"{path}@{name}"
    try:
        values = np.asarray(item.attrs[name])
    except BROKEN as error:
        notes.add(place, f"can't be read: {error}", "write it again", is_strict=False)
        return
    nx_type = next((rule.type for _, rule in rules if rule.type), "NX_CHAR")
    listed = next((rule.enumeration for _, rule in rules if rule.enumeration), None)
    problem = types.type_problem(values.dtype, nx_type)
    if problem:
        notes.add(place, problem, f"set it to {types.words(nx_type)}", is_strict=strict)
    elif values.size:
        check_values(place, values.reshape(-1), nx_type, listed, notes)
