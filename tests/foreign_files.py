"""Files that other programs have written, each in a process of its own."""

import subprocess
import sys

import pytest

WRITERS = {
    "silx": """
        import numpy as np
        from silx.io.dictdump import dicttonx
        dicttonx(
            {"entry": {"@NX_class": "NXentry", "energy": 12.4, "energy@units": "keV",
                       "plot": {"@NX_class": "NXdata", "@signal": "y", "y": [1, 2]}},
             "@default": "entry"},
            path)
    """,
    "nexusformat": """
        import numpy as np
        from nexusformat.nexus import NXdata, NXentry, NXfield, NXlink, NXroot
        signal = NXfield(np.arange(12).reshape(3, 4), name="counts", units="counts")
        axis = NXfield(np.arange(3), name="angle", units="degree")
        root = NXroot(NXentry(NXdata(signal, [axis])))
        root["entry/link"] = NXlink("/entry/data/counts")
        root.save(path, "w")
    """,
    "h5netcdf": """
        import h5netcdf
        import numpy as np
        with h5netcdf.File(path, "w") as file:
            file.dimensions = {"x": 5, "y": None}
            image = file.create_variable("image", ("x", "y"), float)
            image.attrs["units"] = "counts"
            file.create_variable("/group/x", ("x",), data=np.arange(5))
    """,
    "pandas": """
        import numpy as np
        import pandas
        frame = pandas.DataFrame({"a": np.arange(5), "b": ["x", "y", "z", "x", "y"]})
        frame.to_hdf(path, key="frame", format="table")
        frame[["a"]].to_hdf(path, key="fixed")
    """,
    "tables": """
        import numpy as np
        import tables
        with tables.open_file(path, "w") as file:
            array = file.create_carray("/", "array", obj=np.arange(100.0),
                                       filters=tables.Filters(5, "blosc"))
            file.create_group("/", "group")
            file.create_vlarray("/group", "ragged", tables.Int32Atom()).append([1, 2])
            file.create_soft_link("/", "soft", "/array")
            file.create_hard_link("/group", "hard", "/array")
            file.create_external_link("/", "gone", "gone.h5:/x")
            kind = {"name": tables.StringCol(8), "value": tables.Float32Col()}
            file.create_table("/group", "table", kind)
    """,
}


@pytest.fixture(params=WRITERS)
def foreign(request, tmp_path):
    """A file by a writer; its tests are left out where the writer is not installed."""
    path = tmp_path / "file.h5"
    lines = WRITERS[request.param].splitlines()
    code = "\n".join([f"path = {str(path)!r}", *(line[8:] for line in lines)])
    result = subprocess.run(
        [sys.executable, "-c", code], check=False, capture_output=True, text=True
    )
    if "ModuleNotFoundError" in result.stderr:
        pytest.skip(f"{request.param} is not installed")
    assert result.returncode == 0, result.stderr
    return path
