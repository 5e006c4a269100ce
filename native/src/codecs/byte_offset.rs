//! The byte offsets of CBF files (`x-CBF_BYTE_OFFSET`); no filter of HDF5.
//!
//! Each pixel is its difference to the one before, in a byte. The least number of 1, 2
//! or 4 bytes means that the difference follows in twice as many. Differences and sums
//! wrap as integers of 32 bits, or of 64 for pixels of 64: readers without differences of
//! 64 bits then get all that other formats would write with them, but one.

use super::{Chunk, Codec, Damage};

/// The most bytes of a pixel: those of every length, one after the other.
const LONGEST: usize = 1 + 2 + 4 + 8;
/// Pixels that are decoded, or encoded, at the same time if each takes one byte.
const RUN: usize = 8;

type Decode = fn(&[u8], &mut [u8]) -> Result<(), Damage>;
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

impl Codec for ByteOffset {
    fn name(&self) -> &'static str {
        "byte-offset"
    }

    fn decode(&self, source: &[u8], target: &mut [u8]) -> Result<usize, Damage> {
        let length = self.frame.length;
        let target = target
            .get_mut(..length)
            .ok_or_else(|| Damage::new("holds more than the chunk takes"))?;
        (self.decode)(source, target).map(|()| length)
    }

    fn bound(&self, length: usize) -> usize {
        (length / self.frame.itemsize).saturating_mul(LONGEST)
    }

    fn encode(&self, source: &[u8], target: &mut [u8]) -> Result<usize, Damage> {
        (self.encode)(source, target).ok_or_else(|| Damage::new("gets longer than it may"))
    }
}

/// A pixel of a frame.
trait Pixel {
    /// Wraps as the differences of such pixels do.
    type Sum: Sum;
    const BYTES: usize;

    /// The pixel in the first bytes.
    fn read(bytes: &[u8]) -> Self::Sum;

    /// Puts the pixel into as many bytes.
    fn write(value: Self::Sum, bytes: &mut [u8]);
}

/// A pixel, or the difference of two.
trait Sum: Copy + Default {
    fn plus(self, delta: i64) -> Self;
    fn minus(self, other: Self) -> Self;
    fn number(self) -> i64;
    /// Its last byte.
    fn byte(self) -> u8;
    /// Whether it is told by that byte alone.
    fn is_short(self) -> bool;
}

macro_rules! sums {
    ($($sum:ident)*) => {$(
        #[allow(clippy::cast_possible_truncation, reason = "sums wrap")]
        impl Sum for $sum {
            fn plus(self, delta: i64) -> Self {
                self.wrapping_add(delta as Self)
            }

            fn minus(self, other: Self) -> Self {
                self.wrapping_sub(other)
            }

            fn number(self) -> i64 {
                self.into()
            }

            fn byte(self) -> u8 {
                self.cast_unsigned() as u8
            }

            fn is_short(self) -> bool {
                self.wrapping_add(i8::MAX.into()).cast_unsigned() < u8::MAX.into()
            }
        }
    )*};
}

macro_rules! pixels {
    ($($pixel:ident: $sum:ident),*) => {$(
        #[allow(
            clippy::cast_lossless,
            clippy::cast_possible_truncation,
            clippy::cast_possible_wrap,
            clippy::cast_sign_loss,
            reason = "sums wrap"
        )]
        impl Pixel for $pixel {
            type Sum = $sum;
            const BYTES: usize = size_of::<$pixel>();

            fn read(bytes: &[u8]) -> $sum {
                let bytes = bytes.first_chunk().map_or([0; _], |bytes| *bytes);
                $pixel::from_le_bytes(bytes) as $sum
            }

            fn write(value: $sum, bytes: &mut [u8]) {
                bytes.copy_from_slice(&(value as $pixel).to_le_bytes());
            }
        }
    )*};
}

sums!(i32 i64);
pixels!(i8: i32, i16: i32, i32: i32, i64: i64, u8: i32, u16: i32, u32: i32, u64: i64);

