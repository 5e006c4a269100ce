"""What H5Web asks, answered as H5Grove does.

H5Grove's content classes want objects of h5py, and look at each child of a group one by
one through them: thousands take seconds. Its types, filters and encoders are used here
on objects of any format.
"""

from itertools import islice
from typing import Any

import h5py
import numpy as np
from h5grove.encoders import encode
from h5grove.utils import (
    QueryArgumentError,
    convert,
    get_filters,
    get_type_metadata,
    parse_slice,
)

from beamio.errors import OptionError, TooLargeError
from beamio.formats.plain import plain
from beamio.web.answers.answer import Answer, as_json
from beamio.web.answers.reading import Reading
from beamio.web.names import sent_all
from beamio.web.questions.contents import AttributesAsked, DataAsked, MetaAsked

_CHILDREN = 2000
"""Children that are told of a group, at most: H5Web resolves each of them."""
_UNKNOWN = -1
"""The class of a type that H5Web shows no values of."""
_BYTES = 1 << 29
"""Bytes of values in one answer, at most."""


def meta(reading: Reading, asked: MetaAsked) -> Answer:
    """Return the metadata of an object, and of its children."""
    with reading.item(asked.file, asked.path) as found:
        about = _about(found, asked.path.rpartition("/")[2])
        if about["kind"] == "group":
            if asked.only is None:
                names = list(islice(found, _CHILDREN))
            else:
                names = [asked.only] if asked.only in found else []
            about["children"] = [_child(found, name) for name in names]
        return _encoded(about)


def data(reading: Reading, asked: DataAsked) -> Answer:
    """Return values of a dataset, or of a part of it."""
    with reading.item(asked.file, asked.path) as found:
        if not hasattr(found, "dtype") or not hasattr(found, "shape"):
            raise OptionError(f"{asked.path}: is no dataset", place=asked.path)
        selection = _selection(asked.selection, found)
        _bound(found, selection, asked.path)
        try:
            values = convert(found[selection], asked.dtype)
            if asked.format == "json" and isinstance(values, np.ndarray | bytes):
                values = plain(values, found.dtype)
            if asked.flatten and isinstance(values, np.ndarray):
                values = np.ravel(values)
            return _encoded(values, asked.format)
        except QueryArgumentError as error:
            raise OptionError(f"{asked.path}: {error}", place=asked.path) from error


def attributes(reading: Reading, asked: AttributesAsked) -> Answer:
    """Return the values of attributes, all or those named."""
    with reading.item(asked.file, asked.path) as found:
        names = list(found.attrs) if asked.attr_keys is None else asked.attr_keys
        return _encoded({name: _attribute(found.attrs, name) for name in names})


def _attribute(attrs: Any, name: str) -> Any:
    """Return the value of an attribute, or why it can't be read."""
    try:
        return attrs[name]
    except (OSError, KeyError, RuntimeError, ValueError, TypeError) as error:
        return f"can't be read: {error}"


def _child(group: Any, name: str) -> dict[str, Any]:
    """Return the metadata of a child; of a link that leads nowhere, its own."""
    try:
        return _about(group[name], name)
    except (KeyError, OSError, ValueError, TypeError, RuntimeError):
        pass
    link = group.get(name, getlink=True)
    if isinstance(link, h5py.ExternalLink):
        return {
            "name": name,
            "kind": "external_link",
            "target_file": link.filename,
            "target_path": link.path,
        }
    if isinstance(link, h5py.SoftLink):
        return {"name": name, "kind": "soft_link", "target_path": link.path}
    return {"name": name, "kind": "other"}


def _about(found: Any, name: str) -> dict[str, Any]:
    about = {"name": name, "kind": "group", "attributes": _attributes(found)}
    if isinstance(found, h5py.Datatype):
        return {**about, "kind": "datatype", "type": _stored_type(found.id)}
    if not hasattr(found, "shape"):
        return about
    is_hdf5 = isinstance(found, h5py.Dataset)
    return {
        **about,
        "kind": "dataset",
        "chunks": found.chunks,
        "filters": get_filters(found) if is_hdf5 else None,
        "shape": found.shape,
        "type": (_stored_type(found.id.get_type()) if is_hdf5 else _type(found.dtype)),
    }


def _attributes(found: Any) -> list[dict[str, Any]]:
    """Return names, shapes and types of attributes."""
    described = []
    for name in sorted(found.attrs):
        if isinstance(found, h5py.HLObject):
            identifier = found.attrs.get_id(name)
            shape, kind = identifier.shape, _stored_type(identifier.get_type())
        else:
            shape, kind = _of_value(found.attrs[name])
        described.append({"name": name, "shape": shape, "type": kind})
    return described


def _of_value(value: Any) -> tuple[tuple[int, ...], dict[str, Any]]:
    """Return shape and type of a value that no HDF5 file holds."""
    array = np.asarray(value)
    return array.shape, _type(array.dtype)


def _stored_type(kind: Any) -> dict[str, Any]:
    """Return a type of HDF5; of one that NumPy does not have, that it is not known."""
    try:
        found: dict[str, Any] = get_type_metadata(kind)
    except (TypeError, ValueError, UnicodeDecodeError):
        return {"class": _UNKNOWN, "dtype": "", "size": int(kind.get_size())}
    members = found.get("members") if kind.get_class() == h5py.h5t.COMPOUND else None
    if any(member["class"] == h5py.h5t.ARRAY for member in members or ()):
        found["class"] = _UNKNOWN  # it then shows the values as they come
    return found


def _type(dtype: np.dtype[Any]) -> dict[str, Any]:
    """Return a type of NumPy as H5Grove describes the type that HDF5 has for it."""
    if dtype.kind in "UOT":
        dtype = h5py.string_dtype()
    found: dict[str, Any] = get_type_metadata(h5py.h5t.py_create(dtype, logical=True))
    return found


def _selection(text: str | None, found: Any) -> Any:
    if not text:
        return ()
    try:
        selection = parse_slice(text)
    except (ValueError, TypeError):
        raise OptionError(f"{text!r} selects nothing that is known") from None
    if len(selection) > len(found.shape or ()):
        raise OptionError(
            f"[{text}] has more axes than the dataset, {len(found.shape or ())}"
        )
    return selection


def _bound(found: Any, selection: Any, path: str) -> None:
    """Make sure that an answer is not larger than can be sent."""
    shape = found.shape or ()
    count = 1
    for axis, length in enumerate(shape):
        item = selection[axis] if axis < len(selection) else slice(None)
        if isinstance(item, slice):
            count *= len(range(*item.indices(length)))
    if count * found.dtype.itemsize > _BYTES:
        raise TooLargeError(
            f"{path}: {count:,} values are more than are sent at once; "
            "choose a part of them",
            place=path,
        )


def _sendable(value: Any) -> Any:
    """Return a value with names as they are sent, if they could not be sent."""
    return value if isinstance(value, np.ndarray | np.generic) else sent_all(value)


def _encoded(value: Any, form: str = "json") -> Answer:
    if form == "json":
        value = _sendable(value)
    try:
        response = encode(value, form)
    except (TypeError, UnicodeDecodeError):
        if form != "json":
            raise
        # Bytes that are no UTF-8, names with such: as well as it can be told.
        return as_json(value)
    headers = dict(response.headers)
    headers.pop("Content-Length")
    return Answer(response.content, headers.pop("Content-Type"), headers)
