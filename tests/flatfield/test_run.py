import json

import h5py
import numpy as np
import pytest
import scans
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from oracle.correction import assert_close, at, corrected

import beamio
from beamio.model import COMPRESSIONS


def expected(raw, flats, dark, flat_at, positions):
    return np.array(
        [
            corrected(image, at(position, flat_at, flats), dark)
            for image, position in zip(raw, positions, strict=True)
        ]
    )


def result(path):
    with h5py.File(path) as file:
        return file["entry/data/data"][()]


@pytest.mark.parametrize("darks", ["dark", "background"])
def test_groups_of_numbered_images(tmp_path, darks):
    raw, flats, dark = scans.images()
    scan = scans.numbered(tmp_path / "scan.h5", raw, flats, dark, darks=darks)
    report = beamio.flatfield(scan, tmp_path / "out.h5")
    wanted = expected(raw, flats, dark, [0, 500], range(0, 600, 100))
    assert_close(result(tmp_path / "out.h5"), wanted)
    assert report.frames == 6
    assert [series.position for series in report.flats] == [0, 500]
    assert report.invalid == 0


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"chunks": (2, 3, 4), "compression": "gzip", "shuffle": True},
        {"chunks": (1, 5, 7), "compression": 32008, "compression_opts": (0, 2)},
    ],
    ids=["contiguous", "gzip", "bitshuffle-lz4"],
)
def test_one_stack_with_numbered_flats(tmp_path, options):
    import hdf5plugin  # noqa: F401 (registers bitshuffle)

    raw, flats, dark = scans.images(dtype=">u2")
    scan = scans.stack(tmp_path / "scan.h5", raw, flats, dark, **options)
    beamio.flatfield(scan, tmp_path / "out.h5")
    wanted = expected(raw, flats, dark, [0, 5], range(6))
    assert_close(result(tmp_path / "out.h5"), wanted)


def test_dxchange(tmp_path):
    raw, flats, dark = scans.images()
    scan = scans.exchange(tmp_path / "scan.h5", raw, flats, dark)
    report = beamio.flatfield(scan, tmp_path / "out.h5")
    flat = flats.mean(axis=0)  # the median of two
    assert_close(
        result(tmp_path / "out.h5"), [corrected(image, flat, dark) for image in raw]
    )
    assert [series.images for series in report.flats] == [2]


def test_series_of_flats_in_a_numbered_group(tmp_path):
    raw, flats, dark = scans.images()
    rng = np.random.default_rng(3)
    series = flats[:, np.newaxis] + rng.integers(0, 50, (2, 5, 5, 7))
    with h5py.File(tmp_path / "scan.h5", "w") as file:
        file["data"] = raw
        file["flatfield/0000"], file["flatfield/0005"] = series
        file["dark"] = dark
    report = beamio.flatfield(tmp_path / "scan.h5", tmp_path / "out.h5")
    wanted = expected(raw, np.median(series, axis=1), dark, [0, 5], range(6))
    assert_close(result(tmp_path / "out.h5"), wanted)
    assert [(s.position, s.images) for s in report.flats] == [(0, 5), (5, 5)]


def test_flats_and_frames_in_one_stack_are_told_apart_by_slices(tmp_path):
    raw, flats, dark = scans.images()
    with h5py.File(tmp_path / "scan.h5", "w") as file:
        file["all"] = np.concatenate([dark[np.newaxis], flats[:1], raw, flats[1:]])
    beamio.flatfield(
        f"{tmp_path}/scan.h5::/all[2:8]",
        tmp_path / "out.h5",
        flats=["::/all[1:2]", "::/all[8]"],
        darks="::/all[0]",
    )
    wanted = expected(raw, flats, dark, [1, 8], range(2, 8))
    assert_close(result(tmp_path / "out.h5"), wanted)


@pytest.mark.parametrize("kind", scans.EDF_TYPES)
@pytest.mark.parametrize("order", ["<", ">"])
def test_edf_of_every_type(tmp_path, order, kind):
    rng = np.random.default_rng(5)
    raw = rng.integers(0, 100, scans.SHAPE).astype(f"{order}{kind}")
    flats = raw[:1] + 27
    scan = scans.edf(tmp_path / "p.edf", raw)
    flat = scans.edf(tmp_path / "f.edf", flats)
    beamio.flatfield(scan, tmp_path / "o.h5", flats=flat, without_darks=True)
    wanted = [corrected(image, flats[0], np.zeros(raw.shape[1:])) for image in raw]
    assert_close(result(tmp_path / "o.h5"), wanted)


