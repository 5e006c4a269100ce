//! Filter 32004: LZ4 in blocks that are independent of each other.
//!
//! In front are the length of the chunk, in eight bytes, and that of a block, in four;
//! before each block, the last of which may be shorter, its encoded length in four. All
//! are big-endian. A block that is as long as it will be decoded is stored as it is.

use std::ffi::c_int;
use std::ops::Range;

use lz4_sys::{LZ4_compress_HC, LZ4_compress_default, LZ4_decompress_safe};

use super::{Chunk, Codec, Damage, Source};

const HEADER: usize = 12;
const LENGTH: usize = 4;

/// The length of blocks where the options name none.
const BLOCK: usize = 1 << 30;

/// Of shorter blocks, reading one length after the other takes longer than decoding.
const SHORTEST: usize = 1 << 12;

/// LZ4, in HDF5's own framing.
pub struct Lz4 {
    block: usize,
    chunk: Chunk,
}

impl Lz4 {
    /// Returns the codec for options `[bytes of a block]`.
    #[must_use]
    pub fn new(options: &[u32], chunk: Chunk) -> Option<Self> {
        let block = match options.first() {
            None | Some(0) => BLOCK,
            Some(block) => usize::try_from(*block).ok()?,
        };
        Some(Self { block, chunk })
    }

    /// Decodes what is `wanted`, block by block; None if that would be no gain.
    fn part(
        &self,
        source: &dyn Source,
        wanted: Range<usize>,
        target: &mut [u8],
    ) -> Result<Option<()>, Damage> {
        let (total, block) = lengths(source)?;
        if total != self.chunk.length || wanted.end > total {
            return Err(Damage::new(format!("holds {total} bytes")));
        }
        if !(SHORTEST..total).contains(&block) {
            return Ok(None);
        }
        let mut offset = HEADER;
        let (mut encoded, mut decoded) = (Vec::new(), Vec::new());
        for start in (0..wanted.end).step_by(block) {
            let mut length = [0; LENGTH];
            source.read(offset, &mut length)?;
            let length = index(u32::from_be_bytes(length))?;
            offset += LENGTH;
            let end = total.min(start + block);
            if end > wanted.start {
                if length > source.length().saturating_sub(offset) {
                    return Err(Damage::cut_short());
                }
                encoded.resize(length, 0);
                source.read(offset, &mut encoded)?;
                decoded.resize(end - start, 0);
                unpack(&encoded, &mut decoded)?;
                let (from, to) = (wanted.start.max(start), wanted.end.min(end));
                target[from - wanted.start..to - wanted.start]
                    .copy_from_slice(&decoded[from - start..to - start]);
            }
            offset = offset.checked_add(length).ok_or_else(Damage::cut_short)?;
        }
        Ok(Some(()))
    }
}

impl Codec for Lz4 {
    fn name(&self) -> &'static str {
        "lz4"
    }

    fn decode(&self, source: &[u8], target: &mut [u8]) -> Result<usize, Damage> {
        let (total, block) = lengths(&source)?;
        let target = target.get_mut(..total).ok_or_else(too_much)?;
        let mut rest = source.get(HEADER..).ok_or_else(Damage::cut_short)?;
        for part in target.chunks_mut(block) {
            let (length, blocks) = rest.split_first_chunk().ok_or_else(Damage::cut_short)?;
            let (encoded, later) = blocks
                .split_at_checked(index(u32::from_be_bytes(*length))?)
                .ok_or_else(Damage::cut_short)?;
            unpack(encoded, part)?;
            rest = later;
        }
        Ok(total)
    }

    fn bound(&self, length: usize) -> usize {
        let blocks = length.div_ceil(self.block);
        length.saturating_add(HEADER + LENGTH * blocks)
    }

    fn encode(&self, source: &[u8], target: &mut [u8]) -> Result<usize, Damage> {
        let block = self.block.min(source.len());
        let stated = u32::try_from(block).map_err(|_| too_long())?;
        let (header, mut rest) = target.split_at_mut(HEADER);
        header[..8].copy_from_slice(&(source.len() as u64).to_be_bytes());
        header[8..].copy_from_slice(&stated.to_be_bytes());
        let mut given = HEADER;
        for part in source.chunks(block.max(1)) {
            let (length, blocks) = rest.split_at_mut(LENGTH);
            let packed = pack(part, &mut blocks[..part.len()]);
            given += LENGTH + packed;
            rest = &mut blocks[packed..];
            let packed = u32::try_from(packed).map_err(|_| too_long())?;
            length.copy_from_slice(&packed.to_be_bytes());
        }
        Ok(given)
    }

    fn decode_part(
        &self,
        source: &dyn Source,
        wanted: Range<usize>,
        target: &mut [u8],
    ) -> Option<Result<(), Damage>> {
        self.part(source, wanted, target).transpose()
    }
}

fn too_much() -> Damage {
    Damage::new("holds more than the chunk takes")
}

fn too_long() -> Damage {
    Damage::new("has blocks too long")
}

fn index(length: u32) -> Result<usize, Damage> {
    usize::try_from(length).map_err(|_| Damage::cut_short())
}

/// Reads the lengths of the chunk and of a block, which is at least 1.
fn lengths(source: &dyn Source) -> Result<(usize, usize), Damage> {
    let (mut total, mut block) = ([0; 8], [0; 4]);
    source.read(0, &mut total)?;
    source.read(total.len(), &mut block)?;
    let total = usize::try_from(u64::from_be_bytes(total)).map_err(|_| too_much())?;
    match index(u32::from_be_bytes(block))? {
        0 if total > 0 => Err(Damage::new("has blocks without bytes")),
        block => Ok((total, block.max(1))),
    }
}

