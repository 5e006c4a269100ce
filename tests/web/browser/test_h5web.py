"""H5Web shows values of every type, and says why where it can't."""

from urllib.parse import urlencode

import h5py
import numpy as np
import pytest

SHOWN = {
    "bool": (np.array([True, False]), "Matrix"),
    "enum": (np.array([0, 1], h5py.enum_dtype({"OFF": 0, "ON": 1}, "u1")), "Matrix"),
    "text": ("hello", "hello"),
    "opaque": (np.void(b"\x00\xff"), "Uint8Array"),
    "float16": (np.linspace(0, 1, 20).astype("f2"), "Line"),
    "int64": (np.array([[2**62, 1], [2, 3]]), "Heatmap"),
    "compound": (np.array([(1, 2.5)], [("speed", "i4"), ("b", "f8")]), "speed"),
    "in_arrays": (np.zeros(2, [("speed", "f4", (2, 2))]), "Scalar"),
    "complex": (np.exp(1j * np.arange(6.0)).reshape(2, 3), "Amplitude"),
    "zero_size": (np.zeros((0, 5)), "Matrix"),
}


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "types.h5"
    with h5py.File(path, "w") as file:
        for name, (value, _) in SHOWN.items():
            file[name] = value
        space = h5py.h5s.create_simple((3,))
        h5py.h5d.create(file.id, b"time", h5py.h5t.UNIX_D32LE.copy(), space)
        plot = file.create_group("plot")
        plot.attrs.update(NX_class="NXdata", signal="counts", axes=["y", "x"])
        plot["counts"] = np.hypot(*np.mgrid[-50:50, -60:60])
        for name, length in (("y", 100), ("x", 120)):
            plot[name] = np.linspace(0, 1, length)
    return path


def test_every_type_is_shown_or_told_of(page, viewed, file, screenshots):
    address = viewed(file)
    page.goto(address)
    base = address.split("?", maxsplit=1)[0]
    main = page.get_by_role("tabpanel").first

    def look(name):
        query = {"file": file.name, "path": f"/{name}", "view": "h5web"}
        page.goto(f"{base}?{urlencode(query)}")

    for name, (_, text) in SHOWN.items():
        look(name)
        main.get_by_text(text).first.wait_for()
        page.wait_for_function("!document.body.innerText.includes('Loading')")
        assert page.get_by_text("Expected").count() == 0, name
    look("time")
    main.get_by_text("can't be read with NumPy").wait_for()
    look("plot")
    main.get_by_text("NX Heatmap").wait_for()
    page.locator("canvas").first.wait_for()
    page.screenshot(path=screenshots / "h5web.png")
    page.emulate_media(color_scheme="dark")
    page.screenshot(path=screenshots / "h5web-dark.png")
