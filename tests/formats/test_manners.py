"""What holds of an open file, whatever its format."""

import h5py
import numpy as np
import pytest

import beamio
from beamio.errors import MissingPathError

STACK = np.arange(24, dtype="u2").reshape(2, 3, 4)
SPEC = "#F x\n#O0 m  n\n\n#S 1 ascan\n#P0 1 2\n#N 2\n#L m  c/d\n1 10\n2 20\n"
FIO = (
    "!\n!\n!\n%c\nascan\n%p\na = 1\n%d\n Col 1 m DOUBLE\n Col 2 n INTEGER\n 1 2\n 3 4\n"
)


def hdf5(folder):
    with h5py.File(folder / "file.h5", "w") as file:
        file.attrs["NX_class"] = "NXroot"
        file["entry/data"] = STACK
        file["entry/data"].attrs["units"] = "counts"
        file["entry/again"] = h5py.SoftLink("/entry/data")
    return folder / "file.h5"


def npy(folder):
    np.save(folder / "file.npy", STACK)
    return folder / "file.npy"


def npz(folder):
    np.savez_compressed(folder / "file.npz", **{"group/data": STACK, "one": 1})
    return folder / "file.npz"


def edf(folder):
    import fabio

    image = fabio.edfimage.EdfImage(data=STACK[0], header={"angle": "1.5"})
    image.write(str(folder / "file.edf"))
    return folder / "file.edf"


def tiff(folder):
    import fabio

    fabio.tifimage.TifImage(data=STACK[0]).write(str(folder / "file.tif"))
    return folder / "file.tif"


def cbf(folder):
    import fabio

    image = fabio.cbfimage.CbfImage(data=STACK[0].astype("i4"))
    image.write(str(folder / "file.cbf"))
    return folder / "file.cbf"


def series(folder):
    import fabio

    for index, image in enumerate(STACK):
        name = folder / f"series_{index}.edf"
        fabio.edfimage.EdfImage(data=image).write(str(name))
    return folder / "series_%d.edf"


def spec(folder):
    (folder / "file.spec").write_text(SPEC)
    return folder / "file.spec"


def fio(folder):
    (folder / "file_7.fio").write_text(FIO)
    return folder / "file_7.fio"


@pytest.fixture(
    params=[hdf5, npy, npz, edf, tiff, cbf, series, spec, fio], ids=lambda f: f.__name__
)
def path(request, tmp_path):
    return request.param(tmp_path)


def test_every_file_has_the_manners_of_h5py(path):
    with beamio.open(path) as file:
        assert file
        assert file.mode == "r"
        assert file.name == "/"
        assert file.parent == file
        assert file.attrs.get("NX_class") == "NXroot"
        assert file.attrs.get("nothing") is None
        found = {}
        assert file.visititems(lambda name, item: found.update({name: item})) is None
        assert len(found) >= len(file) > 0
        visited = []
        file.visit(visited.append)
        assert visited == list(found)
        for name, item in found.items():
            check_object(file, name, item)
        with pytest.raises(MissingPathError):
            file["nothing/here"]
    assert not file
    for item in found.values():
        assert not item
    file.close()  # again does no harm


def check_object(file, name, item):
    above, _, last = name.rpartition("/")
    parent = file[above or "/"]
    assert item.name == f"/{name}"
    assert name in file
    assert f"/{name}" in file
    assert last in parent
    assert "nothing" not in parent
    assert file[name] == item
    assert parent.get(last) == item
    assert parent.get("nothing", 3) == 3
    assert item.parent == parent
    assert item.file == file
    assert dict(item.attrs) is not None
    for key in item.attrs:
        assert key in item.attrs
    if hasattr(item, "keys"):
        assert list(item) == list(item.keys())
        assert len(item) == len(list(item.values()))
        assert [item[key] for key in item] == list(item.values())
        assert parent.get(last, getclass=True) is not h5py.Dataset
    else:
        check_dataset(item)
        kind = parent.get(last, getclass=True)
        assert issubclass(kind, h5py.Dataset)


def check_dataset(item):
    whole = item[()]
    assert np.shape(whole) == item.shape
    assert item.ndim == len(item.shape)
    assert item.size == np.size(whole)
    assert isinstance(item.dtype, np.dtype)
    if item.shape:
        assert len(item) == item.shape[0]
        np.testing.assert_array_equal(item[...], whole)
        np.testing.assert_array_equal(np.asarray(item), whole)
        np.testing.assert_array_equal(item[:1], whole[:1])
        np.testing.assert_array_equal(item[..., ::2], whole[..., ::2])
        for index in range(len(item)):
            np.testing.assert_array_equal(item[index], whole[index])
            np.testing.assert_array_equal(item[index - len(item)], whole[index])
        for one, expected in zip(item, whole, strict=True):
            np.testing.assert_array_equal(one, expected)
    if item.dtype.kind in "iuf":
        out = np.zeros(item.shape, item.dtype)
        assert item.read((), out=out) is out
        np.testing.assert_array_equal(out, whole)
        item.read_direct(out)
        assert item.astype("f8")[()].dtype == np.float64


def test_every_object_can_be_opened_alone(path):
    with beamio.open(path) as file:
        names = []
        file.visit(names.append)
    for name in names:
        with beamio.open(f"{path}::/{name}") as item:
            assert item.name == f"/{name}"
            assert item
        assert not item
        if "shape" in dir(item):
            with beamio.open(f"{path}::/{name}[...]") as part:
                assert part[...].shape == part.shape
