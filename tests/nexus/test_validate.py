import subprocess
import sys
import warnings

import fabio
import h5py
import numpy as np
import pytest
from nexus_tomo import (
    ANGLE,
    DETECTOR,
    SPOILED,
    attribute,
    group,
    instead,
    write_tomo,
)
from nexus_tomo import quantity as quantity_of

import beamio
from beamio import Branch, MissingPathError, OptionError, Tree, UnreadableError
from beamio.dictionary.units import quantity
from beamio.errors import UnitError
from beamio.model.unit_text import is_unit_text
from beamio.nexus.nxdl import definitions, shipped
from beamio.nexus.units import converted
from beamio.nexus.validation import units
from beamio.nexus.validation.examine import examine
from beamio.nexus.validation.words import verdict


def validate(path, *args, **options):
    """The same as by another process (test_validator.py), sooner."""
    return examine(str(path), *args, **options)


@pytest.fixture
def tomo(tmp_path):
    return write_tomo(tmp_path / "scan.nx")


def spoil(path, how):
    with h5py.File(path, "r+") as file:
        how(file)
    return validate(path).entries[0]


def told(findings):
    return {finding.path: finding.message for finding in findings}


def test_a_file_as_the_definition_wants_it_is_valid(tomo):
    report = validate(tomo)
    assert report.is_valid
    assert report.entries[0].findings == ()
    assert report.entries[0].definition == "NXtomo"
    assert report.has_plot


@pytest.mark.parametrize("name", SPOILED)
def test_what_is_spoiled_is_told_with_its_place(tomo, name):
    how, place, word, _ = SPOILED[name]
    entry = spoil(tomo, how)
    assert not entry.is_valid
    assert word in told(entry.errors)[place]


def test_pynxtools_comes_to_the_same_verdicts(tmp_path):
    """Where it is installed; what it said in version 0.16 is in the table."""
    validator = pytest.importorskip("pynxtools.dataconverter.validate_file")
    from pynxtools.dataconverter.helpers import collector

    for name, (how, _, _, is_found) in SPOILED.items():
        path = write_tomo(tmp_path / "scan.nx")
        with h5py.File(path, "r+") as file:
            how(file)
        validator.validate(str(path), ignore_undocumented=True)
        assert bool(collector.data["warning_and_error"]) == is_found, name
        collector.clear()


def test_what_the_package_nxtomo_writes_is_valid(tmp_path):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        nxtomo = pytest.importorskip("nxtomo")
        scan = nxtomo.NXtomo()
    import pint

    unit = pint.get_application_registry()
    detector = scan.instrument.detector
    detector.data = np.zeros((3, 4, 5), np.uint16)
    detector.image_key_control = [2, 1, 0]
    detector.x_pixel_size = detector.y_pixel_size = 6.5e-6 * unit.m
    detector.distance = 0.1 * unit.m
    scan.sample.name = "diatom"
    scan.sample.rotation_angle = np.array([0.0, 90.0, 180.0]) * unit.deg
    path = tmp_path / "scan.nx"
    scan.save(str(path), "entry")
    report = validate(path)
    assert report.is_valid
    assert not report.entries[0].warnings
    assert "half_acquisition" in told(report.entries[0].notes)[DETECTOR]


def test_unknown_names_are_a_note_that_names_what_was_meant(tomo):
    entry = spoil(tomo, instead("/entry/sample/temperatur", "x"))
    assert entry.is_valid
    [note] = entry.notes
    assert note.path == "/entry/sample"
    assert note.message == "holds what NXtomo does not know: temperatur"
    assert note.remedy.startswith("did you mean temperature")


def test_an_nxcollection_holds_what_it_likes(tomo):
    def add(file):
        free = file.create_group("entry/free")
        free.attrs["NX_class"] = "NXcollection"
        free["anything"] = 1
        free.create_group("at_all")

    assert spoil(tomo, add).findings == ()


