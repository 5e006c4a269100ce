import shutil
import tempfile
from pathlib import Path

import h5py
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from image_files import write_edf
from nexus.tomography import (
    COUNT,
    KEYS,
    SHAPE,
    by_nxtomo,
    frames,
    plain,
    read_by_nxtomo,
)

from beamio import (
    DamagedFileError,
    MissingFileError,
    MissingImagesError,
    MissingPathError,
    OptionError,
    OutputExistsError,
    PositionError,
    ShapeMismatchError,
    UnitError,
)
from beamio.formats import OpenFiles
from beamio.formats.joined import JoinedFrames
from beamio.nexus import NXtomo, Transformation


def scan(data=None, **facts):
    chosen = {"image_key_control": KEYS, "rotation_angle": np.arange(COUNT), **facts}
    return NXtomo(frames=frames() if data is None else data, **chosen)


def values(images):
    return np.stack(list(images))


def test_a_file_of_nxtomo_is_read(tmp_path):
    data = frames()
    with NXtomo.read(by_nxtomo(tmp_path / "a.nx", data)) as found:
        assert found.frames.shape == SHAPE
        assert found.image_key_control.tolist() == KEYS.tolist()
        assert found.rotation_angle.tolist() == list(range(COUNT))
        assert found.x_translation.tolist() == [i / 1000 for i in range(COUNT)]
        assert (found.energy, found.distance) == (20, 0.5)
        assert (found.x_pixel_size, found.detector_x_pixel_size) == (6.5e-7, 6.5e-6)
        assert found.count_time.tolist() == [0.1] * COUNT
        np.testing.assert_allclose(found.current, np.linspace(0.2, 0.19, COUNT))
        assert (found.title, found.sample_name) == ("a scan", "diatom")
        np.testing.assert_array_equal(values(found.projections), data[KEYS == 0])


def test_series_are_split_where_projections_lie_between():
    data = frames()
    found = scan(data)
    assert [one.indices.tolist() for one in found.flats] == [[1, 2], [7]]
    assert [one.position for one in found.flats] == [1.5, 7]
    assert [one.indices.tolist() for one in found.darks] == [[0]]
    assert found.alignment.indices.tolist() == [8]
    assert found.flats[1].rotation_angle.tolist() == [7]
    np.testing.assert_array_equal(found.flats[0][1], data[2])


@pytest.mark.parametrize(
    "options", [{}, {"filter": "bitshuffle-lz4"}, {"filter": "gzip"}]
)
def test_nxtomo_reads_what_is_written(tmp_path, options):
    source, output = by_nxtomo(tmp_path / "a.nx", frames()), tmp_path / "b.nx"
    with NXtomo.read(source) as found:
        found.write(output, **options)
    ours, theirs = read_by_nxtomo(output), read_by_nxtomo(source, "entry0000")
    for name in ("instrument.detector", "sample", "control", "instrument.beam"):
        one, other = ours, theirs
        for part in name.split("."):
            one, other = getattr(one, part), getattr(other, part)
        for quantity in [
            "distance",
            "count_time",
            "x_pixel_size",
            "y_pixel_size",
            "rotation_angle",
            "x_translation",
            "incident_energy",
            "data",
            "name",
        ]:
            a, b = getattr(one, quantity, None), getattr(other, quantity, None)
            if hasattr(b, "units"):
                np.testing.assert_allclose(a.to(b.units).magnitude, b.magnitude)
            elif isinstance(b, np.ndarray):
                np.testing.assert_array_equal(a, b)
            else:
                assert a == b, quantity
    detector = ours.instrument.detector
    assert [key.value for key in detector.image_key_control] == KEYS.tolist()


@settings(max_examples=15)
@given(
    keys=st.lists(st.sampled_from([-1, 0, 1, 2, 3]), min_size=1, max_size=9),
    start=st.floats(-720, 720),
    unit=st.sampled_from(["deg", "degree", "degrees", "rad", "mrad"]),
    dtype=st.sampled_from(["u1", "<u2", ">u2", "i4", "f4"]),
)
def test_keys_angles_and_units_come_back(keys, start, unit, dtype):
    import pint

    data = frames((len(keys), 2, 3), dtype)
    angles = start + np.arange(len(keys))
    with tempfile.TemporaryDirectory() as folder:
        source, output = Path(folder, "a.h5"), Path(folder, "b.nx")
        plain(source, data, np.array(keys), unit, rotation_angle=angles)
        with NXtomo.read(source) as found:
            found.write(output)
        theirs = read_by_nxtomo(output)
        with NXtomo.read(output) as again:
            np.testing.assert_array_equal(again.rotation_angle, found.rotation_angle)
    degrees = pint.get_application_registry().Quantity(angles, unit).to("degree")
    np.testing.assert_allclose(found.rotation_angle, degrees.magnitude)
    np.testing.assert_array_equal(
        theirs.sample.rotation_angle.to("degree").magnitude, found.rotation_angle
    )
    known = [key.value for key in theirs.instrument.detector.image_key_control]
    assert known == keys
    assert theirs.instrument.detector.data.tobytes() == data.tobytes()
    assert theirs.instrument.detector.data.dtype == data.dtype


