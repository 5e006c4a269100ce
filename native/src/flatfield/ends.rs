//! Where the pixels of a frame come from, and where they go.

use std::os::fd::AsRawFd;
use std::os::unix::fs::FileExt;

use super::Refusal;
use crate::disk::start_writing;
use crate::layout::{Borrowed, Missing, Storage};
use crate::pipeline::{Pipeline, Scratch};
use crate::place::grow;

/// Where the raw pixels of a frame are.
pub enum Raw<'a> {
    /// In memory.
    Memory(&'a [u8]),
    /// In a file as they are, one after the other.
    Stored {
        /// The file.
        storage: &'a Storage<'a>,
        /// Where the first one is in it.
        address: u64,
    },
}

impl<'a> Raw<'a> {
    pub(super) fn fits(&self, length: usize) -> bool {
        match self {
            Self::Memory(bytes) => bytes.len() == length,
            Self::Stored { .. } => true, // told when it is read
        }
    }

    pub(super) fn split_off(&mut self, length: usize) -> Self {
        match self {
            Self::Memory(bytes) => {
                let (front, rest) = bytes.split_at(length);
                *bytes = rest;
                Self::Memory(front)
            }
            Self::Stored { storage, address } => {
                let front = Self::Stored {
                    storage,
                    address: *address,
                };
                *address = address.saturating_add(length as u64);
                front
            }
        }
    }

    /// Fills `target` with the bytes from `start` on.
    pub(crate) fn read(&self, start: usize, target: &mut [u8]) -> Result<(), Missing> {
        match self {
            Self::Memory(bytes) => target.copy_from_slice(&bytes[start..start + target.len()]),
            Self::Stored { storage, address } => {
                storage.read(address.saturating_add(start as u64), target)?;
            }
        }
        Ok(())
    }

    /// Returns `length` bytes from `start` on, read into `room` if they must be.
    pub(crate) fn bytes<'b>(
        &self,
        start: usize,
        length: usize,
        room: &'b mut Vec<u8>,
    ) -> Result<&'b [u8], Missing>
    where
        'a: 'b,
    {
        match self {
            Self::Memory(bytes) => Ok(&bytes[start..start + length]),
            Self::Stored { storage, address } => {
                grow(room, length);
                let address = address.saturating_add(start as u64);
                storage.read(address, &mut room[..length])?;
                Ok(&room[..length])
            }
        }
    }
}

/// Where the corrected pixels of a frame go.
pub enum Out<'a> {
    /// Into memory.
    Memory(&'a mut [u8]),
    /// Into a file as they are, one after the other.
    File {
        /// The file.
        file: &'a Borrowed,
        /// Where the first one goes.
        offset: u64,
    },
    /// Into encoded chunks, each of which takes the pipeline's bound of the room.
    Chunks {
        /// What encodes them.
        pipeline: &'a Pipeline,
        /// Pixels of a chunk.
        pixels: usize,
        /// Room for all chunks of the frame.
        room: &'a mut [u8],
        /// Bytes that the first has already.
        length: usize,
    },
}

impl Out<'_> {
    /// Pixels of a chunk, if pixels are encoded.
    pub(super) fn chunk(&self) -> Option<usize> {
        match self {
            Self::Chunks { pixels, .. } => Some(*pixels),
            _ => None,
        }
    }

    pub(super) fn fits(&self, pixels: usize, size: usize) -> bool {
        match self {
            Self::Memory(bytes) => bytes.len() == pixels * size,
            Self::File { .. } => true,
            Self::Chunks {
                pipeline,
                pixels: of_chunk,
                room,
                ..
            } => {
                *of_chunk > 0
                    && pipeline.chunk_bytes() == of_chunk * size
                    && room.len() == pixels.div_ceil(*of_chunk) * pipeline.bound()
            }
        }
    }

    /// Takes the place of `length` bytes from the front; of a chunk, if they are encoded.
    pub(super) fn split_off(&mut self, length: usize) -> Self {
        match self {
            Self::Memory(bytes) => Self::Memory(bytes.split_off_mut(..length).unwrap_or_default()),
            Self::File { file, offset } => {
                let front = Self::File {
                    file,
                    offset: *offset,
                };
                *offset = offset.saturating_add(length as u64);
                front
            }
            Self::Chunks {
                pipeline,
                pixels,
                room,
                length,
            } => Self::Chunks {
                pipeline,
                pixels: *pixels,
                room: room.split_off_mut(..pipeline.bound()).unwrap_or_default(),
                length: *length,
            },
        }
    }

    /// Pixels of `size` bytes to correct at a time, about `tile`; None if all at once.
    ///
    /// A file is locked for each write to it: there, few large ones are better.
    pub(super) fn tile(&self, tile: usize, size: usize) -> Option<usize> {
        match self {
            Self::File { .. } => None,
            Self::Chunks { pipeline, .. } => pipeline
                .piece()
                .filter(|piece| *piece > 0 && piece % size == 0)
                .and_then(|piece| tile.checked_next_multiple_of(piece / size)),
            Self::Memory(_) => Some(tile),
        }
    }

    /// Returns room for bytes from `start` on: their place, or `room` if they move on.
    pub(super) fn room<'b>(
        &'b mut self,
        start: usize,
        length: usize,
        room: &'b mut Vec<u8>,
    ) -> &'b mut [u8] {
        if let Self::Memory(bytes) = self {
            let end = bytes.len().min(start + length);
            &mut bytes[start..end]
        } else {
            grow(room, length);
            &mut room[..length]
        }
    }

    /// Moves bytes on to where they go, `start` bytes behind the first.
    pub(super) fn put(
        &mut self,
        start: usize,
        bytes: &[u8],
        scratch: &mut Scratch,
    ) -> Result<(), Refusal> {
        match self {
            Self::Memory(_) => Ok(()), // there already
            Self::File { file, offset } => file
                .write_all_at(bytes, offset.saturating_add(start as u64))
                .map_err(Refusal::Unwritten),
            Self::Chunks {
                pipeline,
                room,
                length,
                ..
            } => {
                let done = if pipeline.piece().is_some() {
                    pipeline.append(bytes, *length, room)
                } else {
                    pipeline.encode(bytes, scratch, room)
                };
                *length = done.map_err(Refusal::Unencoded)?;
                Ok(())
            }
        }
    }

    /// Tells the system that `length` bytes are complete.
    pub(super) fn finish(&self, length: usize) {
        if let Self::File { file, offset } = self
            && let Ok(offset) = i64::try_from(*offset)
        {
            start_writing(file.as_raw_fd(), offset, length.cast_signed() as i64);
        }
    }
}
