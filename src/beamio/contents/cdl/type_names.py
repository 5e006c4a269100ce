"""What types are called: as in the file, or by a name that is made up."""

from itertools import count

from beamio.contents.cdl.section import Section
from beamio.view.cdl.names import escaped
from beamio.view.cdl.types import CdlType, Compound, Enum, Opaque, Primitive, Vlen

_KINDS = {Enum: "enum", Compound: "compound", Vlen: "list", Opaque: "opaque"}


class TypeNames:
    """The types of a file that need a definition."""

    def __init__(self, root: Section) -> None:
        self._root = root
        self._later: dict[CdlType, None] = {}

    def declare(self, section: Section, name: str, kind: CdlType) -> None:
        """Define a type that has a name in the file."""
        if isinstance(kind, Primitive):
            section.notes.append(f"{name} is another name of {kind.name}")
            return
        self._define_parts(kind)
        section.types[name] = kind

    def later(self, kind: CdlType) -> None:
        """Remember a type that an attribute has."""
        if not isinstance(kind, Primitive):
            self._later[kind] = None

    def define_all(self) -> None:
        """Define what attributes have, and has no name in the file."""
        for kind in self._later:
            self.name_of(kind, self._root)

    def name_of(self, kind: CdlType, section: Section) -> str:
        """Return what a type is called in a group, as it is written."""
        if isinstance(kind, Primitive):
            return kind.name
        for here in section.outwards():
            for name, known in here.types.items():
                if known == kind:
                    return escaped(name)
        self._define_parts(kind)
        name = self._new_name(kind)
        self._root.types[name] = kind
        return name

    def _define_parts(self, kind: CdlType) -> None:
        """Define what a type is made of, which must come before it."""
        match kind:
            case Compound(fields):
                for _, each, _ in fields:
                    self.name_of(each, self._root)
            case Vlen(base):
                self.name_of(base, self._root)

    def _new_name(self, kind: CdlType) -> str:
        used = [*self._root.types, *(each.name for each in self._root.variables)]
        used += [each.name for each in self._root.groups]
        inner = (name for here in self._root.downwards() for name in here.types)
        taken = {*used, *inner}
        known = _well_known(kind)
        if known and known not in taken:
            return known
        names = (f"{_KINDS[type(kind)]}_{number}" for number in count(1))
        return next(name for name in names if name not in taken)


def _well_known(kind: CdlType) -> str:
    """Return what NumPy calls a type; empty if it does not know it."""
    match kind:
        case Enum(Primitive("byte"), (("FALSE", 0), ("TRUE", 1))):
            return "bool"
        case Compound((("r", Primitive("float"), ()), ("i", Primitive("float"), ()))):
            return "complex64"
        case Compound((("r", Primitive("double"), ()), ("i", Primitive("double"), ()))):
            return "complex128"
    return ""
