"""Whether text looks like units; what a parser is asked must not cost it hours."""

import re

_LONGEST = 64
_WORD = r"[^\W\d]\w*+|[%°]"
_NUMBER = r"\d{1,6}+(?:\.\d{1,6}+)?(?:[eE][-+]?\d{1,2}+)?"
_SIGN = r"/|·|(?<!\*)\*(?!\*)"
_POWER = r"\s*+(?:\*\*|\^)\s*+(?:[-+]?\d{1,2}(?!\d)|\([-+]?\d{1,2}(?:/\d)?\))"
_UNITS = re.compile(
    rf"\s*+(?>(?:\(|\)|{_SIGN}|(?:{_WORD}|{_NUMBER})(?:{_POWER})?)\s*+)*+"
)


def is_unit_text(text: str) -> bool:
    """Tell whether text is made of names, numbers and small powers.

    Pint computes the powers that it is given: ``9**9**9**9`` in a file would keep it
    busy for good.

    Examples
    --------
    >>> is_unit_text("1/(angstrom^2*s)"), is_unit_text("9**9**9"), is_unit_text("m!")
    (True, False, False)
    """
    return len(text) <= _LONGEST and _UNITS.fullmatch(text) is not None
