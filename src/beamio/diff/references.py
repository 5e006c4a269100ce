"""Whether references of two files lead to the same object, or region of it."""

from typing import Any

from h5py import h5i, h5o, h5r, h5s

from beamio.repack.tree import address_of

_ERRORS = (ValueError, RuntimeError, OSError, KeyError)


class ReferencePair:
    """Compares references by the paths that they lead to, from the roots.

    Parameters
    ----------
    a, b
        What is compared, groups or datasets of HDF5 files.
    """

    def __init__(self, a: Any, b: Any) -> None:
        self._files = [getattr(each.file, "id", None) for each in (a, b)]
        self._roots = [str(each.name or "/").rstrip("/").encode() for each in (a, b)]

    def is_same(self, a: Any, b: Any) -> bool:
        """Tell whether two references lead to the same."""
        if not a or not b:
            return bool(a) == bool(b)
        if None in self._files:
            return False
        one, other = (
            _followed(reference, file)
            for reference, file in zip((a, b), self._files, strict=True)
        )
        if one is None or other is None:
            return one is other
        return self._is_same_object(one, other) and _region(
            a, self._files[0]
        ) == _region(b, self._files[1])

    def words(self, reference: Any, side: int) -> str:
        """Return where a reference of A (0) or B (1) leads, in words."""
        if not reference:
            return "a null reference"
        found = _followed(reference, self._files[side])
        name = None if found is None else h5i.get_name(found)
        if name is None:
            return "a reference that leads nowhere"
        path = name.decode("utf-8", "surrogateescape")
        if isinstance(reference, h5r.RegionReference):
            number = h5r.get_region(reference, self._files[side]).get_select_npoints()
            return f"{path}, {number:,} elements"
        return str(path)

    def _is_same_object(self, one: Any, other: Any) -> bool:
        name = h5i.get_name(one)
        if name is None:  # it has no name any more
            return h5i.get_name(other) is None
        root_a, root_b = self._roots
        if name == root_a or name.startswith(root_a + b"/"):
            name = root_b + name[len(root_a) :]
        try:
            there = h5o.open(self._files[1], name or b"/")
        except _ERRORS:
            return False
        return address_of(there) == address_of(other)


def _followed(reference: Any, file: Any) -> Any | None:
    try:
        return h5r.dereference(reference, file)
    except _ERRORS:
        return None


def _region(reference: Any, file: Any) -> Any:
    """Return what a region reference selects, as values that can be compared."""
    if not isinstance(reference, h5r.RegionReference):
        return None
    space = h5r.get_region(reference, file)
    kind = space.get_select_type()
    if kind == h5s.SEL_HYPERSLABS:
        return space.shape, space.get_select_hyper_blocklist().tolist()
    if kind == h5s.SEL_POINTS:
        return space.shape, space.get_select_elem_pointlist().tolist()
    return space.shape, kind, int(space.get_select_npoints())
