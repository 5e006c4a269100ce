import shutil

import h5py
import numpy as np
import pytest
from image_files import write_edf, write_tiff
from nexus.tomography import (
    BLISS_KEYS,
    COUNT,
    KEYS,
    bliss,
    by_nxtomo,
    exchange,
    frames,
    read_by_nxtomo,
)
from scans import numbered

from beamio import (
    DamagedFileError,
    MissingFileError,
    MissingImagesError,
    MissingMetadataError,
    OptionError,
    OutputError,
    OutputExistsError,
    PositionError,
    ShapeMismatchError,
    UnitError,
    build_nxtomo,
)
from beamio.nexus import NXtomo, validate

RAW, FLATS, DARKS = (
    frames((6, 5, 7)),
    frames((4, 5, 7), seed=1),
    frames((2, 5, 7), seed=2),
)


def only(values):
    """The one value that all are."""
    (value,) = set(np.atleast_1d(values).tolist())
    return value


def keys(path):
    with h5py.File(path) as file:
        return file["entry/instrument/detector/image_key_control"][()].tolist()


def data(path):
    return read_by_nxtomo(path).instrument.detector.data


@pytest.mark.parametrize("options", [{}, {"link": True}, {"filter": "bitshuffle-lz4"}])
def test_dxchange_becomes_an_nxtomo(tmp_path, options):
    source = exchange(tmp_path / "a.h5", RAW, FLATS, DARKS)
    report = build_nxtomo(source, tmp_path / "a.nx", **options)
    assert report.layout == "DXchange"
    assert report.counts == {"darks": 2, "flats": 4, "projections": 6}
    np.testing.assert_array_equal(
        data(tmp_path / "a.nx"), np.concatenate([DARKS, FLATS, RAW])
    )
    with NXtomo.read(tmp_path / "a.nx") as found:
        assert found.projections.rotation_angle.tolist() == [0, 30, 60, 90, 120, 150]
        assert (found.energy, found.distance) == (27.4, 0.06)
        assert only(found.count_time) == 0.1
        assert (found.x_pixel_size, found.detector_x_pixel_size) == pytest.approx(
            (1.17e-6, 5.86e-6)
        )
        assert found.current.tolist() == [0.1015] * 12
        assert found.source_name == "Advanced Photon Source"
        assert found.sample_name == "shale"
    assert not report.missing


@pytest.mark.parametrize("link", [False, True])
@pytest.mark.parametrize("by_key", [False, True])
def test_a_scan_of_bliss_becomes_an_nxtomo(tmp_path, link, by_key):
    pixels = frames((16, 5, 7))
    source = bliss(tmp_path / "raw", pixels, by_key=by_key)
    report = build_nxtomo(source, tmp_path / "a.nx", link=link)
    assert report.layout == "BLISS"
    assert keys(tmp_path / "a.nx") == BLISS_KEYS
    np.testing.assert_array_equal(data(tmp_path / "a.nx"), pixels)
    with NXtomo.read(tmp_path / "a.nx") as found:
        assert [one.indices.tolist() for one in found.flats] == [
            [2, 3, 4],
            [11, 12, 13],
        ]
        assert found.projections.rotation_angle.tolist() == [0, 30, 60, 90, 120, 150]
        assert found.flats[1].rotation_angle.tolist() == [180] * 3
        known = (found.energy, found.distance, found.x_pixel_size)
        assert known == (34, 1.2, pytest.approx(3.2e-6))
        assert found.count_time.tolist() == [0.05] * 16
        np.testing.assert_allclose(found.current[:4], [0.198, 0.199, 0.198, 0.199])
        assert (found.sample_name, found.title) == ("bone", "tomo:fullturn")
        assert found.start_time.startswith("2026-03-01T10:00")
        assert found.end_time.startswith("2026-03-01T10:09")
    if link:
        shutil.rmtree(tmp_path / "raw/scan0004")
        with pytest.raises(MissingFileError, match=r"pcoedge"):
            NXtomo.read(tmp_path / "a.nx")


