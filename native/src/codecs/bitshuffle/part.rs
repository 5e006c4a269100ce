//! A part of a chunk, with as little read and decoded as its blocks allow.

use std::ops::Range;
use std::sync::Arc;

use super::block::BlockDecoder;
use super::layout::Layout;
use super::window::Window;
use super::{Bitshuffle, HEADER, PREFIX};
use crate::codecs::{Blocks, Damage, Source};

/// Compressed bytes of a block that take longer to read than one more call to read.
const LONG: usize = 6000;

/// Decodes the bytes `wanted` of a chunk into `target`, of their number.
///
/// # Errors
/// As `Codec::decode_part`.
pub fn decode(
    filter: &Bitshuffle,
    source: &dyn Source,
    wanted: Range<usize>,
    target: &mut [u8],
) -> Result<(), Damage> {
    let mut window = Window::new(source);
    let (layout, mut offset) = if filter.framed() {
        (filter.told(window.array(0, HEADER)?)?, HEADER)
    } else {
        (filter.layout(source.length())?, 0)
    };
    let Layout { length, .. } = layout;
    if length != filter.chunk || length < wanted.end || wanted.len() != target.len() {
        let text = format!("holds {length} instead of {} bytes", filter.chunk);
        return Err(Damage::new(text));
    }
    let mut part = Part { wanted, target };
    let mut decoder = BlockDecoder::new(filter, layout, false);
    let most = PREFIX + filter.compression.bound(layout.longest());
    let mut trail = Trail::new(source, part.wanted.start / layout.block);
    let passed = trail.start(&mut offset);
    for block in layout.blocks().skip(passed) {
        trail.pass(offset);
        let left = part.wanted.end.saturating_sub(block.start);
        if left == 0 {
            break;
        }
        let reach = if block.end <= part.wanted.start && are_long(offset, &block, layout) {
            PREFIX
        } else {
            left.div_ceil(layout.block).saturating_mul(most)
        };
        let mut length = block.len();
        if filter.framed() {
            length = u32::from_be_bytes(window.array(offset, reach)?) as usize;
            offset += PREFIX;
        }
        if let Some((place, inside)) = part.meet(&block) {
            let stored = window.get(offset, length, reach)?;
            decoder.decode(stored, block.len(), inside, place)?;
        }
        offset = offset.saturating_add(length);
    }
    trail.leave(passed);
    if let Some((place, inside)) = part.meet(&layout.rest()) {
        let rest = window.get(offset, layout.rest().len(), 0)?;
        place.copy_from_slice(&rest[inside]);
    }
    Ok(())
}

/// Whether the blocks up to `block`, which is at `offset`, are better not read as a whole.
fn are_long(offset: usize, block: &Range<usize>, layout: Layout) -> bool {
    offset / LONG > block.start / layout.block
}

/// Where the blocks begin that were passed on the way to the wanted ones.
struct Trail<'a> {
    source: &'a dyn Source,
    known: Blocks,
    first: usize,
    found: Vec<u32>,
}

impl<'a> Trail<'a> {
    /// The way to block `first`.
    fn new(source: &'a dyn Source, first: usize) -> Self {
        Self {
            source,
            known: source.known_blocks(),
            first,
            found: Vec::new(),
        }
    }

    /// Moves `offset` to the last known block on the way; gives how many are before it.
    fn start(&self, offset: &mut usize) -> usize {
        let last = self.known.len().saturating_sub(1).min(self.first);
        if let Some(known) = self.known.get(last) {
            *offset = *known as usize;
        }
        last
    }

    /// Notes where the next block begins.
    fn pass(&mut self, offset: usize) {
        self.found.extend(u32::try_from(offset));
    }

    /// Lets later reads know, if more was found than was known.
    fn leave(self, passed: usize) {
        if passed + self.found.len() > self.known.len() {
            let mut blocks = self.known[..passed].to_vec();
            blocks.extend(self.found);
            self.source.remember(Arc::new(blocks));
        }
    }
}

/// What is wanted, and where it goes.
struct Part<'a> {
    wanted: Range<usize>,
    target: &'a mut [u8],
}

impl Part<'_> {
    /// Where the wanted bytes of `block` go, and which of its bytes they are.
    fn meet(&mut self, block: &Range<usize>) -> Option<(&mut [u8], Range<usize>)> {
        let start = self.wanted.start.max(block.start);
        let end = self.wanted.end.min(block.end);
        (start < end).then(|| {
            let place = &mut self.target[start - self.wanted.start..end - self.wanted.start];
            (place, start - block.start..end - block.start)
        })
    }
}
