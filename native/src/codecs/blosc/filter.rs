//! What Blosc does to a block before it compresses it.

use crate::codecs::bitshuffle::Kernel;
use crate::codecs::{Damage, shuffle};

/// A step before the compressor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Filter {
    /// Bytes of equal rank together.
    Shuffle,
    /// Bits of equal rank together.
    Bitshuffle {
        /// Blocks whose number of elements is no multiple of eight stay as they are.
        eights: bool,
    },
    /// Exclusive or: in the first block with the element before, in the others with
    /// the element in the same place of the first block.
    Delta,
}

impl Filter {
    /// The number by which Blosc 2 knows the filter.
    pub fn number(self) -> u8 {
        match self {
            Self::Shuffle => 1,
            Self::Bitshuffle { .. } => 2,
            Self::Delta => 3,
        }
    }

    /// Whether the filter moves bytes, from one place in memory to another.
    pub fn moves(self) -> bool {
        self != Self::Delta
    }

    /// Undoes a filter that moves bytes.
    pub fn undo(self, typesize: usize, source: &[u8], target: &mut [u8]) {
        let head = self.head(typesize, source.len());
        let (from, to) = (&source[..head], &mut target[..head]);
        match self {
            Self::Shuffle => shuffle::unshuffle(from, to, typesize),
            Self::Bitshuffle { .. } => Kernel::fastest().untranspose(from, to, typesize),
            Self::Delta => {}
        }
        target[head..].copy_from_slice(&source[head..]);
    }

    /// Applies a filter that moves bytes.
    pub fn apply(self, typesize: usize, source: &[u8], target: &mut [u8]) {
        let head = self.head(typesize, source.len());
        let (from, to) = (&source[..head], &mut target[..head]);
        match self {
            Self::Shuffle => shuffle::shuffle(from, to, typesize),
            Self::Bitshuffle { .. } => Kernel::fastest().transpose(from, to, typesize),
            Self::Delta => {}
        }
        target[head..].copy_from_slice(&source[head..]);
    }

    /// Returns how many bytes of a block are moved; those behind them stay.
    fn head(self, typesize: usize, length: usize) -> usize {
        let elements = length / typesize;
        match self {
            Self::Shuffle => elements * typesize,
            Self::Bitshuffle { eights: true } if !elements.is_multiple_of(8) => 0,
            Self::Bitshuffle { .. } => elements / 8 * 8 * typesize,
            Self::Delta => 0,
        }
    }
}

/// Undoes `Filter::Delta`; `first` is the first block, None for that one itself.
///
/// # Errors
/// If elements are cut in two, which the library encodes wrongly.
pub fn undo_delta(typesize: usize, first: Option<&[u8]>, block: &mut [u8]) -> Result<(), Damage> {
    let width = match typesize {
        1 | 2 | 4 | 8 => typesize,
        _ if typesize.is_multiple_of(8) => 8,
        _ => 1,
    };
    if !block.len().is_multiple_of(width) {
        return Err(Damage::unsupported("has differences of half elements"));
    }
    if let Some(first) = first {
        for (byte, reference) in block.iter_mut().zip(first) {
            *byte ^= reference;
        }
    } else {
        for i in width..block.len() {
            block[i] ^= block[i - width];
        }
    }
    Ok(())
}
