"""A small NXtomo, as its definition wants it, and ways to spoil it."""

import h5py
import numpy as np

FRAMES = 6


ANGLE = "/entry/sample/rotation_angle"
DETECTOR = "/entry/instrument/detector"
PLOTTED = "/entry/data/rotation_angle"


def write_tomo(path):
    """An NXtomo with nothing to complain of."""
    with h5py.File(path, "w") as file:
        file.attrs["NX_class"] = "NXroot"
        file.attrs["default"] = "entry"
        entry = group(file, "entry", "NXentry")
        entry.attrs["default"] = "data"
        entry["title"] = "scan"
        entry["definition"] = "NXtomo"
        entry["start_time"] = "2026-01-31T12:00:00+01:00"
        instrument = group(entry, "instrument", "NXinstrument")
        source = group(instrument, "source", "NXsource")
        source["name"] = "ESRF"
        source["type"] = "Synchrotron X-ray Source"
        source["probe"] = "x-ray"
        detector = group(instrument, "detector", "NXdetector")
        detector["data"] = np.zeros((FRAMES, 4, 5), np.uint16)
        detector["image_key"] = np.array([2, 1, 0, 0, 0, 1])
        quantity(detector, "x_pixel_size", 6.5e-6, "m")
        quantity(detector, "distance", 0.1, "m")
        sample = group(entry, "sample", "NXsample")
        sample["name"] = "diatom"
        quantity(sample, "rotation_angle", np.linspace(0, 180, FRAMES), "deg")
        control = group(entry, "control", "NXmonitor")
        quantity(control, "data", np.ones(FRAMES), "mA")
        data = group(entry, "data", "NXdata")
        data.attrs["signal"] = "data"
        data.attrs["axes"] = ["rotation_angle", ".", "."]
        for target in (f"{DETECTOR}/data", f"{DETECTOR}/image_key", ANGLE):
            data[target.rpartition("/")[2]] = h5py.SoftLink(target)
            file[target].attrs["target"] = target
    return path


def group(parent, name, nx_class):
    made = parent.create_group(name)
    made.attrs["NX_class"] = nx_class
    return made


def quantity(parent, name, value, units):
    parent[name] = value
    parent[name].attrs["units"] = units


def without(*paths):
    def spoil(file):
        for path in paths:
            del file[path]

    return spoil


def instead(path, value, **attrs):
    def spoil(file):
        if path in file:
            attrs.update({k: v for k, v in file[path].attrs.items() if k not in attrs})
            del file[path]
        file[path] = value
        file[path].attrs.update(attrs)

    return spoil


def attribute(path, name, value):
    def spoil(file):
        if value is None:
            del file[path].attrs[name]
        else:
            file[path].attrs[name] = value

    return spoil


def number_for_sample(file):
    without("/entry/sample", PLOTTED)(file)
    file["/entry/sample"] = 1.0


SPOILED = {
    # what is wrong: how, where it is told, a word of it, and whether pynxtools 0.16
    # calls the file invalid, too
    "no angles": (without(ANGLE, PLOTTED), ANGLE, "missing", True),
    "no sample": (without("/entry/sample", PLOTTED), "/entry/sample", "missing", True),
    "no instrument": (
        without("/entry/instrument", "/entry/data"),
        "/entry/instrument",
        "missing",
        True,
    ),
    "no name of the sample": (
        without("/entry/sample/name"),
        "/entry/sample/name",
        "missing",
        True,
    ),
    "no NXdata": (without("/entry/data"), "/entry/data", "missing", True),
    "angles in words": (instead(ANGLE, ["a"] * FRAMES), ANGLE, "text", True),
    "frames of text": (
        instead(f"{DETECTOR}/data", "x"),
        f"{DETECTOR}/data",
        "text",
        True,
    ),
    "frames of fractions": (
        instead(f"{DETECTOR}/data", np.zeros((FRAMES, 4, 5))),
        f"{DETECTOR}/data",
        "float64",
        True,
    ),
    "a name that is a number": (
        instead("/entry/sample/name", 3),
        "/entry/sample/name",
        "int64",
        True,
    ),
    "angles in metres": (attribute(ANGLE, "units", "m"), ANGLE, "angle", True),
    "angles without units": (attribute(ANGLE, "units", None), ANGLE, "no units", True),
    "angles in units that nobody knows": (
        attribute(ANGLE, "units", "qwxz"),
        ANGLE,
        "not known",
        True,
    ),
    "pixels in seconds": (
        attribute(f"{DETECTOR}/x_pixel_size", "units", "s"),
        f"{DETECTOR}/x_pixel_size",
        "length",
        True,
    ),
    "a probe of cheese": (
        instead("/entry/instrument/source/probe", "cheese"),
        "/entry/instrument/source/probe",
        "not allowed",
        True,
    ),
    "a sample of another class": (
        attribute("/entry/sample", "NX_class", "NXuser"),
        "/entry/sample",
        "NXuser",
        False,
    ),
    "a sample without a class": (
        attribute("/entry/sample", "NX_class", None),
        "/entry/sample",
        "class",
        True,
    ),
    "a sample that is a number": (number_for_sample, "/entry/sample", "dataset", True),
    "yesterday": (
        instead("/entry/start_time", "yesterday"),
        "/entry/start_time",
        "date",
        True,
    ),
    "angles for half of the frames": (
        instead(ANGLE, np.zeros(3)),
        ANGLE,
        "nFrames",
        True,
    ),
    "keys of two dimensions": (
        instead(f"{DETECTOR}/image_key", np.zeros((FRAMES, 2), int)),
        f"{DETECTOR}/image_key",
        "2 axes",
        False,
    ),
}
