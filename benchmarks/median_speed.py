"""The median of a series of images against NumPy's.

    python benchmarks/median_speed.py

Both combine the same 20 images of 1024 x 2048 uint16, in one thread, in turn. Prints
the median time of each and the ratio; the results are compared.
"""

import statistics
import time
from collections.abc import Callable
from typing import Any

import numpy as np

from beamio.flatfield.combine import combine

PAIRS = 5


def seconds(job: Callable[[], Any]) -> float:
    """Return how long a job takes."""
    start = time.perf_counter()
    job()
    return time.perf_counter() - start


def main() -> None:
    """Measure and print."""
    rng = np.random.default_rng(0)
    stack = rng.poisson(12000, (20, 1024, 2048)).astype(np.uint16)
    np.testing.assert_array_equal(combine(stack), np.median(stack, axis=0))
    pairs = [
        (
            seconds(lambda: combine(stack, "median")),
            seconds(lambda: np.median(stack, axis=0)),
        )
        for _ in range(PAIRS)
    ]
    mine, theirs = (statistics.median(times) for times in zip(*pairs, strict=True))
    print(f"beamio     {mine:.3f} s")
    print(f"np.median  {theirs:.3f} s")
    print(f"ratio      {statistics.median(t / m for m, t in pairs):.0f}")


if __name__ == "__main__":
    main()
