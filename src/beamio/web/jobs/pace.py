"""How fast a job is, and how long it will take. Pure."""

from dataclasses import dataclass
from typing import Any

_SOON = 0.5
"""Seconds of a stage after which its pace says something."""


@dataclass(slots=True)
class Pace:
    """Measures each stage of a job from its first step on."""

    stage: str = ""
    _since: float = 0.0
    _first: tuple[int, int] = (0, 0)

    def step(
        self, stage: str, done: int, total: int, nbytes: int, *, now: float
    ) -> dict[str, Any]:
        """Return what is known at a step, `now` in seconds of any clock.

        Examples
        --------
        >>> pace = Pace()
        >>> _ = pace.step("correcting", 0, 8, 0, now=10.0)
        >>> known = pace.step("correcting", 2, 8, 400, now=12.0)
        >>> known["rate"], known["seconds_left"]
        (200.0, 6.0)
        """
        if stage != self.stage:
            self.stage, self._since, self._first = stage, now, (done, nbytes)
        elapsed = now - self._since
        steps, moved = done - self._first[0], nbytes - self._first[1]
        known = elapsed >= _SOON
        return {
            "stage": stage,
            "done": done,
            "total": total,
            "nbytes": nbytes,
            "rate": moved / elapsed if known and moved > 0 else None,
            "seconds_left": (
                elapsed * (total - done) / steps
                if known and steps > 0 and total >= done
                else None
            ),
        }
