//! Blosc 1: the chunk is cut in blocks, each shuffled and compressed alone.

mod blosclz;
pub mod bytes;
pub mod chunk;
pub mod compressor;
pub mod encode;
pub mod filter;
pub mod grid;
pub mod header;
mod index;

use std::ops::Range;

use super::{Chunk, Codec, Damage, Source};
use bytes::Bytes;
use encode::Settings;
use grid::Grid;

/// HDF5's filter 32001: one chunk of Blosc 1, or of Blosc 2, per chunk.
///
/// Options: the versions of filter and format, bytes of an element and of a chunk, level,
/// shuffle, compressor.
pub struct Blosc {
    settings: Settings,
    length: usize,
}

impl Blosc {
    /// Returns the filter; None for options that are not known here.
    #[must_use]
    pub fn new(options: &[u32], chunk: Chunk) -> Option<Self> {
        let itemsize = usize::try_from(options.get(2).copied().unwrap_or(1)).ok()?;
        let settings = Settings::new(header::BLOSC1, options, itemsize)?;
        Some(Self {
            settings,
            length: chunk.length,
        })
    }
}

/// The error of a chunk that holds fewer or more bytes than it should.
pub fn holds(length: usize, wanted: usize) -> Damage {
    Damage::new(format!("holds {length} of {wanted} bytes"))
}

impl Codec for Blosc {
    fn name(&self) -> &'static str {
        "Blosc"
    }

    fn decode(&self, source: &[u8], target: &mut [u8]) -> Result<usize, Damage> {
        let room = target.len();
        let chunk = chunk::Chunk::open(&Bytes::Here(source), room)?;
        let length = chunk.length;
        let target = target
            .get_mut(..length)
            .ok_or_else(|| holds(length, room))?;
        Grid::linear(length, chunk.block).read(&chunk, &(0..length), target)?;
        Ok(length)
    }

    fn bound(&self, length: usize) -> usize {
        length.saturating_add(self.settings.header())
    }

    fn encode(&self, source: &[u8], target: &mut [u8]) -> Result<usize, Damage> {
        let grid = Grid::linear(source.len(), self.settings.block(source.len()));
        self.settings.encode(&grid, source.len(), source, target)
    }

    fn has_parts(&self) -> bool {
        true
    }

    fn decode_part(
        &self,
        source: &dyn Source,
        wanted: Range<usize>,
        target: &mut [u8],
    ) -> Option<Result<(), Damage>> {
        Some(
            chunk::Chunk::open(&Bytes::all(source), self.length).and_then(|chunk| {
                let grid = Grid::linear(chunk.length, chunk.block);
                grid.part(&chunk, self.length, &wanted, target)
            }),
        )
    }
}

#[cfg(test)]
pub mod tests;