@pytest.mark.parametrize(
    ("path", "value", "units"),
    [
        (f"{DETECTOR}/count_time", np.full(6, 0.1), "m"),  # of NXdetector
        ("/entry/sample/temperature", 4.2, "keV"),  # of NXsample
    ],
)
def test_base_classes_count_where_the_definition_says_nothing(tomo, path, value, units):
    entry = spoil(tomo, instead(path, value, units=units))
    assert path in told(entry.errors)


def test_a_number_stands_for_an_array_of_one(tomo):
    entry = spoil(tomo, instead(f"{DETECTOR}/distance", [0.1], units="m"))
    assert entry.findings == ()


def test_times_without_a_zone_are_noted(tomo):
    entry = spoil(tomo, instead("/entry/start_time", "2026-01-31T12:00:00"))
    assert entry.is_valid
    assert "time zone" in told(entry.notes)["/entry/start_time"]


def test_lengths_are_compared_with_what_most_agree_on(tomo):
    entry = spoil(tomo, instead("/entry/control/data", np.ones(5), units="mA"))
    assert told(entry.errors) == {
        "/entry/control/data": "has 5 along axis 0, but nFrames is 6 in "
        f"{DETECTOR}/data and 2 more"
    }


def test_the_definition_can_be_given(tomo):
    report = validate(tomo, "NXtomoproc")
    assert not report.is_valid
    assert not report.entries[0].is_declared
    told_of = told(report.entries[0].errors)["/entry/definition"]
    assert told_of == "is 'NXtomo', which is not allowed"


def test_a_definition_that_is_not_there_is_an_error(tomo):
    with pytest.raises(MissingPathError, match="did you mean NXtomo"):
        validate(tomo, "NXtom")
    with pytest.raises(MissingPathError, match="no definition"):
        validate(tomo, "../base_classes/NXobject")
    entry = spoil(tomo, instead("/entry/definition", "NXtom"))
    assert "does not define" in told(entry.errors)["/entry/definition"]


def test_an_entry_without_a_definition_is_compared_with_the_base_classes(tomo):
    with h5py.File(tomo, "r+") as file:
        del file["entry/definition"]
        del file["entry/sample/rotation_angle"]
        del file["entry/data/rotation_angle"]
        file["entry/data"].attrs["axes"] = [".", ".", "."]
    report = validate(tomo)
    assert report.is_valid
    assert report.entries[0].definition == "NXentry"


def test_any_group_can_be_compared_with_its_class(tomo):
    [entry] = validate(f"{tomo}::{DETECTOR}").entries
    assert entry.definition == "NXdetector"
    [entry] = validate(tomo, entry="/entry/sample").entries
    assert entry.definition == "NXsample"


def test_what_is_no_nexus_is_an_error(tmp_path):
    path = tmp_path / "plain.h5"
    with h5py.File(path, "w") as file:
        file["data"] = 1
    with pytest.raises(MissingPathError, match="no group of the class NXentry"):
        validate(path)
    with pytest.raises(OptionError, match="is a dataset"):
        validate(f"{path}::/data")


def test_other_formats_are_compared_as_trees(tmp_path):
    path = tmp_path / "scan.dat"
    path.write_text(
        "#F scan.dat\n#D Sat Jan 31 12:00:00 2026\n\n#S 1 ascan th 0 1 2 1\n"
        "#D Sat Jan 31 12:00:00 2026\n#N 2\n#L Theta  Detector\n0 1\n0.5 2\n1 3\n"
    )
    report = validate(path)
    assert [entry.path for entry in report.entries] == ["/1.1"]
    assert report.entries[0].definition == "NXentry"


def test_a_group_that_holds_itself_comes_to_an_end(tomo):
    def add(file):
        file["entry/sample/again"] = file["entry"]
        file["entry/again"] = h5py.SoftLink("/entry")

    assert spoil(tomo, add) is not None


def test_damaged_attributes_and_values_are_told(tomo):
    def add(file):
        strange = h5py.h5t.create(h5py.h5t.OPAQUE, 4)
        space = h5py.h5s.create(h5py.h5s.SCALAR)
        h5py.h5a.create(file["entry/sample"].id, b"NX_class2", strange, space)
        file["entry/sample"].attrs["default"] = np.arange(3)
        file["entry/data"].attrs["rotation_angle_indices"] = "x"
        file["entry/data"].attrs["axes"] = 5

    assert spoil(tomo, add) is not None