def test_every_linked_frame_is_compared_when_asked(tmp_path):
    source = exchange(tmp_path / "a.h5", RAW, FLATS, DARKS)
    few = build_nxtomo(source, tmp_path / "a.nx", link=True)
    every = build_nxtomo(source, tmp_path / "b.nx", link=True, verify=True)
    none = build_nxtomo(source, tmp_path / "c.nx", link=True, verify=False)
    copied = build_nxtomo(source, tmp_path / "d.nx")
    found = [report.compared for report in (few, every, none, copied)]
    assert found == [6, 12, 0, 12]
    assert not none.verified


def test_a_linked_frame_that_differs_is_found_when_every_one_is_compared(
    tmp_path, monkeypatch
):
    source = exchange(tmp_path / "a.h5", RAW, FLATS, DARKS)
    others = exchange(tmp_path / "b.h5", RAW[::-1], FLATS, DARKS)
    made = h5py.VirtualLayout((12, 5, 7), "u2")
    for start, name, stack in (
        (0, "data_dark", DARKS), (2, "data_white", FLATS), (6, "data", RAW)
    ):  # fmt: skip
        made[start : start + len(stack)] = h5py.VirtualSource(
            str(source), f"exchange/{name}", stack.shape
        )
    wrong = h5py.VirtualSource(str(others), "exchange/data", RAW.shape)
    made[8] = wrong[2]

    def instead(_frames, group, name, _output):
        return group.create_virtual_dataset(name, made)

    monkeypatch.setattr("beamio.nexus.nxtomo.storing.link_frames", instead)
    build_nxtomo(source, tmp_path / "few.nx", link=True)
    with pytest.raises(OutputError, match="reads differently"):
        build_nxtomo(source, tmp_path / "every.nx", link=True, verify=True)
    assert not (tmp_path / "every.nx").exists()


def test_a_current_of_projections_alone_is_not_made_up_for_flats(tmp_path):
    source = exchange(tmp_path / "a.h5", RAW, FLATS, DARKS)
    with h5py.File(source, "r+") as file:
        del file["measurement/instrument/source/current"]
        file["measurement/instrument/source/current"] = np.arange(6) + 190.0
    report = build_nxtomo(source, tmp_path / "a.nx")
    assert report.missing == ("current",)
    with pytest.raises(OptionError, match="of flats and darks it must be told as well"):
        build_nxtomo(source, tmp_path / "b.nx", current=np.arange(6))
    build_nxtomo(source, tmp_path / "b.nx", current=np.arange(12))
    with NXtomo.read(tmp_path / "b.nx") as found:
        assert found.current.tolist() == list(range(12))


def test_one_of_several_scans_of_bliss_is_chosen(tmp_path):
    one, two = frames((16, 5, 7)), frames((16, 5, 7), seed=5)
    source = bliss(tmp_path / "raw", one)
    bliss(tmp_path / "raw", two, first=7, mode="a")
    with pytest.raises(MissingImagesError, match=r"2 scans: /1\.1, /7\.1; choose one"):
        build_nxtomo(source, tmp_path / "a.nx")
    build_nxtomo(f"{source}::/7.1", tmp_path / "a.nx")
    np.testing.assert_array_equal(data(tmp_path / "a.nx"), two)
    build_nxtomo(f"{source}::/4.1", tmp_path / "b.nx")
    np.testing.assert_array_equal(data(tmp_path / "b.nx"), one)


