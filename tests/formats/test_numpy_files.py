import io
import struct
import zipfile

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays, basic_indices

import beamio
from beamio.errors import (
    DamagedFileError,
    OptionError,
    UnknownFormatError,
    UnreadableError,
)

DTYPES = ["?", "u1", ">u2", "<i4", ">f8", "c8", "S3", "<U4", "M8[s]", "i4,>f8"]


@st.composite
def selected_arrays(draw):
    dtype = np.dtype(draw(st.sampled_from(DTYPES)))
    shape = draw(array_shapes(min_dims=0, max_dims=4, min_side=0, max_side=4))
    size = int(np.prod(shape)) * dtype.itemsize
    content = draw(st.binary(min_size=size, max_size=size))
    if dtype.kind in "bSU":
        array = draw(arrays(dtype, shape))
    else:
        array = np.frombuffer(content, dtype).reshape(shape)
    if draw(st.booleans()):
        array = np.asfortranarray(array)
    return array, draw(basic_indices(shape, allow_newaxis=False))


def same(found, expected):
    found, expected = np.asarray(found), np.asarray(expected)
    if not found.ndim:  # one element is a scalar, in the order of the machine
        expected = expected.astype(expected.dtype.newbyteorder("="))
        found = found.astype(expected.dtype)
    assert found.shape == expected.shape
    assert found.dtype == expected.dtype
    assert found.tobytes() == expected.tobytes()


@given(selected_arrays())
def test_an_npy_file_reads_as_numpy_reads_it(tmp_path_factory, given):
    array, index = given
    path = tmp_path_factory.mktemp("npy") / "array.npy"
    np.save(path, array)
    with beamio.open(path) as file:
        data = file["data"]
        assert (data.shape, data.dtype) == (array.shape, array.dtype)
        same(data[index], array[index])
        same(np.asarray(data), array)


@given(selected_arrays(), st.booleans())
def test_an_npz_file_reads_as_numpy_reads_it(tmp_path_factory, given, packed):
    array, index = given
    path = tmp_path_factory.mktemp("npz") / "arrays.npz"
    (np.savez_compressed if packed else np.savez)(
        path, array, **{"a/b c": array.reshape(-1)[:0]}
    )
    with beamio.open(path) as file:
        assert sorted(file) == ["a", "arr_0"]
        same(file["arr_0"][index], array[index])
        assert file["a/b c"].shape == (array.reshape(-1)[:0]).shape


def test_npy_files_of_fields_with_any_name_are_read(tmp_path):
    array = np.zeros(3, [("ωmega", "f4"), ("x", "i2", (2,))])
    array["ωmega"] = 7
    with pytest.warns(UserWarning, match="3.0"):
        np.save(tmp_path / "fields.npy", array)
    same(beamio.open(tmp_path / "fields.npy")["data"][()], array)


def test_python_objects_are_never_unpickled(tmp_path):
    np.save(tmp_path / "objects.npy", np.array([{}], object))
    np.savez(tmp_path / "objects.npz", bad=np.array([{}], object), good=[1, 2])
    with pytest.raises(UnreadableError, match="pickled Python objects"):
        beamio.open(tmp_path / "objects.npy")
    with beamio.open(tmp_path / "objects.npz") as file:
        assert file["good"][()].tolist() == [1, 2]
        with pytest.raises(UnreadableError, match=r"bad\.npy\): holds pickled"):
            file["bad"]


def npy(array):
    stream = io.BytesIO()
    np.save(stream, array)
    return stream.getvalue()


@pytest.mark.parametrize(
    "change",
    [
        lambda content: content[:-1],
        lambda content: content[:40],
        lambda content: content[:9],
        lambda content: content.replace(b"(2, 3)", b"(-2,3)"),
        lambda content: content.replace(b"(2, 3)", b"(9**9)"),
        lambda content: content.replace(b"'<i8'", b"'<q9'"),
        lambda content: b"\x93NUMPY\x09" + content[7:],
        lambda content: content[:8] + struct.pack("<H", 60000) + content[10:],
    ],
    ids=["values", "header", "start", "negative", "sum", "type", "version", "length"],
)
def test_a_damaged_npy_file_is_an_error(tmp_path, change):
    path = tmp_path / "array.npy"
    path.write_bytes(change(npy(np.arange(6).reshape(2, 3))))
    with pytest.raises(DamagedFileError, match=r"array\.npy") as caught:
        beamio.open(path)["data"][()]
    assert "\n" not in str(caught.value)


def archive(path, members, **options):
    with zipfile.ZipFile(path, "w", **options) as file:
        for name, content in members.items():
            file.writestr(name, content)


