"""Whether a name is what a rule says. Pure."""

import re
from functools import lru_cache

from beamio.nexus.nxdl import Rule

EXACT = 1000
"""The fit of the name itself; of patterns, how many letters are given."""

_FREE = re.compile(r"[A-Z]+(?:_[A-Z]+)*")


def fit(rule: Rule, name: str) -> int | None:
    """Return how well a name fits a rule; None if it does not.

    Examples
    --------
    >>> errors = Rule(name="FIELDNAME_errors", name_type="partial")
    >>> fit(errors, "data_errors"), fit(errors, "data"), fit(errors, "_errors")
    (7, None, None)
    >>> fit(Rule(name="data"), "data"), fit(Rule(name="DATA", name_type="any"), "x")
    (1000, 0)
    """
    if rule.name == name:
        return EXACT
    if rule.name_type == "any":
        return 0
    if rule.name_type == "specified":
        return None
    pattern, given = _pattern(rule.name)
    return given if pattern.fullmatch(name) else None


@lru_cache(1024)
def _pattern(name: str) -> tuple[re.Pattern[str], int]:
    """Return what a name matches whose upper case stands for anything."""
    given = _FREE.split(name)
    text = "[^/]+".join(map(re.escape, given))
    return re.compile(text, re.DOTALL), sum(map(len, given))
