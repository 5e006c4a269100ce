"""What is copied from HDF5 to HDF5, before anything is written."""

import errno
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

import h5py

from beamio.convert.hdf5_options import CopyOptions
from beamio.convert.places import Destination, Source, check_places, entries_of
from beamio.engine import check_output
from beamio.errors import OptionError, UnknownFormatError, UnreadableError
from beamio.formats.files import is_hdf5
from beamio.formats.hdf5 import open_file
from beamio.formats.hdf5.damage import told_in_one_line
from beamio.repack import RepackPlan
from beamio.repack.gather import Gatherer, LinkNote, broken_names, same_file
from beamio.repack.plan import check_names, plan_datasets
from beamio.repack.run import check_not_written


class _Files:
    """Opens each file once, and closes all at the end."""

    def __init__(self, output: str, stack: ExitStack) -> None:
        self._output = output
        self._stack = stack
        self._open: dict[tuple[int, int], h5py.File] = {}

    def open(self, path: str) -> h5py.File:
        """Return an open file."""
        if same_file(path, self._output):
            raise OptionError(
                f"{path}: is the output and would be read as well; "
                "give another output, and repack or rename it afterwards",
                place=path,
            )
        status = Path(path).stat() if Path(path).exists() else None
        key = (status.st_dev, status.st_ino) if status else (-1, len(self._open))
        if key not in self._open:
            try:
                self._open[key] = self._opened(path, is_there=status is not None)
            except OSError as error:
                if error.errno not in {errno.EMFILE, errno.ENFILE}:
                    raise
                raise UnreadableError(
                    f"{path}: is one file too many: links lead to more than "
                    f"{len(self._open):,}, which are open together; allow more, as "
                    "with ulimit -n 4096",
                    place=path,
                ) from error
        return self._open[key]

    def _opened(self, path: str, *, is_there: bool) -> h5py.File:
        if is_there and not is_hdf5(path):
            raise UnknownFormatError(f"{path}: is not an HDF5 file", place=path)
        check_not_written(path)
        return self._stack.enter_context(open_file(path))


@contextmanager
def planned(
    sources: Sequence[Source], where: Destination, options: CopyOptions
) -> Iterator[tuple[RepackPlan, tuple[LinkNote, ...], int]]:
    """Give what is to be done, the sources open; with notes and links followed."""
    storage = options.storage
    with ExitStack() as stack:
        files = _Files(where.file, stack)
        for source in sources:
            files.open(source.file)
        if where.is_new:
            check_output(where.file, overwrite=where.replaces or storage.overwrite)
        else:
            check_places(where, overwrite=storage.overwrite)
        entries = entries_of(sources, where.places, files.open)
        file = entries[0].file
        with told_in_one_line(str(file.filename)):
            gathered = Gatherer(
                entries,
                where.file,
                options.links,
                require=options.dangling == "error",
                open_other=files.open,
            ).gather()
            flat = options.links == "copy"
            plans = plan_datasets(gathered.members, storage, flat=flat)
            check_names(file, plans.values(), storage)
            notes = (*gathered.notes, *(() if flat else broken_names(gathered)))
        members, names = gathered.members, gathered.names
        plan = RepackPlan(file, where.file, storage, members, plans, names)
        yield plan, notes, gathered.followed
