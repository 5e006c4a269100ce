"""Files as dictionaries, and dictionaries as files."""

from collections.abc import Iterable, Mapping
from os import PathLike, fsdecode
from pathlib import Path
from typing import Any

import h5py

from beamio.dictionary.check import check
from beamio.dictionary.plan import planned
from beamio.dictionary.problems import Problems
from beamio.dictionary.read import HDF5Reader, Reading
from beamio.dictionary.target import check_new, existing_group, fill_target
from beamio.dictionary.trees import is_group, read_tree
from beamio.dictionary.write import HDF5Writer
from beamio.errors import (
    OptionError,
    OutputError,
    OutputExistsError,
)
from beamio.formats.hdf5.create import creation_options
from beamio.formats.hdf5.damage import told_in_one_line
from beamio.formats.opening import open as open_any
from beamio.formats.series import is_there
from beamio.model import Compression, DataUrl

MODES = ("create", "add", "modify", "replace")

Url = str | PathLike[str] | Any
"""``file`` or ``file::/path``, or an open group."""


def to_dict(  # noqa: PLR0913 (each is a choice of the caller)
    url: Url,
    *,
    asarray: bool = False,
    attributes: bool | str = True,
    links: str = "keep",
    virtual: str | None = None,
    depth: int | None = None,
    exclude: str | Iterable[str] = (),
    errors: str = "raise",
) -> dict[Any, Any]:
    """Return a group with all below it as a dictionary of dictionaries.

    What `from_dict` has written comes back equal and of the same types. In other
    files, scalars are Python's own where Python has the type, text in UTF-8 is `str`,
    text that says that it is ASCII is `bytes`, and all else are arrays.

    Parameters
    ----------
    url
        ``file`` or ``file::/path``, of any format that `beamio.open` knows; or an open
        group: of beamio, of h5py, or of anything else with ``items()`` and ``attrs``.
    asarray
        Whether every value is an array, scalars among them, as in silx's
        ``h5todict``. Marks that beamio has written are shown as attributes then.
    attributes
        Whether attributes are read, with keys such as ``"x@units"``, and
        ``"@units"`` for a group's own; ``"tuples"`` for keys such as
        ``("x", "units")``.
    links
        "keep" gives soft and external links as `h5py.SoftLink` and
        `h5py.ExternalLink`; "follow" what they lead to.
    virtual
        "keep" gives virtual datasets as `h5py.VirtualLayout`, "values" their values;
        by default as `links`.
    depth
        How many levels of groups are read; the groups below are left out.
    exclude
        A pattern of names to leave out, or several, such as ``"mca_*"``.
    errors
        What becomes of a place that can't be read: "raise"; "log" names it in the
        log of ``beamio.dictionary`` and leaves it out; "ignore" leaves it out.

    Raises
    ------
    MissingFileError, UnknownFormatError, DamagedFileError, MissingPathError
        If the file or the path can't be read, whatever `errors` says.
    UnreadableError
        If a part of it can't be read.
    OptionError
        If an option is wrong, or the path is that of a dataset.

    Notes
    -----
    A group that lies in itself, by a link of any kind, is given as a link where it is
    met again.

    Examples
    --------
    >>> folder = getfixture("tmp_path")
    >>> from_dict({"entry": {"title": "a scan", "t": 0.5}}, f"{folder}/scan.h5")
    >>> to_dict(f"{folder}/scan.h5::/entry")
    {'title': 'a scan', 't': 0.5}
    """
    how = Reading(
        asarray=asarray,
        attributes=attributes,
        links=links,
        virtual=virtual or ("keep" if links == "keep" else "values"),
        depth=depth,
        exclude=(exclude,) if isinstance(exclude, str) else tuple(exclude),
    )
    problems = Problems(errors)
    if not isinstance(url, str | PathLike):
        return _read(url, how, problems)
    _parsed(url)
    with open_any(url) as group:
        return _read(group, how, problems)


def _check_open(group: Any) -> None:
    if isinstance(group, h5py.Group) and not group:
        raise OptionError("the file of this group is closed; give its name, or open it")


def _read(group: Any, how: Reading, problems: Problems) -> dict[Any, Any]:
    _check_open(group)
    if not is_group(group):
        place = f"{group.file.filename}::{group.name}" if hasattr(group, "name") else ""
        raise OptionError(
            f"{place or repr(group)}: is no group, and only groups become dictionaries",
            place=place,
        )
    try:
        if isinstance(group, h5py.Group):
            with told_in_one_line(str(group.file.filename)):
                found: dict[Any, Any] = HDF5Reader(how, problems, group).read(group)
            return found
        return read_tree(group, how, problems)
    except RecursionError:
        raise OptionError(
            f"{group.name}: groups are nested too deeply; give depth=, or a path inside"
        ) from None


def _parsed(url: Any) -> DataUrl:
    if not isinstance(url, str | PathLike):
        raise OptionError(
            f"a dictionary is written to a file or an open group of h5py, "
            f"not to {type(url).__name__}"
        )
    parts = DataUrl.parse(fsdecode(url), is_file=is_there)
    if parts.selection is not None:
        raise OptionError(f"{url}: only groups become dictionaries, and not parts")
    if not parts.file:
        raise OptionError(f"{url}: names no file")
    return parts