@pytest.mark.parametrize(
    "text",
    [
        "9**9**9",
        "9**(9**9)",
        "9**999999",
        "(9**99)**99",
        "m**99999",
        "m" * 65,
        "m;s",
        "f'{1}'",
        "**",
    ],
)
def test_units_that_would_keep_a_parser_busy_are_not_parsed(text):
    assert not is_unit_text(text)
    assert units.parsed(text) is None
    with pytest.raises(UnitError):
        converted(1, text, "m", "pixel size")
    with pytest.raises(ValueError, match="not defined"):
        quantity(1, text)


@pytest.mark.parametrize(
    ("text", "category", "fits"),
    [
        ("um", "NX_LENGTH", True),
        ("Å", "NX_LENGTH", True),
        ("Angstrom", "NX_WAVELENGTH", True),
        ("1/angstrom", "NX_WAVENUMBER", True),
        ("degrees", "NX_ANGLE", True),
        ("", "NX_ANGLE", False),
        ("photons", "NX_COUNT", True),
        ("%", "NX_DIMENSIONLESS", True),
        ("mm", "NX_DIMENSIONLESS", False),
        ("mm", "NX_UNITLESS", False),
        ("mm", "NX_ANY", True),
        ("eV", "keV", True),
        ("mm", "keV", False),
        ("sr", "NX_SOLID_ANGLE", True),
        ("degC", "NX_TEMPERATURE", True),
    ],
)
def test_units_are_compared_by_what_they_measure(text, category, fits):
    assert (units.problem(text, category, shipped()) == "") == fits


def test_every_category_with_an_example_knows_its_example():
    known = shipped()
    for category in ("NX_LENGTH", "NX_AREA", "NX_FLUX", "NX_EMITTANCE", "NX_MASS"):
        for example in known.examples(category):
            assert units.problem(example, category, known) == "", (category, example)


def test_every_definition_that_is_shipped_can_be_read():
    known = shipped()
    files = list(known.folder.glob("*/*.nxdl.xml"))
    assert len(files) > 200
    for file in files:
        name = file.name.removesuffix(".nxdl.xml")
        assert known[name].name == name
        assert [each.name for each in known.lineage(name)][-1] in {"NXobject", "NXroot"}


def test_a_tree_in_memory_has_the_same_verdict(monkeypatch):
    branch = Branch.of(
        {
            "entry": Branch.of(
                {"definition": "NXtomo", "title": "scan"}, "NXentry", default="data"
            )
        }
    )
    tree = Tree("scan", branch)
    monkeypatch.setattr("beamio.nexus.validation.examine.open_url", lambda _: tree)
    [entry] = validate("scan").entries
    assert set(told(entry.errors)) == {
        "/entry/instrument",
        "/entry/sample",
        "/entry/data",
    }


def test_units_of_angles_are_not_a_number(tomo):
    assert ANGLE in told(spoil(tomo, attribute(ANGLE, "units", "")).errors)


def test_a_base_class_only_notes_ranks_of_its_own(tomo):
    entry = spoil(tomo, instead(f"{DETECTOR}/dead_time", np.zeros((2, 3)), units="s"))
    assert entry.is_valid
    assert not entry.warnings
    assert "2 axes (2 x 3), not 3" in told(entry.notes)[f"{DETECTOR}/dead_time"]