@pytest.mark.parametrize("order", ["<", ">"])
def test_edf_of_many_frames_and_edf_series(tmp_path, order):
    raw, flats, dark = scans.images(dtype=f"{order}u2")
    flat = scans.edf(tmp_path / "flat.edf", flats[:1])
    dark_file = scans.edf(tmp_path / "dark.edf", [dark])
    many = scans.edf(tmp_path / "many.edf", raw)
    for i, image in enumerate(raw):
        scans.edf(tmp_path / f"p_{i}.edf", [image])
    wanted = [corrected(image, flats[0], dark) for image in raw]
    for name, source in {
        "multi": many,
        "glob": f"{tmp_path}/p_*.edf",
        "list": sorted(tmp_path.glob("p_*.edf"), reverse=True),
    }.items():
        out = tmp_path / f"{name}.h5"
        beamio.flatfield(source, out, flats=flat, darks=dark_file)
        assert_close(result(out), wanted)


def test_a_folder_of_edf_needs_no_options(tmp_path):
    raw, flats, dark = scans.images()
    folder = tmp_path / "scan"
    folder.mkdir()
    for i, image in enumerate(raw):
        scans.edf(folder / f"sample_{i:04d}.edf", [image])
    for number, flat in zip((0, 5), flats, strict=True):
        scans.edf(folder / f"refHST_{number:04d}.edf", [flat])
    scans.edf(folder / "dark.edf", [dark])
    (folder / "notes.txt").write_text("nothing")
    beamio.flatfield(folder, tmp_path / "out.h5")
    wanted = expected(raw, flats, dark, [0, 5], range(6))
    assert_close(result(tmp_path / "out.h5"), wanted)


def test_compressed_edf_goes_through_fabio(tmp_path):
    import gzip

    raw, flats, dark = scans.images()
    plain = scans.edf(tmp_path / "p.edf", raw)
    packed = tmp_path / "p.edf.gz"
    packed.write_bytes(gzip.compress(plain.read_bytes()))
    flat = scans.edf(tmp_path / "flat.edf", flats[:1])
    beamio.flatfield(packed, tmp_path / "out.h5", flats=flat, without_darks=True)
    wanted = [corrected(image, flats[0], 0 * dark) for image in raw]
    assert_close(result(tmp_path / "out.h5"), wanted)


def test_positions_from_attributes_and_series_by_time(tmp_path):
    """Flats 0-2 come before all frames, 3-4 after: two series, at their mean times."""
    raw, flats, dark = scans.images()
    shots = np.concatenate([[flats[0] + d for d in (0, 8, 1)], [flats[1]] * 2])
    flat_times = [1.0, 2.0, 3.0, 101.0, 103.0]
    times = 10.0 * np.arange(1, 7)
    with h5py.File(tmp_path / "scan.h5", "w") as file:
        for i, image in enumerate(raw):
            file[f"data/{i:04d}"] = image
            file[f"data/{i:04d}"].attrs["time"] = str(times[i])
        for i, image in enumerate(shots):
            file[f"flatfield/{i:04d}"] = image
            file[f"flatfield/{i:04d}"].attrs["time"] = flat_times[i]
        file["dark"] = dark
    out = tmp_path / "out.h5"
    report = beamio.flatfield(tmp_path / "scan.h5", out, position="@time")
    reduced = [np.median(shots[:3], axis=0), flats[1]]
    assert_close(result(out), expected(raw, reduced, dark, [2, 102], times))
    assert [(s.position, s.images) for s in report.flats] == [(2, 3), (102, 2)]


def test_positions_from_datasets_and_numbers(tmp_path):
    raw, flats, dark = scans.images()
    angles = np.linspace(3, 90, 6)
    with h5py.File(tmp_path / "scan.h5", "w") as file:
        file["exchange/data"], file["exchange/data_white"] = raw, flats
        file["exchange/data_dark"] = dark
        file["exchange/theta"] = angles
        file["exchange/theta"].attrs["units"] = "degree"
        file["exchange/theta_white"] = [0.0, 100.0]
    wanted = expected(raw, flats, dark, [0, 100], angles)
    for i, places in enumerate(["::/exchange/theta_white", "0,100"]):
        out = tmp_path / f"{i}.h5"
        beamio.flatfield(
            tmp_path / "scan.h5",
            out,
            position="/exchange/theta",
            flat_position=places,
        )
        assert_close(result(out), wanted)
        with h5py.File(out) as file:
            np.testing.assert_array_equal(file["entry/data/theta"], angles)
            assert file["entry/data/theta"].attrs["units"] == "degree"