def test_one_of_several_detectors_is_chosen(tmp_path):
    pixels, others = frames((16, 5, 7)), frames((16, 3, 4))
    source = bliss(tmp_path / "raw", pixels)
    with h5py.File(source, "r+") as file:
        for number, start, count in (
            (2, 0, 2),
            (3, 2, 3),
            (4, 5, 6),
            (5, 11, 3),
            (6, 14, 2),
        ):
            camera = file[f"{number}.1"].create_group("instrument/basler")
            camera.attrs["NX_class"] = "NXdetector"
            camera["data"] = others[start : start + count]
    build_nxtomo(source, tmp_path / "a.nx")  # the one that the scan was made for
    np.testing.assert_array_equal(data(tmp_path / "a.nx"), pixels)
    build_nxtomo(source, tmp_path / "b.nx", detector="basler")
    np.testing.assert_array_equal(data(tmp_path / "b.nx"), others)
    with pytest.raises(
        OptionError, match=r"2 detectors; choose .* did you mean basler"
    ):
        build_nxtomo(source, tmp_path / "c.nx", detector="bassler")
    with h5py.File(source, "r+") as file:
        for number in range(2, 7):
            del file[f"{number}.1/technique/tomoconfig/detector"]
    with pytest.raises(OptionError, match=r"2 detectors; choose one with --detector"):
        build_nxtomo(source, tmp_path / "c.nx")


def test_frames_of_bliss_that_are_gone_are_an_error(tmp_path):
    source = bliss(tmp_path / "raw", frames((16, 5, 7)))
    (tmp_path / "raw/scan0004/pcoedge_0001.h5").unlink()
    with pytest.raises(MissingFileError, match=r"pcoedge_0001\.h5, which is not there"):
        build_nxtomo(source, tmp_path / "a.nx")
    assert not (tmp_path / "a.nx").exists()


@pytest.mark.parametrize("link", [False, True])
def test_a_scan_that_was_stopped_is_built_without_what_is_missing(tmp_path, link):
    pixels = frames((16, 5, 7))
    source = bliss(tmp_path / "raw", pixels)
    with h5py.File(tmp_path / "raw/scan0004/pcoedge.h5", "w") as file:
        layout = h5py.VirtualLayout((6, 5, 7), "u2")
        for block in range(2):
            part = h5py.VirtualSource(
                f"pcoedge_{block:04d}.h5", "entry/data", (2, 5, 7)
            )
            layout[2 * block : 2 * block + 2] = part
        file.create_virtual_dataset("entry/data", layout)
    with h5py.File(source, "r+") as file:
        del file["4.1/measurement/srot"], file["4.1/measurement/current"]
        file["4.1/measurement/srot"] = [0.0, 30, 60, 90, 120]
    with pytest.raises(DamagedFileError, match=r"2 frames .* with --gaps skip"):
        build_nxtomo(source, tmp_path / "a.nx", link=link)
    report = build_nxtomo(source, tmp_path / "a.nx", link=link, gaps="skip")
    assert (report.left_out, report.frames) == (2, 14)
    there = [*range(9), *range(11, 16)]
    np.testing.assert_array_equal(data(tmp_path / "a.nx"), pixels[there])
    with NXtomo.read(tmp_path / "a.nx") as found:
        assert found.projections.rotation_angle.tolist() == [0, 30, 60, 90]


def test_a_range_of_angles_needs_all_numbers_of_a_series(tmp_path):
    folder = edf_series(tmp_path / "scan")
    (folder / "scan_0002.edf").unlink()
    with pytest.raises(OptionError, match=r"as 1 is followed by 3, so a range"):
        build_nxtomo(folder, tmp_path / "a.nx", angles="0:180")
    build_nxtomo(folder, tmp_path / "a.nx")
    with NXtomo.read(tmp_path / "a.nx") as found:
        assert found.projections.rotation_angle.tolist() == [0, 10, 30, 40, 50]


def headers(angles):
    return [
        {
            "motor_mne": "sx srot", "motor_pos": f"1.5 {angle}",
            "counter_mne": "sec srcur", "counter_pos": f"0.5 {200 - i}",
            "energy": "29.6", "pixel_size": "0.65", "count_time": "0.5",
        }
        for i, angle in enumerate(angles)
    ]  # fmt: skip


