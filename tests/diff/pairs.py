"""Pairs of files that are alike but for one thing."""

import shutil

import h5py
import numpy as np

from beamio import diff


def write(path, **members):
    with h5py.File(path, "w") as file:
        for name, value in members.items():
            file[name] = value
    return path


def pair(folder, a, b, name="x", **options):
    """The report on two files that hold one value each."""
    return diff(
        write(folder / "a.h5", **{name: a}),
        write(folder / "b.h5", **{name: b}),
        **options,
    )


def found(report):
    """Where A and B differ, and in what."""
    return [(each.place, each.what) for each in report.differences]


def copied(path, change, name="changed.h5"):
    """A copy of a file in which `change` has changed something."""
    copy = shutil.copy(path, path.with_name(name))
    with h5py.File(copy, "r+") as file:
        change(file)
    return copy


def counts(shape=(12, 40, 50), seed=0, dtype="u2"):
    return np.random.default_rng(seed).poisson(20, shape).astype(dtype)
