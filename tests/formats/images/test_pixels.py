"""Pixels of every format that can be written here, compared with what was written."""

import bz2
import gzip
from itertools import pairwise
from pathlib import Path

import fabio
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from image_files import (
    EDF_TYPES,
    edf_block,
    pixels,
    write_bruker,
    write_by_fabio,
    write_cbf,
    write_dtrek,
    write_edf,
    write_kcd,
    write_mar345,
    write_marccd,
    write_pages,
    write_tiff,
)

from beamio.errors import UnreadableError
from beamio.formats.images import images_of, read_many
from beamio.formats.images.sources import is_direct


def stack_of(file, dtype=None):
    """Return all images of a file, read in one call."""
    images = images_of(str(file))
    out = np.empty((len(images), *images[0].shape), dtype or images[0].dtype)
    read_many(images, out, threads=2)
    return out


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize(("kind", "dtype"), EDF_TYPES.items())
@pytest.mark.parametrize("compression", ["", "GZIP", "ZLIB", "BZIP2", "None"])
def test_edf_of_every_type_order_and_compression(
    tmp_path, kind, dtype, order, compression
):
    written = pixels((3, 4, 5), dtype)
    blocks = [
        edf_block(image, kind=kind, order=order, compression=compression)
        for image in written
    ]
    file = tmp_path / "a.edf"
    file.write_bytes(b"".join(blocks))
    images = images_of(str(file))
    assert [image.dtype for image in images] == [
        np.dtype(dtype).newbyteorder(order)
    ] * 3
    assert all(is_direct(image) == (compression in {"", "None"}) for image in images)
    np.testing.assert_array_equal(stack_of(file), written)
    np.testing.assert_array_equal(stack_of(file, dtype), written)
    assert images[1].read().dtype == np.dtype(dtype)


@pytest.mark.parametrize("dtype", EDF_TYPES.values())
def test_edf_as_fabio_writes_it(tmp_path, dtype):
    written = pixels((3, 4, 5), dtype)
    np.testing.assert_array_equal(
        stack_of(write_edf(tmp_path / "a.edf", written)), written
    )


def test_edf_with_its_pixels_in_another_file(tmp_path):
    written = pixels((4, 5), "u2")
    (tmp_path / "pixels.raw").write_bytes(b"head" + written.tobytes())
    entries = {
        "EDF_DataBlockID": "1.Image.Psd",
        "EDF_BinarySize": 0,
        "Size": 0,
        "EDF_BinaryFileName": "pixels.raw",
        "EDF_BinaryFilePosition": 4,
        "EDF_BinaryFileSize": written.nbytes,
    }
    block = edf_block(written, entries, kind="UnsignedShort", cut=written.nbytes)
    (tmp_path / "a.edf").write_bytes(block)
    np.testing.assert_array_equal(stack_of(tmp_path / "a.edf")[0], written)


@pytest.mark.parametrize("dtype", ["u1", "i1", "u2", "i2", "u4", "i4", "f4"])
@pytest.mark.parametrize("pages", [1, 3])
def test_tiff_as_fabio_writes_it(tmp_path, dtype, pages):
    written = pixels((pages, 40, 50), dtype)
    file = write_tiff(tmp_path / "a.tif", written)
    assert all(is_direct(image) for image in images_of(file))
    np.testing.assert_array_equal(stack_of(file), written)


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"big_tiff": True},
        {"compression": "tiff_lzw"},
        {"compression": "tiff_adobe_deflate"},
        {"compression": "packbits"},
    ],
)
@pytest.mark.parametrize("dtype", ["u1", "u2", "i4", "f4"])
def test_every_page_of_a_tiff_is_read_whatever_its_compression(
    tmp_path, options, dtype
):
    written = pixels((3, 300, 500), dtype)
    file = write_pages(tmp_path / "a.tif", written, **options)
    np.testing.assert_array_equal(stack_of(file), written)


@pytest.mark.parametrize("dtype", ["u1", "u2", "i4", "u8", "f4", "f8"])
@pytest.mark.parametrize("order", ["<", ">"])
def test_tiff_of_either_byte_order(tmp_path, dtype, order):
    written = pixels((30, 50), dtype)
    [image] = images_of(write_marccd(tmp_path / "a.tif", written, order=order))
    assert image.dtype == np.dtype(dtype).newbyteorder(order)
    np.testing.assert_array_equal(image.read(), written)


