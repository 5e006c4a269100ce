//! The index of a chunk: where each block starts.

use std::ops::Range;

use super::bytes::{Bytes, u32_at};
use crate::codecs::Damage;

/// Returns where the streams of each of `count` blocks are, and the dictionary behind them.
///
/// # Errors
/// If they lie outside the chunk.
pub fn read(
    bytes: &Bytes,
    start: usize,
    count: usize,
    dictionary: bool,
) -> Result<(Vec<Range<usize>>, Vec<u8>), Damage> {
    let mut end = count
        .checked_mul(4)
        .and_then(|length| length.checked_add(start))
        .ok_or_else(Damage::cut_short)?;
    let mut buffer = Vec::new();
    let words = bytes.read(start..end, &mut buffer)?.chunks_exact(4);
    let starts: Vec<usize> = words
        .map(|word| usize::try_from(u32_at(word, 0)?).map_err(|_| Damage::cut_short()))
        .collect::<Result<_, _>>()?;
    let mut words = Vec::new();
    if dictionary {
        let length = u32_at(bytes.read(end..end + 4, &mut buffer)?, 0)?;
        let length = usize::try_from(length).map_err(|_| Damage::cut_short())?;
        end += 4;
        words = bytes
            .read(end..end.saturating_add(length), &mut buffer)?
            .to_vec();
        end += length;
    }
    // Blocks may lie in any order; each ends where the next one starts.
    let mut sorted = starts.clone();
    sorted.sort_unstable();
    sorted.push(bytes.length());
    let places = starts.iter().map(|&start| {
        let next = sorted.partition_point(|&other| other <= start);
        match sorted.get(next) {
            Some(&stop) if start >= end => Ok(start..stop),
            _ => Err(Damage::new("has an index that points outside")),
        }
    });
    Ok((places.collect::<Result<_, _>>()?, words))
}
