//! The frame around the one chunk of Blosc 2 that a chunk of HDF5 is.
//!
//! A frame is a header, the chunks, one more chunk with the offset of each, and a
//! trailer. Its numbers have the highest byte first, unlike those of chunks. The header
//! ends with named pieces, the metalayers. The one called `b2nd` says that the chunk is
//! an array, how long it is along each axis, and how long blocks are.

use super::array::Shapes;
use crate::codecs::Damage;
use crate::codecs::blosc::bytes::Bytes;
use crate::codecs::blosc::chunk::{Chunk, Scratch};

/// Bytes of the header in front of the metalayers.
const FIXED: usize = 87;
/// No header is longer that holds no more than the shapes.
const LONGEST: usize = 1 << 16;
/// Version 2 in the low bits, 64 bits for an offset in the high ones.
const FLAGS: u8 = 0x12;
/// What stands before the metalayers: their list has three elements.
const LIST: u8 = 0x93;
const MAGIC: &[u8; 10] = b"\x9e\xa8b2frame\0";
/// A stored chunk of Blosc 2 with one offset, of zero.
const OFFSETS: &[u8; 40] = b"\x05\x01\x07\x08\x08\0\0\0\x08\0\0\0\x28\0\0\0\
    \0\0\0\0\0\x01\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0";
/// No metalayers, no fingerprint, and its own length of 35 bytes.
const TRAILER: &[u8; 35] =
    b"\x94\x01\x93\xcd\0\x06\xde\0\0\xdc\0\0\xce\0\0\0\x23\xd8\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0";

/// What a frame holds.
pub struct Frame<'a> {
    /// Its only chunk.
    pub chunk: Chunk<'a>,
    /// Bytes of an element.
    pub itemsize: usize,
    /// The array that the chunk is, if it is one.
    pub array: Option<Shapes>,
}

impl Frame<'_> {
    /// Bytes that follow the chunk in a frame.
    pub const END: usize = OFFSETS.len() + TRAILER.len();
}

impl<'a> Frame<'a> {
    /// Reads all but the blocks, none of which is longer than `most`.
    ///
    /// # Errors
    /// If it is damaged, or of a kind that is not known here.
    pub fn open(bytes: &Bytes<'a>, most: usize) -> Result<Self, Damage> {
        let mut buffer = Vec::new();
        let mut fixed = Reader(bytes.read(0..FIXED, &mut buffer)?);
        if fixed.take(MAGIC.len())? != MAGIC {
            return Err(Damage::new("has no frame"));
        }
        let header_end = fixed.size(0xd2, 4)?;
        let end = fixed.size(0xcf, 8)?;
        let flags = fixed.take(5)?;
        if flags[1..3] != [FLAGS, 0] {
            return Err(Damage::unsupported(
                "has a frame of a kind that is not known here",
            ));
        }
        let length = fixed.size(0xd3, 8)?;
        let encoded = fixed.size(0xd3, 8)?;
        let itemsize = fixed.size(0xd2, 4)?;
        let block = fixed.size(0xd2, 4)?.min(most);
        if length != fixed.size(0xd2, 4)? {
            return Err(Damage::unsupported("has a frame with several chunks"));
        }
        let bytes = bytes.narrow(0..end)?;
        if !(FIXED..=LONGEST).contains(&header_end) {
            return Err(Damage::unsupported(
                "has a frame with a header of unusual length",
            ));
        }
        let array = metalayers(bytes.read(0..header_end, &mut buffer)?)?;
        let chunks = bytes.narrow(header_end..end)?;
        let chunk = match offset(&chunks, encoded)? {
            Place::At(offset) => {
                let chunk = Chunk::open(&chunks.narrow(offset..chunks.length())?, most)?;
                if chunk.length != length {
                    return Err(Damage::new("has a chunk of another length than its frame"));
                }
                chunk
            }
            Place::Zeros => Chunk::zeros(length, block),
            Place::Nans => Chunk::nans(length, block, itemsize)?,
        };
        Ok(Self {
            chunk,
            itemsize,
            array,
        })
    }
}

enum Place {
    At(usize),
    Zeros,
    Nans,
}

/// Returns where the only chunk is, which the chunk behind the others tells.
fn offset(chunks: &Bytes, encoded: usize) -> Result<Place, Damage> {
    let offsets = Chunk::open(&chunks.narrow(encoded..chunks.length())?, 8)?;
    if (offsets.length, offsets.count()) != (8, 1) {
        return Err(Damage::new("has a frame with another number of chunks"));
    }
    let mut offset = [0; 8];
    offsets.decode(0, &mut Scratch::default(), &mut offset)?;
    match offset {
        [.., high] if high & 0x80 == 0 => usize::try_from(u64::from_le_bytes(offset))
            .map(Place::At)
            .map_err(|_| Damage::cut_short()),
        // What was never set may be anything, so zeros are as good as others.
        [.., 0x81 | 0x84] => Ok(Place::Zeros),
        [.., 0x82] => Ok(Place::Nans),
        _ => Err(Damage::unsupported(
            "has values of a kind that is not known here",
        )),
    }
}

