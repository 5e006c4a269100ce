"""What NXDL can say, in definitions made for it."""

import h5py
import pytest

from beamio import DamagedFileError, OptionError
from beamio.nexus.nxdl import Definitions
from beamio.nexus.validation import validate

HEAD = (
    '<definition xmlns="http://definition.nexusformat.org/nxdl/3.1" type="group" '
    'name="{name}" extends="{extends}" category="{category}" {more}>{body}</definition>'
)


@pytest.fixture
def folder(tmp_path):
    """Definitions with a base class or two, and an application NXapp."""
    made = tmp_path / "nxdl"
    for name in ("base_classes", "applications", "contributed_definitions"):
        (made / name).mkdir(parents=True)
    define(made, "NXobject", "", extends="")
    define(made, "NXentry", '<field name="title"/><group type="NXpart"/>')
    define(made, "NXpart", '<field name="n" type="NX_INT"/>')
    define(made, "NXbetter", "", extends="NXpart")
    return made


def define(folder, name, body, *, extends="NXobject", category="base", more=""):
    kind = "base_classes" if category == "base" else "applications"
    text = HEAD.format(
        name=name, extends=extends, category=category, body=body, more=more
    )
    (folder / kind / f"{name}.nxdl.xml").write_text(text)


def application(folder, body, **how):
    name = how.pop("name", "NXapp")
    text = f'<group type="NXentry">{body}</group>'
    define(folder, name, text, category="application", **how)


def compare(folder, fill, definition="NXapp"):
    path = folder.parent / "file.h5"
    with h5py.File(path, "w") as file:
        entry = file.create_group("entry")
        entry.attrs["NX_class"] = "NXentry"
        fill(entry)
    [entry] = validate(path, definition, definitions=folder).entries
    return {(each.severity, each.path): each.message for each in entry.findings}


def part(entry, name, nx_class="NXpart"):
    made = entry.create_group(name)
    made.attrs["NX_class"] = nx_class
    return made


def test_all_is_required_unless_said_otherwise(folder):
    application(
        folder,
        '<field name="a"/><field name="b" optional="true"/>'
        '<field name="c" minOccurs="0"/><field name="d" recommended="true"/>'
        '<attribute name="e"/><attribute name="f" optional="true"/>',
    )
    assert set(compare(folder, lambda _: None)) == {
        ("error", "/entry/a"),
        ("warning", "/entry/d"),
        ("error", "/entry@e"),
    }


def test_what_a_definition_extends_holds_too_unless_it_says_otherwise(folder):
    application(folder, '<field name="a"/><field name="b"/>', name="NXold")
    application(folder, '<field name="b" optional="true"/>', extends="NXold")
    assert set(compare(folder, lambda _: None)) == {("error", "/entry/a")}


def test_a_class_that_extends_another_stands_for_it(folder):
    application(folder, '<group type="NXpart"><field name="n"/></group>')
    found = compare(folder, lambda entry: part(entry, "x", "NXbetter"))
    assert set(found) == {("error", "/entry/x/n")}
    found = compare(folder, lambda _: None)
    assert found == {("error", "/entry"): "holds no NXpart; NXapp requires it"}


def test_a_type_that_is_not_said_again_is_inherited(folder):
    application(folder, '<group type="NXpart"><field name="n"/></group>')

    def fill(entry):
        part(entry, "x")["n"] = "text"

    assert compare(folder, fill) == {("error", "/entry/x/n"): "is text, not integers"}


def test_there_can_be_too_many(folder):
    application(folder, '<group type="NXpart" minOccurs="2" maxOccurs="3"/>')

    def fill(number):
        return lambda entry: [part(entry, f"x{i}") for i in range(number)]

    assert set(compare(folder, fill(1))) == {("error", "/entry")}
    assert compare(folder, fill(3)) == {}
    [message] = compare(folder, fill(4)).values()
    assert message == "holds 4 of NXpart, but NXapp allows 3"


