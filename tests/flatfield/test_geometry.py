"""What comes along of an NXtomo that is corrected, however it is laid out."""

import h5py
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from oracle.correction import assert_close, at, corrected

import beamio
from beamio.nexus import NXtomo

KEYS = np.array([2, 1, 1, 0, 0, 1, 0, 0, 1, -1], np.int8)
RAW = np.flatnonzero(KEYS == 0)


def images(keys, seed=0):
    random = np.random.default_rng(seed)
    level = np.choose(np.maximum(keys, 0), [500, 9000, 90, 0])
    return (level[:, None, None] + random.integers(0, 50, (len(keys), 5, 7))).astype(
        "u2"
    )


def scan(path, keys=KEYS, **known):
    frames = images(keys)
    angles = np.arange(float(len(keys)))
    NXtomo(frames=frames, image_key_control=keys, rotation_angle=angles, **known).write(
        path
    )
    return path


def runs(keys, key):
    """Places of a key, split where a projection is in between."""
    found, current = [], []
    for i, each in enumerate(keys):
        if each == key:
            current.append(i)
        elif each == 0 and current:
            found, current = [*found, current], []
    return [*found, current] if current else found


def wanted(keys):
    frames = images(keys).astype(float)

    def reduced(key):
        series = runs(keys, key)
        stacks = [np.median(frames[one], axis=0) for one in series]
        return [float(np.mean(one)) for one in series], stacks

    flats, darks = reduced(1), reduced(2)
    return [
        corrected(frames[i], at(i, *flats), at(i, *darks))
        for i in np.flatnonzero(keys == 0)
    ]


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.sampled_from([-1, 0, 0, 0, 1, 1, 2, 3]), min_size=3, max_size=24))
def test_any_order_of_frames_is_corrected_by_the_formula(tmp_path, found):
    keys = np.array([*found, 0, 1, 2], np.int8)
    path = tmp_path / "scan.nx"
    path.unlink(missing_ok=True)
    scan(path, keys)
    beamio.flatfield(path, tmp_path / "out.nx", overwrite=True)
    with h5py.File(tmp_path / "out.nx") as file:
        assert_close(file["entry/data/data"][()], wanted(keys))
        angles = file["entry/data/rotation_angle"][()]
    np.testing.assert_array_equal(angles, np.flatnonzero(keys == 0))


def with_detector_of_another_name(path):
    with h5py.File(path, "a") as file:
        file.move("entry/instrument/detector", "entry/instrument/pco")
        del file["entry/data"]
    return "entry/instrument/pco/data"


def with_frames_in_data_alone(path):
    with h5py.File(path, "a") as file:
        frames = file["entry/data/data"][()]
        del file["entry/data/data"], file["entry/instrument/detector/data"]
        file["entry/data/data"] = frames
    return "entry/instrument/detector/data"


def in_a_subentry(path):
    with h5py.File(path, "a") as file:
        file.move("entry", "moved")
        file.create_group("entry1").attrs["NX_class"] = "NXentry"
        file.move("moved", "entry1/tomo")
        file["entry1/tomo"].attrs["NX_class"] = "NXsubentry"
        del file["entry1/tomo/data"]
    return "entry1/tomo/instrument/detector/data"


def with_links_of_all_kinds(path):
    with h5py.File(path, "a") as file:
        entry = file["entry"]
        del entry["data/data"]
        entry["data/data"] = entry["instrument/detector/data"]
        entry["itself"] = entry
        entry["nowhere"] = h5py.SoftLink("/nowhere")
        entry["loop"] = h5py.SoftLink("/entry/loop")
        entry["missing"] = h5py.ExternalLink("no.h5", "/x")
    return "entry/instrument/detector/data"


def with_dimension_scales(path):
    with h5py.File(path, "a") as file:
        entry = file["entry"]
        entry["sample/rotation_angle"].make_scale("angle")
        entry["instrument/detector/data"].dims[0].attach_scale(
            entry["sample/rotation_angle"]
        )
        entry["sample/count"] = np.arange(10)
        entry["sample/count"].dims[0].attach_scale(entry["sample/rotation_angle"])
        entry.attrs["leads_to"] = entry["sample"].ref
    return "entry/instrument/detector/data"


def linked_to_another_file(path):
    source = path.with_name("source.nx")
    path.rename(source)
    with NXtomo.read(source) as found:
        found.write(path, link=True)
    return "entry/instrument/detector/data"


@pytest.mark.parametrize(
    "change",
    [
        with_detector_of_another_name,
        with_frames_in_data_alone,
        in_a_subentry,
        with_links_of_all_kinds,
        with_dimension_scales,
        linked_to_another_file,
    ],
)
def test_the_result_is_laid_out_as_the_scan(tmp_path, change):
    path = scan(tmp_path / "scan.nx", distance=0.5)
    inside = change(path)
    beamio.flatfield(path, tmp_path / "out.nx")
    with h5py.File(tmp_path / "out.nx") as file:
        assert_close(file[inside][()], wanted(KEYS))
    with NXtomo.read(tmp_path / "out.nx") as found:
        assert (found.image_key_control == 0).all()
        np.testing.assert_array_equal(found.rotation_angle, RAW)
        assert found.distance == 0.5
    with beamio.open(f"{tmp_path / 'out.nx'}") as file:
        path = file.attrs["default"]
        while "signal" not in file[path].attrs:
            path = f"{path}/{file[path].attrs['default']}"
        assert file[f"{path}/data"].shape == (len(RAW), 5, 7)


def test_lists_of_any_type_keep_what_is_of_the_projections(tmp_path):
    path = scan(tmp_path / "scan.nx")
    values = {
        "flags": KEYS == 0,
        "pairs": np.array([(i, i / 2) for i in range(10)], [("a", "i4"), ("b", "f8")]),
        "names": np.array([f"{i}".encode() for i in range(10)]),
        "spectra": np.arange(30.0).reshape(10, 3),
    }
    with h5py.File(path, "a") as file:
        for name, each in values.items():
            file[f"entry/more/{name}"] = each
        ragged = file.create_dataset("entry/more/ragged", (10,), h5py.vlen_dtype("i4"))
        for i in range(10):
            ragged[i] = np.arange(i)
        file["entry/more/empty"] = h5py.Empty("f4")
        file["entry/more/axis"] = np.arange(7)
    beamio.flatfield(path, tmp_path / "out.nx")
    with h5py.File(tmp_path / "out.nx") as file:
        more = file["entry/more"]
        for name, each in values.items():
            np.testing.assert_array_equal(more[name][()], each[RAW])
        assert [len(each) for each in more["ragged"]] == RAW.tolist()
        assert more["empty"].shape is None
        np.testing.assert_array_equal(more["axis"][()], np.arange(7))


def test_damage_of_what_would_come_along_is_told(tmp_path):
    path = scan(tmp_path / "scan.nx")
    with h5py.File(path, "a") as file:
        damaged = file.create_dataset(
            "entry/sample/force", (10,), "i4", chunks=(10,), compression="gzip"
        )
        damaged[...] = 1
        damaged.id.write_direct_chunk((0,), b"not a zlib stream")
    with pytest.raises(beamio.UnreadableError, match="entry/sample/force"):
        beamio.flatfield(path, tmp_path / "out.nx")
    assert not (tmp_path / "out.nx").exists()
