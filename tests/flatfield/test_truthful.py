"""Never numbers that were not measured: what is not there is an error, or invalid."""

import os
from pathlib import Path

import h5py
import numpy as np
import pytest
import scans
from click.testing import CliRunner
from oracle.correction import assert_close, at, corrected

import beamio
from beamio import (
    BeamioError,
    DamagedFileError,
    Invalid,
    MissingFileError,
    MissingImagesError,
    MissingPathError,
    NotAnImageError,
    OptionError,
    OutputError,
)
from beamio.cli import main

RAW, FLATS, DARK = scans.images()
ZERO = np.zeros(DARK.shape)


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def scan(name="scan.h5", raw=RAW):
    return scans.stack(name, raw, FLATS, DARK)


def result(path="out.h5", name="data"):
    with h5py.File(path) as file:
        return file[f"entry/data/{name}"][()]


def interpolated(positions=range(6), ends=(0, 5), raw=RAW):
    return np.array(
        [
            corrected(i, at(p, ends, FLATS), DARK)
            for i, p in zip(raw, positions, strict=True)
        ]
    )


def packed_edf(path, image):
    import gzip

    scans.edf(path.with_suffix(""), [image])
    path.write_bytes(gzip.compress(path.with_suffix("").read_bytes()))
    path.with_suffix("").unlink()


def cbf(path, image):
    from fabio.cbfimage import CbfImage

    CbfImage(data=image.astype(np.int32)).write(str(path))


def tiff(path, image):
    from fabio.tifimage import TifImage

    TifImage(data=image).write(str(path))


@pytest.mark.parametrize(
    ("write", "suffix"), [(packed_edf, "edf.gz"), (cbf, "cbf"), (tiff, "tif")]
)
def test_each_file_of_a_series_is_read_from_itself(folder, write, suffix):
    for i, image in enumerate(RAW):
        write(folder / f"p_{i + 1:04d}.{suffix}", image)
    write(folder / f"flat.{suffix}", FLATS[0])
    write(folder / f"dark.{suffix}", DARK)
    beamio.flatfield(folder, "out.h5")
    assert_close(result(), [corrected(image, FLATS[0], DARK) for image in RAW])


def test_each_file_of_a_series_gives_its_own_header(folder):
    currents = [100, 110, 120, 130, 140, 150]
    for i, image in enumerate(RAW):
        scans.edf(
            folder / f"p_{i + 1:04d}.edf",
            [image],
            lambda _, i=i: {"srcur": currents[i]},
        )
    scans.edf(folder / "flat.edf", FLATS[:1], lambda _: {"srcur": 200})
    beamio.flatfield(
        "p_*.edf",
        "out.h5",
        flats="flat.edf",
        without_darks=True,
        position="@srcur",
        current="@srcur",
        flat_current="@srcur",
    )
    np.testing.assert_array_equal(result(name="srcur"), currents)
    wanted = [
        corrected(image * (200 / c), FLATS[0], ZERO)
        for image, c in zip(RAW.astype(float), currents, strict=True)
    ]
    assert_close(result(), wanted)


def test_an_edf_that_is_cut_inside_its_compression_is_an_error(folder):
    packed_edf(folder / "p.edf.gz", RAW[0])
    scans.edf(folder / "f.edf", FLATS[:1])
    whole = (folder / "p.edf.gz").read_bytes()
    for keep in range(1, len(whole), 7):
        (folder / "p.edf.gz").write_bytes(whole[:keep])
        with pytest.raises(BeamioError, match=r"p\.edf\.gz"):
            beamio.flatfield("p.edf.gz", "out.h5", flats="f.edf", without_darks=True)


@pytest.mark.parametrize("option", ["flats", "darks", "mask"])
def test_a_mistyped_path_is_never_the_scan_itself(folder, option):
    scans.edf(folder / "p.edf", RAW)
    scans.edf(folder / "f.edf", FLATS[:1])
    options = {"flats": "f.edf", "darks": "f.edf", option: "/no/such/file.edf"}
    with pytest.raises(MissingFileError, match=r"/no/such/file\.edf"):
        beamio.flatfield("p.edf", "out.h5", **options)
    with pytest.raises(OptionError, match="is not HDF5"):
        beamio.flatfield("p.edf", "out.h5", **{**options, option: "f.edf::/flat"})