def test_motors_of_edf_headers_are_positions(tmp_path):
    raw, flats, _ = scans.images()

    def header(i):
        return {"motor_mne": "srot sz", "motor_pos": f"{i * 15}.5 3"}

    scan = scans.edf(tmp_path / "p.edf", raw, header)
    flat = scans.edf(tmp_path / "f.edf", flats, lambda i: header(5 * i))
    out = tmp_path / "out.h5"
    beamio.flatfield(scan, out, flats=flat, without_darks=True, position="@srot")
    places = 15.0 * np.arange(6) + 0.5
    zero = np.zeros(raw.shape[1:])
    wanted = expected(raw, flats, zero, [0.5, 75.5], places)
    assert_close(result(out), wanted)
    with h5py.File(out) as file:
        np.testing.assert_array_equal(file["entry/data/srot"], places)


def test_darks_are_placed_like_flats(tmp_path):
    raw, flats, dark = scans.images()
    darks = np.stack([dark, dark + 40])
    with h5py.File(tmp_path / "scan.h5", "w") as file:
        file["data"] = raw
        file["flat"] = flats[0]
        file["dark/0000"], file["dark/0005"] = darks
    beamio.flatfield(tmp_path / "scan.h5", tmp_path / "out.h5")
    wanted = [
        corrected(image, flats[0], at(i, [0, 5], darks)) for i, image in enumerate(raw)
    ]
    assert_close(result(tmp_path / "out.h5"), wanted)


def test_beam_current_of_frames_and_flats(tmp_path):
    raw, flats, dark = scans.images()
    currents = np.linspace(200, 180, 6)
    with h5py.File(scans.stack(tmp_path / "s.h5", raw, flats, dark), "a") as file:
        file["current"], file["flat_current"] = currents, [201.0, 170.0]
    beamio.flatfield(
        tmp_path / "s.h5",
        tmp_path / "out.h5",
        current="::/current",
        flat_current="::/flat_current",
    )
    per_unit = [
        (flat - dark) / c
        for flat, c in zip(flats.astype(float), (201, 170), strict=True)
    ]
    wanted = [
        (raw[i] - dark.astype(float)) / currents[i] / at(i, [0, 5], per_unit)
        for i in range(6)
    ]
    assert_close(result(tmp_path / "out.h5"), np.array(wanted))


def test_frames_region_and_steps(tmp_path):
    raw, flats, dark = scans.images()
    scan = scans.stack(tmp_path / "scan.h5", raw, flats, dark)
    out = tmp_path / "out.h5"
    beamio.flatfield(scan, out, frames="1::2", region="1:4,2:6")
    wanted = expected(raw, flats, dark, [0, 5], range(6))[1::2, 1:4, 2:6]
    assert_close(result(out), wanted)
    with h5py.File(out) as file:
        np.testing.assert_array_equal(file["entry/data/frame"], [1, 3, 5])
        np.testing.assert_array_equal(file["entry/data/row"], [1, 2, 3])
        np.testing.assert_array_equal(file["entry/data/column"], [2, 3, 4, 5])


LOSSLESS = sorted(set(COMPRESSIONS) - {"zfp", "sperr", "sz", "sz3"})
FOR_SMALL_INTEGERS = ["fcidecomp", "htj2k"]


@pytest.mark.parametrize("name", sorted(set(LOSSLESS) - set(FOR_SMALL_INTEGERS)))
@pytest.mark.parametrize("layout", ["stack", "frames"])
def test_every_compression_gives_the_same_numbers(tmp_path, name, layout):
    raw, flats, dark = scans.images()
    scan = scans.numbered(tmp_path / "scan.h5", raw, flats, dark)
    out = tmp_path / "out.h5"
    report = beamio.flatfield(scan, out, compression=name, layout=layout)
    wanted = expected(raw, flats, dark, [0, 500], range(0, 600, 100))
    with h5py.File(out) as file:
        data = file[report.output.partition("::")[2]]
        if layout == "stack":
            got, datasets = data[()], [data]
        else:
            datasets = [data[f"{i:04d}"] for i in range(0, 600, 100)]
            got = np.array([dataset[()] for dataset in datasets])
        filtered = [d.id.get_create_plist().get_nfilters() > 0 for d in datasets]
        assert all(filtered) == (name != "none")
    assert_close(got, wanted)


