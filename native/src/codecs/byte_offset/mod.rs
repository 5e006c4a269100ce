//! The byte offsets of CBF files (`x-CBF_BYTE_OFFSET`); no filter of HDF5.
//!
//! Each pixel is its difference to the one before, in a byte. The least number of 1, 2
//! or 4 bytes means that the difference follows in twice as many. Differences and sums
//! wrap as integers of 32 bits, or of 64 for pixels of 64. So the only difference of
//! pixels of 32 bits that takes 8 bytes is the least one, and readers that know no such
//! differences read all other frames.

mod decode;
mod encode;
mod pixel;
mod stream;
#[cfg(test)]
mod tests;

use std::ops::Range;

use super::{Chunk, Codec, Damage, Source};
use decode::decode;
use encode::encode;
use stream::Stream;

/// The most bytes of a pixel: those of every length, one after the other.
const LONGEST: usize = 1 + 2 + 4 + 8;
/// A byte that means two more.
const ESCAPE: u8 = 0x80;
/// Pixels that are decoded, or encoded, at the same time if each takes one byte.
const RUN: usize = 16;

/// Makes a function of the same name that runs its body compiled for the best CPU
/// that it finds: the compiler makes good vector code of runs, given AVX2.
macro_rules! dispatched {
    (
        $(#[$doc:meta])*
        $name:ident, $portable:ident, ($($given:ident: $type:ty),*) -> $result:ty
    ) => {
        $(#[$doc])*
        pub fn $name<P: Pixel>($($given: $type),*) -> $result {
            #[cfg(target_arch = "x86_64")]
            {
                #[target_feature(enable = "avx2")]
                fn with_avx2<P: Pixel>($($given: $type),*) -> $result {
                    $portable::<P>($($given),*)
                }
                if is_x86_feature_detected!("avx2") {
                    // SAFETY: the CPU has AVX2, all that the function asks for.
                    return unsafe { with_avx2::<P>($($given),*) };
                }
            }
            $portable::<P>($($given),*)
        }
    };
}
use dispatched;

type Decode = fn(&[u8], &mut [u8], &mut i64) -> (usize, usize);
type Encode = fn(&[u8], &mut [u8]) -> Option<usize>;

/// The byte offsets of one frame, whose pixels follow each other in little-endian order.
pub struct ByteOffset {
    frame: Chunk,
    decode: Decode,
    encode: Encode,
}

impl ByteOffset {
    /// Returns the codec for options `[signed]`, which is 0 or 1.
    ///
    /// None if the frame does not consist of integers.
    #[must_use]
    pub fn new(options: &[u32], frame: Chunk) -> Option<Self> {
        let (decode, encode): (Decode, Encode) = match (options, frame.itemsize) {
            ([1], 1) => (decode::<i8>, encode::<i8>),
            ([1], 2) => (decode::<i16>, encode::<i16>),
            ([1], 4) => (decode::<i32>, encode::<i32>),
            ([1], 8) => (decode::<i64>, encode::<i64>),
            ([0], 1) => (decode::<u8>, encode::<u8>),
            ([0], 2) => (decode::<u16>, encode::<u16>),
            ([0], 4) => (decode::<u32>, encode::<u32>),
            ([0], 8) => (decode::<u64>, encode::<u64>),
            _ => return None,
        };
        frame.length.is_multiple_of(frame.itemsize).then_some(Self {
            frame,
            decode,
            encode,
        })
    }
}

/// Bytes of a frame that are at hand at a time while it is read.
const PIECE: usize = 1 << 16;

impl ByteOffset {
    /// Checks that all pixels are there, `given` bytes of them, and no `more` encoded bytes.
    fn check(&self, given: usize, more: usize) -> Result<usize, Damage> {
        let Chunk { itemsize, length } = self.frame;
        let pixels = length / itemsize;
        if given < length {
            let given = given / itemsize;
            return Err(Damage::new(format!(
                "ends after {given} of {pixels} pixels"
            )));
        }
        if more > 0 {
            let text = format!("has {more} bytes more than its {pixels} pixels take");
            return Err(Damage::new(text));
        }
        Ok(length)
    }

    /// The room for the frame at the front of `target`.
    fn room<'a>(&self, target: &'a mut [u8]) -> Result<&'a mut [u8], Damage> {
        target
            .get_mut(..self.frame.length)
            .ok_or_else(|| Damage::new("holds more than the chunk takes"))
    }

    fn decode_pieces(&self, mut stream: Stream, target: &mut [u8]) -> Result<usize, Damage> {
        let given = stream.fill(self.decode, self.room(target)?)?;
        self.check(given, stream.left())
    }

    /// Decodes pixels, given as bytes, and passes all those before.
    fn decode_wanted(
        &self,
        mut stream: Stream,
        wanted: Range<usize>,
        target: &mut [u8],
    ) -> Result<(), Damage> {
        let passed = &mut vec![0; PIECE.min(wanted.start)];
        let mut at = 0;
        while at < wanted.start {
            let length = passed.len().min(wanted.start - at);
            let given = stream.fill(self.decode, &mut passed[..length])?;
            at += given;
            if given < length {
                return self.check(at, 0).map(drop);
            }
        }
        at += stream.fill(self.decode, target)?;
        if at == wanted.end {
            return Ok(());
        }
        self.check(at, 0).map(drop)
    }
}

impl Codec for ByteOffset {
    fn name(&self) -> &'static str {
        "byte-offset"
    }

    fn decode(&self, source: &[u8], target: &mut [u8]) -> Result<usize, Damage> {
        let (used, given) = (self.decode)(source, self.room(target)?, &mut 0);
        self.check(given, source.len() - used)
    }

    fn decode_reading(
        &self,
        source: &dyn Source,
        target: &mut [u8],
        _far: bool,
    ) -> Option<Result<usize, Damage>> {
        Some(self.decode_pieces(Stream::new(source, PIECE), target))
    }

    fn decode_part(
        &self,
        source: &dyn Source,
        wanted: Range<usize>,
        target: &mut [u8],
    ) -> Option<Result<(), Damage>> {
        let size = self.frame.itemsize;
        (wanted.start.is_multiple_of(size) && wanted.end.is_multiple_of(size))
            .then(|| self.decode_wanted(Stream::new(source, PIECE), wanted, target))
    }

    fn bound(&self, length: usize) -> usize {
        (length / self.frame.itemsize).saturating_mul(LONGEST)
    }

    fn encode(&self, source: &[u8], target: &mut [u8]) -> Result<usize, Damage> {
        (self.encode)(source, target).ok_or_else(|| Damage::new("gets longer than it may"))
    }
}
