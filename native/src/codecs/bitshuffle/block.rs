//! Blocks from a chunk to their places.

use std::ops::Range;

use super::Bitshuffle;
use super::compression::ROOM;
use super::layout::Layout;
use crate::codecs::Damage;

/// Decodes one block after the other.
pub struct BlockDecoder<'a> {
    filter: &'a Bitshuffle,
    rows: Vec<u8>,
    elements: Vec<u8>,
    far: bool,
}

impl<'a> BlockDecoder<'a> {
    /// A decoder for blocks of `layout`, whose bytes may go past the caches if `far`.
    pub fn new(filter: &'a Bitshuffle, layout: Layout, far: bool) -> Self {
        Self {
            filter,
            rows: vec![0; layout.longest() + ROOM],
            elements: vec![0; layout.longest()],
            far,
        }
    }

    /// Decodes a block of `length` bytes and puts those `inside` into their place.
    pub fn decode(
        &mut self,
        stored: &[u8],
        length: usize,
        inside: Range<usize>,
        place: &mut [u8],
    ) -> Result<(), Damage> {
        let Bitshuffle {
            compression,
            kernel,
            element,
            ..
        } = self.filter;
        let rows = &mut self.rows[..length + ROOM];
        compression.decompress(stored, rows, kernel)?;
        let rows = &rows[..length];
        let elements = &mut self.elements[..length];
        if self.far {
            kernel.untranspose(rows, elements, *element);
            kernel.copy_far(&elements[inside], place);
        } else if place.len() == length {
            kernel.untranspose(rows, place, *element);
        } else {
            kernel.untranspose(rows, elements, *element);
            place.copy_from_slice(&elements[inside]);
        }
        Ok(())
    }
}
