//! Bits of equal rank together, block by block, alone or with LZ4 or zstd.
//!
//! Options: two numbers of a version, the bytes of an element, the elements of a block
//! (0: about 8 kB), the compression (0: none, 2: LZ4, 3: zstd) and its level. A
//! compressed chunk starts with its decoded length (64 bits) and the length of a block
//! (32 bits), in bytes; each block follows its compressed length (32 bits); all have the
//! highest byte first. The last block may be shorter. Up to seven elements are left
//! over after it and stored as they are.

#[cfg(target_arch = "x86_64")]
mod avx2;
#[cfg(target_arch = "x86_64")]
mod avx512;
mod block;
mod compression;
mod kernel;
mod layout;
mod lz4;
#[cfg(target_arch = "aarch64")]
mod neon;
mod part;
#[cfg(test)]
mod tests;
mod transpose;
mod vector;
mod window;

use std::ops::Range;

use self::block::BlockDecoder;
use self::compression::Compression;
pub use self::kernel::Kernel;
use self::layout::Layout;
use self::window::Window;
use super::zstd::Zstd;
use super::{Chunk, Codec, Damage, Source};

/// Bytes in front of the blocks of a compressed chunk.
const HEADER: usize = 12;
/// Bytes in front of each compressed block.
const PREFIX: usize = 4;

/// The filter with its options.
#[derive(Debug)]
pub struct Bitshuffle {
    element: usize,
    block: usize,
    compression: Compression,
    chunk: usize,
    kernel: &'static Kernel,
}

impl Bitshuffle {
    /// Returns the filter, or None if the options name no compression known here.
    #[must_use]
    pub fn new(options: &[u32], chunk: Chunk) -> Option<Self> {
        let option = |i: usize| options.get(i).copied();
        let element = option(2)? as usize;
        let compression = match option(4).unwrap_or(0) {
            0 => Compression::None,
            2 => Compression::Lz4,
            3 => Compression::Zstd(Zstd::new(options.get(5..).unwrap_or_default())),
            _ => return None,
        };
        let block = match option(3).unwrap_or(0) {
            0 => layout::default_block(element),
            elements => (elements as usize).saturating_mul(element),
        };
        Some(Self {
            element,
            block,
            compression,
            chunk: chunk.length,
            kernel: Kernel::fastest(),
        })
    }

    /// Returns the filter with another kernel than the fastest.
    #[cfg(test)]
    fn with(self, kernel: &'static Kernel) -> Self {
        Self { kernel, ..self }
    }

    fn framed(&self) -> bool {
        !matches!(self.compression, Compression::None)
    }

    /// The layout that the options give to `length` bytes.
    fn layout(&self, length: usize) -> Result<Layout, Damage> {
        Layout::new(self.element, self.block, length)
    }

    /// The layout that the header of a compressed chunk tells.
    fn told(&self, header: [u8; HEADER]) -> Result<Layout, Damage> {
        let [length @ .., b0, b1, b2, b3] = header;
        let length = usize::try_from(u64::from_be_bytes(length)).unwrap_or(usize::MAX);
        let block = match u32::from_be_bytes([b0, b1, b2, b3]) {
            0 => layout::default_block(self.element),
            block => block as usize,
        };
        Layout::new(self.element, block, length)
    }

    /// Starts an encoded chunk of `length` bytes and returns the length of what it wrote.
    fn start(&self, length: usize, target: &mut [u8]) -> Result<usize, Damage> {
        let layout = self.layout(length)?;
        if self.framed() {
            tell(layout, front(target, HEADER)?)
        } else {
            Ok(0)
        }
    }

    fn whole(
        &self,
        source: &mut impl Forward,
        target: &mut [u8],
        far: bool,
    ) -> Result<usize, Damage> {
        let layout = if self.framed() {
            self.told(source.array()?)?
        } else {
            self.layout(source.left())?
        };
        let target = front(target, layout.length)?;
        let mut decoder = BlockDecoder::new(self, layout, far);
        for block in layout.blocks() {
            let length = if self.framed() {
                u32::from_be_bytes(source.array()?) as usize
            } else {
                block.len()
            };
            let stored = source.take(length)?;
            decoder.decode(stored, block.len(), 0..block.len(), &mut target[block])?;
        }
        let rest = source.take(layout.rest().len())?;
        target[layout.rest()].copy_from_slice(rest);
        Ok(layout.length)
    }
}

