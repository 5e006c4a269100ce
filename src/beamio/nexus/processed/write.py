"""Write a volume as NXtomoproc."""

from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np

from beamio.engine import Progress, check_output, ignore_progress
from beamio.formats.hdf5 import NewFile, new_file
from beamio.model import NO_COMPRESSION, Compression
from beamio.nexus.nxdata import describe_data, new_entry
from beamio.nexus.nxtomo.storing import Storing, write_pixels
from beamio.nexus.processed.facts import VolumeFacts, completed
from beamio.nexus.processed.volume import Volume, opened_volume
from beamio.view import valid

_UNKNOWN = "unknown"
_AXES = ("z", "y", "x")


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcessedReport:
    """What was written."""

    output: str
    """The volume, as ``file::/path``."""
    shape: tuple[int, int, int]
    """Slices, rows, columns."""
    dtype: str
    program: str
    unknown: tuple[str, ...]
    """What NXtomoproc asks for, and nobody told."""
    nbytes: int
    """Bytes of the values."""
    bytes_written: int
    seconds: float
    verified: bool


def write_processed(  # noqa: PLR0913 (options, each by its name)
    volume: Any,
    output: str | Path,
    *,
    filter: str | Compression | None = None,  # noqa: A002 (as elsewhere)
    chunks: tuple[int, int, int] | None = None,
    overwrite: bool = False,
    verify: bool = True,
    threads: int | None = None,
    progress: Progress = ignore_progress,
    **facts: Any,
) -> ProcessedReport:
    """Write a volume that was reconstructed, or processed, as an NXtomoproc.

    Parameters
    ----------
    volume
        An array of shape (slices, rows, columns), or a file: a dataset in HDF5,
        ``file::/path``, an npy file, or slices in TIFF, EDF and other image files.
    output
        The file to write. It appears when it is complete, and not before.
    filter, chunks
        How the values are stored.
    overwrite
        Replace a file that exists.
    verify
        Compare what was written with its source.
    threads
        How many to use.
    progress
        Told how many slices have arrived.
    **facts
        What is known of the volume, see `VolumeFacts`; ``voxel_size`` may be text such
        as "0.65um", or three of them along z, y and x. What isn't given is looked for
        in the scan (``raw``) and in the file of the volume.

    Raises
    ------
    NotAnImageError
        If it is no volume of numbers.
    OptionError, UnitError
        If a fact makes no sense, or nothing tells which program made the volume.
    UnreadableError
        If a slice can't be read, or was never written.
    OutputError
        If the output exists, can't be written, or reads differently.

    Notes
    -----
    https://manual.nexusformat.org/classes/applications/NXtomoproc.html. The values are
    in the order z, y, x, as slices are, and as the NXdata says.

    Examples
    --------
    >>> path = getfixture("tmp_path") / "volume.nx"
    >>> report = write_processed(
    ...     np.zeros((2, 3, 4), np.float32), path, program="nabu", voxel_size="1um"
    ... )
    >>> report.shape
    (2, 3, 4)
    """
    start = perf_counter()
    known = VolumeFacts.parse(**facts)
    compression = NO_COMPRESSION if filter is None else filter
    if not isinstance(compression, Compression):
        compression = Compression.parse(compression)
    storing = Storing(
        chunks=chunks,
        overwrite=overwrite,
        verify=verify,
        threads=threads,
        compression=compression,
    )
    with opened_volume(volume) as found:
        told = completed(known, found)
        check_output(output, overwrite=overwrite, inputs=found.files)
        with new_file(output, overwrite=overwrite) as file:
            file.place = str(output)
            _write(file, found, told, storing, progress)
        pixels = found.pixels
    nbytes = int(np.prod(pixels.shape, dtype=np.int64)) * pixels.dtype.itemsize
    return ProcessedReport(
        output=f"{output}::/entry/data/data",
        shape=pixels.shape,
        dtype=str(pixels.dtype),
        program=told.program,
        unknown=told.unknown,
        nbytes=nbytes,
        bytes_written=Path(output).stat().st_size,
        seconds=perf_counter() - start,
        verified=verify,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcessedPlan:
    """What would be written."""

    volume: str
    """Where it is."""
    output: str
    shape: tuple[int, int, int]
    """Slices, rows, columns."""
    dtype: str
    nbytes: int
    """Bytes of the values."""
    facts: VolumeFacts
    """What is known, of the options, the scan and the volume's file."""


def plan_processed(
    volume: Any, output: str | Path, *, overwrite: bool = False, **facts: Any
) -> ProcessedPlan:
    """Return what `write_processed` would write, and write nothing.

    Raises
    ------
    BeamioError
        As `write_processed`, where it can be told before values are read.
    """
    known = VolumeFacts.parse(**facts)
    with opened_volume(volume) as found:
        told = completed(known, found)
        check_output(output, overwrite=overwrite, inputs=found.files)
        pixels, place = found.pixels, found.place
    return ProcessedPlan(
        volume=place,
        output=f"{output}::/entry/data/data",
        shape=pixels.shape,
        dtype=str(pixels.dtype),
        nbytes=int(np.prod(pixels.shape, dtype=np.int64)) * pixels.dtype.itemsize,
        facts=told,
    )


def _write(
    file: NewFile,
    volume: Volume,
    facts: VolumeFacts,
    storing: Storing,
    progress: Progress,
) -> None:
    """Write all of the entry."""
    entry = new_entry(file, title=facts.title or "volume")
    entry["definition"] = "NXtomoproc"
    data = entry.create_group("data")
    dataset = _stack(file, data, volume, storing, progress)
    dataset.attrs["interpretation"] = "image"
    dataset.attrs["transform"] = valid(facts.transform or "none")
    for name in ("scaling", "offset"):  # which the definition has as text
        dataset.attrs[name] = repr(float(getattr(facts, name)))
    if facts.units:
        dataset.attrs["units"] = valid(facts.units)
    for number, name in enumerate(_AXES):
        _write_axis(data, name, dataset.shape[number], facts, number)
    describe_data(data, signal="data", axes=_AXES)
    _write_process(entry, volume, facts)
    _write_origin(entry, facts)


def _stack(
    file: NewFile, group: Any, volume: Volume, storing: Storing, progress: Progress
) -> Any:
    """Return the new dataset that holds the slices."""
    arrived = [0, 0]

    def done(slices: int, nbytes: int) -> None:
        arrived[0] += slices
        arrived[1] += nbytes
        progress("writing", arrived[0], volume.pixels.shape[0], arrived[1])

    return write_pixels(volume.pixels, group, file, storing, done)


def _write_axis(
    data: Any, name: str, length: int, facts: VolumeFacts, number: int
) -> None:
    """Write the middle of each voxel along an axis, or its place."""
    places = np.arange(length, dtype=np.float64)
    if facts.voxel_size is not None:
        places = (places - (length - 1) / 2) * facts.voxel_size[number]
    data[name] = places
    data[name].attrs["units"] = "" if facts.voxel_size is None else "m"
    data[name].attrs["long_name"] = name if facts.voxel_size else f"{name} (voxel)"


def _write_process(entry: Any, volume: Volume, facts: VolumeFacts) -> None:
    process = entry.create_group("reconstruction")
    process.attrs["NX_class"] = "NXprocess"
    process["program"] = valid(facts.program)
    process["version"] = valid(facts.version or _UNKNOWN)
    process["date"] = valid(facts.date)
    parameters = process.create_group("parameters")
    parameters.attrs["NX_class"] = "NXparameters"
    parameters["raw_file"] = valid(facts.raw or _UNKNOWN)
    parameters["volume"] = valid(volume.place)
    for name, value in facts.parameters.items():
        parameters[name] = valid(value) if isinstance(value, str) else value


def _write_origin(entry: Any, facts: VolumeFacts) -> None:
    """Write sample and source."""
    sample = _group(entry, "sample", "NXsample")
    instrument = _group(entry, "instrument", "NXinstrument")
    source = _group(instrument, "source", "NXsource")
    for group, name, field in (
        (sample, "name", "sample_name"),
        (source, "name", "source_name"),
        (source, "type", "source_type"),
        (source, "probe", "source_probe"),
    ):
        value = getattr(facts, field)
        if value or field != "source_probe":
            group[name] = valid(value or _UNKNOWN)
    if facts.instrument_name:
        instrument["name"] = valid(facts.instrument_name)


def _group(parent: Any, name: str, nx_class: str) -> Any:
    group = parent.create_group(name)
    group.attrs["NX_class"] = nx_class
    return group