def test_tomoscan_finds_it_valid(tmp_path):
    from tomoscan.esrf import NXtomoScan
    from tomoscan.validator import ReconstructionValidator

    with NXtomo.read(by_nxtomo(tmp_path / "a.nx", frames())) as found:
        found.write(tmp_path / "b.nx")
    theirs = NXtomoScan(str(tmp_path / "b.nx"), "entry")
    assert ReconstructionValidator(
        theirs, check_phase_retrieval=True, check_values=True, check_vds=True
    ).is_valid()
    assert len(theirs.projections) == 5
    assert theirs.energy == 20


def test_frames_that_are_linked_are_found_where_the_folder_is_moved(tmp_path):
    data = frames()
    (tmp_path / "day/raw").mkdir(parents=True)
    with NXtomo.read(by_nxtomo(tmp_path / "day/raw/a.nx", data)) as found:
        found.write(tmp_path / "day/linked.nx", link=True)
    assert (tmp_path / "day/linked.nx").stat().st_size < 60_000
    shutil.move(tmp_path / "day", tmp_path / "night")
    np.testing.assert_array_equal(
        read_by_nxtomo(tmp_path / "night/linked.nx").instrument.detector.data, data
    )
    with h5py.File(tmp_path / "night/linked.nx") as file:
        sources = file["entry/instrument/detector/data"].virtual_sources()
        assert [source.file_name for source in sources] == ["raw/a.nx"]
    (tmp_path / "night/raw/a.nx").unlink()
    with pytest.raises(MissingFileError, match=r"a\.nx"):
        NXtomo.read(tmp_path / "night/linked.nx")


def test_a_linked_scan_that_is_copied_is_complete(tmp_path):
    data = frames()
    with NXtomo.read(by_nxtomo(tmp_path / "a.nx", data)) as found:
        found.write(tmp_path / "b.nx", link=True)
    with NXtomo.read(tmp_path / "b.nx") as found:
        found.write(tmp_path / "c.nx")
    (tmp_path / "a.nx").unlink()
    np.testing.assert_array_equal(
        read_by_nxtomo(tmp_path / "c.nx").instrument.detector.data, data
    )


def test_a_file_holds_several_scans(tmp_path):
    output = tmp_path / "a.nx"
    scan(sample_name="one").write(output)
    scan(sample_name="two").write(f"{output}::/entry0001")
    assert NXtomo.entries(output) == ["/entry", "/entry0001"]
    with NXtomo.read(f"{output}::/entry0001") as found:
        assert found.sample_name == "two"
    with NXtomo.read(output, entry="/entry") as found:
        assert found.sample_name == "one"
    with pytest.raises(
        MissingImagesError, match=r"2 scans: /entry, /entry0001; choose"
    ):
        NXtomo.read(output)
    with pytest.raises(OutputExistsError, match="exists already"):
        scan().write(f"{output}::/entry0001")


def test_the_default_plot_leads_to_the_frames(tmp_path):
    from silx.io import nxdata

    scan().write(tmp_path / "a.nx")
    with h5py.File(tmp_path / "a.nx") as file:
        found = nxdata.get_default(file)
        assert found.signal.shape == SHAPE
        assert found.axes_names[0] == "rotation_angle (degree)"
        assert file["entry"].attrs["definition"] == "NXtomo"


def test_programs_that_know_no_alignment_leave_its_frames_out(tmp_path):
    scan().write(tmp_path / "a.nx")
    with h5py.File(tmp_path / "a.nx") as file:
        detector = file["entry/instrument/detector"]
        assert detector["image_key"][()].tolist() == [2, 1, 1, 0, 0, 0, 0, 1, 3, 0]


@pytest.mark.parametrize("axes", [(0,), (1,), (0, 1)])
def test_flips_are_told_as_nxtomo_tells_them(tmp_path, axes):
    from nxtomo.utils.transformation import (
        DetXFlipTransformation,
        DetYFlipTransformation,
        GravityTransformation,
    )

    vectors = [(1.0, 0.0, 0.0), (0.0, 1.0, 0.0)]
    turns = [
        Transformation(
            name=["rx", "ry"][axis], kind="rotation", value=180, vector=vectors[axis]
        )
        for axis in axes
    ]
    scan(transformations=turns).write(tmp_path / "a.nx")
    kinds = [DetXFlipTransformation, DetYFlipTransformation]
    theirs = read_by_nxtomo(tmp_path / "a.nx").instrument.detector.transformations
    for axis in axes:
        assert kinds[axis](flip=True) in theirs.transformations
    assert GravityTransformation is not None
    with NXtomo.read(tmp_path / "a.nx") as found:
        assert found.is_flipped == (0 in axes, 1 in axes)


