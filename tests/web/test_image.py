"""Answers about images against h5py, NumPy and fabio."""

import io
import json

import fabio
import h5py
import numpy as np
import pytest

from beamio.errors import BeamioError

pytest.importorskip("pydantic")

from beamio.web.answers import ask as answers
from beamio.web.answers.image import statistics
from beamio.web.answers.reading import Reading
from beamio.web.fence import Fence
from beamio.web.questions import ALL

RANDOM = np.random.default_rng(11)
DEAD = 2**32 - 1


class Asking:
    """Asks about one file, without a server between."""

    def __init__(self, path):
        self.file = path.name
        self.reading = Reading(Fence.around([str(path)]))

    def __call__(self, question, path="/stack", **query):
        query = {"file": self.file, "path": path, **query}
        return answers.ask(self.reading, ALL[question], query)


def array_in(answer):
    """The array of an answer, and the facts that come with it."""
    body = answer.body
    length = int.from_bytes(body[:4], "little")
    facts = json.loads(body[4 : 4 + length])
    values = np.frombuffer(body[4 + length :], facts["dtype"])
    return values.reshape(facts["shape"]), facts


def json_in(answer):
    return json.loads(answer.body)


@pytest.fixture(scope="module")
def data():
    large = RANDOM.poisson(50, (2100, 3000)).astype(">u4")
    large[:70, 100:300] = DEAD
    large[RANDOM.integers(0, 2100, 500), RANDOM.integers(0, 3000, 500)] = DEAD
    floats = RANDOM.normal(5, 2, (4, 3, 30, 20)).astype("f8")
    floats[1, 2, 3:6, 4] = np.nan
    floats[1, 2, 9, 9] = np.inf
    return {
        "large": large,
        "stack": RANDOM.integers(0, 65536, (7, 40, 50), dtype=np.uint16),
        "four": floats,
        "signed": RANDOM.integers(-300, 300, (2, 33, 17)).astype("i2"),
        "long": RANDOM.integers(-(2**62), 2**62, (9, 8)),
        "mask": RANDOM.integers(0, 2, (9, 8)).astype(bool),
    }


@pytest.fixture(scope="module")
def file(data, tmp_path_factory):
    path = tmp_path_factory.mktemp("images") / "images.h5"
    with h5py.File(path, "w") as file:
        for name, values in data.items():
            chunks = (1, *values.shape[-2:]) if values.ndim == 3 else None
            file.create_dataset(name, data=values, chunks=chunks)
        file["text"] = "no image"
        file["line"] = np.arange(5)
        file["complex"] = np.ones((3, 3), complex)
    return path


@pytest.fixture
def ask(file):
    return Asking(file)


def levels_of(ask, path, **query):
    return json_in(ask("image", path, **query))["levels"]


