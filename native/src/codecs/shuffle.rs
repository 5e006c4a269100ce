//! Filter 2: the first byte of every element, then the second of every element ...

use super::{Chunk, Codec, Damage};

/// Elements that are handled together, so that what is read twice is still in cache.
const TILE: usize = 1024;

/// Bytes of equal rank together.
pub struct Shuffle {
    size: usize,
}

impl Shuffle {
    /// Returns the codec for options `[bytes of one element]`.
    #[must_use]
    pub fn new(options: &[u32], chunk: Chunk) -> Option<Self> {
        let size = match options.first() {
            Some(size) => usize::try_from(*size).ok()?,
            None => chunk.itemsize,
        };
        (size > 0).then_some(Self { size })
    }

    /// Applies `kernel` to the whole elements; the bytes behind them stay as they are.
    fn apply(
        &self,
        source: &[u8],
        target: &mut [u8],
        kernel: impl FnOnce(&[u8], &mut [u8], usize),
    ) -> Option<usize> {
        let target = target.get_mut(..source.len())?;
        let whole = source.len() - source.len() % self.size;
        let (elements, rest) = source.split_at(whole);
        let (front, back) = target.split_at_mut(whole);
        kernel(elements, front, self.size);
        back.copy_from_slice(rest);
        Some(source.len())
    }
}

impl Codec for Shuffle {
    fn name(&self) -> &'static str {
        "shuffle"
    }

    fn decode(&self, source: &[u8], target: &mut [u8]) -> Result<usize, Damage> {
        self.apply(source, target, unshuffle)
            .ok_or_else(|| Damage::new("holds more than the chunk takes"))
    }

    fn bound(&self, length: usize) -> usize {
        length
    }

    fn encode(&self, source: &[u8], target: &mut [u8]) -> Result<usize, Damage> {
        self.apply(source, target, shuffle)
            .ok_or_else(|| Damage::new("gets longer than it may"))
    }
}

