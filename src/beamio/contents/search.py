"""Find objects in many files."""

import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from glob import glob, has_magic
from pathlib import Path
from typing import Any

from beamio.contents.query import NotReadError, Query, listing_test, object_test
from beamio.contents.walk import contents
from beamio.errors import (
    BeamioError,
    MissingFileError,
    OptionError,
    UnknownFormatError,
    UnreadableError,
)
from beamio.formats.series import is_there
from beamio.model import DataUrl, Item, Kind
from beamio.view import natural_order

_LINKS = {Kind.SOFT_LINK, Kind.EXTERNAL_LINK, Kind.OTHER_LINK, Kind.UNREADABLE}


@dataclass(frozen=True, slots=True)
class Found:
    """An object that was found."""

    file: str
    item: Item

    @property
    def url(self) -> str:
        """``file::/path``."""
        return f"{self.file}::{self.item.path}"


Report = Callable[[BeamioError], None]
"""Is told what could not be looked at."""


def find(
    urls: str | os.PathLike[str] | Iterable[str | os.PathLike[str]],
    *,
    recursive: bool = False,
    report: Report | None = None,
    **wanted: str | None,
) -> Iterator[Found]:
    """Yield the objects in files that are what is wanted, as they are found.

    Parameters
    ----------
    urls
        Files of any format, globs, ``file::/path`` to look below a group, folders.
    recursive
        Also in the folders below those that are given.
    report
        Is told what could not be opened or compared; the search goes on. Without it
        the first such error is raised.
    **wanted
        What an object must be, all of what is given: the fields of `Query`: ``name``,
        ``regex``, ``attribute``, ``nx_class``, ``dtype``, ``shape``, ``where``,
        ``text``.

    Yields
    ------
    Found
        The file, and the object as a listing shows it. An object with several names
        comes once.

    Raises
    ------
    OptionError
        If nothing is wanted, or something can't be understood.

    Examples
    --------
    >>> import h5py
    >>> path = getfixture("tmp_path") / "scan.h5"
    >>> with h5py.File(path, "w") as file:
    ...     file["entry/energy"] = 12.4
    ...     file["entry/counts"] = [[1, 2], [3, 4]]
    >>> [found.item.path for found in find(path, where="energy > 12")]
    ['/entry']
    >>> [found.item.path for found in find(path, shape="2d", dtype="int*")]
    ['/entry/counts']
    """
    try:
        query = Query(**wanted)
    except TypeError:
        known = ", ".join(Query.__dataclass_fields__)
        raise OptionError(f"what is wanted is told by {known}") from None
    search = _Search(query, report)
    names = [urls] if isinstance(urls, str | os.PathLike) else urls
    return search.through([os.fsdecode(name) for name in names], recursive=recursive)


class _Search:
    """A search in one file after the other."""

    def __init__(self, query: Query, report: Report | None) -> None:
        self._query = query
        self._may_be = listing_test(query)
        self._is = object_test(query)
        self._report = report

    def through(self, names: list[str], *, recursive: bool) -> Iterator[Found]:
        for name in names:
            try:
                files = list(_files(name, recursive=recursive))
            except BeamioError as error:
                self._tell(error)
                continue
            for file in files:
                try:
                    yield from self._in(file)
                except UnknownFormatError as error:
                    if file == name:  # in a folder there may be anything
                        self._tell(error)
                except BeamioError as error:
                    self._tell(error)
                except OSError as error:
                    told = f"{file}: can't be read ({error})"
                    self._tell(UnreadableError(told, place=file))

    def _tell(self, error: BeamioError) -> None:
        if self._report is None:
            raise error
        self._report(error)

    def _in(self, url: str) -> Iterator[Found]:
        with ExitStack() as stack:
            file, name = None, DataUrl.parse(url, is_file=is_there).file
            for item in contents(url, recursive=True):
                if not self._may_be(item):
                    continue
                if self._query.needs_object:
                    if item.kind in _LINKS or item.same_as:
                        continue
                    if file is None:
                        file = stack.enter_context(_opened(name))
                    if not self._matches(file, name, item):
                        continue
                elif item.same_as:
                    continue
                yield Found(name, item)

    def _matches(self, file: Any, name: str, item: Item) -> bool:
        place = f"{name}::{item.path}"
        try:
            return self._is(file[item.path])
        except NotReadError as error:
            self._tell(UnreadableError(f"{place}: {error}", place=place))
        except (BeamioError, OSError, RuntimeError) as error:
            if isinstance(error, BeamioError):
                self._tell(error)
            else:
                told = f"{place}: can't be read ({error})"
                self._tell(UnreadableError(told, place=place))
        return False


def _opened(name: str) -> Any:
    from beamio.formats.opening import open as open_url

    return open_url(name)


def _files(name: str, *, recursive: bool) -> Iterator[str]:
    """Yield the files, or URLs, that a name stands for."""
    if is_there(name):
        if Path(name).is_dir():
            yield from _in_folder(name, recursive=recursive)
        else:
            yield name
        return
    parts = DataUrl.parse(name, is_file=is_there)
    if not has_magic(parts.file):
        yield name
        return
    found = sorted(glob(parts.file, recursive=True), key=natural_order)  # noqa: PTH207 (an absolute pattern is welcome)
    if not found:
        raise MissingFileError(f"{name}: no file matches", place=name)
    for each in found:
        if not Path(each).is_dir():
            yield each if parts.path is None else f"{each}::{parts.path}"
        elif recursive:
            yield from _in_folder(each, recursive=True)


def _in_folder(folder: str, *, recursive: bool) -> Iterator[str]:
    for above, folders, files in os.walk(folder):
        folders[:] = sorted(
            (each for each in folders if recursive and not each.startswith(".")),
            key=natural_order,
        )
        for file in sorted(files, key=natural_order):
            path = Path(above) / file
            if not file.startswith(".") and _holds_something(path):
                yield str(path)


def _holds_something(path: Path) -> bool:
    """Whether it is a file, and no empty one, such as a lock."""
    try:
        return path.is_file() and path.stat().st_size > 0
    except OSError:  # removed meanwhile
        return False
