"""A dataset of a tree: values that are read when they are asked for."""

from collections.abc import Iterator
from math import prod
from typing import Any

import numpy as np

from beamio.formats.select import plain_selection
from beamio.formats.tree.branch import Leaf
from beamio.formats.tree.node import Home, Node
from beamio.formats.tree.values import Values, delivered, read_all, slices
from beamio.model import Array


class TreeDataset(Node):
    """A dataset of a file that is not HDF5, with the manners of an `h5py.Dataset`.

    Raises
    ------
    UnreadableError
        On reading, if the bytes are not all there, or do not decode.
    """

    chunks = None
    compression = None
    compression_opts = None
    shuffle = False
    fletcher32 = False
    scaleoffset = None
    external = None
    is_virtual = False
    is_scale = False

    def __init__(self, name: str, file: Home | None, leaf: Leaf) -> None:
        super().__init__(name, file, leaf.attrs)
        self._values = leaf.values

    @property
    def stored(self) -> Values:
        """Where the values lie."""
        return self._values

    @property
    def shape(self) -> tuple[int, ...]:
        """Length of each axis."""
        return self._values.shape

    @property
    def maxshape(self) -> tuple[int, ...]:
        """Length of each axis: none grows."""
        return self.shape

    @property
    def dtype(self) -> np.dtype[Any]:
        """Type of an element, byte order included."""
        return self._values.dtype

    @property
    def ndim(self) -> int:
        """Number of axes."""
        return len(self.shape)

    @property
    def size(self) -> int:
        """Number of elements."""
        return prod(self.shape)

    @property
    def nbytes(self) -> int:
        """Bytes of the elements, decoded."""
        return self.size * self.dtype.itemsize

    def __getitem__(self, args: Any) -> Any:
        """Return a selection as an ndarray; one element as a scalar."""
        return self.read(args)

    def read(
        self,
        selection: Any = (),
        *,
        out: Array | None = None,
        threads: int | None = None,
    ) -> Any:
        """Return a selection, in an array of your own if you give one.

        Parameters
        ----------
        selection
            What ``dataset[selection]`` takes; all by default.
        out
            Array of the selection's shape, of any strides, to be filled and returned.
        threads
            Native threads to use.
        """
        self.file.check_open()
        plain = plain_selection(selection, self.shape)
        if plain is None:
            found = self._picked(selection, threads)
        else:
            if out is not None and out.shape != plain.shape:
                raise ValueError(f"out is of shape {out.shape}, not {plain.shape}")
            found = self._values.read(plain, out=out, threads=threads)
        if out is not None:
            return out if found is out else delivered(found, out)
        is_scalar = isinstance(found, np.ndarray) and found.ndim == 0
        return found[()] if is_scalar and selection is not Ellipsis else found

    def _picked(self, selection: Any, threads: int | None) -> Any:
        """Return what NumPy selects by lists or masks; of frames, only those chosen."""
        items = selection if isinstance(selection, tuple) else (selection,)
        first = items[0] if items else ()
        if self.ndim > 1 and isinstance(first, list | np.ndarray):
            chosen = np.arange(self.shape[0])[first]
            if chosen.ndim == 1:
                rest = items[1:] or (...,)
                parts = [self.read((int(i), *rest), threads=threads) for i in chosen]
                if parts:
                    return np.stack(parts)
        return read_all(self._values, threads=threads)[selection]

    def read_direct(
        self, dest: Array, source_sel: Any = None, dest_sel: Any = None
    ) -> None:
        """Read a selection into a part of an array, as h5py does."""
        part = dest if dest_sel is None else dest[dest_sel]
        self.read(() if source_sel is None else source_sel, out=part)

    def astype(self, dtype: Any) -> "_Converted":
        """Return a view whose selections are of another type."""
        return _Converted(self, np.dtype(dtype))

    def asstr(self, encoding: str | None = None, errors: str = "strict") -> Any:
        """Return a view whose selections are text, as h5py does."""
        return _Text(self, encoding or "utf-8", errors)

    def iter_chunks(self, sel: Any = None) -> Iterator[tuple[slice, ...]]:
        """Yield selections, one frame each, that together are `sel`."""
        plain = plain_selection(() if sel is None else sel, self.shape)
        if plain is None or not self.shape:
            raise TypeError("only plain selections are cut in frames")
        frames, *rest = slices(plain)
        if isinstance(frames, int):
            frames = slice(frames, frames + 1)
        others = [slice(i, i + 1) if isinstance(i, int) else i for i in rest]
        for frame in range(*frames.indices(self.shape[0])):
            yield (slice(frame, frame + 1), *others)

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> Array:
        """Return the whole dataset."""
        if copy is False:
            raise ValueError("a dataset is read from a file, so it must be copied")
        found = np.asarray(read_all(self._values))
        return found if dtype is None else found.astype(dtype, copy=False)

    def __len__(self) -> int:
        if not self.shape:
            raise TypeError("a scalar has no length")
        return self.shape[0]

    def __iter__(self) -> Iterator[Any]:
        for index in range(len(self)):
            yield self[index]

    @property
    def h5_class(self) -> Any:
        """What silx takes it for."""
        from silx.io.utils import H5Type

        return H5Type.DATASET

    def __repr__(self) -> str:
        return (
            f'<tree dataset "{self.name.rpartition("/")[2]}": shape {self.shape}, '
            f'type "{self.dtype.str}">'
        )

    # Names of h5py's objects are compared, not values.
    __eq__ = Node.__eq__
    __hash__ = Node.__hash__


class _Converted:
    """A dataset whose selections are of another type."""

    def __init__(self, dataset: TreeDataset, dtype: np.dtype[Any]) -> None:
        self._dataset = dataset
        self.dtype = dtype

    def __getitem__(self, args: Any) -> Any:
        return self._dataset[args].astype(self.dtype)

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> Array:
        return np.asarray(self[()], dtype or self.dtype, copy=copy)

    def __len__(self) -> int:
        return len(self._dataset)


class _Text:
    """A dataset whose selections are text."""

    def __init__(self, dataset: TreeDataset, encoding: str, errors: str) -> None:
        self._dataset = dataset
        self._decoding = (encoding, errors)

    def __getitem__(self, args: Any) -> Any:
        found = self._dataset[args]
        if isinstance(found, np.ndarray):
            decoded = [self._decoded(value) for value in found.flat]
            return np.array(decoded, object).reshape(found.shape)
        return self._decoded(found)

    def _decoded(self, value: Any) -> str:
        return value.decode(*self._decoding) if isinstance(value, bytes) else str(value)

    def __len__(self) -> int:
        return len(self._dataset)
