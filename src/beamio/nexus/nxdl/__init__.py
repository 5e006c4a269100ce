"""The definitions of NeXus, in its language NXDL, as they are shipped."""

from beamio.nexus.nxdl.definitions import Definitions, shipped
from beamio.nexus.nxdl.model import (
    AttributeRule,
    Definition,
    Dimensions,
    Enumeration,
    FieldRule,
    GroupRule,
    Rule,
)

__all__ = [
    "AttributeRule",
    "Definition",
    "Definitions",
    "Dimensions",
    "Enumeration",
    "FieldRule",
    "GroupRule",
    "Rule",
    "shipped",
]