def from_dict(
    tree: Mapping[Any, Any],
    url: Url,
    *,
    mode: str = "create",
    compression: Any = None,
    chunks: Any = None,
    errors: str = "raise",
) -> None:
    """Write a dictionary of dictionaries as groups, datasets, attributes and links.

    Parameters
    ----------
    tree
        Its keys are names of groups (if the value is a mapping) and datasets (all
        other values), ``"name@attr"`` or ``("name", "attr")`` for the attribute of a
        member, ``"@attr"`` for the group's own. A key ``">name"`` makes a link to the
        path, or to ``file::/path``, that is its value. ``("name",)`` is a name with
        any letters. Values are scalars, text, bytes, None, dates and times, lists and
        tuples, arrays, quantities of Pint, and h5py's links and virtual layouts.
    url
        ``file`` or ``file::/path``, or an open group. Groups on the way are made.
    mode
        "create": neither the file, or the group if a path is given, may exist.
        "add" writes what is not there yet. "modify" does so too, and changes values
        and attributes that are there. "replace" writes each member of `tree` anew in
        the place of what has its name; others stay.
    compression, chunks
        For arrays of at least 4,096 bytes: a filter by name, such as
        "bitshuffle-lz4", and the shape of chunks, or True.
    errors
        What becomes of what can't be written: "raise", before anything is changed;
        "log" names it and leaves it out; "ignore" leaves it out.

    Raises
    ------
    OptionError
        If a key or a value can't be written; it names the key with its path.
    OutputExistsError
        If the file or the group exists, and `mode` is "create".
    BusyFileError
        If another program is writing the file.
    OutputError
        If it could not be written; `DiskFullError` if the disk is full.

    Notes
    -----
    A new file gets its name when it is complete. A file of up to 64 MiB is copied,
    the copy changed and put in its place, so that it is changed as a whole or not at
    all. A larger one is changed where it lies.

    Examples
    --------
    >>> folder = getfixture("tmp_path")
    >>> tree = {"x": [1, 2], "x@units": "mm", ">y": "x", "@NX_class": "NXdata"}
    >>> from_dict(tree, f"{folder}/scan.h5::/entry/data")
    >>> to_dict(f"{folder}/scan.h5")["entry"]["data"]["x"]
    [1, 2]
    """
    if mode not in MODES:
        raise OptionError(f"mode= is one of {', '.join(MODES)}, not {mode!r}")
    if not isinstance(tree, Mapping):
        raise OptionError(f"a dictionary is written, not {type(tree).__name__}")
    problems = Problems(errors)
    storage = _storage(compression, chunks)
    if isinstance(url, h5py.Group):
        _write_open(tree, url, mode, (problems, storage))
        return
    parts = _parsed(url)
    path = parts.path or "/"
    plan = planned(tree, problems, file=parts.file, path=path)
    if mode == "create" and parts.path is None and Path(parts.file).exists():
        raise OutputExistsError(
            f"{parts.file}: exists already; give another name, a path inside, or "
            'mode="add", "modify" or "replace"',
            place=parts.file,
        )

    def fill(file: Any) -> None:
        if mode == "create":
            check_new(file, path, parts.file)
        group = existing_group(file, path, parts.file)
        check(group, plan, mode, problems, parts.file)
        writer = HDF5Writer(mode, problems, parts.file, storage)
        writer.write(_made(file, path) if group is None else group, plan)

    fill_target(Path(parts.file), fill, nbytes=plan.nbytes)


def _write_open(
    tree: Mapping[Any, Any],
    group: h5py.Group,
    mode: str,
    how: tuple[Problems, dict[str, Any]],
) -> None:
    """Write into a group of a file that the caller has open."""
    problems, storage = how
    _check_open(group)
    name = str(group.file.filename)
    if group.file.mode == "r":
        raise OutputError(f"{name}: is open for reading only", place=name)
    plan = planned(tree, problems, file=name, path=str(group.name))
    if mode == "create":
        check_new(group.file, str(group.name), name)
    check(group, plan, mode, problems, name)
    HDF5Writer(mode, problems, name, storage).write(group, plan)


def _made(file: Any, path: str) -> Any:
    """Return a group of a path, which is made with those on the way."""
    here = file
    for part in filter(None, path.split("/")):
        if part in {".", ".."}:
            raise OptionError(f"{path}: HDF5 has no group of the name {part!r}")
        here = here[part] if part in here else here.create_group(part, track_order=True)
    return here


def _storage(compression: Any, chunks: Any) -> dict[str, Any]:
    """Return the options of `create_dataset` for large arrays.

    Raises
    ------
    OptionError
        If there is no such compression.
    """
    storage: dict[str, Any] = {}
    if compression not in {None, "none"}:
        if isinstance(compression, str):
            creation_options(Compression.parse(compression))
        storage["compression"] = compression
    if chunks is not None:
        storage["chunks"] = tuple(chunks) if isinstance(chunks, list) else chunks
    return storage
