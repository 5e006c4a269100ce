"""Small files whose every byte is changed, or that are cut at every place.

    python tests/check/fuzz.py [--step 1] [--deep]

Tells each kind of outcome, and the bytes whose change ends the process that looks.
"""

import argparse
import os
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

import h5py
import numpy as np

from beamio.check import check_files


def small(path, libver):
    """A file of a few kilobytes with groups, links, chunks, texts and attributes."""
    with h5py.File(path, "w", libver=libver) as file:
        entry = file.create_group("entry")
        entry.attrs["NX_class"] = "NXentry"
        entry.attrs["names"] = ["a", "bc"]
        data = np.arange(64, dtype="u2").reshape(4, 16)
        entry.create_dataset("data", data=data, chunks=(1, 16), compression="gzip")
        entry["title"] = "a scan"
        entry["soft"] = h5py.SoftLink("/entry/data")
        entry["far"] = h5py.ExternalLink("none.h5", "/x")
        entry["angle"] = np.linspace(0, 1, 5)
        entry["angle"].attrs["units"] = "degree"
        kind = np.dtype([("n", "i4"), ("s", h5py.string_dtype())])
        entry["table"] = np.array([(1, "x"), (2, "yz")], kind)
        entry.create_dataset("ref", data=entry.ref, dtype=h5py.ref_dtype)
    return path.read_bytes()


def changed(raw, place, how):
    """The file with one byte changed, or cut there."""
    if how == "cut":
        return raw[:place]
    value = {"flip": raw[place] ^ 0xFF, "one": raw[place] ^ 1, "zero": 0}[how]
    return raw[:place] + bytes([value]) + raw[place + 1 :]


def outcomes(raw, places, folder, *, deep=True, patience=5.0):
    """For each place and change, the report of the check."""
    jobs = list(places)

    def files():
        for number, (place, how) in enumerate(jobs):
            path = folder / f"{number % 8}.h5"
            path.write_bytes(changed(raw, place, how))
            os.utime(path, (0, 0))  # or it is waited for, as if it were being written
            yield path

    reports = check_files(files(), deep=deep, patience=patience, threads=1)
    yield from zip(jobs, reports, strict=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--step", type=int, default=1)
    parser.add_argument("--deep", action="store_true")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for libver in ("earliest", "latest"):
            raw = small(folder / "small.h5", libver)
            hows = ("flip", "one", "zero", "cut")
            places = [(i, h) for i in range(0, len(raw), arguments.step) for h in hows]
            seen, start, slow = Counter(), time.time(), 0.0
            for (place, how), report in outcomes(
                raw, places, folder, deep=arguments.deep
            ):
                slow = max(slow, report.seconds)
                kinds = {each.kind for each in report.findings}
                seen[report.status] += 1
                if kinds & {"crash", "endless loop"}:
                    seen["died"] += 1
                    sys.stdout.write(f"{libver} {place} {how}: {report.findings[-1]}\n")
            sys.stdout.write(
                f"{libver}: {len(raw)} bytes, {len(places)} files in "
                f"{time.time() - start:.0f} s, slowest {slow:.1f} s: {dict(seen)}\n"
            )


if __name__ == "__main__":
    main()
