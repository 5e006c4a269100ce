import h5py
import numpy as np
import pytest
from nexus_files import curve_file, image_file, nxdata

import beamio
from beamio.model.picture import Coloured, Curves, Image, Scatter, Table, Words
from beamio.picture.choose import picture_of


def test_an_nxdata_is_a_curve_with_its_axis_units_errors_and_title(tmp_path):
    path, energy, counts = curve_file(tmp_path / "f.h5")
    picture = picture_of(path)
    drawn = picture.drawn
    assert isinstance(drawn, Curves)
    np.testing.assert_array_equal(drawn.x.values, energy)
    np.testing.assert_array_equal(drawn.lines[0].values, counts)
    np.testing.assert_array_equal(drawn.lines[0].errors, np.sqrt(counts))
    assert (drawn.x.title, drawn.y.title) == ("energy (keV)", "counts (counts/s)")
    assert picture.title == "Fe K edge"
    assert picture.place == f"{path}::/entry/plot/counts"


def test_a_slice_takes_its_part_of_the_axes(tmp_path):
    path, energy, counts = curve_file(tmp_path / "f.h5")
    for picture in (
        picture_of(f"{path}::/entry/plot/counts[10:30:2]"),
        picture_of(path, slice="10:30:2"),
    ):
        np.testing.assert_array_equal(picture.drawn.x.values, energy[10:30:2])
        np.testing.assert_array_equal(picture.drawn.lines[0].values, counts[10:30:2])


def test_a_slice_of_counted_axes_keeps_where_they_are(tmp_path):
    np.save(tmp_path / "a.npy", np.arange(5 * 6 * 7).reshape(5, 6, 7))
    drawn = picture_of(f"{tmp_path / 'a.npy'}::[2,1:5,::3]").drawn
    assert (drawn.rows.start, drawn.rows.step) == (1, 1)
    assert drawn.columns.positions(3).tolist() == [0, 3, 6]
    assert (
        drawn.pixels.tolist() == np.arange(210).reshape(5, 6, 7)[2, 1:5, ::3].tolist()
    )


def test_edges_of_bins_make_a_histogram(tmp_path):
    with h5py.File(tmp_path / "f.h5", "w") as file:
        plot = nxdata(file, "plot", [1, 5, 2], axes=["edges"])
        plot["edges"] = [0.0, 1.0, 2.0, 3.0]
    picture = picture_of(tmp_path / "f.h5")
    assert picture.kind == "histogram"
    assert picture_of(tmp_path / "f.h5", slice="1:").drawn.x.values.tolist() == [
        1,
        2,
        3,
    ]


def test_two_axes_along_one_make_a_scatter_plot(tmp_path):
    with h5py.File(tmp_path / "f.h5", "w") as file:
        plot = nxdata(file, "plot", [1.0, 2.0, 3.0], axes=["x", "y"])
        plot["x"], plot["y"] = [0.0, 1.0, 2.0], [5.0, 4.0, 5.0]
    drawn = picture_of(tmp_path / "f.h5").drawn
    assert isinstance(drawn, Scatter)
    assert drawn.y.values.tolist() == [5, 4, 5]


def test_auxiliary_signals_are_further_curves(tmp_path):
    with h5py.File(tmp_path / "f.h5", "w") as file:
        plot = nxdata(file, "plot", [1, 2], auxiliary_signals=["more", "gone", "odd"])
        plot["more"], plot["odd"] = [3, 4], [1, 2, 3]
    lines = picture_of(tmp_path / "f.h5").drawn.lines
    assert [line.label for line in lines] == ["counts", "more"]


def test_log_scales_of_silx_are_followed(tmp_path):
    style = '{"axes_scale_types": ["log"], "signal_scale_type": "log"}'
    with h5py.File(tmp_path / "f.h5", "w") as file:
        nxdata(file, "plot", [1, 2], SILX_style=style)
    drawn = picture_of(tmp_path / "f.h5").drawn
    assert drawn.x.is_log
    assert drawn.y.is_log
    assert not picture_of(tmp_path / "f.h5", log=False).drawn.y.is_log


