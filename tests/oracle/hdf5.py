"""All that an HDF5 file holds, as values that can be compared."""

import h5py
import numpy as np
from h5py import h5a, h5d, h5g, h5l, h5o, h5r, h5s, h5t


class Description:
    """Numbers the objects of a file in the order of its links, and describes them."""

    def __init__(self, path):
        self.numbers = {}
        self.facts = []
        with h5py.File(path, "r") as self.file:
            self.userblock = self.file.userblock_size
            self._visit(h5o.open(self.file.id, b"/"))
            for item, facts in self.facts:
                self._describe(item, facts)
            self.facts = [facts for _, facts in self.facts]

    def _number(self, item):
        return self.numbers.get(h5o.get_info(item).addr)

    def _visit(self, item):
        address = h5o.get_info(item).addr
        if address in self.numbers:
            return self.numbers[address]
        self.numbers[address] = len(self.facts)
        facts = {"kind": type(item).__name__}
        self.facts.append((item, facts))
        if isinstance(item, h5g.GroupID):
            facts["order"] = item.get_create_plist().get_link_creation_order()
            facts["links"] = [self._link(item, name) for name in link_names(item)]
        return self.numbers[address]

    def _link(self, group, name):
        about = group.links.get_info(name)
        kind, charset = int(about.type), int(about.cset)
        if kind == h5l.TYPE_HARD:
            return name, kind, charset, self._visit(h5o.open(group, name))
        return name, kind, charset, group.links.get_val(name)

    def _describe(self, item, facts):
        if not isinstance(item, h5t.TypeID):
            order = item.get_create_plist().get_attr_creation_order()
            facts["order of attributes"] = order
        facts["attributes"] = [self._attribute(item, name) for name in attributes(item)]
        if isinstance(item, h5t.TypeID):
            facts["type"] = item.copy().encode()
        if isinstance(item, h5d.DatasetID):
            facts.update(self._dataset(item))

    def _type(self, kind):
        return (self._number(kind) if kind.committed() else None), kind.copy().encode()

    def _attribute(self, item, name):
        attribute = h5a.open(item, name)
        kind, space = attribute.get_type(), attribute.get_space()
        value = None
        if space.get_simple_extent_type() != h5s.NULL and space.get_select_npoints():
            if is_heap(kind):
                high = h5py.AttributeManager(h5py.HLObject(item))
                value = self._plain(np.asarray(high[name.decode()], kind.dtype))
            else:
                raw = np.empty(space.shape, np.dtype((np.void, kind.get_size())))
                attribute.read(raw, mtype=kind)
                value = raw.tobytes()
        return name, self._type(kind), extent(space), value

    def _dataset(self, item):
        properties, kind = item.get_create_plist(), item.get_type()
        layout = properties.get_layout()
        n = properties.get_nfilters()
        facts = {
            "type": self._type(kind),
            "extent": extent(item.get_space()),
            "layout": layout,
            "filters": [properties.get_filter(i)[:3] for i in range(n)],
            "fill time": properties.get_fill_time(),
            "alloc time": properties.get_alloc_time(),
            "fill": properties.fill_value_defined(),
            "external": h5py.Dataset(item).external,
            "allocated": item.get_storage_size() > 0,
        }
        if layout == h5d.CHUNKED:
            facts["chunk"] = properties.get_chunk()
            chunks = map(item.get_chunk_info, range(item.get_num_chunks()))
            facts["chunks"] = sorted((c.chunk_offset, c.filter_mask) for c in chunks)
        if all(h5py.h5z.filter_avail(one[0]) for one in facts["filters"]):
            facts["values"] = self._values(item, kind)
        return facts

    def _values(self, item, kind):
        space = item.get_space()
        if space.get_simple_extent_type() == h5s.NULL or not space.get_select_npoints():
            return None
        if is_heap(kind):
            dataset = h5py.Dataset(item)
            parts = dataset.iter_chunks() if dataset.chunks else [()]
            if self._has_fill(dataset):  # which libhdf5 reads only where it may write
                about = map(item.get_chunk_info, range(item.get_num_chunks()))
                parts = [tuple(each.chunk_offset) for each in about]
            values = (np.asarray(dataset[part], kind.dtype) for part in parts)
            return [self._plain(value) for value in values]
        raw = np.empty(item.shape, np.dtype((np.void, kind.get_size())))
        item.read(h5s.ALL, h5s.ALL, raw, mtype=kind)
        return raw.tobytes()

    def _has_fill(self, dataset):
        filled = dataset.id.get_create_plist().fill_value_defined()
        return dataset.chunks and filled == h5d.FILL_VALUE_USER_DEFINED

    def _plain(self, value):
        if isinstance(value, h5r.Reference):
            return self._referred(value)
        if isinstance(value, np.ndarray | np.void):
            if value.dtype.names:
                return [self._plain(value[name]) for name in value.dtype.names]
            if value.dtype.hasobject:
                return [self._plain(each) for each in value.reshape(-1)]
            return value.shape, value.tobytes()
        return value.encode() if isinstance(value, str) else value

    def _referred(self, reference):
        if not reference:
            return None
        number = self._number(h5r.dereference(reference, self.file.id))
        if not isinstance(reference, h5r.RegionReference):
            return number
        space = h5r.get_region(reference, self.file.id)
        points = space.get_select_type() == h5s.SEL_POINTS
        get = (
            space.get_select_elem_pointlist
            if points
            else space.get_select_hyper_blocklist
        )
        return number, get().tolist()


def link_names(group):
    """Names in the order of creation if it is tracked, else sorted."""
    names = []
    group.links.iterate(names.append)
    if group.get_create_plist().get_link_creation_order():
        names.sort(key=lambda name: group.links.get_info(name).corder)
    return names


def attributes(item):
    """Names in the order of creation if it is tracked, else sorted."""
    names = []
    h5a.iterate(item, names.append)
    if isinstance(item, h5t.TypeID):
        return sorted(names)
    if item.get_create_plist().get_attr_creation_order():
        return sorted(names, key=lambda name: h5a.get_info(item, name).corder)
    return sorted(names)


def extent(space):
    kind = space.get_simple_extent_type()
    if kind != h5s.SIMPLE:
        return kind
    return kind, space.shape, space.get_simple_extent_dims(maxdims=True)


def is_heap(kind):
    """Whether the values are no bytes in place."""
    try:
        return kind.dtype.hasobject
    except TypeError:
        return False
