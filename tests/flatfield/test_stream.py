"""Frames corrected on their way from file to file, against float64 and h5py."""

from unittest.mock import patch

import h5py
import hdf5plugin
import numpy as np
import pytest
import scans
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from oracle.correction import assert_close

import beamio
from beamio.flatfield import fused
from beamio.flatfield.frame import FrameBuffers, _Batch

SHAPES = [(2, 1, 1), (2, 1, 333), (4, 9, 1), (3, 61, 97), (5, 170, 211)]
"""One pixel, one row, one column, a part of a tile, several tiles and a part of one."""
DTYPES = ["|u1", "<u2", ">u2", "<i4", ">i4", "<f4", ">f4", "<f8", "<u8"]
PIPELINES = {
    "contiguous": {},
    "chunks": {"chunks": True},
    "bitshuffle-lz4": {"compression": hdf5plugin.Bitshuffle(cname="lz4")},
    "bitshuffle": {"compression": hdf5plugin.Bitshuffle(cname="none")},
    "gzip": {"compression": "gzip", "shuffle": True, "fletcher32": True},
    "scaled": {"scaleoffset": 0, "chunks": True},  # only libhdf5 knows it
}
COMPRESSIONS = [
    "none",
    "bitshuffle",
    "bitshuffle-lz4",
    "bitshuffle-zstd",
    "gzip",
    "lz4",
]


def scan_of(path, dtype, shape, pipeline, seed):
    """Write a scan, and return what its correction must be, in float64."""
    raw, flats, dark = scans.images(seed, shape, "i4")
    if np.dtype(dtype).itemsize == 1:
        raw, flats, dark = raw % 100, flats % 100 + 120, dark % 9
    raw, flats, dark = (images.astype(dtype) for images in (raw, flats, dark))
    options = dict(PIPELINES[pipeline])
    if pipeline not in {"contiguous", "scaled", "chunks"}:
        options["chunks"] = (1, *shape[1:])
    scans.stack(path, raw, flats, dark, **options)
    raw, flats, dark = (images.astype("f8") for images in (raw, flats, dark))
    weight = np.linspace(0, 1, len(raw))[:, None, None]
    between = flats[:1] * (1 - weight) + flats[1:] * weight
    return (raw - dark) / (between - dark)


def result(path, names):
    with h5py.File(path) as file:
        if isinstance(file["entry/data"].get("data"), h5py.Dataset):
            return file["entry/data/data"][()]
        return np.array([file[f"entry/data/{name}"][()] for name in names])