/// Returns the shapes that a metalayer holds, if there is one that does.
fn metalayers(header: &[u8]) -> Result<Option<Shapes>, Damage> {
    let mut names = Reader(header.get(FIXED..).ok_or_else(Damage::cut_short)?);
    if names.is_empty() {
        return Ok(None);
    }
    names.expect(LIST)?;
    names.size(0xcd, 2)?;
    for _ in 0..names.size(0xde, 2)? {
        let name = names.byte()?;
        let name = names.take(usize::from(name & 0x1f))?;
        let offset = names.size(0xd2, 4)?;
        match name {
            b"b2nd" => {
                let mut content = Reader(header.get(offset..).ok_or_else(Damage::cut_short)?);
                let length = content.size(0xc6, 4)?;
                return Shapes::read(&mut Reader(content.take(length)?)).map(Some);
            }
            b"caterva" => return Err(Damage::unsupported("has an array of the old kind")),
            _ => {}
        }
    }
    Ok(None)
}

/// The bytes of a frame's header, taken from the front.
pub struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Returns the next bytes.
    ///
    /// # Errors
    /// If there are fewer.
    pub fn take(&mut self, length: usize) -> Result<&'a [u8], Damage> {
        self.0.split_off(..length).ok_or_else(Damage::cut_short)
    }

    /// Returns the next byte.
    ///
    /// # Errors
    /// If there is none.
    pub fn byte(&mut self) -> Result<u8, Damage> {
        self.take(1).map(|byte| byte[0])
    }

    /// Takes the byte `mark`.
    ///
    /// # Errors
    /// If the next one is another.
    pub fn expect(&mut self, mark: u8) -> Result<(), Damage> {
        if self.byte()? == mark {
            return Ok(());
        }
        Err(Damage::new("has a frame with a header that is damaged"))
    }

    /// Returns a number of `length` bytes that follows the byte `mark`.
    ///
    /// # Errors
    /// If there is something else, or the number is negative.
    pub fn size(&mut self, mark: u8, length: usize) -> Result<usize, Damage> {
        self.expect(mark)?;
        let bytes = self.take(length)?;
        let number = bytes
            .iter()
            .fold(0_u64, |number, byte| number << 8 | u64::from(*byte));
        if bytes.first().is_some_and(|byte| *byte >= 0x80) {
            return Err(Damage::new("has a frame with a negative size"));
        }
        usize::try_from(number).map_err(|_| Damage::cut_short())
    }
}

/// What the header of a frame tells beside the length of its chunk.
pub struct Facts {
    /// Bytes of the chunk, decoded.
    pub length: usize,
    /// Bytes of an element.
    pub itemsize: usize,
    /// Bytes of a block.
    pub block: usize,
    /// The number of the compressor among the options.
    pub compressor: u8,
    /// The level, 0 to 9.
    pub level: u8,
    /// The number of the last filter.
    pub filter: u8,
}

impl Facts {
    /// No header with the shapes of an array that we write is longer.
    pub const MOST: usize = 512;

    /// Returns the header of a frame with a chunk of `encoded` bytes.
    ///
    /// `array` tells the shapes, if the chunk is an array.
    pub fn header(&self, array: Option<&[u8]>, encoded: usize) -> Vec<u8> {
        let mut layers = vec![LIST];
        match array {
            None => layers.extend(b"\xcd\0\x07\xde\0\0\xdc\0\0"),
            Some(array) => {
                layers.extend(b"\xcd\0\x11\xde\0\x01\xa4b2nd");
                put(&mut layers, 0xd2, 4, FIXED + 20);
                layers.extend(b"\xdc\0\x01");
                put(&mut layers, 0xc6, 4, array.len());
                layers.extend(array);
            }
        }
        let length = FIXED + layers.len();
        let mut header = MAGIC.to_vec();
        put(&mut header, 0xd2, 4, length);
        put(&mut header, 0xcf, 8, length + encoded + Frame::END);
        // The last one: blocks are split as all versions can read them.
        header.extend([0xa4, FLAGS, 0, self.compressor | self.level << 4, 3]);
        put(&mut header, 0xd3, 8, self.length);
        put(&mut header, 0xd3, 8, encoded);
        for size in [self.itemsize, self.block, self.length] {
            put(&mut header, 0xd2, 4, size);
        }
        // One thread to encode, one to decode, no metalayers in the trailer.
        header.extend([0xd1, 0, 1, 0xd1, 0, 1, 0xc2]);
        header.extend([0xd8, 6, 0, 0, 0, 0, 0, self.filter, self.compressor]);
        header.resize(FIXED, 0);
        header.extend(layers);
        header
    }

    /// Returns what follows the chunk.
    pub fn end() -> impl Iterator<Item = u8> {
        OFFSETS.iter().chain(TRAILER).copied()
    }
}

/// Appends a number of `length` bytes after the byte `mark`.
pub fn put(target: &mut Vec<u8>, mark: u8, length: usize, number: usize) {
    target.push(mark);
    target.extend(&(number as u64).to_be_bytes()[8 - length..]);
}
