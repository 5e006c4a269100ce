"""A file that holds whatever a copy may lose."""

import h5py
import hdf5plugin
import numpy as np
from h5py import h5a, h5d, h5o, h5p, h5s, h5t

CHUNK = (1, 16, 16)


def low_level(group, name, kind, shape, data=None, *, layout=None):
    """A dataset of a type that h5py's objects can't name."""
    properties = h5p.create(h5p.DATASET_CREATE)
    if layout is not None:
        properties.set_layout(layout)
    space = h5s.create_simple(shape)
    dataset = h5d.create(group.id, name, kind, space, properties)
    if data is not None:
        raw = np.frombuffer(data, np.dtype((np.void, kind.get_size()))).reshape(shape)
        dataset.write(h5s.ALL, h5s.ALL, raw, mtype=kind)


def low_level_attribute(item, name, kind, data):
    attribute = h5a.create(item.id, name, kind, h5s.create(h5s.SCALAR))
    raw = np.frombuffer(data, np.dtype((np.void, kind.get_size()))).reshape(())
    attribute.write(raw, mtype=kind)


def text_type(length, padding, charset=h5t.CSET_ASCII):
    kind = h5t.C_S1.copy()
    kind.set_size(length)
    kind.set_strpad(padding)
    kind.set_cset(charset)
    return kind


def types(file):
    group = file.create_group("types")
    for name in ("<f4", ">f8", "<f2", ">i2", "<u8", "c8", "c16", "?", "S5"):
        group["of " + name] = np.zeros((3, 4), name)
    group["nan"] = np.array([0x7FF8000000000001, 0xFFF0000000000001], "u8").view("f8")
    colour = h5py.enum_dtype({"RED": 0, "GREEN": 42}, "u1")
    group.create_dataset("enum", data=[0, 42], dtype=colour)
    group["compound"] = np.ones(5, [("a", ">i4"), ("b", "f8", (2, 3)), ("c", "S3")])
    group["opaque"] = np.frombuffer(b"abcdefgh", "V4")
    group.create_dataset("when", data=np.zeros(2, h5py.opaque_dtype("M8[s]")))
    group["array"] = np.zeros((2,), np.dtype(("i4", (3,))))
    group.create_dataset("array_of", (2,), np.dtype(("i4", (3,))))
    group["scalar"] = 4.5
    group["text"] = "grüße"
    group.create_dataset("empty", data=h5py.Empty("f4"))
    group.create_dataset("zero", (0, 5), "i2", maxshape=(None, 5))
    texts = h5py.string_dtype("utf-8")
    group.create_dataset("texts", data=["a", "", "ü" * 50], dtype=texts, chunks=(2,))
    filled = group.create_dataset(
        "filled_texts", (9,), texts, fillvalue="none", chunks=(2,)
    )
    filled[4] = "x"
    group.create_dataset("bytes", data=[b"\xff\xfe"], dtype=h5py.string_dtype("ascii"))
    ragged = group.create_dataset("ragged", (3,), h5py.vlen_dtype("f4"))
    ragged[0], ragged[2] = [1, 2], [np.nan]
    mixed = np.dtype([("name", texts), ("values", h5py.vlen_dtype("i2")), ("n", "i8")])
    compound = group.create_dataset("ragged_compound", (2,), mixed)
    compound[0] = ("first", np.arange(3, dtype="i2"), 7)
    low_level(group, b"spaces", text_type(4, h5t.STR_SPACEPAD), (2,), b"ab  cd  ")
    utf8 = text_type(4, h5t.STR_NULLTERM, h5t.CSET_UTF8)
    low_level(group, b"terminated", utf8, (2,), b"ab\0\0c\0xy")
    low_level(group, b"bits", h5t.STD_B16BE, (2,), b"\1\2\3\4")
    low_level(group, b"time", h5t.UNIX_D32LE, (2,), b"\1\2\3\4\5\6\7\x08")
    low_level(
        group, b"compact", h5t.STD_I16BE, (3,), b"\0\1\0\2\0\3", layout=h5d.COMPACT
    )