@pytest.mark.parametrize("reduce", ["median", "mean", "sigma-clip"])
@pytest.mark.parametrize("value", [np.inf, -np.inf, np.nan])
def test_what_is_not_finite_in_flats_and_darks_is_left_out(reduce, value):
    flats = np.repeat(FLATS[:1].astype("f4"), 5, axis=0)
    flats[3, 1, 1] = value
    flats[:, 0, 0] = value
    darks = np.repeat(DARK[np.newaxis].astype("f4"), 4, axis=0)
    darks[:, 2, 2] = value
    with h5py.File("s.h5", "w") as file:
        file["data"], file["flat"], file["dark"] = RAW, flats, darks
    report = beamio.flatfield("s.h5", "out.h5", reduce=reduce)
    wanted = np.array([corrected(image, FLATS[0], DARK) for image in RAW])
    wanted[:, 0, 0] = wanted[:, 2, 2] = np.nan
    assert_close(result(), wanted)
    assert report.reasons == {"no_beam": 12}


def virtual(path, sources, shape=RAW.shape):
    layout = h5py.VirtualLayout(shape, "u2")
    for i, (file, name) in sources.items():
        layout[i] = h5py.VirtualSource(file, name, shape[1:])
    with h5py.File(path, "a") as file:
        if "data" in file:
            del file["data"]
        file.create_virtual_dataset("data", layout)


def parts():
    for i, image in enumerate(RAW):
        with h5py.File(f"part_{i}.h5", "w") as file:
            file["d"] = image


def test_a_virtual_stack_is_read_from_its_sources():
    parts()
    virtual(scan(), {i: (f"part_{i}.h5", "d") for i in range(6)})
    beamio.flatfield("scan.h5", "out.h5")
    assert_close(result(), interpolated())


@pytest.mark.parametrize("source", [("part_3.h5", "gone"), (".", "gone")])
def test_a_virtual_source_without_its_dataset_is_an_error(source):
    parts()
    virtual(scan(), {i: (f"part_{i}.h5", "d") for i in range(5)} | {5: source})
    with pytest.raises(MissingPathError, match=r"takes data from .*::gone"):
        beamio.flatfield("scan.h5", "out.h5")


def test_a_virtual_source_of_a_virtual_source_must_be_there():
    parts()
    virtual("middle.h5", {i: (f"part_{i}.h5", "d") for i in range(6)})
    layout = h5py.VirtualLayout(RAW.shape, "u2")
    layout[:] = h5py.VirtualSource("middle.h5", "data", RAW.shape)
    with h5py.File(scan(), "a") as file:
        del file["data"]
        file.create_virtual_dataset("data", layout)
    beamio.flatfield("scan.h5", "out.h5")
    assert_close(result(), interpolated())
    os.unlink("part_4.h5")
    with pytest.raises(MissingFileError, match=r"part_4\.h5"):
        beamio.flatfield("scan.h5", "again.h5")


def test_frames_that_no_source_covers_are_invalid():
    parts()
    virtual(scan(), {i: (f"part_{i}.h5", "d") for i in (0, 1, 4)})
    report = beamio.flatfield("scan.h5", "out.h5")
    wanted = interpolated()
    wanted[[2, 3, 5]] = np.nan
    assert_close(result(), wanted)
    assert report.reasons == {"unwritten": 3 * DARK.size}
    assert (result(name="mask")[2] == Invalid.UNWRITTEN).all()
    assert "3 frames were never written" in report.warnings[0]


@pytest.mark.parametrize("chunks", [(1, 5, 7), (2, 3, 4), (1, 2, 7)])
def test_frames_that_were_never_written_are_invalid(chunks):
    with h5py.File(scan(), "a") as file:
        del file["data"]
        data = file.create_dataset("data", RAW.shape, "u2", chunks=chunks)
        data[:4] = RAW[:4]
    beamio.flatfield("scan.h5", "out.h5", fill="zero")
    assert_close(result()[:4], interpolated()[:4])
    assert (result(name="mask")[4:] == Invalid.UNWRITTEN).all()
    assert not result()[4:].any()


def test_a_stack_that_was_only_announced_is_invalid():
    with h5py.File(scan(), "a") as file:
        del file["data"]
        file.create_dataset("data", RAW.shape, "u2")
    assert np.isnan(beamio.flatfield("scan.h5", "out.h5") and result()).all()


