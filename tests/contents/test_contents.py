"""What a listing says of HDF5 files, compared with h5py and with what was written."""

import os

import h5py
import numpy as np
import pytest
from zoo import write_zoo

import beamio
from beamio.contents import walk
from beamio.errors import BeamioError, MissingFileError, MissingPathError
from beamio.formats.hdf5 import peek, quick
from beamio.model import Break, Kind


def listed(url, **options):
    options = {"recursive": True, **options}
    return {item.path: item for item in walk.contents(url, **options)}


@pytest.fixture(scope="module")
def zoo(tmp_path_factory):
    return write_zoo(tmp_path_factory.mktemp("zoo"))


@pytest.fixture
def write(tmp_path):
    def write(fill, name="file.h5", **options):
        path = tmp_path / name
        with h5py.File(path, "w", **options) as file:
            fill(file)
        return path

    return write


def test_every_object_is_as_h5py_says(zoo):
    items = listed(zoo, details=True)
    with h5py.File(zoo) as file:
        for path, item in items.items():
            if item.link is not None:
                continue
            found = file[path]
            assert item.attributes == len(found.attrs.keys()), path
            if item.kind is Kind.GROUP:
                assert item.members == len(found)
            elif item.kind is Kind.DATASET:
                assert item.shape == found.shape
                assert item.maxshape == found.maxshape
                assert item.storage.chunks == found.chunks
                size = found.id.get_type().get_size()
                assert item.storage.nbytes == (found.size or 0) * size


def test_every_name_that_h5py_visits_is_listed(zoo):
    visited = []
    with h5py.File(zoo) as file:
        file.visit(visited.append)
        found = [file[path] for path, item in listed(zoo).items() if item.link is None]
        assert all(any(file[path] == other for other in found) for path in visited)


def test_what_is_asked_without_h5py_is_the_same(zoo, monkeypatch):
    quickly = list(walk.contents(zoo, recursive=True, details=True))
    monkeypatch.setattr(quick, "_C", None)
    assert isinstance(quick.new_peeker(), peek.Peeker)
    assert list(walk.contents(zoo, recursive=True, details=True)) == quickly


@pytest.mark.parametrize("libver", ["earliest", "latest"])
@pytest.mark.parametrize(
    "value",
    [
        "mm",
        np.bytes_("mm"),
        np.array(["mm"], object),
        np.array([b"mm"]),
        "µm",
        "",
        np.bytes_("x" * 4000),
    ],
    ids=["str", "bytes", "array", "fixed", "latin", "empty", "long"],
)
def test_units_are_text_however_they_are_written(write, libver, value):
    def fill(file):
        file["x"] = 1
        file["x"].attrs["units"] = value
        file["x"].attrs["other"] = 1

    path = write(fill, libver=libver)
    with h5py.File(path) as file:
        units = file["x"].attrs["units"]
    units = units.item() if hasattr(units, "item") else units
    units = units.decode() if isinstance(units, bytes) else units
    assert listed(path)["/x"].units == units


@pytest.mark.parametrize(
    "value",
    [5, ["mm", "s"], np.bytes_("x" * 5000), h5py.Empty("S3"), np.zeros((0,), "S3")],
)
def test_units_that_are_no_one_text_are_left_out(write, value):
    def fill(file):
        file["x"] = 1
        file["x"].attrs["units"] = value

    assert listed(write(fill))["/x"].units == ""


def test_names_come_as_people_count(write):
    def fill(file):
        for number in (10, 2, 1):
            file[f"scan{number}"] = 0
        file["7" * 5000] = 0

    names = [path[1:] for path in listed(write(fill))][1:]
    assert names == ["7" * 5000, "scan1", "scan2", "scan10"]


def test_a_depth_is_kept(zoo):
    assert max(item.depth for item in walk.contents(zoo, depth=1)) == 1
    assert len(list(walk.contents(zoo, depth=0))) == 1
    plain = [item.path for item in walk.contents(zoo)]
    assert plain == [item.path for item in walk.contents(zoo, depth=1)]


def test_the_last_of_siblings_is_known(write):
    def fill(file):
        file["a/b"], file["a/c"], file["d"] = 1, 2, 3

    last = {path: item.is_last for path, item in listed(write(fill)).items()}
    assert last == {"/": True, "/a": False, "/a/b": False, "/a/c": True, "/d": True}


def test_an_object_with_two_names_is_shown_once(write):
    def fill(file):
        file["a/data"] = [1]
        file["b"] = file["a"]
        file["c"] = file["a/data"]

    items = listed(write(fill))
    assert items["/b"].same_as == "/a"
    assert items["/c"].same_as == "/a/data"
    assert "/b/data" not in items