@settings(max_examples=120, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_every_way_from_file_to_file_is_right(tmp_path, data):
    shape = data.draw(st.sampled_from(SHAPES))
    dtype = data.draw(st.sampled_from(DTYPES))
    pipeline = data.draw(st.sampled_from(sorted(PIPELINES)))
    if pipeline == "scaled" and np.dtype(dtype).kind == "f":
        pipeline = "chunks"
    scan, out = tmp_path / "scan.h5", tmp_path / "out.h5"
    wanted = scan_of(scan, dtype, shape, pipeline, data.draw(st.integers(0, 9)))
    top = data.draw(st.integers(0, shape[1] - 1))
    left = data.draw(st.integers(0, shape[2] - 1) | st.just(0))
    step = data.draw(st.integers(1, 2))
    chosen = wanted[::step, top:, left:]
    with (
        patch(
            "beamio.model.chunks.FRAME", data.draw(st.sampled_from([1 << 22, 1 << 14]))
        ),
        patch("beamio.flatfield.run._BATCH", data.draw(st.sampled_from([1, 1 << 20]))),
    ):
        beamio.flatfield(
            scan,
            out,
            overwrite=True,
            region=f"{top}:,{left}:",
            frames=f"::{step}",
            compression=data.draw(st.sampled_from(COMPRESSIONS)),
            layout=data.draw(st.sampled_from(["stack", "frames"])),
            dtype=data.draw(st.sampled_from(["float32", "float64", "float16"])),
            threads=data.draw(st.integers(1, 3)),
        )
    got = result(out, [f"{i:04d}" for i in range(0, shape[0], step)])
    assert got.shape == chosen.shape
    bound = 5e-7 if got.dtype.itemsize > 2 else 1e-3
    assert_close(got, chosen, bound=bound)


@pytest.mark.parametrize("compression", COMPRESSIONS)
@pytest.mark.parametrize("source", ["contiguous", "bitshuffle-lz4"])
def test_no_frame_is_in_memory_as_a_whole(tmp_path, monkeypatch, source, compression):
    """The way from file to file is taken, where the fallback would be right as well."""
    wanted = scan_of(tmp_path / "scan.h5", "<u2", (3, 61, 97), source, 0)
    monkeypatch.delattr(FrameBuffers, "_in_memory")
    beamio.flatfield(tmp_path / "scan.h5", tmp_path / "out.h5", compression=compression)
    assert_close(result(tmp_path / "out.h5", []), wanted)


@pytest.mark.parametrize("layout", ["stack", "frames"])
@pytest.mark.parametrize("compression", COMPRESSIONS)
def test_numpy_writes_the_same_file(tmp_path, monkeypatch, compression, layout):
    raw, flats, dark = scans.images(shape=(5, 61, 97))
    flats[:, 3, 5], raw[2, 60, 96] = 0, 65535
    scan = scans.numbered(tmp_path / "scan.h5", raw, flats, dark)
    options = {"layout": layout, "compression": compression, "invalid": 65535}
    first = beamio.flatfield(scan, tmp_path / "native.h5", **options)
    monkeypatch.setattr(fused, "is_available", lambda: False)
    second = beamio.flatfield(scan, tmp_path / "numpy.h5", **options)
    assert first.reasons == second.reasons == {"no_beam": 5, "masked": 1}
    with (
        h5py.File(tmp_path / "native.h5") as native,
        h5py.File(tmp_path / "numpy.h5") as other,
    ):
        names = []
        other.visit(names.append)
        for name in names:
            if isinstance(other[name], h5py.Dataset) and not name.startswith(
                "entry/flat"
            ):
                np.testing.assert_array_equal(native[name][()], other[name][()], name)


@pytest.mark.parametrize("compression", ["none", "bitshuffle-lz4"])
def test_frames_that_were_never_written_are_left_out(tmp_path, compression):
    raw, flats, dark = scans.images()
    scans.stack(tmp_path / "whole.h5", raw, flats, dark)
    scan = scans.stack(tmp_path / "scan.h5", raw, flats, dark)
    with h5py.File(scan, "a") as file:
        del file["data"]
        data = file.create_dataset("data", raw.shape, raw.dtype, chunks=(1, 5, 7))
        data[:4] = raw[:4]
    with patch("beamio.flatfield.run._BATCH", 600):  # the last batch has the gap
        report = beamio.flatfield(scan, tmp_path / "out.h5", compression=compression)
    beamio.flatfield(tmp_path / "whole.h5", tmp_path / "all.h5")
    assert report.reasons == {"unwritten": 70}
    got, wanted = (result(tmp_path / name, []) for name in ("out.h5", "all.h5"))
    np.testing.assert_array_equal(got[:4], wanted[:4])
    assert np.isnan(got[4:]).all()


@pytest.mark.parametrize("order", ["<", ">"])
def test_edf_frames_stay_in_their_files(tmp_path, monkeypatch, order):
    raw, flats, dark = scans.images(dtype=f"{order}u2")
    flat = scans.edf(tmp_path / "flat.edf", flats[:1])
    dark_file = scans.edf(tmp_path / "dark.edf", [dark])
    scan = scans.edf(tmp_path / "many.edf", raw)
    monkeypatch.delattr(_Batch, "read")
    beamio.flatfield(scan, tmp_path / "out.h5", flats=flat, darks=dark_file)
    dark = dark.astype("f8")
    wanted = (raw - dark) / (flats[0] - dark)
    assert_close(result(tmp_path / "out.h5", []), wanted)
