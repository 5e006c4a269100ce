//! Where frames come from and go to, as Python says it.

use std::os::fd::RawFd;

use pyo3::exceptions::{PyOSError, PyValueError};
use pyo3::prelude::*;

use super::memory::Memory;
use super::read::{Layout, borrowed};
use super::write::Encoder;
use crate::flatfield;
use crate::layout::{Borrowed, Storage, Stored};

/// Raw frames.
#[derive(FromPyObject)]
pub enum Raw<'py> {
    /// For each a layout, its files, and the start of a run of elements in it.
    Stored(Vec<(Bound<'py, Layout>, Vec<RawFd>, u64)>),
    /// An array.
    Array(Bound<'py, PyAny>),
}

/// Corrected frames.
#[derive(FromPyObject)]
pub enum Out<'py> {
    /// A file and for each frame the offset of its first byte.
    File((RawFd, Vec<u64>)),
    /// An encoder, and room (uint8) for its bound for each chunk of each frame.
    Chunks((Bound<'py, Encoder>, Bound<'py, PyAny>)),
    /// An array.
    Array(Bound<'py, PyAny>),
}

/// Raw frames that stay where they are.
pub enum Source<'py> {
    Stored(Vec<(Bound<'py, Layout>, Vec<Borrowed>, u64)>),
    Memory(Memory),
}

impl<'py> Source<'py> {
    pub fn new(raw: &Raw<'py>, size: usize) -> PyResult<Self> {
        let stored = match raw {
            Raw::Array(array) => return Ok(Self::Memory(Memory::of(array, size)?)),
            Raw::Stored(stored) => stored,
        };
        let opened = stored.iter().map(|(layout, descriptors, address)| {
            let found = &layout.get().0;
            let known = found
                .extents
                .iter()
                .all(|part| part.file < descriptors.len());
            let open = descriptors.iter().all(|descriptor| *descriptor >= 0);
            if !known || !open || !matches!(found.stored, Stored::Consecutive) {
                return Err(unfit("the pixels don't lie in a file as they are"));
            }
            let files = descriptors.iter().copied().map(borrowed).collect();
            Ok((layout.clone(), files, *address))
        });
        Ok(Self::Stored(opened.collect::<PyResult<_>>()?))
    }

    pub fn memory(&self) -> Option<&Memory> {
        match self {
            Self::Memory(memory) => Some(memory),
            Self::Stored(_) => None,
        }
    }

    /// The files of each frame, if they are in files.
    pub fn storages(&self) -> Vec<(Storage<'_>, u64)> {
        let stored = match self {
            Self::Memory(_) => return Vec::new(),
            Self::Stored(stored) => stored,
        };
        let each = stored.iter().map(|(layout, files, address)| {
            let extents = &layout.get().0.extents;
            (Storage { extents, files }, *address)
        });
        each.collect()
    }

    /// Frames of `length` bytes each.
    pub fn frames<'a>(
        &'a self,
        storages: &'a [(Storage<'a>, u64)],
        frames: usize,
        length: usize,
    ) -> PyResult<Vec<flatfield::Raw<'a>>> {
        let found: Vec<_> = match self {
            // SAFETY: the caller's promise, as for every array (`Corrector::correct`).
            Self::Memory(memory) => unsafe { memory.bytes()? }
                .chunks(length)
                .map(flatfield::Raw::Memory)
                .collect(),
            Self::Stored(_) => storages
                .iter()
                .map(|(storage, address)| flatfield::Raw::Stored {
                    storage,
                    address: *address,
                })
                .collect(),
        };
        of_frames(found, frames)
    }
}

/// Corrected frames whose memory stays in place.
pub enum Target<'py> {
    File(Borrowed, Vec<u64>),
    Chunks(Bound<'py, Encoder>, Memory),
    Memory(Memory),
}

impl<'py> Target<'py> {
    pub fn new(out: &Out<'py>, size: usize) -> PyResult<Self> {
        let writable = |array: &Bound<'py, PyAny>, size| {
            let shape: Vec<usize> = array.getattr("shape")?.extract()?;
            Memory::writable(array, size, &shape)
        };
        Ok(match out {
            Out::File((descriptor, _)) if *descriptor < 0 => {
                return Err(unfit("the file is not open"));
            }
            Out::File((descriptor, offsets)) => Self::File(borrowed(*descriptor), offsets.clone()),
            Out::Chunks((encoder, room)) => Self::Chunks(encoder.clone(), writable(room, 1)?),
            Out::Array(array) => Self::Memory(writable(array, size)?),
        })
    }

    pub fn memory(&self) -> Option<&Memory> {
        match self {
            Self::Memory(memory) | Self::Chunks(_, memory) => Some(memory),
            Self::File(..) => None,
        }
    }

    /// Places of frames of `pixels` of `size` bytes.
    pub fn frames(
        &mut self,
        frames: usize,
        pixels: usize,
        size: usize,
    ) -> PyResult<Vec<flatfield::Out<'_>>> {
        let found = match self {
            Self::File(file, offsets) => offsets
                .iter()
                .map(|offset| flatfield::Out::File {
                    file,
                    offset: *offset,
                })
                .collect(),
            // SAFETY: as in `Source::frames`.
            Self::Memory(memory) => unsafe { memory.bytes_mut()? }
                .chunks_mut(pixels * size)
                .map(flatfield::Out::Memory)
                .collect(),
            Self::Chunks(encoder, memory) => {
                let pipeline = &encoder.get().pipeline;
                let of_chunk = pipeline.chunk_bytes() / size;
                let chunks = pixels.div_ceil(of_chunk.max(1));
                // SAFETY: as in `Source::frames`.
                unsafe { memory.bytes_mut()? }
                    .chunks_mut((chunks * pipeline.bound()).max(1))
                    .map(|room| flatfield::Out::Chunks {
                        pipeline,
                        pixels: of_chunk,
                        room,
                        length: 0,
                    })
                    .collect()
            }
        };
        of_frames(found, frames)
    }
}

fn of_frames<T>(found: Vec<T>, frames: usize) -> PyResult<Vec<T>> {
    if found.len() == frames {
        return Ok(found);
    }
    Err(unfit("there are pixels of another number of frames"))
}

/// The error of arguments that don't belong together.
pub fn unfit(what: &'static str) -> PyErr {
    PyValueError::new_err(what)
}

/// The error by its number, from which Python makes the text.
pub fn system_error(error: &std::io::Error) -> PyErr {
    let number = error.raw_os_error().unwrap_or(libc::EIO);
    let text = std::io::Error::from_raw_os_error(number).to_string();
    PyOSError::new_err((number, text))
}
