//! Memory of large results, used again by the next.
//!
//! Fresh memory comes page by page, cleared by the kernel, which takes as long as to
//! decode a frame into it. So the last block that was given back is kept. The kernel is
//! told that it may have the pages of that block whenever it runs short of memory.

use std::alloc::{Layout, alloc, dealloc};
use std::ptr::NonNull;
use std::sync::{Mutex, TryLockError};

/// Blocks begin at a multiple of this, the length of a huge page.
const ALIGNMENT: usize = 2 << 20;

/// The block that was given back last.
static KEPT: Mutex<Option<Block>> = Mutex::new(None);

/// Memory whose content is whatever was there before.
struct Block {
    start: NonNull<u8>,
    layout: Layout,
}

// SAFETY: it owns its memory, as a `Box` does.
unsafe impl Send for Block {}

impl Block {
    fn new(length: usize) -> Option<Self> {
        let length = length.max(1).checked_next_multiple_of(ALIGNMENT)?;
        let layout = Layout::from_size_align(length, ALIGNMENT).ok()?;
        // SAFETY: the layout has a length.
        let start = NonNull::new(unsafe { alloc(layout) })?;
        let block = Self { start, layout };
        #[cfg(target_os = "linux")]
        block.advise(libc::MADV_HUGEPAGE);
        Some(block)
    }

    /// Whether `length` bytes fit, and leave no more than a quarter of it unused.
    fn suits(&self, length: usize) -> bool {
        let own = self.layout.size();
        length <= own && own - length <= (own / 4).max(ALIGNMENT)
    }

    /// Tells the kernel what will become of the pages; nothing depends on its answer.
    #[cfg(unix)]
    fn advise(&self, advice: libc::c_int) {
        let start = self.start.as_ptr().cast();
        // SAFETY: whole pages of our own; neither advice takes content that is in use.
        unsafe { libc::madvise(start, self.layout.size(), advice) };
    }
}

impl Drop for Block {
    fn drop(&mut self) {
        // SAFETY: `new` got it with this layout.
        unsafe { dealloc(self.start.as_ptr(), self.layout) }
    }
}

/// Memory for a result; given back when it is dropped.
pub struct Recycled {
    block: Option<Block>,
    start: NonNull<u8>,
    length: usize,
}

// SAFETY: a reference gives away no more than a pointer.
unsafe impl Sync for Recycled {}
// SAFETY: it owns its memory, as a `Box` does.
unsafe impl Send for Recycled {}

impl Recycled {
    /// Memory of `length` bytes; None if there is not so much.
    #[must_use]
    pub fn new(length: usize) -> Option<Self> {
        let kept = exchange(|kept| kept.take_if(|block| block.suits(length)));
        let block = kept.or_else(|| Block::new(length))?;
        Some(Self {
            start: block.start,
            block: Some(block),
            length,
        })
    }

    /// The first byte; the content is anything.
    #[must_use]
    pub fn pointer(&self) -> *mut u8 {
        self.start.as_ptr()
    }

    /// How many bytes may be used.
    #[must_use]
    pub fn length(&self) -> usize {
        self.length
    }
}

impl Drop for Recycled {
    fn drop(&mut self) {
        if let Some(block) = self.block.take() {
            #[cfg(unix)]
            block.advise(libc::MADV_FREE);
            let before = exchange(|kept| kept.replace(block));
            drop(before); // not while the lock is held
        }
    }
}

/// Calls `change` with what is kept; what it gives is None while another thread does so.
///
/// Nobody waits: a child process may have been forked while the lock was held.
fn exchange(change: impl FnOnce(&mut Option<Block>) -> Option<Block>) -> Option<Block> {
    match KEPT.try_lock() {
        Ok(mut kept) => change(&mut kept),
        Err(TryLockError::Poisoned(poisoned)) => change(&mut poisoned.into_inner()),
        Err(TryLockError::WouldBlock) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_block_suits_what_nearly_fills_it() {
        let block = Block::new(40 << 20).unwrap();
        assert!(block.suits(40 << 20));
        assert!(block.suits(31 << 20));
        assert!(!block.suits(20 << 20));
        assert!(!block.suits((40 << 20) + 1));
    }

    #[test]
    fn more_than_there_is_gives_nothing() {
        assert!(Recycled::new(usize::MAX).is_none());
        assert!(Recycled::new(isize::MAX.cast_unsigned()).is_none());
    }

    #[test]
    fn memory_is_used_again() {
        let first = Recycled::new(8 << 20).unwrap();
        // SAFETY: it has so many bytes.
        unsafe { first.pointer().write_bytes(7, first.length()) };
        let address = first.pointer();
        drop(first);
        let second = Recycled::new((8 << 20) - 5).unwrap();
        assert_eq!(second.pointer(), address);
        let third = Recycled::new(8 << 20).unwrap();
        assert_ne!(third.pointer(), address);
    }
}
