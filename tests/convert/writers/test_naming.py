import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from beamio.convert.writers.naming import Target, safe_names
from beamio.errors import OptionError


@given(st.lists(st.text(), max_size=20), st.integers(20, 255))
def test_names_from_files_stay_in_the_folder_and_differ(names, room):
    found = safe_names(names, room=room)
    assert len({name.casefold() for name in found}) == len(names)
    for name in found:
        assert Path(name).name == name
        assert not name.startswith(".")
        assert name.isprintable()
        assert len(os.fsencode(name)) <= room


def test_numbers_have_the_width_that_is_needed_or_asked_for():
    assert Target.parse("a.cbf").names(10001)[-1] == "a_10000.cbf"
    assert Target.parse("d/a_%02d_x.edf").names(101)[::100] == [
        "d/a_00_x.edf",
        "d/a_100_x.edf",
    ]


def test_other_signs_of_per_cent_are_kept():
    target = Target.parse("50%_%03d.edf")
    assert target.names(1) == ["50%_000.edf"]
    with pytest.raises(OptionError, match="more than one"):
        Target.parse("%d_%s.edf")


def test_names_of_datasets_go_where_numbers_would(tmp_path):
    names = ["0000", "0100"]
    assert Target.parse("a.cbf").names(2, names) == ["a_0000.cbf", "a_0100.cbf"]
    inside = Target.parse(str(tmp_path), stem="scan", suffix=".cbf").names(2, names)
    assert inside == [f"{tmp_path}/0000.cbf", f"{tmp_path}/0100.cbf"]


def test_long_names_are_cut_and_still_differ(tmp_path):
    names = ["é" * 300 + "1", "é" * 300 + "2"]
    first, second = Target.parse(f"{tmp_path}/%s.edf").names(2, names)
    assert first != second
    for name in (first, second):
        Path(name).touch()
