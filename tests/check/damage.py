"""Files in which something is wrong."""

import h5py
import hdf5plugin
import numpy as np

CHUNK = (1, 30, 40)


def scan(path, frames=8, **filters):
    """A file that nothing is wrong with."""
    data = np.random.default_rng(0).poisson(20, (frames, 30, 40)).astype("u2")
    with h5py.File(path, "w") as file:
        file.create_dataset("entry/data", data=data, chunks=CHUNK, **filters)
        file["entry/title"] = "a scan"
        file["entry/angle"] = np.linspace(0, 180, frames)
        file["entry/angle"].attrs["units"] = "degree"
    return path


FILTERS = {
    "gzip": {"compression": "gzip"},
    "bitshuffle": hdf5plugin.Bitshuffle(),
    "checksum": {"fletcher32": True},
    "lzf and checksum": {"compression": "lzf", "fletcher32": True},
    "zstd": hdf5plugin.Zstd(),
    "szip": {"compression": "szip"},
    "blosc": hdf5plugin.Blosc(),
}


def place_of_chunk(path, number, name="entry/data"):
    with h5py.File(path) as file:
        about = file[name].id.get_chunk_info(number)
        return about.byte_offset, about.size


def overwrite(path, place, data):
    with path.open("r+b") as file:
        file.seek(place)
        file.write(data)


def found(report):
    return {(each.kind, each.path) for each in report.problems}