def edf_series(folder, *, flats=1):
    """A folder as ID19 leaves it, with a flat before and after."""
    folder.mkdir()
    for i, (image, header) in enumerate(
        zip(RAW, headers(range(0, 60, 10)), strict=True)
    ):
        write_edf(folder / f"scan_{i:04d}.edf", [image], [header])
    for name, image in (("ref0000_0000", 0), ("ref0000_0005", 1)):
        write_edf(folder / f"{name}.edf", [FLATS[image]], flats * headers([0]) or None)
    write_edf(folder / "dark.edf", [DARKS[0]], headers([0]))
    return folder


def test_a_series_of_edf_files_becomes_an_nxtomo(tmp_path):
    build_nxtomo(edf_series(tmp_path / "scan"), tmp_path / "a.nx")
    assert keys(tmp_path / "a.nx") == [2, 1, 0, 0, 0, 0, 0, 0, 1]
    wanted = np.concatenate([DARKS[:1], FLATS[:1], RAW, FLATS[1:2]])
    np.testing.assert_array_equal(data(tmp_path / "a.nx"), wanted)
    with NXtomo.read(tmp_path / "a.nx") as found:
        assert found.rotation_angle.tolist() == [0, 0, 0, 10, 20, 30, 40, 50, 50]
        assert (found.energy, only(found.count_time), found.x_pixel_size) == (
            29.6,
            0.5,
            6.5e-7,
        )
        np.testing.assert_allclose(found.current[2:8], 0.2 - np.arange(6) / 1000)
    untold = build_nxtomo(edf_series(tmp_path / "two", flats=0), tmp_path / "c.nx")
    assert "current" in untold.missing
    with pytest.raises(OptionError, match="does not lie in an HDF5 file"):
        build_nxtomo(tmp_path / "scan", tmp_path / "b.nx", link=True)


@pytest.mark.parametrize("named", [False, True])
def test_folders_of_tiff_files_become_an_nxtomo(tmp_path, named):
    for name, images in (("projections", RAW), ("flats", FLATS), ("darks", DARKS)):
        (tmp_path / "scan" / name).mkdir(parents=True)
        for i, image in enumerate(images):
            write_tiff(tmp_path / "scan" / name / f"{name[:4]}_{i:03d}.tif", [image])
    source, options = tmp_path / "scan", {}
    if named:
        source = tmp_path / "scan/projections"
        options = {f"{name}s": tmp_path / f"scan/{name}s" for name in ("flat", "dark")}
    with pytest.raises(MissingMetadataError, match=r"give --angles 0:180"):
        build_nxtomo(source, tmp_path / "a.nx", **options)
    report = build_nxtomo(source, tmp_path / "a.nx", angles="0..180", **options)
    assert report.counts == {"darks": 2, "flats": 4, "projections": 6}
    with NXtomo.read(tmp_path / "a.nx") as found:
        assert found.projections.rotation_angle.tolist() == [0, 36, 72, 108, 144, 180]
        for images, wanted in (
            (found.projections, RAW), (found.flats[0], FLATS), (found.darks[0], DARKS)
        ):  # fmt: skip
            np.testing.assert_array_equal(np.stack(list(images)), wanted)


@pytest.mark.parametrize("link", [False, True])
def test_groups_of_images_become_an_nxtomo(tmp_path, link):
    source = numbered(tmp_path / "a.h5", RAW, FLATS[:2], DARKS[0])
    build_nxtomo(source, tmp_path / "a.nx", link=link, angles=np.arange(6))
    wanted = np.concatenate([DARKS[:1], FLATS[:1], RAW, FLATS[1:2]])
    np.testing.assert_array_equal(data(tmp_path / "a.nx"), wanted)
    assert keys(tmp_path / "a.nx") == [2, 1, 0, 0, 0, 0, 0, 0, 1]
    with NXtomo.read(tmp_path / "a.nx") as found:
        assert found.rotation_angle.tolist() == [0, 0, 0, 1, 2, 3, 4, 5, 5]


