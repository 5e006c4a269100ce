//! Reading one chunk of Blosc 1 or Blosc 2.

use std::ops::Range;

use super::bytes::{Bytes, u32_at};
use super::filter::{self, Filter};
use super::header::{Coding, Content, Header, LENGTH2};
use super::index;
use crate::codecs::Damage;

/// A chunk of which all is read but the blocks.
pub struct Chunk<'a> {
    /// Bytes of the chunk, decoded.
    pub length: usize,
    /// Bytes of a block, decoded; the last one may be shorter.
    pub block: usize,
    bytes: Bytes<'a>,
    body: Body,
}

enum Body {
    /// The bytes as they are, from an offset on.
    Stored(usize),
    /// One value, of which the chunk is full.
    Repeated(Vec<u8>),
    Encoded(Blocks),
}

struct Blocks {
    coding: Coding,
    typesize: usize,
    /// Where the streams of each block are.
    places: Vec<Range<usize>>,
    dictionary: Vec<u8>,
    /// The first block, decoded, where the others hold the difference from it.
    first: Option<Vec<u8>>,
}

/// Memory that is used again for one block after the other.
#[derive(Default)]
pub struct Scratch {
    encoded: Vec<u8>,
    front: Vec<u8>,
    back: Vec<u8>,
}

impl<'a> Chunk<'a> {
    /// Reads the header and the index of a chunk, of which no block is longer than `most`.
    ///
    /// # Errors
    /// If they are damaged, or of a kind that is not known here.
    pub fn open(bytes: &Bytes<'a>, most: usize) -> Result<Self, Damage> {
        let front = 0..bytes.length().min(LENGTH2);
        let header = Header::parse(bytes.read(front, &mut Vec::new())?)?;
        let bytes = bytes.narrow(0..header.encoded)?;
        let Header {
            size,
            length,
            block,
            typesize,
            ..
        } = header;
        if block > most.max(1) {
            return Err(Damage::new(format!(
                "has blocks of {block} of {most} bytes"
            )));
        }
        let body = match header.content {
            Content::Stored => Body::Stored(size),
            Content::Zeros => Body::Repeated(vec![0]),
            Content::Nans => Body::Repeated(nan(typesize)?),
            Content::Repeated => {
                let value = bytes.read(size..bytes.length(), &mut Vec::new())?.to_vec();
                Body::Repeated(value)
            }
            Content::Blocks(coding) => {
                let count = length.div_ceil(block);
                let (places, dictionary) = index::read(&bytes, size, count, coding.dictionary)?;
                Body::Encoded(Blocks {
                    coding,
                    typesize,
                    places,
                    dictionary,
                    first: None,
                })
            }
        };
        let mut chunk = Self {
            length,
            block,
            bytes,
            body,
        }
        .checked()?;
        chunk.read_first()?;
        Ok(chunk)
    }

    /// Returns the chunk unless it repeats a value that blocks would cut in two.
    fn checked(self) -> Result<Self, Damage> {
        if let Body::Repeated(value) = &self.body
            && [self.length, self.block]
                .iter()
                .any(|length| length.checked_rem(value.len()) != Some(0))
        {
            return Err(Damage::new("repeats a value that is cut in two"));
        }
        Ok(self)
    }

    /// Returns a chunk of zeros.
    pub fn zeros(length: usize, block: usize) -> Self {
        let body = Body::Repeated(vec![0]);
        Self {
            length,
            block: block.max(1),
            bytes: Bytes::Here(&[]),
            body,
        }
    }

    /// Returns a chunk of what is not a number.
    ///
    /// # Errors
    /// If there is no such float.
    pub fn nans(length: usize, block: usize, typesize: usize) -> Result<Self, Damage> {
        let chunk = Self {
            body: Body::Repeated(nan(typesize)?),
            ..Self::zeros(length, block)
        };
        chunk.checked()
    }

    /// Returns how many blocks there are.
    pub fn count(&self) -> usize {
        self.length.div_ceil(self.block)
    }

    /// Returns where in the chunk a block is.
    pub fn range(&self, index: usize) -> Range<usize> {
        let start = index.saturating_mul(self.block).min(self.length);
        start..self.length.min(start + self.block)
    }