def test_quantities_are_given_with_units():
    import pint

    unit = pint.get_application_registry()
    found = scan(energy="20 keV", distance=50 * unit.cm, x_pixel_size="650nm")
    assert (found.energy, found.distance, found.x_pixel_size) == (20, 0.5, 6.5e-7)


def test_the_layout_of_diamond_is_read(tmp_path):
    data = frames()
    with h5py.File(tmp_path / "a.nxs", "w") as file:
        entry = file.create_group("entry1")
        entry.attrs["NX_class"] = "NXentry"
        inner = entry.create_group("tomo_entry")
        inner.attrs["NX_class"] = b"NXsubentry"
        inner["definition"] = np.bytes_("NXtomo")
        for name, kind in (("instrument", "NXinstrument"), ("sample", "NXsample")):
            inner.create_group(name).attrs["NX_class"] = kind
        camera = inner.create_group("instrument/pco")
        camera.attrs["NX_class"] = "NXdetector"
        camera["data"], camera["image_key"] = data, np.where(KEYS < 0, 3, KEYS)
        inner["sample/rotation_angle"] = np.arange(COUNT, dtype="f4")
    with NXtomo.read(tmp_path / "a.nxs") as found:
        assert found.url.endswith("::/entry1/tomo_entry")
        assert len(found.projections) == 5
        assert found.rotation_angle[-1] == COUNT - 1


@pytest.mark.parametrize(
    ("facts", "error", "message"),
    [
        ({"image_key_control": [0, 1]}, OptionError, "2 values for 10 frames"),
        ({"image_key_control": KEYS + 7}, OptionError, "image_key of frame 0 is 9"),
        ({"rotation_angle": [1.0, 2.0]}, OptionError, "2 values for 10 frames"),
        (
            {"rotation_angle": [0] * 9 + [np.nan]},
            PositionError,
            "rotation_angle of frame 9 is nan",
        ),
        ({"energy": "20 kg"}, UnitError, "'kg' is no measure in keV"),
        ({"energy": "20 foo"}, UnitError, "no unit that Pint knows"),
        ({"energy": "20"}, UnitError, "has no unit; write it as 20keV"),
        ({"energy": "much"}, UnitError, "no number with a unit"),
        ({"distance": np.inf}, PositionError, "distance is inf"),
        ({"distance": object()}, OptionError, "is no number"),
    ],
)
def test_what_contradicts_itself_is_refused(facts, error, message):
    with pytest.raises(error, match=message):
        scan(**facts)


@pytest.mark.parametrize(
    ("facts", "error", "message"),
    [
        ({"keys": np.zeros(3, int)}, OptionError, "3 values for 10 frames"),
        ({"rotation_angle": np.arange(4)}, OptionError, "rotation_angle has 4 values"),
        ({"rotation_angle": [np.nan] * COUNT}, PositionError, "frame 0 is nan"),
        ({"units": "kg"}, UnitError, "'kg' is no measure in degree"),
        ({"units": "count"}, UnitError, "'count' is no measure in degree"),
        ({"instrument__beam__incident_energy": "much"}, OptionError, "no numbers"),
    ],
)
def test_files_that_contradict_themselves_are_refused(tmp_path, facts, error, message):
    plain(tmp_path / "a.h5", frames(), **facts)
    with pytest.raises(error, match=message) as caught:
        NXtomo.read(tmp_path / "a.h5")
    assert str(tmp_path / "a.h5") in str(caught.value)


def test_files_that_hold_no_scan_are_refused(tmp_path):
    with h5py.File(tmp_path / "a.h5", "w") as file:
        file["entry/x"] = 1
    with pytest.raises(MissingImagesError, match="holds no NXtomo"):
        NXtomo.read(tmp_path / "a.h5")
    with pytest.raises(MissingPathError, match="has no frames"):
        NXtomo.read(f"{tmp_path / 'a.h5'}::/entry")
    with pytest.raises(MissingImagesError, match="/entry/x is a dataset, not an entry"):
        NXtomo.read(f"{tmp_path / 'a.h5'}::/entry/x")
    with pytest.raises(MissingPathError, match="did you mean entry"):
        NXtomo.read(f"{tmp_path / 'a.h5'}::/entri")


