//! Vectors of four lanes, with bits transposed as matrices over GF(2).
#![allow(
    clippy::inline_always,
    reason = "intrinsics must end up in a function that enables their instructions"
)]

use std::arch::x86_64::{
    __m512i, _mm_loadu_si128, _mm_storeu_si128, _mm512_castsi128_si512, _mm512_castsi512_si128,
    _mm512_extracti32x4_epi32, _mm512_gf2p8affine_epi64_epi8, _mm512_inserti32x4,
    _mm512_loadu_si512, _mm512_set1_epi64, _mm512_setzero_si512, _mm512_storeu_si512,
    _mm512_unpackhi_epi8, _mm512_unpacklo_epi8,
};

use super::avx2;
use super::kernel::{Kernel, Loops};
use super::vector::{self, Vector, rotate};

/// The inner loops.
pub static KERNEL: Kernel = Kernel {
    name: "AVX-512",
    loops: Loops {
        transpose,
        untranspose,
        ..avx2::KERNEL.loops
    },
};

pub fn available() -> bool {
    avx2::available()
        && is_x86_feature_detected!("avx512f")
        && is_x86_feature_detected!("avx512bw")
        && is_x86_feature_detected!("gfni")
}

/// # Safety
/// As `vector::transpose`; the machine has AVX-512 F, BW and GFNI.
#[target_feature(enable = "avx512f,avx512bw,gfni")]
unsafe fn transpose(elements: &[u8], rows: &mut [u8], size: usize) -> usize {
    // SAFETY: the caller's.
    unsafe { vector::transpose::<__m512i>(elements, rows, size) }
}

/// # Safety
/// As `vector::untranspose`; the machine has AVX-512 F, BW and GFNI.
#[target_feature(enable = "avx512f,avx512bw,gfni")]
unsafe fn untranspose(rows: &[u8], elements: &mut [u8], size: usize) -> usize {
    // SAFETY: the caller's.
    unsafe { vector::untranspose::<__m512i>(rows, elements, size) }
}

/// Byte `i` is `1 << i`: times a matrix of eight bytes, in the order that the
/// instruction reads rows (the last first), this is the transposed matrix with
/// the bits of each byte reversed.
const UNIT: i64 = 0x8040_2010_0804_0201_u64.cast_signed();

#[allow(
    unsafe_op_in_unsafe_fn,
    reason = "every operation is unsafe for what the trait asks of its callers"
)]
impl Vector for __m512i {
    const LANES: usize = 4;

    #[inline(always)]
    unsafe fn zero() -> Self {
        _mm512_setzero_si512()
    }

    #[inline(always)]
    unsafe fn load(from: *const u8) -> Self {
        _mm512_loadu_si512(from.cast())
    }

    #[inline(always)]
    unsafe fn store(self, to: *mut u8) {
        _mm512_storeu_si512(to.cast(), self);
    }

    #[inline(always)]
    unsafe fn load_lanes(from: *const u8, stride: usize) -> Self {
        let lane = |i| _mm_loadu_si128(from.add(i * stride).cast());
        let vector = _mm512_castsi128_si512(lane(0));
        let vector = _mm512_inserti32x4::<1>(vector, lane(1));
        let vector = _mm512_inserti32x4::<2>(vector, lane(2));
        _mm512_inserti32x4::<3>(vector, lane(3))
    }

    #[inline(always)]
    unsafe fn store_lanes(self, to: *mut u8, stride: usize) {
        _mm_storeu_si128(to.cast(), _mm512_castsi512_si128(self));
        _mm_storeu_si128(to.add(stride).cast(), _mm512_extracti32x4_epi32::<1>(self));
        _mm_storeu_si128(
            to.add(2 * stride).cast(),
            _mm512_extracti32x4_epi32::<2>(self),
        );
        _mm_storeu_si128(
            to.add(3 * stride).cast(),
            _mm512_extracti32x4_epi32::<3>(self),
        );
    }

    #[inline(always)]
    unsafe fn interleave(self, other: Self) -> (Self, Self) {
        (
            _mm512_unpacklo_epi8(self, other),
            _mm512_unpackhi_epi8(self, other),
        )
    }

    #[inline(always)]
    unsafe fn to_columns(mut rows: [Self; 8]) -> [Self; 8] {
        rows.reverse();
        let mut columns = rotate(rotate(rotate(rows)));
        let unit = _mm512_set1_epi64(UNIT);
        for column in &mut columns {
            *column = _mm512_gf2p8affine_epi64_epi8::<0>(unit, *column);
        }
        columns
    }

    #[inline(always)]
    unsafe fn to_rows(mut columns: [Self; 8]) -> [Self; 8] {
        let unit = _mm512_set1_epi64(UNIT);
        for column in &mut columns {
            let reversed = _mm512_gf2p8affine_epi64_epi8::<0>(unit, *column);
            *column = _mm512_gf2p8affine_epi64_epi8::<0>(reversed, unit);
        }
        rotate(rotate(rotate(rotate(columns))))
    }
}