def filters(file):
    group = file.create_group("filters")
    data = np.arange(4 * 40 * 50, dtype="u2").reshape(4, 40, 50)
    options = {
        "gzip": {"compression": "gzip", "shuffle": True, "fletcher32": True},
        "lzf": {"compression": "lzf"},
        "szip": {"compression": "szip"},
        "scaleoffset": {"scaleoffset": 13},
        "bitshuffle": hdf5plugin.Bitshuffle(),
        "bitshuffle_zstd": hdf5plugin.Bitshuffle(cname="zstd", clevel=5),
        "blosc": hdf5plugin.Blosc(),
        "blosc2": hdf5plugin.Blosc2(),
        "zstd": hdf5plugin.Zstd(),
        "unfiltered": {},
    }
    for name, given in options.items():
        group.create_dataset(name, data=data, chunks=CHUNK, **given)
    zfp = hdf5plugin.Zfp(accuracy=0.5)
    group.create_dataset("zfp", data=data.astype("f4"), chunks=CHUNK, **zfp)
    masked = group.create_dataset("masked", (2, 16, 16), "u2", chunks=CHUNK, **zfp_no())
    masked[0] = 5
    masked.id.write_direct_chunk((1, 0, 0), bytes(range(256)) * 2, 0b1)
    sparse = group.create_dataset(
        "sparse",
        (10, 40, 50),
        ">i4",
        chunks=(2, 16, 16),
        compression="gzip",
        fillvalue=-7,
    )
    sparse[3, 20:30, 45:] = 9
    sparse[9] = np.arange(50)
    group.create_dataset("growing", (3, 40), "f4", maxshape=(None, 80), chunks=(2, 16))
    group.create_dataset("never", (30, 40), "f8", fillvalue=2.5)
    group.create_dataset("contiguous", data=data)
    properties = h5p.create(h5p.DATASET_CREATE)
    properties.set_fill_time(h5d.FILL_TIME_NEVER)
    properties.set_alloc_time(h5d.ALLOC_TIME_EARLY)
    group.create_dataset("early", (5,), "i4", dcpl=properties)[...] = 3
    unknown(group)


def zfp_no():
    return {"compression": "gzip"}


def unknown(group):
    """A dataset with a filter that nobody has."""
    properties = h5p.create(h5p.DATASET_CREATE)
    properties.set_chunk((1, 5, 7))
    properties.set_filter(32999, h5py.h5z.FLAG_OPTIONAL, (1, 2))
    space = h5s.create_simple((6, 5, 7))
    dataset = h5d.create(group.id, b"unknown", h5t.NATIVE_UINT16, space, properties)
    dataset.write_direct_chunk((2, 0, 0), bytes(range(70)), 0)


def links(file):
    group = file.create_group("links", track_order=True)
    group["z"] = [1, 2]
    group["a"] = group["z"]
    group["soft"] = h5py.SoftLink("/links/z")
    group["dangling"] = h5py.SoftLink("/nowhere")
    group["external"] = h5py.ExternalLink("other.h5", "/x")
    group["gone"] = h5py.ExternalLink("gone.h5", "/x")
    group["cycle"] = file["/"]
    group["ünï"] = group
    group.create_group("m")["up"] = group
    file["again"] = group


def references(file):
    group = file.create_group("references")
    region = file["filters/gzip"].regionref[1:3, ::5, :4]
    mask = np.zeros((3, 4), bool)
    mask[[0, 2], [1, 3]] = True
    points = file["types/of <f4"].regionref[mask]
    objects = [file.ref, file["filters"].ref, file["links/z"].ref, h5py.Reference()]
    group.create_dataset("objects", data=objects, dtype=h5py.ref_dtype)
    group.create_dataset("regions", data=[region, points], dtype=h5py.regionref_dtype)
    kind = np.dtype(
        [("of", h5py.ref_dtype), ("what", h5py.regionref_dtype), ("n", "i4")]
    )
    group["compound"] = np.array([(file.ref, region, 3)], kind)
    ragged = group.create_dataset("ragged", (2,), h5py.vlen_dtype(h5py.ref_dtype))
    ragged[0] = np.array([file.ref, group.ref], h5py.ref_dtype)
    chunked = group.create_dataset("chunked", (9,), h5py.ref_dtype, chunks=(2,))
    chunked[4] = group.ref
    group.attrs["object"] = group.ref
    group.attrs["region"] = region
    group.attrs.create("compound", group["compound"][0], dtype=kind)
    group.attrs.create("many", objects, dtype=h5py.ref_dtype)


