"""A scan as it was found: its frames in order, what each is, and the facts."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

import numpy as np

from beamio.formats import Frames
from beamio.formats.joined import JoinedFrames
from beamio.model import Array
from beamio.nexus.nxtomo.keys import ImageKey
from beamio.tomography.facts import Facts

NAMES = {
    ImageKey.PROJECTION: "projections",
    ImageKey.FLAT: "flats",
    ImageKey.DARK: "darks",
    ImageKey.ALIGNMENT: "alignment",
    ImageKey.INVALID: "invalid",
}


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """A scan, wherever its frames lie."""

    layout: str
    """What it was taken for, for people."""
    name: str
    """What the scan is called if nobody says so."""
    members: Sequence[tuple[Frames, int]]
    """Each frame, in the order in which the output has them."""
    keys: Array
    """What each frame is."""
    places: Array
    """Where in the scan each frame lies, as the projections are counted."""
    facts: Facts
    further: Mapping[str, Any] = field(default_factory=dict)
    """What else an `NXtomo` takes."""

    @property
    def frames(self) -> JoinedFrames:
        """All frames as one series."""
        return JoinedFrames(self.members)

    def spread(self, values: Array) -> Array:
        """Return one value for each frame from one for each projection.

        Other frames get what a projection at their place would have.
        """
        if len(values) == len(self.keys):
            return values
        is_projection = self.keys == ImageKey.PROJECTION
        places = self.places[is_projection]
        order = np.argsort(places, kind="stable")
        found = np.interp(self.places, places[order], values[order])
        found[is_projection] = values
        return found

    def parts(self) -> Iterator[tuple[str, int, str, str]]:
        """Yield consecutive frames of one kind from one place.

        What they are, how many there are, where they lie, and at which places.
        """
        numbered = zip(self.members, self.keys, self.places, strict=True)

        def alike(item: tuple[tuple[Frames, int], int, float]) -> tuple[int, int]:
            (frames, _), key, _ = item
            return int(key), id(frames)

        for (key, _), group in groupby(numbered, key=alike):
            run = list(group)
            (frames, first), _, start = run[0]
            (_, last), _, stop = run[-1]
            where = f"{start:.6g}" if start == stop else f"{start:.6g} to {stop:.6g}"
            url = frames.url
            if frames.is_stack and len(run) < frames.shape[0]:
                url = f"{url}[{first}:{last + 1}]"
            yield NAMES[ImageKey(key)], len(run), url, where


def in_order(
    projections: Frames,
    places: Array,
    others: Sequence[tuple[ImageKey, float, Sequence[tuple[Frames, int]]]],
) -> tuple[list[tuple[Frames, int]], Array, Array]:
    """Return frames in the order of the scan, what each is, and where it lies.

    Parameters
    ----------
    projections
        All of them.
    places
        Where each lies, such as its number or its angle.
    others
        Series of flats and darks: what they are, where they lie, and each frame.
        They come before the projection of their place; what lies at the last
        projection, or after it, comes after it.
    """
    count = projections.shape[0]
    rows: list[tuple[int, int, ImageKey, float, tuple[Frames, int]]] = [
        (i, 1, ImageKey.PROJECTION, float(places[i]), (projections, i))
        for i in range(count)
    ]
    for key, place, members in others:
        later = np.flatnonzero(places >= place)
        at_end = not later.size or (count > 1 and place >= places.max())
        at = count if at_end else int(later[0])
        # Darks are made before flats, with the beam still off.
        rank = -1 if key is ImageKey.DARK else 0
        rows += [(at, rank, key, place, member) for member in members]
    rows.sort(key=lambda row: row[:2])
    keys = np.array([row[2] for row in rows], np.int8)
    return [row[4] for row in rows], keys, np.array([row[3] for row in rows])