@pytest.mark.parametrize("style", ["{", "[]", '{"axes_scale_types": 3}', "[" * 9999])
def test_a_style_that_is_none_does_no_harm(tmp_path, style):
    with h5py.File(tmp_path / "f.h5", "w") as file:
        nxdata(file, "plot", [1, 2], SILX_style=style)
    assert not picture_of(tmp_path / "f.h5").drawn.y.is_log


def test_nxdata_of_silx_is_understood(tmp_path):
    from silx.io.nxdata import save_NXdata

    path = str(tmp_path / "f.h5")
    image = np.arange(12.0).reshape(3, 4)
    save_NXdata(
        path,
        image,
        [np.array([1.0, 2, 3]), np.array([5.0, 6, 7, 8])],
        axes_names=["height", "angle"],
        axes_long_names=["height (mm)", "angle (deg)"],
        title="an image",
    )
    picture = picture_of(path)
    np.testing.assert_array_equal(picture.drawn.pixels, image)
    assert picture.drawn.rows.values.tolist() == [1, 2, 3]
    assert picture.drawn.columns.title == "angle (deg)"
    assert picture.title == "an image"


def test_files_of_pyfai_are_curves_with_their_angle(samples):
    url = samples / "diffmap.h5::/diff_map_0004/data"
    picture = picture_of(url, frame=100)
    with h5py.File(samples / "diffmap.h5") as file:
        data = file["diff_map_0004/data"]
        np.testing.assert_array_equal(picture.drawn.lines[0].values, data["map"][1, 22])
        np.testing.assert_array_equal(picture.drawn.x.values, data["2th"][()])
    assert (picture.frame, picture.frames) == (100, 29 * 78)
    assert picture.drawn.x.unit == "deg"


def test_the_images_of_a_group_are_frames(samples):
    picture = picture_of(samples / "ID16B_diatomee.h5::/data", frame=-1)
    with h5py.File(samples / "ID16B_diatomee.h5") as file:
        np.testing.assert_array_equal(picture.drawn.pixels, file["data/0500"][()])
    assert (picture.frame, picture.frames) == (5, 6)


def test_image_files_and_spec_files_are_drawn(samples):
    assert picture_of(samples / "medipix.edf").kind == "image"
    assert picture_of(samples / "series").frames == 6


def test_a_scan_of_spec_is_its_last_column_along_the_first_one(samples):
    with beamio.open(samples / "oleg.dat") as tree:
        scan = next(iter(tree))
        columns = tree[scan]["measurement"]
        first, *_, last = [name for name in columns if name != "mca_0"]
        for part in ("", "/measurement"):
            drawn = picture_of(f"{samples / 'oleg.dat'}::/{scan}{part}").drawn
            assert (drawn.x.label, drawn.y.label) == (first, last)
            np.testing.assert_array_equal(drawn.x.values, columns[first][()])
            np.testing.assert_array_equal(drawn.lines[0].values, columns[last][()])