/// Makes a function of the same name that runs its body compiled for the best CPU
/// that it finds: the compiler makes good vector code of plain loops, given AVX2.
macro_rules! dispatched {
    ($(#[$doc:meta])* $name:ident, $portable:ident) => {
        $(#[$doc])*
        pub(super) fn $name(source: &[u8], target: &mut [u8], size: usize) {
            #[cfg(target_arch = "x86_64")]
            {
                #[target_feature(enable = "avx2")]
                unsafe fn with_avx2(source: &[u8], target: &mut [u8], size: usize) {
                    $portable(source, target, size);
                }
                if is_x86_feature_detected!("avx2") {
                    // SAFETY: the CPU has AVX2, all that the function asks for.
                    return unsafe { with_avx2(source, target, size) };
                }
            }
            $portable(source, target, size);
        }
    };
}

dispatched! {
    /// Puts bytes of equal rank together.
    shuffle, shuffle_portable
}
dispatched! {
    /// Puts the bytes of each element together again.
    unshuffle, unshuffle_portable
}

#[allow(clippy::inline_always, reason = "to be compiled for the caller's CPU")]
#[inline(always)]
fn shuffle_portable(source: &[u8], target: &mut [u8], size: usize) {
    match size {
        1 => target.copy_from_slice(source),
        2 => split::<2>(source, target),
        4 => split::<4>(source, target),
        8 => split::<8>(source, target),
        _ => {
            let count = source.len() / size;
            for start in (0..count).step_by(TILE) {
                let rows = TILE.min(count - start);
                let tile = &source[start * size..];
                transpose(tile, size, &mut target[start..], count, (rows, size));
            }
        }
    }
}

#[allow(clippy::inline_always, reason = "to be compiled for the caller's CPU")]
#[inline(always)]
fn unshuffle_portable(source: &[u8], target: &mut [u8], size: usize) {
    match size {
        1 => target.copy_from_slice(source),
        2 => join::<2>(source, target),
        4 => join::<4>(source, target),
        8 => join::<8>(source, target),
        _ => {
            let count = source.len() / size;
            for start in (0..count).step_by(TILE) {
                let columns = TILE.min(count - start);
                let tile = &mut target[start * size..];
                transpose(&source[start..], count, tile, size, (size, columns));
            }
        }
    }
}

/// Shuffles elements of `N` bytes, a size for which the compiler finds vector code.
#[allow(clippy::inline_always, reason = "to be compiled for the caller's CPU")]
#[inline(always)]
fn split<const N: usize>(source: &[u8], target: &mut [u8]) {
    let count = source.len() / N;
    for (i, tile) in source.chunks(TILE * N).enumerate() {
        for rank in 0..N {
            let plane = &mut target[rank * count + i * TILE..][..tile.len() / N];
            for (byte, element) in plane.iter_mut().zip(tile.chunks_exact(N)) {
                *byte = element[rank];
            }
        }
    }
}

/// Undoes `split`.
#[allow(clippy::inline_always, reason = "to be compiled for the caller's CPU")]
#[inline(always)]
fn join<const N: usize>(source: &[u8], target: &mut [u8]) {
    let count = source.len() / N;
    let planes: [&[u8]; N] = std::array::from_fn(|rank| &source[rank * count..][..count]);
    for (i, element) in target.chunks_exact_mut(N).enumerate() {
        for rank in 0..N {
            element[rank] = planes[rank][i];
        }
    }
}

/// Transposes the matrix of bytes in `source` into `target`.
///
/// `pitch` and `target_pitch` are the bytes from one row to the next.
#[allow(clippy::inline_always, reason = "to be compiled for the caller's CPU")]
#[inline(always)]
fn transpose(
    source: &[u8],
    pitch: usize,
    target: &mut [u8],
    target_pitch: usize,
    (rows, columns): (usize, usize),
) {
    if rows < 8 || columns < 8 {
        for row in 0..rows {
            for column in 0..columns {
                target[column * target_pitch + row] = source[row * pitch + column];
            }
        }
        return;
    }
    // The last square of a row or column may overlap the one before it.
    for column in (0..columns)
        .step_by(8)
        .map(|column| column.min(columns - 8))
    {
        for row in (0..rows).step_by(8).map(|row| row.min(rows - 8)) {
            let mut square = [[0; 8]; 8];
            for (i, line) in square.iter_mut().enumerate() {
                line.copy_from_slice(&source[(row + i) * pitch + column..][..8]);
            }
            for (i, line) in transposed(square).iter().enumerate() {
                target[(column + i) * target_pitch + row..][..8].copy_from_slice(line);
            }
        }
    }
}

/// Transposes a square of bytes by swapping ever smaller squares off the diagonal.
#[allow(clippy::inline_always, reason = "to be compiled for the caller's CPU")]
#[inline(always)]
fn transposed(square: [[u8; 8]; 8]) -> [[u8; 8]; 8] {
    const MASKS: [(usize, u64); 3] = [
        (4, 0x0000_0000_ffff_ffff),
        (2, 0x0000_ffff_0000_ffff),
        (1, 0x00ff_00ff_00ff_00ff),
    ];
    let mut lines = square.map(u64::from_le_bytes);
    for (step, mask) in MASKS {
        for i in (0..8).filter(|i| i & step == 0) {
            let swapped = (lines[i] >> (8 * step) ^ lines[i + step]) & mask;
            lines[i + step] ^= swapped;
            lines[i] ^= swapped << (8 * step);
        }
    }
    lines.map(u64::to_le_bytes)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::properties::{self, bytes};
    use super::*;

    fn codec(size: u32) -> Shuffle {
        Shuffle::new(
            &[size],
            Chunk {
                itemsize: 1,
                length: 0,
            },
        )
        .unwrap()
    }

    /// What the format says, byte by byte.
    fn reference(source: &[u8], size: usize) -> Vec<u8> {
        let whole = &source[..source.len() / size * size];
        let ranks = (0..size).flat_map(|rank| whole.iter().skip(rank).step_by(size));
        ranks.chain(&source[whole.len()..]).copied().collect()
    }

    #[test]
    fn bytes_behind_the_last_whole_element_stay() {
        let mut target = [0; 8];
        assert_eq!(codec(3).encode(b"abcABC12", &mut target), Ok(8));
        assert_eq!(&target, b"aAbBcC12");
    }

    #[test]
    fn elements_without_bytes_are_refused() {
        assert!(
            Shuffle::new(
                &[0],
                Chunk {
                    itemsize: 1,
                    length: 0
                }
            )
            .is_none()
        );
    }

    proptest! {
        #[test]
        fn holds_its_contract(size in 1..40u32, data in bytes(), damage: [u16; 2]) {
            properties::hold(&codec(size), &data, damage);
        }

        #[test]
        fn every_kernel_does_what_the_format_says(
            size in prop_oneof![1..40usize, Just(100), Just(5000)],
            data in prop::collection::vec(any::<u8>(), 0..20_000),
        ) {
            let wanted = reference(&data, size);
            let mut shuffled = vec![0; data.len()];
            codec(u32::try_from(size).unwrap()).encode(&data, &mut shuffled).unwrap();
            prop_assert!(shuffled == wanted);

            let whole = data.len() / size * size;
            shuffle_portable(&data[..whole], &mut shuffled[..whole], size);
            prop_assert!(shuffled == wanted);

            let mut back = vec![0; whole];
            unshuffle_portable(&wanted[..whole], &mut back, size);
            prop_assert!(back == data[..whole]);
        }
    }
}
