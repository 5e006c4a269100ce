//! The differences of pixels.

use std::array;

use super::pixel::{Pixel, Sum};
use super::{ESCAPE, RUN, dispatched};

dispatched! {
    /// Encodes pixels into the front of `target` and returns how many bytes they take.
    encode, encode_portable, (source: &[u8], target: &mut [u8]) -> Option<usize>
}

#[allow(clippy::inline_always, reason = "to be compiled for the caller's CPU")]
#[inline(always)]
fn encode_portable<P: Pixel>(source: &[u8], target: &mut [u8]) -> Option<usize> {
    let mut before = P::Sum::default();
    let mut given = 0;
    let mut runs = source.chunks_exact(RUN * P::BYTES);
    for run in &mut runs {
        let pixels: [_; RUN] = array::from_fn(|i| P::read(&run[i * P::BYTES..]));
        let deltas: [_; RUN] =
            array::from_fn(|i| pixels[i].minus(if i == 0 { before } else { pixels[i - 1] }));
        before = pixels[RUN - 1];
        given += write_run(deltas, target.get_mut(given..)?)?;
    }
    for pixel in runs.remainder().chunks_exact(P::BYTES) {
        let value = P::read(pixel);
        given += write_delta(value.minus(before), target.get_mut(given..)?)?;
        before = value;
    }
    Some(given)
}

/// Puts differences at the front of `target` and returns their bytes; None if too many.
#[allow(clippy::inline_always, reason = "to be compiled for the caller's CPU")]
#[inline(always)]
fn write_run<S: Sum>(deltas: [S; RUN], target: &mut [u8]) -> Option<usize> {
    let all_within = |most| deltas.iter().fold(true, |all, it| all & it.is_within(most));
    if all_within(i8::MAX.into()) {
        *target.first_chunk_mut()? = deltas.map(|delta| delta.short()[0]);
        return Some(RUN);
    }
    let mut given = 0;
    if !all_within(i16::MAX) {
        for delta in deltas {
            given += write_delta(delta, target.get_mut(given..)?)?;
        }
        return Some(given);
    }
    for delta in deltas {
        // Without a branch, which nobody could foretell. The bytes too many are written
        // again later.
        let ([low, high], is_short) = (delta.short(), delta.is_within(i8::MAX.into()));
        let first = if is_short { low } else { ESCAPE };
        *target.get_mut(given..)?.first_chunk_mut()? = [first, low, high];
        given += if is_short { 1 } else { 3 };
    }
    Some(given)
}

/// Puts a difference at the front of `target` and returns its bytes; None if too many.
fn write_delta<S: Sum>(delta: S, target: &mut [u8]) -> Option<usize> {
    let [low, high] = delta.short();
    if delta.is_within(i8::MAX.into()) {
        *target.first_mut()? = low;
        return Some(1);
    }
    if delta.is_within(i16::MAX) {
        *target.first_chunk_mut()? = [ESCAPE, low, high];
        return Some(3);
    }
    let (escape, target) = target.split_first_chunk_mut()?;
    *escape = [ESCAPE, 0, ESCAPE];
    let number = delta.number();
    // The least number of each length stands for a longer one.
    if let Some(number) = i32::try_from(number).ok().filter(|it| *it != i32::MIN) {
        *target.first_chunk_mut()? = number.to_le_bytes();
        return Some(3 + 4);
    }
    let (escape, target) = target.split_first_chunk_mut()?;
    *escape = [0, 0, 0, ESCAPE];
    *target.first_chunk_mut()? = number.to_le_bytes();
    Some(3 + 4 + 8)
}
