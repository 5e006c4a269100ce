"""The widget as a kernel makes it."""

import gc
import subprocess
import sys
import weakref
from types import SimpleNamespace

import numpy as np
import pytest

import beamio
from beamio.errors import BeamioError, OptionError
from beamio.web.notebook.cells import Run, Shows, running

pytest.importorskip("anywidget")
pytest.importorskip("h5grove")

WIDGET = "application/vnd.jupyter.widget-view+json"


@pytest.fixture
def view(viewer):
    """`beamio.view`, whose widgets end with the test."""
    assert viewer.is_dir()
    made = []

    def view(*args, **options):
        made.append(beamio.view(*args, **options))
        return made[-1]

    yield view
    for widget in made:
        widget.close()


def test_a_notebook_saves_the_stub_and_not_the_viewer(view):
    state = view(np.ones((2, 3))).get_state()
    assert len(str(state)) < 8000
    assert state["height"] == "600px"


def test_where_no_kernel_runs_the_outline_is_shown(view, tmp_path):
    path = tmp_path / "frames.npy"
    np.save(path, np.arange(6).reshape(2, 3))
    data, _ = view(path)._repr_mimebundle_()
    assert WIDGET in data
    assert data["text/plain"] == "<beamio.view of frames.npy>"
    assert "int64" in data["text/html"]


def test_what_can_not_be_read_is_still_a_widget_that_says_so(view, tmp_path):
    path = tmp_path / "broken.h5"
    path.write_bytes(b"\x89HDF\r\n\x1a\n")
    data, _ = view(path)._repr_mimebundle_()
    assert WIDGET in data
    assert "text/html" not in data


@pytest.mark.parametrize(("height", "css"), [(300, "300px"), ("80vh", "80vh")])
def test_the_height_is_in_pixels_or_as_css_has_it(view, height, css):
    assert view(np.ones(3), height=height).height == css


def test_a_height_that_is_more_than_a_length_is_refused(view):
    with pytest.raises(OptionError, match="height"):
        view(np.ones(3), height="1px; position: fixed")


def test_what_was_shown_is_forgotten_when_the_widget_is_closed(view):
    array = np.ones((2, 3))
    gone = weakref.ref(array)
    widget = view(array)
    del array
    gc.collect()
    assert gone() is not None
    widget.close()
    gc.collect()
    assert gone() is None
    assert repr(widget) == "<beamio.view of nothing>"


class Closable:
    is_closed = False

    def close(self):
        self.is_closed = True


def test_what_a_cell_showed_is_closed_when_it_runs_again():
    shows, widgets = Shows(), [Closable() for _ in range(4)]
    runs = [Run("a", "1"), Run("a", "1"), Run("b", "2"), Run("a", "3")]
    for widget, run in zip(widgets, runs, strict=True):
        shows.add(widget, run)
    assert [each.is_closed for each in widgets] == [True, True, False, False]


def test_the_cell_is_what_the_front_end_says(monkeypatch):
    parent = {"metadata": {"cellId": "c"}, "header": {"msg_id": "7"}}
    kernel = SimpleNamespace(get_parent=lambda: parent)
    shell = SimpleNamespace(get_ipython=lambda: SimpleNamespace(kernel=kernel))
    monkeypatch.setitem(sys.modules, "IPython", shell)
    assert running() == Run("c", "7")
    parent["metadata"] = {}
    assert running() is None


def test_without_anywidget_it_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "anywidget", None)
    monkeypatch.delitem(sys.modules, "beamio.web.notebook.widget", raising=False)
    with pytest.raises(BeamioError, match=r"pip install 'beamio\[notebook\]'"):
        beamio.view(np.ones(3))


def test_beamio_view_is_the_function_also_after_the_package_was_imported():
    code = "import beamio, beamio.view.html; print(callable(beamio.view))"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert done.stdout == "True\n"


@pytest.mark.filterwarnings("default")
def test_a_notebook_runs_it(viewer):
    nbformat = pytest.importorskip("nbformat")
    nbclient = pytest.importorskip("nbclient")
    pytest.importorskip("ipykernel")
    code = (
        "import numpy as np, beamio\n"
        "beamio.view({'image': np.arange(6).reshape(2, 3)}, height=300)"
    )
    cell = nbformat.v4.new_code_cell(code)
    notebook = nbformat.v4.new_notebook(cells=[cell])
    client = nbclient.NotebookClient(notebook, timeout=120, kernel_name="python3")
    client.execute()
    (output,) = cell.outputs
    assert WIDGET in output.data
    assert output.data["text/plain"] == "<beamio.view of arrays>"
    assert "image" in output.data["text/html"]
    assert viewer.is_dir()
