import sys

import numpy as np
import pytest

import beamio
from beamio.errors import DamagedFileError, MissingFileError, UnreadableError
from beamio.formats import plugins

READER = """
import pathlib
import struct
import beamio

def open_counts(path):
    rows, columns = struct.unpack("<HH", pathlib.Path(path).read_bytes()[:4])
    counts = beamio.PlainValues(path, 4, (rows, columns), "<u4")
    scan = beamio.Branch.of({"counts": beamio.Leaf(counts)}, "NXdata", signal="counts")
    return beamio.Tree(path, beamio.Branch.of({"scan": scan}, "NXroot"))

def odd(path):
    raise RuntimeError("the moon\\nis full")

def nothing(path):
    return None

def cut(path):
    raise beamio.DamagedFileError(f"{path}: is cut")
"""


@pytest.fixture
def package(tmp_path, monkeypatch):
    """Install a package whose readers are for some suffixes, in this process only."""

    def install(name, **readers):
        folder = tmp_path / name
        info = folder / f"{name}-1.0.dist-info"
        info.mkdir(parents=True)
        (folder / f"{name}_reader.py").write_text(READER)
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\n")
        lines = [f"{suffix} = {reader}" for suffix, reader in readers.items()]
        (info / "entry_points.txt").write_text("\n".join(["[beamio.formats]", *lines]))
        monkeypatch.syspath_prepend(str(folder))
        plugins._plugins.cache_clear()

    yield install
    plugins._plugins.cache_clear()
    for module in [name for name in sys.modules if name.endswith("_reader")]:
        del sys.modules[module]


@pytest.fixture
def counts(tmp_path):
    values = np.arange(6, dtype="<u4").reshape(2, 3)
    path = tmp_path / "scan.CNT"
    path.write_bytes(b"\2\0\3\0" + values.tobytes())
    return path, values


def test_a_package_adds_a_format(package, counts):
    path, values = counts
    package("site", cnt="site_reader:open_counts")
    with beamio.open(path) as file:
        assert (file["scan/counts"][1] == values[1]).all()
    assert (beamio.read(path) == values).all()
    assert beamio.read(f"{path}::/scan/counts[1,2]") == 5


def test_nothing_of_it_is_imported_before_such_a_file(package, counts):
    package("site", cnt="site_reader:open_counts")
    path, values = counts
    np.save(path.with_suffix(".npy"), values)
    beamio.open(path.with_suffix(".npy"))
    assert "site_reader" not in sys.modules
    beamio.open(path)
    assert "site_reader" in sys.modules


def test_the_longest_suffix_is_taken(package, counts):
    path, _ = counts
    package("site", cnt="site_reader:odd", **{"raw.cnt": "site_reader:open_counts"})
    assert beamio.open(path.rename(path.with_name("scan.raw.cnt")))["scan"]


@pytest.mark.parametrize(
    ("reader", "message"),
    [
        ("odd", r"plug-in site_reader:odd of site can't.*\(RuntimeError: the moon is"),
        ("nothing", "gave a NoneType, not a beamio.Tree"),
        ("missing", "of site can't read it .AttributeError"),
    ],
)
def test_what_goes_wrong_in_a_package_names_it(package, counts, reader, message):
    package("site", cnt=f"site_reader:{reader}")
    with pytest.raises(UnreadableError, match=message) as caught:
        beamio.open(counts[0])
    assert "\n" not in str(caught.value)


def test_a_module_that_is_not_there_is_told(package, counts):
    package("site", cnt="nowhere.reader:read")
    with pytest.raises(UnreadableError, match=r"of site can't.*ModuleNotFoundError"):
        beamio.open(counts[0])


def test_errors_of_beamio_pass(package, counts):
    package("site", cnt="site_reader:cut")
    with pytest.raises(DamagedFileError, match=r"is cut$"):
        beamio.open(counts[0])


def test_two_packages_for_one_suffix_are_told(package, counts):
    package("site", cnt="site_reader:open_counts")
    package("other", cnt="other_reader:open_counts")
    with pytest.raises(UnreadableError, match=r"of other and .* of site read such"):
        beamio.open(counts[0])


def test_a_file_that_is_not_there_is_not_given_to_a_package(package, tmp_path):
    package("site", cnt="site_reader:open_counts")
    with pytest.raises(MissingFileError):
        beamio.open(tmp_path / "nothing.cnt")
