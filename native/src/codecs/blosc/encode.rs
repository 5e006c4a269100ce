//! Writing one chunk of Blosc 1 or Blosc 2.

use super::compressor::Compressor;
use super::filter::Filter;
use super::grid::Grid;
use super::header::{self, BLOSC1, BLOSC2, flag};
use crate::codecs::Damage;

/// How chunks are encoded.
#[derive(Clone, Copy, Debug)]
pub struct Settings {
    /// `BLOSC1` or `BLOSC2`.
    pub version: u8,
    /// The compressor of each stream.
    pub compressor: Compressor,
    /// From 0, which compresses nothing, to 9.
    pub level: u8,
    /// What moves the bytes first.
    pub filter: Option<Filter>,
    /// Bytes of an element, 1 to 255.
    pub typesize: usize,
}

/// Where the options of both filters tell it.
const LEVEL: usize = 4;
const SHUFFLE: usize = 5;
const COMPRESSOR: usize = 6;

impl Settings {
    /// Returns what the options of a filter tell; None if it is not known here.
    pub fn new(version: u8, options: &[u32], itemsize: usize) -> Option<Self> {
        let option = |at, default| options.get(at).copied().unwrap_or(default);
        let level = u8::try_from(option(LEVEL, 5)).ok()?;
        let compressor = Compressor::from_option(option(COMPRESSOR, 0))?;
        if level > 9 || compressor == Compressor::Snappy && version != BLOSC1 {
            return None;
        }
        let eights = version == BLOSC1;
        let filter = match option(SHUFFLE, 1) {
            0 => None,
            1 => Some(Filter::Shuffle),
            2 => Some(Filter::Bitshuffle { eights }),
            _ => return None,
        };
        // Headers have room for no longer elements, which are called bytes.
        let typesize = if itemsize <= 255 { itemsize.max(1) } else { 1 };
        Some(Self {
            version,
            compressor,
            level,
            filter,
            typesize,
        })
    }

    /// Bytes of the header.
    pub fn header(&self) -> usize {
        if self.version == BLOSC1 {
            header::LENGTH1
        } else {
            header::LENGTH2
        }
    }

    /// Returns how many bytes a block should have where the user did not say.
    ///
    /// The scale is C-Blosc2's: a block, or each of its streams, fits in the cache.
    pub fn block(&self, length: usize) -> usize {
        const KB: usize = 1024;
        let slow = matches!(
            self.compressor,
            Compressor::Lz4Hc | Compressor::Zlib | Compressor::Zstd
        );
        let one = match self.level {
            0 => 8,
            1 => 16,
            2 => 32,
            3 => 64,
            4 | 5 => 128,
            _ => 256,
        };
        let one = if slow { 2 * one } else { one } * KB;
        let block = if self.splits(one.min(length)) {
            let stream = match self.level {
                0..=3 => 32,
                4..=6 => 64,
                7 => 128,
                8 => 256,
                _ => 512,
            };
            (stream * KB * self.typesize).min(4096 * KB)
        } else {
            one
        };
        (block.min(length) / self.typesize * self.typesize)
            .max(self.typesize.min(length))
            .max(1)
    }

    /// Whether each byte of an element has a stream of its own in blocks of `block` bytes.
    fn splits(&self, block: usize) -> bool {
        if self.version == BLOSC1 {
            // The first versions split such blocks whatever the header says.
            return self.compressor != Compressor::Zstd && header::splits1(self.typesize, block);
        }
        let fast = match self.compressor {
            Compressor::BloscLz | Compressor::Lz4 => true,
            Compressor::Zstd => self.level <= 5,
            _ => false,
        };
        fast && self.filter == Some(Filter::Shuffle)
            && self.typesize <= 16
            && block / self.typesize >= 32
    }