def test_an_nxtomo_is_built_again_with_more_that_is_known(tmp_path):
    source = by_nxtomo(tmp_path / "a.nx", frames())
    build_nxtomo(source, tmp_path / "b.nx", sample="needle", pixel_size="1 um")
    np.testing.assert_array_equal(data(tmp_path / "b.nx"), frames())
    with NXtomo.read(source) as old, NXtomo.read(tmp_path / "b.nx") as new:
        assert new.image_key_control.tolist() == KEYS.tolist()
        assert new.rotation_angle.tolist() == old.rotation_angle.tolist()
        assert (new.sample_name, new.x_pixel_size) == ("needle", 1e-6)
        assert (new.energy, new.distance) == (20, 0.5)


def test_only_a_detector_that_is_turned_has_transformations(tmp_path):
    for name, turned in (("plain", False), ("turned", True)):
        source = by_nxtomo(tmp_path / f"{name}.nx", frames())
        axes = "entry0000/instrument/detector/transformations"
        with h5py.File(source, "r+") as file:
            group = file.require_group(axes)  # as nxtomomill writes it
            group.attrs["NX_class"] = "NX_transformations"
            group["rx"] = 180 * turned
            group["rx"].attrs.update(
                units="deg", transformation_type="rotation", vector=[1.0, 0.0, 0.0]
            )
        build_nxtomo(source, tmp_path / "out.nx", overwrite=True)
        with h5py.File(tmp_path / "out.nx") as file:
            made = "entry/instrument/detector/transformations" in file
        assert made is turned
        with NXtomo.read(source) as old, NXtomo.read(tmp_path / "out.nx") as new:
            assert old.is_flipped == new.is_flipped == (turned, False)
        [entry] = validate(tmp_path / "out.nx").entries
        assert (entry.errors, entry.warnings) == ((), ())
        assert len(entry.advice) == turned


def test_several_scans_go_into_one_file(tmp_path):
    for name in "ab":
        exchange(tmp_path / f"{name}.h5", RAW, FLATS, DARKS)
        build_nxtomo(tmp_path / f"{name}.h5", f"{tmp_path / 'all.nx'}::/{name}")
    assert NXtomo.entries(tmp_path / "all.nx") == ["/a", "/b"]
    with pytest.raises(OutputExistsError, match="::/b: exists already"):
        build_nxtomo(tmp_path / "b.h5", f"{tmp_path / 'all.nx'}::/b")


def test_what_a_file_tells_comes_after_the_options(tmp_path):
    source = exchange(tmp_path / "a.h5", RAW, FLATS, DARKS)
    (tmp_path / "scan.toml").write_text(
        "energy = '21 keV'\nsample = 'leaf'\nangles = [0, 1, 2, 3, 4, 5]\n"
        "z_translation = '2 mm'\npixel-size = '2 um'\n"
    )
    build_nxtomo(
        source, tmp_path / "a.nx", metadata=str(tmp_path / "scan.toml"), energy="22 keV"
    )
    with NXtomo.read(tmp_path / "a.nx") as found:
        assert (found.energy, found.sample_name, found.x_pixel_size) == (
            22,
            "leaf",
            2e-6,
        )
        assert found.projections.rotation_angle.tolist() == [0, 1, 2, 3, 4, 5]
        assert only(found.z_translation) == 0.002


