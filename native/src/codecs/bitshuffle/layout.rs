//! Where the blocks of a chunk lie.

use std::ops::Range;

use crate::codecs::Damage;

/// Elements that are transposed together, at least.
const GROUP: usize = 8;

/// The blocks of a chunk, decoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Layout {
    /// Bytes of the chunk.
    pub length: usize,
    /// Bytes of all blocks; those after them are left as they are.
    pub body: usize,
    /// Bytes of a block; the last may be shorter.
    pub block: usize,
}

impl Layout {
    /// Returns the layout of `length` bytes in blocks of `block` bytes.
    ///
    /// # Errors
    /// If no chunk can have it.
    pub fn new(element: usize, block: usize, length: usize) -> Result<Self, Damage> {
        let group = element.saturating_mul(GROUP);
        if group == 0 || !length.is_multiple_of(element) {
            return Err(Damage::new(format!(
                "holds {length} bytes in elements of {element}"
            )));
        }
        if block == 0 || !block.is_multiple_of(group) {
            return Err(Damage::new(format!(
                "has blocks of {block} bytes for elements of {element}"
            )));
        }
        Ok(Self {
            length,
            body: length - length % group,
            block,
        })
    }

    /// The blocks, in order.
    pub fn blocks(self) -> impl Iterator<Item = Range<usize>> {
        (0..self.body)
            .step_by(self.block)
            .map(move |start| start..self.body.min(start.saturating_add(self.block)))
    }

    /// The bytes after the last block.
    pub fn rest(self) -> Range<usize> {
        self.body..self.length
    }

    /// Bytes of the longest block.
    pub fn longest(self) -> usize {
        self.block.min(self.body)
    }
}

/// Bytes of the block that is chosen where none is given.
pub fn default_block(element: usize) -> usize {
    let elements = (8192 / element.max(1) / GROUP * GROUP).max(128);
    elements.saturating_mul(element)
}
