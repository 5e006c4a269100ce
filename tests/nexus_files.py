"""NXdata in the ways in which programs write it."""

import h5py
import numpy as np


def nxdata(group, name, signal, *, axes=(), **attrs):
    plot = group.create_group(name)
    plot.attrs["NX_class"] = "NXdata"
    plot.attrs["signal"] = "counts"
    plot["counts"] = signal
    if axes:
        plot.attrs["axes"] = list(axes)
    plot.attrs.update(attrs)
    return plot


def curve_file(path):
    """A curve with errors and units that is the default plot."""
    energy = np.linspace(7.0, 7.3, 40)
    counts = 1000 / (1 + np.exp(-(energy - 7.1) * 80))
    with h5py.File(path, "w") as file:
        file.attrs["default"] = "entry"
        entry = file.create_group("entry")
        entry.attrs.update({"NX_class": "NXentry", "default": "plot"})
        plot = nxdata(entry, "plot", counts, axes=["energy"])
        plot["counts"].attrs["units"] = "counts/s"
        plot["energy"] = energy
        plot["energy"].attrs["units"] = "keV"
        plot["counts_errors"] = np.sqrt(counts)
        plot["title"] = "Fe K edge"
    return path, energy, counts


def image_file(path, pixels, **attrs):
    with h5py.File(path, "w") as file:
        plot = nxdata(file, "plot", pixels, axes=["y", "x"], **attrs)
        plot["y"] = np.arange(pixels.shape[0]) * 0.5
        plot["x"] = np.arange(pixels.shape[1]) + 10.0
        plot["x"].attrs["units"] = plot["y"].attrs["units"] = "mm"
    return path
