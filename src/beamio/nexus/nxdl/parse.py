"""From the XML of a definition to its rules."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from beamio.errors import DamagedFileError
from beamio.nexus.nxdl.model import (
    AttributeRule,
    Definition,
    Dimensions,
    Enumeration,
    FieldRule,
    GroupRule,
    LinkRule,
    NameType,
)

_IGNORES = ("groups", "fields", "attributes")
_DOC = 90
"""Characters of documentation that are kept, at most."""


def parse_definition(file: Path) -> Definition:
    """Return the definition that a file holds.

    Raises
    ------
    DamagedFileError
        If it is no XML, or not a definition.
    """
    root = parse_xml(file)
    if _kind(root) != "definition" or not root.get("name"):
        raise DamagedFileError(f"{file}: is no NXDL definition", place=str(file))
    reader = _Reader(is_application=root.get("category") == "application")
    return Definition(
        name=root.get("name"),
        extends=root.get("extends", ""),
        is_application=reader.is_application,
        body=reader.group(root),
        ignores=frozenset(
            what
            for what in _IGNORES
            if root.get(f"ignoreExtra{what.title()}") == "true"
        ),
    )


def parse_xml(file: Path) -> Any:
    """Return the root of an XML file; entities and the network are not used.

    Raises
    ------
    DamagedFileError
        If it is no XML.
    """
    from lxml import etree

    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True
    )
    try:
        return etree.parse(file, parser).getroot()
    except (OSError, etree.XMLSyntaxError) as error:
        message = f"{file}: is no XML that can be read ({error})"
        raise DamagedFileError(message, place=str(file)) from error


class _Reader:
    """Makes rules of elements; what must be there depends on the definition."""

    def __init__(self, *, is_application: bool) -> None:
        self.is_application = is_application

    def group(self, element: Any) -> GroupRule:
        """Return the rule of a group, or of the definition itself."""
        choices = [self._choice(each) for each in _children(element, "choice")]
        return GroupRule(
            **self._common(element),
            types=(element.get("type", ""),),
            groups=(*map(self.group, _children(element, "group")), *choices),
            fields=tuple(map(self._field, _children(element, "field"))),
            links=tuple(map(self._link, _children(element, "link"))),
            attributes=tuple(map(self._attribute, _children(element, "attribute"))),
        )

    def _choice(self, element: Any) -> GroupRule:
        """Return the rule for groups of one name, and one of several classes."""
        either = [self.group(each) for each in _children(element, "group")]
        types = tuple(name for each in either for name in each.types)
        return GroupRule(**self._common(element), types=types)

    def _field(self, element: Any) -> FieldRule:
        return FieldRule(
            **self._common(element),
            type=element.get("type", ""),
            units=element.get("units", ""),
            dimensions=_dimensions(element),
            enumeration=_enumeration(element),
            attributes=tuple(map(self._attribute, _children(element, "attribute"))),
        )

    def _link(self, element: Any) -> LinkRule:
        return LinkRule(**self._common(element), target=element.get("target", ""))

    def _attribute(self, element: Any) -> AttributeRule:
        return AttributeRule(
            **self._common(element),
            type=element.get("type", ""),
            enumeration=_enumeration(element),
        )

    def _common(self, element: Any) -> dict[str, Any]:
        is_recommended = element.get("recommended") == "true"
        name = element.get("name", "")
        default: NameType = "specified" if name else "any"
        name_type = element.get("nameType", default)
        return {
            "name": name,
            "name_type": name_type if name else "any",
            "minimum": 0 if is_recommended else self._minimum(element),
            "maximum": _maximum(element, is_single=name_type == "specified"),
            "is_recommended": is_recommended,
            "deprecated": " ".join(element.get("deprecated", "").split()),
            "doc": _doc(element),
        }

    def _minimum(self, element: Any) -> int:
        """Return how many there must be: by default one, but none in base classes."""
        if element.get("optional") == "true":
            return 0
        given: str = element.get("minOccurs", "")
        if given.isdecimal():
            return int(given)
        return int(self.is_application or element.get("optional") == "false")


def _maximum(element: Any, *, is_single: bool) -> int | None:
    given: str = element.get("maxOccurs", "")
    if given.isdecimal():
        return int(given)
    return 1 if is_single else None


def _dimensions(element: Any) -> Dimensions | None:
    for found in _children(element, "dimensions"):
        return Dimensions(rank=found.get("rank", ""), lengths=tuple(_lengths(found)))
    return None


def _lengths(element: Any) -> Iterator[tuple[int, str, bool]]:
    for dim in _children(element, "dim"):
        index = dim.get("index", "")
        if index.isdecimal() and int(index) > 0 and dim.get("value"):
            is_needed = dim.get("required") != "false"
            yield int(index) - 1, dim.get("value"), is_needed


def _enumeration(element: Any) -> Enumeration | None:
    for found in _children(element, "enumeration"):
        values = tuple(item.get("value", "") for item in _children(found, "item"))
        return Enumeration(values=values, is_open=found.get("open") == "true")
    return None


def _doc(element: Any) -> str:
    """Return the first sentence of the documentation."""
    for found in _children(element, "doc"):
        text = " ".join("".join(found.itertext()).split())
        sentence, dot, _ = text.partition(". ")
        sentence += dot.strip()
        return sentence if len(sentence) <= _DOC else ""
    return ""


def _children(element: Any, kind: str) -> Iterator[Any]:
    return (each for each in element if _kind(each) == kind)


def _kind(element: Any) -> str:
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""
