"""The tree of image files, compared with the one that silx shows."""

import logging
from pathlib import Path

import numpy as np
import pytest
import silx.io
from image_files import (
    edf_block,
    pixels,
    write_bruker,
    write_cbf,
    write_dtrek,
    write_edf,
    write_marccd,
    write_pages,
    write_tiff,
)

import beamio
from beamio.errors import DamagedFileError, ShapeMismatchError
from beamio.formats.images.tree import open_images

DETECTOR = "scan_0/instrument/detector_0"


def assert_like_silx(file, *, but=()):
    """Compare names, attributes, types and values of everything in two trees."""
    logging.getLogger("fabio").addHandler(logging.NullHandler())
    with open_images([str(file)]) as ours, silx.io.open(str(file)) as theirs:
        found, expected = {}, {}
        ours.visititems(found.__setitem__)
        theirs.visititems(expected.__setitem__)
        assert list(found) == list(expected)
        for name, node in expected.items():
            assert dict(found[name].attrs) == dict(node.attrs), name
            if hasattr(node, "dtype") and name.rpartition("/")[2] not in but:
                assert_same(found[name], node)
        measurement = theirs["scan_0/measurement"]
        image = "image_1" if "image_0" in list(measurement)[1:] else "image_0"
        for name in (f"{image}/data", f"{image}/info/data"):
            assert_same(ours[f"scan_0/measurement/{name}"], measurement[name])
        assert_same(ours["scan_0/image/data"], theirs["scan_0/image/data"])
        attrs, others = dict(ours.attrs), dict(theirs.attrs)
        assert attrs.pop("file_time") >= others.pop("file_time")[:10]
        assert attrs == others


def assert_same(dataset, expected):
    assert (dataset.shape, dataset.dtype) == (expected.shape, expected.dtype)
    found, values = dataset[()], expected[()]
    assert type(found) is type(values)
    np.testing.assert_array_equal(found, values)


def test_real_files(samples):
    files = sorted(samples.glob("**/*.edf"))
    assert files
    for file in files:
        assert_like_silx(file)


HEADER = {
    "title": "a leaf",
    "count_time": "0.1",
    "vector": "1 2 3",
    "run": "7",
    "motor_mne": "sx sy phi",
    "motor_pos": "0.5 -2 180",
    "counter_mne": "mon sec",
    "counter_pos": "12345 0.1",
}


@pytest.mark.parametrize("dtype", ["u1", "i2", "u4", "f4", "f8"])
def test_edf_of_one_image(tmp_path, dtype):
    images = pixels((1, 4, 5), dtype)
    assert_like_silx(write_edf(tmp_path / "a.edf", images, [HEADER]))


def test_edf_of_many_images(tmp_path):
    headers = [
        HEADER | {"run": f"{i}", "count_time": f"{i / 3}", "title": "x" * (i + 1)}
        for i in range(4)
    ]
    assert_like_silx(write_edf(tmp_path / "a.edf", pixels((4, 4, 5), "u2"), headers))


def test_edf_with_its_own_image_0(tmp_path):
    header = {"counter_mne": "image_0 mon", "counter_pos": "1 2"}
    assert_like_silx(write_edf(tmp_path / "a.edf", pixels((1, 4, 5), "u2"), [header]))


def test_edf_of_large_byte_order(tmp_path):
    blocks = [
        edf_block(image, kind="UnsignedShort", order=">")
        for image in pixels((3, 4, 5), "u2")
    ]
    (tmp_path / "a.edf").write_bytes(b"".join(blocks))
    assert_like_silx(tmp_path / "a.edf")


def test_edf_of_spectra(tmp_path):
    header = {"MCA a": "1", "MCA b": "2"}
    assert_like_silx(write_edf(tmp_path / "a.edf", pixels((1, 4, 5), "u2"), [header]))


def test_edf_with_a_crystal(tmp_path):
    header = {
        "UB_mne": " ".join(f"UB{i}" for i in range(9)),
        "UB_pos": " ".join(str(i / 7) for i in range(9)),
        "sample_mne": " ".join(f"U{i}" for i in range(6)),
        "sample_pos": "4.08 4.08 4.08 90 90 90",
    }
    assert_like_silx(write_edf(tmp_path / "a.edf", pixels((1, 4, 5), "u2"), [header]))


def test_a_crystal_that_lacks_numbers_is_left_out(tmp_path):
    header = {"UB_mne": "UB0", "UB_pos": "1", "sample_mne": "U0", "sample_pos": "1"}
    file = write_edf(tmp_path / "a.edf", pixels((1, 4, 5), "u2"), [header])
    tree = open_images([file])
    assert "sample" not in tree["scan_0"]
    assert tree[f"{DETECTOR}/others/UB_pos"][0] == 1


def test_cbf(tmp_path):
    header = {"_array_data.header_contents": "# Exposure_time 1 s", "x": "3"}
    image = pixels((4, 5), "u1").astype("i4")
    assert_like_silx(write_cbf(tmp_path / "a.cbf", image, header))


@pytest.mark.parametrize("pages", [1, 3])
def test_tiff(tmp_path, pages):
    file = write_tiff(tmp_path / "a.tif", pixels((pages, 4, 5), "u2"))
    # silx takes what TIFF does not have for 0.
    assert_like_silx(file, but={"colormap"})
    assert np.isnan(open_images([file])[f"{DETECTOR}/others/colormap"][()]).all()


