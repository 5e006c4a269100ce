"""What is made of objects for the screen, compared with what h5py says of them."""

from threading import Event

import h5py
import numpy as np
import pytest
from zoo import write_zoo

from beamio.errors import BeamioError
from beamio.tui.about import about
from beamio.tui.entries import Entry, Files
from beamio.tui.reading import told
from beamio.tui.statistics import parts, whole_statistics
from beamio.tui.values import Sheet

pytest.importorskip("textual", reason="the browser needs Textual")

from beamio.tui.picture import Look, picture, picture_strips
from beamio.tui.table import block_of, source_of


@pytest.fixture(scope="module")
def zoo(tmp_path_factory):
    folder = tmp_path_factory.mktemp("zoo")
    write_zoo(folder)
    return folder / "zoo.h5"


def entries(path):
    files = Files()
    items = files.items(str(path), "/", levels=None)
    return files, [Entry(str(path), item) for item in items]


def attempted(function, *args):
    """What a function gives; what it raises must be fit for a line."""
    try:
        return function(*args)
    except (BeamioError, OSError, TypeError, ValueError, KeyError) as error:
        line = told(error)
        assert line
        assert line.isprintable()
        return None


def test_whatever_hdf5_holds_is_told_or_said_why_not(zoo):
    files, found = entries(zoo)
    assert len(found) > 50
    number = 0
    for entry in found:
        lines = attempted(about, files, entry)
        number += lines is not None
        for line in lines or []:
            assert all(text.isprintable() for text, _ in line)
        drawn = attempted(picture, files, entry, Look(), 0)
        if drawn is not None:
            for strip in picture_strips(drawn, 50, 18):
                assert all(segment.text.isprintable() for segment in strip)
        source = attempted(source_of, files, entry) if entry.is_dataset else None
        if source is not None:
            for row in attempted(block_of, files, source, (0, 0, 0)) or []:
                assert all(cell.isprintable() for cell in row)
    assert number > len(found) * 0.8


def test_cells_are_those_that_h5py_reads(tmp_path):
    rng = np.random.default_rng(0)
    values = rng.normal(size=(2, 3, 70, 40)).astype("f4")
    with h5py.File(tmp_path / "a.h5", "w") as file:
        file["data"] = values
    entry = Entry(str(tmp_path / "a.h5"))
    files = Files()
    with files.opened(entry.file, "/data") as dataset:
        sheet = Sheet.of(dataset)
        assert (sheet.sheets, sheet.rows, sheet.columns) == (6, 70, 40)
        cells = sheet.read(dataset, 4, range(64, 70), range(32, 40))
    expected = values.reshape(6, 70, 40)[4, 64:, 32:]
    assert np.allclose(np.array(cells, float), expected, rtol=1e-6)


def test_statistics_of_all_are_those_of_numpy(tmp_path, monkeypatch):
    monkeypatch.setattr("beamio.tui.statistics._PART", 1000)
    values = np.random.default_rng(0).normal(size=(7, 30, 11))
    values[3, 4, 5] = np.nan
    with h5py.File(tmp_path / "a.h5", "w") as file:
        file["data"] = values
    files, found = entries(tmp_path / "a.h5")
    shares = []
    known = whole_statistics(files, found[1], shares.append, Event())
    assert (known.count, known.missing) == (values.size, 1)
    assert known.mean == pytest.approx(np.nanmean(values))
    assert known.deviation == pytest.approx(np.nanstd(values))
    assert shares == sorted(shares)
    assert shares[-1] == 1


@pytest.mark.parametrize("shape", [(), (0, 3), (5,), (3, 200), (2, 3, 500), (1, 1, 1)])
def test_parts_together_are_all(shape, monkeypatch):
    monkeypatch.setattr("beamio.tui.statistics._PART", 100)
    seen = np.zeros(shape, int)
    for part in parts(shape, 8):
        assert seen[part].nbytes <= 100 or seen[part].size == 1
        seen[part] += 1
    assert (seen == 1).all()
