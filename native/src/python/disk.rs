//! What Python's `os` does not offer.

use std::os::fd::RawFd;

use pyo3::prelude::*;

use crate::disk;

/// Lets the system write a part of a file to the disk, without waiting for it.
#[pyfunction]
pub fn start_writing(py: Python<'_>, descriptor: RawFd, offset: i64, length: i64) {
    py.detach(|| disk::start_writing(descriptor, offset, length));
}
