"""How a detector is turned, moved or flipped against the laboratory."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from beamio.errors import OptionError
from beamio.formats.hdf5 import member, names
from beamio.nexus.spellings import SPELLED
from beamio.nexus.text import attribute
from beamio.nexus.units import converted
from beamio.view import valid

_UNITS = {"rotation": "degree", "translation": "m", "gravity": "m / s ** 2"}
_TURNED = 180.0
_CLASSES = {"NXtransformations", *SPELLED}


@dataclass(frozen=True, slots=True, kw_only=True)
class Transformation:
    """A rotation about an axis, in degrees, or a translation along it, in metres."""

    name: str
    kind: str
    """``rotation``, ``translation`` or ``gravity``, which ends a chain."""
    value: float
    vector: tuple[float, float, float]
    """The axis, x across the detector, y up, z along the beam."""
    offset: tuple[float, float, float] = (0.0, 0.0, 0.0)
    depends_on: str = ""

    def __post_init__(self) -> None:
        if self.kind not in _UNITS:
            raise OptionError(
                f"a transformation is one of {', '.join(_UNITS)}, not {self.kind!r}"
            )

    @property
    def unit(self) -> str:
        """The unit of the value."""
        return _UNITS[self.kind]

    @property
    def moves(self) -> bool:
        """Whether it changes anything: it turns or shifts by more than nothing."""
        return self.kind != "gravity" and (self.value != 0 or any(self.offset))

    def is_turn(self, axis: int) -> bool:
        """Tell whether this turns the detector round an axis, which flips images."""
        along = [0.0, 0.0, 0.0]
        along[axis] = 1.0
        half = abs(self.value) % (2 * _TURNED) == _TURNED
        return self.kind == "rotation" and list(self.vector) == along and half


GRAVITY = Transformation(
    name="gravity", kind="gravity", value=9.80665, vector=(0.0, 0.0, -1.0)
)


def flips(*, up_down: bool = False, left_right: bool = False) -> list[Transformation]:
    """Return what tells that images are flipped.

    Examples
    --------
    >>> [turn.name for turn in flips(up_down=True)]
    ['rx', 'gravity']
    """
    turns = [
        Transformation(
            name=name,
            kind="rotation",
            value=_TURNED,
            vector=vector,
            depends_on=GRAVITY.name,
        )
        for wanted, name, vector in (
            (up_down, "rx", (1.0, 0.0, 0.0)),
            (left_right, "ry", (0.0, 1.0, 0.0)),
        )
        if wanted
    ]
    return [*turns, GRAVITY] if turns else []


def read_transformations(detector: Any) -> Iterator[Transformation]:
    """Yield the transformations that a detector has, in groups of their class.

    Raises
    ------
    UnitError
        If a value is in a unit that does not fit.
    """
    for name in names(detector):
        group = member(detector, name)
        if attribute(group, "NX_class") not in _CLASSES:
            continue
        for axis in names(group):
            found = _read(member(group, axis), axis)
            if found is not None:
                yield found


def _read(dataset: Any, name: str) -> Transformation | None:
    """Return the transformation of a dataset; None if it is not one of one value."""
    attrs = getattr(dataset, "attrs", {})
    kind = attribute(dataset, "transformation_type")
    vector = np.ravel(attrs.get("vector", ()))
    if kind not in _UNITS or vector.shape != (3,) or dataset.size != 1:
        return None
    unit = attribute(dataset, "units")
    place = f"{dataset.file.filename}::{dataset.name}"
    value = float(np.ravel(dataset[()])[0])
    if kind != "gravity":
        value = float(converted(value, unit, _UNITS[kind], place))
    offset = np.ravel(attrs.get("offset", (0, 0, 0)))
    return Transformation(
        name=name,
        kind=kind,
        value=value,
        vector=_three(vector),
        offset=_three(offset) if offset.shape == (3,) else (0.0, 0.0, 0.0),
        depends_on=attribute(dataset, "depends_on"),
    )


def write_transformations(
    transformations: Sequence[Transformation], detector: Any
) -> None:
    """Write transformations into the group of a detector."""
    group = detector.create_group("transformations")
    # ESRF's package finds no other spelling.
    group.attrs["NX_class"] = "NX_transformations"
    for one in transformations:
        group[one.name] = one.value
        attrs = group[one.name].attrs
        attrs["transformation_type"] = one.kind
        attrs["units"] = one.unit
        attrs["vector"] = one.vector
        attrs["offset"] = one.offset
        if one.depends_on:
            attrs["depends_on"] = valid(one.depends_on)


def _three(values: Any) -> tuple[float, float, float]:
    x, y, z = map(float, values)
    return x, y, z
