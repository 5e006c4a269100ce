import h5py
import numpy as np
import pint
import pytest
from hypothesis import given
from hypothesis import strategies as st
from silx.io.nxdata import NXdata, get_default

from beamio import OptionError, OutputExistsError, UnknownFormatError
from beamio.formats.plot import plot_problems, plot_way
from beamio.nexus import validate, write_data
from beamio.nexus.plottable import plottable

COUNTS = np.array([1.0, 5.0, 9.0, 8.0])
ENERGY = np.linspace(7.0, 7.3, 4)


@pytest.fixture
def path(tmp_path):
    return tmp_path / "plot.h5"


def of_silx(file):
    """What silx plots of a file."""
    found = get_default(file)
    assert found is not None
    assert found.is_valid, found.issues
    return found


def test_a_curve_is_the_default_plot_of_its_file(path):
    place = write_data(
        path,
        COUNTS,
        name="counts",
        axes={"energy": ENERGY},
        errors=np.sqrt(COUNTS),
        title="an edge",
        units={"energy": "keV", "counts": "1/s"},
        labels={"counts": "intensity"},
        scale={"counts": "log"},
    )
    assert place == "/entry/data"
    with h5py.File(path) as file:
        plot = of_silx(file)
        assert plot.signal_name == "intensity"
        np.testing.assert_array_equal(plot.signal, COUNTS)
        np.testing.assert_array_equal(plot.axes[0], ENERGY)
        np.testing.assert_array_equal(plot.errors, np.sqrt(COUNTS))
        assert plot.title == "an edge"
        assert plot.plot_style.signal_scale_type == "log"
        assert plot.plot_style.axes_scale_types == ("linear",)
        assert file[place]["energy"].attrs["units"] == "keV"
        assert plottable(file[place]["counts"]).log_signal
    report = validate(path)
    assert report.is_valid
    assert report.has_plot
    assert not any(step.is_broken or step.remedy for step in report.plot)


@given(
    shape=st.lists(st.integers(2, 5), min_size=1, max_size=4),
    edges=st.lists(st.sampled_from(["values", "none"]), min_size=4, max_size=4),
    with_errors=st.booleans(),
    others=st.integers(0, 2),
)
def test_whatever_is_written_is_valid_to_silx_and_here(
    shape, edges, with_errors, others
):
    signal = np.arange(np.prod(shape), dtype="f4").reshape(shape)
    axes = {
        f"x{place}": np.arange(n) if kind == "values" else None
        for place, (n, kind) in enumerate(zip(shape, edges, strict=False))
    }
    with h5py.File("memory", "w", driver="core", backing_store=False) as file:
        write_data(
            file.create_group("plot"),
            signal,
            axes=axes,
            errors=signal if with_errors else None,
            auxiliary={f"other{n}": signal for n in range(others)},
        )
        plot = of_silx(file)
        assert plot.signal.shape == tuple(shape)
        assert [axis is not None for axis in plot.axes] == [
            axis is not None for axis in axes.values()
        ]
        assert (plot.errors is not None) == with_errors
        assert len(plot.auxiliary_signals) == others
        assert list(plot_problems(file["plot"])) == []
        assert plot_way(file).signal == file["plot/data"]


def test_edges_are_one_more(path):
    write_data(path, COUNTS, axes={"energy": np.arange(5)})
    with h5py.File(path) as file:
        assert list(plot_problems(file["entry/data"])) == []
        assert plottable(file["entry/data/data"]).axes[0].shape == (5,)


def test_points_have_two_coordinates(path):
    write_data(path, COUNTS, axes={"x": ENERGY, "y": ENERGY})
    with h5py.File(path) as file:
        plot = of_silx(file)
        assert plot.is_scatter
        assert file["entry/data"].attrs["y_indices"] == 0


def test_an_interpretation_reaches_silx(path):
    write_data(path, np.zeros((2, 3, 4)), interpretation="image")
    with h5py.File(path) as file:
        assert of_silx(file).interpretation == "image"


def test_a_dataset_of_the_same_file_is_linked(path):
    with h5py.File(path, "w") as file:
        file["raw/counts"] = COUNTS
        file["raw/energy"] = ENERGY
        group = file.create_group("entry/plot")
        write_data(group, file["raw/counts"], axes=[file["raw/energy"]])
        assert of_silx(file).signal == file["raw/counts"]
        assert group.get("energy", getlink=True).path == "/raw/energy"
        assert file["raw/energy"].attrs["target"] == "/raw/energy"


