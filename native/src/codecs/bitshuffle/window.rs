//! A source seen through a window that moves forward.

use super::Forward;
use crate::codecs::{Damage, Source};

/// Bytes that the window takes, where no more are asked for; a core's own cache keeps them.
pub const WINDOW: usize = 1 << 16;

/// The bytes of a source that were read last.
pub struct Window<'a> {
    source: &'a dyn Source,
    start: usize,
    /// Bytes that `Forward` has taken.
    taken: usize,
    /// The first `filled` bytes are those from `start` on.
    bytes: Vec<u8>,
    filled: usize,
}

impl<'a> Window<'a> {
    /// Nothing read yet.
    pub fn new(source: &'a dyn Source) -> Self {
        Self {
            source,
            start: 0,
            taken: 0,
            bytes: Vec::new(),
            filled: 0,
        }
    }

    /// Returns `length` bytes from `offset` on, which is never less than before.
    ///
    /// If it must read, it reads up to `reach` bytes from `offset` on.
    ///
    /// # Errors
    /// If the source ends before them, or can't be read.
    pub fn get(&mut self, offset: usize, length: usize, reach: usize) -> Result<&[u8], Damage> {
        let left = self.source.length().saturating_sub(offset);
        if length > left {
            return Err(Damage::cut_short());
        }
        if self.start + self.filled < offset + length {
            self.advance(offset, reach.min(WINDOW).max(length).min(left))?;
        }
        let from = offset - self.start;
        Ok(&self.bytes[from..from + length])
    }

    /// Moves on to `length` bytes from `offset` on; what is there already is kept.
    fn advance(&mut self, offset: usize, length: usize) -> Result<(), Damage> {
        let passed = self.filled.min(offset - self.start);
        self.bytes.copy_within(passed..self.filled, 0);
        let kept = self.filled - passed;
        (self.start, self.filled) = (offset, kept);
        if self.bytes.len() < length {
            self.bytes.resize(length, 0);
        }
        self.source
            .read(offset + kept, &mut self.bytes[kept..length])?;
        self.filled = length;
        Ok(())
    }

    /// Returns the `N` bytes from `offset` on, as `get` does.
    ///
    /// # Errors
    /// As `get`.
    pub fn array<const N: usize>(
        &mut self,
        offset: usize,
        reach: usize,
    ) -> Result<[u8; N], Damage> {
        let bytes = self.get(offset, N, reach)?;
        bytes.try_into().map_err(|_| Damage::cut_short())
    }
}

impl Forward for Window<'_> {
    fn left(&self) -> usize {
        self.source.length() - self.taken
    }

    fn take(&mut self, length: usize) -> Result<&[u8], Damage> {
        let offset = self.taken;
        self.taken = offset.saturating_add(length);
        self.get(offset, length, WINDOW)
    }
}