def test_a_damaged_file_is_an_error_of_one_line(tomo):
    whole = tomo.read_bytes()
    for length in (0, 100, len(whole) // 2):
        tomo.write_bytes(whole[:length])
        with pytest.raises(UnreadableError):
            validate(tomo)


def test_without_the_definitions_it_says_how_to_get_them(tomo, monkeypatch):
    definitions.shipped.cache_clear()
    monkeypatch.setattr(definitions, "find_spec", lambda _: None)
    with pytest.raises(OptionError, match=r"pip install 'beamio\[nexus\]'"):
        validate(tomo)


def test_nothing_is_imported_of_the_package_that_ships_the_definitions(tomo):
    code = f"""if True:
        import sys
        from beamio.nexus.validation.examine import examine
        assert examine({str(tomo)!r}).is_valid
        assert "nexusformat" not in sys.modules
        """
    subprocess.run([sys.executable, "-c", code], check=True)


def test_a_group_whose_names_are_damaged_is_an_error(tomo):
    whole = tomo.read_bytes()
    assert whole.count(b"HEAP") > 1
    tomo.write_bytes(whole.replace(b"HEAP", b"HAEP", 1))
    with pytest.raises(UnreadableError):
        validate(tomo)


def test_what_beamio_corrects_is_valid(tmp_path):
    with h5py.File(tmp_path / "scan.h5", "w") as file:
        for name, value in (("data", 50), ("flats", 100), ("darks", 0)):
            file[name] = np.full((3, 4, 5), value, np.uint16)
    beamio.flatfield(
        str(tmp_path / "scan.h5::/data"),
        str(tmp_path / "out.h5"),
        flats=[str(tmp_path / "scan.h5::/flats")],
        darks=[str(tmp_path / "scan.h5::/darks")],
    )
    report = validate(tmp_path / "out.h5")
    assert report.is_valid
    assert report.has_plot
    assert not report.entries[0].warnings


def test_what_beamio_converts_is_valid(tmp_path):
    fabio.edfimage.EdfImage(np.zeros((4, 5), np.uint16), {"motor_mne": "x"}).write(
        tmp_path / "frame.edf"
    )
    beamio.convert(str(tmp_path / "frame.edf"), str(tmp_path / "out.h5"))
    report = validate(tmp_path / "out.h5")
    assert report.is_valid
    assert report.has_plot


def in_fractions(file, program, name="flat_field"):
    instead(f"{DETECTOR}/data", np.zeros((6, 4, 5), np.float32))(file)
    process = group(file["entry"], name, "NXprocess")
    if program:
        process["program"] = program


def test_fractions_that_a_program_computed_are_no_error(tomo):
    entry = spoil(tomo, lambda file: in_fractions(file, "nabu"))
    assert entry.is_valid
    [advice] = entry.advice
    assert advice.path == f"{DETECTOR}/data"
    assert "as flat_field tells" in advice.message
    assert verdict(entry, "") == "/entry is a valid NXtomo: 1 piece of advice"


@pytest.mark.parametrize("process", [("", "flat_field"), ("beamio", "build")])
def test_fractions_that_nothing_says_were_computed_are_an_error(tomo, process):
    entry = spoil(tomo, lambda file: in_fractions(file, *process))
    assert "float32" in told(entry.errors)[f"{DETECTOR}/data"]


def test_a_process_does_not_excuse_keys_with_fractions(tomo):
    def how(file):
        in_fractions(file, "nabu")
        instead(f"{DETECTOR}/image_key", np.zeros(6))(file)

    assert f"{DETECTOR}/image_key" in told(spoil(tomo, how).errors)


@pytest.mark.parametrize("spelled", ["NX_transformations", "NX_TRANSFORMATIONS"])
def test_the_class_that_the_package_nxtomo_misspells_is_known(tomo, spelled):
    def how(file):
        made = group(file[DETECTOR], "transformations", spelled)
        quantity_of(made, "rx", 180.0, "deg")
        made["rx"].attrs.update(
            {"transformation_type": "rotation", "vector": [1.0, 0.0, 0.0]}
        )

    entry = spoil(tomo, how)
    assert (entry.errors, entry.warnings, entry.notes) == ((), (), ())
    assert told(entry.advice).keys() == {f"{DETECTOR}/transformations"}

    def in_metres(file):
        file[f"{DETECTOR}/transformations/rx"].attrs["units"] = "m"

    assert f"{DETECTOR}/transformations/rx" in told(spoil(tomo, in_metres).errors)
