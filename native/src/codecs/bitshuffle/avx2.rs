//! Vectors of two lanes.
#![allow(
    clippy::inline_always,
    reason = "intrinsics must end up in a function that enables their instructions"
)]

use std::arch::x86_64::{
    __cpuid, __m256i, _mm_loadu_si128, _mm_sfence, _mm_storeu_si128, _mm256_and_si256,
    _mm256_broadcastsi128_si256, _mm256_castsi256_si128, _mm256_extracti128_si256,
    _mm256_loadu_si256, _mm256_set_m128i, _mm256_set1_epi8, _mm256_setzero_si256,
    _mm256_shuffle_epi8, _mm256_slli_epi64, _mm256_srli_epi64, _mm256_storeu_si256,
    _mm256_stream_si256, _mm256_unpackhi_epi8, _mm256_unpacklo_epi8, _mm256_xor_si256,
};

use super::kernel::{Kernel, Loops};
use super::lz4;
use super::vector::{self, Exchange, Vector};

/// The inner loops.
pub static KERNEL: Kernel = Kernel {
    name: "AVX2",
    loops: Loops {
        transpose,
        untranspose,
        decompress_lz4,
        copy_far,
    },
};

pub fn available() -> bool {
    is_x86_feature_detected!("avx2")
}

/// Whether the machine calls itself `GenuineIntel`.
pub fn is_intel() -> bool {
    __cpuid(0).ecx.to_le_bytes() == *b"ntel"
}

/// # Safety
/// As `vector::transpose`; the machine has AVX2.
#[target_feature(enable = "avx2")]
unsafe fn transpose(elements: &[u8], rows: &mut [u8], size: usize) -> usize {
    // SAFETY: the caller's.
    unsafe { vector::transpose::<__m256i>(elements, rows, size) }
}

/// # Safety
/// As `vector::untranspose`; the machine has AVX2.
#[target_feature(enable = "avx2")]
unsafe fn untranspose(rows: &[u8], elements: &mut [u8], size: usize) -> usize {
    // SAFETY: the caller's.
    unsafe { vector::untranspose::<__m256i>(rows, elements, size) }
}

/// As `lz4::decompress`.
///
/// # Safety
/// The machine has AVX2.
#[target_feature(enable = "avx2")]
unsafe fn decompress_lz4(source: &[u8], target: &mut [u8]) -> Option<usize> {
    lz4::decompress(source, target, |pattern, period| {
        let order = &ORDERS[period];
        // SAFETY: vectors are read from, and become, arrays of their length.
        unsafe {
            let pattern = _mm256_broadcastsi128_si256(_mm_loadu_si128(pattern.as_ptr().cast()));
            let order = _mm256_loadu_si256(order.as_ptr().cast());
            std::mem::transmute(_mm256_shuffle_epi8(pattern, order))
        }
    })
}

/// Where in a pattern of `i` bytes each byte of its repetition is.
const ORDERS: [[u8; 32]; 16] = {
    let mut orders = [[0; 32]; 16];
    let mut i = 1;
    while i < 16 {
        let mut k = 1;
        while k < 32 {
            let next = orders[i][k - 1] + 1;
            orders[i][k] = if next as usize == i { 0 } else { next };
            k += 1;
        }
        i += 1;
    }
    orders
};

/// Copies bytes past the caches.
///
/// # Safety
/// The machine has AVX2.
///
/// # Panics
/// If the lengths differ.
#[target_feature(enable = "avx2")]
unsafe fn copy_far(source: &[u8], target: &mut [u8]) {
    assert_eq!(source.len(), target.len());
    let start = target.as_ptr().align_offset(32).min(target.len());
    let end = target.len() - (target.len() - start) % 32;
    target[..start].copy_from_slice(&source[..start]);
    for i in (start..end).step_by(32) {
        // SAFETY: 32 bytes follow in both, those in `target` at a multiple of 32.
        unsafe {
            let vector = _mm256_loadu_si256(source.as_ptr().add(i).cast());
            _mm256_stream_si256(target.as_mut_ptr().add(i).cast(), vector);
        }
    }
    target[end..].copy_from_slice(&source[end..]);
    // Only after this are other accesses to the target in order.
    _mm_sfence();
}

#[allow(
    unsafe_op_in_unsafe_fn,
    reason = "every operation is unsafe for what the trait asks of its callers"
)]
impl Vector for __m256i {
    const LANES: usize = 2;

    #[inline(always)]
    unsafe fn zero() -> Self {
        _mm256_setzero_si256()
    }

    #[inline(always)]
    unsafe fn load(from: *const u8) -> Self {
        _mm256_loadu_si256(from.cast())
    }

    #[inline(always)]
    unsafe fn store(self, to: *mut u8) {
        _mm256_storeu_si256(to.cast(), self);
    }

    #[inline(always)]
    unsafe fn load_lanes(from: *const u8, stride: usize) -> Self {
        _mm256_set_m128i(
            _mm_loadu_si128(from.add(stride).cast()),
            _mm_loadu_si128(from.cast()),
        )
    }

    #[inline(always)]
    unsafe fn store_lanes(self, to: *mut u8, stride: usize) {
        _mm_storeu_si128(to.cast(), _mm256_castsi256_si128(self));
        _mm_storeu_si128(to.add(stride).cast(), _mm256_extracti128_si256::<1>(self));
    }

    #[inline(always)]
    unsafe fn interleave(self, other: Self) -> (Self, Self) {
        (
            _mm256_unpacklo_epi8(self, other),
            _mm256_unpackhi_epi8(self, other),
        )
    }

    #[inline(always)]
    unsafe fn to_columns(rows: [Self; 8]) -> [Self; 8] {
        vector::to_columns(rows)
    }

    #[inline(always)]
    unsafe fn to_rows(columns: [Self; 8]) -> [Self; 8] {
        vector::to_rows(columns)
    }
}

#[allow(
    unsafe_op_in_unsafe_fn,
    reason = "every operation is unsafe for what the trait asks of its callers"
)]
impl Exchange for __m256i {
    #[inline(always)]
    unsafe fn exchange<const SHIFT: i32, const MASK: u8>(self, other: Self) -> (Self, Self) {
        let mask = _mm256_set1_epi8(MASK.cast_signed());
        let moved = _mm256_xor_si256(_mm256_srli_epi64::<SHIFT>(self), other);
        let moved = _mm256_and_si256(moved, mask);
        (
            _mm256_xor_si256(self, _mm256_slli_epi64::<SHIFT>(moved)),
            _mm256_xor_si256(other, moved),
        )
    }
}
