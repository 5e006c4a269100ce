"""Whatever is reached from a `beamio.File` is beamio's own, and reads as h5py does."""

import pickle

import h5py
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import beamio
from beamio.formats.hdf5.objects import engine

VALUES = np.arange(4 * 5 * 6, dtype="u2").reshape(4, 5, 6)


@pytest.fixture
def path(tmp_path):
    """A file with an object of every kind, written by h5py."""
    name = tmp_path / "all.h5"
    with h5py.File(tmp_path / "other.h5", "w") as other:
        other["entry/data"] = VALUES
    with h5py.File(name, "w") as file:
        data = file.create_dataset("entry/data", data=VALUES, chunks=(1, 5, 6))
        file["entry/type"] = np.dtype([("a", "f4"), ("b", "i2")])
        file["soft"] = h5py.SoftLink("/entry/data")
        file["external"] = h5py.ExternalLink("other.h5", "/entry")
        file["entry/scale"] = np.arange(4.0)
        file["entry/scale"].make_scale("x")
        data.dims[0].attach_scale(file["entry/scale"])
        file["reference"] = data.ref
        file.attrs["group"] = file["entry"].ref
        layout = h5py.VirtualLayout((4, 5, 6), "u2")
        layout[:] = h5py.VirtualSource(data)
        file.create_virtual_dataset("virtual", layout)
    return name


@pytest.fixture
def file(path):
    with beamio.File(path, threads=2, missing="fill") as opened:
        yield opened


def visited(file):
    found = []
    file.visititems(lambda _, item: found.append(item))
    return found


WAYS = {
    "group": lambda f: [f["entry"]],
    "root": lambda f: [f["/"]],
    "path": lambda f: [f["entry/data"]],
    "bytes": lambda f: [f[b"entry/data"]],
    "get": lambda f: [f.get("entry"), f["entry"].get("data")],
    "values": lambda f: [*f.values(), *f["entry"].values()],
    "items": lambda f: [item for _, item in f["entry"].items()],
    "reversed": lambda f: [*reversed(f["entry"].values())],
    "visited": visited,
    "parent": lambda f: [f["entry/data"].parent, f["entry"].parent],
    "file": lambda f: [f["entry/data"].file, f["entry"].file, f["/"].file, f.file],
    "and back": lambda f: [f["entry"]["data"].parent.file["entry/data"]],
    "reference": lambda f: [f[f["reference"][()]], f[f.attrs["group"]]],
    "soft link": lambda f: [f["soft"]],
    "external link": lambda f: [f["external"], f["external/data"].file],
    "scales": lambda f: [
        f["entry/data"].dims[0][0],
        f["entry/data"].dims[0]["x"],
        *f["entry/data"].dims[0].values(),
        *(scale for dim in f["entry/data"].dims for _, scale in dim.items()),
    ],
    "type": lambda f: [f["entry/type"], f["entry/type"].parent, f["entry/type"].file],
    "virtual": lambda f: [f["virtual"]],
    "iterated": lambda f: [f[name] for name in f],
    "required": lambda f: [f.require_group("entry")],
}


@pytest.mark.parametrize("way", WAYS)
def test_every_object_that_is_reached_is_ours(file, way):
    reached = WAYS[way](file)
    assert reached
    for item in reached:
        assert type(item).__module__.startswith("beamio.")
        theirs = getattr(h5py, type(item).__name__)
        assert isinstance(item, theirs)
        assert (item.access.threads, item.access.missing) == (2, "fill")


def test_every_object_that_is_created_is_ours(tmp_path):
    with beamio.File(tmp_path / "new.h5", "w", threads=1) as file:
        layout = h5py.VirtualLayout((3,), "f8")
        layout[:] = h5py.VirtualSource(".", "data", shape=(3,))
        made = [
            file.create_group("a/b"),
            file.require_group("a/c"),
            file.create_dataset("data", data=[1.0, 2.0, 3.0]),
            file.create_dataset("a/d/e", (2, 3), "u1", chunks=True),
            file.create_dataset(None, (2,), "f4"),
            file.create_dataset_like("like", file["data"]),
            file.require_dataset("data", (3,), "f8"),
            file.require_dataset("new", (3,), "f8", compression="zstd"),
            file.create_virtual_dataset("virtual", layout),
        ]
        file["array"] = np.zeros(3)
        file.copy("data", "copied")
        file.move("copied", "moved")
        for item in [*made, file["array"], file["moved"]]:
            assert type(item) in {beamio.Group, beamio.Dataset}
            assert item.access.threads == 1
        np.testing.assert_array_equal(file["virtual"], [1, 2, 3])


