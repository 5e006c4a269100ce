//! What the first bytes of a chunk of Blosc 1 or Blosc 2 say.

use super::bytes::u32_at;
use super::compressor::Compressor;
use super::filter::Filter;
use crate::codecs::Damage;

/// The version in the first byte of chunks of Blosc 1.
pub const BLOSC1: u8 = 2;
/// The version in the first byte of chunks of Blosc 2.
pub const BLOSC2: u8 = 5;
/// Bytes of Blosc 1's header.
pub const LENGTH1: usize = 16;
/// Bytes of Blosc 2's header.
pub const LENGTH2: usize = 32;

/// Bits of a header's third byte, below the compressor's format.
pub mod flag {
    /// Bytes are shuffled; together with the bits: Blosc 2's header.
    pub const SHUFFLE: u8 = 0x01;
    /// The bytes are as they are.
    pub const STORED: u8 = 0x02;
    /// Bits are shuffled.
    pub const BITSHUFFLE: u8 = 0x04;
    /// The difference from the first block is stored.
    pub const DELTA: u8 = 0x08;
    /// A block is one stream, not one for each byte of an element.
    pub const UNSPLIT: u8 = 0x10;
}

/// Where the format of the compressor is in the third byte.
pub const FORMAT_SHIFT: u8 = 5;
/// The version of all compressors' streams, in the second byte.
pub const STREAMS: u8 = 1;

/// A chunk's header.
pub struct Header {
    /// Bytes of the header.
    pub size: usize,
    /// Bytes of the chunk, decoded.
    pub length: usize,
    /// Bytes of a block, decoded; the last one may be shorter.
    pub block: usize,
    /// Bytes of the chunk, encoded, with the header.
    pub encoded: usize,
    /// Bytes of an element; 1 also for those of more than 255.
    pub typesize: usize,
    /// What follows.
    pub content: Content,
}

/// What follows the header.
pub enum Content {
    /// The bytes as they are.
    Stored,
    /// Nothing: all bytes are zero.
    Zeros,
    /// Nothing: all elements are not a number.
    Nans,
    /// One value, of which the chunk is full.
    Repeated,
    /// An index of blocks, and the blocks.
    Blocks(Coding),
}

/// How blocks are encoded.
pub struct Coding {
    /// The compressor of each stream.
    pub compressor: Compressor,
    /// Streams of a block; one that is shorter than the others is always one stream.
    pub streams: usize,
    /// Whether streams of one byte over and over have no data.
    pub runs: bool,
    /// The filters, in the order in which they were applied.
    pub filters: Vec<Filter>,
    /// Whether a dictionary follows the index.
    pub dictionary: bool,
}

/// Whether Blosc 1 splits blocks of `block` bytes.
pub fn splits1(typesize: usize, block: usize) -> bool {
    typesize <= 16 && block / typesize >= 128
}

impl Header {
    /// Returns what the first bytes say.
    ///
    /// # Errors
    /// If they can't be, or only the Blosc libraries know such chunks.
    pub fn parse(bytes: &[u8]) -> Result<Self, Damage> {
        let &[version, streams, flags, typesize] =
            bytes.first_chunk().ok_or_else(Damage::cut_short)?;
        let size = |at| {
            let number = u32_at(bytes, at)?;
            i32::try_from(number)
                .ok()
                .and_then(|number| usize::try_from(number).ok())
                .ok_or_else(|| Damage::new("has a header with a negative size"))
        };
        let (length, block, encoded) = (size(4)?, size(8)?, size(12)?);
        if typesize == 0 || block == 0 {
            return Err(Damage::new("has a header with a size of zero"));
        }
        let block = block.min(length.max(1));
        let typesize = usize::from(typesize);
        let (size, content) = match version {
            BLOSC1 => (LENGTH1, content1(flags, typesize, block)?),
            BLOSC2 => (LENGTH2, content2(bytes, flags, typesize)?),
            _ => return Err(unsupported("chunks", version)),
        };
        if matches!(content, Content::Blocks(_)) && streams != STREAMS {
            return Err(unsupported("streams", streams));
        }
        if matches!(content, Content::Stored) && length.checked_add(size) != Some(encoded) {
            return Err(Damage::new("has a stored chunk of another length"));
        }
        Ok(Self {
            size,
            length,
            block,
            encoded,
            typesize,
            content,
        })
    }
}

fn unsupported(what: &str, number: u8) -> Damage {
    Damage::unsupported(format!(
        "has {what} of kind {number}, which are not known here"
    ))
}

fn compressor(flags: u8) -> Result<Compressor, Damage> {
    let format = flags >> FORMAT_SHIFT;
    Compressor::from_format(format).ok_or_else(|| unsupported("streams", format))
}

fn content1(flags: u8, typesize: usize, block: usize) -> Result<Content, Damage> {
    if flags & flag::DELTA != 0 {
        return Err(unsupported("flags", flags));
    }
    if flags & flag::STORED != 0 {
        return Ok(Content::Stored);
    }
    let filters = match (flags & flag::SHUFFLE != 0, flags & flag::BITSHUFFLE != 0) {
        (false, false) => vec![],
        (true, false) => vec![Filter::Shuffle],
        (false, true) => vec![Filter::Bitshuffle { eights: true }],
        (true, true) => return Err(Damage::new("has a header with both ways to shuffle")),
    };
    let split = flags & flag::UNSPLIT == 0 && splits1(typesize, block);
    Ok(Content::Blocks(Coding {
        compressor: compressor(flags)?,
        streams: if split { typesize } else { 1 },
        runs: false,
        filters,
        dictionary: false,
    }))
}

fn content2(bytes: &[u8], flags: u8, typesize: usize) -> Result<Content, Damage> {
    let extra: &[u8; LENGTH2] = bytes.first_chunk().ok_or_else(Damage::cut_short)?;
    let (kinds, settings) = (&extra[16..22], &extra[24..30]);
    let (more, special) = (extra[31] & 0x8f, extra[31] >> 4 & 7);
    let long = flag::SHUFFLE | flag::BITSHUFFLE;
    if flags & long != long || extra[30] != 0 || more & !1 != 0 {
        return Err(unsupported("flags", flags));
    }
    match special {
        0 if flags & flag::STORED != 0 => return Ok(Content::Stored),
        0 => {}
        // What was never set may be anything, so zeros are as good as others.
        1 | 4 => return Ok(Content::Zeros),
        2 => return Ok(Content::Nans),
        3 => return Ok(Content::Repeated),
        _ => return Err(unsupported("values", special)),
    }
    let mut filters = Vec::new();
    for (&kind, &setting) in kinds.iter().zip(settings) {
        match kind {
            // Bits that the filter 4 cut off stay cut off.
            0 | 4 => {}
            1 if setting == 0 => filters.push(Filter::Shuffle),
            2 => filters.push(Filter::Bitshuffle { eights: false }),
            3 if filters.is_empty() => filters.push(Filter::Delta),
            _ => return Err(unsupported("filters", kind)),
        }
    }
    let compressor = compressor(flags)?;
    let dictionary = more & 1 != 0;
    if compressor == Compressor::Snappy || dictionary && compressor != Compressor::Zstd {
        return Err(unsupported("streams", flags >> FORMAT_SHIFT));
    }
    Ok(Content::Blocks(Coding {
        compressor,
        streams: if flags & flag::UNSPLIT == 0 {
            typesize
        } else {
            1
        },
        runs: true,
        filters,
        dictionary,
    }))
}
