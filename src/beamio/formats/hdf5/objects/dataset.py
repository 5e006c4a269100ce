"""A dataset that is read and written by the engine."""

from typing import Any

import h5py
import numpy as np

from beamio.errors import UnknownTypeError
from beamio.formats.hdf5.objects import reading, writing
from beamio.formats.hdf5.objects.dimensions import Dimensions
from beamio.formats.hdf5.objects.member import Member, replaces
from beamio.model import Array


@replaces(h5py.Dataset)
class Dataset(Member, h5py.Dataset):  # type: ignore[misc] # h5py has no types
    """An `h5py.Dataset` that is read and written in threads, and truthfully.

    Raises
    ------
    MissingFileError, MissingPathError
        On reading, if a source of a virtual dataset or an external raw file is
        missing, unless the file was opened with ``missing="fill"``.
    MissingFilterError
        If it is compressed with a filter that is not installed.
    UnknownTypeError
        If NumPy has no type for its elements.
    DamagedFileError
        If a raw file is too short, or data do not decode.
    """

    is_checked = False
    """Whether its sources were found since it was opened or refreshed."""

    @property
    def dtype(self) -> np.dtype[Any]:
        """The type of an element, as NumPy has it."""
        try:
            found: np.dtype[Any] = super().dtype
        except TypeError as error:
            place = f"{self.file.filename}::{self.name}"
            told = f"{place}: its type can't be read with NumPy ({error}); h5dump can"
            raise UnknownTypeError(told, place=place) from error
        return found

    def __getitem__(self, args: Any, new_dtype: Any = None) -> Any:
        """Return a selection as an ndarray."""
        try:
            return reading.read(
                self,
                args,
                lambda: super(Dataset, self).__getitem__(args, new_dtype),
                dtype=new_dtype,
            )
        except TypeError:
            _ = self.dtype  # raised if that is why
            raise

    def __setitem__(self, args: Any, value: Any) -> None:
        """Write values to a selection."""
        h5py_write = super().__setitem__
        writing.write(self, args, value, lambda: h5py_write(args, value))

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
            Native threads to use; by default as the file was opened.
        """
        h5py_read = super().__getitem__
        if out is None:
            return reading.read(
                self, selection, lambda: h5py_read(selection), threads=threads
            )
        if out.flags.c_contiguous:
            self.read_direct(out, selection, threads=threads)
        elif reading.through_engine(self, selection, out=out, threads=threads) is None:
            out[...] = reading.in_h5py(
                self, selection, lambda: h5py_read(selection, out.dtype)
            )
        return out

    def read_direct(
        self,
        dest: Any,
        source_sel: Any = None,
        dest_sel: Any = None,
        *,
        threads: int | None = None,
    ) -> None:
        """Read a selection into a part of an array, as h5py does.

        Parameters
        ----------
        dest
            C-contiguous array.
        source_sel, dest_sel
            Selections, as of `numpy.s_`; all by default.
        threads
            Native threads to use; by default as the file was opened.
        """
        h5py_read = super().read_direct
        reading.read_into(
            self,
            dest,
            (source_sel, dest_sel),
            lambda: h5py_read(dest, source_sel, dest_sel),
            threads=threads,
        )

    def write_direct(
        self,
        source: Any,
        source_sel: Any = None,
        dest_sel: Any = None,
        *,
        threads: int | None = None,
    ) -> None:
        """Write a part of an array to a selection, as h5py does.

        Parameters
        ----------
        source
            C-contiguous array.
        source_sel, dest_sel
            Selections, as of `numpy.s_`; all by default.
        threads
            Native threads to use; by default as the file was opened.
        """
        h5py_write = super().write_direct
        writing.write_from(
            self,
            source,
            (source_sel, dest_sel),
            lambda: h5py_write(source, source_sel, dest_sel),
            threads=threads,
        )

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> Any:
        """Return the whole dataset."""
        if copy is not False:
            data = reading.through_engine(self, (), dtype=dtype)
            if data is not None:
                return data
        return super().__array__(dtype, copy)

    def refresh(self) -> None:
        """Look again at what a writer in SWMR mode has changed."""
        self.is_checked = False
        super().refresh()

    @property
    def dims(self) -> Dimensions:
        """The dimensions, with the scales that are attached to them."""
        return Dimensions(self)
