//! `BloscLZ`, the LZ77 format of Blosc itself, which stems from `FastLZ`.
//!
//! A stream is a row of instructions. The three high bits of the first byte are
//! 0 for a run of literals, of which the low five bits give the count less one.
//! Otherwise they are the length of a match less two; 7 means that bytes follow
//! which are added to it, up to and with the first that is not 255. The low five
//! bits and the next byte are the distance less one; where all thirteen bits are
//! set, two more bytes follow, which are added to it, high byte first. The first
//! instruction of a stream is always a run of literals, and so is the last one.

use crate::codecs::Damage;

const LITERALS: usize = 32;
const NEAR: usize = 8191;
const FAR: usize = NEAR + 65_535;
/// A match that starts this near to the end would leave no literals for the end.
const TAIL: usize = 12;
const HASH_BITS: u32 = 14;

/// Decodes `source`, which must fill `target`.
///
/// # Errors
/// If it is damaged, or gives less or more.
pub fn decode(source: &[u8], target: &mut [u8]) -> Result<(), Damage> {
    match decoded(source, target) {
        Some(length) if length == target.len() => Ok(()),
        _ => Err(damaged()),
    }
}

fn damaged() -> Damage {
    Damage::new("holds a BloscLZ stream that is damaged")
}

/// Returns how many bytes `source` gave, or None where it is damaged.
fn decoded(source: &[u8], target: &mut [u8]) -> Option<usize> {
    let mut at = 1;
    let mut end = 0;
    let mut instruction = usize::from(*source.first()? & 31);
    loop {
        if instruction < LITERALS {
            let count = instruction + 1;
            copy_literals(source, at, target, end, count)?;
            at += count;
            end += count;
        } else {
            let mut length = (instruction >> 5) + 2;
            if length == 9 {
                loop {
                    let more = *source.get(at)?;
                    at += 1;
                    length += usize::from(more);
                    if more != 255 {
                        break;
                    }
                }
            }
            let mut distance = (instruction & 31) << 8 | usize::from(*source.get(at)?);
            at += 1;
            if distance == NEAR {
                let more = source.get(at..at + 2)?;
                distance += usize::from(more[0]) << 8 | usize::from(more[1]);
                at += 2;
            }
            copy_match(target, end, distance + 1, length)?;
            end += length;
        }
        match source.get(at) {
            Some(next) => instruction = usize::from(*next),
            None => return Some(end),
        }
        at += 1;
    }
}

/// Copies up to 32 bytes; as one piece where both sides have room for it.
fn copy_literals(
    source: &[u8],
    at: usize,
    target: &mut [u8],
    end: usize,
    count: usize,
) -> Option<()> {
    if let (Some(from), Some(to)) = (
        source.get(at..at + LITERALS),
        target.get_mut(end..end + LITERALS),
    ) {
        to.copy_from_slice(from);
    } else {
        target
            .get_mut(end..end + count)?
            .copy_from_slice(source.get(at..at + count)?);
    }
    Some(())
}

/// Repeats `length` bytes from `distance` back; the two may overlap.
fn copy_match(target: &mut [u8], end: usize, distance: usize, length: usize) -> Option<()> {
    const PIECE: usize = 16;
    let start = end.checked_sub(distance)?;
    let stop = end.checked_add(length)?;
    if stop > target.len() {
        return None;
    }
    if distance == 1 {
        let byte = target[start];
        target[end..stop].fill(byte);
    } else if distance >= PIECE && stop + PIECE <= target.len() {
        for offset in (0..length).step_by(PIECE) {
            let piece: [u8; PIECE] = *target[start + offset..].first_chunk()?;
            target[end + offset..end + offset + PIECE].copy_from_slice(&piece);
        }
    } else {
        // What is repeated gets longer with each copy.
        let mut done = 0;
        while done < length {
            let part = (distance + done).min(length - done);
            target.copy_within(start..start + part, end + done);
            done += part;
        }
    }
    Some(())
}

/// Encodes `source` into the front of `target`; None if it does not fit.
///
/// `effort` from 1 to 9: how long the search goes on where nothing matches.
pub fn encode(source: &[u8], effort: u32, target: &mut [u8]) -> Option<usize> {
    let mut table = vec![0u32; 1 << HASH_BITS];
    let mut writer = Writer { target, end: 0 };
    let (mut anchor, mut at, mut misses) = (0, 1, 0_usize);
    while at + TAIL < source.len() {
        let word = source[at..].first_chunk::<4>()?;
        let hash = u32::from_le_bytes(*word).wrapping_mul(2_654_435_761) >> (32 - HASH_BITS);
        let candidate = table[hash as usize] as usize;
        table[hash as usize] = u32::try_from(at).ok()?;
        let distance = at - candidate;
        let length = if distance <= FAR && source[candidate..candidate + 4] == *word {
            common(source, candidate, at)
        } else {
            0
        };
        // A far match of fewer bytes costs more than it saves.
        if length < if distance > NEAR { 6 } else { 4 } {
            misses += 1;
            at += 1 + (misses >> (effort + 2));
            continue;
        }
        writer.literals(&source[anchor..at])?;
        writer.repeat(distance - 1, length)?;
        at += length;
        (anchor, misses) = (at, 0);
    }
    writer.literals(&source[anchor..])?;
    Some(writer.end)
}