def test_a_cycle_is_entered_once(write):
    def fill(file):
        file.create_group("a/b")["top"] = file["/"]
        file["a/b/a"] = file["a"]
        file["a/self"] = file["a"]

    path = write(fill)
    items = listed(path)
    cycles = {path: item.same_as for path, item in items.items() if item.is_cycle}
    assert cycles == {"/a/b/a": "/a", "/a/b/top": "/", "/a/self": "/a"}
    assert set(listed(f"{path}::/a/b")) == {
        "/a/b",
        "/a/b/a",
        "/a/b/a/b",
        "/a/b/a/self",
        "/a/b/top",
        "/a/b/top/a",
    }


LINKS = {
    "soft": (h5py.SoftLink("/data"), Kind.DATASET, None),
    "relative": (h5py.SoftLink("group/x"), Kind.DATASET, None),
    "to_group": (h5py.SoftLink("group"), Kind.GROUP, None),
    "gone": (h5py.SoftLink("/nowhere/x"), None, Break.NO_PATH),
    "no_group": (h5py.SoftLink("/data/x"), None, Break.NO_PATH),
    "up": (h5py.SoftLink("../data"), None, Break.NO_PATH),
    "one": (h5py.SoftLink("two"), None, Break.CYCLE),
    "two": (h5py.SoftLink("/one"), None, Break.CYCLE),
    "itself": (h5py.SoftLink("itself"), None, Break.CYCLE),
    "there": (h5py.ExternalLink("other.h5", "/x"), Kind.DATASET, None),
    "no_file": (h5py.ExternalLink("no.h5", "/x"), None, Break.NO_FILE),
    "no_path": (h5py.ExternalLink("other.h5", "/y"), None, Break.NO_PATH),
    "no_hdf5": (h5py.ExternalLink("notes.txt", "/y"), None, Break.NOT_OPEN),
    "pipe": (h5py.ExternalLink("pipe", "/y"), None, Break.NOT_OPEN),
    "round": (h5py.ExternalLink("file.h5", "/round"), None, Break.CYCLE),
    "chain": (h5py.SoftLink("no_file"), None, Break.NO_FILE),
}


@pytest.mark.parametrize("name", LINKS)
def test_a_link_says_where_it_leads_or_why_it_does_not(write, tmp_path, name):
    (tmp_path / "notes.txt").write_text("notes")
    os.mkfifo(tmp_path / "pipe")
    write(lambda file: file.create_dataset("x", data=1), "other.h5")

    def fill(file):
        file["data"] = [1, 2]
        file["group/x"] = 1
        for other, (link, _, _) in LINKS.items():
            file[other] = link

    link = listed(write(fill))[f"/{name}"].link
    _, kind, cause = LINKS[name]
    assert (link.kind, link.cause) == (kind, cause)
    assert bool(link.reason) is (cause is not None)


def test_sources_and_raw_files_are_named(write, tmp_path):
    write(lambda file: file.create_dataset("x", data=[1.0, 2.0]), "other.h5")

    def fill(file):
        layout = h5py.VirtualLayout((3, 2), "f8")
        layout[0] = h5py.VirtualSource("other.h5", "x", (2,))
        layout[1] = h5py.VirtualSource("gone.h5", "x", (2,))
        file.create_virtual_dataset("virtual", layout)
        gone = str(tmp_path / "gone.raw")
        file.create_dataset("raw", (2,), "f8", external=[(gone, 0, 16)])

    items = listed(write(fill))
    assert [each.name for each in items["/virtual"].outside] == [
        "other.h5::x",
        "gone.h5::x",
    ]
    assert [bool(each.reason) for each in items["/virtual"].outside] == [False, True]
    assert [each.kind for each in items["/raw"].outside] == ["raw file"]
    assert "missing file" in items["/raw"].outside[0].reason


def test_the_default_plot_and_the_signal_are_marked(write):
    def fill(file):
        file.attrs["default"] = "entry"
        entry = file.create_group("entry")
        entry.attrs["default"] = "plot"
        plot = entry.create_group("plot")
        plot.attrs.update(NX_class="NXdata", signal="y")
        plot["y"], plot["x"] = [1], [2]

    marks = {path: item.mark for path, item in listed(write(fill)).items() if item.mark}
    assert marks == {
        "/entry": "default",
        "/entry/plot": "default",
        "/entry/plot/y": "signal",
    }


def test_a_large_group_is_listed(write):
    def fill(file):
        group = file.create_group("many")
        for number in range(10_000):
            group.create_group(str(number))

    items = listed(write(fill, libver="latest"), depth=2)
    assert [path for path, item in items.items() if item.depth == 2] == [
        f"/many/{number}" for number in range(10_000)
    ]


