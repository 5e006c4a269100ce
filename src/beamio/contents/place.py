"""Where an item stands in a listing."""

from typing import NamedTuple


class Place(NamedTuple):
    """The fields of `Item` that come from its neighbours, in their order."""

    depth: int
    is_last: bool
    mark: str = ""
