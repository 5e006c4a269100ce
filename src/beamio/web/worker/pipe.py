"""Answers as they come out of a pipe, each byte copied once."""

import asyncio
import fcntl
import os
from contextlib import suppress

_ROOM = 1 << 20
"""Bytes that the system keeps in a pipe, if it lets us."""
_TURN = 8 << 20
"""Bytes after which others have their turn."""


class Pipe:
    """The end of a pipe that is read from."""

    def __init__(self) -> None:
        self._end, self.source = os.pipe()
        """`source` is the descriptor to write to, for another process."""
        os.set_blocking(self._end, False)
        with suppress(AttributeError, OSError):
            fcntl.fcntl(self._end, fcntl.F_SETPIPE_SZ, _ROOM)

    def leave(self) -> None:
        """Close the other end here, once another process has it."""
        os.close(self.source)

    async def read(self, size: int) -> bytearray:
        """Return so many bytes.

        Raises
        ------
        EOFError
            If either end is closed before.
        """
        found = bytearray(size)
        rest, turn = memoryview(found), 0
        while rest:
            if self._end < 0:
                raise EOFError
            try:
                count = os.readv(self._end, [rest])
            except BlockingIOError:
                await self._filled()
                continue
            if not count:
                raise EOFError
            rest, turn = rest[count:], turn + count
            if turn >= _TURN:
                turn = 0
                await asyncio.sleep(0)
        return found

    async def _filled(self) -> None:
        loop = asyncio.get_running_loop()
        ready = loop.create_future()
        loop.add_reader(self._end, _set, ready)
        try:
            await ready
        finally:
            loop.remove_reader(self._end)

    def close(self) -> None:
        """Close the end that is read from."""
        if self._end >= 0:
            os.close(self._end)
            self._end = -1


def _set(ready: "asyncio.Future[None]") -> None:
    if not ready.done():
        ready.set_result(None)
