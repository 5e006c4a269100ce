"""What other programs have written has no problem, and is the same as its copy."""

import shutil

from beamio import check, diff


def test_only_what_is_missing_is_told(foreign):
    report = check(foreign, deep=True)
    # A link that leads nowhere, and a signal of two dimensions with one axis.
    assert {each.path for each in report.problems} <= {"/gone", "/entry/data"}
    assert report.is_readable


def test_a_copy_is_the_same_and_so_is_a_repacked_one(foreign):
    copy = shutil.copy(foreign, foreign.with_name("copy.h5"))
    report = diff(foreign, copy)
    assert report.differences == []
    assert report.compared.datasets
