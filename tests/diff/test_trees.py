"""Trees: what is in one only, links, attributes, what is left out."""

import shutil

import h5py
import numpy as np
import pytest
from zoo import write_zoo

from beamio import MissingFileError, MissingPathError, OptionError, convert, diff
from diff.pairs import copied, found, write


@pytest.fixture(scope="module")
def zoo(tmp_path_factory):
    return write_zoo(tmp_path_factory.mktemp("zoo"))


UNREADABLE = ("/virtual", "unreadable")
"""Its source is not there."""


def without(report):
    return [each for each in found(report) if each != UNREADABLE]


@pytest.mark.parametrize("follow", [True, False])
def test_a_copy_of_a_file_that_holds_everything_is_the_same(zoo, follow):
    copy = copied(zoo, lambda _: None)
    assert without(diff(zoo, copy, follow=follow)) == []


def rename(file, old, new):
    file.move(old, new)


CHANGES = {
    "a pixel": (
        lambda f: f["filters/bitshuffle"].__setitem__((2, 3, 4), 9),
        [("/filters/bitshuffle", "value")],
    ),
    "an attribute": (
        lambda f: f["attributes"].attrs.__setitem__("z", "y"),
        [("/attributes@z", "value")],
    ),
    "an attribute less": (
        lambda f: f["attributes"].attrs.__delitem__("bool"),
        [("/attributes@bool", "only in A")],
    ),
    "an attribute more": (
        lambda f: f["filters/gzip"].attrs.__setitem__("units", "mm"),
        [("/filters/gzip@units", "only in B")],
    ),
    "a group more": (
        lambda f: f.create_group("filters/more"),
        [("/filters/more", "only in B")],
    ),
    "a type of an attribute": (
        lambda f: f["attributes"].attrs.create("many 3", 3, dtype="i2"),
        [("/attributes@many 3", "type")],
    ),
    "a name": (
        lambda f: f.move("filters/szip", "filters/tzip"),
        [("/filters/szip", "only in A"), ("/filters/tzip", "only in B")],
    ),
    "a text": (
        lambda f: f["types/texts"].__setitem__(1, "b"),
        [("/types/texts", "value")],
    ),
    "a reference": (
        lambda f: f["references/chunked"].__setitem__(4, f["own"].ref),
        [("/references/chunked", "value")],
    ),
}


@pytest.mark.parametrize("change", CHANGES)
def test_the_one_thing_that_was_changed_is_found(zoo, change):
    act, expected = CHANGES[change]
    copy = copied(zoo, act, f"{change.replace(' ', '_')}.h5")
    assert without(diff(zoo, copy)) == expected


def links(file, **members):
    with h5py.File(file, "w") as made:
        made["x"], made["y"] = 1, 2
        for name, link in members.items():
            made[name] = link
    return file


def test_links_are_compared_as_links(tmp_path):
    a = links(tmp_path / "a.h5", one=h5py.SoftLink("/x"), two=h5py.SoftLink("/x"))
    b = links(tmp_path / "b.h5", one=h5py.SoftLink("/x"), two=h5py.SoftLink("/y"))
    report = diff(a, b)
    assert found(report) == [("/two", "link")]
    assert report.differences[0].b == "link to /y"


def test_links_are_followed_when_asked(tmp_path):
    a = links(tmp_path / "a.h5", same=h5py.SoftLink("/x"), other=h5py.SoftLink("/x"))
    b = links(tmp_path / "b.h5", other=h5py.SoftLink("/y"))
    with h5py.File(b, "r+") as file:
        file["same"] = 1  # a dataset of its own
    assert found(diff(a, b)) == [("/other", "link"), ("/same", "link")]
    assert found(diff(a, b, follow=True)) == [("/other", "value")]


def test_broken_links_of_one_target_are_the_same(tmp_path):
    gone = {"gone": h5py.SoftLink("/gone"), "far": h5py.ExternalLink("no.h5", "/x")}
    a, b = links(tmp_path / "a.h5", **gone), links(tmp_path / "b.h5", **gone)
    assert not diff(a, b)
    assert not diff(a, b, follow=True)
    c = links(tmp_path / "c.h5", gone=h5py.SoftLink("/x"), far=gone["far"])
    (one,) = diff(a, c, follow=True).differences
    assert (one.what, one.a) == ("link", "link to /gone, broken")


def test_cycles_come_to_an_end(tmp_path):
    for name in ("a.h5", "b.h5"):
        with h5py.File(tmp_path / name, "w") as file:
            file["g/hard"] = file["/"]
            file["g/soft"] = h5py.SoftLink("/g")
            file["g/itself"] = h5py.SoftLink("/g/itself")
            file["g/out"] = h5py.ExternalLink(name, "/")
    for follow in (True, False):
        assert not diff(tmp_path / "a.h5", tmp_path / "b.h5", follow=follow)


