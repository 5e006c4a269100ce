"""Draw the pictures of the documentation from the sample files and the demo.

Run with ``make docs-images``. The folder of the samples is ``../shared/data``
beside the checkout, or what the environment variable BEAMIO_SAMPLES names.
"""

import contextlib
import os
import sys
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from draw_browser import draw_browser
from draw_terminal import draw_terminal
from PIL import Image

import beamio
from beamio.demo import Simulation, run_demo
from beamio.picture.choose import picture_of
from beamio.view.depth import Depth
from beamio.view.picture import Screen, picture_lines

ROOT = Path(__file__).resolve().parents[1]
SAMPLES = Path(os.environ.get("BEAMIO_SAMPLES", ROOT.parent / "shared" / "data"))
IMAGES = ROOT / "docs" / "images"

_WIDTH = 1200
_NARROW = 640
_LARGEST = 700_000
"""Bytes of a picture at most."""
_SMALL = 100_000
_OF_SHOW = ("show", "imshow_many")
_SMALL_ONES = {*_OF_SHOW, "browse", "tomography"}
_FEWEST = 8
"""Colours below which a picture would show too little."""


def main() -> None:
    """Make every picture anew."""
    scan = SAMPLES / "ID16B_diatomee.h5"
    if not scan.exists():
        sys.exit(f"{scan}: there is no such file; set BEAMIO_SAMPLES to its folder")
    pictures = {
        "diatom": (f"{scan}::/data/0300", {}),
        "exercise1": (f"{scan}::/data/0000", {}),
        "exercise2": (scan, {"flats": "::/flatfield/0000", "layout": "frames"}),
        "exercise3": (scan, {}),
    }
    with TemporaryDirectory() as folder:
        made = {"demo": run_demo(folder, Simulation()).preview}
        for name, (source, options) in pictures.items():
            made[name] = f"{folder}/{name}.png"
            output = f"{folder}/{name}.h5"
            beamio.flatfield(source, output, preview=made[name], **options)
        made["tomography"] = f"{folder}/tomography.png"
        beamio.flatfield(
            f"{folder}/scan.nx", f"{folder}/tomography.nx", preview=made["tomography"]
        )
        made |= draw_shown(scan, folder)
        made["browse"] = draw_browsed(folder)
        for name, picture in made.items():
            most = _SMALL if name in _SMALL_ONES else _LARGEST
            width = _NARROW if name == "tomography" else _WIDTH
            shrink(Path(picture), IMAGES / f"{name}.png", most, width=width)


def draw_shown(scan: Path, folder: str) -> dict[str, str]:
    """Draw what ``beamio show`` and `beamio.imshow_many` make of a frame."""
    picture = picture_of(f"{folder}/exercise3.h5", frame=3)
    picture = replace(picture, place="diatom.h5::/entry/data/data")
    lines = picture_lines(picture, Screen(depth=Depth.FULL))
    made = {name: f"{folder}/{name}.png" for name in _OF_SHOW}
    draw_terminal("\n".join(lines), 80, 23).save(made["show"])
    with beamio.File(f"{folder}/exercise3.h5") as file:
        after = file["entry/data/data"][3]
    figure = beamio.imshow_many({"raw": f"{scan}::/data/0300"}, corrected=after)
    figure.savefig(made["imshow_many"], dpi=80)
    return made


def draw_browsed(folder: str) -> str:
    """Draw what ``beamio browse`` shows of a corrected scan."""
    scan = Path(folder) / "diatom.h5"
    (Path(folder) / "exercise3.h5").rename(scan)
    target = f"{folder}/browse.png"
    with contextlib.chdir(folder):
        draw_browser("diatom.h5", ["n", "n"], (100, 30)).save(target)
    return target


def shrink(picture: Path, target: Path, most: int, *, width: int = _WIDTH) -> None:
    """Write a picture with as many colours as its size allows."""
    with Image.open(picture) as opened:
        image = opened.convert("RGB")
    image.thumbnail((width, image.height), Image.Resampling.LANCZOS)
    image.save(target, optimize=True)
    colours = 256
    while target.stat().st_size > most and colours >= _FEWEST:
        # Without dithering: it would add noise, which does not compress.
        few = image.quantize(colours, dither=Image.Dither.NONE)
        few.save(target, optimize=True)
        colours //= 2
    size = target.stat().st_size
    if size > most:
        sys.exit(f"{target}: is {size:,} bytes, more than {most:,}")
    sys.stdout.write(
        f"{target.relative_to(ROOT)}  {image.width} x {image.height}, "
        f"{size / 1e3:.0f} kB\n"
    )


if __name__ == "__main__":
    main()
