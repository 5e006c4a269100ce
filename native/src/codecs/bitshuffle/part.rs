//! A part of a chunk, with as little read and decoded as its blocks allow.

use std::ops::Range;

use super::block::BlockDecoder;
use super::layout::Layout;
use super::window::Window;
use super::{Bitshuffle, HEADER, PREFIX};
use crate::codecs::{Damage, Source};

/// Compressed bytes of a block that take longer to read than one more call to read.
const LONG: usize = 2048;

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
    for block in layout.blocks() {
        let left = part.wanted.end.saturating_sub(block.start);
        if left == 0 {
            return Ok(());
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
