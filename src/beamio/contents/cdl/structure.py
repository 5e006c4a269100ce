"""Look through a file for what stands in CDL before the values."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from beamio.contents.cdl.attributes import attributes
from beamio.contents.cdl.dimensions import Dimensions, is_bare, is_scale, netcdf_name
from beamio.contents.cdl.section import Section, Variable
from beamio.contents.cdl.type_names import TypeNames
from beamio.contents.cdl.types import CHARACTERS, Inexpressible, cdl_type
from beamio.errors import BeamioError, UnreadableError
from beamio.model import Item, Kind
from beamio.view.cdl.names import valid_name

_FAILURES = (OSError, KeyError, RuntimeError, TypeError, ValueError, OverflowError)


class Structure:
    """The groups of a file, or of a part of one, with types and dimensions named."""

    def __init__(
        self, name: str, file: str, path: str, look: Callable[[str], Any]
    ) -> None:
        self._file = file
        self.root = Section(name, path)
        self.look = look
        """Returns the object of a path."""
        self._sections = {path.rstrip("/"): self.root}
        self._dimensions = Dimensions(self.root)
        self.types = TypeNames(self.root)

    def add(self, items: Iterable[Item]) -> None:
        """Take up what was found below the root.

        Raises
        ------
        UnreadableError
            If an object can't be read.
        """
        for item in items:
            above, _, name = item.path.rstrip("/").rpartition("/")
            section = self._sections[above]
            self._note_name(section, name)
            if item.problem:
                with self.reading(item.path):
                    raise ValueError(item.problem)
            if item.link is not None:
                section.notes.append(f"{name} -> {item.link}: links are not followed")
            elif item.same_as:
                section.notes.append(f"{name} is another name of {item.same_as}")
            elif item.kind is Kind.GROUP:
                new = Section(name, item.path, section, section.depth + 1)
                section.groups.append(new)
                self._sections[item.path] = new
                self._note_types(self.look(item.path))
            else:
                self.add_object(section, name, item.path)

    def add_object(self, section: Section, name: str, path: str) -> None:
        """Take up a dataset or a named type."""
        try:
            found = self.look(path)
            kind = cdl_type(found.dtype)
            if not hasattr(found, "shape"):
                self.types.declare(section, name, kind)
                return
            if found.shape is None:
                raise Inexpressible("holds nothing, which CDL can't say")  # noqa: TRY301 (told below)
            if is_scale(found):
                self._dimensions.add_scale(section, netcdf_name(name), found)
                if is_bare(found):
                    return
        except Inexpressible as why:
            section.notes.append(f"{name} {why}")
            return
        except _FAILURES as error:
            section.notes.append(f"{name} has a type that can't be told: {error}")
            return
        shape = (*found.shape, *found.dtype.shape)
        if found.dtype.str == "|S1":  # how netCDF keeps characters
            kind = CHARACTERS
        section.variables.append(Variable(netcdf_name(name), path, kind, shape))
        self._note_types(found)

    def finish(self) -> None:
        """Name the types and dimensions, when all that has some is known."""
        for section in self.root.upwards():
            for number, variable in enumerate(section.variables):
                found = self.look(variable.path)
                names, growing = self._dimensions.of(section, variable, found)
                section.variables[number] = replace(
                    variable, dimensions=names, growing=growing
                )
        for section in self.root.downwards():
            for variable in section.variables:
                self.types.name_of(variable.kind, section)
        self.types.define_all()

    @contextmanager
    def reading(self, path: str) -> Iterator[None]:
        """Say of what h5py raises in this block where that is.

        Raises
        ------
        UnreadableError
            With the file and the path in it.
        """
        try:
            yield
        except BeamioError:
            raise
        except _FAILURES as error:
            place = f"{self._file}::{path}"
            raise UnreadableError(f"{place}: {error}", place=place) from error

    def _note_types(self, found: Any) -> None:
        for attribute in attributes(found):
            if attribute.kind is not None:
                self.types.later(attribute.kind)

    def _note_name(self, section: Section, name: str) -> None:
        if valid_name(name) != name:
            section.notes.append(f"{name} is called {valid_name(name)} here")
