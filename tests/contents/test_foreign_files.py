"""What other programs have written is listed, printed, described and searched."""

import h5py

from beamio.contents import contents, describe, find, values
from beamio.model import Kind


def test_all_of_it_is_listed_as_h5py_says(foreign):
    items = {item.path: item for item in contents(foreign, recursive=True)}
    assert not [item for item in items.values() if item.problem]
    visited = set()
    with h5py.File(foreign) as file:
        file.visit(lambda path: visited.add(f"/{path}"))
        for path in visited:
            found, item = file[path], items[path]
            assert item.attributes == len(found.attrs)
            if isinstance(found, h5py.Dataset):
                assert (item.kind, item.shape) == (Kind.DATASET, found.shape)
                assert item.maxshape == found.maxshape


def test_all_of_it_is_printed_described_and_searched(foreign):
    assert not [found.item.path for found in values(foreign) if found.problem]
    assert describe(foreign).counts["group"] >= 1
    assert list(find(foreign, regex="/"))
    assert isinstance(list(find(foreign, text="x", report=print)), list)
