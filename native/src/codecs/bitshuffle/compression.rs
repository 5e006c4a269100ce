//! What makes a transposed block shorter.

use super::kernel::Kernel;
use super::lz4;
use crate::codecs::lz4 as block;
use crate::codecs::zstd::Zstd;
use crate::codecs::{Codec, Damage};

/// The compressors that the filter knows.
#[derive(Debug)]
pub enum Compression {
    /// As it is.
    None,
    /// One LZ4 block.
    Lz4,
    /// One zstd frame.
    Zstd(Zstd),
}

/// Bytes behind a decompressed block that are overwritten.
pub const ROOM: usize = lz4::ROOM;

impl Compression {
    /// The most bytes that `length` bytes are compressed to.
    pub fn bound(&self, length: usize) -> usize {
        match self {
            Self::None => length,
            Self::Lz4 => length + length / 255 + 16,
            Self::Zstd(zstd) => zstd.bound(length),
        }
    }

    /// Compresses `source` into the front of `target` and returns how many bytes it gave.
    pub fn compress(&self, source: &[u8], target: &mut [u8]) -> Result<usize, Damage> {
        match self {
            Self::None => {
                super::front(target, source.len())?.copy_from_slice(source);
                Ok(source.len())
            }
            Self::Lz4 => compress_lz4(source, target),
            Self::Zstd(zstd) => zstd.encode(source, target).map_err(of_zstd),
        }
    }

    /// Decompresses `source`, whose bytes just fill `target` but for its last `ROOM`.
    pub fn decompress(
        &self,
        source: &[u8],
        target: &mut [u8],
        kernel: &Kernel,
    ) -> Result<(), Damage> {
        let wanted = target.len() - ROOM;
        let given = match self {
            Self::None => {
                super::front(target, source.len())?.copy_from_slice(source);
                source.len()
            }
            Self::Lz4 => kernel
                .decompress_lz4(source, target)
                .ok_or_else(|| Damage::new("has a block that is no LZ4"))?,
            Self::Zstd(zstd) => {
                let target = &mut target[..wanted];
                zstd.decode(source, target).map_err(of_zstd)?
            }
        };
        if given == wanted {
            return Ok(());
        }
        let text = format!("has a block of {given} instead of {wanted} bytes");
        Err(Damage::new(text))
    }
}

#[allow(clippy::needless_pass_by_value, reason = "for `map_err`")]
fn of_zstd(damage: Damage) -> Damage {
    Damage::new(format!("zstd {damage}"))
}

fn compress_lz4(source: &[u8], target: &mut [u8]) -> Result<usize, Damage> {
    if source.len() > block::MOST {
        return Err(Damage::new("has blocks too long for LZ4"));
    }
    block::compress(source, target)
        .ok_or_else(|| Damage::new("has a block that LZ4 can't compress"))
}
