//! Frames that are passed on to a dataset as they are.

use std::os::fd::RawFd;

use pyo3::create_exception;
use pyo3::exceptions::{PyException, PyOSError, PyValueError};
use pyo3::prelude::*;

use super::codec::corrupt;
use super::ends::{Raw, Source, system_error, unfit};
use super::memory::Memory;
use super::read::{borrowed, missing_bytes};
use super::write::Encoder;
use super::{interruption, watch};
use crate::threads::Stop;
use crate::transfer::{Chunks, Frames, Refusal, copy};

create_exception!(
    _native,
    Unlike,
    PyException,
    "What was written reads differently.\n\nThe argument is the number of the frame."
);

/// Copies frames into a file, in threads, and compares them there if `verify`.
///
/// `raw` is what `Raw` says, an array of bytes; each frame has `length` bytes, and goes
/// to one of `offsets`.
#[pyfunction]
pub fn copy_frames(
    py: Python<'_>,
    raw: Raw<'_>,
    length: usize,
    target: (RawFd, Vec<u64>),
    verify: bool,
    threads: usize,
) -> PyResult<()> {
    let (descriptor, offsets) = target;
    if descriptor < 0 || length == 0 {
        return Err(unfit("the file is not open, or the frames are empty"));
    }
    let source = Source::new(&raw, 1)?;
    let storages = source.storages();
    let raws = source.frames(&storages, offsets.len(), length)?;
    let frames = Frames { raws, length };
    let file = borrowed(descriptor);
    let mut reason = None;
    let target = (&file, &offsets[..]);
    let done = py.detach(|| copy(&frames, target, verify, threads, watch(&mut reason)));
    done.map_err(|stop| match stop {
        Stop::Interrupted => interruption(reason),
        Stop::Failed(refusal) => exception(refusal, |()| PyOSError::new_err(())),
    })
}

fn exception<P>(refusal: Refusal<P>, untaken: impl FnOnce(P) -> PyErr) -> PyErr {
    match refusal {
        Refusal::Unread(frame, missing) => missing_bytes(frame, missing),
        Refusal::Unlike(frame) => Unlike::new_err(frame),
        Refusal::Unwritten(error) => system_error(&error),
        Refusal::Unencoded(failure) => corrupt(&failure),
        Refusal::Untaken(reason) => untaken(reason),
    }
}

/// How many bytes of room `encode_frames` takes for frames of `length` bytes.
#[pyfunction]
pub fn room_for_frames(
    encoder: &Bound<'_, Encoder>,
    frames: usize,
    length: usize,
    threads: usize,
) -> PyResult<usize> {
    let chunks = encoder.get().chunks()?;
    Ok(chunks.room(chunks.count(frames, length), threads))
}

/// Encodes frames in threads, and calls `take` with some chunks after others.
///
/// `raw` and `length` are as `copy_frames` takes them, `room` and `take` as
/// `Encoder.encode`; a chunk is whole rows of frames. `take` returns where each chunk
/// lies in the file, to be compared there, or nothing.
#[pyfunction]
pub fn encode_frames(
    py: Python<'_>,
    encoder: &Bound<'_, Encoder>,
    raw: Raw<'_>,
    size: (usize, usize),
    descriptor: RawFd,
    room: &Bound<'_, PyAny>,
    threads: usize,
    take: Py<PyAny>,
) -> PyResult<()> {
    let (number, length) = size;
    let encoder = encoder.get();
    let chunks = encoder.chunks()?;
    if descriptor < 0 || length == 0 || length % encoder.row() != 0 {
        return Err(unfit("the file is not open, or the rows are others"));
    }
    let source = Source::new(&raw, 1)?;
    let storages = source.storages();
    let raws = source.frames(&storages, number, length)?;
    let size = chunks.room(chunks.count(number, length), threads);
    let slots = Memory::writable(room, 1, &[size])?;
    if let Some(memory) = source.memory()
        && memory.overlaps(&slots)?
    {
        return Err(unfit("the room overlaps the frames"));
    }
    // SAFETY: `Memory` keeps the room in place; `take` gets the bytes of it that are not
    // being written.
    let room = unsafe { slots.bytes_mut()? };
    let file = borrowed(descriptor);
    let frames = Frames { raws, length };
    let take = |first: usize, start: usize, lengths: &[usize]| {
        Python::attach(|py| take.call1(py, (first, start, lengths))?.extract(py))
    };
    let mut reason = None;
    let target = (room, &file);
    let done = py.detach(|| chunks.encode(&frames, target, threads, take, watch(&mut reason)));
    done.map_err(|stop| match stop {
        Stop::Interrupted => interruption(reason),
        Stop::Failed(refusal) => exception(refusal, |error| error),
    })
}

impl Encoder {
    /// Bytes of a row of a chunk.
    fn row(&self) -> usize {
        self.chunk.last().copied().unwrap_or(1) * self.fill.len()
    }

    fn chunks(&self) -> PyResult<Chunks<'_>> {
        match self.chunk[..] {
            [frames, rows, _] => Ok(Chunks {
                pipeline: &self.pipeline,
                fill: &self.fill,
                frames,
                band: rows * self.row(),
            }),
            _ => Err(PyValueError::new_err("the chunks are not of frames")),
        }
    }
}