def test_compressed_tiff(tmp_path):
    images = pixels((1, 4, 5), "u2")
    file = write_pages(tmp_path / "a.tif", images, compression="tiff_lzw")
    assert_like_silx(file)


def test_formats_of_one_image(tmp_path):
    image = pixels((4, 5), "u2")
    assert_like_silx(write_marccd(tmp_path / "a.mccd", image), but={"colormap"})
    assert_like_silx(write_dtrek(tmp_path / "a.img", image, {"GONIO": "1.5 2 3"}))
    assert_like_silx(write_bruker(tmp_path / "a.0001", image))


def test_a_number_that_a_header_lacks_is_not_zero(tmp_path):
    headers = [
        {"run": "1", "motor_mne": "sx sy", "motor_pos": "1 2"},
        {"all": "5", "motor_mne": "sx", "motor_pos": "3"},
        {"run": "3", "vector": "1 2"},
    ]
    file = write_edf(tmp_path / "a.edf", pixels((3, 4, 5), "u2"), headers)
    tree, nan = open_images([file]), np.nan
    others = tree[f"{DETECTOR}/others"]
    np.testing.assert_array_equal(others["run"][()], [1, nan, 3])
    np.testing.assert_array_equal(
        others["vector"][()], [[nan, nan], [nan, nan], [1, 2]]
    )
    positioners = tree["scan_0/instrument/positioners"]
    np.testing.assert_array_equal(positioners["sx"][()], [1, 3, nan])
    np.testing.assert_array_equal(positioners["sy"][()], [2, nan, nan])


def test_text_stays_text(tmp_path):
    headers = [
        {"date": "2026_07", "mixed": "1", "lengths": "1 2"},
        {"date": "2026_08", "mixed": "one", "lengths": "1 2 3"},
    ]
    file = write_edf(tmp_path / "a.edf", pixels((2, 4, 5), "u2"), headers)
    others = open_images([file])[f"{DETECTOR}/others"]
    assert others["date"][()].tolist() == ["2026_07", "2026_08"]
    assert others["mixed"][()].tolist() == ["1", "one"]
    assert others["lengths"][()].tolist() == ["1 2", "1 2 3"]


def test_text_of_any_bytes_is_shown(tmp_path):
    block = edf_block(pixels((4, 5), "u2"), {"user": "Müller"}, kind="UnsignedShort")
    (tmp_path / "a.edf").write_bytes(block)
    tree = open_images([str(tmp_path / "a.edf")])
    assert tree[f"{DETECTOR}/others/user"][()].tolist() == ["Müller"]
    [header] = tree["scan_0/instrument/file/scan_header"].asstr()[()]
    assert "user: Müller" in header


def test_names_with_slashes_are_members(tmp_path):
    header = {"flux (ph/s)": "5", "motor_mne": "a/b", "motor_pos": "1"}
    file = write_edf(tmp_path / "a.edf", pixels((1, 4, 5), "u2"), [header])
    tree = open_images([file])
    assert tree[f"{DETECTOR}/others/flux (ph_s)"][0] == 5
    assert tree["scan_0/instrument/positioners/a_b"][0] == 1


def test_files_are_one_stack(tmp_path):
    images = pixels((5, 4, 6), ">u2")
    files = []
    for i, image in enumerate(images):
        path = tmp_path / f"a_{i}.edf"
        path.write_bytes(
            edf_block(
                image,
                {"energy": i / 2, "motor_mne": "sx", "motor_pos": i},
                kind="UnsignedShort",
                order="<>"[i % 2],
            )
        )
        files.append(str(path))
    tree = open_images(files)
    data = tree[f"{DETECTOR}/data"]
    assert (data.shape, data.dtype) == ((5, 4, 6), np.dtype("u2"))
    np.testing.assert_array_equal(data[()], images)
    for selection in (
        2,
        -1,
        (slice(1, 5, 2), 3),
        (..., slice(None, None, 2)),
        (1, 2, 3),
    ):
        np.testing.assert_array_equal(data[selection], images[selection])
    out = np.empty((2, 6, 4), "f8").swapaxes(1, 2)
    np.testing.assert_array_equal(data.read(slice(1, 3), out=out), images[1:3])
    assert tree[f"{DETECTOR}/others/energy"][()].tolist() == [0, 0.5, 1, 1.5, 2]
    assert tree["scan_0/instrument/positioners/sx"][()].tolist() == [0, 1, 2, 3, 4]


def test_images_of_other_shapes_are_no_stack(tmp_path):
    files = [
        write_edf(tmp_path / f"{i}.edf", pixels((1, 4, 5 + i), "u2")) for i in range(2)
    ]
    with pytest.raises(ShapeMismatchError, match=r"1\.edf: is 4 x 6.*0\.edf is 4 x 5"):
        open_images(files)


def test_damage_that_only_the_pixels_show_is_an_error_on_reading(tmp_path):
    file = write_cbf(tmp_path / "a.cbf", pixels((4, 5), "u1").astype("i4"))
    raw = Path(file).read_bytes().replace(b"Content-MD5: ", b"Content-MD5: x")
    Path(file).write_bytes(raw)
    tree = open_images([file])
    assert tree[f"{DETECTOR}/others/X-Binary-ID"][0] == 1
    with pytest.raises(DamagedFileError, match="MD5"):
        tree[f"{DETECTOR}/data"][()]


def test_open_shows_this_tree(samples):
    with beamio.open(samples / "medipix.edf") as tree:
        assert tree.attrs["default"] == "scan_0"
        assert tree["scan_0/image"].attrs["signal"] == "data"
