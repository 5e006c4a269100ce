//! Filter 32015: one zstd frame.

use std::cell::RefCell;

use zstd_safe::{CCtx, DCtx};

use super::{Codec, Damage};

/// zstd's own default.
const LEVEL: i32 = 3;

thread_local! {
    static DECODER: RefCell<DCtx<'static>> = RefCell::new(DCtx::create());
    static ENCODER: RefCell<CCtx<'static>> = RefCell::new(CCtx::create());
}

/// Zstandard.
#[derive(Debug)]
pub struct Zstd {
    level: i32,
}

impl Zstd {
    /// Returns the codec for options `[level]`, where a negative one is stored modulo 2^32.
    #[must_use]
    pub fn new(options: &[u32]) -> Self {
        let level = options
            .first()
            .map_or(LEVEL, |level| i32::from_ne_bytes(level.to_ne_bytes()));
        Self {
            level: level.clamp(zstd_safe::min_c_level(), zstd_safe::max_c_level()),
        }
    }
}

impl Codec for Zstd {
    fn name(&self) -> &'static str {
        "zstd"
    }

    fn decode(&self, source: &[u8], target: &mut [u8]) -> Result<usize, Damage> {
        decompress(source, &[], target).map_err(damage)
    }

    fn bound(&self, length: usize) -> usize {
        zstd_safe::compress_bound(length)
    }

    fn encode(&self, source: &[u8], target: &mut [u8]) -> Result<usize, Damage> {
        compress(source, self.level, target).map_err(damage)
    }
}

/// Decompresses a frame into the front of `target` and returns how many bytes it gave.
///
/// # Errors
/// zstd's number for what is wrong.
pub fn decompress(source: &[u8], dictionary: &[u8], target: &mut [u8]) -> Result<usize, usize> {
    DECODER.with_borrow_mut(|decoder| {
        if dictionary.is_empty() {
            decoder.decompress(target, source)
        } else {
            decoder.decompress_using_dict(target, source, dictionary)
        }
    })
}

/// Compresses `source` to a frame in the front of `target` and returns its length.
///
/// # Errors
/// zstd's number for what is wrong, such as a `target` that is too short.
pub fn compress(source: &[u8], level: i32, target: &mut [u8]) -> Result<usize, usize> {
    ENCODER.with_borrow_mut(|encoder| encoder.compress(target, source, level))
}

fn damage(code: usize) -> Damage {
    Damage::new(format!("says: {}", zstd_safe::get_error_name(code)))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::properties::{self, bytes};
    use super::*;

    #[test]
    fn a_frame_without_its_length_is_read() {
        // Magic number, a window of 1 kB and no length, one raw block that is the last.
        let source = b"\x28\xb5\x2f\xfd\x00\x00\x29\x00\x00frame";
        let mut target = [0; 8];
        assert_eq!(Zstd::new(&[]).decode(source, &mut target), Ok(5));
        assert_eq!(&target[..5], b"frame");
    }

    #[test]
    fn levels_may_be_negative_and_have_bounds() {
        assert_eq!(Zstd::new(&[]).level, 3);
        assert_eq!(Zstd::new(&[u32::MAX]).level, -1);
        assert_eq!(Zstd::new(&[99]).level, 22);
    }

    proptest! {
        #[test]
        fn holds_its_contract(level in -5..8i32, data in bytes(), damage: [u16; 2]) {
            let level = u32::from_ne_bytes(level.to_ne_bytes());
            properties::hold(&Zstd::new(&[level]), &data, damage);
        }
    }
}
