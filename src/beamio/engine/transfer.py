"""Frames passed on from where they are into one dataset, and compared there."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import numpy as np

from beamio.engine.native import (
    FileRoom,
    Selected,
    UnwrittenError,
    as_native,
    module,
    named,
)
from beamio.errors import BeamioError
from beamio.model import Array

if TYPE_CHECKING:
    from beamio.engine._native import Encoder

_native = module()


class UnlikeError(Exception):
    """What was written reads differently from what it was to be."""

    def __init__(self, frame: int) -> None:
        super().__init__(f"frame {frame} reads differently")
        self.frame = frame
        """The number of the frame among those that were given."""


@contextmanager
def _passed_on(raw: Array | Sequence[Selected]) -> Iterator[Any]:
    """Give frames as the native module takes them; raise what befalls them by name."""
    if isinstance(raw, np.ndarray):
        raw = raw.view(np.uint8)
    source, sources = as_native(raw)
    with named(sources):
        try:
            yield source
        except _native.Unlike as error:
            raise UnlikeError(error.args[0]) from None
        except OSError as error:
            if isinstance(error, BeamioError) or error.errno is None:
                raise
            raise UnwrittenError(error.errno, error.strerror) from None


def copy_frames(
    raw: Array | Sequence[Selected],
    length: int,
    room: FileRoom,
    *,
    verify: bool,
    threads: int,
) -> None:
    """Copy frames from where they are to their places in a file, in native threads.

    Parameters
    ----------
    raw
        An array without gaps, or sources of which each is a run.
    length
        Bytes of a frame.
    room
        Where each goes.
    verify
        Whether to read back what was written, and compare it.
    threads
        How many to use.

    Raises
    ------
    DamagedFileError, UnreadableError
        As `read`.
    UnwrittenError
        If the file can't be written.
    UnlikeError
        If a frame reads differently.
    """
    with _passed_on(raw) as source:
        target = (room.descriptor, list(room.offsets))
        _native.copy_frames(source, length, target, verify, threads)


def encode_frames(
    encoder: "Encoder",
    raw: Array | Sequence[Selected],
    length: int,
    descriptor: int,
    write: Callable[[int, memoryview], int | None],
    *,
    threads: int,
) -> None:
    """Encode frames to chunks in native threads, while those before are written.

    Parameters
    ----------
    encoder
        Of chunks that are whole rows of frames.
    raw, length
        As `copy_frames`.
    descriptor
        The file that the chunks are written to.
    write
        Is called in this thread with the number of each chunk, in order, rows before
        frames, and its bytes, which are there only meanwhile. It returns where in the
        file they are, to be read back and compared there; None if they need not be.
    threads
        How many are encoded at the same time.

    Raises
    ------
    DamagedFileError, UnreadableError, UnwrittenError, UnlikeError
        As `copy_frames`.
    """
    size = (len(raw), length)
    room = np.empty(_native.room_for_frames(encoder, *size, threads), np.uint8)
    bound = encoder.bound

    def take(first: int, start: int, lengths: list[int]) -> list[int]:
        places = [
            write(first + i, room[start + i * bound :][:stored].data)
            for i, stored in enumerate(lengths)
        ]
        return [place for place in places if place is not None]

    with _passed_on(raw) as source:
        _native.encode_frames(encoder, source, size, descriptor, room, threads, take)
