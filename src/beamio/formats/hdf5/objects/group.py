"""A group whose members are beamio's own."""

from collections.abc import Iterator
from typing import Any

import h5py

from beamio.formats.hdf5.damage import told_in_one_line
from beamio.formats.hdf5.links import NOT_THERE, leads_nowhere, missing_member
from beamio.formats.hdf5.objects.creation import planned
from beamio.formats.hdf5.objects.member import Member, adopt, replaces
from beamio.formats.hdf5.objects.names import file_of, stored
from beamio.formats.hdf5.opening import damaged_structure


@replaces(h5py.Datatype)
class Datatype(Member, h5py.Datatype):  # type: ignore[misc] # h5py has no types
    """An `h5py.Datatype`, a named type of a file."""


@replaces(h5py.Group)
class Group(Member, h5py.Group):  # type: ignore[misc] # h5py has no types
    """An `h5py.Group` whose members, at any depth, are beamio's own.

    Raises
    ------
    MissingPathError
        If there is nothing of that name, or a link leads nowhere; it says where
        it was looked for.
    DamagedFileError
        If the names in it can't be listed.
    """

    def __iter__(self) -> Iterator[str]:
        """Yield the names of the members."""
        with told_in_one_line(lambda: file_of(self.id)):
            yield from super().__iter__()

    def __getitem__(self, name: Any) -> Any:
        """Return the member of a name, a path, or a reference."""
        try:
            return adopt(super().__getitem__(name), self.access)
        except (*NOT_THERE, RuntimeError) as error:
            if not leads_nowhere(error):
                raise
            raise missing_member(self, name, error) from error

    def get(self, name: Any, default: Any = None, *args: Any, **options: Any) -> Any:
        """Return the member of a name, its class or its link, as h5py does."""
        try:
            found = super().get(name, default, *args, **options)
        except (UnicodeDecodeError, RuntimeError) as error:
            if not leads_nowhere(error):
                raise
            return default
        return found if found is default else adopt(found, self.access)

    def __contains__(self, name: Any) -> bool:
        """Whether a name or path leads to an object."""
        found = stored(name)
        if found is name:
            return bool(super().__contains__(name))
        try:  # h5py can't look for bytes that are no UTF-8
            h5py.h5o.open(self.id, found)
        except NOT_THERE:
            return False
        return True

    def visititems(self, func: Any) -> Any:
        """Call a function of name and object with each object below, once."""
        try:
            return super().visititems(func)
        except RuntimeError as error:
            if "visitation failed" not in str(error):  # the function raised it
                raise
            raise damaged_structure(file_of(self.id), error) from error

    def create_group(self, name: Any, *args: Any, **options: Any) -> Any:
        """Return a new group."""
        return adopt(super().create_group(name, *args, **options), self.access)

    def create_dataset(
        self,
        name: Any,
        shape: Any = None,
        dtype: Any = None,
        data: Any = None,
        **options: Any,
    ) -> Any:
        """Return a new dataset; the options are those of h5py, and some more.

        Parameters
        ----------
        name, shape, dtype, data
            As h5py takes them.
        **options
            Those of h5py, and ``compression`` by name, such as "bitshuffle-lz4",
            "zstd:5" or "blosc2:cname=zstd,level=5", with ``compression_opts`` a
            mapping of the same options; ``checksum=True`` to let a reader detect
            changed bits. Chunks that are needed but not given are frames, or
            bands of them.

        Raises
        ------
        OptionError
            If the compression or one of its options is unknown or can't be used.
        """
        creation = planned(shape, dtype, data, options)
        made = adopt(super().create_dataset(name, **creation.arguments), self.access)
        if creation.data is not None:
            made[...] = creation.data
        return made

    def require_dataset(
        self, name: Any, shape: Any, dtype: Any, *args: Any, **options: Any
    ) -> Any:
        """Return the dataset of a name, made if it is not there."""
        found = super().require_dataset(name, shape, dtype, *args, **options)
        return adopt(found, self.access)

    def create_virtual_dataset(self, name: Any, *args: Any, **options: Any) -> Any:
        """Return a new virtual dataset."""
        made = super().create_virtual_dataset(name, *args, **options)
        return adopt(made, self.access)
