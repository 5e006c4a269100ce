"""NeXus mistakes that keep a plot from showing."""

import h5py
import numpy as np
import pytest

from beamio import check


@pytest.fixture
def file(tmp_path):
    """A file whose default plot is an image with axes."""
    with h5py.File(tmp_path / "a.h5", "w") as made:
        made.attrs["default"] = "entry"
        entry = made.create_group("entry")
        entry.attrs.update(NX_class="NXentry", default="plot")
        plot = entry.create_group("plot")
        plot.attrs.update(NX_class="NXdata", signal="counts", axes=["y", "x"])
        plot["counts"] = np.zeros((3, 4))
        plot["x"], plot["y"] = np.arange(4), np.arange(3)
        yield made


def words(file):
    file.flush()
    name = file.filename
    file.close()
    report = check(name)
    assert {each.kind for each in report.problems} <= {"NeXus"}
    return [f"{each.path}: {each.message}" for each in report.problems]


def test_a_plot_as_it_should_be_is_no_problem(file):
    assert words(file) == []


MISTAKES = {
    "default": (
        lambda f: f.attrs.__setitem__("default", "entri"),
        "/: default names 'entri', which is not there; did you mean entry?",
    ),
    "default is a dataset": (
        lambda f: f["entry"].attrs.__setitem__("default", "plot/x"),
        "/entry: default names 'plot/x', which is a dataset",
    ),
    "signal": (
        lambda f: f["entry/plot"].attrs.__setitem__("signal", "count"),
        "/entry/plot: signal names 'count', which is not there; did you mean counts?",
    ),
    "no signal": (
        lambda f: f["entry/plot"].attrs.__delitem__("signal"),
        "/entry/plot: names no signal, so there is nothing to plot",
    ),
    "an axis": (
        lambda f: f["entry/plot"].move("x", "z"),
        "/entry/plot: axes names 'x', which is not there; there are: counts, y, z",
    ),
    "too few axes": (
        lambda f: f["entry/plot"].attrs.__setitem__("axes", ["x"]),
        "/entry/plot: axes names 1, but the signal has 2 dimensions (3 x 4)",
    ),
    "axes swapped": (
        lambda f: f["entry/plot"].attrs.__setitem__("axes", ["x", "y"]),
        "/entry/plot: the axis 'y' has the shape 3, and the signal is 4 there",
    ),
    "indices": (
        lambda f: f["entry/plot"].attrs.__setitem__("x_indices", 2),
        "/entry/plot: x_indices names a dimension that the signal has not",
    ),
    "no class": (
        lambda f: f["entry/plot"].attrs.__delitem__("NX_class"),
        "/entry/plot: names a signal, but has no NX_class; viewers see no plot in it",
    ),
    "bytes in an array": (
        lambda f: f["entry"].attrs.__setitem__("NX_class", np.array([b"NXentry"])),
        "/entry: its attribute NX_class is an array; some viewers do not find it",
    ),
    "a number": (
        lambda f: f["entry"].attrs.__setitem__("NX_class", 5),
        "/entry: its attribute NX_class is not a text",
    ),
    "auxiliary": (
        lambda f: f["entry/plot"].attrs.__setitem__("auxiliary_signals", ["x"]),
        "/entry/plot: the auxiliary signal 'x' has not the shape of 'counts'",
    ),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_told(file, mistake):
    act, expected = MISTAKES[mistake]
    act(file)
    assert expected in words(file)


def set_edges(file):
    plot = file["entry/plot"]
    del plot["x"]
    plot["x"] = np.arange(5)


def set_old_signal(file):
    plot = file["entry/plot"]
    del plot.attrs["signal"]
    plot["counts"].attrs["signal"] = 1


def set_indices(file):
    plot = file["entry/plot"]
    plot.attrs["axes"] = ["x", "y"]
    plot.attrs["x_indices"], plot.attrs["y_indices"] = 1, np.array([0])


def set_point(file):
    file["entry/plot"].attrs["axes"] = [".", "x"]


@pytest.mark.parametrize("change", [set_edges, set_old_signal, set_indices, set_point])
def test_what_the_standard_allows_is_no_problem(file, change):
    change(file)
    assert words(file) == []
