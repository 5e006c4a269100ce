import subprocess
import sys
import warnings
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import beamio
from beamio.errors import DamagedFileError
from beamio.formats.spec import index

silx_spec = pytest.importorskip("silx.io.spech5")

SPEC = """#F /tmp/scan.dat
#E 1000000000
#D Thu Feb 11 09:55:20 2016
#C café User = me
#O0 Theta  Phi/2  Del
#O1 Mono

#S 1 ascan Theta 0 2 2 1
#D Thu Feb 11 09:55:20 2016
#T 1 (Seconds)
#G1 1 2 3 90 90 90 1 2 3 90 90 90
#G3 1 0 0 0 1 0 0 0 1
#P0 0.5 1.5 2.5
#P1 12.4
#N 4
#L Theta  Phi/2  Seconds  I0
0.0 1.5 1 100
1.0 1.5 1 200.25
2.0 1.5 1 3e5

#S 2 ascan Mono 0 1 1 1
#D Thu Feb 11 09:56:20 2016
#@MCA %16C
#@CHANN 8 0 7 1
#@CALIB 0 2 0
#@CTIME 1 2 3
#P0 0.5 1.5 2.5
#P1 12.4
#N 2
#L Mono  I0
0.0 10
@A 0 1 2 3 4 5\\
 6 7
@B 0 1 2 3 4 5\\
 6 8
1.0 20
@A 10 11 12 13 14 15\\
 16 17
@B 10 11 12 13 14 15\\
 16 18

#S 1 again
#D Thu Feb 11 09:57:20 2016
#N 2
#L Mono  I0
5 6
#C aborted

#F /tmp/other.dat
#E 1000000001
#D Thu Feb 11 09:58:20 2016
#O0 Other

#S 3 empty
#D Thu Feb 11 09:58:20 2016
#P0 7
#N 2
#L Mono  I0
"""


def contents(file):
    """Every object of a tree, by name."""
    found = {}

    def look(name, item):
        attrs = {key: str(value) for key, value in item.attrs.items()}
        if hasattr(item, "shape"):
            value = np.asarray(item[()], item.dtype)
            found[name] = (item.shape, item.dtype, value.tobytes(), str(value), attrs)
        else:
            found[name] = (sorted(item), attrs)

    file.visititems(look)
    return found


def read(path):
    """What beamio gives, without warnings."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with beamio.open(path) as file:
            return contents(file)


def expected(path):
    file = silx_spec.SpecH5(str(path))
    try:
        return contents(file)
    finally:
        file.close()


def strip_pointers(found):
    """Objects are compared as text: their bytes are addresses."""
    return {
        name: entry if entry[1:2] != (np.dtype(object),) else (*entry[:2], *entry[3:])
        for name, entry in found.items()
    }


def test_the_tree_is_silxs(tmp_path):
    path = tmp_path / "scan.dat"
    path.write_text(SPEC)
    assert strip_pointers(read(path)) == strip_pointers(expected(path))


def test_the_tree_of_a_real_file_is_silxs(samples):
    path = samples / "oleg.dat"
    assert strip_pointers(read(path)) == strip_pointers(expected(path))


def measured(path, scan):
    """The columns and spectra of a scan, and what is said of it."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        with beamio.open(path) as file:
            found = {
                name: item[()] if hasattr(item, "shape") else item["data"][()]
                for name, item in file[f"{scan}/measurement"].items()
            }
    return found, [str(one.message) for one in caught]


@given(st.integers(SPEC.index("#S 1 ascan") + 9, len(SPEC.encode()) - 1))
def test_what_is_left_of_a_file_that_is_cut_is_right(tmp_path_factory, end):
    folder = tmp_path_factory.mktemp("cut")
    whole, cut = folder / "whole.dat", folder / "cut.dat"
    content = SPEC.encode()
    whole.write_bytes(content)
    cut.write_bytes(content[:end])
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        scans = list(beamio.open(cut))
    if content[:end].split(b"\n")[-1] in {b"#S", b"#S ", b"#S 2", b"#S 1", b"#S 3"}:
        assert "is cut in the first line of a scan" in str(caught[0].message)
    for scan in scans:
        expected, _ = measured(whole, scan)
        found, said = measured(cut, scan)
        assert set(found) <= set(expected)
        for name, values in found.items():
            np.testing.assert_array_equal(values, expected[name][: len(values)])
        lost = [name for name in found if len(found[name]) < len(expected[name])]
        left = content[:end]
        in_scan = left.rfind(b"#S") > left.rfind(b"#F")
        if scan == scans[-1] and in_scan and left.split(b"\n")[-1].strip():
            assert any(" cut" in one for one in said)
        elif lost and scan != scans[-1]:
            assert said


def test_a_file_without_a_last_line_end_loses_no_digit_unsaid(tmp_path):
    path = tmp_path / "scan.dat"
    path.write_text("#S 1 ascan\n#N 2\n#L Mono  I0\n1 10\n2 20")
    found, said = measured(path, "1.1")
    assert found["I0"].tolist() == [10]
    assert said == [
        f"{path}::/1.1: line 5 has no end, so it may be cut, and is left out"
    ]


