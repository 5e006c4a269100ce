"""Virtual datasets as layouts, and layouts as virtual datasets."""

from pathlib import Path
from typing import Any

import h5py
from h5py import h5d, h5p, h5s, h5t

_SAME_FILE = b"."


def virtual_layout(dataset: Any) -> Any:
    """Return the layout of a virtual dataset, to be created elsewhere.

    Its sources have the names that they have in the file; a relative one leads on
    from the folder of whatever file the layout is written to.
    """
    layout = h5py.VirtualLayout(dataset.shape, dataset.dtype, dataset.maxshape)
    # All of it: unlimited mappings, and names with a %b for the number of a block.
    layout.dcpl = dataset.id.get_create_plist()
    return layout


def create_virtual(group: Any, name: bytes, layout: Any, path: str) -> Any:
    """Return a new virtual dataset, of h5py's lower level.

    Sources in the file itself, which will be called `path`, are written as such, so
    that it can be renamed.
    """
    limits = None
    if layout.maxshape is not None:
        limits = tuple(h5s.UNLIMITED if n is None else n for n in layout.maxshape)
    kind = h5t.py_create(layout.dtype, logical=True)
    space = h5s.create_simple(tuple(layout.shape), limits)
    return h5d.create(group, name, kind, space, _own_sources(layout.dcpl, path))


def _own_sources(properties: Any, path: str) -> Any:
    """Return the properties of a layout with the file's own name as libhdf5's."""
    count = properties.get_virtual_count()
    files = [properties.get_virtual_filename(i) for i in range(count)]
    if not any(_is_same(file, path) for file in files):
        return properties
    made = h5p.create(h5p.DATASET_CREATE)
    made.set_layout(h5d.VIRTUAL)
    for index, file in enumerate(files):
        named = _SAME_FILE if _is_same(file, path) else file.encode()
        made.set_virtual(
            properties.get_virtual_vspace(index),
            named,
            properties.get_virtual_dsetname(index).encode(),
            properties.get_virtual_srcspace(index),
        )
    return made


def _is_same(file: str, path: str) -> bool:
    return file == path or Path(file).absolute() == Path(path).absolute()