    /// Decodes a block into `target` of its length.
    ///
    /// # Errors
    /// If it is damaged.
    pub fn decode(
        &self,
        index: usize,
        scratch: &mut Scratch,
        target: &mut [u8],
    ) -> Result<(), Damage> {
        match &self.body {
            Body::Stored(offset) => {
                let Range { start, end } = self.range(index);
                let bytes = self
                    .bytes
                    .read(offset + start..offset + end, &mut scratch.encoded)?;
                target.copy_from_slice(bytes);
                Ok(())
            }
            Body::Repeated(value) => {
                for element in target.chunks_mut(value.len()) {
                    element.copy_from_slice(&value[..element.len()]);
                }
                Ok(())
            }
            Body::Encoded(blocks) => {
                let place = blocks
                    .places
                    .get(index)
                    .ok_or_else(Damage::cut_short)?
                    .clone();
                let Scratch {
                    encoded,
                    front,
                    back,
                } = scratch;
                let streams = self.bytes.read(place, encoded)?;
                let short = target.len() < self.block;
                blocks.decode(index, short, streams, [front, back], target)
            }
        }
    }

    /// Decodes the first block, if the others hold the difference from it.
    fn read_first(&mut self) -> Result<(), Damage> {
        if let Body::Encoded(blocks) = &self.body
            && blocks.coding.filters.contains(&Filter::Delta)
        {
            let mut block = vec![0; self.range(0).len()];
            self.decode(0, &mut Scratch::default(), &mut block)?;
            if let Body::Encoded(blocks) = &mut self.body {
                blocks.first = Some(block);
            }
        }
        Ok(())
    }
}

impl Blocks {
    fn decode(
        &self,
        index: usize,
        short: bool,
        streams: &[u8],
        [front, back]: [&mut Vec<u8>; 2],
        target: &mut [u8],
    ) -> Result<(), Damage> {
        let count = if short { 1 } else { self.coding.streams };
        let mut moves = self
            .coding
            .filters
            .iter()
            .rev()
            .filter(|filter| filter.moves());
        if let Some(filter) = moves.next() {
            front.resize(target.len(), 0);
            self.streams(streams, count, front)?;
            let mut filter = filter;
            for next in moves {
                back.resize(target.len(), 0);
                filter.undo(self.typesize, front, back);
                std::mem::swap(front, back);
                filter = next;
            }
            filter.undo(self.typesize, front, target);
        } else {
            self.streams(streams, count, target)?;
        }
        if self.coding.filters.contains(&Filter::Delta) {
            let first = self.first.as_deref().filter(|_| index > 0);
            filter::undo_delta(self.typesize, first, target)?;
        }
        Ok(())
    }

    /// Decodes the streams of a block.
    fn streams(&self, mut source: &[u8], count: usize, target: &mut [u8]) -> Result<(), Damage> {
        if !target.len().is_multiple_of(count) {
            return Err(Damage::new("has a block that its streams do not fill"));
        }
        for stream in target.chunks_exact_mut(target.len() / count) {
            let size = u32_at(source, 0)?.cast_signed();
            let data = &source[4..];
            source = match usize::try_from(size) {
                Ok(0) if self.coding.runs => {
                    stream.fill(0);
                    data
                }
                Ok(size) => {
                    let (data, rest) = data.split_at_checked(size).ok_or_else(Damage::cut_short)?;
                    if size == stream.len() {
                        stream.copy_from_slice(data);
                    } else {
                        self.coding
                            .compressor
                            .decode(data, &self.dictionary, stream)?;
                    }
                    rest
                }
                Err(_) => {
                    let (token, rest) = data.split_first().ok_or_else(Damage::cut_short)?;
                    match u8::try_from(size.unsigned_abs()) {
                        Ok(byte) if self.coding.runs && token & 1 == 1 => stream.fill(byte),
                        _ => return Err(Damage::new("has a stream of negative length")),
                    }
                    rest
                }
            };
        }
        Ok(())
    }
}

/// Returns what is "not a number" in elements of this size.
fn nan(typesize: usize) -> Result<Vec<u8>, Damage> {
    match typesize {
        4 => Ok(f32::NAN.to_le_bytes().to_vec()),
        8 => Ok(f64::NAN.to_le_bytes().to_vec()),
        _ => Err(Damage::new("has NaN in elements that are no floats")),
    }
}
