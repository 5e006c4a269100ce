"""Memory of `beamio view` at rest: the server and the process that reads, together.

Both have answered questions before. PSS counts what processes share once.

    python benchmarks/view_memory.py
"""

import json
import re
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import h5py
import numpy as np

MOST = 150
"""MB that we promise."""
IDLE = 35
"""Seconds after which processes that nobody asks have ended, but one."""


@dataclass(frozen=True)
class Viewer:
    """A server that was started."""

    pid: int
    base: str
    token: str

    def ask(self, question: str, **query: Any) -> bytes:
        """Return the answer to a question."""
        url = f"{self.base}/api/{question}?{urlencode(query)}"
        headers = {"Authorization": f"Bearer {self.token}"}
        request = urllib.request.Request(url, headers=headers)  # noqa: S310 (our own)
        with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310 (as above)
            found: bytes = answer.read()
        return found


@contextmanager
def viewing(folder: str) -> Iterator[Viewer]:
    """Give a server of a folder."""
    command = [sys.executable, "-u", "-m", "beamio", "view", "--no-browser", folder]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        line = server.stdout.readline() if server.stdout is not None else ""
        found = re.search(r"(http://[^/]+)/\?token=([\w-]+)", line)
        if found is None:
            raise SystemExit("beamio view did not start")
        yield Viewer(server.pid, found[1], found[2])
        server.terminate()


def family(pid: int) -> list[int]:
    """Return a process and all below it."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [pid, *(each for child in children for each in family(int(child)))]


def memory(pid: int) -> tuple[float, float]:
    """Return RSS and PSS of a process, in MB."""
    text = Path(f"/proc/{pid}/smaps_rollup").read_text()
    rss, pss = (
        int(found[1]) / 1e3
        for name in ("Rss", "Pss")
        if (found := re.search(rf"^{name}:\s+(\d+)", text, re.MULTILINE))
    )
    return rss, pss


def main() -> None:
    """Print the memory of each process, and of all."""
    with tempfile.TemporaryDirectory() as folder:
        with h5py.File(f"{folder}/scan.h5", "w") as file:
            file["entry/data"] = np.zeros((4, 256, 256), "u2")
        name = Path(folder).name
        with viewing(folder) as viewer:
            file = f"{name}/scan.h5"
            for question, path in (
                ("children", "/"),
                ("meta", "/"),
                ("data", "/entry/data"),
            ):
                viewer.ask(question, file=file, path=path)
            json.loads(viewer.ask("folder", folder=name))
            time.sleep(IDLE)
            found = {pid: memory(pid) for pid in family(viewer.pid)}
    for pid, (rss, pss) in found.items():
        print(f"process {pid}: {rss:.0f} MB RSS, {pss:.0f} MB PSS")
    rss, pss = (sum(each[i] for each in found.values()) for i in (0, 1))
    print(
        f"all: {rss:.0f} MB RSS, {pss:.0f} MB PSS; the most that we promise: {MOST} MB"
    )


if __name__ == "__main__":
    main()
