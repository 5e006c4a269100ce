//! Bits of equal rank together, and back: the transpose at the heart of the filter.
//!
//! A block of `n` elements of `size` bytes (`n` a multiple of eight) becomes
//! `8 * size` rows of `n / 8` bytes. Row `8 * b + j` holds bit `j` of byte `b` of every
//! element; column `c` of the rows belongs to the elements `8 * c` to `8 * c + 7`,
//! the first in the lowest bit.

use std::ops::Range;

/// Transposes `columns` of a block, one byte of eight elements at a time.
pub fn transpose(elements: &[u8], rows: &mut [u8], size: usize, columns: Range<usize>) {
    let stride = rows.len() / (8 * size);
    for column in columns {
        for byte in 0..size {
            let mut bits = [0; 8];
            for (k, bits) in bits.iter_mut().enumerate() {
                *bits = elements[(8 * column + k) * size + byte];
            }
            for (j, bits) in transpose_bits(bits).into_iter().enumerate() {
                rows[(8 * byte + j) * stride + column] = bits;
            }
        }
    }
}

/// Undoes `transpose`.
pub fn untranspose(rows: &[u8], elements: &mut [u8], size: usize, columns: Range<usize>) {
    let stride = rows.len() / (8 * size);
    for column in columns {
        for byte in 0..size {
            let mut bits = [0; 8];
            for (j, bits) in bits.iter_mut().enumerate() {
                *bits = rows[(8 * byte + j) * stride + column];
            }
            for (k, bits) in transpose_bits(bits).into_iter().enumerate() {
                elements[(8 * column + k) * size + byte] = bits;
            }
        }
    }
}

/// Swaps bit `k` of byte `j` with bit `j` of byte `k`.
fn transpose_bits(bytes: [u8; 8]) -> [u8; 8] {
    let mut bits = u64::from_le_bytes(bytes);
    for (shift, mask) in [
        (7, 0x00aa_00aa_00aa_00aa),
        (14, 0x0000_cccc_0000_cccc),
        (28, 0x0000_0000_f0f0_f0f0),
    ] {
        let swapped = (bits ^ (bits >> shift)) & mask;
        bits ^= swapped ^ (swapped << shift);
    }
    bits.to_le_bytes()
}
