import matplotlib as mpl
import numpy as np
import pytest
from matplotlib import pyplot as plt
from matplotlib.colors import LogNorm
from nexus_files import curve_file, image_file, nxdata
from PIL import Image

import beamio


@pytest.fixture(autouse=True)
def _no_window():
    mpl.use("agg")
    yield
    plt.close("all")


def test_a_curve_has_its_points_errors_units_and_title(tmp_path):
    path, energy, counts = curve_file(tmp_path / "f.h5")
    axes = beamio.plot(path)
    line, _, bars = axes.containers[0]
    np.testing.assert_array_equal(line.get_xdata(), energy)
    np.testing.assert_array_equal(line.get_ydata(), counts)
    ends = np.array([segment[:, 1] for segment in bars[0].get_segments()])
    np.testing.assert_allclose(ends[:, 1] - ends[:, 0], 2 * np.sqrt(counts))
    assert axes.get_xlabel() == "energy (keV)"
    assert axes.get_ylabel() == "counts (counts/s)"
    assert axes.get_title() == "Fe K edge"


def test_an_image_has_its_axes_a_colour_bar_and_its_contrast(tmp_path):
    pixels = np.arange(200.0).reshape(10, 20)
    pixels[0, 0] = np.nan
    axes = beamio.plot(image_file(tmp_path / "f.h5", pixels))
    shown = axes.images[0]
    np.testing.assert_array_equal(shown.get_array().filled(np.nan), pixels)
    assert shown.get_extent() == [9.5, 29.5, 4.75, -0.25]
    expected = np.percentile(pixels[np.isfinite(pixels)], [1, 99])
    assert shown.get_clim() == pytest.approx(tuple(expected))
    assert axes.get_xlabel() == "x (mm)"
    assert len(axes.figure.axes) == 2


def test_a_logarithm_is_shown_of_what_has_one():
    axes = beamio.plot(np.array([[0.0, 1.0], [10.0, 100.0]]), log=True)
    assert isinstance(axes.images[0].norm, LogNorm)
    assert axes.images[0].norm.vmin > 0


def test_a_histogram_is_drawn_as_steps(tmp_path):
    import h5py

    with h5py.File(tmp_path / "f.h5", "w") as file:
        nxdata(file, "plot", [1, 5, 2], axes=["e"])["e"] = [0.0, 1, 2, 4]
    (steps,) = beamio.plot(tmp_path / "f.h5").patches
    values, edges, _ = steps.get_data()
    assert (values.tolist(), edges.tolist()) == ([1, 5, 2], [0, 1, 2, 4])


def test_colours_are_drawn_as_they_are():
    pixels = np.random.default_rng(0).integers(0, 256, (4, 5, 3)).astype("u1")
    shown = beamio.plot(pixels).images[0]
    np.testing.assert_array_equal(shown.get_array(), pixels)


@pytest.mark.parametrize("label", ["$", "$\\bad{$", "cost $5", "a\x1b[31m", "_hidden"])
def test_labels_of_a_file_never_keep_it_from_being_drawn(tmp_path, label):
    import h5py

    with h5py.File(tmp_path / "f.h5", "w") as file:
        plot = nxdata(file, "plot", [1, 2, 3], axes=["x"], auxiliary_signals=["more"])
        plot["x"], plot["more"] = [1, 2, 3], [3, 2, 1]
        for name in ("counts", "x", "more"):
            plot[name].attrs["long_name"] = label
        plot["title"] = label
    beamio.show(tmp_path / "f.h5", output=tmp_path / "f.png")
    assert (tmp_path / "f.png").stat().st_size > 1000


def test_formulas_that_are_right_stay_formulas(samples):
    axes = beamio.plot(samples / "diffmap.h5::/diff_map_0004/data")
    assert axes.xaxis.label.get_parse_math()


def test_it_draws_into_axes_that_are_given():
    _, axes = plt.subplots()
    assert beamio.plot(np.arange(3), ax=axes) is axes
    assert len(plt.get_fignums()) == 1


def test_a_slider_reads_the_frame_that_it_is_moved_to(tmp_path, monkeypatch):
    from beamio.picture import plot as module

    monkeypatch.setattr(module, "_is_interactive", lambda _: True)
    stack = np.arange(5 * 6 * 7).reshape(5, 6, 7)
    np.save(tmp_path / "stack.npy", stack)
    axes = beamio.plot(tmp_path / "stack.npy", frame=1)
    axes.frame_slider.set_val(3)
    np.testing.assert_array_equal(axes.images[0].get_array(), stack[3])
    assert axes.get_title().endswith("[3]")


def test_without_a_window_there_is_no_slider():
    assert len(beamio.plot(np.zeros((5, 6, 7))).figure.axes) == 2


def test_images_side_by_side_have_their_names_and_one_contrast():
    before = np.arange(100.0).reshape(10, 10)
    figure = beamio.imshow_many(before=before, after=before * 2, shared=True)
    first, second = figure.axes[:2]
    assert (first.get_title(), second.get_title()) == ("before", "after")
    assert first.images[0].get_clim() == second.images[0].get_clim()
    figure = beamio.imshow_many({"log": before}, after=before * 2, percentile=(0, 100))
    assert [axes.get_title() for axes in figure.axes[:2]] == ["log", "after"]
    assert figure.axes[1].images[0].get_clim() == (0, 198)


def test_what_is_no_image_is_not_drawn_among_images():
    with pytest.raises(beamio.NotAnImageError, match="curve: is no image"):
        beamio.imshow_many(curve=np.arange(3))
    with pytest.raises(beamio.OptionError, match="before=image"):
        beamio.imshow_many()


@pytest.mark.parametrize("suffix", [".png", ".svg", ".pdf"])
def test_a_picture_is_drawn_into_a_file(tmp_path, suffix):
    output = tmp_path / f"picture{suffix}"
    beamio.show(np.eye(30), output=output)
    start = output.read_bytes()[:300]
    assert {".png": b"\x89PNG", ".svg": b"<svg", ".pdf": b"%PDF"}[suffix] in start
    if suffix == ".png":
        with Image.open(output) as image:
            assert image.size > (300, 300)
    with pytest.raises(beamio.OutputExistsError):
        beamio.show(np.eye(30), output=output)
    beamio.show(np.eye(30), output=output, overwrite=True)


def test_a_file_of_another_kind_is_refused(tmp_path):
    with pytest.raises(beamio.OptionError, match=r"\.png, \.svg and \.pdf"):
        beamio.show(np.eye(3), output=tmp_path / "a.jpg")