@pytest.mark.parametrize("name", FOR_SMALL_INTEGERS)
def test_a_compression_of_small_integers_is_refused(tmp_path, name):
    scan = scans.numbered(tmp_path / "scan.h5", *scans.images())
    with pytest.raises(beamio.OptionError, match="not float32"):
        beamio.flatfield(scan, tmp_path / "out.h5", compression=name)
    assert not (tmp_path / "out.h5").exists()


@pytest.mark.parametrize("name", ["zfp:accuracy=0.01", "sperr:absolute=0.01"])
def test_a_lossy_compression_keeps_its_tolerance(tmp_path, name):
    raw, flats, dark = scans.images()
    scan = scans.numbered(tmp_path / "scan.h5", raw, flats, dark)
    wanted = expected(raw, flats, dark, [0, 500], range(0, 600, 100))
    beamio.flatfield(scan, tmp_path / "out.h5", compression=name)
    got = result(tmp_path / "out.h5")
    error = np.abs(got - wanted).max()
    assert 0 < error < 0.02


@pytest.mark.parametrize("layout", ["stack", "frames"])
def test_invalid_pixels_are_counted_and_their_mask_is_kept(tmp_path, layout):
    raw, flats, dark = scans.images()
    flats[:, 0, 0] = dark[0, 0]
    raw[2, 3, 3] = 65535
    scan = scans.numbered(tmp_path / "scan.h5", raw, flats, dark)
    with h5py.File(scan, "a") as file:
        file["pixel_mask"] = np.eye(5, 7)[::-1]
    out = tmp_path / "out.h5"
    report = beamio.flatfield(
        scan, out, invalid=65535, mask="::/pixel_mask", layout=layout, fill="zero"
    )
    masked = np.zeros(raw.shape, np.uint8)
    masked[:, np.eye(5, 7)[::-1] != 0] = beamio.Invalid.MASKED
    masked[2, 3, 3] = beamio.Invalid.MASKED
    masked[:, 0, 0] = beamio.Invalid.NO_BEAM
    assert report.invalid == np.count_nonzero(masked)
    assert report.reasons == {"no_beam": 6, "masked": 6 * 5 + 1}
    with h5py.File(out) as file:
        if layout == "stack":
            got, data = file["entry/data/mask"][()], file["entry/data/data"][()]
        else:
            names = [f"{i:04d}" for i in range(0, 600, 100)]
            got = np.array([file[f"entry/mask/{name}"] for name in names])
            data = np.array([file[f"entry/data/{name}"] for name in names])
        assert file["entry/flat_field/parameters/invalid_pixels"][()] == report.invalid
    np.testing.assert_array_equal(got, masked)
    assert (data[masked != 0] == 0).all()


def test_frames_of_one_name_keep_their_own_dataset(tmp_path):
    raw, flats, dark = scans.images()
    for i in (0, 1):
        (tmp_path / f"{i}").mkdir()
        scans.edf(tmp_path / f"{i}" / "a_7.edf", [raw[i]])
    flat = scans.edf(tmp_path / "flat.edf", flats[:1])
    beamio.flatfield(
        f"{tmp_path}/*/a_7.edf",
        tmp_path / "out.h5",
        flats=flat,
        without_darks=True,
        layout="frames",
    )
    with h5py.File(tmp_path / "out.h5") as file:
        got = [file[f"entry/data/{name}"][()] for name in ("a_7", "a_7_1")]
    assert_close(got, [corrected(image, flats[0], 0 * dark) for image in raw[:2]])


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    held=st.integers(1, 4000), combined=st.integers(1, 4000), threads=st.integers(1, 3)
)
def test_long_series_are_reduced_in_bands(tmp_path, held, combined, threads):
    from unittest.mock import patch

    raw, flats, dark = scans.images()
    rng = np.random.default_rng(4)
    series = flats[0] + rng.integers(0, 100, (9, 5, 7))
    with h5py.File(tmp_path / "scan.h5", "w") as file:
        file["data"], file["flat"], file["dark"] = raw, series, dark
    with (
        patch("beamio.flatfield.reduce._HELD", held),
        patch("beamio.flatfield.reduce._COMBINED", combined),
    ):
        beamio.flatfield(
            tmp_path / "scan.h5", tmp_path / "o.h5", threads=threads, overwrite=True
        )
    flat = np.median(series, axis=0)
    assert_close(result(tmp_path / "o.h5"), [corrected(i, flat, dark) for i in raw])