def test_a_choice_is_one_of_several_classes(folder):
    define(folder, "NXother", "")
    application(
        folder,
        '<choice name="x"><group type="NXpart"/><group type="NXother"/></choice>',
    )
    assert set(compare(folder, lambda _: None)) == {("error", "/entry/x")}
    assert compare(folder, lambda entry: part(entry, "x")) == {}
    assert compare(folder, lambda entry: part(entry, "x", "NXother")) == {}
    [message] = compare(folder, lambda entry: part(entry, "x", "NXentry")).values()
    assert message == "is NXentry, but NXapp wants NXpart or NXother"


def test_upper_case_in_a_partial_name_stands_for_anything(folder):
    application(
        folder, '<field name="AXIS_errors" nameType="partial" type="NX_FLOAT"/>'
    )
    assert set(compare(folder, lambda _: None)) == {("error", "/entry")}
    assert (
        compare(folder, lambda entry: entry.create_dataset("x_errors", data=1.0)) == {}
    )
    found = compare(folder, lambda entry: entry.create_dataset("x_errors", data="a"))
    assert set(found) == {("error", "/entry/x_errors")}


def test_the_name_itself_is_preferred_to_any(folder):
    application(
        folder,
        '<field name="a" type="NX_INT"/>'
        '<field name="DATA" nameType="any" optional="true" type="NX_FLOAT"/>',
    )

    def fill(entry):
        entry["a"] = 1
        entry["b"] = 2

    assert set(compare(folder, fill)) == {("error", "/entry/b")}


def test_an_open_enumeration_allows_other_values(folder):
    listed = '<item value="1"/><item value="2"/>'
    application(
        folder,
        f'<field name="a"><enumeration open="true">{listed}</enumeration></field>'
        f'<field name="b" type="NX_INT"><enumeration>{listed}</enumeration></field>',
    )

    def fill(entry):
        entry["a"] = "3"
        entry["b"] = 2

    assert set(compare(folder, fill)) == {("note", "/entry/a")}


def test_what_is_deprecated_is_a_warning_with_its_remedy(folder):
    application(folder, '<field name="a" deprecated="use b" optional="true"/>')
    found = compare(folder, lambda entry: entry.create_dataset("a", data="x"))
    assert found == {("warning", "/entry/a"): "is deprecated in NXapp"}


def test_a_definition_can_leave_names_open(folder):
    application(folder, "")
    assert compare(folder, lambda entry: entry.create_dataset("x", data=1)) != {}
    application(folder, "", more='ignoreExtraFields="true"')
    assert compare(folder, lambda entry: entry.create_dataset("x", data=1)) == {}


def test_lengths_may_be_sums_and_numbers(folder):
    application(
        folder,
        '<field name="a" type="NX_INT"><dimensions rank="1"><dim index="1" value="n"/>'
        "</dimensions></field>"
        '<field name="b" type="NX_INT"><dimensions rank="2"><dim index="1" '
        'value="n+1"/><dim index="2" value="2" required="false"/></dimensions></field>',
    )

    def fill(shape):
        def made(entry):
            entry["a"] = [1, 2, 3]
            entry.create_dataset("b", shape, "i4")

        return made

    assert compare(folder, fill((4, 2))) == {}
    assert compare(folder, fill((4,))) == {}
    assert "has 3 along axis 1, not 2" in compare(folder, fill((4, 3))).values()
    assert len(compare(folder, fill((5, 2)))) == 1


def test_a_definition_that_is_no_xml_is_told(folder):
    (folder / "applications" / "NXapp.nxdl.xml").write_text("<definition")
    with pytest.raises(DamagedFileError, match=r"NXapp\.nxdl\.xml: is no XML"):
        compare(folder, lambda _: None)


def test_entities_are_not_expanded(folder, tmp_path):
    (tmp_path / "secret").write_text("secret")
    text = HEAD.format(
        name="NXapp",
        extends="NXobject",
        category="application",
        more="",
        body='<group type="NXentry"><field name="a"><doc>&x;.</doc></field></group>',
    )
    (folder / "applications" / "NXapp.nxdl.xml").write_text(
        f'<!DOCTYPE definition [<!ENTITY x SYSTEM "file://{tmp_path}/secret">]>{text}'
    )
    assert "secret" not in str(compare(folder, lambda _: None))


def test_a_folder_without_definitions_is_an_error(tmp_path):
    with pytest.raises(OptionError, match="holds no definitions"):
        Definitions(tmp_path)
