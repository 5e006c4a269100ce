import h5py
import pytest

from beamio.contents.completion import Completion, completions


def texts(text):
    return [found.text for found in completions(text)]


pytestmark = pytest.mark.usefixtures("here")


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_folders_and_files_are_offered_as_people_count(here):
    (here / "scans").mkdir()
    for name in ("s10.h5", "s2.h5", "other", ".hidden"):
        (here / name).touch()
    assert completions("s") == [
        Completion("s2.h5"),
        Completion("s10.h5"),
        Completion("scans/", goes_on=True),
    ]
    assert texts("") == ["other", "s2.h5", "s10.h5", "scans/"]
    assert texts(".h") == [".hidden"]
    assert texts("./sc") == ["./scans/"]
    assert texts("nowhere/") == []


def test_members_of_hdf5_files_are_offered_with_their_kind():
    with h5py.File("scan::1.h5", "w") as file:
        file["entry/data"] = 1
        file["link"] = h5py.SoftLink("/entry")
        file["lost"] = h5py.SoftLink("/nowhere")
        file["far"] = h5py.ExternalLink("other.h5", "/x")
    for text in ("scan::1.h5::", "scan::1.h5::/"):
        assert completions(text) == [
            Completion("scan::1.h5::/entry/", goes_on=True),
            Completion("scan::1.h5::/far", goes_on=True),
            Completion("scan::1.h5::/link/", goes_on=True),
            Completion("scan::1.h5::/lost"),
        ]
    assert texts("scan::1.h5::/entry/d") == ["scan::1.h5::/entry/data"]
    assert texts("scan::1.h5::/entry/data/") == []


def test_names_of_any_bytes_and_signs_are_given_as_they_are():
    names = ["a b", "a:b", "a\x1b[31m", "a\nb", "a\udce9"]
    with h5py.File("scan.h5", "w") as file:
        for name in names:
            file[name.encode("utf-8", "surrogateescape")] = 1
    assert sorted(texts("scan.h5::/a")) == sorted(f"scan.h5::/{n}" for n in names)


def test_of_very_many_names_the_beginnings_are_offered():
    with h5py.File("scan.h5", "w", libver="latest") as file:
        for index in range(1200):
            file.create_group(f"frame{index:05d}")
    found = completions("scan.h5::/")
    assert 1 < len(found) <= 500
    assert all(each.goes_on for each in found)
    assert texts("scan.h5::/frame0119")[-1] == "scan.h5::/frame01199/"


def test_members_of_trees_are_offered(here):
    (here / "scan.dat").write_text("#F scan.dat\n\n#S 1 ascan\n#N 1\n#L x\n1\n2\n")
    assert texts("scan.dat::/") == ["scan.dat::/1.1/"]
    assert texts("scan.dat::/1.1/measurement/") == ["scan.dat::/1.1/measurement/x"]


def test_damaged_files_have_nothing_in_them(here, capfd):
    with h5py.File("scan.h5", "w") as file:
        file["entry/data"] = 1
    whole = (here / "scan.h5").read_bytes()
    damaged = [
        b"",
        b"x",
        whole[:700],
        whole[:8] + b"\xff" * 500,
        b"II*\0" + b"\xff" * 9,
    ]
    for content in damaged:
        (here / "bad.h5").write_bytes(content)
        assert completions("bad.h5::/") == []
    assert capfd.readouterr().out == ""