def test_strips_that_lie_apart_are_joined(tmp_path):
    written = pixels((6, 5), "u2")
    file = write_tiff(tmp_path / "a.tif", [written])
    raw = bytearray(Path(file).read_bytes())
    # Two strips of three rows, the second one first.
    start = len(raw)
    raw += written[3:].tobytes() + written[:3].tobytes()
    table = len(raw)
    raw += np.array([start + 30, start], "<u4").tobytes()
    raw += np.array([30, 30], "<u4").tobytes()
    _set_tag(raw, 273, 2, table)
    _set_tag(raw, 279, 2, table + 8)
    _set_tag(raw, 278, 1, 3)
    Path(file).write_bytes(raw)
    [image] = images_of(file)
    assert len(image.pixels.parts) == 2
    np.testing.assert_array_equal(image.read(), written)
    np.testing.assert_array_equal(fabio.open(file).data, written)


def _set_tag(raw, tag, count, value):
    """Change one entry of the first directory, to numbers of four bytes."""
    start = int(np.frombuffer(raw[4:8], "<u4")[0])
    for i in range(int(np.frombuffer(raw[start : start + 2], "<u2")[0])):
        place = start + 2 + 12 * i
        if int(np.frombuffer(raw[place : place + 2], "<u2")[0]) == tag:
            raw[place + 2 : place + 4] = np.uint16(4).tobytes()
            raw[place + 4 : place + 12] = np.array([count, value], "<u4").tobytes()
            return
    raise AssertionError(tag)


def test_colours_have_an_axis_of_their_own(tmp_path):
    written = pixels((7, 8, 3), "u1")
    file = write_pages(tmp_path / "a.tif", [written])
    np.testing.assert_array_equal(images_of(file)[0].read(), written)


@pytest.mark.parametrize("dtype", ["i1", "u1", "i2", "u2", "i4", "u4"])
def test_cbf_as_fabio_writes_it(tmp_path, dtype):
    limits = np.iinfo(dtype)
    low, high = max(limits.min, -(2**30)), min(limits.max, 2**30)
    rng = np.random.default_rng(0)
    written = rng.integers(low, high, (40, 50), dtype)
    file = write_cbf(tmp_path / "a.cbf", written)
    np.testing.assert_array_equal(images_of(file)[0].read(), written)


def test_marccd(tmp_path):
    written = pixels((16, 18), "u2")
    file = write_marccd(tmp_path / "a.mccd", written)
    [image] = images_of(file)
    assert image.pixels.parts == ((written.nbytes, 4096),)
    np.testing.assert_array_equal(image.read(), written)
    np.testing.assert_array_equal(fabio.open(file).data, written)


@pytest.mark.parametrize("order", ["little_endian", "big_endian"])
@pytest.mark.parametrize("dtype", ["i1", "u1", "i2", "u2", "i4", "u4", "f4"])
def test_dtrek(tmp_path, dtype, order):
    written = pixels((6, 7), dtype)
    file = write_dtrek(tmp_path / "a.img", written, {"BYTE_ORDER": order})
    [image] = images_of(file)
    assert is_direct(image)
    np.testing.assert_array_equal(image.read(), written)


@pytest.mark.parametrize("dtype", ["u1", "u2", "u4"])
def test_bruker(tmp_path, dtype):
    written = pixels((6, 7), dtype)
    [image] = images_of(write_bruker(tmp_path / "a.0001", written))
    assert is_direct(image)
    np.testing.assert_array_equal(image.read(), written)
    np.testing.assert_array_equal(fabio.open(image.file).data, written)


@pytest.mark.parametrize(
    ("name", "writer", "dtype", "shape"),
    [
        ("a.npy", "numpyimage", "i4", (6, 7)),
        ("a.pnm", "pnmimage", "u1", (6, 7)),
        ("a.bruker", "bruker100image", "u2", (16, 16)),
        ("a.msk", "fit2dmaskimage", "?", (16, 18)),
        ("a.0001", "brukerimage", "u2", (16, 16)),
        ("a.esperanto", "esperantoimage", "i4", (256, 256)),
        ("a.oxd", "oxdimage", "i4", (16, 16)),
    ],
)
def test_other_formats_have_the_pixels_that_fabio_reads(
    tmp_path, name, writer, dtype, shape
):
    written = np.random.default_rng(0).integers(0, 200, shape).astype(dtype)
    file = write_by_fabio(tmp_path / name, writer, written)
    [image] = images_of(file)
    expected = fabio.open(file).data
    assert image.dtype == expected.dtype
    np.testing.assert_array_equal(image.read(), expected)
    np.testing.assert_array_equal(image.read(), written)