def test_frames_that_were_never_written_are_not_passed_on(tmp_path):
    with h5py.File(tmp_path / "a.h5", "w") as file:
        data = file.create_dataset("data", SHAPE, "u2", chunks=(1, *SHAPE[1:]))
        data[:8] = frames()[:8]
    plain(tmp_path / "b.h5", frames())
    with h5py.File(tmp_path / "b.h5", "r+") as file:
        del file["scan/instrument/detector/data"]
        file["scan/instrument/detector/data"] = h5py.ExternalLink("a.h5", "data")
    with NXtomo.read(tmp_path / "b.h5") as found:
        with pytest.raises(
            DamagedFileError, match=r"2 frames were never written, frame 8"
        ):
            found.write(tmp_path / "c.nx")
        with pytest.raises(DamagedFileError, match="2 frames were never written"):
            found.write(tmp_path / "c.nx", link=True)
    assert not (tmp_path / "c.nx").exists()


def test_frames_of_several_files_are_joined_or_refused(tmp_path):
    one, two = frames((4, 5, 7)), frames((6, 5, 7), seed=1)
    for name, data in (
        ("a", one), ("b", two), ("odd", frames((6, 5, 8))), ("real", two.astype("f4")),
        ("long", frames((6, 5, 7), "u8")), ("signed", frames((6, 5, 7), "i8")),
    ):  # fmt: skip
        with h5py.File(tmp_path / f"{name}.h5", "w") as file:
            file["data"] = data

    with OpenFiles() as files:

        def joined(*stems):
            items = [
                files.item(str(tmp_path / f"{stem}.h5"), "/data") for stem in stems
            ]
            from beamio.formats.hdf5 import StackFrames

            return JoinedFrames.of([StackFrames(item) for item in items])

        scan(joined("a", "b")).write(tmp_path / "c.nx", link=True)
        scan(joined("a", "b")).write(tmp_path / "d.nx")
        scan(joined("a", "real")).write(tmp_path / "e.nx")
        with pytest.raises(ShapeMismatchError, match=r"5 x 8 pixels, but .* 5 x 7"):
            joined("a", "odd")
        with pytest.raises(OptionError, match="no type holds both without loss"):
            joined("long", "signed")
        with pytest.raises(OptionError, match="leave out --link"):
            scan(joined("a", "real")).write(tmp_path / "f.nx", link=True)
    with pytest.raises(OptionError, match="does not lie in an HDF5 file"):
        scan().write(tmp_path / "f.nx", link=True)
    wanted = np.concatenate([one, two])
    for name in "cde":
        found = read_by_nxtomo(tmp_path / f"{name}.nx").instrument.detector.data
        np.testing.assert_array_equal(found, wanted)


def test_frames_come_from_places_in_files(tmp_path):
    one, two = frames((4, 5, 7)), frames((6, 5, 7), seed=1)
    with h5py.File(tmp_path / "a.h5", "w") as file:
        file["one"], file["image"] = one, two[0]
    for i, image in enumerate(two):
        write_edf(tmp_path / f"two_{i}.edf", [image])
    places = [
        f"{tmp_path / 'a.h5'}::/image",
        f"{tmp_path / 'a.h5'}::/one[1:4]",
        tmp_path / "two_%d.edf",
    ]
    with NXtomo.from_files(places, image_key_control=KEYS) as found:
        found.write(tmp_path / "b.nx", filter="bitshuffle-lz4")
    with NXtomo.from_files(places[:2], image_key_control=[1, 0, 0, 0]) as found:
        found.write(tmp_path / "c.nx", link=True)
    with h5py.File(tmp_path / "b.nx") as file, h5py.File(tmp_path / "c.nx") as linked:
        wanted = np.concatenate([two[:1], one[1:4], two])
        np.testing.assert_array_equal(file["entry/data/data"][()], wanted)
        np.testing.assert_array_equal(linked["entry/data/data"][()], wanted[:4])


@pytest.mark.parametrize(
    ("place", "error", "message"),
    [
        ("a.h5", OptionError, "name one dataset, as"),
        ("a.h5::/gone", MissingPathError, "there is no /gone"),
        ("a.h5::/one[9:]", OptionError, "takes none of 4 images"),
        ("gone.edf", MissingFileError, "no such file"),
    ],
)
def test_places_without_images_are_refused(tmp_path, place, error, message):
    with h5py.File(tmp_path / "a.h5", "w") as file:
        file["one"] = frames((4, 5, 7))
    with pytest.raises(error, match=message):
        NXtomo.from_files([f"{tmp_path}/{place}"], image_key_control=[0])


def test_viewers_begin_with_a_projection_and_not_with_a_dark(tmp_path):
    scan().write(tmp_path / "a.nx")
    with h5py.File(tmp_path / "a.nx") as file:
        entry = file[file.attrs["default"]]
        frame, *rest = entry["data"].attrs["default_slice"]
        assert rest == [".", "."]
        assert KEYS[int(frame)] == 0
        assert 0 not in KEYS[: int(frame)]
