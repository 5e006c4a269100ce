//! The chunks of a dataset, as libhdf5 tells of them.

use std::ffi::{c_int, c_uint};
use std::slice;

use pyo3::prelude::*;

/// The numbers before those of the chunks: how many chunks fit, how many are there, and
/// their rank.
const HEADER: usize = 3;
/// What is noted of a chunk beside its first element.
const FACTS: usize = 3;

/// Returns the address of the function to give to libhdf5's `H5Dchunk_iter`.
///
/// What to give it as its data is the address of uint64: the header, then for each
/// chunk that fits its first element along each axis, address, length and filter mask.
#[pyfunction]
pub fn chunk_noter() -> usize {
    (note as *const ()).expose_provenance()
}

/// Notes one chunk; where there is no room for it, libhdf5 stops with an error.
///
/// # Safety
/// `offset` has as many numbers as the header of `numbers` says that the rank is, and
/// `numbers` has room for as many chunks as it says; nobody else uses them.
unsafe extern "C" fn note(
    offset: *const u64,
    skipped: c_uint,
    address: u64,
    length: u64,
    numbers: *mut u64,
) -> c_int {
    // SAFETY: the header is always there.
    let header = unsafe { slice::from_raw_parts_mut(numbers, HEADER) };
    let numbered = [header[0], header[1], header[2]].map(usize::try_from);
    let [Ok(room), Ok(used), Ok(rank)] = numbered else {
        return -1;
    };
    if used >= room {
        return -1;
    }
    header[1] += 1;
    // SAFETY: the caller's promise; the row lies behind the header.
    let (offset, row) = unsafe {
        (
            slice::from_raw_parts(offset, rank),
            slice::from_raw_parts_mut(numbers.add(HEADER + used * (rank + FACTS)), rank + FACTS),
        )
    };
    row[..rank].copy_from_slice(offset);
    row[rank..].copy_from_slice(&[address, length, skipped.into()]);
    0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chunks_are_noted_while_there_is_room() {
        let mut numbers = [1, 0, 2, 9, 9, 9, 9, 9];
        let offset = [4_u64, 6];
        // SAFETY: the numbers are as `note` wants them.
        let mut tell = || unsafe { note(offset.as_ptr(), 1, 512, 30, numbers.as_mut_ptr()) };
        assert_eq!((tell(), tell()), (0, -1));
        assert_eq!(numbers, [1, 1, 2, 4, 6, 512, 30, 1]);
    }
}
