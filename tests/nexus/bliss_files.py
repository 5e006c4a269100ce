"""Files as BLISS of ESRF's tomography beamlines leaves them.

A sample has a folder, with one folder for each dataset and a file of links to the scans
of all of them. A dataset has a file of scans, ``1.1``, ``2.1`` and so on, of which the
first tells what the sequence was; ``4.2`` holds what was counted slowly during ``4.1``.
Lima writes frames into files of its own, a virtual dataset joins those of a scan.
"""

import h5py
import numpy as np

CAMERA = "pcoedge"
IMAGE = (5, 7)
TITLES = {"dark": "dark images", "flat": "reference images", "raw": "projections 1 - 6"}


def sample(folder, *datasets):
    """The file of links of a sample, with datasets as `sequence` describes them."""
    folder.mkdir(parents=True)
    with h5py.File(folder / f"{folder.name}.h5", "w") as links:
        for number, sequences in enumerate(datasets, 1):
            name = f"{folder.name}_{number:04d}"
            for scan in dataset(folder / name, *sequences):
                target = f"{name}/{name}.h5"
                links[f"{name}_{scan}"] = h5py.ExternalLink(target, scan)
    return folder / f"{folder.name}.h5"


def sequence(title, *steps):
    """A sequence of a kind, and its steps: what, frames, height and angles."""
    return title, steps


def dataset(folder, *sequences):
    """Write the file of a dataset, and return the names of its scans."""
    folder.mkdir()
    names = []
    with h5py.File(folder / f"{folder.name}.h5", "w") as file:
        number = 0
        for title, steps in sequences:
            number += 1
            names.append(f"{number}.1")
            _first(file.create_group(names[-1]), title)
            for step in steps:
                number += 1
                names += [f"{number}.1", f"{number}.2"]
                _step(folder, file, number, step)
    return names


def _first(entry, title):
    entry.attrs["NX_class"] = "NXentry"
    entry["title"], entry["start_time"] = title, "2026-03-01T10:00:00+01:00"
    technique = entry.create_group("technique")
    for name, value, unit in (
        ("scan/energy", 34.0, "keV"),
        ("scan/sample_detector_distance", 1200.0, "mm"),
        ("optic/sample_pixel_size", [3.2, 3.4], "um"),
        ("detector/pixel_size", [11.0, 11.0], "um"),
    ):
        technique[name] = value
        technique[name].attrs["units"] = unit
    for name, motors in (
        ("rotation", ["hrsrot", "srot"]),
        ("detector", [CAMERA]),
        ("translation_x", ["tx"]),
        ("translation_y", ["ty"]),
        ("translation_z", ["tz"]),
    ):
        technique[f"tomoconfig/{name}"] = motors
    technique["scan_category"] = title


def _step(folder, file, number, step):
    what, frames, height, angles = step
    entry, slow = file.create_group(f"{number}.1"), file.create_group(f"{number}.2")
    for one in (entry, slow):
        one.attrs["NX_class"] = "NXentry"
        one["title"] = TITLES[what]
        one["start_time"] = "2026-03-01T10:01:00+01:00"
        one["end_time"] = "2026-03-01T10:09:00+01:00"
    slow["measurement/current"] = np.linspace(199, 198, 4)  # as often as it liked
    positioners = entry.create_group("instrument/positioners")
    for motor, place in (("tx", 0.5), ("ty", -1.5), ("tz", height)):
        positioners[motor] = place
        positioners[motor].attrs["units"] = "mm"
    positioners["srot"] = angles[0]
    if what == "raw":  # the real motor is read at both ends of each exposure
        entry["measurement/hrsrot"] = np.append(angles, angles[-1] + angles[1])
    detector = entry.create_group(f"instrument/{CAMERA}")
    detector.attrs["NX_class"] = "NXdetector"
    detector["acq_parameters/acq_expo_time"] = 0.05
    detector["type"] = "lima"
    layout = h5py.VirtualLayout(frames.shape, frames.dtype)
    (folder / f"scan{number:04d}").mkdir()
    for block, start in enumerate(range(0, len(frames), 4)):
        part = frames[start : start + 4]
        name = f"scan{number:04d}/{CAMERA}_{block:04d}.h5"
        with h5py.File(folder / name, "w") as lima:
            lima.attrs["creator"] = "LIMA-1.10"
            stored = lima.create_dataset(
                f"entry_0000/instrument/{CAMERA}/data", data=part, chunks=(1, *IMAGE)
            )
            lima["entry_0000/measurement/data"] = h5py.SoftLink(stored.name)
        layout[start : start + len(part)] = h5py.VirtualSource(
            name, "entry_0000/measurement/data", part.shape
        )
    detector.create_virtual_dataset("data", layout)
    entry[f"measurement/{CAMERA}"] = h5py.SoftLink(detector["data"].name)