    /// Encodes the array `source`, of blocks as in `grid`, into the front of `target`.
    ///
    /// `length` is that of all blocks together. A chunk is at most that long, and its
    /// header: what gets no smaller is stored as it is.
    ///
    /// # Errors
    /// If the format has no room for so many bytes, or `target` has not.
    pub fn encode(
        &self,
        grid: &Grid,
        length: usize,
        source: &[u8],
        target: &mut [u8],
    ) -> Result<usize, Damage> {
        let stored = self.header() + length;
        let target = target
            .get_mut(..stored)
            .ok_or_else(|| Damage::new("was given too little room"))?;
        let encoded = self.blocks(grid, length, source, target);
        let end = encoded.unwrap_or(stored);
        let sizes = [length, grid.block(), end].map(i32::try_from);
        let [Ok(decoded), Ok(block), Ok(whole)] = sizes else {
            return Err(Damage::unsupported("takes no chunk of 2 GiB"));
        };
        let mut flags = flag::STORED;
        if encoded.is_some() {
            flags = self.flags(grid.block());
        } else {
            let mut buffer = Vec::new();
            let blocks = target[self.header()..].chunks_mut(grid.block());
            for (index, block) in blocks.enumerate() {
                block.copy_from_slice(grid.gather(source, index, block.len(), &mut buffer));
            }
        }
        self.write_header(flags, [decoded, block, whole], target);
        Ok(end)
    }

    fn flags(&self, block: usize) -> u8 {
        let unsplit = if self.splits(block) { 0 } else { flag::UNSPLIT };
        let shuffled = match self.filter {
            Some(Filter::Shuffle) => flag::SHUFFLE,
            Some(Filter::Bitshuffle { .. }) => flag::BITSHUFFLE,
            _ => 0,
        };
        shuffled | unsplit | self.compressor.format() << header::FORMAT_SHIFT
    }

    #[expect(
        clippy::cast_possible_truncation,
        reason = "elements have 1 to 255 bytes"
    )]
    fn write_header(&self, flags: u8, sizes: [i32; 3], target: &mut [u8]) {
        target[..4].copy_from_slice(&[self.version, header::STREAMS, flags, self.typesize as u8]);
        for (word, size) in target[4..].chunks_mut(4).zip(sizes) {
            word.copy_from_slice(&size.to_le_bytes());
        }
        if self.version == BLOSC2 {
            target[2] |= flag::SHUFFLE | flag::BITSHUFFLE;
            target[header::LENGTH1..header::LENGTH2].fill(0);
            target[header::LENGTH1 + 5] = self.filter.map_or(0, Filter::number);
        }
    }

    /// Encodes all blocks and returns where they end; None if that is beyond `target`.
    fn blocks(
        &self,
        grid: &Grid,
        length: usize,
        source: &[u8],
        target: &mut [u8],
    ) -> Option<usize> {
        if self.level == 0 {
            return None;
        }
        let size = grid.block();
        let streams = if self.splits(size) { self.typesize } else { 1 };
        let start = self.header();
        let mut end = start + 4 * grid.count();
        target.get(..end)?;
        let (mut gathered, mut moved) = (Vec::new(), Vec::new());
        for index in 0..grid.count() {
            let word = start + 4 * index;
            let place = u32::try_from(end).ok()?.to_le_bytes();
            target.get_mut(word..word + 4)?.copy_from_slice(&place);
            let whole = size.min(length - index * size);
            let mut block = grid.gather(source, index, whole, &mut gathered);
            if let Some(filter) = self.filter {
                moved.resize(whole, 0);
                filter.apply(self.typesize, block, &mut moved);
                block = &moved;
            }
            let streams = if whole < size { 1 } else { streams };
            for stream in block.chunks_exact(whole / streams) {
                end += self.stream(stream, target.get_mut(end..)?)?;
            }
        }
        Some(end)
    }

    /// Encodes one stream, with its length in front.
    fn stream(&self, stream: &[u8], target: &mut [u8]) -> Option<usize> {
        let (size, target) = target.split_first_chunk_mut::<4>()?;
        if self.version == BLOSC2
            && let Some((&first, rest)) = stream.split_first()
            && rest.iter().all(|byte| *byte == first)
        {
            *size = (-i32::from(first)).to_le_bytes();
            if first == 0 {
                return Some(4);
            }
            *target.first_mut()? = 1;
            return Some(5);
        }
        // A stream of its own length would be taken for one that is as it is.
        let room = target.len().min(stream.len() - 1);
        let encoded = self
            .compressor
            .encode(stream, self.level, &mut target[..room]);
        let encoded = if let Some(encoded) = encoded {
            encoded
        } else {
            target.get_mut(..stream.len())?.copy_from_slice(stream);
            stream.len()
        };
        *size = i32::try_from(encoded).ok()?.to_le_bytes();
        Some(4 + encoded)
    }
}
