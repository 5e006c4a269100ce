"""A file whose objects are beamio's own."""

from typing import Any

import h5py

from beamio.formats.hdf5.objects.group import Group
from beamio.formats.hdf5.objects.member import Access, Member, replaces
from beamio.formats.hdf5.opening import opened


@replaces(h5py.File)
class File(Group, h5py.File):  # type: ignore[misc] # h5py has no types
    """An `h5py.File` that is read and written in threads, and truthfully.

    Reading takes no lock and never hinders a writer; writing always locks.

    Parameters
    ----------
    name, mode, *args, **options
        As of `h5py.File`.
    threads
        Native threads for each call; by default ``BEAMIO_THREADS``, else as many
        as this process may use.
    missing
        What a missing source of a virtual dataset gives: an "error", or the
        "fill" value, as h5py does.

    Raises
    ------
    MissingFileError, UnknownFormatError, DamagedFileError
        If there is no such file, or it is no HDF5 file, or cut short.
    BusyFileError
        If another program is writing it.

    Examples
    --------
    >>> with File("scan.h5", "w", driver="core", backing_store=False) as file:
    ...     file["entry/data"] = [1, 2, 3]
    ...     file["entry/data"]
    <HDF5 dataset "data": shape (3,), type "<i8">
    """

    def __init__(
        self,
        name: Any,
        mode: str = "r",
        *args: Any,
        threads: int | None = None,
        missing: str = "error",
        **options: Any,
    ) -> None:
        self.access = Access(threads, missing)
        opened(super().__init__, name, mode, *args, **options)

    def __exit__(self, *exc: object) -> None:
        """Close the file."""
        super(Member, self).__exit__(*exc)  # that of h5py.File
