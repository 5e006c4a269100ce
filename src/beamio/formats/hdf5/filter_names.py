"""The filters of a dataset by name."""

from typing import Any

from h5py import h5z

_BITSHUFFLE = 32008
_CODEC = 4
"""The place of the codec among the options of bitshuffle."""
_NAMES = {
    h5z.FILTER_DEFLATE: "gzip",
    h5z.FILTER_SHUFFLE: "shuffle",
    h5z.FILTER_FLETCHER32: "checksum",
    h5z.FILTER_SZIP: "szip",
    h5z.FILTER_NBIT: "nbit",
    h5z.FILTER_SCALEOFFSET: "scaleoffset",
    h5z.FILTER_LZF: "lzf",
    307: "bzip2",
    32001: "blosc",
    32004: "lz4",
    _BITSHUFFLE: "bitshuffle",
    32013: "zfp",
    32015: "zstd",
    32017: "sz",
    32018: "fcidecomp",
    32024: "sz3",
    32026: "blosc2",
    32028: "sperr",
    32035: "htj2k",
}


def filter_names(properties: Any) -> tuple[str, ...]:
    """Return the filters of a creation property list, in the order of writing."""
    found = map(properties.get_filter, range(properties.get_nfilters()))
    return tuple(_named(number, values, name) for number, _, values, name in found)


def _named(number: int, values: tuple[int, ...], given: bytes) -> str:
    name = _NAMES.get(number)
    if name is None:
        told = given.decode("utf-8", "replace").split(";")[0].strip()
        return f"filter {number} ({told})" if told else f"filter {number}"
    if number == _BITSHUFFLE:
        codec = values[_CODEC] if len(values) > _CODEC else 0
        return {0: name, 2: f"{name}-lz4", 3: f"{name}-zstd"}.get(codec, name)
    if number == h5z.FILTER_DEFLATE and values:
        return f"{name}:{values[0]}"
    return name


KNOWN_FILTERS = dict(_NAMES)
"""Names by the numbers that the HDF Group registered."""