@pytest.mark.parametrize("layout", ["stack", "frames"])
def test_viewers_find_the_default_plot(tmp_path, layout):
    import silx.io
    from silx.io import nxdata

    raw, flats, dark = scans.images()
    scan = scans.numbered(tmp_path / "scan.h5", raw, flats, dark)
    beamio.flatfield(scan, tmp_path / "out.h5", layout=layout, region="1:4,:")
    with silx.io.open(str(tmp_path / "out.h5")) as file:
        plot = nxdata.get_default(file)
        assert plot is not None
        assert plot.is_valid
        assert plot.interpretation == "image"
        assert plot.signal_ndim == (3 if layout == "stack" else 2)
        if layout == "stack":
            assert plot.axes_dataset_names == ["frame", "row", "column"]
        else:
            names = ["0100", "0200", "0300", "0400", "0500"]
            assert plot.auxiliary_signals_dataset_names == names


def test_the_file_tells_where_it_came_from(tmp_path):
    raw, flats, dark = scans.images()
    scan = scans.numbered(tmp_path / "scan.h5", raw, flats, dark)
    beamio.flatfield(
        scan, tmp_path / "out.h5", log=True, clip=(0, 2), compression="gzip:2"
    )
    with h5py.File(tmp_path / "out.h5") as file:
        process = file["entry/flat_field"]
        assert process.attrs["NX_class"] == "NXprocess"
        assert process["program"].asstr()[()] == "beamio"
        chosen = process["parameters"]
        assert chosen["log"][()]
        assert chosen["clip"][()].tolist() == [0, 2]
        assert chosen["compression"].asstr()[()] == "gzip:2"
        assert chosen["frames"][()].tolist() == list(range(6))
        flat = process["sources/flats_1"]
        assert flat["images"].asstr()[()].tolist() == ["0500"]
        assert flat["position"][()] == 500
        assert flat["files"].asstr()[()].tolist() == [str(scan)]
        assert flat["size"][()].tolist() == [scan.stat().st_size]


def test_progress_is_told_for_every_frame(tmp_path):
    raw, flats, dark = scans.images()
    scan = scans.stack(tmp_path / "scan.h5", raw, flats, dark)
    told = []
    beamio.flatfield(
        scan, tmp_path / "out.h5", progress=lambda *step: told.append(step)
    )
    frames = [step for step in told if step[0] == "correcting"]
    assert frames == [("correcting", i, 6, i * 70) for i in range(1, 7)]


def test_a_report_is_plain_values(tmp_path):
    from dataclasses import asdict

    raw, flats, dark = scans.images()
    scan = scans.stack(tmp_path / "scan.h5", raw, flats, dark)
    report = beamio.flatfield(scan, tmp_path / "out.h5")
    facts = json.loads(json.dumps(asdict(report)))
    assert facts["shape"] == [6, 5, 7]
    assert facts["bytes_read"] == 2 * 5 * 7 * (6 + 2 + 1)
    assert facts["bytes_written"] == (tmp_path / "out.h5").stat().st_size


@pytest.mark.parametrize("layout", ["stack", "frames"])
@pytest.mark.parametrize("compression", ["none", "gzip", "bitshuffle-lz4", "blosc2"])
def test_a_checksum_tells_when_bits_have_changed(tmp_path, compression, layout):
    raw, flats, dark = scans.images()
    scan = scans.numbered(tmp_path / "scan.h5", raw, flats, dark)
    options = {"compression": compression, "layout": layout, "checksum": True}
    beamio.flatfield(scan, tmp_path / "out.h5", **options)
    names = ["data"] if layout == "stack" else [f"{i}00".zfill(4) for i in range(6)]
    with h5py.File(tmp_path / "out.h5") as file:
        images = [file["entry/data"][name] for name in names]
        assert all(image.fletcher32 for image in images)
        found = np.concatenate(
            [image[()].reshape(-1, *raw.shape[1:]) for image in images]
        )
        chunk = images[0].id.get_chunk_info(0)
    assert_close(found, expected(raw, flats, dark, [0, 500], range(0, 600, 100)))
    content = bytearray((tmp_path / "out.h5").read_bytes())
    content[chunk.byte_offset + chunk.size // 2] ^= 4
    (tmp_path / "out.h5").write_bytes(content)
    with beamio.File(tmp_path / "out.h5") as file:
        image = file["entry/data"][names[0]]
        with pytest.raises(beamio.CorruptChunkError, match="fletcher32"):
            image[...]