def test_dimension_scales_of_netcdf_are_axes(tmp_path):
    with h5py.File(tmp_path / "f.h5", "w") as file:
        file["x"] = [1.0, 2.0, 4.0]
        file["x"].make_scale("x")
        file["y"] = [3.0, 1.0, 2.0]
        file["y"].dims[0].attach_scale(file["x"])
    assert picture_of(f"{tmp_path / 'f.h5'}::/y").drawn.x.values.tolist() == [1, 2, 4]


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        (np.zeros((2, 0)), Words),
        (np.float64(2.5), Words),
        (np.full((3, 4), np.nan), Image),
        (np.full((3, 4), np.inf), Image),
        (np.full((3, 4), 7), Image),
        (np.full((3, 4), 65535, "u2"), Image),
        (np.ones((1, 1)), Image),
        (np.ones((3, 4), bool), Image),
        (np.array([[3 + 4j]]), Image),
        (np.zeros((3, 4), "f2"), Image),
        (np.zeros((3, 4), ">i8"), Image),
        (np.zeros((3, 4, 3), "u1"), Coloured),
        (np.zeros((3, 4, 4), "u1"), Coloured),
        (np.zeros((3, 4, 3), "u2"), Image),
        (np.zeros(1), Curves),
        (np.zeros(4, [("a", "i4"), ("b", "S3")]), Table),
        (np.array(["a", "ü"]), Table),
    ],
)
def test_everything_has_a_picture_and_it_can_be_shown(values, kind):
    import io

    picture = picture_of(values) if values.dtype.kind != "U" else None
    if picture is None:
        tree = beamio.Tree("f", beamio.Branch.of({"text": values}))
        picture = picture_of(tree["text"])
    assert isinstance(picture.drawn, kind)
    out = io.StringIO()
    beamio.show(picture_source(values), file=out)
    assert out.getvalue()


def picture_source(values):
    if values.dtype.kind == "U":
        return beamio.Tree("f", beamio.Branch.of({"text": values}))["text"]
    return values


def test_complex_values_are_their_magnitude():
    picture = picture_of(np.array([[3 + 4j, 0]]))
    assert picture.drawn.pixels.tolist() == [[5, 0]]
    assert picture.drawn.value.label == "|values|"


def test_percentiles_leave_out_nan_infinity_and_saturation():
    rng = np.random.default_rng(1)
    image = rng.normal(100, 10, (200, 200))
    image[0, :50], image[1, :50] = np.nan, np.inf
    good = image[np.isfinite(image)]
    found = picture_of(image, percentile=(2, 98)).drawn.limits
    assert found == pytest.approx(tuple(np.percentile(good, [2, 98])))
    counts = rng.integers(0, 1000, (200, 200)).astype("u2")
    counts[:20] = 65535
    assert picture_of(counts).drawn.limits[1] < 1000
    assert picture_of(counts).statistics.saturated == 20 * 200


def test_only_the_frame_that_is_shown_is_read(tmp_path):
    with h5py.File(tmp_path / "f.h5", "w") as file:
        # 80 TB, of which one chunk was written.
        huge = file.create_dataset(
            "huge", (10**7, 2000, 2000), "u2", chunks=(1, 2000, 2000)
        )
        huge[123_456] = np.full((2000, 2000), 7, "u2")
    assert picture_of(tmp_path / "f.h5", frame=123_456).statistics.minimum == 7


def test_one_hot_pixel_of_a_large_image_stays():
    image = np.zeros((3000, 5000), "u2")
    image[1234, 4321] = 999
    picture = picture_of(image, most=100)
    assert picture.drawn.pixels.shape == (100, 100)
    assert picture.drawn.pixels.max() == 999
    assert picture_of(image, most=100, reduce="mean").drawn.pixels.max() < 999
    assert picture.statistics.mean == pytest.approx(image.mean())


def test_a_long_curve_keeps_its_extremes():
    curve = np.sin(np.arange(300_000) / 9000)
    curve[123_456], curve[200_000] = 50, -40
    picture = picture_of(curve, most=100)
    drawn = picture.drawn
    assert drawn.lines[0].values.size == 200
    assert (drawn.lines[0].values.max(), drawn.lines[0].values.min()) == (50, -40)
    hot = drawn.x.values[drawn.lines[0].values == 50]
    assert abs(hot[0] - 123_456) < 3000
    assert picture.statistics.mean == pytest.approx(curve.mean())


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"frame": 6}, "no frame 6; there are 6 frames, 0 to 5"),
        ({"slice": "9"}, r"no \[9\] in the shape"),
        ({"percentile": "1"}, "two numbers"),
        ({"percentile": (99, 1)}, "lower one first"),
        ({"range": "5,5"}, "lower value first"),
        ({"colormap": "virids"}, "viridis"),
        ({"colourmap": "viridis"}, "colormap"),
        ({"reduce": "sum"}, "max"),
    ],
)
def test_a_wrong_option_is_an_error_that_says_what_would_work(options, words):
    with pytest.raises(beamio.OptionError, match=words):
        picture_of(np.zeros((6, 3, 3)), **options)