def test_a_dataset_of_another_file_is_linked_so_that_both_can_move(tmp_path):
    with h5py.File(tmp_path / "raw.h5", "w") as raw:
        raw["counts"] = COUNTS
    (tmp_path / "out").mkdir()
    with h5py.File(tmp_path / "raw.h5") as raw:
        write_data(tmp_path / "out" / "plot.h5", raw["counts"])
    moved = tmp_path / "moved"
    moved.mkdir()
    (tmp_path / "raw.h5").rename(moved / "raw.h5")
    (tmp_path / "out").rename(moved / "out")
    with h5py.File(moved / "out" / "plot.h5") as file:
        assert isinstance(
            file["entry/data"].get("counts", getlink=True), h5py.ExternalLink
        )
        np.testing.assert_array_equal(of_silx(file).signal, COUNTS)


def test_units_of_quantities_come_along(path):
    unit = pint.get_application_registry()
    write_data(path, COUNTS, axes={"energy": ENERGY * unit.keV})
    with h5py.File(path) as file:
        assert file["entry/data/energy"].attrs["units"] == "keV"


def test_a_second_plot_is_added_and_is_the_default_if_wanted(path):
    write_data(path, COUNTS)
    write_data(f"{path}::/entry/more/second", ENERGY, default=False)
    with h5py.File(path) as file:
        np.testing.assert_array_equal(of_silx(file).signal, COUNTS)
    write_data(f"{path}::/other/third", ENERGY)
    with h5py.File(path) as file:
        np.testing.assert_array_equal(of_silx(file).signal, ENERGY)
        assert NXdata(file["entry/more/second"]).is_valid
        assert file["other"].attrs["NX_class"] == "NXentry"


WRONG = {
    "an axis that is too short": ({"axes": {"x": [1, 2]}}, "axis x: is 2, but data"),
    "too many axes": ({"axes": {"x": ENERGY, "y": [1]}}, "axis y"),
    "errors of another shape": ({"errors": [1]}, "data_errors: is 1, but data is 4"),
    "another shape": ({"auxiliary": {"b": [1]}}, "b: is 1, but data is 4"),
    "text": ({"axes": {"x": list("abcd")}}, "only numbers"),
    "one name twice": ({"axes": {"data": ENERGY}}, "the same name"),
    "a name with a slash": ({"axes": {"a/b": ENERGY}}, "can't be the name"),
    "axes without a name": ({"axes": [ENERGY]}, "axes: give names"),
    "units of nothing": ({"units": {"enrgy": "keV"}}, "units: there is no 'enrgy'"),
    "a scale": ({"scale": "lgo"}, "did you mean log"),
    "an interpretation": ({"interpretation": "picture"}, "there is no 'picture'"),
}


@pytest.mark.parametrize("what", WRONG)
def test_what_does_not_fit_is_told_and_nothing_is_written(path, what):
    options, message = WRONG[what]
    with pytest.raises(OptionError, match=message):
        write_data(path, COUNTS, **options)
    assert not path.exists()


def test_a_file_stays_as_it_is_when_something_does_not_fit(path):
    write_data(path, COUNTS)
    before = path.read_bytes()
    with pytest.raises(OptionError):
        write_data(f"{path}::/entry/second", COUNTS, axes={"x": [1]})
    with pytest.raises(OutputExistsError, match="is there already"):
        write_data(path, COUNTS)
    with pytest.raises(OptionError, match="is a dataset"):
        write_data(f"{path}::/entry/data/data/deeper", COUNTS)
    assert path.read_bytes() == before


def test_a_group_that_is_in_use_is_left_alone(path):
    with h5py.File(path, "w") as file:
        file["plot/mine"] = 1
        with pytest.raises(OutputExistsError, match="holds 'mine' already"):
            write_data(file["plot"], COUNTS)
        assert list(file["plot"]) == ["mine"]


def test_units_of_a_link_are_not_changed(path):
    with h5py.File(path, "w") as file:
        file["raw"] = COUNTS
        with pytest.raises(OptionError, match="is a link"):
            write_data(file.create_group("plot"), file["raw"], units="m")


def test_what_is_no_hdf5_is_not_touched(path):
    path.write_text("mine")
    with pytest.raises(UnknownFormatError):
        write_data(path, COUNTS)
    assert path.read_text() == "mine"