def test_parts_of_files_are_mapped_onto_each_other(tmp_path):
    path = tmp_path / "scan.h5"
    with h5py.File(path, "w") as file:
        for scan in ("1.1", "7.1"):
            file[f"{scan}/instrument/data"] = np.arange(5)
            file[f"{scan}/plot"] = h5py.SoftLink(f"/{scan}/instrument/data")
            reference = file[f"{scan}/instrument"].ref
            file.create_dataset(f"{scan}/ref", data=reference, dtype=h5py.ref_dtype)
        file["7.1/title"] = "more"
    report = diff(f"{path}::/1.1", f"{path}::/7.1")
    assert found(report) == [("/title", "only in B")]


def test_kinds_that_differ(tmp_path):
    a = write(tmp_path / "a.h5", x=[1, 2])
    with h5py.File(tmp_path / "b.h5", "w") as file:
        file.create_group("x")
    (one,) = diff(a, tmp_path / "b.h5").differences
    assert (one.what, one.a, one.b) == ("kind", "2 int64", "group")
    a = f"{a}::/x"
    assert found(diff(a, f"{tmp_path}/b.h5::/x")) == [("/", "kind")]


def test_what_is_ignored_is_not_compared(tmp_path):
    def fill(file, n):
        file[f"entry/log/{n}"] = n
        file["entry/start_time"] = n
        file["entry/data"] = 1
        file["entry/data"].attrs["n"] = n

    for name, n in (("a.h5", 1), ("b.h5", 2)):
        with h5py.File(tmp_path / name, "w") as file:
            fill(file, n)
    files = tmp_path / "a.h5", tmp_path / "b.h5"
    assert len(diff(*files).differences) == 4
    left = diff(*files, ignore=["/entry/log", "*_time"], ignore_attributes="n")
    assert not left
    assert found(diff(*files, ignore="/entry/*o*", ignore_attributes="n")) == [
        ("/entry/start_time", "value")
    ]


def test_names_that_are_no_text_are_compared(tmp_path):
    for name in ("a.h5", "b.h5"):
        with h5py.File(tmp_path / name, "w") as file:
            file[b"caf\xe9"] = 1 if name == "a.h5" else 2
    report = diff(tmp_path / "a.h5", tmp_path / "b.h5")
    assert found(report) == [("/caf\udce9", "value")]


def test_named_types_are_compared(tmp_path):
    for name, kind in (("a.h5", "i4"), ("b.h5", "i8")):
        with h5py.File(tmp_path / name, "w") as file:
            file["type"] = np.dtype(kind)
    report = diff(tmp_path / "a.h5", tmp_path / "b.h5")
    assert found(report) == [("/type", "type")]


def test_real_files_are_the_same_as_their_copies(samples, tmp_path):
    for file in ("diffmap.h5", "medipix.edf"):
        copy = shutil.copy(samples / file, tmp_path / file)
        names = "file_*"  # name and time, of images
        report = diff(samples / file, copy, follow=True, ignore_attributes=names)
        assert found(report) == []
        assert report.compared.nbytes


def test_a_real_file_is_compared_with_what_it_was_converted_to(samples, tmp_path):
    import fabio

    values = fabio.open(samples / "medipix.edf").data
    write(tmp_path / "m.h5", x=values)
    url = f"{samples}/medipix.edf::/scan_0/instrument/detector_0/data"
    options = {"values_only": True, "ignore_attributes": "interpretation"}
    assert not diff(url, f"{tmp_path}/m.h5::/x", **options)


@pytest.mark.parametrize("name", ["medipix.edf", "oleg.dat", "diffmap.h5"])
def test_of_a_converted_file_only_what_was_added_differs(samples, tmp_path, name):
    convert(samples / name, tmp_path / "converted.h5")
    report = diff(
        samples / name,
        tmp_path / "converted.h5",
        values_only=True,
        ignore=["conversion", "plot"],
        ignore_attributes=["creator", "default", "file_*"],
    )
    assert found(report) == []
    assert report.compared.datasets > 100


@pytest.mark.parametrize(
    ("options", "error"),
    [
        ({"atol": -1}, OptionError),
        ({"rtol": float("nan")}, OptionError),
        ({"threads": 0}, OptionError),
        ({"output": "a.txt"}, OptionError),
    ],
)
def test_options_that_can_not_be_used_are_refused(tmp_path, options, error):
    a = write(tmp_path / "a.h5", x=1)
    with pytest.raises(error):
        diff(a, a, **options)


def test_what_can_not_be_opened_is_an_error(tmp_path):
    a = write(tmp_path / "a.h5", x=1)
    with pytest.raises(MissingFileError):
        diff(a, tmp_path / "none.h5")
    with pytest.raises(MissingPathError):
        diff(a, f"{a}::/none")