def test_packed_pixels_of_mar345(tmp_path):
    written = np.random.default_rng(0).integers(0, 255, (90, 100)).astype("u4")
    [image] = images_of(write_mar345(tmp_path / "a.mar", written))
    np.testing.assert_array_equal(fabio.open(image.file).data, written)
    np.testing.assert_array_equal(image.read(), written)


def test_kcd(tmp_path):
    written = pixels((16, 18), "u2") | 0x8080
    [image] = images_of(write_kcd(tmp_path / "a.kcd", written))
    np.testing.assert_array_equal(fabio.open(image.file).data, written)
    np.testing.assert_array_equal(image.read(), written)


@pytest.mark.parametrize(("suffix", "wrap"), [(".gz", gzip), (".bz2", bz2)])
def test_files_compressed_as_a_whole(tmp_path, suffix, wrap):
    written = pixels((3, 40, 50), "u2")
    (tmp_path / f"a.cbf{suffix}").write_bytes(
        wrap.compress(Path(write_cbf(tmp_path / "a.cbf", written[0])).read_bytes())
    )
    for name, file in {
        "a.edf": write_edf(tmp_path / "a.edf", written),
        "a.tif": write_tiff(tmp_path / "a.tif", written),
    }.items():
        wrapped = tmp_path / f"{name}{suffix}"
        wrapped.write_bytes(wrap.compress(Path(file).read_bytes()))
        np.testing.assert_array_equal(stack_of(wrapped), written)
    np.testing.assert_array_equal(stack_of(tmp_path / f"a.cbf{suffix}")[0], written[0])


@given(data=st.data())
def test_a_part_of_images_in_any_order(tmp_path_factory, data):
    written = pixels((4, 6, 7), ">u2")
    folder = tmp_path_factory.mktemp("part")
    blocks = [edf_block(image, kind="UnsignedShort", order=">") for image in written]
    (folder / "a.edf").write_bytes(b"".join(blocks))
    write_pages(folder / "b.tif", written.astype("u2"), compression="tiff_lzw")
    images = images_of(str(folder / "a.edf")) + images_of(str(folder / "b.tif"))
    order = data.draw(st.lists(st.integers(0, 7), min_size=1, max_size=9))
    picks = [_pick(data, length) for length in (6, 7)]
    chosen = tuple(slice(a, a + n * step, step) for a, step, n in picks)
    out = np.empty((len(order), *(count for _, _, count in picks)), "f8")
    read_many([images[i] for i in order], out, picks=picks, threads=2)
    expected = np.concatenate([written, written])[order][(slice(None), *chosen)]
    np.testing.assert_array_equal(out, expected)


def _pick(data, length):
    start = data.draw(st.integers(0, length - 1))
    step = data.draw(st.integers(1, length))
    return start, step, data.draw(st.integers(1, 1 + (length - 1 - start) // step))


def test_more_files_than_may_be_open(tmp_path):
    written = pixels((450, 2, 3), "u2")
    files = [
        write_edf(tmp_path / f"{i}.edf", [image]) for i, image in enumerate(written)
    ]
    images = [image for file in files for image in images_of(file)]
    out = np.empty(written.shape, "u2")
    read_many(images, out)
    np.testing.assert_array_equal(out, written)


def test_a_file_that_vanished_is_an_error(tmp_path):
    file = write_edf(tmp_path / "a.edf", pixels((1, 4, 5), "u2"))
    [image] = images_of(file)
    Path(file).unlink()
    with pytest.raises(UnreadableError, match=r"a\.edf"):
        image.read()


def test_without_the_native_module_the_answer_is_the_same(tmp_path, monkeypatch):
    monkeypatch.setattr("beamio.engine.native._native", None)
    written = pixels((3, 6, 7), "u2")
    np.testing.assert_array_equal(
        stack_of(write_edf(tmp_path / "a.edf", written)), written
    )
    np.testing.assert_array_equal(
        stack_of(write_tiff(tmp_path / "a.tif", written)), written
    )
    file = write_cbf(tmp_path / "a.cbf", written[0].astype("i4"))
    np.testing.assert_array_equal(stack_of(file)[0], written[0])


def test_real_files_have_the_pixels_that_fabio_reads(samples):
    for file in sorted(samples.glob("**/*.edf")):
        with fabio.open(str(file)) as edf:
            expected = [
                edf.getframe(i).data if edf.nframes > 1 else edf.data
                for i in range(edf.nframes)
            ]
        images = images_of(str(file))
        assert all(is_direct(image) for image in images)
        assert all(a.index + 1 == b.index for a, b in pairwise(images))
        for image, data in zip(images, expected, strict=True):
            np.testing.assert_array_equal(image.read(), data)
