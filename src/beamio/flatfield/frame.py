"""Read frames of a plan and correct them, in buffers that are used again."""

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from types import EllipsisType
from typing import TYPE_CHECKING, Any

import numpy as np

from beamio.engine import in_order
from beamio.engine.native import ChunkRoom, FileRoom, Selected, read
from beamio.errors import CorruptChunkError
from beamio.flatfield.fused import Passed, Stream, pass_frames
from beamio.flatfield.invalid import FILLS, Invalid, Tally
from beamio.flatfield.model import FlatField
from beamio.flatfield.plan import FlatFieldPlan
from beamio.model import Array

if TYPE_CHECKING:
    from beamio.engine._native import Encoder


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CorrectedFrames:
    """Frames of a result, in arrays of shape (frames, rows, columns)."""

    images: Array | None = None
    """None where they were encoded, or are in the file already."""
    chunks: Sequence[Sequence[Array]] = ()
    """The encoded chunks of each frame, where they were encoded."""
    masks: Array
    """uint8, the bits of `Invalid`."""
    tallies: list[Tally]
    """What is invalid in each frame."""


@dataclass(frozen=True, slots=True, eq=False)
class FrameBuffers:
    """Room for the frames of a plan, in arrays of shape (frames, rows, columns).

    Fresh memory for each frame would cost as much time as reading it; what is not
    used costs nothing.
    """

    raw: Array
    """As stored."""
    images: Array
    """Corrected."""
    masks: Array
    """uint8, the bits of `Invalid`."""
    chunks: ChunkRoom | None = None
    """Encoded."""

    @classmethod
    def of(
        cls, plan: FlatFieldPlan, frames: int, encoder: "Encoder | None" = None
    ) -> "FrameBuffers":
        """Return buffers for so many frames, and their chunks if they are encoded."""
        shape = (frames, *plan.region.shape)
        images = np.empty(shape, plan.options.computed)
        chunks = None
        if encoder is not None:
            each = -(-images[0].nbytes // encoder.chunk_bytes)
            room = np.empty((frames, each, encoder.bound), np.uint8)
            chunks = ChunkRoom(encoder, room)
        raw = np.empty(shape, plan.scan.raw.dtype)
        return cls(raw, images, np.empty(shape, np.uint8), chunks)

    def correct(
        self,
        plan: FlatFieldPlan,
        field: FlatField,
        indices: Sequence[int],
        *,
        place: FileRoom | None = None,
        threads: int = 1,
    ) -> CorrectedFrames:
        """Read the raw frames of these indices and correct them.

        What was never written into the file becomes invalid. They go to `place` in a
        file, or become chunks, where native code can do that.
        """
        batch = _Batch.of(plan, field, indices, threads)
        masks = self.masks[: len(indices)]
        out = self._chunks(len(indices)) if place is None else place
        if out is not None and not batch.gaps:
            passed = self._pass(batch, out, masks)
            if passed is not None:
                chunks = _chunks(out, passed) if isinstance(out, ChunkRoom) else ()
                tallies = [frame.tally for frame in passed]
                return CorrectedFrames(chunks=chunks, masks=masks, tallies=tallies)
        images = self.images[: len(indices)]
        return self._in_memory(batch, images, masks)

    def _chunks(self, frames: int) -> ChunkRoom | None:
        if self.chunks is None:
            return None
        return ChunkRoom(self.chunks.encoder, self.chunks.room[:frames])

    def _pass(
        self, batch: "_Batch", out: FileRoom | ChunkRoom, masks: Array
    ) -> list[Passed] | None:
        """Correct frames on their way from file to file; None if NumPy must do it."""
        frames, plan = batch.plan.scan.raw, batch.plan
        with ExitStack() as stack:
            sources = frames.sources(batch.indices, plan.region, stack)
            stream = Stream(
                raw=batch.raw(sources, self.raw),
                raw_type=frames.dtype,
                positions=batch.positions,
                factors=batch.factors,
                out=out,
                out_type=self.images.dtype,
                mask=masks,
            )
            return pass_frames(batch.field.correction(), stream, threads=batch.threads)

    def _in_memory(
        self, batch: "_Batch", images: Array, masks: Array
    ) -> CorrectedFrames:
        tallies = batch.field.apply_into(
            batch.read(self.raw),
            batch.positions.tolist(),
            current=batch.currents,
            out=images,
            mask=masks,
            threads=batch.threads,
        )
        for order, pixels in batch.gaps.items():
            if pixels is ...:
                masks[order] = 0
            images[order][pixels] = FILLS[batch.field.fill]
            masks[order][pixels] |= Invalid.UNWRITTEN.value
            tallies[order] = Tally.of(masks[order])
        return CorrectedFrames(images=images, masks=masks, tallies=tallies)


@dataclass(frozen=True, slots=True, eq=False)
class _Batch:
    """Frames of a plan that are corrected together."""

    plan: FlatFieldPlan
    field: FlatField
    indices: Sequence[int]
    positions: Array
    currents: Any
    gaps: dict[int, Array | EllipsisType]
    """The pixels of frames, by their order, that were never written."""
    threads: int

    @classmethod
    def of(
        cls,
        plan: FlatFieldPlan,
        field: FlatField,
        indices: Sequence[int],
        threads: int,
    ) -> "_Batch":
        frames, chosen = plan.scan.raw, np.asarray(indices)
        gaps: dict[int, Array | EllipsisType] = {}
        for order, index in enumerate(indices):
            if index in frames.unwritten:
                gaps[order] = ...
            elif (gap := frames.gap(index, plan.region)) is not None:
                gaps[order] = gap
        unwritten = np.isin(chosen, list(frames.unwritten))
        return cls(
            plan,
            field,
            indices,
            np.where(unwritten, 0, plan.positions.numbers[chosen]),
            None if plan.currents is None else plan.currents.numbers[chosen],
            gaps,
            threads,
        )

    @property
    def factors(self) -> Array:
        return self.field.factors_of(self.currents, len(self.indices))

    def raw(
        self, sources: Sequence[Selected] | None, room: Array
    ) -> Array | Sequence[Selected]:
        """Return where the frames are: in a file still, if they are runs there."""
        if sources is None:
            return self.read(room)
        if all(source.run is not None for source in sources):
            return sources
        raw = room[: len(sources)]
        jobs = [source.into(image) for source, image in zip(sources, raw, strict=True)]
        try:
            read(jobs, threads=self.threads)
        except (NotImplementedError, CorruptChunkError):
            # libhdf5 must decode a chunk, or tells why it is damaged.
            return self.read(room)
        return raw

    def read(self, room: Array) -> Array:
        """Return the raw frames, in `room`; those never written are left out."""
        frames, raw = self.plan.scan.raw, room[: len(self.indices)]

        def read_one(order: int) -> None:
            if self.indices[order] not in frames.unwritten:
                frames.read(self.indices[order], self.plan.region, out=raw[order])

        for _ in in_order(read_one, range(len(raw)), threads=self.threads):
            pass
        return raw


def _chunks(room: ChunkRoom, passed: Sequence[Passed]) -> list[list[Array]]:
    return [
        [chunk[:length] for chunk, length in zip(chunks, frame.lengths, strict=True)]
        for chunks, frame in zip(room.room, passed, strict=True)
    ]
