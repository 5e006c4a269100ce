"""What becomes of a place that can't be read or written: raised, logged, or left."""

import logging
from dataclasses import dataclass, field

from beamio.errors import BeamioError, OptionError

logger = logging.getLogger("beamio.dictionary")
WAYS = ("raise", "log", "ignore")


@dataclass(slots=True)
class Problems:
    """The places of one call that failed."""

    way: str
    """One of `WAYS`."""
    found: list[BeamioError] = field(default_factory=list)

    def __post_init__(self) -> None:
        if self.way not in WAYS:
            raise OptionError(
                f'errors= is "raise", "log" or "ignore", not {self.way!r}'
            )

    def meet(self, error: BeamioError, cause: BaseException | None = None) -> None:
        """Raise an error, or note it and go on."""
        if self.way == "raise":
            raise error from cause
        self.found.append(error)
        if self.way == "log":
            logger.error("%s; it was left out", error)
