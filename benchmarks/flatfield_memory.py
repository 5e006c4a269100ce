"""Peak memory of `beamio flatfield` does not grow with the number of frames.

    python benchmarks/flatfield_memory.py [--folder FOLDER]

Corrects 64 and 640 frames of 2048 x 2048 uint16, with two series of 20 flats, in a
process each, and prints the largest resident set of both, as the system accounts
it. Needs 16 GB of disk.
"""

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path

LIMIT_MB, GROWTH = 600, 1.10


def peak_mb(command: list[str]) -> float:
    """Run a command and return its largest resident set, in MB."""
    process = os.posix_spawn(command[0], command, os.environ)
    _, status, usage = os.wait4(process, 0)
    if status:
        sys.exit(f"{' '.join(command)} failed")
    return usage.ru_maxrss * 1024 / 1e6


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", default=None, help="where to write")
    peaks = {}
    with tempfile.TemporaryDirectory(dir=parser.parse_args().folder) as folder:
        scan, out = Path(folder) / "scan.h5", Path(folder) / "out.h5"
        for frames in (64, 640):
            # In a process of its own: a child inherits its parent's peak.
            writer = Path(__file__).with_name("scan.py")
            size = [str(frames), "2048", "20"]
            subprocess.run([sys.executable, str(writer), str(scan), *size], check=True)
            command = [sys.executable, "-m", "beamio", "flatfield"]
            peaks[frames] = peak_mb([*command, str(scan), "-o", str(out)])
            print(f"{frames:>4} frames of 2048 x 2048: peak {peaks[frames]:.0f} MB")
            out.unlink()
    growth = peaks[640] / peaks[64]
    print(f"growth {growth:.3f} (at most {GROWTH}), limit {LIMIT_MB} MB")
    if growth > GROWTH or max(peaks.values()) > LIMIT_MB:
        sys.exit("peak memory is too large")


if __name__ == "__main__":
    main()
