//! How the blocks of a chunk lie in it.

use std::cell::Cell;
use std::ops::Range;

use super::chunk::{Chunk, Scratch};
use super::holds;
use crate::codecs::Damage;

thread_local! {
    static MEMORY: Cell<(Scratch, Vec<u8>)> = Cell::default();
}

/// Blocks of equal shape in an array in C order; those at the end may reach beyond it.
///
/// Lengths are in elements but along the last axis, where they are in bytes.
#[derive(Debug, PartialEq, Eq)]
pub struct Grid {
    shape: Vec<usize>,
    block: Vec<usize>,
}

/// Bytes that lie together both in the array and in the block.
struct Row {
    /// The first one in the array.
    array: usize,
    /// The first one in the block.
    block: usize,
    length: usize,
}

impl Grid {
    /// Blocks of `block` bytes, one after the other.
    pub fn linear(length: usize, block: usize) -> Self {
        Self {
            shape: vec![length],
            block: vec![block],
        }
    }

    /// Blocks of a shape, in an array of a shape. None if that makes no sense.
    pub fn new(shape: &[usize], block: &[usize], itemsize: usize) -> Option<Self> {
        let fits = shape
            .iter()
            .zip(block)
            .all(|(all, part)| (1..=*all).contains(part));
        if shape.is_empty() || shape.len() != block.len() || !fits || itemsize == 0 {
            return None;
        }
        // With this, nothing below can overflow: a block is at most an array.
        let padded = shape
            .iter()
            .try_fold(itemsize, |all, n| all.checked_mul(*n)?.checked_mul(2))?;
        isize::try_from(padded).ok()?;
        let mut axes: Vec<_> = shape.iter().copied().zip(block.iter().copied()).collect();
        axes.push((itemsize, itemsize));
        // Axes along which a block is as long as the array are part of the one before.
        while axes.len() > 1 && axes[axes.len() - 1].0 == axes[axes.len() - 1].1 {
            let (all, part) = axes.pop()?;
            let last = axes.last_mut()?;
            *last = (last.0 * all, last.1 * part);
        }
        let last = axes.pop()?;
        axes.retain(|(all, _)| *all > 1);
        axes.push(last);
        let (shape, block) = axes.into_iter().unzip();
        Some(Self { shape, block })
    }

    /// Bytes of the array.
    pub fn length(&self) -> usize {
        self.shape.iter().product()
    }

    /// Bytes of a block.
    pub fn block(&self) -> usize {
        self.block.iter().product()
    }

    /// How many blocks there are.
    pub fn count(&self) -> usize {
        self.counts().product()
    }

    /// Bytes of all blocks, with what reaches beyond the array.
    pub fn padded(&self) -> usize {
        self.count() * self.block()
    }

    fn counts(&self) -> impl DoubleEndedIterator<Item = usize> {
        self.shape
            .iter()
            .zip(&self.block)
            .map(|(all, part)| all.div_ceil(*part))
    }

    /// Decodes the bytes `wanted` of the array, and only blocks that hold some.
    ///
    /// # Errors
    /// If one of them is damaged.
    pub fn read(
        &self,
        chunk: &Chunk,
        wanted: &Range<usize>,
        target: &mut [u8],
    ) -> Result<(), Damage> {
        if wanted.is_empty() {
            return Ok(());
        }
        let (mut scratch, mut block) = MEMORY.take();
        let stride: usize = self.shape[1..].iter().product();
        let inner: usize = self.counts().skip(1).product();
        let [first, last] = [wanted.start, wanted.end - 1].map(|at| at / stride / self.block[0]);
        let done = (first * inner..(last + 1) * inner).try_for_each(|index| {
            self.decode(chunk, index, wanted, target, &mut scratch, &mut block)
        });
        MEMORY.set((scratch, block));
        done
    }

    /// Decodes the bytes `wanted` of an array of `length` bytes.
    ///
    /// # Errors
    /// If it is another array, there are no such bytes, or a block is damaged.
    pub fn part(
        &self,
        chunk: &Chunk,
        length: usize,
        wanted: &Range<usize>,
        target: &mut [u8],
    ) -> Result<(), Damage> {
        if self.length() != length || wanted.end > length || wanted.len() != target.len() {
            return Err(holds(self.length(), length.max(wanted.end)));
        }
        self.read(chunk, wanted, target)
    }

    /// Decodes what is `wanted` of one block.
    fn decode(
        &self,
        chunk: &Chunk,
        index: usize,
        wanted: &Range<usize>,
        target: &mut [u8],
        scratch: &mut Scratch,
        block: &mut Vec<u8>,
    ) -> Result<(), Damage> {
        let length = chunk.range(index).len();
        let mut rows = self
            .rows(index)
            .filter_map(|row| row.within(wanted))
            .peekable();
        match rows.peek() {
            None => return Ok(()),
            Some(row) if row.length == length => {
                let start = row.array - wanted.start;
                return chunk.decode(index, scratch, &mut target[start..start + length]);
            }
            Some(_) => {}
        }
        block.resize(length, 0);
        chunk.decode(index, scratch, block)?;
        for row in rows {
            let start = row.array - wanted.start;
            target[start..start + row.length]
                .copy_from_slice(&block[row.block..row.block + row.length]);
        }
        Ok(())
    }

    /// Returns a block of `length` bytes, with zeros where it reaches beyond the array.
    ///
    /// It is in `buffer` unless its bytes lie together in the array.
    pub fn gather<'a>(
        &self,
        source: &'a [u8],
        index: usize,
        length: usize,
        buffer: &'a mut Vec<u8>,
    ) -> &'a [u8] {
        if let Some(row) = self.rows(index).next().filter(|row| row.length == length) {
            return &source[row.array..row.array + length];
        }
        buffer.clear();
        buffer.resize(length, 0);
        for row in self.rows(index) {
            buffer[row.block..row.block + row.length]
                .copy_from_slice(&source[row.array..row.array + row.length]);
        }
        buffer
    }

    /// Returns the rows of one block, without what reaches beyond the array.
    fn rows(&self, index: usize) -> impl Iterator<Item = Row> + use<> {
        // Each axis: steps inside the array, and how far one goes there and in the block.
        let mut axes = Vec::with_capacity(self.shape.len());
        let (mut index, mut start) = (index, 0);
        let (mut array, mut block) = (1, 1);
        let lengths = self.shape.iter().zip(&self.block);
        for ((&all, &part), count) in lengths.rev().zip(self.counts().rev()) {
            let origin = index % count * part;
            index /= count;
            start += origin * array;
            axes.push((part.min(all - origin), array, block));
            (array, block) = (array * all, block * part);
        }
        let (length, ..) = axes.remove(0);
        let count = axes.iter().map(|(steps, ..)| steps).product();
        (0..count).map(move |row: usize| {
            let mut row = row;
            let mut at = Row {
                array: start,
                block: 0,
                length,
            };
            for (steps, array, block) in &axes {
                at.array += row % steps * array;
                at.block += row % steps * block;
                row /= steps;
            }
            at
        })
    }
}

impl Row {
    /// Returns the part of the row that is wanted.
    fn within(self, wanted: &Range<usize>) -> Option<Self> {
        let start = self.array.max(wanted.start);
        let end = wanted.end.min(self.array + self.length);
        (start < end).then(|| Self {
            array: start,
            block: self.block + start - self.array,
            length: end - start,
        })
    }
}
