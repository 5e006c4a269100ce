"""Which datasets of a group are written."""

from collections.abc import Iterator, Sequence
from typing import Any, TypeAlias

from beamio.convert.writers.parts import Part, is_group, place_of
from beamio.errors import BeamioError, MissingPathError
from beamio.formats.attributes import nx_class
from beamio.formats.default import default_signal
from beamio.view import count, natural_order

Named: TypeAlias = tuple[str, Any]
"""A group or a dataset, and its name in the group that it was found in."""

_EIGER = "entry/data"
"""Where the master file of an Eiger detector has links to its stacks."""


def members(group: Any, failures: list[tuple[str, str]]) -> Iterator[Named]:
    """Yield what a group holds; what can't be reached is added to `failures`."""
    named = {_text(name): name for name in group}
    for name in sorted(named, key=natural_order):
        try:
            yield name, group[named[name]]
        except (BeamioError, KeyError, OSError, RuntimeError) as error:
            failures.append((f"{place_of(group).rstrip('/')}/{name}", str(error)))


def datasets(group: Any, failures: list[tuple[str, str]]) -> list[Named]:
    """Return the datasets in a group."""
    return [found for found in members(group, failures) if not is_group(found[1])]


def parts_of(found: Sequence[Named], selection: Any) -> list[Part]:
    """Return the selected part of each dataset."""
    return [Part.of(item, selection, name) for name, item in found]


def holds(group: Any, parts: Sequence[Part]) -> bool:
    """Tell whether datasets lie in a group itself, so that their names tell them."""
    if not is_group(group):
        return False
    # The only dataset of a file is called as the file.
    is_alone = group.name == "/" or parts[0].dataset.parent != group
    return len(parts) > 1 or not is_alone


def is_image(item: Any) -> bool:
    """Tell whether a dataset holds images."""
    shape = getattr(item, "shape", None)
    is_number = not is_group(item) and item.dtype.kind in "biufc"
    return bool(is_number and shape and len(shape) > 1 and 0 not in shape)


def images_below(
    group: Any, failures: list[tuple[str, str]], *, of_each: bool = False
) -> list[Named]:
    """Return the datasets of a group that hold images.

    Those in the group itself; else, if `of_each`, what the defaults of each of its
    entries lead to; else those that its own lead to, or the master file of an Eiger
    detector; else the only one below it.

    Raises
    ------
    MissingPathError
        If there is none, or more than one and nothing that says which.
    """
    direct = [found for found in members(group, failures) if is_image(found[1])]
    if direct:
        return direct
    each = images_of_entries(group) if of_each else []
    if len(each) > 1:
        return each
    chosen = default_signal(group)
    if chosen is not None and is_image(chosen):
        return [_named(chosen)]
    eiger = group.get(_EIGER) if group.name == "/" else None
    if eiger is not None and is_group(eiger):
        return images_below(eiger, failures)
    below = _distinct(group)
    if len(below) == 1:
        return below
    place = place_of(group)
    if not below:
        raise MissingPathError(f"{place}: holds no images", place=place)
    names = ", ".join(str(item.name) for _, item in below[:3])
    more = f" and {len(below) - 3} more" if len(below) > 3 else ""  # noqa: PLR2004 (what one line holds)
    raise MissingPathError(
        f"{place}: holds {count(len(below), 'dataset')} of images; name one: "
        f"{names}{more}",
        place=place,
    )


def images_of_entries(group: Any) -> list[Named]:
    """Return the images that viewers show of each NXentry, by the entry's name."""
    found = []
    for name, member in members(group, []):
        if is_group(member) and nx_class(member) == "NXentry":
            signal = default_signal(member)
            if signal is not None and is_image(signal):
                found.append((name, signal))
    return found


def tables_below(group: Any, failures: list[tuple[str, str]]) -> list[Named]:
    """Return the datasets of a group that are columns side by side.

    Curves and compounds in the group itself, else its tables, else what it has as
    ``measurement`` or by default.

    Raises
    ------
    MissingPathError
        If there is none.
    """
    found = datasets(group, failures)
    shapes = {
        axes: [named for named in found if _axes(named[1]) == axes] for axes in range(3)
    }
    if shapes[1] or shapes[2]:
        return shapes[1] or shapes[2]
    below = group.get("measurement")
    if below is not None and is_group(below):
        return tables_below(below, failures)
    signal = default_signal(group)
    if signal is not None and signal.parent != group:
        return tables_below(signal.parent, failures)
    if shapes[0]:
        return shapes[0]
    place = place_of(group)
    raise MissingPathError(
        f"{place}: holds no curves or tables itself; name a group or dataset below it",
        place=place,
    )


def arrays_below(group: Any, failures: list[tuple[str, str]]) -> list[Named]:
    """Return the datasets in a group; if there is none, the images below it.

    Raises
    ------
    MissingPathError
        If there is none either.
    """
    found = datasets(group, failures)
    return found or images_below(group, failures)


def _named(item: Any) -> Named:
    return _text(item.name).rpartition("/")[2], item


def _text(name: str | bytes) -> str:
    """Return a name as text; h5py gives bytes where they are no UTF-8."""
    return name if isinstance(name, str) else name.decode("utf-8", "surrogateescape")


def _axes(item: Any) -> int | None:
    return None if item.shape is None else len(item.shape)


def _distinct(group: Any) -> list[Named]:
    found: list[Named] = []

    def look(_: str, item: Any) -> None:
        if is_image(item):
            found.append(_named(item))

    group.visititems(look)
    return found
