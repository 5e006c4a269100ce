"""Write an NXtomo that this package, ESRF's and others read."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import h5py
import numpy as np

from beamio.engine import (
    Progress,
    check_output,
    ignore_progress,
)
from beamio.errors import OptionError, OutputError, OutputExistsError
from beamio.formats.hdf5 import (
    NewFile,
    appended_file,
    new_file,
    open_file,
)
from beamio.formats.hdf5.filling import same_bits
from beamio.formats.joined import FramePixels
from beamio.formats.series import is_there
from beamio.model import DataUrl
from beamio.nexus.nxdata import describe_data
from beamio.nexus.nxtomo.fields import GROUPS, QUANTITIES, TEXTS, Field
from beamio.nexus.nxtomo.keys import ImageKey
from beamio.nexus.nxtomo.scan import Scan
from beamio.nexus.nxtomo.storing import Storing, check_frames, write_frames
from beamio.nexus.nxtomo.transformations import write_transformations
from beamio.nexus.nxtomo.virtual import check_linked
from beamio.view import valid

_VERSION = 2.1
"""Of the layout that ESRF's package reads and writes."""
_DETECTOR = "instrument/detector"
_ENTRY = "/entry"
_CURRENT = Field("current", "control/data", "A", each=True)
_MONITOR = Field("monitor", "control/data", each=True)


def write_nxtomo(
    scan: Scan,
    output: str,
    storing: Storing,
    progress: Progress = ignore_progress,
    *,
    further: Callable[[Any], None] | None = None,
) -> None:
    """Write a scan to ``file`` or ``file::/entry``; see `NXtomo.write`.

    Parameters
    ----------
    further
        Called with the entry, to write more into it.
    """
    file, entry = target_of(output)
    check_frames(scan.frames)

    def verify(written: Any) -> None:
        if storing.verify:
            _compare(scan, written[entry], storing, f"{file}::{entry}")

    with _output(file, entry, scan, storing, verify) as made:
        group = made.create_group(entry)
        total = scan.frames.shape[0]
        arrived = [0, 0]

        def done(frames: int, nbytes: int) -> None:
            arrived[0] += frames
            arrived[1] += nbytes
            progress("writing", arrived[0], total, arrived[1])

        _write_entry(scan, group, made, storing, done)
        if further is not None:
            further(group)
        made.attrs.setdefault("NX_class", "NXroot")
        made.attrs.setdefault("default", entry.strip("/").partition("/")[0])


def target_of(output: str) -> tuple[str, str]:
    """Return the file and the path of the entry that an output names.

    Examples
    --------
    >>> target_of("scan.nx"), target_of("scan.nx::/entry0001")
    (('scan.nx', '/entry'), ('scan.nx', '/entry0001'))
    """
    url = DataUrl.parse(output, is_file=is_there)
    if url.selection is not None:
        raise OptionError(f"{output}: the output is a file or an entry, not a slice")
    return url.file, _ENTRY if url.path in {None, "/"} else str(url.path)


def check_target(
    file: str, entry: str, *, overwrite: bool, inputs: Sequence[str]
) -> bool:
    """Make sure that an output may be written; tell whether it is a new file.

    Raises
    ------
    OutputError
        If it may not be.
    """
    if not Path(file).exists() or entry == _ENTRY or overwrite:
        check_output(file, overwrite=overwrite, inputs=inputs)
        return True
    with open_file(file) as found:
        if entry in found:
            raise OutputExistsError(
                f"{file}::{entry}: exists already; name another entry",
                place=f"{file}::{entry}",
            )
    return False


@contextmanager
def _output(
    file: str,
    entry: str,
    scan: Scan,
    storing: Storing,
    verify: Callable[[Any], None],
) -> Iterator[NewFile]:
    files = scan.frames.files
    if check_target(file, entry, overwrite=storing.overwrite, inputs=files):

        def opened(path: Path) -> None:
            with open_file(str(path)) as written:
                verify(written)

        with new_file(file, overwrite=storing.overwrite, verify=opened) as made:
            made.place = file
            yield made
        return
    with appended_file(file, verify=verify) as made:
        yield made