def test_the_class_of_a_member_is_named_as_h5py_names_it(file):
    # so that code which compares with h5py.Dataset goes on working
    assert file.get("entry", getclass=True) is h5py.Group
    assert file.get("soft", getclass=True, getlink=True) is h5py.SoftLink
    assert file.get("nothing", default=7) == 7


def test_objects_that_are_equal_stay_so(path, file):
    assert file["entry"] == file["entry/data"].parent
    assert hash(file["entry/data"]) == hash(file["soft"])
    with h5py.File(path, locking=False) as theirs:
        assert file["entry"] == theirs["entry"]


def test_a_file_by_its_identifier_or_in_memory_is_ours(file):
    assert beamio.File(file.id).filename == file.filename
    assert beamio.Dataset(file["entry/data"].id)[0, 0, 1] == 1
    with beamio.File("none.h5", "w", driver="core", backing_store=False) as memory:
        memory["a/b"] = 1
        assert type(memory["a"]) is beamio.Group
    with pytest.raises(TypeError):
        pickle.dumps(file["entry"])


def test_options_that_make_no_sense_are_refused(path):
    with pytest.raises(beamio.OptionError, match="threads must be 1 or more"):
        beamio.File(path, threads=0)
    with pytest.raises(beamio.OptionError, match='"error" or "fill", not \'zero\''):
        beamio.File(path, missing="zero")


class Engine:
    """Stands for the engine: reads plain selections by h5py, and keeps count."""

    def __init__(self, *, able=True):
        self.able = able
        self.calls = []

    def read(self, dataset, args, *, out=None, dtype=None, threads=None):
        items = args if isinstance(args, tuple) else (args,)
        plain = all(item is ... or isinstance(item, slice | int) for item in items)
        if not (self.able and plain and dataset.shape):
            return None
        data = np.asarray(h5py.Dataset.__getitem__(dataset, args))
        if out is not None and out.shape != data.shape:
            return None
        self.calls.append(threads)
        if out is None:
            return data if dtype is None else data.astype(dtype, casting="safe")
        np.copyto(out, data, casting="safe")
        return out

    def write(self, dataset, args, value, *, threads=None):
        if self.able:
            h5py.Dataset.__setitem__(dataset, args, value)
            self.calls.append(threads)
        return self.able


@pytest.fixture(params=[True, False], ids=["engine", "h5py"])
def counting(request, monkeypatch):
    stand_in = Engine(able=request.param)
    monkeypatch.setattr(engine, "read", stand_in.read)
    monkeypatch.setattr(engine, "write", stand_in.write)
    return stand_in


READS = {
    "all": (lambda d: d[...], VALUES),
    "none": (lambda d: d[()], VALUES),
    "frame": (lambda d: d[2], VALUES[2]),
    "steps": (lambda d: d[::2, 1:4:2, -3:], VALUES[::2, 1:4:2, -3:]),
    "array": (np.asarray, VALUES),
    "array of a type": (lambda d: np.asarray(d, dtype="f4"), VALUES.astype("f4")),
    "safe cast": (lambda d: d.astype("i4")[1:3], VALUES[1:3].astype("i4")),
    "whole cast": (lambda d: np.asarray(d.astype("f8")), VALUES.astype("f8")),
    "read": (lambda d: d.read(np.s_[1:3]), VALUES[1:3]),
    "read in threads": (lambda d: d.read(1, threads=5), VALUES[1]),
}


@pytest.mark.parametrize("way", READS)
def test_reads_go_through_the_engine_where_it_can(file, counting, way):
    read, wanted = READS[way]
    got = read(file["entry/data"])
    np.testing.assert_array_equal(got, wanted, strict=True)
    threads = 5 if "threads" in way else 2
    assert counting.calls == ([threads] if counting.able else [])


def test_a_single_value_is_a_scalar(file, counting):
    got = file["entry/data"][1, 2, 3]
    assert type(got) is np.uint16
    assert got == VALUES[1, 2, 3]
    assert len(counting.calls) == counting.able


