//! Filter 32000: the LZF of h5py.
//!
//! A control byte below 32 goes before that many literal bytes and one more. In any
//! other the three high bits are a length, with 7 for "plus the next byte"; the rest
//! and one more byte are a distance. Both count less: a match has 2 bytes more and
//! lies 1 byte further back.

use super::{Codec, Damage};

/// The most literal bytes behind one control byte.
const LITERALS: usize = 32;
/// The longest match and the farthest.
const LONGEST: usize = 2 + 7 + 255;
const FARTHEST: usize = 1 << 13;

/// A match is looked for where the same three bytes were last seen: in as many places.
const PLACES: u32 = 14;

/// LZF.
pub struct Lzf;

impl Codec for Lzf {
    fn name(&self) -> &'static str {
        "lzf"
    }

    fn decode(&self, source: &[u8], target: &mut [u8]) -> Result<usize, Damage> {
        let (mut read, mut given) = (0, 0);
        while let Some(control) = source.get(read).copied().map(usize::from) {
            read += 1;
            if control < LITERALS {
                copy(&source[read..], &mut target[given..], control + 1)?;
                read += control + 1;
                given += control + 1;
                continue;
            }
            let mut next = || {
                let byte = source
                    .get(read)
                    .copied()
                    .map(usize::from)
                    .ok_or_else(Damage::cut_short);
                read += 1;
                byte
            };
            let length = 2 + match control >> 5 {
                7 => 7 + next()?,
                length => length,
            };
            let distance = 1 + ((control & 31) << 8 | next()?);
            if distance > given {
                return Err(Damage::new("points before its start"));
            }
            if length > target.len() - given {
                return Err(long());
            }
            repeat(target, given, distance, length);
            given += length;
        }
        Ok(given)
    }

    fn bound(&self, length: usize) -> usize {
        length.saturating_add(length.div_ceil(LITERALS))
    }

    fn encode(&self, source: &[u8], target: &mut [u8]) -> Result<usize, Damage> {
        // h5py stores a chunk that gets no smaller as it is and marks it in the filter
        // mask. libhdf5 2.0 takes such a mask for 0 when it reads a chunk right after a
        // direct write of it, and keeps an old mask when the length stays; so we write
        // literals, and never the length of the chunk itself.
        let smaller = source.len().saturating_sub(1).min(target.len());
        compress(source, &mut target[..smaller])
            .or_else(|| write_literals(source, target, 0))
            .ok_or_else(|| Damage::new("gets longer than it may"))
    }
}

/// Copies the first `length` bytes of `source`, at most `LITERALS`, to the front of `target`.
fn copy(source: &[u8], target: &mut [u8], length: usize) -> Result<(), Damage> {
    // A copy of fixed length is much faster; the bytes too many are written again later.
    if let (Some(run), Some(part)) = (
        source.first_chunk::<LITERALS>(),
        target.first_chunk_mut::<LITERALS>(),
    ) {
        *part = *run;
        return Ok(());
    }
    let run = source.get(..length).ok_or_else(Damage::cut_short)?;
    let part = target.get_mut(..length).ok_or_else(long)?;
    part.copy_from_slice(run);
    Ok(())
}

/// Fills `length` bytes from `start` on with those `distance` before, which may overlap.
fn repeat(target: &mut [u8], start: usize, distance: usize, length: usize) {
    const FIXED: usize = 16;
    let from = start - distance;
    if length <= FIXED && distance >= FIXED && target.len() - start >= FIXED {
        target.copy_within(from..from + FIXED, start);
        return;
    }
    let (mut at, end) = (start, start + length);
    while at < end {
        // What is written doubles the pattern that may be copied at once.
        let length = (at - from).min(end - at);
        target.copy_within(from..from + length, at);
        at += length;
    }
}

fn long() -> Damage {
    Damage::new("holds more than the chunk takes")
}