def _write_entry(
    scan: Scan,
    group: Any,
    file: NewFile,
    storing: Storing,
    done: Callable[[int, int], None],
) -> None:
    group.attrs["NX_class"] = "NXentry"
    group.attrs["version"] = _VERSION
    group.attrs["definition"] = "NXtomo"
    group["definition"] = "NXtomo"
    _group(group, "sample")
    detector = _group(group, _DETECTOR)
    data = write_frames(scan.frames, detector, file, storing, done)
    data.attrs["interpretation"] = "image"
    detector["image_key"] = scan.image_key
    detector["image_key_control"] = scan.image_key_control
    detector["image_key_control"].attrs["doc"] = "with -1 for alignment"
    if scan.sequence_number is not None:
        detector["sequence_number"] = scan.sequence_number
    for field in (*QUANTITIES, *TEXTS):
        value = _value(scan, field)
        if value is not None and not (isinstance(value, str) and not value):
            _write(group, field, value)
    if scan.field_of_view:
        detector["half_acquisition"] = scan.field_of_view.lower() == "half"
    if any(one.moves for one in scan.transformations):
        write_transformations(scan.transformations, detector)
    _write_control(scan, group)
    _write_default(scan, group)


def _write_control(scan: Scan, entry: Any) -> None:
    """Write the current, or what else a monitor told; of both, the current."""
    if scan.current is not None:
        _write(entry, _CURRENT, _value(scan, _CURRENT))
    elif scan.monitor is not None:
        _write(entry, _MONITOR, _value(scan, _MONITOR))
    if scan.current is not None and scan.monitor is not None:
        other = entry.create_group("monitor")
        other.attrs["NX_class"] = "NXmonitor"
        other["data"] = _value(scan, _MONITOR)


def _value(scan: Scan, field: Field) -> Any:
    """Return what is written; ESRF's package wants one for each frame, if it may be."""
    value = getattr(scan, field.name)
    if not field.each or value is None:
        return value
    return np.broadcast_to(value, scan.frames.shape[:1])


def _write_default(scan: Scan, entry: Any) -> None:
    """Write the plot that a viewer shows first."""
    data = _group(entry, "data")
    for name in ("data", "image_key", "image_key_control"):
        path = f"{_DETECTOR}/{name}"
        data[name] = h5py.SoftLink(f"{entry.name}/{path}")
        entry[f"{_DETECTOR}/{name}"].attrs["target"] = (
            f"{entry.name}/{_DETECTOR}/{name}"
        )
    axis = "."
    if isinstance(scan.rotation_angle, np.ndarray):
        axis = "rotation_angle"
        path = f"{entry.name}/sample/{axis}"
        data[axis] = h5py.SoftLink(path)
        entry[f"sample/{axis}"].attrs["target"] = path
    describe_data(data, signal="data", axes=[axis, ".", "."])
    projections = np.flatnonzero(scan.image_key_control == ImageKey.PROJECTION)
    if projections.size:  # else viewers begin with what is first, mostly a dark
        data.attrs["default_slice"] = [str(projections[0]), ".", "."]


def _write(entry: Any, field: Field, value: Any) -> None:
    above, _, name = field.path.rpartition("/")
    group = _group(entry, above)
    group[name] = valid(value) if isinstance(value, str) else value
    if field.unit:
        group[name].attrs["units"] = field.unit
    if field.about:
        group[name].attrs["doc"] = field.about


def _group(entry: Any, path: str) -> Any:
    """Return the group of a path, made with its class where it is not there."""
    group, done = entry, ""
    for name in filter(None, path.split("/")):
        done = f"{done}/{name}".lstrip("/")
        if name not in group:
            group.create_group(name).attrs["NX_class"] = GROUPS[done]
        group = group[name]
    return group


def _compare(scan: Scan, entry: Any, storing: Storing, place: str) -> None:
    """Compare what is written, opened again, with the scan.

    The frames were compared as they were written; the first and the last are read
    once more by libhdf5, which knows nothing of how.

    Raises
    ------
    OutputError
        If it differs.
    """
    detector = entry[_DETECTOR]
    same = np.array_equal(detector["image_key_control"][()], scan.image_key_control)
    for field in QUANTITIES:
        value = _value(scan, field)
        if value is not None:
            same = same and np.array_equal(entry[field.path][()], value)
    if storing.link:
        data = detector["data"]
        every, threads = storing.every, storing.threads
        same = same and check_linked(scan.frames, data, every=every, threads=threads)
    elif not storing.compression.is_lossy:
        pixels = FramePixels(scan.frames)
        for i in sorted({0, scan.frames.shape[0] - 1}):
            wanted = np.empty((1, *scan.frames.shape[1:]), scan.frames.dtype)
            pixels.read(range(i, i + 1), wanted, threads=1)
            same = same and same_bits(wanted[0], detector["data"][i])
    if not same:
        raise OutputError(
            f"{place}: reads differently from what was written, so it was not kept; "
            "run it again, and check the disk and the memory if it stays so",
            place=place,
        )
