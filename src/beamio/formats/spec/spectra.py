"""The spectra of a multi-channel analyser in a scan of a SPEC file."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from beamio.formats.select import Selection
from beamio.formats.spec.index import ScanPlace
from beamio.formats.spec.scans import Scans
from beamio.formats.spec.text import damaged
from beamio.formats.tree.values import delivered
from beamio.model import Array


@dataclass(frozen=True, slots=True, eq=False)
class Spectra:
    """The spectra of one analyser, shape (points, channels), as silx reads them."""

    scans: Scans
    place: ScanPlace
    analyser: int
    analysers: int
    shape: tuple[int, ...]
    """Points and channels."""
    dtype: np.dtype[Any]

    @classmethod
    def of(
        cls, scans: Scans, place: ScanPlace, analyser: int, points: int
    ) -> "Spectra":
        """Return the spectra of an analyser; the lock must be held."""
        scan, _ = scans.get(place)
        spectra = scan.mca
        number = len(spectra) // points
        channels = len(spectra[analyser])
        shape = (points, channels)
        return cls(scans, place, analyser, number, shape, np.dtype("f8"))

    def read(
        self,
        selection: Selection,
        *,
        out: Array | None = None,
        threads: int | None = None,  # noqa: ARG002 (as Values)
    ) -> Array:
        """Return a part; only the spectra in it are read."""
        (start, step, count), (channel, by, channels) = selection.picks
        found = np.empty((count, channels), self.dtype)
        with self.scans.lock:
            spectra = self.scans.get(self.place)[0].mca
            for index in range(count):
                point = start + index * step
                spectrum = spectra[self.analyser + point * self.analysers]
                if len(spectrum) != self.shape[1]:
                    where = self.scans.where(self.place)
                    raise damaged(
                        where,
                        f"the spectrum of point {point} has {len(spectrum)} channels, "
                        f"the first one {self.shape[1]}",
                    )
                found[index] = spectrum[channel : channel + channels * by : by]
        kept = tuple(slice(None) if keep else 0 for keep in selection.kept)
        return delivered(found[kept], out)