/// Fills `target` with pixels, all that `source` holds.
fn decode<P: Pixel>(mut source: &[u8], target: &mut [u8]) -> Result<(), Damage> {
    let pixels = target.len() / P::BYTES;
    let mut value = P::Sum::default();
    let mut rest = target;
    while !rest.is_empty() {
        if let Some((run, room)) = source
            .first_chunk::<RUN>()
            .zip(rest.get_mut(..RUN * P::BYTES))
        {
            // Pixels from the first long one on are written once more, later.
            let short = short(*run);
            let mut values = [value; RUN + 1];
            for (i, byte) in run.iter().enumerate() {
                values[i + 1] = values[i].plus(byte.cast_signed().into());
                P::write(values[i + 1], &mut room[i * P::BYTES..][..P::BYTES]);
            }
            value = values[short];
            source = &source[short..];
            rest = &mut rest[short * P::BYTES..];
            if short == RUN {
                continue;
            }
        }
        let Some((delta, length)) = first_delta(source) else {
            let given = pixels - rest.len() / P::BYTES;
            return Err(Damage::new(format!(
                "ends after {given} of {pixels} pixels"
            )));
        };
        let (pixel, later) = rest.split_at_mut(P::BYTES);
        value = value.plus(delta);
        P::write(value, pixel);
        source = &source[length..];
        rest = later;
    }
    match source.len() {
        0 => Ok(()),
        more => Err(Damage::new(format!(
            "has {more} bytes more than its {pixels} pixels take"
        ))),
    }
}

/// How many bytes of a run there are before the first that does not tell a pixel alone.
fn short(run: [u8; RUN]) -> usize {
    const ONES: u64 = u64::from_ne_bytes([1; RUN]);
    const HIGHS: u64 = u64::from_ne_bytes([0x80; RUN]);
    let zero_if_long = u64::from_le_bytes(run) ^ HIGHS;
    // The lowest bit of these marks the first byte that is zero.
    let marks = zero_if_long.wrapping_sub(ONES) & !zero_if_long & HIGHS;
    marks.trailing_zeros() as usize / 8
}

/// The difference that `source` begins with, and its bytes; None if it ends before.
fn first_delta(source: &[u8]) -> Option<(i64, usize)> {
    let (&one, source) = source.split_first_chunk()?;
    let one = i8::from_le_bytes(one);
    if one != i8::MIN {
        return Some((one.into(), 1));
    }
    let (&two, source) = source.split_first_chunk()?;
    let two = i16::from_le_bytes(two);
    if two != i16::MIN {
        return Some((two.into(), 1 + 2));
    }
    let (&four, source) = source.split_first_chunk()?;
    let four = i32::from_le_bytes(four);
    if four != i32::MIN {
        return Some((four.into(), 1 + 2 + 4));
    }
    let eight = i64::from_le_bytes(*source.first_chunk()?);
    Some((eight, LONGEST))
}

/// Encodes pixels into the front of `target` and returns how many bytes they take.
fn encode<P: Pixel>(source: &[u8], target: &mut [u8]) -> Option<usize> {
    let mut before = P::Sum::default();
    let mut given = 0;
    for run in source.chunks(RUN * P::BYTES) {
        let mut deltas = [P::Sum::default(); RUN];
        let pixels = run.chunks_exact(P::BYTES);
        let count = pixels.len();
        for (delta, pixel) in deltas.iter_mut().zip(pixels) {
            let value = P::read(pixel);
            *delta = value.minus(before);
            before = value;
        }
        let all_short = deltas
            .iter()
            .fold(true, |all, delta| all & delta.is_short());
        if all_short && count == RUN {
            let room = target.get_mut(given..)?.first_chunk_mut::<RUN>()?;
            *room = deltas.map(Sum::byte);
            given += RUN;
        } else {
            for delta in &deltas[..count] {
                given += write_delta(delta.number(), target.get_mut(given..)?)?;
            }
        }
    }
    Some(given)
}