def test_a_deep_file_is_listed(write):
    depth = 2000

    def fill(file):
        for _ in range(depth):
            file = file.create_group("g")

    assert len(listed(write(fill))) == depth + 1


def test_a_missing_file_or_path_is_an_error(write, tmp_path):
    path = write(lambda file: file.create_dataset("data", data=1))
    with pytest.raises(MissingFileError):
        listed(tmp_path / "gone.h5")
    with pytest.raises(MissingPathError, match="data"):
        listed(f"{path}::/date")
    with pytest.raises(MissingPathError, match="is no group"):
        listed(f"{path}::/data/x")


def test_a_link_in_the_url_is_followed(write):
    def fill(file):
        file["a/b"] = 1
        file["link"] = h5py.SoftLink("/a")

    assert list(listed(f"{write(fill)}::/link")) == ["/link", "/link/b"]


def test_a_part_has_the_shape_of_the_part(write):
    path = write(lambda file: file.create_dataset("x", data=np.zeros((4, 5))))
    (item,) = listed(f"{path}::/x[1:3]").values()
    assert item.shape == (2, 5)


def small_file(file):
    entry = file.create_group("entry")
    entry.attrs["NX_class"] = np.bytes_("NXentry")
    data = np.arange(6.0)
    entry.create_dataset("x", data=data, chunks=(3,), compression="gzip")
    entry["x"].attrs["units"] = np.bytes_("mm")
    entry["soft"] = h5py.SoftLink("/entry/x")
    entry["external"] = h5py.ExternalLink("no.h5", "/x")
    entry["again"], entry["loop"] = entry["x"], file["/"]
    file["type"] = np.dtype([("a", "i4"), ("b", "S3")])


@pytest.mark.parametrize("libver", ["earliest", "latest"])
def test_a_damaged_file_is_listed_or_one_error(write, tmp_path, libver):
    whole = write(small_file, libver=libver).read_bytes()
    bad = tmp_path / "bad.h5"
    damaged = [whole[:end] for end in range(0, len(whole), 61)]
    for place in range(0, len(whole), 17):
        flipped = bytearray(whole)
        flipped[place] ^= 0xFF
        damaged.append(bytes(flipped))
    for data in damaged:
        bad.write_bytes(data)
        os.utime(bad, (1, 1))  # nobody is writing it, so nobody waits for more
        told = ""
        try:
            assert sum(1 for _ in walk.contents(bad, recursive=True, details=True)) < 99
        except BeamioError as error:
            told = str(error)
        assert "\n" not in told


def test_images_are_listed_as_trees(samples):
    items = listed(samples / "medipix.edf")
    arrays = [item for item in items.values() if (item.shape or ())[-2:] == (256, 256)]
    assert arrays
    assert arrays[0].type.numpy == "<u2"
    assert items["/"].nx_class == "NXroot"


def test_a_file_by_pyfai_is_listed(samples):
    items = listed(samples / "diffmap.h5", details=True)
    maps = [item for path, item in items.items() if path.endswith("data/map")]
    assert len(maps) == 5
    assert all(item.storage.chunks == (1, 78, 100) for item in maps)
    assert items["/diff_map_0000"].nx_class == "NXentry"


def test_the_function_is_public(zoo):
    assert next(iter(beamio.contents(zoo))).kind is Kind.GROUP


def test_a_link_that_leads_back_to_itself_is_told_as_such(tmp_path):
    path = tmp_path / "cycle.h5"
    with h5py.File(path, "w") as file:
        file["one"] = h5py.SoftLink("/two")
        file["two"] = h5py.SoftLink("/one")
    told = "::/one: is a link to /two, which leads back to it"
    with pytest.raises(MissingPathError, match=told):
        listed(f"{path}::/one")
    with beamio.File(path) as file:
        with pytest.raises(MissingPathError, match=told):
            file["one"]
        assert file.get("one") is None


def test_open_objects_are_listed_as_their_files_are(tmp_path):
    path = tmp_path / "scan.h5"
    with h5py.File(path, "w") as file:
        file["entry/counts"] = [1.5, 2.5]
        file["entry/lost"] = h5py.SoftLink("/nowhere")
    by_name = list(beamio.contents(path, recursive=True))
    with h5py.File(path, "r") as file:
        assert list(beamio.contents(file, recursive=True)) == by_name
        below = list(beamio.contents(file["entry"], recursive=True))
        assert [item.path for item in below] == [item.path for item in by_name[1:]]


def test_files_in_memory_are_listed():
    with h5py.File("memory", "w", driver="core", backing_store=False) as file:
        file["entry/counts"] = [1.5, 2.5]
        assert [item.path for item in beamio.contents(file)] == ["/", "/entry"]
