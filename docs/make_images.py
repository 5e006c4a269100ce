"""Draw the pictures of the documentation from the sample files and the demo.

Run with ``make docs-images``. The folder of the samples is ``../shared/data``
beside the checkout, or what the environment variable BEAMIO_SAMPLES names.
"""

import os
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from PIL import Image

import beamio
from beamio.demo import Simulation, run_demo

ROOT = Path(__file__).resolve().parents[1]
SAMPLES = Path(os.environ.get("BEAMIO_SAMPLES", ROOT.parent / "shared" / "data"))
IMAGES = ROOT / "docs" / "images"

_WIDTH = 1200
_LARGEST = 700_000
"""Bytes of a picture at most."""
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
        for name, picture in made.items():
            shrink(Path(picture), IMAGES / f"{name}.png")


def shrink(picture: Path, target: Path) -> None:
    """Write a picture with as many colours as its size allows."""
    with Image.open(picture) as opened:
        image = opened.convert("RGB")
    image.thumbnail((_WIDTH, image.height), Image.Resampling.LANCZOS)
    image.save(target, optimize=True)
    colours = 256
    while target.stat().st_size > _LARGEST and colours >= _FEWEST:
        # Without dithering: it would add noise, which does not compress.
        few = image.quantize(colours, dither=Image.Dither.NONE)
        few.save(target, optimize=True)
        colours //= 2
    size = target.stat().st_size
    if size > _LARGEST:
        sys.exit(f"{target}: is {size:,} bytes, more than {_LARGEST:,}")
    sys.stdout.write(
        f"{target.relative_to(ROOT)}  {image.width} x {image.height}, "
        f"{size / 1e3:.0f} kB\n"
    )


if __name__ == "__main__":
    main()
