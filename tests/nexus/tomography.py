"""Tomography scans as files, laid out as their writers do."""

import h5py
import numpy as np

KEYS = np.array([2, 1, 1, 0, 0, 0, 0, 1, -1, 0], np.int8)
COUNT = len(KEYS)
SHAPE = (COUNT, 5, 7)


def frames(shape=SHAPE, dtype="u2", seed=0):
    return np.random.default_rng(seed).integers(0, 5000, shape).astype(dtype)


def by_nxtomo(path, data, keys=KEYS, entry="entry0000", **angles):
    """What ESRF's package writes, in units as ESRF's programs have them."""
    import pint
    from nxtomo import NXtomo

    unit = pint.get_application_registry()
    scan = NXtomo()
    scan.title, scan.start_time = "a scan", "2026-01-01T00:00:00+00:00"
    detector, sample = scan.instrument.detector, scan.sample
    detector.data = data
    detector.image_key_control = keys
    detector.x_pixel_size = detector.y_pixel_size = 6.5 * unit.um
    detector.distance = 500 * unit.mm
    detector.count_time = np.full(len(keys), 100.0) * unit.ms
    sample.rotation_angle = angles.get("degrees", np.arange(len(keys))) * unit.degree
    sample.x_translation = np.arange(len(keys)) * unit.mm
    sample.x_pixel_size = sample.y_pixel_size = 0.65 * unit.um
    sample.name = "diatom"
    scan.instrument.beam.incident_energy = 20000 * unit.eV
    scan.instrument.source.name = "ESRF"
    scan.control.data = np.linspace(200, 190, len(keys)) * unit.mA
    scan.save(str(path), entry)
    return path


def read_by_nxtomo(path, entry="entry"):
    """What ESRF's package finds in a file, which it has checked."""
    from nxtomo import NXtomo

    found = NXtomo().load(str(path), entry, detector_data_as="as_numpy_array")
    NXtomo.check_consistency(found, raises_error=True)
    return found


def plain(path, data, keys=KEYS, units="deg", **datasets):
    """The least that the definition asks for."""
    with h5py.File(path, "w") as file:
        entry = file.create_group("scan")
        entry.attrs["NX_class"] = "NXentry"
        entry["definition"] = "NXtomo"
        entry["instrument/detector/data"] = data
        if keys is not None:
            entry["instrument/detector/image_key"] = keys
        angles = datasets.pop("rotation_angle", np.arange(len(data)))
        entry["sample/rotation_angle"] = angles
        entry["sample/rotation_angle"].attrs["units"] = units
        for name, value in datasets.items():
            entry[name.replace("__", "/")] = value
    return path


def exchange(path, data, flats, darks):
    """A scan as APS writes it, with the instrument beside the images."""
    with h5py.File(path, "w") as file:
        file["implements"] = "exchange:measurement:process"
        file["exchange/data"] = data
        file["exchange/data_white"] = flats
        file["exchange/data_dark"] = darks
        file["exchange/theta"] = 180 * np.arange(len(data)) / len(data)
        file["exchange/theta"].attrs["units"] = "degree"
        beamline = file.create_group("measurement/instrument")
        for name, value, units in (
            ("monochromator/energy", [27.4], "keV"),
            ("detection_system/objective/resolution", 1.17, "micron"),
            ("detector/pixel_size_x", [5.86], "µm"),
            ("detector/exposure_time", 100.0, "ms"),
            ("camera_motor_stack/setup/camera_distance", 60.0, "mm"),
            ("source/current", 101.5, "mA"),
        ):
            beamline[name] = value
            beamline[name].attrs["units"] = units
        beamline["source/name"] = np.array([b"Advanced Photon Source"])
        file["measurement/sample/name"] = np.array([b"shale"], object)
    return path


BLISS = (("dark images", 2), ("reference images 1", 3), ("projections 1", 6),
         ("reference images 2", 3), ("static images", 2))  # fmt: skip
BLISS_KEYS = [2] * 2 + [1] * 3 + [0] * 6 + [1] * 3 + [-1] * 2


def bliss(folder, data, *, first=1, mode="w", by_key=False, camera="pcoedge"):
    """A scan of BLISS: a file of entries, and Lima's files in ``scan0002`` and so on.

    Lima's files hold two frames at most; a virtual dataset joins those of an entry.
    """
    folder.mkdir(exist_ok=True)
    path = folder / "sample_0001.h5"
    with h5py.File(path, mode) as file:
        entry = file.create_group(f"{first}.1")
        entry.attrs["NX_class"] = "NXentry"
        entry["title"], entry["start_time"] = (
            "tomo:fullturn",
            "2026-03-01T10:00:00+01:00",
        )
        entry["sample/name"] = "bone"
        entry["technique/scan_category"] = "tomo:fullturn"
        for name, value, units in (
            ("scan/energy", 34.0, "keV"),
            ("scan/sample_detector_distance", 1200.0, "mm"),
            ("optic/sample_pixel_size", 3.2, "um"),
        ):
            entry[f"technique/{name}"] = value
            entry[f"technique/{name}"].attrs["units"] = units
        start = 0
        for number, (title, count) in enumerate(BLISS, first + 1):
            step = _step(file, number, title, count, camera)
            lima(folder, number, data[start : start + count], camera)
            if by_key:
                step["technique/image_key"] = BLISS_KEYS[start]
                del step["title"]
                step["title"] = "ascan somewhere"
            start += count
    return path


def _step(file, number, title, count, camera):
    entry = file.create_group(f"{number}.1")
    entry.attrs["NX_class"] = "NXentry"
    entry["title"] = title
    entry["start_time"] = "2026-03-01T10:01:00+01:00"
    entry["end_time"] = "2026-03-01T10:09:00+01:00"
    entry["technique/tomoconfig/rotation"] = ["srot"]
    entry["technique/tomoconfig/detector"] = [camera]
    detector = entry.create_group(f"instrument/{camera}")
    detector.attrs["NX_class"] = "NXdetector"
    detector["acq_parameters/acq_expo_time"] = 0.05
    master = f"scan{number:04d}/{camera}.h5"
    detector["data"] = h5py.ExternalLink(master, "entry/data")
    angles = np.linspace(0, 180, count, endpoint=False)
    if title.startswith("projections"):  # both ends of each exposure
        entry["measurement/srot"] = np.append(angles, 180.0)
    else:
        entry["instrument/positioners/srot"] = 0.0 if number < 4 else 180.0
    entry["measurement/current"] = 198.0 + np.arange(count)
    entry["measurement/current"].attrs["units"] = "mA"
    return entry


def lima(folder, number, data, camera):
    """The files of a detector, and the virtual dataset over them."""
    (folder / f"scan{number:04d}").mkdir()
    master = folder / f"scan{number:04d}" / f"{camera}.h5"
    layout = h5py.VirtualLayout(data.shape, data.dtype)
    for block, start in enumerate(range(0, len(data), 2)):
        part = data[start : start + 2]
        name = f"{camera}_{block:04d}.h5"
        with h5py.File(master.parent / name, "w") as file:
            file.create_dataset("entry/data", data=part, chunks=(1, *data.shape[1:]))
        layout[start : start + 2] = h5py.VirtualSource(name, "entry/data", part.shape)
    with h5py.File(master, "w") as file:
        file.create_virtual_dataset("entry/data", layout)
