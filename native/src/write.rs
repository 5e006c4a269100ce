//! Arrays in memory encoded to chunks, in threads.

use std::sync::{Mutex, PoisonError};

use crate::pipeline::{Failure, Pipeline, Scratch};
use crate::place::{copy_block, dense_strides, fill_block, is_dense};
use crate::relay::relay;
use crate::threads::Stop;

/// Bytes that are encoded at a time, at least.
const BATCH: usize = 1 << 20;

/// A part of an array, in memory, that begins at a border of chunks.
pub struct Region<'a> {
    /// Its chunks' filters.
    pub pipeline: &'a Pipeline,
    /// Elements along each axis.
    pub shape: &'a [usize],
    /// Elements of a chunk along each axis.
    pub chunk: &'a [usize],
    /// The bytes of an element beyond the region's end, in the chunks at its edge.
    pub fill: &'a [u8],
    source: *const u8,
    strides: &'a [isize],
}

// SAFETY: the memory is only read, and outlives the call (`Region::new`).
unsafe impl Sync for Region<'_> {}

impl<'a> Region<'a> {
    /// A region whose first element is at `source`, with these strides.
    ///
    /// # Safety
    /// Each element must be valid for reads for as long as this lives.
    #[must_use]
    pub unsafe fn new(
        pipeline: &'a Pipeline,
        (shape, chunk): (&'a [usize], &'a [usize]),
        fill: &'a [u8],
        (source, strides): (*const u8, &'a [isize]),
    ) -> Self {
        Self {
            pipeline,
            shape,
            chunk,
            fill,
            source,
            strides,
        }
    }

    /// Encodes all chunks in threads, and calls `take` with some after others, in order.
    ///
    /// `take` gets the number of the first, its place in `room`, and the lengths of as
    /// many as follow; each has the place of a bound's length, after the one before.
    ///
    /// # Errors
    /// If a filter can't encode a chunk, what `take` says, or the interruption.
    pub fn encode<E: From<Failure> + Send>(
        &self,
        room: &mut [u8],
        threads: usize,
        mut take: impl FnMut(usize, usize, &[usize]) -> Result<(), E>,
        interrupted: impl FnMut() -> bool,
    ) -> Result<(), Stop<E>> {
        let bound = self.pipeline.bound().max(1);
        let chunks = self.chunks();
        let at_once = self.at_once(threads);
        let slots: Vec<_> = room
            .chunks_exact_mut(at_once * bound)
            .map(Mutex::new)
            .collect();
        let ahead = slots.len();
        let make = |task: usize, buffers: &mut Buffers| {
            let mut slot = slots[task % ahead]
                .lock()
                .unwrap_or_else(PoisonError::into_inner);
            (task * at_once..chunks.min((task + 1) * at_once))
                .zip(slot.chunks_exact_mut(bound))
                .map(|(chunk, place)| self.encode_chunk(chunk, buffers, place))
                .collect::<Result<Vec<_>, _>>()
                .map_err(E::from)
        };
        let take = |task: usize, lengths: Vec<usize>| {
            take(task * at_once, task % ahead * at_once * bound, &lengths)
        };
        let tasks = chunks.div_ceil(at_once);
        relay(
            tasks,
            (threads, ahead),
            make,
            take,
            |(), _| Ok(()),
            interrupted,
        )
    }

    /// How many chunks cover the region.
    fn chunks(&self) -> usize {
        let cells = self.shape.iter().zip(self.chunk);
        cells.map(|(length, size)| length.div_ceil(*size)).product()
    }

    /// How much room `encode` takes to keep `threads` busy.
    #[must_use]
    pub fn room(&self, threads: usize) -> usize {
        let at_once = self.at_once(threads);
        let tasks = self.chunks().div_ceil(at_once);
        (threads + 2).min(tasks) * at_once * self.pipeline.bound().max(1)
    }

    /// How many chunks one thread encodes before it hands them over.
    fn at_once(&self, threads: usize) -> usize {
        let most = self.chunks().div_ceil(threads.max(1)).max(1);
        (BATCH / self.pipeline.bound().max(1)).clamp(1, most)
    }

    fn encode_chunk(
        &self,
        mut number: usize,
        buffers: &mut Buffers,
        slot: &mut [u8],
    ) -> Result<usize, Failure> {
        let itemsize = self.fill.len();
        let mut source = self.source;
        let mut counts = vec![0; self.shape.len()];
        for axis in (0..self.shape.len()).rev() {
            let cells = self.shape[axis].div_ceil(self.chunk[axis]);
            let start = number % cells * self.chunk[axis];
            number /= cells;
            counts[axis] = self.chunk[axis].min(self.shape[axis] - start);
            source = source.wrapping_offset(start.cast_signed() * self.strides[axis]);
        }
        let length = self.chunk.iter().product::<usize>() * itemsize;
        let whole = counts == self.chunk;
        let bytes = if whole && is_dense(&counts, itemsize, self.strides) {
            // SAFETY: the chunk's elements follow each other in valid memory.
            unsafe { std::slice::from_raw_parts(source, length) }
        } else {
            buffers.chunk.resize(length, 0);
            let strides = dense_strides(self.chunk, itemsize);
            let target = buffers.chunk.as_mut_ptr();
            // SAFETY: the buffer has the length of a chunk; the source is valid.
            unsafe {
                if !whole {
                    fill_block(self.chunk, self.fill, (target, &strides));
                }
                copy_block(
                    &counts,
                    itemsize,
                    (source, self.strides),
                    (target, &strides),
                );
            }
            &buffers.chunk
        };
        self.pipeline.encode(bytes, &mut buffers.scratch, slot)
    }
}

#[derive(Default)]
struct Buffers {
    chunk: Vec<u8>,
    scratch: Scratch,
}
