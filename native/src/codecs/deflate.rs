//! Filter 1: one zlib stream.

use std::cell::RefCell;

use libdeflater::{CompressionLvl, Compressor, DecompressionError, Decompressor};

use super::{Codec, Damage};

/// The level of libdeflate for each of zlib's: about its ratio, as fast as can be.
const LEVELS: [i32; 10] = [0, 1, 1, 1, 1, 3, 6, 7, 8, 9];

thread_local! {
    static DECOMPRESSOR: RefCell<Decompressor> = RefCell::new(Decompressor::new());
    static COMPRESSOR: RefCell<Option<(CompressionLvl, Compressor)>> = const { RefCell::new(None) };
}

/// zlib, through libdeflate.
pub struct Deflate {
    level: CompressionLvl,
}

impl Deflate {
    /// Returns the codec for options `[level]`; None if zlib has no such level.
    #[must_use]
    pub fn new(options: &[u32]) -> Option<Self> {
        let level = usize::try_from(*options.first().unwrap_or(&6)).ok()?;
        let level = CompressionLvl::new(*LEVELS.get(level)?).ok()?;
        Some(Self { level })
    }
}

impl Codec for Deflate {
    fn name(&self) -> &'static str {
        "deflate"
    }

    fn decode(&self, source: &[u8], target: &mut [u8]) -> Result<usize, Damage> {
        decompress(source, target).map_err(|error| {
            Damage::new(match error {
                DecompressionError::BadData => "is damaged or cut short",
                DecompressionError::InsufficientSpace => "holds more than the chunk takes",
            })
        })
    }

    fn bound(&self, length: usize) -> usize {
        with_compressor(self.level, |compressor| {
            compressor.zlib_compress_bound(length)
        })
    }

    fn encode(&self, source: &[u8], target: &mut [u8]) -> Result<usize, Damage> {
        compress(source, self.level, target).ok_or_else(|| Damage::new("gets longer than it may"))
    }
}

/// Decompresses a stream into the front of `target` and returns how many bytes it gave.
///
/// # Errors
/// If it is damaged, or holds more than `target` takes.
pub fn decompress(source: &[u8], target: &mut [u8]) -> Result<usize, DecompressionError> {
    DECOMPRESSOR.with_borrow_mut(|decompressor| decompressor.zlib_decompress(source, target))
}

/// Compresses `source` into the front of `target` and returns how many bytes it gave;
/// None if it does not fit.
pub fn compress(source: &[u8], level: CompressionLvl, target: &mut [u8]) -> Option<usize> {
    with_compressor(level, |compressor| {
        compressor.zlib_compress(source, target).ok()
    })
}

/// Calls `work` with this thread's compressor for a level.
fn with_compressor<T>(level: CompressionLvl, work: impl FnOnce(&mut Compressor) -> T) -> T {
    COMPRESSOR.with_borrow_mut(|kept| match kept {
        Some((of, compressor)) if *of == level => work(compressor),
        _ => work(&mut kept.insert((level, Compressor::new(level))).1),
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::properties::{self, bytes};
    use super::*;

    /// `zlib.compress(b"frame frame frame", 9)`.
    const KNOWN: &[u8] = b"\x78\xda\x4b\x2b\x4a\xcc\x4d\x55\x48\x43\x90\x00\x39\x8f\x06\x62";

    #[test]
    fn what_zlib_wrote_is_read_even_with_bytes_after_it() {
        let codec = Deflate::new(&[4]).unwrap();
        let mut target = [0; 20];
        for source in [KNOWN, &[KNOWN, b"rest"].concat()] {
            assert_eq!(codec.decode(source, &mut target), Ok(17));
            assert_eq!(&target[..17], b"frame frame frame");
        }
    }

    #[test]
    fn a_stream_that_holds_more_than_the_chunk_is_damage() {
        let codec = Deflate::new(&[4]).unwrap();
        let damage = codec.decode(KNOWN, &mut [0; 16]).unwrap_err();
        assert_eq!(damage.to_string(), "holds more than the chunk takes");
    }

    #[test]
    fn a_level_that_zlib_does_not_know_is_not_ours() {
        assert!(Deflate::new(&[10]).is_none());
    }

    proptest! {
        #[test]
        fn holds_its_contract(level in 0..10u32, data in bytes(), damage: [u16; 2]) {
            properties::hold(&Deflate::new(&[level]).unwrap(), &data, damage);
        }
    }
}
