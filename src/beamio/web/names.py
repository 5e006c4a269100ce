"""Names as browsers can say them.

A name of a file, or of an object in one, is any bytes. Python keeps a byte that is no
UTF-8 as half of a pair of characters, which no browser sends back. On the way it is a
character that is for private use, and that no name has.
"""

import re
from typing import Any

_PYTHON = 0xDC00
_SENT = 0x10FE00
_IN_PYTHON = re.compile("[\udc80-\udcff]")
_IN_BROWSER = re.compile("[\U0010fe80-\U0010feff]")


def sent(text: str) -> str:
    r"""Return a name as it is sent.

    Examples
    --------
    >>> ascii(sent("caf\udce9"))
    "'caf\\U0010fee9'"
    """
    if text.isascii():
        return text
    moved = _IN_PYTHON.sub(lambda found: chr(ord(found[0]) - _PYTHON + _SENT), text)
    return moved.encode("utf-8", "replace").decode()


def given(value: Any) -> Any:
    r"""Return a name that was sent as Python keeps it; of a list, each.

    Examples
    --------
    >>> ascii(given("caf\U0010fee9"))
    "'caf\\udce9'"
    """
    if isinstance(value, list):
        return [given(each) for each in value]
    if not isinstance(value, str) or value.isascii():
        return value
    return _IN_BROWSER.sub(lambda found: chr(ord(found[0]) - _SENT + _PYTHON), value)


def sent_all(value: Any) -> Any:
    """Return what JSON can hold with all its texts as they are sent."""
    if isinstance(value, str):
        return sent(value)
    if isinstance(value, dict):
        return {sent_all(key): sent_all(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [sent_all(each) for each in value]
    return value
