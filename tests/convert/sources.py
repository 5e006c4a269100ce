"""Sources of files to write, in memory."""

import numpy as np
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from beamio.convert.to_files import write_files
from beamio.convert.writers.options import FileOptions
from beamio.formats.tree import Branch, Leaf, Tree


def dataset(values, **attrs):
    """A dataset of a tree."""
    return Tree("source.x", Branch.of({"data": Leaf.of(values, attrs)}))["data"]


def written(source, output, **options):
    """What is reported of files that are written, whose options are texts."""
    return write_files(source, output, FileOptions.parse(**options))


def images(codes, orders="<>", frames=None):
    """Images of every value, in some types."""
    dtypes = st.sampled_from(codes).flatmap(
        lambda code: st.sampled_from([np.dtype(order + code) for order in orders])
    )
    sides = st.integers(1, 9)
    shapes = st.tuples(*([frames] if frames is not None else []), sides, sides)
    return st.tuples(dtypes, shapes).flatmap(lambda pair: hnp.arrays(*pair))


INTEGERS = ["u1", "u2", "u4", "u8", "i1", "i2", "i4", "i8"]
NUMBERS = [*INTEGERS, "f4", "f8"]


def same(found, wanted):
    """Whether two arrays are equal and of one type, whatever their byte order."""
    found, wanted = np.asarray(found), np.asarray(wanted)
    return (
        found.shape == wanted.shape
        and found.dtype.newbyteorder("=") == wanted.dtype.newbyteorder("=")
        and np.array_equal(found, wanted, equal_nan=found.dtype.kind in "fc")
    )
