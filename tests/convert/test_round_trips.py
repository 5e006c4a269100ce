"""Files to HDF5 and back to their own format, with equal values and notes."""

import csv

import fabio
import h5py
import numpy as np
import pytest
from convert.sources import NUMBERS, images, same
from hypothesis import given, settings
from hypothesis import strategies as st

import beamio
from beamio.convert import convert

OWN = {"HeaderID", "Image", "EDF_DataBlockID", "EDF_BinarySize", "EDF_HeaderSize"}
"""Keys of EDF headers that number the images of a file, and say where they lie."""


LISTED = {"motor_mne", "motor_pos", "counter_mne", "counter_pos"}
"""Keys with the names and the places of motors and counters, in any order."""


def places(header, kind):
    """Where each motor or counter stood."""
    names = header.get(f"{kind}_mne", "").split()
    return dict(zip(names, as_numbers(header.get(f"{kind}_pos", "")), strict=True))


def pictures(path):
    """Pixels and header of each image."""
    with fabio.open(path) as file:
        if file.nframes == 1:
            return [(file.data.copy(), dict(file.header))]
        frames = [file.getframe(i) for i in range(file.nframes)]
        return [(frame.data.copy(), dict(frame.header)) for frame in frames]


def as_numbers(text):
    """The words of a header's value; those that are numbers as numbers."""
    found = []
    for word in text.split():
        try:
            found.append(float(word))
        except ValueError:
            found.append(word)
    return found


def check_alike(found, wanted):
    assert len(found) == len(wanted)
    for (pixels, header), (before, noted) in zip(found, wanted, strict=True):
        assert same(pixels, before)
        for key in noted.keys() - OWN - LISTED:
            assert as_numbers(header[key]) == as_numbers(noted[key]), key
        for kind in ("motor", "counter"):
            assert places(header, kind) == places(noted, kind)


@pytest.mark.parametrize(
    "name",
    [
        "ID16B_diatomee.edf",
        "ID16_diatomee/data.edf",
        "ID16_diatomee/flat.edf",
        "ID16_diatomee/dark.edf",
        "medipix.edf",
        "series/ID19_D2H2T2_0003.edf",
    ],
)
def test_an_edf_file_comes_back_with_its_header(samples, tmp_path, name):
    convert(samples / name, tmp_path / "a.h5")
    report = convert(tmp_path / "a.h5", tmp_path / "a.edf")
    assert report.verified
    check_alike(pictures(tmp_path / "a.edf"), pictures(samples / name))


def test_a_series_comes_back_as_a_series(samples, tmp_path):
    files = sorted((samples / "series").glob("*.edf"))
    convert(samples / "series" / "ID19_D2H2T2_%04d.edf", tmp_path / "a.h5")
    report = convert(tmp_path / "a.h5", tmp_path / "back_%04d.edf")
    assert len(report.written) == len(files)
    for back, file in zip(report.written, files, strict=True):
        check_alike(pictures(back), pictures(file))


def test_the_groups_of_an_hdf5_file_come_back_as_they_were(samples, tmp_path):
    source = samples / "ID16B_diatomee.h5"
    for group in ("data", "flatfield", "dark"):
        (tmp_path / group).mkdir()
        convert(f"{source}::/{group}", tmp_path / group, format="edf")
    with beamio.File(source) as file:
        for group in ("data", "flatfield", "dark"):
            for name, dataset in file[group].items():
                ((pixels, header),) = pictures(tmp_path / group / f"{name}.edf")
                assert same(pixels, dataset[()])
                assert {key: header[key] for key in dataset.attrs} == {
                    key: str(value) for key, value in dataset.attrs.items()
                }


def test_an_hdf5_file_comes_back_equal(samples, tmp_path):
    for name in ("diffmap.h5", "ID16B_diatomee.h5"):
        convert(samples / name, tmp_path / name)
        with h5py.File(samples / name) as before, h5py.File(tmp_path / name) as after:
            missing = []

            def look(path, item, after=after, missing=missing):
                if not isinstance(item, h5py.Dataset):
                    return
                if path not in after or after[path].dtype != item.dtype:
                    missing.append(path)
                elif item.dtype.kind in "iufc":
                    assert np.array_equal(after[path][()], item[()], equal_nan=True)

            before.visititems(look)
            assert not missing


def test_the_scans_of_a_spec_file_come_back_as_tables(samples, tmp_path):
    convert(samples / "oleg.dat", tmp_path / "a.h5")
    with beamio.open(samples / "oleg.dat") as spec:
        scans = list(spec)
        convert(f"{tmp_path}/a.h5::/{scans[0]}", tmp_path / "a.tsv")
        with (tmp_path / "a.tsv").open(newline="") as file:
            head, *rows = csv.reader(file, delimiter="\t")
        columns = spec[f"{scans[0]}/measurement"]
        for name, *cells in zip(head, *rows, strict=True):
            wanted = columns[name][()]
            assert np.array_equal(np.array(cells, "f8").astype(wanted.dtype), wanted)


def test_a_slice_in_the_name_of_a_source_has_its_headers(samples, tmp_path):
    convert(samples / "ID16B_diatomee.edf", tmp_path / "a.h5")
    path = "scan_0/instrument/detector_0/data"
    convert(f"{tmp_path}/a.h5::/{path}[2:4]", tmp_path / "a.edf")
    check_alike(
        pictures(tmp_path / "a.edf"), pictures(samples / "ID16B_diatomee.edf")[2:4]
    )


@pytest.mark.parametrize("suffix", ["edf", "tif", "npy"])
@settings(max_examples=8)
@given(images(NUMBERS, frames=st.integers(2, 3)))
def test_stacks_of_any_type_come_back(tmp_path_factory, suffix, values):
    folder = tmp_path_factory.mktemp("back")
    np.save(folder / "source.npy", values)
    first, second = folder / f"a.{suffix}", folder / f"b.{suffix}"
    convert(folder / "source.npy", first)
    convert(first, folder / "a.h5")
    convert(folder / "a.h5", second)
    if suffix == "npy":
        assert same(np.load(second), values)
        return
    found = [pixels for pixels, _ in pictures(second)]
    assert all(map(same, found, values))
    assert [pixels.shape for pixels in found] == [frame.shape for frame in values]


@settings(max_examples=8)
@given(images(["i4"], frames=st.integers(2, 3)))
def test_cbf_files_come_back(tmp_path_factory, values):
    folder = tmp_path_factory.mktemp("back")
    np.save(folder / "source.npy", values)
    convert(folder / "source.npy", folder / "a_%04d.cbf")
    convert(folder / "a_%04d.cbf", folder / "a.h5")
    report = convert(folder / "a.h5", folder / "b.cbf")
    for path, wanted in zip(report.written, values, strict=True):
        with beamio.open(path) as file:
            data = file["scan_0/instrument/detector_0/data"][()]
            assert same(data.reshape(wanted.shape), wanted)
