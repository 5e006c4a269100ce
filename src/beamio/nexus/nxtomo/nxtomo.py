"""A tomography scan in an NXtomo file."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

from beamio.engine import Progress, ignore_progress
from beamio.formats import OpenFiles
from beamio.formats.joined import JoinedFrames
from beamio.model import Compression
from beamio.nexus.nxtomo.places import frames_at
from beamio.nexus.nxtomo.read import entries_of, read_nxtomo
from beamio.nexus.nxtomo.scan import Scan
from beamio.nexus.nxtomo.storing import Storing
from beamio.nexus.nxtomo.write import write_nxtomo


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class NXtomo(Scan):
    """A tomography scan.

    Numbers may be given in other units as text with a unit (``"20 keV"``), or as
    quantities of Pint. An array of shape (frames, rows, columns) may stand for
    `frames`.

    Raises
    ------
    OptionError
        If something has another length than the frames, or no meaning.
    PositionError
        If a number is not finite.
    UnitError
        If a unit does not fit.

    Examples
    --------
    >>> import numpy as np
    >>> frames = np.zeros((4, 2, 3), np.uint16)
    >>> scan = NXtomo(
    ...     frames=frames,
    ...     image_key_control=[2, 1, 0, 0],
    ...     rotation_angle=[0, 0, 0, 90],
    ...     energy="20 keV",
    ...     x_pixel_size="650 nm",
    ... )
    >>> scan.energy, scan.x_pixel_size, len(scan.projections), len(scan.flats)
    (20.0, 6.5e-07, 2, 1)
    """

    files: OpenFiles | None = field(default=None, repr=False)
    """What `close` closes."""

    @classmethod
    def read(cls, url: str | Path, *, entry: str | None = None) -> Self:
        """Return the scan in a file; its frames stay on the disk.

        Parameters
        ----------
        url
            ``file``, or ``file::/entry`` where there are several.
        entry
            The path of the entry, if the URL does not name it.

        Raises
        ------
        MissingImagesError
            If there is no NXtomo, or there are several and none was chosen.
        OptionError, PositionError, UnitError
            If what is there contradicts itself.

        Notes
        -----
        The file stays open until `close`, or the end of a ``with`` block.
        """
        return cls(**read_nxtomo(str(url), entry))

    @classmethod
    def from_files(cls, places: Sequence[str | Path], **facts: Any) -> Self:
        """Return a scan whose frames lie in files, one after the other.

        Parameters
        ----------
        places
            ``file::/path`` or ``file::/path[10:20]`` of a stack or an image in HDF5;
            image files, a glob, a folder or a numbered series.
        facts
            The attributes, such as `image_key_control` and `rotation_angle`.

        Raises
        ------
        UnreadableError, NotAnImageError
            If a place can't be read as images.
        ShapeMismatchError
            If images differ in shape.
        OptionError, PositionError, UnitError
            If a fact does not fit.

        Notes
        -----
        The files stay open until `close`, or the end of a ``with`` block.

        Examples
        --------
        >>> import h5py, numpy as np
        >>> path = getfixture("tmp_path") / "raw.h5"
        >>> with h5py.File(path, "w") as file:
        ...     file["dark"] = np.zeros((2, 3), np.uint16)
        ...     file["data"] = np.ones((4, 2, 3), np.uint16)
        >>> places = [f"{path}::/dark", f"{path}::/data[:3]"]
        >>> with NXtomo.from_files(places, image_key_control=[2, 0, 0, 0]) as scan:
        ...     len(scan.projections), scan.projections[0].max()
        (3, np.uint16(1))
        """
        files = OpenFiles()
        try:
            parts = [frames_at(str(place), files) for place in places]
            return cls(frames=JoinedFrames.of(parts), files=files, **facts)
        except BaseException:
            files.__exit__()
            raise

    @staticmethod
    def entries(file: str | Path) -> list[str]:
        """Return the path of each NXtomo in a file.

        Raises
        ------
        UnreadableError
            If it can't be opened.
        """
        with OpenFiles() as files:
            return entries_of(files.hdf5(str(file)))

    def write(  # noqa: PLR0913 (options, each by its name)
        self,
        output: str | Path,
        *,
        link: bool = False,
        filter: str | Compression | None = None,  # noqa: A002 (as elsewhere)
        chunks: tuple[int, int, int] | None = None,
        overwrite: bool = False,
        verify: bool | None = None,
        threads: int | None = None,
        progress: Progress = ignore_progress,
    ) -> None:
        """Write the scan to a file, and compare.

        Parameters
        ----------
        output
            ``file``, or ``file::/entry``; a file that exists gets one entry more.
        link
            Leave the frames where they are, in HDF5 files, and write a virtual dataset
            that names these files relative to the output.
        filter, chunks
            How the frames are stored.
        overwrite
            Replace a file that exists.
        verify
            Compare what was written with its source. By default every frame that is
            copied, and of those that are linked the first and the last of a part; True
            compares every linked frame, False none.
        threads
            How many to use.
        progress
            Told how many frames have arrived.

        Raises
        ------
        OutputError
            If it can't be written, or reads differently.
        OptionError
            If the frames can't be linked.
        UnreadableError
            If a frame can't be read, or was never written.
        """
        if filter is not None and not isinstance(filter, Compression):
            filter = Compression.parse(filter)  # noqa: A001 (as above)
        storing = Storing(
            link=link,
            chunks=chunks,
            overwrite=overwrite,
            verify=verify is not False,
            every=verify is True,
            threads=threads,
            **({} if filter is None else {"compression": filter}),
        )
        write_nxtomo(self, str(output), storing, progress)

    def close(self) -> None:
        """Close the files that the scan was read from."""
        if self.files is not None:
            self.files.__exit__()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()