/// Decodes one block into `target`, the whole of it.
fn unpack(source: &[u8], target: &mut [u8]) -> Result<(), Damage> {
    if source.len() == target.len() {
        target.copy_from_slice(source);
        return Ok(());
    }
    if source.len().max(target.len()) > MOST {
        return Err(too_long());
    }
    if decompress(source, target) == Some(target.len()) {
        Ok(())
    } else {
        Err(Damage::new("is damaged"))
    }
}

/// Encodes one block into `target`, of the same length, and returns how long it gets.
fn pack(source: &[u8], target: &mut [u8]) -> usize {
    let less = source.len().saturating_sub(1);
    compress(source, &mut target[..less]).unwrap_or_else(|| {
        target.copy_from_slice(source);
        source.len()
    })
}

/// The most bytes that LZ4 takes at once.
pub const MOST: usize = c_int::MAX.cast_unsigned() as usize;

/// Decompresses one LZ4 block into the front of `target` and returns how many bytes it
/// gave; None if it is damaged, or something is longer than `MOST`.
pub fn decompress(source: &[u8], target: &mut [u8]) -> Option<usize> {
    let (from, to) = (source.len().try_into().ok()?, target.len().try_into().ok()?);
    // SAFETY: the pointers and lengths are those of two slices, which don't overlap; of
    // any bytes, LZ4 reads and writes only within them.
    let given = unsafe {
        LZ4_decompress_safe(source.as_ptr().cast(), target.as_mut_ptr().cast(), from, to)
    };
    usize::try_from(given).ok()
}

/// Compresses `source` to one LZ4 block in the front of `target` and returns how many
/// bytes it gave; None if it does not fit, or is longer than `MOST`.
pub fn compress(source: &[u8], target: &mut [u8]) -> Option<usize> {
    let from = source.len().try_into().ok()?;
    let to = target.len().try_into().unwrap_or(c_int::MAX);
    // SAFETY: as in `decompress`.
    let given = unsafe {
        LZ4_compress_default(source.as_ptr().cast(), target.as_mut_ptr().cast(), from, to)
    };
    usize::try_from(given).ok().filter(|given| *given > 0)
}

/// Compresses as `compress`, with the longer search of this level.
pub fn compress_hard(source: &[u8], level: u8, target: &mut [u8]) -> Option<usize> {
    let from = source.len().try_into().ok()?;
    let to = target.len().try_into().unwrap_or(c_int::MAX);
    let level = level.into();
    // SAFETY: as in `decompress`.
    let given = unsafe {
        LZ4_compress_HC(
            source.as_ptr().cast(),
            target.as_mut_ptr().cast(),
            from,
            to,
            level,
        )
    };
    usize::try_from(given).ok().filter(|given| *given > 0)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::properties::{self, bytes};
    use super::*;

    fn codec(block: u32, length: usize) -> Lz4 {
        Lz4::new(
            &[block],
            Chunk {
                itemsize: 1,
                length,
            },
        )
        .unwrap()
    }

    fn encoded(codec: &Lz4, data: &[u8]) -> Vec<u8> {
        let mut target = vec![0; codec.bound(data.len())];
        let length = codec.encode(data, &mut target).unwrap();
        target.truncate(length);
        target
    }

    #[test]
    fn what_gets_no_smaller_is_stored_as_it_is() {
        let wanted = b"\0\0\0\0\0\0\0\x05\0\0\0\x03\0\0\0\x03fra\0\0\0\x02me";
        assert_eq!(encoded(&codec(3, 5), b"frame"), wanted);
    }

    #[test]
    fn blocks_without_bytes_are_damage() {
        let source = b"\0\0\0\0\0\0\0\x05\0\0\0\0\0\0\0\x05frame";
        let damage = codec(0, 5).decode(source, &mut [0; 5]).unwrap_err();
        assert_eq!(damage.to_string(), "has blocks without bytes");
    }

    #[test]
    fn a_part_of_one_block_or_of_tiny_ones_is_not_worth_it() {
        for block in [0, 1 << 16, 100] {
            let codec = codec(block, 1 << 16);
            let source = encoded(&codec, &vec![7; 1 << 16]);
            assert_eq!(codec.decode_part(&&source[..], 5..9, &mut [0; 4]), None);
        }
    }

    proptest! {
        #[test]
        fn holds_its_contract(block in 0..3000u32, data in bytes(), damage: [u16; 2]) {
            properties::hold(&codec(block, data.len()), &data, damage);
        }

        #[test]
        fn a_part_is_that_of_the_whole(
            block in 4096..9000u32,
            data in prop::collection::vec(0..9u8, 10_000..40_000),
            ends: [prop::sample::Index; 2],
            flip: prop::sample::Index,
        ) {
            let codec = codec(block, data.len());
            let [a, b] = ends.map(|end| end.index(data.len() + 1));
            let wanted = a.min(b)..a.max(b);
            let mut source = encoded(&codec, &data);
            let mut target = vec![0; wanted.len()];
            let done = codec.decode_part(&&source[..], wanted.clone(), &mut target);
            prop_assert_eq!(done, Some(Ok(())));
            prop_assert!(target == data[wanted.clone()]);

            let bit = flip.index(source.len() * 8);
            source[bit / 8] ^= 1 << (bit % 8);
            codec.decode_part(&&source[..], wanted, &mut target);
        }
    }
}
