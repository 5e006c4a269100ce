//! Vectors of one lane.
#![allow(
    clippy::inline_always,
    reason = "intrinsics must end up in a function that enables their instructions"
)]

use std::arch::aarch64::{
    uint8x16_t, vandq_u8, vdupq_n_u8, veorq_u8, vld1q_u8, vshlq_n_u8, vshrq_n_u8, vst1q_u8,
    vzip1q_u8, vzip2q_u8,
};

use super::kernel::{Kernel, Loops, PORTABLE};
use super::vector::{self, Exchange, Vector};

/// The inner loops.
pub static KERNEL: Kernel = Kernel {
    name: "NEON",
    loops: Loops {
        transpose,
        untranspose,
        ..PORTABLE
    },
};

/// # Safety
/// As `vector::transpose`.
unsafe fn transpose(elements: &[u8], rows: &mut [u8], size: usize) -> usize {
    // SAFETY: the caller's.
    unsafe { vector::transpose::<uint8x16_t>(elements, rows, size) }
}

/// # Safety
/// As `vector::untranspose`.
unsafe fn untranspose(rows: &[u8], elements: &mut [u8], size: usize) -> usize {
    // SAFETY: the caller's.
    unsafe { vector::untranspose::<uint8x16_t>(rows, elements, size) }
}

#[allow(
    unsafe_op_in_unsafe_fn,
    reason = "every operation is unsafe for what the trait asks of its callers"
)]
impl Vector for uint8x16_t {
    const LANES: usize = 1;

    #[inline(always)]
    unsafe fn zero() -> Self {
        vdupq_n_u8(0)
    }

    #[inline(always)]
    unsafe fn load(from: *const u8) -> Self {
        vld1q_u8(from)
    }

    #[inline(always)]
    unsafe fn store(self, to: *mut u8) {
        vst1q_u8(to, self);
    }

    #[inline(always)]
    unsafe fn load_lanes(from: *const u8, _stride: usize) -> Self {
        vld1q_u8(from)
    }

    #[inline(always)]
    unsafe fn store_lanes(self, to: *mut u8, _stride: usize) {
        vst1q_u8(to, self);
    }

    #[inline(always)]
    unsafe fn interleave(self, other: Self) -> (Self, Self) {
        (vzip1q_u8(self, other), vzip2q_u8(self, other))
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
impl Exchange for uint8x16_t {
    #[inline(always)]
    unsafe fn exchange<const SHIFT: i32, const MASK: u8>(self, other: Self) -> (Self, Self) {
        let moved = veorq_u8(vshrq_n_u8::<SHIFT>(self), other);
        let moved = vandq_u8(moved, vdupq_n_u8(MASK));
        (
            veorq_u8(self, vshlq_n_u8::<SHIFT>(moved)),
            veorq_u8(other, moved),
        )
    }
}
