//! Filter 3: four bytes of checksum behind the data.

use super::{Codec, Damage};

const LENGTH: usize = 4;
const LANES: usize = 16;

/// Words that are summed before the sums are reduced: with more rows of `LANES`
/// words, a lane of the second sum could overflow (361 * 362 / 2 * 65535 < 2^32).
const BLOCK: usize = 360 * LANES;

/// Fletcher's checksum of 16-bit words.
pub struct Fletcher32;

impl Codec for Fletcher32 {
    fn name(&self) -> &'static str {
        "fletcher32"
    }

    fn decode(&self, source: &[u8], target: &mut [u8]) -> Result<usize, Damage> {
        let (data, stored) = source
            .split_last_chunk::<LENGTH>()
            .ok_or_else(Damage::cut_short)?;
        let target = target
            .get_mut(..data.len())
            .ok_or_else(|| Damage::new("holds more than the chunk takes"))?;
        let [big, little] = checksums(data, target);
        let stored = u32::from_le_bytes(*stored);
        // libhdf5 before 1.6.3 took the words as little-endian.
        if stored != big && stored != little {
            return Err(Damage::new("finds that bytes have changed"));
        }
        Ok(data.len())
    }

    fn bound(&self, length: usize) -> usize {
        length.saturating_add(LENGTH)
    }

    fn encode(&self, source: &[u8], target: &mut [u8]) -> Result<usize, Damage> {
        let (data, rest) = target.split_at_mut(source.len());
        let [big, _] = checksums(source, data);
        rest[..LENGTH].copy_from_slice(&big.to_le_bytes());
        Ok(source.len() + LENGTH)
    }
}

/// Copies `source` to `target` of its length; returns the checksums of its words taken
/// as big-endian and as little-endian.
fn checksums(source: &[u8], target: &mut [u8]) -> [u32; 2] {
    let (mut first, mut second) = (0, 0);
    for (from, to) in source.chunks(2 * BLOCK).zip(target.chunks_mut(2 * BLOCK)) {
        add(from, &mut first, &mut second);
        to.copy_from_slice(from);
    }
    // Modulo 65535, 256 times a word is that word with its bytes swapped; so is a sum.
    let little = [second, first].map(folded);
    let big = little.map(u16::swap_bytes);
    [big, little].map(|[second, first]| u32::from(second) << 16 | u32::from(first))
}

/// Adds a block's words, little-endian, to the sum of words and to the sum of sums.
fn add(block: &[u8], first: &mut u64, second: &mut u64) {
    let (mut words, mut sums) = ([0u32; LANES], [0u32; LANES]);
    let rows = block.chunks_exact(2 * LANES);
    let rest = rows.remainder();
    let count = (block.len() - rest.len()) / 2;
    for row in rows {
        for lane in 0..LANES {
            words[lane] += u32::from(u16::from_le_bytes([row[2 * lane], row[2 * lane + 1]]));
            sums[lane] += words[lane];
        }
    }
    // A lane's sum counts its words by rows; the word of lane i is i words further on.
    *second += *first * count as u64;
    for (lane, (words, sums)) in words.into_iter().zip(sums).enumerate() {
        *first += u64::from(words);
        *second += (LANES as u64) * u64::from(sums) - (lane as u64) * u64::from(words);
    }
    for pair in rest.chunks(2) {
        *first += pair
            .iter()
            .rev()
            .fold(0, |word, byte| word << 8 | u64::from(*byte));
        *second += *first;
    }
    (*first, *second) = (u64::from(folded(*first)), u64::from(folded(*second)));
}

/// The sum modulo 65535, where only a sum of zeros is 0.
fn folded(mut sum: u64) -> u16 {
    loop {
        match u16::try_from(sum) {
            Ok(word) => return word,
            Err(_) => sum = (sum & 0xffff) + (sum >> 16),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::properties::{self, bytes};
    use super::*;

    fn encoded(data: &[u8]) -> Vec<u8> {
        let mut target = vec![0; data.len() + LENGTH];
        Fletcher32.encode(data, &mut target).unwrap();
        target
    }

    /// The checksum as its definition has it, a word at a time.
    fn reference(data: &[u8]) -> u32 {
        let (mut first, mut second) = (0u64, 0u64);
        for pair in data.chunks(2) {
            first += u64::from(pair[0]) << 8 | pair.get(1).map_or(0, |byte| u64::from(*byte));
            second += first;
        }
        let fold =
            |sum: u64| u32::try_from(if sum == 0 { 0 } else { (sum - 1) % 65535 + 1 }).unwrap();
        fold(second) << 16 | fold(first)
    }

    #[test]
    fn known_checksums() {
        for (data, sum) in [
            (&b"abcde"[..], 0xf04f_c729_u32),
            (b"abcdef", 0x5650_2d2a),
            (b"", 0),
        ] {
            // Those published take the words as little-endian.
            let [_, little] = checksums(data, &mut vec![0; data.len()]);
            assert_eq!(little, sum);
        }
    }

    #[test]
    fn the_checksum_is_stored_as_libhdf5_stores_it() {
        assert_eq!(encoded(b"abcde"), b"abcde\xc7)\xf0O");
    }

    #[test]
    fn the_words_of_old_files_may_be_little_endian() {
        let mut source = encoded(b"abcde");
        for pair in source[5..].chunks_mut(2) {
            pair.reverse();
        }
        assert_eq!(Fletcher32.decode(&source, &mut [0; 5]), Ok(5));
    }

    #[test]
    fn every_flipped_bit_is_found() {
        let good = encoded(b"2048 x 2048 pixels");
        for bit in 0..good.len() * 8 {
            let mut bad = good.clone();
            bad[bit / 8] ^= 1 << (bit % 8);
            let damage = Fletcher32.decode(&bad, &mut [0; 18]).unwrap_err();
            assert_eq!(damage.to_string(), "finds that bytes have changed");
        }
    }

    proptest! {
        #[test]
        fn the_sum_is_the_one_defined(
            data in prop_oneof![
                bytes(),
                prop::collection::vec(250..=255u8, 0..40_000),
                (0..40_000usize).prop_map(|length| vec![255; length]),
            ],
        ) {
            prop_assert_eq!(checksums(&data, &mut vec![0; data.len()])[0], reference(&data));
        }

        #[test]
        fn holds_its_contract(data in bytes(), damage: [u16; 2]) {
            properties::hold(&Fletcher32, &data, damage);
        }
    }
}
