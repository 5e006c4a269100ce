//! Arrays in memory encoded to chunks, in threads.

use crate::pipeline::{Failure, Pipeline, Scratch};
use crate::place::{copy_block, dense_strides, fill_block, is_dense};
use crate::threads::{Stop, spread};

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

    /// Encodes the chunks from number `first` on, one into each slot of `room`.
    ///
    /// Returns their lengths.
    ///
    /// # Errors
    /// If a filter can't encode a chunk, or the interruption.
    pub fn encode(
        &self,
        first: usize,
        room: &mut [u8],
        threads: usize,
        interrupted: impl FnMut() -> bool,
    ) -> Result<Vec<usize>, Stop<Failure>> {
        let size = self.pipeline.bound().max(1);
        let slots: Vec<_> = room
            .chunks_exact_mut(size)
            .map(|slot| std::sync::Mutex::new((slot, 0)))
            .collect();
        let task = |i: usize, scratch: &mut Buffers| {
            let mut slot = slots[i]
                .lock()
                .unwrap_or_else(std::sync::PoisonError::into_inner);
            slot.1 = self.encode_chunk(first + i, scratch, slot.0)?;
            Ok(())
        };
        spread(slots.len(), threads, task, interrupted)?;
        let encoded = slots.into_iter().map(|slot| {
            slot.into_inner()
                .unwrap_or_else(std::sync::PoisonError::into_inner)
                .1
        });
        Ok(encoded.collect())
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
