//! Pixels from their differences.

use super::pixel::{Pixel, Sum};
use super::{LONGEST, RUN, dispatched};

dispatched! {
    /// Fills `target` with pixels behind one of that value, as far as `source` has them.
    ///
    /// Returns the bytes of `source` that were used and those of `target` that were
    /// filled, and leaves the value of the last pixel.
    decode, decode_portable, (source: &[u8], target: &mut [u8], last: &mut i64) -> (usize, usize)
}

#[allow(clippy::inline_always, reason = "to be compiled for the caller's CPU")]
#[inline(always)]
fn decode_portable<P: Pixel>(source: &[u8], target: &mut [u8], last: &mut i64) -> (usize, usize) {
    let (encoded, room) = (source.len(), target.len());
    let (mut source, mut rest) = (source, target);
    let mut value = P::Sum::default().plus(*last);
    while !rest.is_empty() {
        if let Some((run, room)) = source
            .first_chunk::<RUN>()
            .zip(rest.get_mut(..RUN * P::BYTES))
        {
            // Pixels from the first long one on are written once more, later.
            let sums = running_sums(*run);
            for (sum, pixel) in sums.iter().zip(room.chunks_exact_mut(P::BYTES)) {
                P::write(value.plus((*sum).into()), pixel);
            }
            let short = short(*run);
            if short > 0 {
                value = value.plus(sums[short - 1].into());
                source = &source[short..];
                rest = &mut rest[short * P::BYTES..];
            }
            if short == RUN {
                continue;
            }
        }
        let Some((delta, length)) = first_delta(source) else {
            break;
        };
        let (pixel, later) = rest.split_at_mut(P::BYTES);
        value = value.plus(delta);
        P::write(value, pixel);
        source = &source[length..];
        rest = later;
    }
    *last = value.number();
    (encoded - source.len(), room - rest.len())
}

/// The sums of the first differences of a run, of the first two, and so on.
#[cfg(target_arch = "x86_64")]
pub fn running_sums(run: [u8; RUN]) -> [i16; RUN] {
    // SAFETY: every such CPU has SSE2, all that the function asks for.
    unsafe { with_sse2(run) }
}

#[cfg(not(target_arch = "x86_64"))]
pub use one_by_one as running_sums;

/// As `running_sums`.
#[cfg(any(test, not(target_arch = "x86_64")))]
pub fn one_by_one(run: [u8; RUN]) -> [i16; RUN] {
    let mut sum = 0;
    run.map(|byte| {
        sum += i16::from(byte.cast_signed());
        sum
    })
}

/// As `running_sums`: those of each half in three steps.
#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "sse2")]
#[allow(clippy::cast_possible_truncation, reason = "halves, and 16 bits")]
fn with_sse2(run: [u8; RUN]) -> [i16; RUN] {
    use std::arch::x86_64::{
        __m128i, _mm_add_epi16, _mm_extract_epi16, _mm_set_epi64x, _mm_set1_epi16, _mm_slli_si128,
        _mm_srai_epi16, _mm_unpackhi_epi8, _mm_unpacklo_epi8,
    };
    let sums = |twice: __m128i| {
        let deltas = _mm_srai_epi16::<8>(twice);
        let sums = _mm_add_epi16(deltas, _mm_slli_si128::<2>(deltas));
        let sums = _mm_add_epi16(sums, _mm_slli_si128::<4>(sums));
        _mm_add_epi16(sums, _mm_slli_si128::<8>(sums))
    };
    let run = u128::from_le_bytes(run);
    let bytes = _mm_set_epi64x((run >> 64) as i64, run as i64);
    let low = sums(_mm_unpacklo_epi8(bytes, bytes));
    let high = sums(_mm_unpackhi_epi8(bytes, bytes));
    let high = _mm_add_epi16(high, _mm_set1_epi16(_mm_extract_epi16::<7>(low) as i16));
    let sums = [
        _mm_extract_epi16::<0>(low),
        _mm_extract_epi16::<1>(low),
        _mm_extract_epi16::<2>(low),
        _mm_extract_epi16::<3>(low),
        _mm_extract_epi16::<4>(low),
        _mm_extract_epi16::<5>(low),
        _mm_extract_epi16::<6>(low),
        _mm_extract_epi16::<7>(low),
        _mm_extract_epi16::<0>(high),
        _mm_extract_epi16::<1>(high),
        _mm_extract_epi16::<2>(high),
        _mm_extract_epi16::<3>(high),
        _mm_extract_epi16::<4>(high),
        _mm_extract_epi16::<5>(high),
        _mm_extract_epi16::<6>(high),
        _mm_extract_epi16::<7>(high),
    ];
    sums.map(|sum| sum as i16)
}

/// How many bytes of a run there are before the first that does not tell a pixel alone.
fn short(run: [u8; RUN]) -> usize {
    const ONES: u128 = u128::from_ne_bytes([1; RUN]);
    const HIGHS: u128 = u128::from_ne_bytes([0x80; RUN]);
    let zero_if_long = u128::from_le_bytes(run) ^ HIGHS;
    // The lowest bit of these marks the first byte that is zero.
    let marks = zero_if_long.wrapping_sub(ONES) & !zero_if_long & HIGHS;
    marks.trailing_zeros() as usize / 8
}

/// The difference that `source` begins with, and its bytes; None if it ends before.
pub fn first_delta(source: &[u8]) -> Option<(i64, usize)> {
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
