//! Hints about files for the operating system.

use std::io;
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

/// Sets space aside for a part of a file, if the file system can.
///
/// Pages of space that is there already are filled faster, and a full disk is told
/// before anything is written.
///
/// # Errors
/// If there is not so much space.
#[cfg_attr(
    not(target_os = "linux"),
    expect(unused_variables, reason = "only Linux has the call")
)]
pub fn set_aside(descriptor: RawFd, offset: i64, length: i64) -> io::Result<()> {
    #[cfg(target_os = "linux")]
    {
        // SAFETY: the call takes numbers alone, and refuses those that make no sense.
        let done = unsafe { libc::fallocate(descriptor, 0, offset, length) };
        let error = io::Error::last_os_error();
        let full = [libc::ENOSPC, libc::EDQUOT, libc::EFBIG].map(Some);
        if done != 0 && full.contains(&error.raw_os_error()) {
            return Err(error);
        }
    }
    Ok(())
}