UNSAFE = {
    "clipped": lambda d: d.astype("i1")[...],
    "fancy": lambda d: d[[0, 2]],
    "mask": lambda d: d[VALUES > 50],
    "clipped into": lambda d: into(d, "u1"),
}


def into(dataset, dtype):
    out = np.zeros(dataset.shape, dtype)
    dataset.read_direct(out)
    return out


@pytest.mark.parametrize("way", UNSAFE)
def test_what_the_engine_might_read_otherwise_is_left_to_h5py(file, counting, way):
    with h5py.File(file.filename, locking=False) as theirs:
        wanted = UNSAFE[way](theirs["entry/data"])
    np.testing.assert_array_equal(UNSAFE[way](file["entry/data"]), wanted, strict=True)
    assert counting.calls == []


slices = st.slices(5).filter(lambda s: s.step is None or s.step > 0)
chosen = st.tuples(st.integers(0, 3) | slices, st.integers(0, 4) | slices)


@given(
    selections=st.tuples(st.none() | chosen, st.none() | chosen)
    | chosen.map(lambda same: (same, same)),
    extra=st.integers(0, 2),
)
def test_read_direct_fills_what_h5py_fills(selections, extra):
    source, target = selections
    stand_in = Engine()
    with (
        pytest.MonkeyPatch.context() as patch,
        beamio.File("x", "w", driver="core", backing_store=False) as file,
    ):
        patch.setattr(engine, "read", stand_in.read)
        file["data"] = VALUES
        ours, theirs = np.full((2, 4, 5, 6 + extra), 999, "u2")
        refused = None
        try:
            h5py.Dataset.read_direct(
                h5py.Dataset(file["data"].id), theirs, source, target
            )
        except ZeroDivisionError:  # how some versions of h5py read nothing
            return
        except (TypeError, ValueError, IndexError, OSError) as error:
            refused = type(error)
        if refused is None:
            file["data"].read_direct(ours, source, target)
        else:
            with pytest.raises(refused) as told:
                file["data"].read_direct(ours, source, target)
            assert not isinstance(told.value, beamio.BeamioError)
        np.testing.assert_array_equal(ours, theirs)


def test_reading_into_an_array_gives_that_array(file, counting):
    out = np.zeros((2, 5, 6), "f8")
    assert file["entry/data"].read(np.s_[1:3], out=out, threads=3) is out
    np.testing.assert_array_equal(out, VALUES[1:3])
    assert counting.calls == ([3] if counting.able else [])
    with pytest.raises(TypeError):
        file["entry/data"].read_direct(np.zeros((4, 5, 12), "u2")[..., ::2])


def test_writes_go_through_the_engine_where_it_can(tmp_path, counting):
    with beamio.File(tmp_path / "new.h5", "w") as file:
        stack = file.create_dataset("stack", data=VALUES, chunks=(1, 5, 6))
        stack[1] = 0
        stack.write_direct(VALUES, np.s_[2], np.s_[3], threads=4)
        wanted = VALUES.copy()
        wanted[1], wanted[3] = 0, VALUES[2]
        np.testing.assert_array_equal(stack, wanted)
        file["whole"] = VALUES  # contiguous: h5py writes that in one go
    assert counting.calls[:3] == ([None, None, 4] if counting.able else [])


def test_chunks_are_read_one_by_one(file):
    data = file["entry/data"]
    parts = [data[part] for part in data.iter_chunks()]
    np.testing.assert_array_equal(np.concatenate(parts), VALUES)


def test_texts_fields_and_empty_datasets_are_as_in_h5py(tmp_path):
    rows = np.array([(1, 2.5), (3, 4.5)], [("a", "i4"), ("b", "f8")])
    with beamio.File(tmp_path / "new.h5", "w") as file:
        file["text"] = ["a", "bc"]
        file["table"] = rows
        file["empty"] = h5py.Empty("f4")
        file["scalar"] = 7
        assert list(file["text"].asstr()) == ["a", "bc"]
        np.testing.assert_array_equal(file["table"]["b"], rows["b"])
        np.testing.assert_array_equal(file["table"].fields("a")[:], rows["a"])
        assert file["empty"][()] == h5py.Empty("f4")
        assert type(file["scalar"][()]) is np.int64
        assert file["scalar"][...].shape == ()
        assert np.asarray(file["scalar"]) == 7
