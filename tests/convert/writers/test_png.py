import matplotlib as mpl
import numpy as np
import pytest
from convert.sources import dataset, written
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from PIL import Image

from beamio.errors import OptionError
from beamio.view.png import png


def picture(path):
    with Image.open(path) as file:
        return file.mode, np.asarray(file)


@settings(max_examples=40)
@given(
    hnp.arrays("u1", st.tuples(st.integers(1, 9), st.integers(1, 9), st.integers(1, 4)))
)
def test_pillow_reads_the_channels(tmp_path_factory, channels):
    path = tmp_path_factory.mktemp("png") / "a.png"
    path.write_bytes(png(channels, {"Title": "µ\0"}))
    mode, found = picture(path)
    assert mode == ["L", "LA", "RGB", "RGBA"][channels.shape[-1] - 1]
    assert np.array_equal(found.reshape(channels.shape), channels)


@settings(max_examples=20)
@given(hnp.arrays(st.sampled_from([">u2", "<u2"]), (4, 5)))
def test_sixteen_bits_keep_such_values(tmp_path_factory, values):
    path = tmp_path_factory.mktemp("png") / "a.png"
    written(dataset(values), path, bits=16, range="0,65535")
    assert np.array_equal(picture(path)[1], values)


def test_values_are_shown_between_black_and_white(tmp_path):
    values = np.array([[-5.0, 0.0, 5.0, 10.0, 50.0]])
    report = written(dataset(values), tmp_path / "a.png", range="0,10")
    assert picture(tmp_path / "a.png")[1].tolist() == [[0, 0, 128, 255, 255]]
    assert not report.verified
    assert "from 0 to 10" in report.notes[0]


def test_the_range_is_that_of_all_images(tmp_path):
    values = np.array([[[0, 1]], [[2, 4]]], "i4")
    report = written(dataset(values), tmp_path / "a.png", range="min,max")
    shown = [picture(file)[1].tolist() for file in report.files]
    assert shown == [[[0, 64]], [[128, 255]]]


def test_percentiles_leave_out_what_is_not_finite(tmp_path):
    values = np.append(np.arange(101.0), [np.nan, np.inf])[np.newaxis]
    report = written(dataset(values), tmp_path / "a.png", range="10%,90%")
    assert "from 10 to 90" in report.notes[0]


def test_nan_is_transparent(tmp_path):
    values = np.array([[0.0, np.nan, 1.0]], "f4")
    written(dataset(values), tmp_path / "a.png", range="0,1")
    assert picture(tmp_path / "a.png")[1].tolist() == [[[0, 255], [0, 0], [255, 255]]]
    written(dataset(values), tmp_path / "b.png", range="0,1", colormap="viridis")
    assert picture(tmp_path / "b.png")[1][0, :, 3].tolist() == [255, 0, 255]


def test_colours_are_those_of_matplotlib(tmp_path):
    values = np.linspace(0, 1, 256)[np.newaxis]
    written(dataset(values), tmp_path / "a.png", range="0,1", colormap="magma")
    wanted = mpl.colormaps["magma"](np.arange(256), bytes=True)[:, :3]
    assert np.array_equal(picture(tmp_path / "a.png")[1][0], wanted)


def test_a_logarithmic_scale_has_equal_steps_for_decades(tmp_path):
    values = np.array([[0, 1, 10, 100, 10000]], "u2")
    written(dataset(values), tmp_path / "a.png", range="1,10000", log=True)
    assert picture(tmp_path / "a.png")[1].tolist() == [[0, 0, 64, 128, 255]]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"colormap": "viridos"}, "did you mean viridis"),
        ({"range": "5"}, "is no range"),
        ({"range": "9,3"}, "is empty"),
        ({"range": "0,120%"}, "no percentile"),
        ({"bits": 12}, "8 or 16 bits"),
        ({"log": True, "range": "-2,-1"}, "no value is above 0"),
    ],
)
def test_a_wrong_option_is_one_line(tmp_path, options, message):
    with pytest.raises(OptionError, match=message):
        written(dataset(np.ones((2, 2))), tmp_path / "a.png", **options)
    assert not list(tmp_path.iterdir())