/// Returns the length of `source` encoded in the front of `target`; None if it is longer.
fn compress(source: &[u8], target: &mut [u8]) -> Option<usize> {
    let mut seen = vec![0; 1 << PLACES];
    let (mut at, mut given) = (0, 0);
    let mut literals = 0;
    while let Some(three) = source.get(at..at + 3) {
        let key = u32::from_le_bytes([three[0], three[1], three[2], 0]);
        let place = key.wrapping_mul(0x9e37_79b1) >> (u32::BITS - PLACES);
        let candidate = std::mem::replace(&mut seen[place as usize], at);
        if candidate >= at
            || at - candidate > FARTHEST
            || &source[candidate..candidate + 3] != three
        {
            at += 1;
            continue;
        }
        given = write_literals(&source[literals..at], target, given)?;
        let end = source.len().min(at + LONGEST);
        let length = 3 + common(&source[candidate + 3..], &source[at + 3..end]);
        given = write_match(length, at - candidate, target, given)?;
        at += length;
        literals = at;
    }
    write_literals(&source[literals..], target, given)
}

/// How many bytes two slices begin with alike.
fn common(first: &[u8], second: &[u8]) -> usize {
    first.iter().zip(second).take_while(|(a, b)| a == b).count()
}

fn write_literals(literals: &[u8], target: &mut [u8], mut given: usize) -> Option<usize> {
    for run in literals.chunks(LITERALS) {
        let (control, part) = target
            .get_mut(given..=given + run.len())?
            .split_first_mut()?;
        *control = u8::try_from(run.len() - 1).ok()?;
        part.copy_from_slice(run);
        given += 1 + run.len();
    }
    Some(given)
}

fn write_match(length: usize, distance: usize, target: &mut [u8], given: usize) -> Option<usize> {
    let [.., high, low] = (distance - 1).to_be_bytes();
    let written: &[u8] = match u8::try_from(length - 2).ok().filter(|short| *short < 7) {
        Some(short) => &[short << 5 | high, low],
        None => &[7 << 5 | high, u8::try_from(length - 9).ok()?, low],
    };
    target
        .get_mut(given..given + written.len())?
        .copy_from_slice(written);
    Some(given + written.len())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::properties::{self, bytes};
    use super::*;

    #[test]
    fn what_h5py_wrote_is_read() {
        let mut target = [0; 28];
        let source = b"\ndetector, d\xe0\x06\t\x01or";
        assert_eq!(Lzf.decode(source, &mut target), Ok(28));
        assert_eq!(&target, b"detector, detector, detector");
    }

    #[test]
    fn a_match_may_overlap_what_it_gives() {
        // "ab" and ten bytes from two before; then twenty from ten before.
        let source = [1, b'a', b'b', 7 << 5, 1, 1, 7 << 5, 11, 9];
        let mut target = [0; 40];
        assert_eq!(Lzf.decode(&source, &mut target), Ok(32));
        assert_eq!(&target[..32], "ab".repeat(16).as_bytes());
    }

    #[test]
    fn a_match_before_the_start_is_damage() {
        let damage = Lzf.decode(&[0, b'a', 1 << 5, 1], &mut [0; 9]).unwrap_err();
        assert_eq!(damage.to_string(), "points before its start");
    }

    #[test]
    fn noise_becomes_literals() {
        let noise: Vec<u8> = (0..=255).collect();
        let mut target = vec![0; Lzf.bound(noise.len())];
        assert_eq!(Lzf.encode(&noise, &mut target), Ok(256 + 8));
        assert_eq!(target[..4], [31, 0, 1, 2]);
    }

    #[test]
    fn the_longest_and_the_farthest_match_come_back() {
        for gap in [FARTHEST - 3, FARTHEST - 2] {
            let start = [b"beam".repeat(100), vec![0; gap]].concat();
            let data = [&start[..], &b"beam".repeat(100)].concat();
            properties::hold(&Lzf, &data, [0, 0]);
        }
    }

    proptest! {
        #[test]
        fn holds_its_contract(data in bytes(), damage: [u16; 2]) {
            properties::hold(&Lzf, &data, damage);
        }
    }
}
