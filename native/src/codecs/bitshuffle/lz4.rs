//! Blocks of LZ4, decoded faster than by the C library.
//!
//! Bitshuffled frames are long runs of zeros and of noise with short repeats between.
//! Everything is copied in whole vectors that may reach past its end, into room behind
//! the block; every access is checked all the same.

/// Bytes behind a block that are overwritten.
pub const ROOM: usize = 32;

/// Decodes `source` into the front of `target` and returns how many bytes it gave.
///
/// Of the target, the last `ROOM` bytes are no place for them, only overwritten.
/// `repeat` repeats a pattern of less than 16 bytes; the first start with it.
/// None if `source` is damaged.
#[allow(
    clippy::inline_always,
    reason = "`repeat` must end up in a function that enables its instructions"
)]
#[inline(always)]
pub fn decompress(
    source: &[u8],
    target: &mut [u8],
    repeat: impl Fn(&[u8; 16], usize) -> [u8; 32],
) -> Option<usize> {
    let mut from = 0;
    let mut end = 0;
    loop {
        let token;
        let distance;
        if let Some(window) = source.get(from..)?.first_chunk::<18>()
            && window[0] < 0xf0
        {
            // At most 14 literals, and more of the source behind them.
            token = window[0];
            let literals = usize::from(token >> 4);
            let place = target.get_mut(end..)?.first_chunk_mut::<16>()?;
            place.copy_from_slice(&window[1..17]);
            distance = u16::from_le_bytes([window[1 + literals], window[2 + literals]]);
            from += literals + 3;
            end += literals;
        } else {
            token = *source.get(from)?;
            from += 1;
            let literals = length(token >> 4, source, &mut from)?;
            copy_literals(source.get(from..)?, target.get_mut(end..)?, literals)?;
            from += literals;
            end += literals;
            if from == source.len() {
                return Some(end);
            }
            distance = u16::from_le_bytes(*source.get(from..)?.first_chunk()?);
            from += 2;
        }
        let count = length(token & 15, source, &mut from)? + 4;
        let distance = usize::from(distance);
        let area = target.get_mut(end.checked_sub(distance)?..end + count + ROOM)?;
        match distance {
            0 => return None,
            1..16 => {
                let pattern = repeat(area.first_chunk()?, distance);
                paste(&pattern, PERIODS[distance], &mut area[distance..], count)?;
            }
            16..32 => copy_along::<16>(area, distance, count)?,
            _ => copy_along::<32>(area, distance, count)?,
        }
        end += count;
    }
}

/// The most bytes, up to 32, that are a multiple of the index.
const PERIODS: [usize; 16] = {
    let mut periods = [32; 16];
    let mut i = 1;
    while i < 16 {
        periods[i] = 32 / i * i;
        i += 1;
    }
    periods
};

/// A length of which `first` was in the token, and more may follow in `source`.
#[inline]
fn length(first: u8, source: &[u8], from: &mut usize) -> Option<usize> {
    let mut length = usize::from(first);
    if first == 15 {
        loop {
            let more = *source.get(*from)?;
            *from += 1;
            length += usize::from(more);
            if more != 255 {
                break;
            }
        }
    }
    Some(length)
}

#[inline]
fn copy_literals(source: &[u8], target: &mut [u8], count: usize) -> Option<()> {
    let target = target.get_mut(..count + ROOM)?;
    if let Some(source) = source.get(..count + ROOM) {
        for (to, from) in target.chunks_exact_mut(ROOM).zip(source.chunks_exact(ROOM)) {
            to.copy_from_slice(from);
        }
    } else {
        target[..count].copy_from_slice(source.get(..count)?);
    }
    Some(())
}

/// Puts `pattern` at every `period` bytes.
#[inline]
fn paste(pattern: &[u8; 32], period: usize, target: &mut [u8], count: usize) -> Option<()> {
    let mut i = 0;
    while i < count {
        *target.get_mut(i..)?.first_chunk_mut()? = *pattern;
        i += period;
    }
    Some(())
}

/// Copies the front of `area` to `distance`, `N` bytes at a time, which is no more.
#[inline]
fn copy_along<const N: usize>(area: &mut [u8], distance: usize, count: usize) -> Option<()> {
    let mut i = 0;
    while i < count {
        let bytes: [u8; N] = *area.get(i..)?.first_chunk()?;
        *area.get_mut(i + distance..)?.first_chunk_mut()? = bytes;
        i += N;
    }
    Some(())
}

/// The first bytes of a pattern, repeated.
pub fn repeat(pattern: &[u8; 16], period: usize) -> [u8; 32] {
    std::array::from_fn(|i| pattern[i % period])
}
