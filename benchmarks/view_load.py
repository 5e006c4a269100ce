"""Fifty clients ask `beamio view` at once: how long each waits, what the server takes.

First all ask for a page of a group of 10,000 members, then all for 30 MB of values
while one more goes on with short questions.

    python benchmarks/view_load.py
"""

import asyncio
import statistics
import tempfile
import time
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import h5py
import numpy as np
from view_memory import Viewer, memory, viewing

CLIENTS = 50
MEMBERS = 10_000
LARGE = 30 << 20
LIMIT = 0.3
"""Seconds to the first byte of a page, for one who asks a server that rests."""


async def ask(viewer: Viewer, question: str, **query: str) -> tuple[float, int]:
    """Return the seconds to the first byte of an answer, and its length."""
    where = urlsplit(viewer.base)
    reader, writer = await asyncio.open_connection(where.hostname, where.port)
    start = time.perf_counter()
    writer.write(
        f"GET /api/{question}?{urlencode(query)} HTTP/1.1\r\nHost: {where.netloc}\r\n"
        f"Authorization: Bearer {viewer.token}\r\nConnection: close\r\n\r\n".encode()
    )
    first = await reader.readexactly(12)
    waited = time.perf_counter() - start
    if first != b"HTTP/1.1 200":
        raise SystemExit(f"{question}: {first!r} {await reader.read(2000)!r}")
    length = 0
    while part := await reader.read(1 << 20):
        length += len(part)
    writer.close()
    return waited, length


async def load(viewer: Viewer, file: str) -> None:
    """Print how long clients wait."""
    page = {"file": file, "path": "/many", "limit": "1000"}
    await ask(viewer, "folder", folder="")
    first, length = await ask(viewer, "children", **page)
    print(
        f"one client, file never read: {first:.3f} s to the first of {length:,} bytes"
    )
    again = [(await ask(viewer, "children", **page))[0] for _ in range(5)]
    print(f"one client, again: {statistics.median(again):.3f} s (limit {LIMIT} s)")
    found = await asyncio.gather(
        *(ask(viewer, "children", **page) for _ in range(CLIENTS))
    )
    waits = sorted(wait for wait, _ in found)
    print(
        f"{CLIENTS} clients: median {statistics.median(waits):.3f} s, the last "
        f"{waits[-1]:.3f} s to the first byte"
    )
    large = {"file": file, "path": "/large", "format": "bin"}
    asking = [asyncio.create_task(ask(viewer, "data", **large)) for _ in range(CLIENTS)]
    peak, short = 0.0, []
    while not all(task.done() for task in asking):
        short.append((await ask(viewer, "folder", folder=""))[0])
        peak = max(peak, memory(viewer.pid)[0])
        await asyncio.sleep(0.02)
    total = sum(length for _, length in await asyncio.gather(*asking))
    print(
        f"{CLIENTS} clients of 30 MB each: {total / 1e6:,.0f} MB sent, the server took "
        f"{peak:.0f} MB at most; short questions meanwhile waited "
        f"{statistics.median(short):.3f} s, {max(short):.3f} s at most"
    )


def main() -> None:
    """Make a file, and ask."""
    with tempfile.TemporaryDirectory() as folder:
        with h5py.File(f"{folder}/scan.h5", "w", libver="latest") as file:
            group = file.create_group("many")
            for number in range(MEMBERS):
                group.create_group(f"entry_{number:05d}")
            file["large"] = np.zeros(LARGE, "u1")
        with viewing(folder) as viewer:
            asyncio.run(load(viewer, f"{Path(folder).name}/scan.h5"))


if __name__ == "__main__":
    main()
