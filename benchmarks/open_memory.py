"""Memory and time to show one frame of a large multi-frame EDF file.

Prints, for beamio and for silx, the peak memory of a process that opens the file, reads
one frame and ends, above that of a process that does nothing, imports included. Run it
from a checkout, on Linux: ``python benchmarks/open_memory.py [folder]``.

The peak is VmHWM: what getrusage says includes the process that started this one.
"""

import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import fabio
import numpy as np

FRAMES, SHAPE = 200, (1024, 1024)
FRAME = 77

_PEAK = """
import time
start = time.perf_counter()
{read}
spent = time.perf_counter() - start
lines = open("/proc/self/status").read().splitlines()
print(next(line.split()[1] for line in lines if line.startswith("VmHWM")), spent)
"""
_PATH = "scan_0/instrument/detector_0/data"
_READS = {
    "nothing": "",
    "beamio": f"""
import beamio
with beamio.open({{file!r}}) as tree:
    frame = tree["{_PATH}"][{FRAME}]
assert int(frame[0, 0]) == {FRAME}
""",
    "silx": f"""
import silx.io
with silx.io.open({{file!r}}) as tree:
    frame = tree["{_PATH}"][{FRAME}]
assert int(frame[0, 0]) == {FRAME}
""",
}


def write(path: Path) -> None:
    """Write frames of 2 MB, 420 MB in all with their headers, a frame at a time."""
    values = np.arange(SHAPE[0] * SHAPE[1], dtype="<u2").reshape(SHAPE)
    with path.open("wb") as file:
        for number in range(FRAMES):
            values[0, 0] = number
            header = {"run": number, "motor_mne": "sx sy", "motor_pos": f"{number} 1"}
            frame = fabio.edfimage.EdfFrame(values, header)
            frame._index = number  # noqa: SLF001 (fabio writes it into the header)
            file.write(frame.get_edf_block())


def measured(read: str) -> tuple[float, float]:
    """Return the peak memory in MB and the seconds of a process that reads."""
    script = _PEAK.format(read=read)
    done = subprocess.run(
        [sys.executable, "-c", script], check=True, capture_output=True, text=True
    )
    peak, spent = done.stdout.split()
    return int(peak) / 1024, float(spent)


def main() -> None:
    """Print the table."""
    with TemporaryDirectory(dir=sys.argv[1] if len(sys.argv) > 1 else None) as folder:
        file = Path(folder) / "frames.edf"
        write(file)
        print(f"one frame of {FRAMES} of {SHAPE} uint16: {file.stat().st_size:,} bytes")
        bare, _ = measured(_READS["nothing"])
        above = {}
        for name in ("beamio", "silx"):
            peak, spent = measured(_READS[name].format(file=str(file)))
            above[name] = peak - bare
            print(
                f"{name:7} {above[name]:7.1f} MB above the interpreter, {spent:.2f} s"
            )
        print(f"silx needs {above['silx'] / above['beamio']:.1f} times the memory")


if __name__ == "__main__":
    main()
