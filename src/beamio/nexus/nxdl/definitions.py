"""Where the definitions are, and what they inherit."""

import os
import re
from collections.abc import Iterator
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from beamio.errors import MissingPathError, OptionError, nearest
from beamio.nexus.nxdl.model import Definition
from beamio.nexus.nxdl.parse import parse_definition, parse_xml

_PACKAGE = "nexusformat"
_FOLDERS = ("base_classes", "applications", "contributed_definitions")
_NAME = re.compile(r"NX\w{1,100}", re.ASCII)
_LINEAGE = 16
"""Definitions that one extends in turn, at most."""


class Definitions:
    """The definitions in a folder, which are read when they are asked for.

    Parameters
    ----------
    folder
        Laid out as the repository of NeXus: ``base_classes``, ``applications`` and
        ``contributed_definitions``, and ``nxdlTypes.xsd``.

    Raises
    ------
    OptionError
        If it is no such folder.
    """

    def __init__(self, folder: str | os.PathLike[str]) -> None:
        self.folder = Path(folder)
        if not (self.folder / _FOLDERS[0] / "NXobject.nxdl.xml").is_file():
            raise OptionError(
                f"{self.folder}: holds no definitions of NeXus (there is no "
                f"{_FOLDERS[0]}/NXobject.nxdl.xml in it)"
            )
        self._known: dict[str, Definition] = {}

    @property
    def version(self) -> str:
        """The release, such as "v2026.01"; empty where the folder does not say."""
        try:
            return (self.folder / "NXDL_VERSION").read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError):
            return ""

    def __contains__(self, name: str) -> bool:
        return name in self._known or self._file(name) is not None

    def __getitem__(self, name: str) -> Definition:
        """Return the definition of a name, such as "NXtomo".

        Raises
        ------
        MissingPathError
            If there is none.
        """
        if name not in self._known:
            file = self._file(name)
            if file is None:
                release = f" {self.version}" if self.version else ""
                raise MissingPathError(
                    f"NeXus{release} has no definition {name}{self.nearest(name)}"
                )
            self._known[name] = parse_definition(file)
        return self._known[name]

    def lineage(self, name: str) -> Iterator[Definition]:
        """Yield a definition, what it extends, and so on; nothing if unknown.

        Examples
        --------
        >>> [each.name for each in shipped().lineage("NXdetector")]
        ['NXdetector', 'NXcomponent', 'NXobject']
        """
        for _ in range(_LINEAGE):
            if name not in self:
                return
            found = self[name]
            yield found
            name = found.extends

    def is_a(self, name: str, wanted: str) -> bool:
        """Tell whether a class is another one, or extends it."""
        return name == wanted or any(each.name == wanted for each in self.lineage(name))

    def nearest(self, name: str) -> str:
        """Return the names most like one, as the end of a message."""
        files = (
            file for part in _FOLDERS for file in self.folder.glob(f"{part}/*.xml")
        )
        return nearest(name, sorted(file.name.partition(".")[0] for file in files))

    def _file(self, name: str) -> Path | None:
        """Return the file of a definition, whose name may come from anywhere."""
        if not _NAME.fullmatch(name):
            return None
        files = (self.folder / part / f"{name}.nxdl.xml" for part in _FOLDERS)
        return next((file for file in files if file.is_file()), None)

    def examples(self, category: str) -> tuple[str, ...]:
        """Return units of a category such as NX_LENGTH; none if it has none.

        Examples
        --------
        >>> shipped().examples("NX_ANGLE")
        ('rad', 'deg')
        """
        return _examples(self.folder / "nxdlTypes.xsd").get(category, ())


@cache
def shipped() -> Definitions:
    """Return the definitions of the package that ships them.

    Raises
    ------
    OptionError
        If it is not installed.
    """
    spec = find_spec(_PACKAGE)  # which does not import it
    folders = spec.submodule_search_locations if spec is not None else None
    for folder in folders or ():
        if (Path(folder) / "definitions").is_dir():
            return Definitions(Path(folder) / "definitions")
    raise OptionError(
        "the definitions of NeXus are not installed: pip install 'beamio[nexus]', or "
        "name a folder of them (--nxdl, definitions=)"
    )


@cache
def _examples(file: Path) -> dict[str, tuple[str, ...]]:
    if not file.is_file():
        return {}
    found = {}
    for kind in parse_xml(file).iterfind("{*}simpleType"):
        texts = [
            (each.text or "").strip()
            for each in kind.iter()
            if isinstance(each.tag, str)
            and "example" in {each.tag.rpartition("}")[2], each.get("name")}
        ]
        found[kind.get("name", "")] = tuple(text for text in texts if text != '""')
    return found