/// Puts a difference at the front of `target` and returns its bytes; None if it is too long.
fn write_delta(delta: i64, target: &mut [u8]) -> Option<usize> {
    let mut code = [0; LONGEST];
    let (one, longer) = code.split_first_chunk_mut()?;
    let (two, longer) = longer.split_first_chunk_mut()?;
    let (four, eight) = longer.split_first_chunk_mut()?;
    *one = i8::MIN.to_le_bytes();
    *two = i16::MIN.to_le_bytes();
    *four = i32::MIN.to_le_bytes();
    // The least number of each length stands for a longer one.
    let length = if let Some(short) = i8::try_from(delta).ok().filter(|it| *it != i8::MIN) {
        *one = short.to_le_bytes();
        1
    } else if let Some(short) = i16::try_from(delta).ok().filter(|it| *it != i16::MIN) {
        *two = short.to_le_bytes();
        1 + 2
    } else if let Some(short) = i32::try_from(delta).ok().filter(|it| *it != i32::MIN) {
        *four = short.to_le_bytes();
        1 + 2 + 4
    } else {
        eight.copy_from_slice(&delta.to_le_bytes());
        LONGEST
    };
    target.get_mut(..length)?.copy_from_slice(&code[..length]);
    Some(length)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::properties::{self, bytes};
    use super::*;

    const KINDS: [(u32, usize); 8] = [
        (1, 1),
        (1, 2),
        (1, 4),
        (1, 8),
        (0, 1),
        (0, 2),
        (0, 4),
        (0, 8),
    ];

    fn codec(signed: u32, itemsize: usize, length: usize) -> ByteOffset {
        ByteOffset::new(&[signed], Chunk { itemsize, length }).unwrap()
    }

    fn decoded(source: &[u8], pixels: usize) -> Result<Vec<i32>, String> {
        let mut target = vec![0; 4 * pixels];
        let done = codec(1, 4, target.len()).decode(source, &mut target);
        done.map_err(|damage| damage.to_string())?;
        let (pixels, _) = target.as_chunks();
        Ok(pixels.iter().map(|it| i32::from_le_bytes(*it)).collect())
    }

    fn encoded(pixels: &[i32]) -> Vec<u8> {
        let source: Vec<_> = pixels.iter().flat_map(|it| it.to_le_bytes()).collect();
        let codec = codec(1, 4, source.len());
        let mut target = vec![0; codec.bound(source.len())];
        let length = codec.encode(&source, &mut target).unwrap();
        target[..length].to_vec()
    }

    #[test]
    fn each_length_is_written_as_the_format_says() {
        assert_eq!(encoded(&[1, 0, 127]), [1, 0xff, 127]);
        assert_eq!(encoded(&[-128]), [0x80, 0x80, 0xff]);
        assert_eq!(encoded(&[-32768])[..3], [0x80, 0, 0x80]);
        assert_eq!(encoded(&[-32768])[3..], [0, 0x80, 0xff, 0xff]);
        let longest = [0x80, 0, 0x80, 0, 0, 0, 0x80, 0, 0, 0, 0x80];
        assert_eq!(encoded(&[i32::MIN])[..11], longest);
        assert_eq!(encoded(&[i32::MIN])[11..], [0xff; 4]);
    }

    #[test]
    fn a_sum_wraps() {
        let source = [0x80, 0, 0x80, 0xff, 0xff, 0xff, 0x7f, 1];
        assert_eq!(decoded(&source, 2).unwrap(), [i32::MAX, i32::MIN]);
        assert_eq!(encoded(&[i32::MAX, i32::MIN]), source);
    }

    #[test]
    fn too_few_pixels_and_too_many_are_damage() {
        let pixels: Vec<_> = (0..100).map(|i| i * i * i).collect();
        let source = encoded(&pixels);
        assert_eq!(decoded(&source, 100).unwrap(), pixels);
        let short = decoded(&source[..source.len() - 1], 100).unwrap_err();
        assert_eq!(short, "ends after 99 of 100 pixels");
        let long = decoded(&source, 99).unwrap_err();
        assert_eq!(long, "has 3 bytes more than its 99 pixels take");
        assert_eq!(decoded(&[], 9).unwrap_err(), "ends after 0 of 9 pixels");
    }

    #[test]
    fn only_integers_have_byte_offsets() {
        for (options, itemsize, length) in [(&[1][..], 3, 3), (&[2], 4, 4), (&[], 4, 4)] {
            assert!(ByteOffset::new(options, Chunk { itemsize, length }).is_none());
        }
        let (itemsize, length) = (4, 7);
        assert!(ByteOffset::new(&[1], Chunk { itemsize, length }).is_none());
    }

    proptest! {
        #[test]
        fn holds_its_contract(data in bytes(), damage: [u16; 2]) {
            for (signed, itemsize) in KINDS {
                let data = &data[..data.len() / itemsize * itemsize];
                properties::hold(&codec(signed, itemsize, data.len()), data, damage);
            }
        }

        #[test]
        fn what_begins_with_all_pixels_is_told_by_its_rest(source in bytes(), pixels in 0..99usize) {
            // Pixel by pixel, without the quick way.
            let (mut rest, mut value, mut wanted) = (&source[..], 0_i32, Vec::new());
            while wanted.len() < pixels && let Some((delta, length)) = first_delta(rest) {
                value = value.plus(delta);
                wanted.push(value);
                rest = &rest[length..];
            }
            let is_whole = wanted.len() == pixels && rest.is_empty();
            prop_assert_eq!(decoded(&source, pixels).ok(), is_whole.then_some(wanted.clone()));
            let used = source.len() - rest.len();
            prop_assert_eq!(decoded(&source[..used], wanted.len()), Ok(wanted));
        }
    }
}
