//! The compressors inside Blosc.

use libdeflater::CompressionLvl;

use super::blosclz;
use crate::codecs::{Damage, deflate, lz4, zstd};

/// A compressor, by which Blosc's streams are encoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Compressor {
    /// Blosc's own.
    BloscLz,
    /// LZ4.
    Lz4,
    /// LZ4 with a longer search; its streams are LZ4's.
    Lz4Hc,
    /// Snappy, in Blosc 1 only.
    Snappy,
    /// zlib.
    Zlib,
    /// zstd.
    Zstd,
}

impl Compressor {
    /// Returns the compressor with a number among the filter's options.
    pub fn from_option(number: u32) -> Option<Self> {
        use Compressor::{BloscLz, Lz4, Lz4Hc, Snappy, Zlib, Zstd};
        [BloscLz, Lz4, Lz4Hc, Snappy, Zlib, Zstd]
            .get(usize::try_from(number).ok()?)
            .copied()
    }

    /// Returns its number among the filter's options.
    pub fn option(self) -> u8 {
        self as u8
    }

    /// Returns the compressor of chunks with this format.
    pub fn from_format(format: u8) -> Option<Self> {
        Some(match format {
            0 => Self::BloscLz,
            1 => Self::Lz4,
            2 => Self::Snappy,
            3 => Self::Zlib,
            4 => Self::Zstd,
            _ => return None,
        })
    }

    /// What a chunk says of this compressor.
    pub fn format(self) -> u8 {
        match self {
            Self::BloscLz => 0,
            Self::Lz4 | Self::Lz4Hc => 1,
            Self::Snappy => 2,
            Self::Zlib => 3,
            Self::Zstd => 4,
        }
    }

    /// Decodes one stream, which must fill `target`.
    ///
    /// # Errors
    /// If it is damaged, or gives less or more.
    pub fn decode(self, source: &[u8], dictionary: &[u8], target: &mut [u8]) -> Result<(), Damage> {
        let length = match self {
            Self::BloscLz => return blosclz::decode(source, target),
            Self::Lz4 | Self::Lz4Hc => lz4::decompress(source, target),
            Self::Snappy => snap::raw::Decoder::new().decompress(source, target).ok(),
            Self::Zlib => deflate::decompress(source, target).ok(),
            Self::Zstd => zstd::decompress(source, dictionary, target).ok(),
        };
        if length == Some(target.len()) {
            return Ok(());
        }
        Err(Damage::new(format!(
            "holds a {} stream that is damaged",
            self.name()
        )))
    }

    /// Encodes `source` into the front of `target`; None if it does not fit.
    pub fn encode(self, source: &[u8], level: u8, target: &mut [u8]) -> Option<usize> {
        match self {
            Self::BloscLz => blosclz::encode(source, level.into(), target),
            Self::Lz4 => lz4::compress(source, target),
            Self::Lz4Hc => lz4::compress_hard(source, level, target),
            Self::Snappy => {
                let encoded = snap::raw::Encoder::new().compress_vec(source).ok()?;
                target.get_mut(..encoded.len())?.copy_from_slice(&encoded);
                Some(encoded.len())
            }
            Self::Zlib => {
                let level = CompressionLvl::new(level.into()).ok()?;
                deflate::compress(source, level, target)
            }
            Self::Zstd => {
                // Blosc's scale of 1 to 9 on zstd's of 1 to 22.
                let level = if level < 9 {
                    2 * i32::from(level) - 1
                } else {
                    22
                };
                zstd::compress(source, level, target).ok()
            }
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::BloscLz => "BloscLZ",
            Self::Lz4 | Self::Lz4Hc => "LZ4",
            Self::Snappy => "Snappy",
            Self::Zlib => "zlib",
            Self::Zstd => "zstd",
        }
    }
}
