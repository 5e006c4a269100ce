import json

import h5py
import numpy as np
import pytest
from convert.sources import dataset, written

import beamio
from beamio.convert import to_arrays
from beamio.dictionary import from_json, to_dict
from beamio.errors import OptionError


def test_a_group_comes_back_equal(tmp_path):
    with h5py.File(tmp_path / "a.h5", "w") as file:
        file["entry/counts"] = np.arange(6, dtype=">u2").reshape(2, 3)
        file["entry/title"] = "a scan"
        file["entry/counts"].attrs["units"] = "counts"
        file["entry/link"] = h5py.SoftLink("/entry/title")
    with beamio.File(tmp_path / "a.h5") as file:
        report = written(file["entry"], tmp_path / "a.json")
        wanted = to_dict(file["entry"])
    found = from_json((tmp_path / "a.json").read_text())
    assert (report.verified, report.datasets) == (True, 2)
    assert found.keys() == wanted.keys()
    assert np.array_equal(found["counts"], wanted["counts"])
    assert found["counts"].dtype == ">u2"
    assert found["counts@units"] == "counts"
    assert found["link"].path == "/entry/title"


def test_a_part_of_a_dataset_has_its_attributes(tmp_path):
    source = dataset(np.arange(6.0).reshape(2, 3), units="mm")
    written(source, tmp_path / "a.json", slice="1,:2")
    found = from_json((tmp_path / "a.json").read_text())
    assert found["data"].tolist() == [3, 4]
    assert found["data@units"] == "mm"
    json.loads((tmp_path / "a.json").read_text())


def test_what_is_too_large_for_text_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(to_arrays, "_VALUES", 5)
    source = dataset(np.zeros((2, 3)))
    for item in (source, source.parent):
        with pytest.raises(OptionError, match=r"data: has 6 values, .* npy and HDF5"):
            written(item, tmp_path / "a.json")
    written(source, tmp_path / "a.json", slice="0")
    with pytest.raises(OptionError, match="name a dataset for --slice"):
        written(source.parent, tmp_path / "b.json", slice="0")
