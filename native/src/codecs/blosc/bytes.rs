//! The bytes of an encoded chunk, in memory or still in a file.

use std::ops::Range;

use crate::codecs::{Damage, Source};

/// Bytes of which parts are read when they are needed.
#[derive(Clone)]
pub enum Bytes<'a> {
    /// Bytes in memory.
    Here(&'a [u8]),
    /// This range of a source.
    There(&'a dyn Source, Range<usize>),
}

impl<'a> Bytes<'a> {
    /// All bytes of a source.
    pub fn all(source: &'a dyn Source) -> Self {
        Self::There(source, 0..source.length())
    }

    /// Returns how many there are.
    pub fn length(&self) -> usize {
        match self {
            Self::Here(bytes) => bytes.len(),
            Self::There(_, range) => range.len(),
        }
    }

    /// Some of these bytes, none read yet.
    ///
    /// # Errors
    /// If they lie beyond the end.
    pub fn narrow(&self, range: Range<usize>) -> Result<Self, Damage> {
        if range.start > range.end || range.end > self.length() {
            return Err(Damage::cut_short());
        }
        Ok(match self {
            Self::Here(bytes) => Self::Here(&bytes[range]),
            Self::There(source, all) => {
                Self::There(*source, all.start + range.start..all.start + range.end)
            }
        })
    }

    /// Returns some of the bytes, in `buffer` unless they are in memory already.
    ///
    /// # Errors
    /// If they lie beyond the end, or could not be read.
    pub fn read<'b>(
        &'b self,
        range: Range<usize>,
        buffer: &'b mut Vec<u8>,
    ) -> Result<&'b [u8], Damage> {
        match self.narrow(range)? {
            Self::Here(bytes) => Ok(bytes),
            Self::There(source, range) => {
                buffer.resize(range.len(), 0);
                source.read(range.start, buffer)?;
                Ok(buffer)
            }
        }
    }
}

/// Returns the four bytes from `at` on as a number, little end first.
pub fn u32_at(bytes: &[u8], at: usize) -> Result<u32, Damage> {
    let four = at
        .checked_add(4)
        .and_then(|end| bytes.get(at..end))
        .and_then(|four| four.first_chunk());
    four.map(|four| u32::from_le_bytes(*four))
        .ok_or_else(Damage::cut_short)
}
