"""Small scans as files, in every layout that is found without options."""

import h5py
import numpy as np

SHAPE = (6, 5, 7)


def images(seed=0, shape=SHAPE, dtype="<u2"):
    """Raw frames, two flats, one dark."""
    rng = np.random.default_rng(seed)
    raw = rng.integers(500, 9000, shape).astype(dtype)
    flats = rng.integers(9000, 12000, (2, *shape[1:])).astype(dtype)
    dark = rng.integers(90, 110, shape[1:]).astype(dtype)
    return raw, flats, dark


def numbered(path, raw, flats, dark, *, darks="dark", step=100):
    """Groups of numbered images, as in the ESRF data IO tutorial."""
    last = (len(raw) - 1) * step
    with h5py.File(path, "w") as file:
        for i, image in enumerate(raw):
            file[f"data/{i * step:04d}"] = image
        file["flatfield/0000"], file[f"flatfield/{last:04d}"] = flats
        file[f"{darks}/0000"] = dark
    return path


def stack(path, raw, flats, dark, **options):
    """One stack, with flats in a group of images whose numbers are frame indices."""
    with h5py.File(path, "w") as file:
        file.create_dataset("data", data=raw, **options)
        file["flatfield/0000"], file[f"flatfield/{len(raw) - 1:04d}"] = flats
        file["dark"] = dark
    return path


def exchange(path, raw, flats, dark):
    """The layout of DXchange."""
    with h5py.File(path, "w") as file:
        file["exchange/data"] = raw
        file["exchange/data_white"] = flats
        file["exchange/data_dark"] = dark[np.newaxis]
    return path


EDF_TYPES = {
    "i1": "SignedByte",
    "u1": "UnsignedByte",
    "i2": "SignedShort",
    "u2": "UnsignedShort",
    "i4": "SignedInteger",
    "u4": "UnsignedInteger",
    "i8": "Signed64",
    "u8": "Unsigned64",
    "f4": "FloatValue",
    "f8": "DoubleValue",
}


def edf(path, frames, header=None):
    """An EDF file, written by hand: fabio writes only the machine's byte order."""
    with path.open("wb") as file:
        for i, frame in enumerate(frames):
            big = frame.dtype.str.startswith(">")
            entries = {
                "HeaderID": f"EH:{i + 1:06d}:000000:000000",
                "Image": i + 1,
                "ByteOrder": "HighByteFirst" if big else "LowByteFirst",
                "DataType": EDF_TYPES[frame.dtype.str[1:]],
                "Dim_1": frame.shape[1],
                "Dim_2": frame.shape[0],
                "Size": frame.nbytes,
                **(header(i) if header else {}),
            }
            text = "".join(f"{key} = {value} ;\n" for key, value in entries.items())
            length = -(-(len(text) + 4) // 512) * 512
            file.write(f"{{\n{text:<{length - 4}}}}\n".encode())
            file.write(frame.tobytes())
    return path
