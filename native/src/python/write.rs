//! Arrays encoded to chunks.

use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;

use super::codec::{corrupt, pipeline};
use super::memory::Memory;
use super::{Filters, interruption, watch};
use crate::layout::Layout;
use crate::pipeline::{Failure, Pipeline};
use crate::threads::Stop;
use crate::write::Region;

/// Encodes chunks of one shape.
#[pyclass(frozen, module = "beamio.engine._native")]
pub struct Encoder {
    pub(super) pipeline: Pipeline,
    pub(super) chunk: Vec<usize>,
    pub(super) fill: Vec<u8>,
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

    /// How many bytes of room `encode` takes.
    fn room(&self, array: &Bound<'_, PyAny>, threads: usize) -> PyResult<usize> {
        let memory = self.memory(array)?;
        Ok(self.region(&memory).room(threads))
    }

    /// Bytes of a chunk that is not encoded.
    #[getter]
    fn chunk_bytes(&self) -> usize {
        self.pipeline.chunk_bytes()
    }

    /// Encodes all chunks of `array` in threads, and calls `take` with some after others.
    ///
    /// The array begins at a border of chunks; they are counted with the last axis
    /// fastest. `take` gets the number of the first, where it is in `room` (uint8), and
    /// the lengths of it and those that follow, each `bound` bytes after the one before.
    /// They stay there while it runs; no filter is skipped.
    fn encode(
        &self,
        py: Python<'_>,
        array: &Bound<'_, PyAny>,
        room: &Bound<'_, PyAny>,
        threads: usize,
        take: Py<PyAny>,
    ) -> PyResult<()> {
        let memory = self.memory(array)?;
        let region = self.region(&memory);
        let length = region.room(threads);
        let slots = Memory::writable(room, 1, &[length])?;
        if slots.strides() != [1] {
            return Err(PyValueError::new_err("the room has gaps"));
        }
        // SAFETY: `Memory` keeps the room in place, and its bytes follow each other;
        // `take` gets those that are not being written.
        let room = unsafe { std::slice::from_raw_parts_mut(slots.pointer(), length) };
        let take = |first: usize, start: usize, lengths: &[usize]| {
            Python::attach(|py| take.call1(py, (first, start, lengths)))
                .map(drop)
                .map_err(Untaken::Refused)
        };
        let mut reason = None;
        let done = py.detach(|| region.encode(room, threads, take, watch(&mut reason)));
        done.map_err(|stop| match stop {
            Stop::Interrupted => interruption(reason),
            Stop::Failed(Untaken::Refused(error)) => error,
            Stop::Failed(Untaken::Unencoded(failure)) => corrupt(&failure),
        })
    }
}

impl Encoder {
    fn memory(&self, array: &Bound<'_, PyAny>) -> PyResult<Memory> {
        let memory = Memory::of(array, self.fill.len())?;
        if memory.shape().len() == self.chunk.len() {
            return Ok(memory);
        }
        Err(PyValueError::new_err("the chunks have other axes"))
    }

    fn region<'a>(&'a self, memory: &'a Memory) -> Region<'a> {
        // SAFETY: `Memory` keeps the array in place; who writes into an array that is
        // being encoded gets what he asks for.
        unsafe {
            Region::new(
                &self.pipeline,
                (memory.shape(), &self.chunk),
                &self.fill,
                (memory.pointer(), memory.strides()),
            )
        }
    }
}

/// Why a chunk did not reach the one who asked for it.
enum Untaken {
    /// A filter can't encode it.
    Unencoded(Failure),
    /// Python raised an exception.
    Refused(PyErr),
}

impl From<Failure> for Untaken {
    fn from(failure: Failure) -> Self {
        Self::Unencoded(failure)
    }
}