def test_flats_that_were_never_written_are_an_error():
    with h5py.File(scan(), "a") as file:
        del file["flatfield"]
        flats = file.create_dataset("flat", (5, 5, 7), "u2", chunks=(1, 5, 7))
        flats[:2] = FLATS
    with pytest.raises(DamagedFileError, match="3 of the flats were never written"):
        beamio.flatfield("scan.h5", "out.h5")
    beamio.flatfield("scan.h5", "out.h5", flats="::/flat[:2]")


def test_a_file_that_is_cut_while_it_is_read_is_an_error():
    raw = np.repeat(RAW, 200, axis=0)
    scan(raw=raw)
    with h5py.File("scan.h5") as file:
        start = file["data"].id.get_offset()

    def cut(stage, done, *_):
        if stage == "correcting" and done == 2:
            os.truncate("scan.h5", start + raw.nbytes // 2)

    with pytest.raises(DamagedFileError, match=r"scan\.h5"):
        beamio.flatfield("scan.h5", "out.h5", progress=cut)
    assert not os.path.exists("out.h5")


BROKEN = h5py.SoftLink("/gone")


@pytest.mark.parametrize(
    ("members", "error"),
    [
        ({"flat_0000": FLATS[0], "flat_0005": BROKEN}, MissingPathError),
        ({"flat/f_0000": FLATS[0], "flat/f_0005": BROKEN}, MissingPathError),
        ({"flat/0000": FLATS, "flat/0005": BROKEN}, MissingPathError),
        ({"flat/0000": FLATS, "flat/0005": "text"}, NotAnImageError),
        ({"flat/0000": FLATS, "flat/0005": FLATS[:0]}, NotAnImageError),
        ({"flat/0000": FLATS, "flat/0005": FLATS[None]}, NotAnImageError),
        ({"flat/0000": FLATS, "flat/0005": FLATS > 0}, NotAnImageError),
        ({"flat": h5py.SoftLink("/flat")}, MissingPathError),
        ({"flat": h5py.ExternalLink("no.h5", "/flat")}, MissingPathError),
        ({"flat": np.dtype("u2")}, MissingImagesError),
    ],
    ids=range(10),
)
def test_a_member_that_is_no_image_is_never_left_out(members, error):
    with h5py.File(scan(), "a") as file:
        del file["flatfield"]
        for name, value in members.items():
            file[name] = value
    with pytest.raises(error):
        beamio.flatfield("scan.h5", "out.h5")


def test_a_cycle_of_links_is_an_error():
    with h5py.File(scan(), "a") as file:
        del file["data"]
        file["a"], file["b"] = h5py.SoftLink("/b"), h5py.SoftLink("/a")
        file["data"] = h5py.SoftLink("/a")
    with pytest.raises(MissingPathError, match="leads nowhere"):
        beamio.flatfield("scan.h5", "out.h5")


@pytest.mark.parametrize("place", ["master.h5", "master.h5::/data"])
def test_flats_beside_a_link_to_another_file_are_found(place):
    with h5py.File("detector.h5", "w") as file:
        file["a/b/raw"] = RAW
    with h5py.File(scan("master.h5"), "a") as file:
        del file["data"]
        file["data"] = h5py.ExternalLink("detector.h5", "/a/b/raw")
    beamio.flatfield(place, "out.h5")
    assert_close(result(), interpolated())


def refused(source, output, match="would replace the input", **options):
    before = {name: Path(name).read_bytes() for name in os.listdir()}
    with pytest.raises(BeamioError, match=match):
        beamio.flatfield(source, output, overwrite=True, **options)
    assert {name: Path(name).read_bytes() for name in os.listdir()} == before


def test_nothing_that_is_read_is_replaced():
    parts()
    virtual(scan(), {i: (f"part_{i}.h5", "d") for i in range(6)})
    refused("scan.h5", "part_3.h5")
    refused("scan.h5", "out.h5", preview="part_3.h5")
    with h5py.File(scan("master.h5"), "a") as file:
        del file["data"]
        file["data"] = h5py.ExternalLink("scan.h5", "/data")
    for name in ("scan.h5", "master.h5", "part_0.h5"):
        refused("master.h5", name)
    with h5py.File("places.h5", "w") as file:
        file["p"] = np.arange(6.0)
    refused("scan.h5", "places.h5", position="places.h5::/p", flat_position="0,5")
    refused("scan.h5", "out.h5", preview="./out.h5", match="both as output and as")
    here = os.path.abspath("out.h5")
    refused("scan.h5", "out.h5", preview=here, match="both as output and as")


def test_a_device_is_never_replaced():
    os.mkfifo("pipe")
    scan()
    with pytest.raises(OutputError, match="not a file"):
        beamio.flatfield("scan.h5", "pipe", overwrite=True)


def test_a_dot_in_a_name_is_not_the_end_of_it(folder):
    for i, image in enumerate(RAW):
        scans.edf(folder / f"scan_25.5keV_{i:04d}.edf", [image])
    for i, flat in zip((0, 5), FLATS, strict=True):
        scans.edf(folder / f"flat_25.5keV_{i:04d}.edf", [flat])
    beamio.flatfield(
        "scan_*.edf", "out.h5", flats="flat_*.edf", without_darks=True, layout="frames"
    )
    for i in range(6):
        wanted = corrected(RAW[i], at(i, [0, 5], FLATS), ZERO)
        assert_close(result(name=f"scan_25.5keV_{i:04d}"), wanted)


def test_frames_of_several_stacks_are_counted_through(folder):
    scans.edf(folder / "a.edf", RAW[:3])
    scans.edf(folder / "b.edf", RAW[3:])
    for i, flat in zip((0, 5), FLATS, strict=True):
        scans.edf(folder / f"f_{i}.edf", [flat])
    beamio.flatfield(["a.edf", "b.edf"], "out.h5", flats="f_*.edf", without_darks=True)
    wanted = [corrected(RAW[i], at(i, [0, 5], FLATS), ZERO) for i in range(6)]
    assert_close(result(), wanted)


def test_the_references_of_an_esrf_folder_are_flats(folder):
    for i, image in enumerate(RAW):
        scans.edf(folder / f"p_{i:04d}.edf", [image])
    for i, flat in zip((0, 5), FLATS, strict=True):
        scans.edf(folder / f"ref0000_{i:04d}.edf", [flat])
    scans.edf(folder / "darkend0000.EDF", [DARK])
    beamio.flatfield(folder, "out.h5")
    assert_close(result(), interpolated())


def test_a_folder_with_two_series_is_not_one_scan(folder):
    for name in ("a_0000", "a_0001", "b_0000", "b_0001", "flat", "dark"):
        scans.edf(folder / f"{name}.edf", FLATS[:1])
    with pytest.raises(
        MissingImagesError, match=r"2 series of images, such as a\* and b"
    ):
        beamio.flatfield(folder, "out.h5")


def test_thousands_of_frames_have_a_dataset_each():
    raw = np.tile(RAW, (250, 1, 1))
    report = beamio.flatfield(scan(raw=raw), "out.h5", layout="frames")
    with h5py.File("out.h5") as file:
        group = file["entry/data"]
        assert len(group) == report.frames == 1500
        assert group.attrs["signal"] == "0000"
        assert len(group.attrs["auxiliary_signals"]) == 1000


def test_bytes_that_are_no_text_are_kept_readable():
    name = os.fsdecode(b"caf\xe9.h5")
    with h5py.File(scan(name), "a") as file:
        file["p"] = np.arange(6.0)
        file["p"].attrs.create("units", b"\xb0", dtype=h5py.string_dtype())
    options = ["--position", "::/p", "--flat-position", "0,5"]
    result_ = CliRunner().invoke(main, ["flatfield", name, "-o", "o.h5", *options])
    assert result_.exit_code == 0, result_.output
    with h5py.File("o.h5") as file:
        source = file["entry/flat_field/sources/raw/dataset"].asstr()[()]
        assert source == "caf\\udce9.h5::/data"


@pytest.mark.parametrize("value", ["18446744073709551616", "-9223372036854775809", "x"])
def test_a_value_that_no_detector_writes_is_refused(value):
    scan()
    arguments = ["flatfield", "scan.h5", "-o", "o.h5", "--invalid", value]
    assert CliRunner().invoke(main, arguments).exit_code in {1, 2}


def test_the_largest_value_of_64_bits_is_exact():
    top = 2**64 - 1
    raw = np.array([[top, top - 1]], "u8")
    flat = np.array([[top, top]], "u8") // 2
    with h5py.File("s.h5", "w") as file:
        file["data"], file["flat"] = raw, flat
    beamio.flatfield("s.h5", "out.h5", without_darks=True, invalid=top)
    assert np.isnan(result()).tolist() == [[[True, False]]]


@pytest.mark.parametrize("name", ["a$b_{$_0001", "烟_0001", "a\tb_0001", "row", ".h_1"])
def test_any_name_can_be_drawn_and_written(folder, name):
    scans.edf(folder / f"{name}.edf", RAW[:1].astype("f8") * 1e300)
    scans.edf(folder / "f.edf", FLATS[:1])
    options = {"without_darks": True, "layout": "frames", "region": ":3,:"}
    beamio.flatfield(
        f"{name}.edf",
        "o.h5",
        flats="f.edf",
        preview="p.png",
        dtype="float64",
        **options,
    )
    with h5py.File("o.h5") as file:
        signal = file["entry/data"].attrs["signal"]
        wanted = corrected(RAW[0] * 1e300, FLATS[0], ZERO)[:3]
        assert_close(file["entry/data"][signal], wanted)


def test_a_boolean_image_is_a_mask():
    with h5py.File(scan(), "a") as file:
        file["hot"] = np.eye(5, 7, dtype=bool)
    report = beamio.flatfield("scan.h5", "out.h5", mask="::/hot")
    assert report.reasons == {"masked": 30}


def test_a_part_of_a_list_of_positions():
    with h5py.File(scan(), "a") as file:
        file["p"] = np.arange(20.0)
    beamio.flatfield("scan.h5", "out.h5", position="::/p[3:9]", flat_position="3,8")
    assert_close(result(), interpolated())
    np.testing.assert_array_equal(result(name="p"), np.arange(3, 9))


@pytest.mark.parametrize("source", ["@", "", "::/c", "::/t"])
def test_positions_that_are_no_numbers_are_refused(source):
    with h5py.File(scan(), "a") as file:
        file["c"] = np.ones(6, complex)
        file["t"] = np.ones((6, 2))
    with pytest.raises(BeamioError):
        beamio.flatfield("scan.h5", "out.h5", position=source)


def test_damaged_bytes_are_an_error_or_nothing():
    """Any flipped byte of the structure gives a beamio error or a result, no other."""
    whole = scan() and Path("scan.h5").read_bytes()
    generator = np.random.default_rng(7)
    for _ in range(150):
        damaged = bytearray(whole)
        for _ in range(3):
            damaged[generator.integers(len(whole))] = generator.integers(256)
        Path("scan.h5").write_bytes(damaged)
        arguments = ["flatfield", "scan.h5", "-o", "out.h5", "--overwrite"]
        outcome = CliRunner().invoke(main, arguments)
        assert outcome.exit_code in {0, 1}, outcome.exception
        assert "Traceback" not in outcome.output


def mapped(parts, shape=RAW.shape, maxshape=None, scan_name="scan.h5"):
    """Give the scan a virtual stack of (index, file, source index)."""
    layout = h5py.VirtualLayout(shape, "u2", maxshape=maxshape)
    for index, file, chosen in parts:
        layout[index] = h5py.VirtualSource(file, "d", RAW.shape)[chosen]
    with h5py.File(scan(scan_name), "a") as file:
        del file["data"]
        file.create_virtual_dataset("data", layout)


def whole(name, raw=RAW, written=6):
    with h5py.File(name, "w") as file:
        data = file.create_dataset("d", raw.shape, "u2", chunks=(1, *raw.shape[1:]))
        data[:written] = raw[:written]


def assert_only_missing(missing):
    report = beamio.flatfield("scan.h5", "out.h5", overwrite=True)
    wanted = interpolated()
    wanted[missing] = np.nan
    assert_close(result(), wanted)
    count = int(np.isnan(wanted).sum())
    assert report.reasons == ({"unwritten": count} if count else {})


def test_gaps_between_modules_are_invalid_and_nothing_else():
    whole("a.h5")
    rows = np.s_[:, :2], np.s_[:, 3:]
    mapped([(index, "a.h5", index) for index in rows])
    assert_only_missing(np.s_[:, 2])


def test_interleaved_sources_cover_everything():
    whole("a.h5")
    mapped([(np.s_[0::2], "a.h5", np.s_[0::2]), (np.s_[1::2], "a.h5", np.s_[1::2])])
    assert_only_missing(np.s_[:0])


def test_overlapping_sources_do_not_hide_a_hole():
    whole("a.h5")
    mapped(
        [(np.s_[:, 0:3], "a.h5", np.s_[:, 0:3]), (np.s_[:, 1:4], "a.h5", np.s_[:, 1:4])]
    )
    assert_only_missing(np.s_[:, 4])


def test_a_stack_that_may_grow_is_covered_as_far_as_it_is():
    whole("a.h5")
    mapped([(np.s_[0:4], "a.h5", np.s_[0:4])], maxshape=(None, 5, 7))
    assert_only_missing(np.s_[4:])


def test_what_a_source_lacks_is_missing_in_the_virtual_stack():
    whole("a.h5", written=4)
    mapped([(np.s_[:], "a.h5", np.s_[:])])
    assert_only_missing(np.s_[4:])
    mapped([(np.s_[0:3], "a.h5", np.s_[3:6])])
    report = beamio.flatfield("scan.h5", "out.h5", overwrite=True)
    assert report.reasons == {"unwritten": 5 * DARK.size}  # one is there


def test_flats_with_gaps_between_modules_are_flats():
    whole("a.h5", np.repeat(FLATS, 3, axis=0))
    layout = h5py.VirtualLayout(RAW.shape, "u2")
    source = h5py.VirtualSource("a.h5", "d", RAW.shape)
    layout[:, :2], layout[:, 3:] = source[:, :2], source[:, 3:]
    with h5py.File(scan(), "a") as file:
        del file["flatfield"]
        file.create_virtual_dataset("flat", layout)
    report = beamio.flatfield("scan.h5", "out.h5", reduce="mean")
    assert report.reasons == {"no_beam": 6 * 7}
    flat = FLATS.mean(axis=0)
    flat[2] = np.nan
    assert_close(result(), [corrected(image, flat, DARK) for image in RAW])


def test_a_source_in_a_missing_folder_is_missing():
    whole("a.h5")
    mapped([(np.s_[:], "sub/a.h5", np.s_[:])])
    with pytest.raises(MissingFileError, match=r"sub/a\.h5"):
        beamio.flatfield("scan.h5", "out.h5")


def test_sources_beside_the_file_that_a_link_points_to_are_found(folder):
    (folder / "real").mkdir()
    os.chdir(folder / "real")
    whole("a.h5")
    mapped([(np.s_[:], "a.h5", np.s_[:])])
    os.chdir(folder)
    os.symlink("real/scan.h5", "scan.h5")
    assert_only_missing(np.s_[:0])


def test_sources_of_a_pattern_are_not_replaced():
    for i in range(6):
        with h5py.File(f"s_{i}.h5", "w") as file:
            file["d"] = RAW[i : i + 1]
    space = h5py.h5s.create_simple((6, 5, 7), (h5py.h5s.UNLIMITED, 5, 7))
    unlimited = h5py.h5s.UNLIMITED
    space.select_hyperslab((0, 0, 0), (unlimited, 1, 1), (1, 5, 7), (1, 5, 7))
    properties = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
    part = h5py.h5s.create_simple((1, 5, 7))
    properties.set_virtual(space, b"s_%b.h5", b"d", part)
    with h5py.File(scan(), "a") as file:
        del file["data"]
        whole_space = h5py.h5s.create_simple((6, 5, 7), (unlimited, 5, 7))
        h5py.h5d.create(
            file.id, b"data", h5py.h5t.NATIVE_UINT16, whole_space, properties
        )
    refused("scan.h5", "s_1.h5")
    assert_only_missing(np.s_[:0])


def test_a_file_alone_is_searched_for_flats_by_name():
    with h5py.File("other.h5", "w") as file:
        file["data"], file["flat"], file["dark"] = RAW, FLATS, DARK
    with h5py.File("groups.h5", "w") as file:
        file["a/flatfield/0000"], file["a/flatfield/0005"] = FLATS
    with h5py.File("one.h5", "w") as file:
        file["x/y"] = FLATS
    with h5py.File("two.h5", "w") as file:
        file["x"], file["y"] = FLATS
    scan()
    flat = FLATS.mean(axis=0)
    for name, wanted in {
        "other.h5": [corrected(image, flat, DARK) for image in RAW],
        "groups.h5": interpolated(),
        "one.h5": [corrected(image, flat, DARK) for image in RAW],
    }.items():
        beamio.flatfield("scan.h5", "out.h5", flats=name, overwrite=True)
        assert_close(result(), wanted)
    with pytest.raises(NotAnImageError, match="no images that are flats for sure"):
        beamio.flatfield("scan.h5", "no.h5", flats="two.h5")
    for name in ("", "::", "::/"):
        with pytest.raises(OptionError):
            beamio.flatfield("scan.h5", "no.h5", flats=name)


def test_the_invalid_value_is_looked_for_in_measured_images_only():
    with h5py.File("s.h5", "w") as file:
        file["data"] = np.full((2, 3, 3), 50, "u2")
        file["flat"] = np.array([[[99] * 3] * 3, [[101] * 3] * 3], "u2")
    beamio.flatfield("s.h5", "out.h5", without_darks=True, invalid=100)
    assert (result() == 0.5).all()


def test_flats_by_index_lie_at_their_index():
    with h5py.File(scan(), "a") as file:
        del file["flatfield"]
        file["flat"] = FLATS
    beamio.flatfield("scan.h5", "out.h5", flat_position="index")
    assert_close(result(), interpolated(ends=(0, 1)))
    with pytest.raises(beamio.PositionError, match="no number in the name"):
        beamio.flatfield("scan.h5", "no.h5", flat_position="number")


def test_times_are_numbers_wherever_they_stand(monkeypatch):
    monkeypatch.setenv("TZ", "Europe/Paris")
    with h5py.File(scan(), "a") as file:
        file["t"] = [f"2024-10-27T0{hour}:00:00" for hour in range(6)]
    ends = "2024-10-27T00:00:00,2024-10-27T05:00:00+00:00"
    beamio.flatfield("scan.h5", "out.h5", position="::/t", flat_position=ends)
    assert_close(result(), interpolated())


def test_a_file_that_is_named_twice_is_one_frame(folder):
    for i in range(3):
        scans.edf(folder / f"p_{i}.edf", [RAW[i]])
    scans.edf(folder / "f.edf", FLATS[:1])
    names = ["p_*.edf", "p_1.edf"]
    report = beamio.flatfield(names, "o.h5", flats="f.edf", without_darks=True)
    assert report.frames == 3


def test_names_with_colons_are_names(folder):
    (folder / "a").mkdir()
    for i in range(2):
        scans.edf(folder / "a" / f"p::{i}.edf", [RAW[i]])
    scans.edf(folder / "a" / "flat::1.edf", FLATS[:1])
    report = beamio.flatfield("a", "o.h5", without_darks=True)
    assert report.frames == 2
    scan("s::2.h5")
    assert beamio.flatfield("s::2.h5", "p.h5").frames == 6


@pytest.mark.parametrize(
    "options",
    [
        {"frames": 3},
        {"frames": slice(None, None, 0)},
        {"region": (slice(1), slice(1))},
        {"invalid": "65535"},
        {"threads": "2"},
        {"threads": 0},
        {"clip": (0, 1, 2)},
        {"compression": None},
        {"position": ""},
        {"mask": ""},
    ],
    ids=str,
)
def test_options_of_a_wrong_kind_are_refused(options):
    scan()
    with pytest.raises(OptionError):
        beamio.flatfield("scan.h5", "out.h5", **options)


def test_positions_may_be_a_list_or_an_array():
    with h5py.File(scan(), "a") as file:
        del file["flatfield"]
        file["flat"] = FLATS
    for i, places in enumerate(([0, 5], np.array([0.0, 5.0]))):
        beamio.flatfield("scan.h5", f"{i}.h5", flat_position=places)
        assert_close(result(f"{i}.h5"), interpolated())


def test_unwritten_frames_are_invalid_in_the_preview(monkeypatch):
    from beamio.flatfield import preview

    drawn = []
    monkeypatch.setattr(preview, "draw_panels", lambda rows, _: drawn.extend(rows))
    whole("a.h5", written=3)
    mapped([(np.s_[:], "a.h5", np.s_[:])])
    Path("p.png").touch()
    beamio.flatfield("scan.h5", "out.h5", preview="p.png", overwrite=True)
    assert [np.isnan(row[2].image).all() for row in drawn] == [False, False, True]


def test_a_picture_that_fails_leaves_no_output(monkeypatch):
    from beamio.flatfield import preview

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(preview, "draw_panels", full)
    scan()
    with pytest.raises(beamio.DiskFullError):
        beamio.flatfield("scan.h5", "out.h5", preview="p.png")
    assert os.listdir() == ["scan.h5"]