impl Codec for Bitshuffle {
    fn name(&self) -> &'static str {
        "bitshuffle"
    }

    fn decode(&self, mut source: &[u8], target: &mut [u8]) -> Result<usize, Damage> {
        self.whole(&mut source, target, false)
    }

    fn decode_reading(
        &self,
        source: &dyn Source,
        target: &mut [u8],
        far: bool,
    ) -> Option<Result<usize, Damage>> {
        let far = far && Kernel::gains_far();
        Some(self.whole(&mut Window::new(source), target, far))
    }

    fn bound(&self, length: usize) -> usize {
        let Ok(layout) = self.layout(length) else {
            return length;
        };
        let block = PREFIX + self.compression.bound(layout.longest());
        HEADER + layout.blocks().count() * block + layout.rest().len()
    }

    fn encode(&self, source: &[u8], target: &mut [u8]) -> Result<usize, Damage> {
        let start = self.start(source.len(), target)?;
        let body = target.get_mut(start..).ok_or_else(too_long)?;
        Ok(start + self.append(source, body)?)
    }

    fn piece(&self) -> Option<usize> {
        Some(self.block)
    }

    fn begin(&self, target: &mut [u8]) -> Result<usize, Damage> {
        self.start(self.chunk, target)
    }

    fn append(&self, piece: &[u8], target: &mut [u8]) -> Result<usize, Damage> {
        let layout = self.layout(piece.len())?;
        let mut end = 0;
        let mut rows = vec![0; layout.longest()];
        for block in layout.blocks() {
            let rows = &mut rows[..block.len()];
            self.kernel.transpose(&piece[block], rows, self.element);
            let place = &mut target[end..];
            if self.framed() {
                let (prefix, behind) = place.split_first_chunk_mut().ok_or_else(too_long)?;
                let length = self.compression.compress(rows, behind)?;
                *prefix = u32::try_from(length).map_err(|_| too_long())?.to_be_bytes();
                end += PREFIX + length;
            } else {
                end += self.compression.compress(rows, place)?;
            }
        }
        let rest = &piece[layout.rest()];
        front(&mut target[end..], rest.len())?.copy_from_slice(rest);
        Ok(end + rest.len())
    }

    fn has_parts(&self) -> bool {
        true
    }

    fn decode_part(
        &self,
        source: &dyn Source,
        wanted: Range<usize>,
        target: &mut [u8],
    ) -> Option<Result<(), Damage>> {
        Some(part::decode(self, source, wanted, target))
    }
}

/// Writes the header of a compressed chunk and returns its length.
fn tell(layout: Layout, header: &mut [u8]) -> Result<usize, Damage> {
    let block = u32::try_from(layout.block)
        .map_err(|_| Damage::new(format!("has blocks of {} bytes", layout.block)))?;
    header[..8].copy_from_slice(&(layout.length as u64).to_be_bytes());
    header[8..].copy_from_slice(&block.to_be_bytes());
    Ok(HEADER)
}

/// The first `length` bytes of `target`.
fn front(target: &mut [u8], length: usize) -> Result<&mut [u8], Damage> {
    target.get_mut(..length).ok_or_else(too_long)
}

/// Bytes that are taken one after the other.
trait Forward {
    /// How many there are still.
    fn left(&self) -> usize;

    /// Takes the next `length` bytes.
    fn take(&mut self, length: usize) -> Result<&[u8], Damage>;

    /// Takes the next `N` bytes.
    fn array<const N: usize>(&mut self) -> Result<[u8; N], Damage> {
        let bytes = self.take(N)?;
        bytes.try_into().map_err(|_| Damage::cut_short())
    }
}

impl Forward for &[u8] {
    fn left(&self) -> usize {
        self.len()
    }

    fn take(&mut self, length: usize) -> Result<&[u8], Damage> {
        self.split_off(..length).ok_or_else(Damage::cut_short)
    }
}

fn too_long() -> Damage {
    Damage::new("is longer than its place")
}
