//! The filters of HDF5, and those of other formats, as pure functions on bytes.
//!
//! Bytes from a file are hostile: no codec reads past `source`, writes past
//! `target`, believes a length before it has bounded it by those two, or panics.

mod bitshuffle;
mod blosc;
mod blosc2;
mod byte_offset;
mod deflate;
mod fletcher32;
mod lz4;
mod lzf;
#[cfg(test)]
mod properties;
mod shuffle;
mod zstd;

use std::fmt;
use std::ops::Range;
use std::sync::Arc;

/// The filters that this crate knows, by the number registered with The HDF Group.
pub mod number {
    /// zlib.
    pub const DEFLATE: u32 = 1;
    /// Bytes of equal rank together.
    pub const SHUFFLE: u32 = 2;
    /// A checksum at the end.
    pub const FLETCHER32: u32 = 3;
    /// The LZF of h5py.
    pub const LZF: u32 = 32_000;
    /// Blosc 1.
    pub const BLOSC: u32 = 32_001;
    /// LZ4 in blocks.
    pub const LZ4: u32 = 32_004;
    /// Bits of equal rank together, alone or with LZ4 or zstd.
    pub const BITSHUFFLE: u32 = 32_008;
    /// One zstd frame.
    pub const ZSTD: u32 = 32_015;
    /// Blosc 2.
    pub const BLOSC2: u32 = 32_026;
    /// The byte offsets of CBF. HDF5 counts to 65535, so none of its files can name it.
    pub const BYTE_OFFSET: u32 = 1 << 16;
}

/// What a codec must know of the dataset beside its own options.
#[derive(Clone, Copy, Debug)]
pub struct Chunk {
    /// Bytes of one element.
    pub itemsize: usize,
    /// Bytes of a whole chunk, decoded.
    pub length: usize,
}

/// Why bytes could not be decoded, or not be encoded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Damage {
    text: String,
    unsupported: bool,
}

impl Damage {
    /// The damage that `text` describes; shown after the name of the filter.
    pub fn new(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            unsupported: false,
        }
    }

    /// The damage of bytes that end too early.
    #[must_use]
    pub fn cut_short() -> Self {
        Self::new("is cut short")
    }

    /// No damage: a feature of the format that this crate lacks. libhdf5 may have it.
    pub fn unsupported(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            unsupported: true,
        }
    }

    /// Whether libhdf5 may succeed where this crate did not.
    #[must_use]
    pub fn is_unsupported(&self) -> bool {
        self.unsupported
    }
}

impl fmt::Display for Damage {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.text)
    }
}

/// An encoded chunk that need not be read as a whole.
pub trait Source {
    /// Bytes of the encoded chunk.
    fn length(&self) -> usize;

    /// Fills `target` with the bytes from `offset` on.
    ///
    /// # Errors
    /// If they lie beyond the end, or could not be read.
    fn read(&self, offset: usize, target: &mut [u8]) -> Result<(), Damage>;

    /// Where the first blocks begin, as far as it was told to `remember`.
    fn known_blocks(&self) -> Blocks {
        Blocks::default()
    }

    /// Keeps where the first blocks begin, for those who read the chunk later.
    fn remember(&self, _blocks: Blocks) {}
}

/// Where the first blocks of an encoded chunk begin.
pub type Blocks = Arc<Vec<u32>>;

impl Source for &[u8] {
    fn length(&self) -> usize {
        self.len()
    }

    fn read(&self, offset: usize, target: &mut [u8]) -> Result<(), Damage> {
        let part = offset
            .checked_add(target.len())
            .and_then(|end| self.get(offset..end))
            .ok_or_else(Damage::cut_short)?;
        target.copy_from_slice(part);
        Ok(())
    }
}

/// One step of a filter pipeline.
pub trait Codec: Send + Sync {
    /// The name of the filter in messages.
    fn name(&self) -> &'static str;

    /// Decodes `source` into the front of `target` and returns how many bytes it gave.
    ///
    /// # Errors
    /// If `source` is damaged, or holds more than `target` takes.
    fn decode(&self, source: &[u8], target: &mut [u8]) -> Result<usize, Damage>;

    /// Decodes as `decode`, while `source` is read, piece by piece.
    ///
    /// What is decoded may be written past the caches if `far`: it is not read again
    /// soon. None where the format must have all of the source at hand.
    ///
    /// # Errors
    /// As `decode`, or if the source could not be read.
    fn decode_reading(
        &self,
        _source: &dyn Source,
        _target: &mut [u8],
        _far: bool,
    ) -> Option<Result<usize, Damage>> {
        None
    }

    /// The most bytes that `length` bytes may be encoded to.
    fn bound(&self, length: usize) -> usize;

    /// Encodes `source` into the front of `target`, which has the bound's length.
    ///
    /// # Errors
    /// If `source` can't be encoded with these options.
    fn encode(&self, source: &[u8], target: &mut [u8]) -> Result<usize, Damage>;

    /// Whether `decode_part` may be worth more than to decode the whole chunk.
    fn has_parts(&self) -> bool {
        false
    }

    /// The bytes that `append` takes: a multiple of these, and of the chunk's end any.
    ///
    /// None where the format has no independent blocks; the chunk must then be encoded
    /// whole.
    fn piece(&self) -> Option<usize> {
        None
    }

    /// Starts a chunk that is encoded piece by piece, as `encode` starts it.
    ///
    /// # Errors
    /// If it can't be encoded with these options.
    fn begin(&self, _target: &mut [u8]) -> Result<usize, Damage> {
        Ok(0)
    }

    /// Encodes the next piece of a chunk into `target`, behind those before.
    ///
    /// # Errors
    /// As `encode`.
    fn append(&self, piece: &[u8], target: &mut [u8]) -> Result<usize, Damage> {
        self.encode(piece, target)
    }

    /// Decodes only the bytes `wanted` of the chunk, into `target` of their number.
    ///
    /// Reads and decodes as little of `source` as the format allows. None where
    /// the format has no independent blocks; the chunk must then be decoded whole.
    fn decode_part(
        &self,
        _source: &dyn Source,
        _wanted: Range<usize>,
        _target: &mut [u8],
    ) -> Option<Result<(), Damage>> {
        None
    }
}

/// Returns the codec of the filter `number` with its options (HDF5's `cd_values`).
///
/// None if this crate has no codec for them; the chunk must then be read by libhdf5.
#[must_use]
pub fn codec(number: u32, options: &[u32], chunk: Chunk) -> Option<Box<dyn Codec>> {
    Some(match number {
        number::DEFLATE => Box::new(deflate::Deflate::new(options)?),
        number::SHUFFLE => Box::new(shuffle::Shuffle::new(options, chunk)?),
        number::FLETCHER32 => Box::new(fletcher32::Fletcher32),
        number::LZF => Box::new(lzf::Lzf),
        number::BITSHUFFLE => Box::new(bitshuffle::Bitshuffle::new(options, chunk)?),
        number::LZ4 => Box::new(lz4::Lz4::new(options, chunk)?),
        number::ZSTD => Box::new(zstd::Zstd::new(options)),
        number::BLOSC => Box::new(blosc::Blosc::new(options, chunk)?),
        number::BYTE_OFFSET => Box::new(byte_offset::ByteOffset::new(options, chunk)?),
        number::BLOSC2 => Box::new(blosc2::Blosc2::new(options, chunk)?),
        _ => return None,
    })
}
