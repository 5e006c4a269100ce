//! Arrays encoded to chunks.

use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;

use super::codec::{corrupt, pipeline};
use super::memory::Memory;
use super::{Filters, interruption, watch};
use crate::layout::Layout;
use crate::pipeline::Pipeline;
use crate::threads::Stop;
use crate::write::Region;

/// Encodes chunks of one shape.
#[pyclass(frozen, module = "beamio.engine._native")]
pub struct Encoder {
    pipeline: Pipeline,
    chunk: Vec<usize>,
    fill: Vec<u8>,
}

#[pymethods]
impl Encoder {
    /// `fill` has the bytes of one element, for the chunks at the edge.
    #[new]
    fn new(chunk: Vec<usize>, fill: Vec<u8>, filters: Filters) -> PyResult<Self> {
        if chunk.contains(&0) || fill.is_empty() {
            return Err(PyValueError::new_err("chunks and elements can't be empty"));
        }
        let pipeline = pipeline(&filters, Layout::codec_chunk(&chunk, fill.len()))?;
        Ok(Self {
            pipeline,
            chunk,
            fill,
        })
    }

    /// The most bytes of an encoded chunk.
    #[getter]
    fn bound(&self) -> usize {
        self.pipeline.bound()
    }

    /// Encodes chunks of `array`, from number `first` on, in threads.
    ///
    /// The array begins at a border of chunks; they are counted with the last axis
    /// fastest. Each gets `bound` bytes of `room` (uint8), as many as it holds.
    /// Returns the length of each; no filter is skipped.
    fn encode(
        &self,
        py: Python<'_>,
        array: &Bound<'_, PyAny>,
        first: usize,
        room: &Bound<'_, PyAny>,
        threads: usize,
    ) -> PyResult<Vec<usize>> {
        let memory = Memory::of(array, self.fill.len())?;
        let size = room.len()?;
        let slots = Memory::writable(room, 1, &[size])?;
        let cells: usize = memory
            .shape()
            .iter()
            .zip(&self.chunk)
            .map(|(length, size)| length.div_ceil(*size))
            .product();
        let rank_fits = memory.shape().len() == self.chunk.len();
        let wanted = size / self.pipeline.bound().max(1);
        if !rank_fits || slots.strides() != [1] || first.saturating_add(wanted) > cells {
            return Err(PyValueError::new_err("there are not so many chunks"));
        }
        // SAFETY: `Memory` keeps the arrays in place; who writes into an array that is
        // being encoded gets what he asks for.
        let region = unsafe {
            Region::new(
                &self.pipeline,
                (memory.shape(), &self.chunk),
                &self.fill,
                (memory.pointer(), memory.strides()),
            )
        };
        // SAFETY: as above; `slots` has `size` bytes that follow each other.
        let room = unsafe { std::slice::from_raw_parts_mut(slots.pointer(), size) };
        let mut reason = None;
        let done = py.detach(|| region.encode(first, room, threads, watch(&mut reason)));
        match done {
            Ok(lengths) => Ok(lengths),
            Err(Stop::Interrupted) => Err(interruption(reason)),
            Err(Stop::Failed(failure)) => Err(corrupt(&failure)),
        }
    }
}
