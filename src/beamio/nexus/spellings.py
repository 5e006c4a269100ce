"""Classes as some programs spell them."""

from collections.abc import Mapping

SPELLED: Mapping[str, str] = {
    "NX_transformations": "NXtransformations",
    "NX_TRANSFORMATIONS": "NXtransformations",
}
"""The class that NeXus defines, by the spelling of ESRF's package nxtomo, which finds
no other."""
