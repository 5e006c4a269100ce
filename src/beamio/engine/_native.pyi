from collections.abc import Callable, Sequence
from typing import Any, Self, TypeAlias

Filters: TypeAlias = Sequence[tuple[int, Sequence[int]]]

class CorruptChunk(Exception): ...  # noqa: N818 (what happened, not that it is one)
class FileCut(Exception): ...  # noqa: N818
class UnreadableFile(Exception): ...  # noqa: N818
class Unlike(Exception): ...  # noqa: N818

def decode(
    filters: Filters, itemsize: int, length: int, skipped: int, data: bytes
) -> bytes: ...
def encode(filters: Filters, itemsize: int, data: bytes) -> bytes: ...
def chunk_noter() -> int: ...
def start_writing(descriptor: int, offset: int, length: int) -> None: ...

class Layout:
    def __new__(
        cls,
        shape: Sequence[int],
        itemsize: int,
        *,
        fill: bytes,
        extents: Sequence[tuple[int, int, int]],
        chunk: Sequence[int] | None = None,
        filters: Filters = (),
        table: tuple[Any, Any, Any, Any] | None = None,
    ) -> Self: ...
    def run(self, picks: Sequence[tuple[int, int, int]]) -> int | None: ...

def read(
    jobs: Sequence[tuple[Layout, Sequence[int], Sequence[tuple[int, int, int]], Any]],
    threads: int,
) -> None: ...

class Recycled:
    def __new__(cls, length: int) -> Self: ...
    def __buffer__(self, flags: int, /) -> memoryview: ...

class Encoder:
    def __new__(cls, chunk: Sequence[int], fill: bytes, filters: Filters) -> Self: ...
    @property
    def bound(self) -> int: ...
    @property
    def chunk_bytes(self) -> int: ...
    def room(self, array: Any, threads: int) -> int: ...
    def encode(
        self,
        array: Any,
        room: Any,
        threads: int,
        take: Callable[[int, int, list[int]], None],
    ) -> None: ...

def copy_frames(
    raw: Any,
    length: int,
    target: tuple[int, Sequence[int]],
    verify: bool,
    threads: int,
) -> None: ...
def room_for_frames(
    encoder: Encoder, frames: int, length: int, threads: int
) -> int: ...
def encode_frames(
    encoder: Encoder,
    raw: Any,
    size: tuple[int, int],
    descriptor: int,
    room: Any,
    threads: int,
    take: Callable[[int, int, list[int]], Sequence[int]],
) -> None: ...

Neighbours: TypeAlias = tuple[int, int, float]

class Corrector:
    def __new__(
        cls,
        darks: Sequence[Any],
        flats: Sequence[Any],
        masked: Any | None,
        *,
        clip: tuple[float, float] | None,
        floor: float | None,
        fill: float,
    ) -> Self: ...
    def correct(
        self,
        raw: Any,
        out: Any,
        mask: Any | None,
        places: Sequence[tuple[Neighbours, Neighbours, float]],
        *,
        types: tuple[str, int, bool, int],
        invalid: bytes | None,
        threads: int,
    ) -> list[tuple[int, list[int], list[int]]]: ...