@pytest.mark.parametrize("kind", ["txt", "npy", "h5", "rad"])
def test_angles_come_from_a_file(tmp_path, kind):
    source = exchange(tmp_path / "a.h5", RAW, FLATS, DARKS)
    angles = np.arange(6) * 7.5
    np.savetxt(tmp_path / "angles.txt", angles)
    np.save(tmp_path / "angles.npy", angles)
    with h5py.File(tmp_path / "angles.h5", "w") as file:
        file["h5"], file["rad"] = angles, np.deg2rad(angles)
        file["rad"].attrs["units"] = "rad"
    named = tmp_path / f"angles.{kind}"
    if kind in {"h5", "rad"}:
        named = f"{tmp_path / 'angles.h5'}::/{kind}"
    build_nxtomo(source, tmp_path / "a.nx", angles=str(named))
    with NXtomo.read(tmp_path / "a.nx") as found:
        np.testing.assert_allclose(found.projections.rotation_angle, angles)


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"angles": "0:180:1"}, OptionError, "are 180 values, but there are 6"),
        ({"angles": "0:180:0"}, OptionError, "the step is 0"),
        ({"angles": "gone.txt"}, MissingFileError, "is no range such as 0:180"),
        ({"angles": [1, 2]}, OptionError, "2 values for 6 projections and 12 frames"),
        ({"angles": [np.nan] * 6}, PositionError, "value 0 is nan"),
        ({"energy": "20"}, UnitError, "^--energy: '20' has no unit; write it as 20keV"),
        ({"energy": "20 s"}, UnitError, "'s' is no measure in keV"),
        ({"pixel_size": "small"}, UnitError, "no number with a unit"),
        ({"sample": ""}, OptionError, "is a text"),
        ({"enrgy": "20 keV"}, OptionError, "enrgy"),
        (
            {"facts": {"enrgy": 1}},
            OptionError,
            "no 'enrgy' to tell; did you mean energy",
        ),
        ({"metadata": "gone.toml"}, MissingFileError, "no such file"),
        ({"link": True, "filter": "gzip"}, OptionError, "stay as they are stored"),
        ({"chunks": "1,2"}, OptionError, "chunks are a shape"),
        ({"darks": "a.h5", "without_darks": True}, OptionError, "yet to be left out"),
    ],
)
def test_what_makes_no_sense_is_refused(tmp_path, options, error, message):
    source = exchange(tmp_path / "a.h5", RAW, FLATS, DARKS)
    with pytest.raises(error, match=message):
        build_nxtomo(source, tmp_path / "a.nx", **options)
    assert not (tmp_path / "a.nx").exists()


def test_a_file_that_is_no_toml_is_refused(tmp_path):
    source = exchange(tmp_path / "a.h5", RAW, FLATS, DARKS)
    (tmp_path / "scan.toml").write_text("energy 20")
    with pytest.raises(OptionError, match="is not TOML"):
        build_nxtomo(source, tmp_path / "a.nx", metadata=str(tmp_path / "scan.toml"))


def test_images_of_another_shape_are_refused(tmp_path):
    source = exchange(tmp_path / "a.h5", RAW, frames((4, 5, 8)), DARKS)
    with pytest.raises(ShapeMismatchError, match="5 x 8 pixels, but"):
        build_nxtomo(source, tmp_path / "a.nx")


def test_flats_of_another_type_are_kept_without_loss(tmp_path):
    flats = FLATS.astype("f4") + 0.5
    source = exchange(tmp_path / "a.h5", RAW, flats, DARKS)
    build_nxtomo(source, tmp_path / "a.nx")
    found = data(tmp_path / "a.nx")
    assert found.dtype == np.float32
    np.testing.assert_array_equal(found, np.concatenate([DARKS, flats, RAW]))
    with pytest.raises(OptionError, match="leave out --link"):
        build_nxtomo(source, tmp_path / "b.nx", link=True)


def test_frames_that_were_never_written_are_an_error(tmp_path):
    source = exchange(tmp_path / "a.h5", RAW, FLATS, DARKS)
    with h5py.File(source, "r+") as file:
        del file["exchange/data"]
        late = file.create_dataset("exchange/data", RAW.shape, "u2", chunks=(1, 5, 7))
        late[:4] = RAW[:4]
    with pytest.raises(DamagedFileError, match="2 frames were never written"):
        build_nxtomo(source, tmp_path / "a.nx")


