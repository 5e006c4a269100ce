"""Whether values are among those that NXDL allows."""

from beamio.model import Array
from beamio.nexus.nxdl import Enumeration
from beamio.nexus.validation import types, wanted
from beamio.nexus.validation.notes import Notes


def check_values(
    path: str,
    values: Array,
    nx_type: str,
    enumeration: Enumeration | None,
    notes: Notes,
) -> None:
    """Note values of the right type that are not allowed, or mean too little."""
    problem = types.value_problem(values, nx_type)
    if problem:
        notes.add(path, problem, f"write {types.words(nx_type)}")
    elif nx_type == "NX_DATE_TIME" and not types.has_zone(types.texts(values)[0]):
        what = "is a time without a time zone, so it means another time elsewhere"
        notes.note(path, what, 'add the zone, as in "+01:00", or "Z" for UTC')
    if enumeration is None:
        return
    allowed = f"NeXus knows {wanted.values(enumeration.values)}"
    for text in types.texts(values):
        if is_listed(text, enumeration.values):
            continue
        if enumeration.is_open:
            notes.note(path, f"is {text!r}", f"{allowed}; others are allowed")
        else:
            notes.add(path, f"is {text!r}, which is not allowed", allowed)
        return


def is_listed(text: str, listed: tuple[str, ...]) -> bool:
    """Tell whether a value is listed; numbers count by what they are.

    Examples
    --------
    >>> is_listed("1.0", ("1", "2")), is_listed("x", ("1", "2"))
    (True, False)
    """
    if text in listed:
        return True
    try:
        return float(text) in [float(each) for each in listed]
    except ValueError:
        return False
