"""What notebooks show of files."""

import base64
import io
import os
import re
import time
from html.parser import HTMLParser

import h5py
import numpy as np
import pytest
from nexus_files import curve_file
from PIL import Image

import beamio

ALLOWED = {
    "div": set(),
    "details": {"open"},
    "summary": set(),
    "ul": {"style"},
    "li": set(),
    "code": set(),
    "b": set(),
    "i": set(),
    "bdi": set(),
    "br": set(),
    "span": {"style"},
    "img": {"src", "alt", "width", "height"},
}
"""Tags and attributes that JupyterLab keeps of output that it does not trust."""


class Reader(HTMLParser):
    """Takes HTML apart, and makes sure that it is whole and harmless."""

    def __init__(self, text):
        super().__init__()
        self.open = []
        self.text = ""
        self.pictures = []
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        assert set(dict(attrs)) <= ALLOWED[tag], tag
        if tag == "img":
            source = dict(attrs)["src"]
            assert source.startswith("data:image/png;base64,")
            data = base64.b64decode(source.partition(",")[2], validate=True)
            with Image.open(io.BytesIO(data)) as image:
                assert (str(image.width), str(image.height)) == (
                    dict(attrs)["width"],
                    dict(attrs)["height"],
                )
                self.pictures.append(np.asarray(image))
        elif tag != "br":
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.text += data

    def handle_comment(self, data):
        raise AssertionError(data)


def read(item):
    html = item._repr_html_()
    assert len(html) < 200_000
    return Reader(html)


def test_a_file_shows_classes_values_units_marks_and_pictures(tmp_path):
    path, *_ = curve_file(tmp_path / "f.h5")
    with h5py.File(path, "a") as file:
        file["entry/temperature"] = 4.2
        file["entry/temperature"].attrs["units"] = "K"
        file["entry/image"] = np.eye(30)
    with beamio.open(path) as file:
        shown = read(file)
    assert "entry NXentry default 3 members" in shown.text
    assert "temperature float64 = 4.2 K" in shown.text
    assert "counts 40 float64 signal counts/s" in shown.text
    assert "image 30 x 30 float64" in shown.text
    assert len(shown.pictures) == 4  # image, counts, errors, energy


def test_a_thumbnail_is_the_image():
    ramp = np.linspace(0, 1, 64)[:, np.newaxis] * np.ones(160)
    tree = beamio.Tree("f", beamio.Branch.of({"ramp": ramp}))
    (picture,) = read(tree).pictures
    assert picture.shape == (64, 160)
    expected = np.clip((ramp - 0.01) / 0.98, 0, 1) * 255
    assert np.abs(picture - expected).max() < 4


def test_a_thumbnail_marks_nan_and_keeps_colours():
    pixels = np.random.default_rng(0).integers(0, 256, (64, 64, 3)).astype("u1")
    holes = np.ones((64, 64))
    holes[:8] = np.nan
    tree = beamio.Tree("f", beamio.Branch.of({"a": pixels, "b": holes}))
    colours, marked = read(tree).pictures
    np.testing.assert_array_equal(colours, pixels)
    assert marked[0, 0].tolist() == [234, 88, 12]


HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='alert(1)",
    "</code></details><h1>",
    "<!-- ",
    "&lt;b&gt;&amp;",
    "\x1b[31m\x00\x07".replace("\x00", ""),
    "\u202eevil\u2066",
    "שלום",
    "a" * 3000,
    "{{7*7}}${x}`",
    "<" * 500,
]


@pytest.mark.parametrize("bad", HOSTILE, ids=range(len(HOSTILE)))
def test_names_and_values_of_a_file_are_only_text(tmp_path, bad):
    path = tmp_path / "f.h5"
    with h5py.File(path, "w") as file:
        group = file.create_group(bad.replace("/", "|"))
        group.attrs.update({"NX_class": bad, "default": bad, bad[:100]: bad})
        group["text"] = bad
        group["texts"] = [bad, bad]
        group[bad.replace("/", "|")] = np.eye(3)
        group["text"].attrs.update({"units": bad, "long_name": bad})
        group["soft"] = h5py.SoftLink(bad)
        group["external"] = h5py.ExternalLink(bad.replace("\x00", ""), bad)
        group["table"] = np.zeros(2, [(bad[:200], "i4"), ("b", "f8")])
    with beamio.open(path) as file:
        group = next(iter(file.values()))
        for item in (file, group, *(group[n] for n in ("text", "texts", "table"))):
            shown = read(item)
            assert not set("\x1b\x07\u202e\u2066") & set(item._repr_html_())
    assert printable_start(bad) in shown.text or shown.text
    tree = beamio.Tree(bad, beamio.Branch.of({bad: {bad: bad}}))
    assert printable_start(bad) in read(tree).text


def printable_start(text):
    from beamio.view import printable

    return printable(text[:90])


def test_links_show_their_targets_and_broken_ones_are_marked(tmp_path):
    with h5py.File(tmp_path / "f.h5", "w") as file:
        file["data"] = 1
        file["good"] = h5py.SoftLink("/data")
        file["bad"] = h5py.SoftLink("/gone")
        file["loop"] = h5py.SoftLink("/loop")
        file["outside"] = h5py.ExternalLink("gone.h5", "/x")
        file["pipe"] = h5py.ExternalLink("pipe", "/x")
    os.mkfifo(tmp_path / "pipe")
    with beamio.open(tmp_path / "f.h5") as file:
        text = read(file).text
    assert "bad → /gone leads nowhere" in text
    assert "loop → /loop leads back to itself" in text
    assert "outside → gone.h5::/x the file is not there" in text
    assert "pipe → pipe::/x is no regular file" in text
    assert re.search(r"good → /data(?! leads)", text)


