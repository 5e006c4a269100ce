//! Which instructions the inner loops use, chosen at run time.

use std::fmt;
use std::sync::LazyLock;

#[cfg(target_arch = "aarch64")]
use super::neon;
#[cfg(target_arch = "x86_64")]
use super::{avx2, avx512};
use super::{lz4, transpose};

/// The inner loops for one instruction set. All kernels give the same.
pub struct Kernel {
    /// The instruction set.
    pub(super) name: &'static str,
    /// The loops, which need its instructions.
    pub(super) loops: Loops,
}

/// What a kernel does.
#[derive(Clone, Copy)]
pub(super) struct Loops {
    /// Transposes the first columns of a block, as many as it likes, and gives their number.
    pub transpose: unsafe fn(&[u8], &mut [u8], usize) -> usize,
    /// Undoes `transpose`.
    pub untranspose: unsafe fn(&[u8], &mut [u8], usize) -> usize,
    /// As `lz4::decompress`.
    pub decompress_lz4: unsafe fn(&[u8], &mut [u8]) -> Option<usize>,
    /// Copies to memory that is not read again soon.
    pub copy_far: unsafe fn(&[u8], &mut [u8]),
}

/// For every machine.
pub(super) const PORTABLE: Loops = Loops {
    transpose: |_, _, _| 0,
    untranspose: |_, _, _| 0,
    decompress_lz4: |source, target| lz4::decompress(source, target, lz4::repeat),
    copy_far: |source, target| target.copy_from_slice(source),
};

impl fmt::Debug for Kernel {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name)
    }
}

impl Kernel {
    /// Returns the kernels that this machine can run, the fastest last.
    #[must_use]
    pub fn available() -> Vec<&'static Self> {
        static PORTABLE: Kernel = Kernel {
            name: "portable",
            loops: self::PORTABLE,
        };
        let mut kernels = vec![&PORTABLE];
        #[cfg(target_arch = "x86_64")]
        if avx2::available() {
            kernels.push(&avx2::KERNEL);
            if avx512::available() {
                kernels.push(&avx512::KERNEL);
            }
        }
        #[cfg(target_arch = "aarch64")]
        kernels.push(&neon::KERNEL);
        kernels
    }

    /// Returns the fastest kernel that this machine can run.
    ///
    /// # Panics
    /// Never: one kernel is for every machine.
    #[must_use]
    pub fn fastest() -> &'static Self {
        static FASTEST: LazyLock<&Kernel> =
            LazyLock::new(|| Kernel::available().pop().expect("one is for every machine"));
        *FASTEST
    }

    /// Brings bits of equal rank of elements of `size` bytes together.
    ///
    /// # Panics
    /// If the lengths differ or are no multiple of eight elements.
    pub fn transpose(&self, elements: &[u8], rows: &mut [u8], size: usize) {
        let columns = columns(elements, rows, size);
        // SAFETY: `available` gave this kernel, and the lengths were checked.
        let done = unsafe { (self.loops.transpose)(elements, rows, size) };
        transpose::transpose(elements, rows, size, done..columns);
    }

    /// Undoes `transpose`.
    ///
    /// # Panics
    /// If the lengths differ or are no multiple of eight elements.
    pub fn untranspose(&self, rows: &[u8], elements: &mut [u8], size: usize) {
        let columns = columns(elements, rows, size);
        // SAFETY: `available` gave this kernel, and the lengths were checked.
        let done = unsafe { (self.loops.untranspose)(rows, elements, size) };
        transpose::untranspose(rows, elements, size, done..columns);
    }

    /// Decodes a block of LZ4, as `lz4::decompress` does.
    #[must_use]
    pub fn decompress_lz4(&self, source: &[u8], target: &mut [u8]) -> Option<usize> {
        // SAFETY: `available` gave this kernel.
        unsafe { (self.loops.decompress_lz4)(source, target) }
    }

    /// Whether `copy_far` is faster than to decode into place, as on Intel's machines.
    ///
    /// AMD's take longer to write past their caches than through them.
    #[must_use]
    pub fn gains_far() -> bool {
        #[cfg(target_arch = "x86_64")]
        return avx2::is_intel();
        #[cfg(not(target_arch = "x86_64"))]
        false
    }

    /// Copies to memory that is not read again soon.
    ///
    /// # Panics
    /// If the lengths differ.
    pub fn copy_far(&self, source: &[u8], target: &mut [u8]) {
        // SAFETY: `available` gave this kernel.
        unsafe { (self.loops.copy_far)(source, target) }
    }
}

fn columns(elements: &[u8], rows: &[u8], size: usize) -> usize {
    assert_eq!(elements.len(), rows.len());
    assert_eq!(elements.len() % (8 * size), 0);
    elements.len() / (8 * size)
}
