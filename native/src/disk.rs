//! Hints about files for the operating system.

use std::os::fd::RawFd;

/// Lets the system write a part of a file to the disk, without waiting for it.
///
/// A hint: nothing is promised before the file is synced, and failures are told then.
#[cfg_attr(
    not(target_os = "linux"),
    expect(unused_variables, reason = "only Linux takes the hint")
)]
pub fn start_writing(descriptor: RawFd, offset: i64, length: i64) {
    #[cfg(target_os = "linux")]
    // SAFETY: the call takes numbers alone, and refuses those that make no sense.
    unsafe {
        libc::sync_file_range(descriptor, offset, length, libc::SYNC_FILE_RANGE_WRITE);
    }
}
