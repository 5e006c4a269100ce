"""A scan with a known truth, corrected in three ways.

The sample is made of ellipsoids, whose projections are exact. Beam and detector
have what real ones have: a profile that drifts while it decays, pixels of
different gain, scratches, dead pixels, an offset, photon and readout noise.
"""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import h5py
import numpy as np

from beamio.engine import Progress, completed_file, ignore_progress
from beamio.errors import OptionError
from beamio.flatfield import FlatField, flatfield
from beamio.formats.joined import WholeFrames
from beamio.model import Array, Region
from beamio.nexus import NXtomo
from beamio.nexus.nxtomo.keys import ImageKey
from beamio.nexus.nxtomo.storing import Storing
from beamio.nexus.nxtomo.write import write_nxtomo
from beamio.view.image import Panel, draw_panels

_PHOTONS = 12_000.0
"""Counts of the open beam in its brightest pixel, at the start."""
_SERIES = 11
"""Darks, and flats before and after the scan."""
_DECAY = 0.25
"""By which power of e the beam falls from the first flats to the last."""
_CURRENT = 0.2
"""Of the storage ring at the first flats, in ampere."""
_HALF_TURN = 180.0
_DEAD = 1 / 4000
"""Share of pixels that never see light."""

# Centre (x, y, z), half axes (a, b, c), angle of a in degrees, absorption.
# The detector is 2 wide; lengths are in halves of its width.
_ELLIPSOIDS = (
    ((0.00, 0.00, 0.10), (0.55, 0.42, 0.48), 20, 0.55),
    ((0.00, 0.00, 0.10), (0.50, 0.37, 0.43), 20, -0.40),
    ((0.20, 0.05, 0.20), (0.12, 0.08, 0.15), 50, 0.90),
    ((-0.22, 0.08, 0.00), (0.10, 0.14, 0.10), 0, 1.10),
    ((-0.05, -0.18, 0.28), (0.07, 0.07, 0.07), 0, 1.40),
    ((0.10, 0.16, -0.12), (0.05, 0.09, 0.06), 70, 1.60),
    ((0.02, 0.00, -0.80), (0.09, 0.09, 0.52), 0, 0.80),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Simulation:
    """What to simulate; the same values give the same scan."""

    frames: int = 64
    rows: int = 256
    columns: int = 320
    seed: int = 0

    def __post_init__(self) -> None:
        if self.frames < 2 or min(self.rows, self.columns) < 16:  # noqa: PLR2004 (less shows nothing)
            raise OptionError("a simulated scan needs 2 frames of 16 x 16 pixels")
        if self.seed < 0:
            raise OptionError(f"the seed must be 0 or more, not {self.seed}")

    @property
    def keys(self) -> Array:
        """What each image of the scan is, in the order in which they are taken."""
        parts = (
            (ImageKey.DARK, _SERIES),
            (ImageKey.FLAT, _SERIES),
            (ImageKey.PROJECTION, self.frames),
            (ImageKey.FLAT, _SERIES),
        )
        return np.repeat([key.value for key, _ in parts], [n for _, n in parts])

    @property
    def times(self) -> Array:
        """When each image is taken: 0 at the first flats, 1 at the last ones."""
        middle = (_SERIES - 1) / 2
        first, last = _SERIES + middle, 2 * _SERIES + self.frames + middle
        return np.asarray(
            (np.arange(3 * _SERIES + self.frames) - first) / (last - first)
        )

    @property
    def angles(self) -> Array:
        """At which angle each image is taken, in degrees."""
        first = 2 * _SERIES
        steps = np.clip(np.arange(len(self.keys)) - first, 0, self.frames)
        return np.asarray(_HALF_TURN * steps / self.frames)

    @property
    def currents(self) -> Array:
        """The current of the storage ring at each image, in ampere."""
        return np.asarray(_CURRENT * np.exp(-_DECAY * self.times))

    def image(self, number: int) -> Array:
        """Return an image of the scan, uint16, in the order of `keys`."""
        key, beam = self.keys[number], self.beam(self.times[number])
        frame = number - 2 * _SERIES
        if key == ImageKey.DARK:
            return self.counts(0.0, number)
        if key == ImageKey.FLAT:
            draw = 100 - _SERIES if frame < 0 else 200 - 2 * _SERIES - self.frames
            return self.counts(beam, draw + number)
        seen = beam * self.truth(frame).astype(np.float32)
        return self.counts(seen, 1000 + frame)

    def truth(self, frame: int) -> Array:
        """Return the transmission of the sample, shape (rows, columns)."""
        turn = np.pi * frame / self.frames
        half = self.columns / 2
        z = (self.rows / 2 - 0.5 - np.arange(self.rows))[:, None] / half
        s = (np.arange(self.columns) + 0.5 - half)[None, :] / half
        thickness = np.zeros((self.rows, self.columns))
        for (x, y, height), (a, b, c), angle, absorption in _ELLIPSOIDS:
            seen = turn - np.deg2rad(angle)
            width2 = (a * np.cos(seen)) ** 2 + (b * np.sin(seen)) ** 2
            offset = s - (x * np.cos(turn) + y * np.sin(turn))
            inside = width2 * (1 - ((z - height) / c) ** 2) - offset**2
            chord = 2 * a * b / width2 * np.sqrt(np.maximum(inside, 0))
            thickness += absorption * chord
        return np.asarray(np.exp(-thickness))

    def beam(self, time: float) -> Array:
        """Return the expected counts of the open beam at one of `times`."""
        rows = np.arange(self.rows)[:, None] / self.rows - 0.02 * time
        columns = np.arange(self.columns)[None, :] / self.columns
        profile = np.exp(-(((rows - 0.48) / 0.45) ** 2) - ((columns - 0.45) / 0.8) ** 2)
        # Stripes of a multilayer monochromator.
        stripes = 1 + 0.08 * np.sin(95 * rows + 3 * columns) * np.cos(31 * rows)
        decay = np.exp(-_DECAY * time)
        return np.asarray(_PHOTONS * decay * profile * stripes * self._gain())

    def dark(self) -> Array:
        """Return the expected counts without beam."""
        columns = np.random.default_rng([self.seed, 1]).normal(100, 3, self.columns)
        return np.asarray(np.broadcast_to(columns, (self.rows, self.columns)))

    def counts(self, expected: Array | float, draw: int) -> Array:
        """Return what the detector counts, uint16, in the draw of that number."""
        random = np.random.default_rng([self.seed, 2, draw])
        counts = random.poisson(np.broadcast_to(expected, (self.rows, self.columns)))
        noise = random.normal(0, 2, counts.shape)
        noise[self._gain() == 0] = 0
        total = np.rint(counts + self.dark() + noise)
        return np.clip(total, 0, np.iinfo(np.uint16).max).astype(np.uint16)

    def _gain(self) -> Array:
        return _gain(self.rows, self.columns, self.seed)


class SimulatedFrames(WholeFrames):
    """The images of a simulation, each made when it is asked for."""

    url = "the simulation"
    stem = "simulation"
    noun = "a simulation"
    dtype = np.dtype(np.uint16)

    def __init__(self, simulation: Simulation) -> None:
        self._simulation = simulation
        rows, columns = simulation.rows, simulation.columns
        self.shape = (len(simulation.keys), rows, columns)

    def image(self, frame: int, region: Region) -> Array:
        """Return one image, shape (rows, columns) of `region`."""
        return self._simulation.image(frame)[region.rows, region.columns]


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoReport:
    """Where the files of the demonstration are, and how far each result is off."""

    scan: str
    output: str
    preview: str
    no_flat: float
    """Root mean square deviation from the true transmission."""
    one_flat: float
    interpolated: float
    noise: float
    """The same for the true beam: what photon noise alone leaves."""


def write_scan(
    path: Path,
    simulation: Simulation,
    *,
    overwrite: bool = False,
    progress: Progress = ignore_progress,
) -> None:
    """Write a simulated scan as an NXtomo.

    Darks, flats, projections and flats again, with their angles and the current of the
    storage ring; beside the entry ``/truth``, what a perfect correction would give.
    """
    pixel = 2e-3 / simulation.columns
    scan = NXtomo(
        frames=SimulatedFrames(simulation),
        image_key_control=simulation.keys,
        rotation_angle=simulation.angles,
        current=simulation.currents,
        x_pixel_size=pixel,
        y_pixel_size=pixel,
        distance=0.05,
        energy=20.0,
        count_time=0.1,
        title="a simulated scan",
        sample_name="ellipsoids on a pin",
        instrument_name="beamio demo",
        source_name="a simulation",
        source_type="Synchrotron X-ray Source",
        source_probe="x-ray",
        field_of_view="Full",
    )

    def write_truth(entry: Any) -> None:
        shape = (simulation.frames, simulation.rows, simulation.columns)
        truth = entry.file.create_dataset("truth", shape, np.float32)
        for frame in range(simulation.frames):
            truth[frame] = simulation.truth(frame)
            progress("simulating", frame + 1, simulation.frames, 0)

    storing = Storing(overwrite=overwrite)
    write_nxtomo(scan, str(path), storing, progress, further=write_truth)


def run_demo(
    folder: str | Path,
    simulation: Simulation,
    *,
    overwrite: bool = False,
    progress: Progress = ignore_progress,
) -> DemoReport:
    """Simulate a scan, correct it, and say how far each way is from the truth.

    Leaves ``scan.nx``, ``corrected.nx`` and ``preview.png`` in `folder`, which is
    made where it is missing.

    Raises
    ------
    OutputError
        If the files exist and `overwrite` is not set, or can't be written.
    """
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    scan, output, preview = (
        folder / name for name in ("scan.nx", "corrected.nx", "preview.png")
    )
    write_scan(scan, simulation, overwrite=overwrite, progress=progress)
    flatfield(scan, output, overwrite=overwrite, progress=progress)
    deviations, pictures = _compare(scan, output, simulation)
    with completed_file(preview, overwrite=overwrite) as part:
        draw_panels(pictures, part)
    return DemoReport(
        scan=str(scan),
        output=str(output),
        preview=str(preview),
        no_flat=deviations["no flat"],
        one_flat=deviations["one flat"],
        interpolated=deviations["interpolated flats"],
        noise=deviations["true beam"],
    )


def _compare(
    scan: Path, output: Path, simulation: Simulation
) -> tuple[dict[str, float], list[list[Panel]]]:
    """Return how far each way is from the truth, and pictures of the last frame."""
    squares: dict[str, float] = {}
    pixels, last = 0, simulation.frames - 1
    with (
        NXtomo.read(scan) as taken,
        h5py.File(scan, locking=False) as file,  # as it is open already
        h5py.File(output) as made,
    ):
        darks, flats = (np.stack(list(each[0])) for each in (taken.darks, taken.flats))
        one_flat = FlatField(flats, darks)
        dark, beam = one_flat.dark.at(0), one_flat.flat.at(0) - one_flat.dark.at(0)
        no_flat = FlatField(dark + beam.mean(), dark)
        for frame, number in enumerate(taken.projections.indices):
            raw, truth = taken.projections[frame], file["truth"][frame]
            beam = simulation.beam(simulation.times[number])
            images = {
                "no flat": no_flat.apply(raw),
                "one flat": one_flat.apply(raw),
                "interpolated flats": made["entry/data/data"][frame],
                "true beam": FlatField(beam + dark, dark).apply(raw),
            }
            valid = np.isfinite(images["interpolated flats"]) & (beam > 0)
            pixels += int(np.count_nonzero(valid))
            for way, image in images.items():
                square = float(np.sum((image[valid] - truth[valid]) ** 2.0))
                squares[way] = squares.get(way, 0.0) + square
    deviations = {way: float(np.sqrt(sum_ / pixels)) for way, sum_ in squares.items()}
    return deviations, _pictures(f"raw, frame {last}", raw, truth, images)


def _pictures(
    name: str, raw: Array, truth: Array, images: dict[str, Array]
) -> list[list[Panel]]:
    """Return rows of panels: what was measured and made of it, and what is wrong."""
    above, below = [Panel(name, raw, "counts")], []
    below.append(Panel("truth", truth, "transmission", (0.2, 1.1)))
    for way in ("no flat", "one flat", "interpolated flats"):
        above.append(Panel(way, images[way], "transmission", (0.2, 1.1)))
        wrong = images[way] - truth
        below.append(Panel(f"{way} - truth", wrong, "transmission", (-0.2, 0.2)))
    return [above, below]


@cache
def _gain(rows: int, columns: int, seed: int) -> Array:
    """Return what each pixel makes of a photon, in counts."""
    random = np.random.default_rng([seed, 3])
    gain = 1 + 0.05 * random.standard_normal((rows, columns))
    row, column = np.indices(gain.shape)
    for _ in range(3):  # scratches
        slope, start = random.normal(0, 0.6), random.uniform(0, rows)
        gain[np.abs(row - start - slope * column) < 1] *= 0.7
    gain[random.random(gain.shape) < _DEAD] = 0
    return gain
