//! The array that a chunk of Blosc 2 may be, and its blocks.

use super::frame::{Reader, put};
use crate::codecs::Damage;
use crate::codecs::blosc::grid::Grid;

/// More axes are not allowed by the Blosc 2 library.
pub const AXES: usize = 8;

/// How long an array and its blocks are along each axis.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shapes {
    /// The array, in elements.
    pub array: Vec<usize>,
    /// A block, in elements.
    pub block: Vec<usize>,
}

impl Shapes {
    /// Returns blocks of about `elements` elements for an array.
    ///
    /// They are as long as the array along the last axes: whoever reads rows of it
    /// then decodes little beside them, and a block lies together in the array.
    pub fn divide(array: Vec<usize>, elements: usize) -> Self {
        let mut left = elements.max(1);
        let mut block: Vec<_> = array
            .iter()
            .rev()
            .map(|&length| {
                let most = length.min(left).max(1);
                left /= most;
                length.div_ceil(length.div_ceil(most).max(1))
            })
            .collect();
        block.reverse();
        Self { array, block }
    }

    /// Returns how the blocks lie in the array; None if that makes no sense.
    pub fn grid(&self, itemsize: usize) -> Option<Grid> {
        Grid::new(&self.array, &self.block, itemsize)
    }

    /// Reads the shapes as they are written in a frame.
    ///
    /// # Errors
    /// If they are damaged, or those of an array with several chunks.
    pub fn read(content: &mut Reader) -> Result<Self, Damage> {
        content.expect(0x97)?;
        if content.byte()? != 0 {
            return Err(Damage::unsupported(
                "has an array of a kind that is not known here",
            ));
        }
        let axes = content.byte()?;
        if !(1..=15).contains(&axes) {
            return Err(Damage::new("has an array without axes"));
        }
        let mut lengths = |mark, length| -> Result<Vec<usize>, Damage> {
            content.expect(0x90 | axes)?;
            (0..axes).map(|_| content.size(mark, length)).collect()
        };
        let (array, chunk) = (lengths(0xd3, 8)?, lengths(0xd2, 4)?);
        let block = lengths(0xd2, 4)?;
        if array != chunk {
            return Err(Damage::unsupported("has an array with several chunks"));
        }
        Ok(Self { array, block })
    }

    /// Returns the shapes as they are written in a frame.
    #[expect(
        clippy::cast_possible_truncation,
        reason = "there are at most eight axes"
    )]
    pub fn written(&self, itemsize: usize) -> Vec<u8> {
        let axes = self.array.len() as u8;
        let mut content = vec![0x97, 0, axes];
        for (lengths, mark, bytes) in [
            (&self.array, 0xd3, 8),
            (&self.array, 0xd2, 4),
            (&self.block, 0xd2, 4),
        ] {
            content.push(0x90 | axes);
            for length in lengths {
                put(&mut content, mark, bytes, *length);
            }
        }
        // The type as NumPy names it, here of bytes without a meaning.
        let name = format!("|V{itemsize}");
        content.push(0);
        put(&mut content, 0xdb, 4, name.len());
        content.extend(name.bytes());
        content
    }
}