def test_a_group_without_a_picture_names_what_is_in_it(tmp_path):
    with h5py.File(tmp_path / "f.h5", "w") as file:
        file["a/b/c"] = 1
    with pytest.raises(beamio.MissingPathError, match="in it are b"):
        picture_of(f"{tmp_path / 'f.h5'}::/a")


def test_a_damaged_frame_is_an_error_and_not_a_picture(tmp_path):
    path = tmp_path / "f.h5"
    with h5py.File(path, "w") as file:
        file.create_dataset("d", data=np.ones((64, 64)), compression="gzip")
        chunk = file["d"].id.get_chunk_info(0)
    with path.open("r+b") as raw:
        raw.seek(chunk.byte_offset)
        raw.write(bytes(chunk.size // 2))
    with pytest.raises(beamio.DamagedFileError, match="::/d"):
        picture_of(path)


def test_open_objects_of_beamio_and_of_h5py_are_drawn(tmp_path):
    path = image_file(tmp_path / "f.h5", np.eye(3))
    for opened in (h5py.File, beamio.File):
        with opened(path) as file:
            for item in (file, file["plot"], file["plot/counts"]):
                drawn = picture_of(item).drawn
                np.testing.assert_array_equal(drawn.pixels, np.eye(3))
                assert drawn.columns.title == "x (mm)"


def test_the_stacks_of_an_eiger_master_file_are_one(tmp_path):
    stacks = np.arange(7 * 3 * 4).reshape(7, 3, 4).astype("u4")
    with h5py.File(tmp_path / "m.h5", "w") as master:
        group = master.create_group("entry/data")
        for number, (first, last) in enumerate([(0, 5), (5, 7)], 1):
            name = f"data_{number:06d}"
            with h5py.File(tmp_path / f"{name}.h5", "w") as file:
                file["entry/data/data"] = stacks[first:last]
            group[name] = h5py.ExternalLink(f"{name}.h5", "entry/data/data")
    for frame in range(7):
        for url in (tmp_path / "m.h5", f"{tmp_path / 'm.h5'}::/entry/data"):
            picture = picture_of(url, frame=frame)
            np.testing.assert_array_equal(picture.drawn.pixels, stacks[frame])
            assert (picture.frame, picture.frames) == (frame, 7)
    cut = picture_of(tmp_path / "m.h5", frame=-1, slice="1:,2")
    assert cut.statistics.maximum == stacks[6, 1:, 2].max()
    with pytest.raises(beamio.OptionError, match="7 frames"):
        picture_of(tmp_path / "m.h5", frame=7)


def test_an_image_in_bands_is_that_in_one_piece(monkeypatch):
    from beamio.picture import pixels

    rng = np.random.default_rng(0)
    image = rng.normal(size=(301, 203)).astype("f4")
    image[5, 7] = np.nan
    whole = picture_of(image, most=50)
    monkeypatch.setattr(pixels, "_BAND", 20_000)
    monkeypatch.setattr(pixels, "_WORKED", 1000)
    parts = picture_of(image, most=50)
    np.testing.assert_array_equal(parts.drawn.pixels, whole.drawn.pixels)
    one, other = parts.statistics.facts(), whole.statistics.facts()
    assert all(one[name] == pytest.approx(other[name]) for name in one)
    assert one["mean"] == pytest.approx(np.nanmean(image), abs=1e-4)
    assert one["nan"] == 1
