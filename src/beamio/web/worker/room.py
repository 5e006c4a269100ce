"""Room in memory for answers that wait to be sent."""

import asyncio
from collections import deque
from contextlib import suppress


class Room:
    """Some bytes that answers share; who finds none left waits, in turn.

    An answer that is larger than all of it gets it alone.

    Parameters
    ----------
    size
        Bytes.
    """

    def __init__(self, size: int) -> None:
        self._size = size
        self._used = 0
        self._waiting: deque[tuple[int, asyncio.Future[None]]] = deque()

    async def take(self, size: int) -> None:
        """Wait for room for so many bytes."""
        if not self._waiting and self._fits(size):
            self._used += size
            return
        turn = asyncio.get_running_loop().create_future()
        self._waiting.append((size, turn))
        try:
            await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():
                self.give(size)
            with suppress(ValueError):
                self._waiting.remove((size, turn))
            self._next()
            raise

    def give(self, size: int) -> None:
        """Give room back."""
        self._used -= size
        self._next()

    def _fits(self, size: int) -> bool:
        return not self._used or self._used + size <= self._size

    def _next(self) -> None:
        while self._waiting and self._fits(self._waiting[0][0]):
            size, turn = self._waiting.popleft()
            if not turn.done():
                self._used += size
                turn.set_result(None)