/// Returns how many bytes are the same from the two places on, less the tail.
fn common(source: &[u8], candidate: usize, at: usize) -> usize {
    let stop = source.len() - TAIL / 2;
    source[candidate..]
        .iter()
        .zip(&source[at..stop])
        .take_while(|(a, b)| a == b)
        .count()
}

struct Writer<'a> {
    target: &'a mut [u8],
    end: usize,
}

impl Writer<'_> {
    fn put(&mut self, bytes: &[u8]) -> Option<()> {
        self.target
            .get_mut(self.end..self.end + bytes.len())?
            .copy_from_slice(bytes);
        self.end += bytes.len();
        Some(())
    }

    #[expect(
        clippy::cast_possible_truncation,
        reason = "a run has 1 to 32 literals"
    )]
    fn literals(&mut self, bytes: &[u8]) -> Option<()> {
        for run in bytes.chunks(LITERALS) {
            self.put(&[run.len() as u8 - 1])?;
            self.put(run)?;
        }
        Some(())
    }

    #[expect(
        clippy::cast_possible_truncation,
        reason = "each byte takes its bits of a number"
    )]
    fn repeat(&mut self, distance: usize, length: usize) -> Option<()> {
        let near = distance.min(NEAR);
        let short = (length - 2).min(7);
        self.put(&[(short << 5 | near >> 8) as u8])?;
        if short == 7 {
            let mut rest = length - 9;
            while rest >= 255 {
                self.put(&[255])?;
                rest -= 255;
            }
            self.put(&[rest as u8])?;
        }
        self.put(&[near as u8])?;
        if near == NEAR {
            let far = distance - NEAR;
            self.put(&[(far >> 8) as u8, far as u8])?;
        }
        Some(())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::codecs::properties::bytes;

    #[test]
    fn a_stream_of_each_instruction_is_decoded() {
        // Three literals; nine and then ten bytes from three back; "!", "." and four of it.
        let source = b"\x02abc\xe0\x00\x02\xe0\x01\x02\x01!.\x40\x00";
        assert_eq!(decode(source, &mut [0; 27]), Err(damaged()));
        assert_eq!(decode(source, &mut [0; 29]), Err(damaged()));
        let mut target = [0; 28];
        assert_eq!(decode(source, &mut target), Ok(()));
        assert_eq!(&target, b"abcabcabcabcabcabcabca!.....");
    }

    #[test]
    fn a_match_before_the_start_is_damage() {
        assert_eq!(decode(b"\x00a\x20\x01", &mut [0; 4]), Err(damaged()));
    }

    #[test]
    fn a_match_from_far_is_decoded() {
        let mut data = vec![0; NEAR + 300];
        data[..6].copy_from_slice(b"frames");
        data.extend(b"frames!");
        let mut encoded = vec![0; data.len()];
        let length = encode(&data, 9, &mut encoded).unwrap();
        let mut target = vec![1; data.len()];
        assert_eq!(decode(&encoded[..length], &mut target), Ok(()));
        assert!(target == data);
    }

    proptest! {
        #[test]
        fn what_was_encoded_comes_back(data in bytes(), effort in 1..10u32, from in 0..70_000usize) {
            let data = [&data[..], &vec![7; from], &data[..], b"the end."].concat();
            let mut encoded = vec![0; 2 * data.len() + 99];
            let length = encode(&data, effort, &mut encoded).unwrap();
            let mut target = vec![1; data.len()];
            prop_assert_eq!(decode(&encoded[..length], &mut target), Ok(()));
            prop_assert!(target == data);
            prop_assert_eq!(encode(&data, effort, &mut encoded[..length - 1]), None);
        }

        #[test]
        fn any_bytes_are_decoded_or_damage(
            source in prop::collection::vec(any::<u8>(), 0..200),
            length in 0..3000usize,
        ) {
            let mut target = vec![0; length + 64];
            let _ = decode(&source, &mut target[..length]);
            prop_assert_eq!(&target[length..], &[0; 64]);
        }
    }
}
