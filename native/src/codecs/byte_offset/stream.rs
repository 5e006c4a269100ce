//! Encoded pixels that are read piece by piece.

use super::{Damage, Decode, LONGEST, Source};

/// The encoded bytes of a frame, of which few are at hand.
pub struct Stream<'a> {
    source: &'a dyn Source,
    /// Bytes of it that were read.
    read: usize,
    room: Vec<u8>,
    /// Those at hand, in `room`.
    start: usize,
    end: usize,
    /// The value of the last pixel.
    last: i64,
}

impl<'a> Stream<'a> {
    /// What is read of `source` at most `piece` bytes at a time.
    pub fn new(source: &'a dyn Source, piece: usize) -> Self {
        Self {
            source,
            read: 0,
            room: vec![0; piece.max(LONGEST).min(source.length())],
            start: 0,
            end: 0,
            last: 0,
        }
    }

    /// Fills `target` with the next pixels and returns how many bytes there were.
    ///
    /// # Errors
    /// If the source could not be read.
    pub fn fill(&mut self, decode: Decode, target: &mut [u8]) -> Result<usize, Damage> {
        let mut given = 0;
        loop {
            let encoded = &self.room[self.start..self.end];
            let (used, filled) = decode(encoded, &mut target[given..], &mut self.last);
            self.start += used;
            given += filled;
            if given == target.len() || !self.read_more()? {
                return Ok(given);
            }
        }
    }

    /// Encoded bytes behind the pixels so far.
    pub fn left(&self) -> usize {
        self.source.length() - self.read + (self.end - self.start)
    }

    /// Reads the next piece behind what is left of the one before; false if there is none.
    fn read_more(&mut self) -> Result<bool, Damage> {
        self.room.copy_within(self.start..self.end, 0);
        self.end -= self.start;
        self.start = 0;
        let length = (self.room.len() - self.end).min(self.source.length() - self.read);
        let piece = &mut self.room[self.end..][..length];
        self.source.read(self.read, piece)?;
        self.read += length;
        self.end += length;
        Ok(length > 0)
    }
}
