"""Write a plan into a group of an HDF5 file."""

from functools import lru_cache
from typing import Any

import h5py
import numpy as np
from h5py import h5a, h5d, h5g, h5o, h5p, h5s, h5t

from beamio.dictionary.form import Form
from beamio.dictionary.keys import encoded
from beamio.dictionary.links import Link
from beamio.dictionary.marks import MARK, mark_of
from beamio.dictionary.plan import Node
from beamio.dictionary.problems import Problems
from beamio.dictionary.types import TEXT
from beamio.dictionary.virtual import create_virtual
from beamio.errors import BeamioError, OptionError, OutputError
from beamio.formats.hdf5 import Group
from beamio.formats.hdf5.opening import reason

_LARGE = 4096
"""Bytes from which an array is worth being compressed, or cut into chunks."""
_TRACKED = h5p.CRT_ORDER_TRACKED | h5p.CRT_ORDER_INDEXED
_HDF5_ERRORS = (KeyError, OSError, RuntimeError, ValueError, TypeError)


class HDF5Writer:
    """Writes plans in one mode; what fails is told to `problems`.

    Parameters
    ----------
    mode
        One of "add", "modify" and "replace"; what is not there, is made.
    problems
        What becomes of a member that can't be written.
    path
        The name that the file has, or will have.
    storage
        Options of `create_dataset` for large arrays.
    """

    def __init__(
        self, mode: str, problems: Problems, path: str, storage: dict[str, Any]
    ) -> None:
        self.mode = mode
        self.problems = problems
        self.path = path
        self.storage = storage
        self.naming = h5p.create(h5p.LINK_CREATE)
        self.naming.set_char_encoding(h5t.CSET_UTF8)
        self.plain = _group_properties(dense=False)

    def write(self, group: Any, plan: Node) -> None:
        """Write the members and attributes of a plan into an `h5py.Group`."""
        item = h5g.open(group.id, b".")  # that of a file is another
        self._attributes(item, plan)
        self._members(item, plan, str(group.name), fresh=False)

    def _members(self, group: Any, node: Node, path: str, *, fresh: bool) -> None:
        for name, member in node.content.items():
            place = f"{path.rstrip('/')}/{name}"
            try:
                self._member(group, encoded(name), member, (place, fresh))
            except BeamioError as error:
                self.problems.meet(error)
            except _HDF5_ERRORS as error:
                if isinstance(error, OSError) and error.errno:
                    raise  # the disk: nothing more can be written
                self.problems.meet(self._refused(place, error), error)

    def _member(
        self, group: Any, name: bytes, node: Node, where: tuple[str, bool]
    ) -> None:
        path, fresh = where
        if not fresh and group.links.exists(name):
            if self._keep(group, name, node, path):
                return
            old = self._saved(group, name, node)
            group.unlink(name)
        else:
            old = None
        made = self._create(group, name, node, path)
        if made is not None:
            self._attributes(made, node)
            if node.mark:
                _write_attribute(made, MARK, Form(np.array(node.mark, TEXT)))
        if old is not None and made is not None:
            _copy_attributes(old, made, node)

    def _keep(self, group: Any, name: bytes, node: Node, path: str) -> bool:
        """Write to what is there; tell whether nothing is to be made anew."""
        if self.mode == "replace" and node.content is not None:
            return False
        if node.content is None or (node.is_group and not node.kind):
            item = h5o.open(group, name)
            self._attributes(item, node)
            if node.is_group:
                self._members(item, node, path, fresh=False)
            return True
        if self.mode == "add":
            if not isinstance(node.content, Link) and not node.mark.startswith(
                "quantity"  # the units are those of the value that is not written
            ):
                self._attributes(h5o.open(group, name), node)
            return True
        return self._modified(group, name, node)

    def _modified(self, group: Any, name: bytes, node: Node) -> bool:
        """Write a value into a dataset of the same shape and type, if there is one."""
        item = _hard(group, name)
        found = node.content
        if not isinstance(item, h5d.DatasetID) or not isinstance(found, Form):
            return False
        if isinstance(found.data, h5py.Empty) or item.shape != found.data.shape:
            return False
        layout = item.get_create_plist().get_layout()
        if item.dtype != found.data.dtype or layout == h5d.VIRTUAL:
            return False
        if h5py.check_string_dtype(item.dtype) != h5py.check_string_dtype(
            found.data.dtype
        ):
            return False
        h5py.Dataset(item)[()] = found.data
        _remove_attribute(item, MARK)
        if node.mark:
            _write_attribute(item, MARK, Form(np.array(node.mark, TEXT)))
        self._attributes(item, node)
        return True

    def _saved(self, group: Any, name: bytes, node: Node) -> Any:
        """Return a dataset that is to be replaced, for its attributes."""
        if self.mode != "modify" or not isinstance(node.content, Form):
            return None
        item = _hard(group, name)
        return item if isinstance(item, h5d.DatasetID) else None

    def _create(self, group: Any, name: bytes, node: Node, path: str) -> Any:
        content = node.content
        if isinstance(content, dict):
            dense = node.needs_dense
            properties = _group_properties(dense=True) if dense else self.plain
            made = h5g.create(group, name, self.naming, properties)
            self._members(made, node, path, fresh=True)
            return made
        if isinstance(content, h5py.SoftLink):
            group.links.create_soft(name, encoded(content.path), self.naming)
            return None
        if isinstance(content, h5py.ExternalLink):
            file, inside = encoded(content.filename), encoded(content.path)
            group.links.create_external(name, file, inside, self.naming)
            return None
        if isinstance(content, h5py.VirtualLayout):
            return create_virtual(group, name, content, self.path)
        if content is None:
            raise OptionError(
                f"{path}: attributes are given of what is not there; add a value",
                place=path,
            )
        return self._dataset(group, name, node)

    def _dataset(self, group: Any, name: bytes, node: Node) -> Any:
        data = node.content.data
        properties = None
        if node.needs_dense:
            properties = h5p.create(h5p.DATASET_CREATE)
            properties.set_attr_creation_order(_TRACKED)
        if isinstance(data, h5py.Empty):
            kind = h5t.py_create(data.dtype, logical=True)
            space = h5s.create(h5s.NULL)
            return h5d.create(group, name, kind, space, properties, self.naming)
        # Filters would get the addresses of what lies elsewhere in the file, such as
        # text of any length; some end the process then.
        is_large = data.ndim and data.nbytes >= _LARGE and not data.dtype.hasobject
        if self.storage and is_large:
            return self._stored(group, name, data, properties)
        made = h5d.create(
            group, name, _kind(data.dtype), _space(data.shape), properties, self.naming
        )
        if data.size:
            made.write(h5s.ALL, h5s.ALL, np.ascontiguousarray(data).reshape(data.shape))
        return made

    def _stored(self, group: Any, name: bytes, data: Any, properties: Any) -> Any:
        """Return a dataset with the chunks and the compression that were asked for."""
        options = dict(self.storage)
        chunks = options.get("chunks")
        if isinstance(chunks, tuple):
            if len(chunks) != data.ndim:
                options["chunks"] = True
            else:
                pairs = zip(chunks, data.shape, strict=True)
                options["chunks"] = tuple(min(pair) for pair in pairs)
        if properties is not None:
            options["dcpl"] = properties
        return Group(group).create_dataset(name, data=data, **options).id

    def _attributes(self, item: Any, node: Node) -> None:
        for name, found in node.attributes.items():
            there = h5a.exists(item, encoded(name))
            if there and self.mode == "add":
                continue
            if there:
                _remove_attribute(item, name)
            _remove_attribute(item, mark_of(name))
            try:
                _write_attribute(item, name, found)
            except (OSError, RuntimeError) as error:
                if "too large" in str(error):
                    raise OptionError(
                        f"{self.path}: the attribute {name!r} is too large for an "
                        "object of this file (64 kB); make it a dataset"
                    ) from error
                raise
            if found.mark:
                mark = Form(np.array(found.mark, TEXT))
                _write_attribute(item, mark_of(name), mark)

    def _refused(self, path: str, error: Exception) -> OutputError:
        place = f"{self.path}::{path}"
        why = reason(str(error.args[0] if error.args else error))
        return OutputError(f"{place}: could not be written ({why})", place=place)


