import warnings

import numpy as np
import pytest

import beamio
from beamio.errors import DamagedFileError, UnreadableError

silx_fio = pytest.importorskip("silx.io.fioh5")

FIO = """!
! Comments
!
%c
ascan omega 180.0 180.5 3:10/1 4
user username, acquisition started at Thu Dec 12 18:00:00 2021
sweep motor lag: 1.0e-03
!
! Parameter
!
%p
channel3_exposure = 1.000000e+00
Scan/Name = ascan
!
! Data
!
%d
 Col 1 omega(encoder) DOUBLE
 Col 2 channel INTEGER
 Col 3 filename STRING
 Col 4 enable BOOLEAN
 Col 5 time/s FLOAT
      179.998418821    3    00001    1    1.243
      180.048418821    3    00002    0    nan
      180.098418821    4    00003    1    1.243
"""


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "eh1_sixc_00045.fio"
    path.write_text(FIO)
    return path


def contents(file):
    found = {}

    def look(name, item):
        attrs = {key: str(value) for key, value in item.attrs.items()}
        value = str(item[()]) if hasattr(item, "shape") else sorted(item)
        kind = (item.shape, item.dtype) if hasattr(item, "shape") else None
        found[name] = (kind, value, attrs)

    file.visititems(look)
    return found


@pytest.mark.parametrize("rows", [3, 1])
def test_the_tree_is_silxs(path, rows):
    path.write_text("".join(FIO.splitlines(keepends=True)[: 22 + rows]))
    with beamio.open(path) as file:
        found = contents(file)
    assert found == contents(silx_fio.FioH5(str(path)))
    assert "45.1/measurement/time%s" in found


def test_a_scan_without_a_point_has_columns(path):
    path.write_text("".join(FIO.splitlines(keepends=True)[:22]))
    with beamio.open(path) as file:
        assert file["45.1/title"][()].startswith("ascan omega")
        columns = [column[()] for column in file["45.1/measurement"].values()]
    assert [len(column) for column in columns] == [0] * 5
    assert [column.dtype.kind for column in columns] == list("fiObf")


def test_a_header_that_is_not_utf8_is_read(path):
    path.write_bytes(FIO.replace("sweep", "Übersicht").encode("latin-1"))
    with beamio.open(path) as file:
        text = file["45.1/instrument/fiofile/comments"][()]
        assert "Übersicht motor" in text
        assert file.attrs["file_name"] == str(path)
        assert file["45.1/measurement/channel"][()].tolist() == [3, 3, 4]


def test_a_row_that_is_cut_is_never_a_number(path):
    rows = FIO.index("179.998")
    for end in range(FIO.index("%c") + 3, len(FIO) - 1):
        path.write_text(FIO[:end])
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            if end < FIO.index(" Col 2"):
                with pytest.raises(UnreadableError):
                    beamio.open(path)
                continue
            with beamio.open(path) as file:
                measured = file["45.1/measurement"]
                if end > rows:
                    omega = np.atleast_1d(measured["omega(encoder)"][()])
                    whole = FIO[rows:end].count("\n")
                    assert omega.tolist() == [179.998418821, 180.048418821][:whole]
        is_cut = FIO[end - 1] != "\n" and FIO[:end].rpartition("\n")[2].strip()
        assert bool(is_cut) == any("may be cut" in str(w.message) for w in caught)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("180.048418821    3", "180.048418821    3x", "line 24 holds '3x', no INTEGER"),
        ("180.048418821    3", "180.048418821", "line 24 has 4 values for 5 columns"),
        ("180.048418821", "18o.048418821", "holds '18o.048418821', no DOUBLE"),
        ("DOUBLE", "QUADRUPLE", "QUADRUPLE"),
        ("ascan", "as\0can", "null bytes"),
    ],
)
def test_a_damaged_file_says_where(path, old, new, message):
    path.write_text(FIO.replace(old, new))
    with pytest.raises(DamagedFileError, match=message) as caught:
        beamio.open(path)
    assert "\n" not in str(caught.value)


def test_values_that_are_not_there_are_told(path):
    path.write_text(FIO + "    <no-data> <no-data> <no-data> <no-data> <no-data>\n")
    with pytest.warns(UserWarning, match="integers are -1"):
        file = beamio.open(path)
    assert np.isnan(file["45.1/measurement/omega(encoder)"][3])