def test_an_output_that_exists_is_kept(tmp_path):
    source = exchange(tmp_path / "a.h5", RAW, FLATS, DARKS)
    (tmp_path / "a.nx").write_text("mine")
    with pytest.raises(OutputExistsError, match="exists already"):
        build_nxtomo(source, tmp_path / "a.nx")
    with pytest.raises(OptionError, match="would replace the input"):
        build_nxtomo(source, source, overwrite=True)
    assert (tmp_path / "a.nx").read_text() == "mine"


def test_what_was_done_is_noted(tmp_path):
    source = exchange(tmp_path / "a.h5", RAW, FLATS, DARKS)
    build_nxtomo(source, tmp_path / "a.nx", energy="20keV")
    with h5py.File(tmp_path / "a.nx") as file:
        noted = file["entry/build/parameters"]
        assert noted["layout"].asstr()[()] == "DXchange"
        assert noted["energy_from"].asstr()[()] == "--energy"
        assert noted["rotation_angle_from"].asstr()[()] == "/exchange/theta"
        files = file["entry/build/sources/frames/files"].asstr()[()].tolist()
        assert files == [str(source)]


def test_the_real_scan_becomes_an_nxtomo(samples, tmp_path):
    build_nxtomo(samples / "ID16B_diatomee.h5", tmp_path / "a.nx")
    flat, dark = (
        samples / "ID16_diatomee" / f"{kind}.edf" for kind in ("flat", "dark")
    )
    build_nxtomo(
        samples / "ID16B_diatomee.edf", tmp_path / "b.nx", flats=flat, darks=dark
    )
    with NXtomo.read(tmp_path / "a.nx") as one, NXtomo.read(tmp_path / "b.nx") as two:
        np.testing.assert_array_equal(
            one.projections.rotation_angle, two.projections.rotation_angle
        )
        for image, same in zip(one.projections, two.projections, strict=True):
            np.testing.assert_array_equal(image, same)
        assert (two.energy, two.x_pixel_size) == (29.6, 2.4956e-8)
        assert only(two.count_time) == 0.5
    assert len(read_by_nxtomo(tmp_path / "b.nx").control.data) == COUNT - 2


@pytest.mark.parametrize("layout", ["exchange", "bliss", "edf", "groups", "nxtomo"])
def test_what_is_built_is_as_the_definition_asks(tmp_path, layout):
    options = {}
    if layout == "exchange":
        source = exchange(tmp_path / "a.h5", RAW, FLATS, DARKS)
    elif layout == "bliss":
        source = bliss(tmp_path / "raw", frames((16, 5, 7)))
    elif layout == "edf":
        source = edf_series(tmp_path / "scan")
    elif layout == "groups":
        source = numbered(tmp_path / "a.h5", RAW, FLATS[:2], DARKS[0])
        options = {"angles": "0:180", "instrument": "ID16B", "probe": "x-ray"}
    else:
        source = by_nxtomo(tmp_path / "a.nx", frames())
    build_nxtomo(source, tmp_path / "b.nx", **options)
    (report,) = validate(tmp_path / "b.nx").entries
    assert report.definition == "NXtomo"
    assert [f.path for f in (*report.errors, *report.warnings)] == []


def test_a_scan_may_have_neither_flats_nor_darks(tmp_path):
    for i, image in enumerate(RAW):
        write_edf(tmp_path / f"scan_{i:04d}.edf", [image])
    with h5py.File(tmp_path / "a.h5", "w") as file:
        file["entry/data"] = RAW
    options = {"without_flats": True, "without_darks": True, "angles": "0:180"}
    for source in (tmp_path / "scan_*.edf", tmp_path / "a.h5"):
        with pytest.raises(MissingImagesError, match="flats"):
            build_nxtomo(source, tmp_path / "a.nx")
        build_nxtomo(source, tmp_path / "a.nx", overwrite=True, **options)
        np.testing.assert_array_equal(data(tmp_path / "a.nx"), RAW)
        assert keys(tmp_path / "a.nx") == [0] * 6