ROWS = "#S 1 ascan\n#N 2\n#L Mono  I0\n1 10\n{}\n3 30\n"


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("2", "line 5 has 1 value, not 2"),
        ("2 20 200", "line 5 has 3 values, not 2"),
        ("2 2o", "line 5 holds '2o', which is no number"),
        ("2 " + "1" * 50, "line 5 holds a number of more than 38 characters"),
    ],
)
def test_a_row_that_cannot_be_read_is_left_out_with_a_warning(tmp_path, row, reason):
    path = tmp_path / "scan.dat"
    path.write_text(ROWS.format(row))
    found, said = measured(path, "1.1")
    assert found["I0"].tolist() == [10, 30]
    assert said == [f"{path}::/1.1: {reason}, and is left out"]


def test_values_that_are_no_finite_numbers_keep_their_place(tmp_path):
    path = tmp_path / "scan.dat"
    path.write_text(
        "#O0 x  y\n\n" + ROWS.format("2 nan").replace("#N", "#P0 nan 4\n#N")
    )
    found, said = measured(path, "1.1")
    np.testing.assert_array_equal(found["I0"], [10, np.nan, 30])
    assert not said
    motors = beamio.open(path)["1.1/instrument/positioners"]
    assert np.isnan(motors["x"][()])
    assert motors["y"][()] == 4


def test_fewer_columns_than_names_give_no_values(tmp_path):
    path = tmp_path / "scan.dat"
    path.write_text("#S 1 ascan\n#N 3\n#L Mono  I0  I1\n1 10\n2 20\n")
    found, said = measured(path, "1.1")
    assert [len(values) for values in found.values()] == [0, 0, 0]
    assert (
        "line 4 has 2 values, not 3, and is left out; 1 other line as well" in said[0]
    )


def test_two_columns_of_one_name_are_told(tmp_path):
    path = tmp_path / "scan.dat"
    path.write_text("#S 1 ascan\n#N 2\n#L I/0  I%0\n1 10\n")
    _, said = measured(path, "1.1")
    assert said == [f"{path}::/1.1: has two columns 'I%0'; the first is given"]


def test_spectra_that_belong_to_no_point_are_an_error(tmp_path):
    path = tmp_path / "scan.dat"
    rows = "1 10\n@A 1 2\n2 20\n3 30\n@A 5 6\n@A 7 8\n"
    path.write_text("#S 1 ascan\n#@MCA %2C\n#N 2\n#L Mono  I0\n" + rows)
    with pytest.raises(DamagedFileError, match="not the same number of spectra"):
        measured(path, "1.1")
    path.write_text(path.read_text().replace("@A 5 6\n", "").replace("2\n2", "x\n2"))
    with pytest.raises(DamagedFileError, match="line 6 is not all numbers"):
        measured(path, "1.1")


def test_spectra_of_other_lengths_are_an_error(tmp_path):
    path = tmp_path / "scan.dat"
    rows = "1 10\n@A 1 2\n2 20\n@A 5\n"
    path.write_text("#S 1 ascan\n#@MCA %2C\n#N 2\n#L Mono  I0\n" + rows)
    with pytest.raises(DamagedFileError, match="point 1 has 1 channels"):
        measured(path, "1.1")


def test_one_spectrum_is_read_by_itself(tmp_path):
    path = tmp_path / "scan.dat"
    path.write_text(SPEC)
    with beamio.open(path) as file:
        data = file["2.1/measurement/mca_1/data"]
        assert data.name == "/2.1/instrument/mca_1/data"
        whole = data[()]
        assert data[1].tolist() == [10, 11, 12, 13, 14, 15, 16, 18]
        assert data[-1, 2:8:3].tolist() == whole[-1, 2:8:3].tolist()
        assert data[:, 7].tolist() == [8, 18]
    with pytest.raises(ValueError, match="closed"):
        data[0]


def test_a_header_in_another_encoding_is_read(tmp_path):
    path = tmp_path / "scan.dat"
    path.write_bytes(SPEC.encode("latin-1"))
    with beamio.open(path) as file:
        assert "#C café User = me" in file["1.1/instrument/specfile/file_header"][()]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("#F scan.dat\n#E 1\n", "without a scan"),
        ("#F scan.dat\n#S " + "1" * 60 + "\n", "no space in it"),
        ("#F x\n" + "#C all is well\n" * 500 + "#S 1 a\n#L a\0b\n", "null bytes"),
        ("#S 1 a\n#L " + "a" * 500 + "\n", "a name has more than 400 bytes"),
        ("#S 1 a\n#P0 " + "1 " * 301 + "\n", "more than 300 positions"),
    ],
)
def test_what_silx_has_no_room_for_is_an_error(tmp_path, content, message):
    path = tmp_path / "scan.dat"
    path.write_text(content)
    with pytest.raises(DamagedFileError, match=message), beamio.open(path) as file:
        for scan in file.values():
            assert scan


def test_damage_never_ends_the_process(tmp_path):
    source = tmp_path / "scan.dat"
    source.write_text(SPEC)
    fuzz = Path(__file__).with_name("fuzz_files.py")
    done = subprocess.run(
        [sys.executable, fuzz, source, tmp_path, "7", "400"],
        check=False,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("size", [1, 2, 7, 64])
def test_scans_are_found_wherever_blocks_end(tmp_path, monkeypatch, size):
    path = tmp_path / "scan.dat"
    path.write_text(SPEC)
    expected = index.find_scans(str(path))
    assert [scan.name for scan in expected] == ["1.1", "2.1", "1.2", "3.1"]
    content = SPEC.encode()
    assert all(content[scan.block[0] :].startswith(b"#S") for scan in expected)
    monkeypatch.setattr(index, "_BLOCK", size)
    assert index.find_scans(str(path)) == expected
