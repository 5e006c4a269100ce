"""Image files of every format that can be written here."""

import bz2
import gzip
import struct
import zlib
from pathlib import Path

import fabio
import numpy as np
from fabio.cbfimage import CbfImage
from fabio.dtrekimage import DtrekImage
from fabio.edfimage import EdfImage
from fabio.ext.mar345_IO import compress_pck
from fabio.TiffIO import TiffIO
from PIL import Image

EDF_TYPES = {
    "SignedByte": "i1",
    "UnsignedByte": "u1",
    "SignedShort": "i2",
    "UnsignedShort": "u2",
    "SignedInteger": "i4",
    "UnsignedInteger": "u4",
    "Signed64": "i8",
    "Unsigned64": "u8",
    "FloatValue": "f4",
    "DoubleValue": "f8",
}


def pixels(shape, dtype, seed=0):
    """Values of all the bits of a type, of the shape (frames, rows, columns)."""
    rng = np.random.default_rng(seed)
    dtype = np.dtype(dtype)
    if dtype.kind == "f":
        return rng.normal(size=shape).astype(dtype)
    native, limits = dtype.newbyteorder("="), np.iinfo(dtype)
    values = rng.integers(limits.min, limits.max, shape, native, endpoint=True)
    return values.astype(dtype)


def edf_block(image, entries=None, *, kind, order="<", compression="", cut=0):
    """Return header and pixels of one EDF image, as the file format describes them."""
    data = np.ascontiguousarray(image).astype(
        np.dtype(EDF_TYPES[kind]).newbyteorder(order)
    )
    raw = data.tobytes()
    encode = {
        "GZIP": gzip.compress,
        "ZLIB": zlib.compress,
        "BZIP2": bz2.compress,
    }.get(compression, bytes)
    raw = encode(raw)
    header = {
        "HeaderID": "EH:000001:000000:000000",
        "ByteOrder": "LowByteFirst" if order == "<" else "HighByteFirst",
        "DataType": kind,
        "Dim_1": image.shape[1],
        "Dim_2": image.shape[0],
        "Size": len(raw),
        "Image": 1,
    }
    if compression:
        header["COMPRESSION"] = compression
    header.update(entries or {})
    text = "{\n" + "".join(f"{name} = {value} ;\n" for name, value in header.items())
    encoded = text.encode("utf-8", "surrogateescape")
    return encoded + b" " * (-(len(encoded) + 2) % 512) + b"}\n" + raw[: len(raw) - cut]


def write_edf(path, images, headers=None):
    """Write an EDF file with fabio."""
    headers = headers or [{}] * len(images)
    edf = EdfImage(images[0], dict(headers[0]))
    for image, header in zip(images[1:], headers[1:], strict=True):
        edf.append_frame(data=image, header=dict(header))
    edf.write(str(path))
    return str(path)


def write_cbf(path, image, header=None):
    CbfImage(data=image, header=header or {}).write(str(path))
    return str(path)


def write_tiff(path, images):
    """Write an uncompressed TIFF file with fabio, of one page or of many."""
    for i, image in enumerate(images):
        with TiffIO(str(path), mode="rb+" if i else "wb+") as tiff:
            tiff.writeImage(image)
    return str(path)


def write_marccd(path, image, *, order="<"):
    """Write a MarCCD file: a TIFF file with 4096 bytes of header before the pixels."""
    (rows, columns), bits = image.shape, image.itemsize * 8
    number = {"u": 1, "i": 2, "f": 3}[image.dtype.kind]
    entries = [
        (256, 4, 1, columns), (257, 4, 1, rows), (258, 3, 1, bits), (259, 3, 1, 1),
        (262, 3, 1, 1), (273, 4, 1, 4096), (274, 3, 1, 1), (277, 3, 1, 1),
        (278, 4, 1, rows), (279, 4, 1, image.nbytes), (339, 3, 1, number),
    ]  # fmt: skip
    head = {"<": b"II", ">": b"MM"}[order] + struct.pack(
        f"{order}HIH", 42, 8, len(entries)
    )
    for tag, kind, count, value in entries:
        form = "HHIHxx" if kind == 3 else "HHII"
        head += struct.pack(order + form, tag, kind, count, value)
    raw = image.astype(image.dtype.newbyteorder(order)).tobytes()
    Path(path).write_bytes((head + bytes(4)).ljust(4096, b"\0") + raw)
    return str(path)


def write_pages(path, images, **options):
    """Write a TIFF file with Pillow, of as many pages as there are images."""
    first, *others = [Image.fromarray(image) for image in images]
    first.save(str(path), save_all=True, append_images=others, **options)
    return str(path)


def write_dtrek(path, image, header=None):
    DtrekImage(data=image, header=header or {}).write(str(path))
    return str(path)


def write_bruker(path, image):
    header = {
        "FORMAT": "        86", "VERSION": "6", "HDRBLKS": "5", "NOVERFL": "0",
        "NPIXELB": str(image.itemsize), "NROWS": str(image.shape[0]),
        "NCOLS": str(image.shape[1]),
    }  # fmt: skip
    text = "".join(f"{name:7}:{value}".ljust(80) for name, value in header.items())
    text = text.ljust(2560)
    raw = text.encode() + image.astype(image.dtype.newbyteorder("<")).tobytes()
    Path(path).write_bytes(raw)
    return str(path)


def write_mar345(path, image):
    """Write a MAR345 file, whose pixels are packed; fabio's own writer fails."""
    rows, columns = image.shape
    numbers = [1234, columns, 0, 1, 1, rows * columns, *[100] * 10]
    head = struct.pack("<16i", *numbers) + bytes(64) + b"mar research\n"
    head = (head + b"PROGRAM mar345\nEND OF HEADER\n").ljust(4096, b"\0")
    Path(path).write_bytes(head + compress_pck(image.astype("u4")))
    return str(path)


def write_kcd(path, image):
    """Write a KappaCCD file, whose pixels are at the end."""
    rows, columns = image.shape
    head = (
        f"No\nData type = u16\nX dimension = {columns}\nY dimension = {rows}\n"
        "Number of readouts = 1\n"
    )
    # What follows the header is no ASCII.
    Path(path).write_bytes(head.encode() + image.astype("<u2").tobytes())
    return str(path)


def write_by_fabio(path, format_name, image):
    """Write a file with one of fabio's other writers."""
    writer = fabio.factory(format_name)
    writer.data = image
    writer.write(str(path))
    return str(path)