def test_names_in_an_archive_are_only_names(tmp_path):
    members = [
        "../up.npy",
        "/root.npy",
        "a.npy",
        "a/b.npy",
        "c/./d.npy",
        ".npy",
        "é.npy",
    ]
    archive(tmp_path / "names.npz", {name: npy(np.arange(3)) for name in members})
    found = []
    with beamio.open(tmp_path / "names.npz") as file:
        file.visititems(lambda name, item: found.append((name, hasattr(item, "shape"))))
        assert all(file[name][1] == 1 for name, is_array in found if is_array)
    names = [name for name, is_array in found if is_array]
    assert names == ["../up", "root", "a", "a%b", "c/d", "_", "é"]


def test_damage_in_an_archive_is_an_error(tmp_path):
    path = tmp_path / "arrays.npz"
    np.savez_compressed(path, a=np.arange(10000))
    whole = path.read_bytes()
    for place in range(200, len(whole) - 120, 97):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        with pytest.raises(DamagedFileError) as caught:
            beamio.open(path)["a"][5000]
        assert "\n" not in str(caught.value)
    path.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(DamagedFileError, match="zip"):
        beamio.open(path)


@pytest.mark.parametrize("order", ["C", "F"])
def test_changed_bits_of_a_member_that_is_not_compressed_are_found(tmp_path, order):
    path = tmp_path / "arrays.npz"
    np.savez(path, a=np.arange(1000.0).reshape(10, 100).copy(order))
    assert beamio.read(f"{path}::/a").sum() == 499500
    content = bytearray(path.read_bytes())
    content[3000] ^= 1
    path.write_bytes(content)
    with pytest.raises(DamagedFileError, match="the checksum is another"):
        beamio.read(f"{path}::/a")


def test_an_announced_size_that_cannot_be_is_an_error(tmp_path):
    content = npy(np.zeros(100, "u1")).replace(b"(100,)", b"(10**9")
    for shape in (b"(9999999999999,)", b"(101,)"):
        path = tmp_path / "bomb.npz"
        head = npy(np.zeros(100, "u1")).partition(b"(100,)")
        spaces = head[2].index(b" \n") - len(shape) + 6
        content = (
            head[0] + shape + head[2][:40] + b" " * (spaces - 40) + b" \n" + bytes(100)
        )
        archive(path, {"a.npy": content}, compression=zipfile.ZIP_DEFLATED)
        with pytest.raises(DamagedFileError):
            beamio.open(path)["a"]


def test_an_archive_of_other_things_says_so(tmp_path):
    archive(tmp_path / "letter.docx", {"word/document.xml": "<xml/>"})
    with pytest.raises(UnknownFormatError, match="zip archive without NumPy arrays"):
        beamio.open(tmp_path / "letter.docx")


def test_one_frame_of_a_stored_member_is_read_in_place(tmp_path, monkeypatch):
    stack = np.arange(24).reshape(2, 3, 4)
    np.savez(tmp_path / "arrays.npz", stack=stack)
    with beamio.open(tmp_path / "arrays.npz") as file:
        data = file["stack"]
        monkeypatch.setattr(zipfile.ZipFile, "open", None)
        assert (data[1] == stack[1]).all()


@given(selected_arrays(), st.integers(0, 9))
def test_raw_binary_reads_as_it_is_said_to_be(tmp_path_factory, given, offset):
    array, index = given
    path = tmp_path_factory.mktemp("raw") / "frames.bin"
    path.write_bytes(bytes(offset) + array.tobytes() + b"rest")
    with beamio.open(path, shape=array.shape, dtype=array.dtype, offset=offset) as file:
        same(file["data"][index], array[index])


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"shape": (2,)}, OptionError, "both shape= and dtype="),
        ({"dtype": "u2", "offset": 3}, OptionError, "both shape= and dtype="),
        ({"shape": (2,), "dtype": "u9"}, OptionError, "u9"),
        ({"shape": (2,), "dtype": "O"}, OptionError, "no bytes of a fixed size"),
        ({"shape": "ab", "dtype": "u2"}, OptionError, "shape and dtype"),
        ({"shape": (-2,), "dtype": "u2"}, OptionError, "can't be negative"),
        ({"shape": (2,), "dtype": "u2", "offset": -1}, OptionError, "negative"),
        ({"shape": (9, 9), "dtype": "u2"}, DamagedFileError, "cut short"),
    ],
)
def test_raw_binary_that_cannot_be_is_an_error(tmp_path, options, error, message):
    path = tmp_path / "frames.bin"
    path.write_bytes(bytes(10))
    with pytest.raises(error, match=message):
        beamio.open(path, **options)