def assembled(ask, path, level, known, **query):
    """A level put together from its tiles, each pixel of exactly one."""
    (rows, columns), (high, wide) = known["shape"], known["tile"]
    bands = []
    for row in range(-(-rows // high)):
        parts = [
            array_in(ask("tile", path, level=level, row=row, column=column, **query))[0]
            for column in range(-(-columns // wide))
        ]
        bands.append(np.concatenate(parts, axis=1))
    return np.concatenate(bands)


def test_tiles_of_level_0_are_exactly_the_data(ask, data):
    known = levels_of(ask, "/large")
    assert len(known) == 3
    found = assembled(ask, "/large", 0, known[0])
    np.testing.assert_array_equal(found, data["large"])


def test_tiles_of_other_levels_are_means_without_dead_pixels(ask, data):
    known = levels_of(ask, "/large")
    exact = data["large"].astype(float)
    exact[exact == DEAD] = np.nan
    for level in (1, 2):
        size = 2**level
        found = assembled(ask, "/large", level, known[level])
        padded = np.pad(
            exact,
            [(0, -n % size) for n in exact.shape],
            constant_values=np.nan,
        )
        blocks = padded.reshape(found.shape[0], size, found.shape[1], size)
        with pytest.warns(RuntimeWarning, match="empty slice"):
            expected = np.nanmean(blocks, axis=(1, 3))
        np.testing.assert_allclose(found, expected, rtol=1e-6)
        assert np.isnan(found[0, 200 // size])


@pytest.mark.parametrize("path", ["/stack", "/signed", "/long", "/mask"])
def test_smaller_frames_come_whole_with_their_own_type(ask, data, path):
    frame = data[path[1:]][1] if data[path[1:]].ndim == 3 else data[path[1:]]
    text = "1" if data[path[1:]].ndim == 3 else ""
    values, _ = array_in(ask("tile", path, slice=text))
    np.testing.assert_array_equal(values, frame)
    assert values.dtype.itemsize == frame.dtype.itemsize


@pytest.mark.parametrize(
    ("text", "index", "axes"),
    [
        ("", np.s_[0, 0], [2, 3]),
        ("2,1", np.s_[2, 1], [2, 3]),
        ("-1,:,3,:", np.s_[3, :, 3], [1, 3]),
        (":,1,:,7", np.s_[:, 1, :, 7], [0, 2]),
        ("2:4,1", np.s_[2, 1], [2, 3]),
        ("...,3,:", np.s_[0, :, 3], [1, 3]),
    ],
)
def test_any_two_axes_can_be_shown(ask, data, text, index, axes):
    if text == "...,3,:":
        index, axes = np.s_[0, :, 3], [1, 3]
    assert json_in(ask("image", "/four", slice=text))["axes"] == axes
    values, _ = array_in(ask("tile", "/four", slice=text))
    np.testing.assert_array_equal(values, data["four"][index])
    turned, _ = array_in(ask("tile", "/four", slice=text, transposed=True))
    np.testing.assert_array_equal(turned, data["four"][index].T)


def test_the_contrast_of_a_frame_is_that_of_its_valid_pixels(ask, data):
    for path, frame, text in (
        ("/stack", data["stack"][3], "3"),
        ("/signed", data["signed"][1], "1"),
        ("/four", data["four"][1, 2], "1,2"),
        ("/large", data["large"], ""),
        ("/long", data["long"], ""),
    ):
        found = json_in(ask("contrast", path, slice=text))
        exact = frame[np.isfinite(frame)]
        if frame.dtype.kind in "iu":
            exact = exact[exact != np.iinfo(frame.dtype).max]
        exact = exact.astype(float)
        percents, values = zip(*found["percentiles"], strict=True)
        np.testing.assert_allclose(values, np.percentile(exact, percents), rtol=1e-9)
        statistics = found["statistics"]
        assert statistics["count"] == frame.size
        assert statistics["finite"] == exact.size
        assert statistics["mean"] == pytest.approx(exact.mean())
        assert statistics["std"] == pytest.approx(exact.std())
        assert sum(found["histogram"]["counts"]) == exact.size


def test_the_contrast_comes_with_a_tile_when_it_is_wanted(ask):
    _, without = array_in(ask("tile", slice="3"))
    assert without["contrast"] is None
    _, facts = array_in(ask("tile", slice="3", contrast=True))
    alone = json_in(ask("contrast", slice="3"))
    assert facts["contrast"]["percentiles"] == alone["percentiles"]
    assert facts["contrast"]["share"] == 1


def test_the_statistics_of_a_stack_arrive_and_end_with_those_of_all(ask, data):
    for path in ("stack", "four", "signed"):
        events = list(ask("statistics", f"/{path}"))
        values = data[path]
        good = values[np.isfinite(values)].astype(float)
        if path == "stack":
            good = good[good != 65535]
        found = events[-1]["statistics"]
        assert events[-1]["done"] == events[-1]["total"] == values.size
        assert (found["min"], found["max"]) == (good.min(), good.max())
        assert found["mean"] == pytest.approx(good.mean())
        assert found["std"] == pytest.approx(good.std())
        assert found["nan"] == np.count_nonzero(np.isnan(values))
        assert sum(events[-1]["histogram"]["counts"]) == good.size


def test_statistics_of_many_batches_come_one_by_one(ask, data, monkeypatch):
    monkeypatch.setattr(statistics, "_BATCH", 3 * 40 * 50 * 2)
    monkeypatch.setattr(statistics, "_EVERY", 0)
    events = list(ask("statistics", "/stack"))
    assert [event["done"] for event in events] == [6000, 12000, 14000]
    good = data["stack"][data["stack"] != 65535].astype(float)
    assert events[-1]["statistics"]["std"] == pytest.approx(good.std())


def test_a_region_has_its_statistics_in_each_frame(ask, data):
    query = {"top": 3, "bottom": 20, "left": 5, "right": 30}
    events = list(ask("region", "/stack", **query))
    found = [value for event in events for value in event["mean"]]
    part = data["stack"][:, 3:20, 5:30].astype(float)
    part[part == 65535] = np.nan
    np.testing.assert_allclose(found, np.nanmean(part, axis=(1, 2)))


def test_a_region_runs_along_any_axis_that_is_not_shown(ask, data):
    events = list(ask("region", "/four", slice="2,:,:,5", along=0))
    found = [value for event in events for value in event["max"]]
    expected = np.max(data["four"][..., 5], axis=(1, 2))
    np.testing.assert_allclose(found, expected)
    with pytest.raises(BeamioError, match="do not differ in axis 1"):
        list(ask("region", "/four", slice="2,:,:,5", along=1))


def test_profiles_are_of_the_full_data(ask, data):
    ends = {"start_row": 2000, "start_column": 100, "end_row": 2000, "end_column": 2900}
    values, _ = array_in(ask("profile", "/large", **ends))
    expected = data["large"][2000, 100:2901].astype(float)
    expected[expected == DEAD] = np.nan
    np.testing.assert_array_equal(values[1], expected)
    np.testing.assert_allclose(values[0], np.arange(2801))


@pytest.mark.parametrize(("over", "axis"), [("rows", 0), ("columns", 1)])
def test_means_of_a_box_leave_dead_pixels_out(ask, data, over, axis):
    query = {"top": 60, "bottom": 200, "left": 90, "right": 400, "over": over}
    values, _ = array_in(ask("box_profile", "/large", **query))
    part = data["large"][60:200, 90:400].astype(float)
    part[part == DEAD] = np.nan
    np.testing.assert_allclose(values[1], np.nanmean(part, axis=axis))
    assert values[0][0] == (90 if over == "rows" else 60)


def test_single_pixels_are_exact(ask, data):
    query = {"top": 4, "left": 3, "bottom": 6, "right": 100}
    values, facts = array_in(ask("pixels", "/long", **query))
    assert values.tolist() == data["long"][4:6, 3:].tolist()
    assert (facts["row"], facts["column"]) == (4, 3)


def test_files_of_a_frame_hold_its_numbers(ask, data, tmp_path):
    frame = data["stack"][2]
    npy = ask("export", slice="2", format="npy").body
    np.testing.assert_array_equal(np.load(io.BytesIO(npy)), frame)
    csv = ask("export", slice="2", format="csv", top=1, bottom=4).body.decode()
    found = np.loadtxt(io.StringIO(csv), delimiter=",")
    np.testing.assert_array_equal(found, frame[1:4])
    tiff = tmp_path / "frame.tif"
    tiff.write_bytes(ask("export", slice="2", format="tiff").body)
    np.testing.assert_array_equal(fabio.open(tiff).data, frame)


def test_a_picture_has_the_colours_that_were_asked_for(ask, data):
    image = pytest.importorskip("PIL.Image")
    colours = "".join(f"{n:02x}00{255 - n:02x}" for n in range(256))
    answer = ask(
        "export", slice="2", format="png", low=1000, high=60000, colours=colours
    )
    found = np.asarray(image.open(io.BytesIO(answer.body)))
    frame = data["stack"][2].astype(float)
    share = np.rint(np.clip((frame - 1000) / 59000, 0, 1) * 255)
    assert (found[..., 0] == share)[frame < 65535].all()
    assert found[frame == 65535].tolist() in ([], [[234, 88, 12]])


def test_a_tomography_scan_does_not_begin_with_a_dark(tmp_path):
    path = tmp_path / "scan.nx"
    keys = [2, 2, 1, 0, 0, 1]
    with h5py.File(path, "w") as file:
        file["entry/instrument/detector/data"] = np.zeros((6, 3, 4), "u2")
        file["entry/instrument/detector/image_key"] = keys
        plot = file.create_group("entry/data")
        plot.attrs.update(NX_class="NXdata", signal="data", axes=["angle", ".", "x"])
        plot["data"] = file["entry/instrument/detector/data"]
        plot["angle"] = np.array([0, 0, 0, 0, 0.5, 1])
        plot["x"] = np.array([10, 10.5, 11, 11.5])
        plot["x"].attrs["units"] = "mm"
    ask = Asking(path)
    for place in ("/entry/data/data", "/entry/instrument/detector/data"):
        found = json_in(ask("image", place))
        assert found["at"] == [3, 0, 0]
        assert found["keys"] == keys
    found = json_in(ask("image", "/entry/data/data"))
    assert found["dimensions"][0]["values"] == [0, 0, 0, 0, 0.5, 1]
    assert found["dimensions"][2] == {
        "name": "x",
        "units": "mm",
        "start": 10,
        "step": 0.5,
    }
    with h5py.File(path, "a") as file:
        file["entry/data"].attrs["default_slice"] = ["4", ".", "."]
    assert json_in(ask("image", "/entry/data/data"))["at"] == [4, 0, 0]


@pytest.mark.parametrize(
    ("question", "path", "query", "told"),
    [
        ("image", "/text", {}, "text"),
        ("image", "/line", {}, "(5,)"),
        ("image", "/complex", {}, "complex128"),
        ("image", "/", {}, "no dataset"),
        ("image", "/stack", {"slice": "7"}, "no frame 7"),
        ("image", "/stack", {"slice": "x"}, "x"),
        ("image", "/stack", {"slice": "1,2,3,4"}, "more axes"),
        ("tile", "/large", {"level": 3}, "no level 3"),
        ("tile", "/large", {"row": 5}, "no tile 5"),
        ("pixels", "/stack", {"top": 40}, "no pixels"),
        ("pixels", "/large", {}, "65,536"),
    ],
)
def test_what_can_not_be_shown_is_said_in_a_line(ask, question, path, query, told):
    with pytest.raises(BeamioError) as caught:
        ask(question, path, **query)
    assert told in str(caught.value)


def test_a_file_that_was_written_again_is_read_again(tmp_path):
    path = tmp_path / "changing.h5"
    path.touch()
    ask = Asking(path)
    for value in (1, 2):
        path.unlink()
        with h5py.File(path, "w") as file:
            file["data"] = np.full((3, 3), value)
        values, _ = array_in(ask("tile", "/data"))
        assert (values == value).all()


def test_tiles_and_events_come_through_the_server(served, file, data):
    client = served(file)
    query = {"file": file.name, "path": "/stack"}
    answer = client.get("/api/tile", params={**query, "slice": "5"})
    assert answer.content.endswith(data["stack"][5].astype("<u2").tobytes())
    *events, end = events_in(client.get("/api/statistics", params=query))
    assert json.loads(events[-1].removeprefix("data: "))["done"] == 14000
    assert end.startswith("event: end")


def events_in(answer):
    return answer.text.strip().split("\n\n")
