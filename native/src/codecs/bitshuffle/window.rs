//! A source seen through a window that moves forward.

use crate::codecs::{Damage, Source};

/// Bytes that the window takes, where no more are asked for; a core's own cache keeps them.
pub const WINDOW: usize = 1 << 16;

/// The bytes of a source that were read last.
pub struct Window<'a> {
    source: &'a dyn Source,
    start: usize,
    bytes: Vec<u8>,
}

impl<'a> Window<'a> {
    /// Nothing read yet.
    pub fn new(source: &'a dyn Source) -> Self {
        Self {
            source,
            start: 0,
            bytes: Vec::new(),
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
        if self.start + self.bytes.len() < offset + length {
            let passed = self.bytes.len().min(offset - self.start);
            self.bytes.drain(..passed);
            self.start = offset;
            let kept = self.bytes.len();
            let wanted = reach.min(WINDOW).max(length).min(left);
            self.bytes.resize(wanted, 0);
            self.source.read(offset + kept, &mut self.bytes[kept..])?;
        }
        let from = offset - self.start;
        Ok(&self.bytes[from..from + length])
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
