"""Frames passed on to a file: the same bytes, and failures that name what failed."""

import os
from contextlib import ExitStack

import numpy as np
import pytest

from beamio.engine.native import (
    FileRoom,
    OpenFile,
    Selected,
    UnwrittenError,
    new_encoder,
    new_layout,
)
from beamio.engine.transfer import UnlikeError, copy_frames, encode_frames
from beamio.errors import DamagedFileError

SHAPE = (7, 50, 33)
ZSTD = (32015, (3,))


@pytest.fixture
def stack():
    return np.random.default_rng(0).poisson(9, SHAPE).astype(">u2")


@pytest.fixture
def stored(tmp_path, stack):
    """The frames where they lie in a file, from the last to the first."""
    path = tmp_path / "raw"
    path.write_bytes(b"head" + stack[::-1].tobytes())
    length = stack[0].nbytes
    picks = [(0, 1, size) for size in SHAPE[1:]]
    with path.open("rb") as file:
        opened = OpenFile(file.fileno(), str(path))
        yield [
            Selected(
                new_layout(
                    SHAPE[1:], 2, fill=b"\0\0", extents=[(length, 0, 4 + i * length)]
                ),
                [opened],
                picks,
                f"frame {i}",
            )
            for i in reversed(range(SHAPE[0]))
        ]


@pytest.fixture
def output(tmp_path):
    with (tmp_path / "out").open("wb+") as file:
        yield file.fileno()


def room(descriptor, stack):
    length = stack[0].nbytes
    return FileRoom(descriptor, [100 + i * length for i in range(len(stack))])


@pytest.mark.parametrize("threads", [1, 3])
@pytest.mark.parametrize("verify", [False, True])
def test_copied_frames_are_those_of_the_source(stack, stored, output, verify, threads):
    for raw in (stored, stack):
        os.ftruncate(output, 0)
        options = {"verify": verify, "threads": threads}
        copy_frames(raw, stack[0].nbytes, room(output, stack), **options)
        assert os.pread(output, 1 << 20, 100) == stack.tobytes()


def written(output, damage=False):
    """What writes chunks after each other, and what it has written."""
    chunks = []

    def write(number, data):
        assert number == len(chunks)
        place = os.fstat(output).st_size
        bad = bytearray(data)
        bad[len(bad) // 2] ^= damage and number == 2
        os.pwrite(output, bad, place)
        chunks.append(bytes(data))
        return place

    return write, chunks


@pytest.mark.parametrize("chunk", [(1, 50, 33), (1, 20, 33), (3, 50, 33), (2, 7, 33)])
@pytest.mark.parametrize("threads", [1, 3])
def test_encoded_chunks_hold_the_frames_and_the_fill_value_beyond(
    stack, stored, output, chunk, threads
):
    encoder = new_encoder(chunk, b"\x12\x34", [])
    padding = [(0, -size % part) for size, part in zip(SHAPE, chunk, strict=True)]
    padded = np.pad(stack, padding, constant_values=0x1234)
    n, rows, columns = chunk
    expected = [
        padded[i : i + n, j : j + rows, :columns].tobytes()
        for i in range(0, SHAPE[0], n)
        for j in range(0, SHAPE[1], rows)
    ]
    for raw in (stored, stack):
        write, chunks = written(output)
        length = stack[0].nbytes
        encode_frames(encoder, raw, length, output, write, threads=threads)
        assert chunks == expected


def test_a_chunk_that_reads_differently_is_told_by_its_frame(stack, stored, output):
    encoder = new_encoder((1, 50, 33), b"\0\0", [ZSTD])
    write, _ = written(output, damage=True)
    with pytest.raises(UnlikeError) as told:
        encode_frames(encoder, stored, stack[0].nbytes, output, write, threads=2)
    assert told.value.frame == 2


def test_a_source_that_is_cut_is_named(tmp_path, stack, stored, output):
    os.truncate(tmp_path / "raw", 5000)
    with pytest.raises(DamagedFileError, match="frame"):
        copy_frames(
            stored, stack[0].nbytes, room(output, stack), verify=True, threads=2
        )


def test_an_output_that_cannot_be_written_is_told(tmp_path, stack, stored):
    with ExitStack() as closing:
        file = closing.enter_context((tmp_path / "raw").open("rb"))
        with pytest.raises(UnwrittenError):
            copy_frames(
                stored,
                stack[0].nbytes,
                room(file.fileno(), stack),
                verify=False,
                threads=1,
            )


def test_what_writing_raises_ends_the_work(stack, stored, output):
    encoder = new_encoder((1, 50, 33), b"\0\0", [ZSTD])

    def write(*_):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        encode_frames(encoder, stored, stack[0].nbytes, output, write, threads=2)