def attributes(file):
    item = file.create_group("attributes", track_order=True)
    for name in ("z", "a", "m"):
        item.attrs[name] = name
    item.attrs["texts"] = ["a", "bc", ""]
    item.attrs["fixed"] = np.bytes_("abc")
    item.attrs["empty"] = h5py.Empty("i4")
    item.attrs["none"] = np.zeros((0, 3))
    item.attrs["array"] = np.arange(6, dtype=">i2").reshape(2, 3)
    item.attrs["bool"] = True
    item.attrs["enum"] = np.array([1], h5py.enum_dtype({"A": 1, "B": 2}, basetype="i8"))
    item.attrs["opaque"] = np.void(b"xyz")
    item.attrs["compound"] = np.array([(1, b"x")], [("a", "i4"), ("b", "S2")])
    ragged = np.empty(1, object)
    ragged[0] = np.arange(3, dtype="i4")
    item.attrs.create("ragged", ragged, dtype=h5py.vlen_dtype("i4"))
    item.attrs["ünï"] = "ö"
    spaces = text_type(6, h5t.STR_SPACEPAD)
    low_level_attribute(item, b"spaces", spaces, b"ab    ")
    for i in range(30):
        item.attrs[f"many {i}"] = i
    file.attrs["default"] = "entry"


def scales(file):
    group = file.create_group("scales")
    group["data"] = np.zeros((3, 4))
    group["x"], group["y"] = np.arange(3), np.arange(4)
    group["x"].make_scale("x axis")
    group["data"].dims[0].attach_scale(group["x"])
    group["data"].dims[1].attach_scale(group["y"])
    group["data"].dims[1].label = "y"


def named_types(file):
    kind = np.dtype([("a", "i4"), ("b", "f4")])
    file["named/first"] = kind
    file["named/equal"] = kind
    file["named/first"].attrs["units"] = "mm"
    data = np.ones(4, kind)
    for name in ("first", "equal"):
        file.create_dataset(f"named/{name}_data", data=data, dtype=file["named"][name])
    file.create_dataset(
        "named/equal_chunked",
        data=data,
        dtype=file["named/equal"],
        chunks=(3,),
        **hdf5plugin.Bitshuffle(),
    )
    file["named"].attrs.create("typed", data, dtype=file["named/equal"])


def virtual(file):
    layout = h5py.VirtualLayout((6, 5), "i4")
    layout[:2] = h5py.VirtualSource("other.h5", "x", (2, 5))
    layout[2:4] = h5py.VirtualSource("gone.h5", "x", (2, 5))
    layout[4:] = h5py.VirtualSource(file["own"])
    file.create_virtual_dataset("virtual", layout, fillvalue=-1)


def write_zoo(folder, name="zoo.h5", **options):
    """Write the file, and what it refers to, into a folder; return its path."""
    with h5py.File(folder / "other.h5", "w") as other:
        other["x"] = np.arange(10).reshape(2, 5)
    raw = folder / "raw.bin"
    raw.write_bytes(np.arange(12, dtype="f8").tobytes())
    path = folder / name
    with h5py.File(path, "w", track_order=True, **options) as file:
        file["own"] = np.arange(10, dtype="i4").reshape(2, 5)
        for fill in (
            types,
            filters,
            links,
            attributes,
            scales,
            named_types,
            virtual,
            references,
        ):
            fill(file)
        external = [(str(raw), 0, 96)]
        file.create_dataset("external", (12,), "f8", external=external)
        h5o.set_comment(file["types"].id, b"a comment")
        h5o.set_comment(file["filters/gzip"].id, b"another")
        h5o.set_comment(file["external"].id, b"a third")
    if options.get("userblock_size"):
        with path.open("r+b") as raw_file:
            raw_file.write(b"#!/bin/sh a user block")
    return path