def test_cycles_end(tmp_path):
    with h5py.File(tmp_path / "f.h5", "w") as file:
        group = file.create_group("a/b")
        group["up"] = file["a"]
        group["root"] = file["/"]
    with beamio.open(tmp_path / "f.h5") as file:
        text = read(file).text
    assert text.count("same as") == 2


def test_members_that_cannot_be_read_do_not_break_the_rest(tmp_path):
    path = tmp_path / "f.h5"
    with h5py.File(path, "w") as file:
        file.create_dataset("broken", data=np.ones((64, 64)), compression="gzip")
        chunk = file["broken"].id.get_chunk_info(0)
        layout = h5py.VirtualLayout((4, 5), "f4")
        layout[:] = h5py.VirtualSource("gone.h5", "x", (4, 5))
        file.create_virtual_dataset("virtual", layout)
        file["type"] = np.dtype("f4")
        file["well"] = 5
        file.create_dataset("empty", data=h5py.Empty("f4"))
        file["none"] = np.zeros((0, 4))
    with path.open("r+b") as raw:
        raw.seek(chunk.byte_offset)
        raw.write(bytes(chunk.size // 2))
    with beamio.open(path) as file:
        shown = read(file)
        assert "can't be read" in read(file["broken"]).text
    assert shown.text.count("can't be read") == 2
    assert "well int64 = 5" in shown.text
    assert "no value" in shown.text


def test_a_closed_file_shows_its_plain_text(tmp_path):
    with beamio.File(tmp_path / "f.h5", "w") as file:
        dataset = file.create_dataset("a", data=[1])
    assert file._repr_html_() is None
    assert dataset._repr_html_() is None
    tree = beamio.Tree("f", beamio.Branch.of({"a": 1}))
    tree.close()
    assert tree._repr_html_() is None


def test_a_dataset_shows_how_it_is_stored_its_attributes_and_a_picture(tmp_path):
    with h5py.File(tmp_path / "f.h5", "w") as file:
        data = np.arange(600.0).reshape(2, 15, 20)
        dataset = file.create_dataset("a", data=data, chunks=(1, 15, 20), compression=1)
        dataset.attrs["note"] = "<b>"
    with beamio.open(tmp_path / "f.h5::/a") as dataset:
        shown = read(dataset)
    assert "chunks (1, 15, 20)" in shown.text
    assert "@note <b>" in shown.text
    assert shown.pictures[0].shape == (240, 320)


def test_a_large_file_is_cut_and_says_how_to_see_the_rest(tmp_path):
    path = tmp_path / "f.h5"
    with h5py.File(path, "w") as file:
        group = file.create_group("many")
        for i in range(10_000):
            group.create_group(f"g{i}")
    with beamio.open(path) as file:
        file._repr_html_()
        start = time.perf_counter()
        text = read(file["many"]).text
        elapsed = time.perf_counter() - start
    assert "and 9,900 more; file['/many'] shows them" in text
    assert text.index("g2 ") < text.index("g10 ")
    assert elapsed < 3  # 0.3 on an idle machine, see benchmarks/html_speed.py


def test_wide_deep_and_ugly_files_stay_small(tmp_path):
    path = tmp_path / "f.h5"
    with h5py.File(path, "w") as file:
        for i in range(60):
            group = file.create_group("&" * 90 + str(i))
            group.attrs["NX_class"] = "'" * 90
            for j in range(60):
                group["<" * 90 + str(j)] = "\x1b" * 100
        deep = file
        for _ in range(300):
            deep = deep.create_group("deep")
        noise = np.random.default_rng(0).integers(0, 256, (300, 400, 3)).astype("u1")
        for i in range(20):
            file[f"noise/{i}"] = noise
    with beamio.open(path) as file:
        read(file)
        read(file["noise"])


def test_every_format_is_shown(samples):
    for name in ("diffmap.h5", "oleg.dat", "medipix.edf", "series"):
        with beamio.open(samples / name) as file:
            shown = read(file)
            assert name.partition(".")[0] in shown.text


def test_a_notebook_shows_the_html_where_nothing_is_trusted(tmp_path, monkeypatch):
    nbclient = pytest.importorskip("nbclient")
    nbformat = pytest.importorskip("nbformat")
    pytest.importorskip("ipykernel")
    path, *_ = curve_file(tmp_path / "f.h5")
    with h5py.File(path, "a") as file:
        file["entry/<script>alert(1)</script>"] = np.eye(20)
    cells = [
        f"import beamio; file = beamio.open({str(path)!r}); file",
        "file['entry/plot']",
        "file['entry/plot/counts']",
        "beamio.Tree('t', beamio.Branch.of({'a': 1}))",
    ]
    notebook = nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_code_cell(cell) for cell in cells]
    )
    monkeypatch.setenv("JUPYTER_PLATFORM_DIRS", "1")
    client = nbclient.NotebookClient(
        notebook, kernel_name="python3", timeout=120, resources={"metadata": {}}
    )
    client.execute()
    for cell in notebook.cells:
        (output,) = cell.outputs
        html = output.data["text/html"]
        Reader(html)
        assert "<script>" not in html
        assert output.data["text/plain"]
