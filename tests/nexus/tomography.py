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
