//! An encoded chunk in storage, of which a codec reads what it needs.

use std::cell::RefCell;
use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::codecs::{Blocks, Damage, Source};
use crate::layout::{Missing, Storage, Stretch};

/// Blocks that an index keeps, at most, in four bytes each.
const MOST: usize = 1 << 23;

/// Where the blocks of chunks begin, as far as earlier reads have found out.
///
/// Who reads row after row of a stack would otherwise pass the same blocks again.
#[derive(Default)]
pub struct BlockIndex(Mutex<Known>);

#[derive(Default)]
struct Known {
    chunks: HashMap<u64, Blocks>,
    blocks: usize,
}

impl BlockIndex {
    fn get(&self, cell: u64) -> Blocks {
        self.known().chunks.get(&cell).cloned().unwrap_or_default()
    }

    /// Keeps the blocks of a chunk; where there are too many, the first to come stay.
    fn put(&self, cell: u64, blocks: Blocks) {
        let mut known = self.known();
        let before = known.chunks.get(&cell).map_or(0, |blocks| blocks.len());
        let more = blocks.len().saturating_sub(before);
        if more > 0 && known.blocks + more <= MOST {
            known.blocks += more;
            known.chunks.insert(cell, blocks);
        }
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// One encoded chunk.
pub struct StoredChunk<'a> {
    storage: &'a Storage<'a>,
    stretch: Stretch,
    index: &'a BlockIndex,
    cell: u64,
    missing: RefCell<Option<Missing>>,
}

impl<'a> StoredChunk<'a> {
    /// The chunk at a place of the grid, which lies at `stretch`.
    #[must_use]
    pub fn new(
        storage: &'a Storage<'a>,
        stretch: Stretch,
        index: &'a BlockIndex,
        cell: u64,
    ) -> Self {
        Self {
            storage,
            stretch,
            index,
            cell,
            missing: RefCell::default(),
        }
    }

    /// Why bytes were not there, to be told instead of the damage.
    #[must_use]
    pub fn missing(&self) -> Option<Missing> {
        self.missing.take()
    }
}

impl Source for StoredChunk<'_> {
    fn length(&self) -> usize {
        self.stretch.length
    }

    fn read(&self, offset: usize, target: &mut [u8]) -> Result<(), Damage> {
        let end = offset.checked_add(target.len());
        if end.is_none_or(|end| end > self.stretch.length) {
            return Err(Damage::cut_short());
        }
        let address = self.stretch.address.saturating_add(offset as u64);
        self.storage.read(address, target).map_err(|missing| {
            self.missing.replace(Some(missing));
            Damage::new("could not be read")
        })
    }

    fn known_blocks(&self) -> Blocks {
        self.index.get(self.cell)
    }

    fn remember(&self, blocks: Blocks) {
        self.index.put(self.cell, blocks);
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    #[test]
    fn an_index_keeps_what_is_longer_than_before() {
        let index = BlockIndex::default();
        index.put(3, Arc::new(vec![12, 40, 90]));
        index.put(3, Arc::new(vec![12]));
        assert_eq!(*index.get(3), [12, 40, 90]);
        assert!(index.get(4).is_empty());
        index.put(4, Arc::new(vec![0; MOST]));
        assert!(index.get(4).is_empty());
    }
}