def _group_properties(*, dense: bool) -> Any:
    """Return how groups are made: they keep the order of their members."""
    made = h5p.create(h5p.GROUP_CREATE)
    made.set_link_creation_order(_TRACKED)
    if dense:
        made.set_attr_creation_order(_TRACKED)
    return made


@lru_cache(maxsize=64)
def _plain_kind(dtype: np.dtype[Any]) -> Any:
    return h5t.py_create(dtype, logical=True)


_TEXT_KIND = h5t.py_create(TEXT, logical=True)
_SCALAR = h5s.create(h5s.SCALAR)


def _kind(dtype: np.dtype[Any]) -> Any:
    if dtype is TEXT:
        return _TEXT_KIND
    if dtype.kind == "O" or dtype.metadata:  # equal ones may differ in their metadata
        return h5t.py_create(dtype, logical=True)
    return _plain_kind(dtype)


def _space(shape: tuple[int, ...]) -> Any:
    return h5s.create_simple(shape) if shape else _SCALAR


def _hard(group: Any, name: bytes) -> Any:
    """Return what lies under a name, unless that is a link to elsewhere."""
    if group.links.get_info(name).type != h5py.h5l.TYPE_HARD:
        return None
    return h5o.open(group, name)


def _write_attribute(item: Any, name: str, found: Form) -> None:
    data = found.data
    if isinstance(data, h5py.Empty):
        kind = h5t.py_create(data.dtype, logical=True)
        h5a.create(item, encoded(name), kind, h5s.create(h5s.NULL))
        return
    kind = _kind(data.dtype)
    made = h5a.create(item, encoded(name), kind, _space(data.shape))
    if data.size:
        made.write(np.ascontiguousarray(data).reshape(data.shape))


def _remove_attribute(item: Any, name: str) -> None:
    if h5a.exists(item, encoded(name)):
        h5a.delete(item, encoded(name))


def _copy_attributes(old: Any, made: Any, node: Node) -> None:
    """Keep the attributes of a dataset that was replaced, but for those given anew."""
    theirs, ours = h5py.Dataset(old).attrs, h5py.Dataset(made).attrs
    given = {MARK, *node.attributes, *map(mark_of, node.attributes)}
    for name in theirs:
        if name not in given:
            identifier = theirs.get_id(name)
            ours.create(name, theirs[name], dtype=identifier.dtype)
