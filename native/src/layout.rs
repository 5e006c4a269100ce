//! Where the bytes of an array lie.

use std::fs::File;
use std::mem::ManuallyDrop;
use std::os::unix::fs::FileExt;

use crate::chunk::BlockIndex;
use crate::codecs::Chunk;
use crate::pipeline::Pipeline;
use crate::place::dense_strides;

/// Bytes that are read at a time where chunks do not say it.
const BLOCK: usize = 1 << 20;

/// An array cut into chunks of one shape.
pub struct Layout {
    /// Elements along each axis, slowest first.
    pub shape: Vec<usize>,
    /// Elements of a chunk along each axis.
    pub chunk: Vec<usize>,
    /// Bytes of an element.
    pub itemsize: usize,
    /// The filters of a chunk.
    pub pipeline: Pipeline,
    /// Where the chunks are.
    pub stored: Stored,
    /// The bytes of an element that was never written.
    pub fill: Vec<u8>,
    /// Where the parts of the address space lie; sorted, without gaps from 0.
    pub extents: Vec<Extent>,
    /// Where blocks of its chunks begin, as far as it was found out.
    pub index: BlockIndex,
}

/// Where the chunks of a layout are.
pub enum Stored {
    /// The elements follow each other from address 0 on; chunks are only a way to
    /// read them.
    Consecutive,
    /// Each at an address of its own.
    Table(Table),
}

/// The chunks that were written, sorted by their place in the grid.
#[derive(Default)]
pub struct Table {
    /// Places in the grid, the last axis fastest.
    pub cells: Vec<u64>,
    /// Addresses.
    pub addresses: Vec<u64>,
    /// Encoded lengths in bytes.
    pub lengths: Vec<u64>,
    /// Filter masks.
    pub skipped: Vec<u32>,
}

/// One encoded chunk.
#[derive(Clone, Copy)]
pub struct Stretch {
    /// Its first byte.
    pub address: u64,
    /// Its bytes.
    pub length: usize,
    /// Its filter mask.
    pub skipped: u32,
}

/// A part of the address space and where it lies.
pub struct Extent {
    /// Bytes of the address space.
    pub length: u64,
    /// Which of the files given for a read.
    pub file: usize,
    /// Its first byte in the file.
    pub offset: u64,
}

impl Layout {
    /// Bytes of a whole chunk, decoded.
    #[must_use]
    pub fn chunk_bytes(&self) -> usize {
        self.chunk.iter().product::<usize>() * self.itemsize
    }

    /// The chunk shape to read consecutive elements by: rows of about 1 MiB.
    #[must_use]
    pub fn consecutive_chunk(shape: &[usize], itemsize: usize) -> Vec<usize> {
        let mut room = (BLOCK / itemsize.max(1)).max(1);
        let mut chunk = vec![1; shape.len()];
        for (axis, length) in shape.iter().enumerate().rev() {
            chunk[axis] = (*length).clamp(1, room);
            room /= chunk[axis];
            if room <= 1 || chunk[axis] < *length {
                break;
            }
        }
        chunk
    }

    /// Chunks along each axis.
    #[must_use]
    pub fn grid(&self) -> Vec<usize> {
        self.shape
            .iter()
            .zip(&self.chunk)
            .map(|(length, size)| length.div_ceil(*size))
            .collect()
    }

    /// Bytes from one element to the next along each axis, where a chunk is decoded.
    ///
    /// Consecutive elements have the strides of the whole array.
    #[must_use]
    pub fn strides(&self) -> Vec<isize> {
        match self.stored {
            Stored::Consecutive => dense_strides(&self.shape, self.itemsize),
            Stored::Table(_) => dense_strides(&self.chunk, self.itemsize),
        }
    }

    /// The address of the first of the elements that are picked along each axis, by
    /// start, step and count, if they follow each other as they are.
    #[must_use]
    pub fn run(&self, picks: &[(usize, usize, usize)]) -> Option<u64> {
        if !matches!(self.stored, Stored::Consecutive) || picks.len() != self.shape.len() {
            return None;
        }
        let mut address = 0;
        let mut size = self.itemsize;
        let mut whole = true; // are all elements so far, from the last axis on
        for (&(start, step, count), &length) in picks.iter().zip(&self.shape).rev() {
            let last = start.checked_add(count.checked_sub(1)?)?;
            if last >= length || count > 1 && (step != 1 || !whole) {
                return None;
            }
            whole &= count == length;
            address += start as u64 * size as u64;
            size *= length;
        }
        Some(address)
    }

    /// What a codec must know.
    #[must_use]
    pub fn codec_chunk(chunk: &[usize], itemsize: usize) -> Chunk {
        let length = chunk.iter().product::<usize>() * itemsize;
        Chunk { itemsize, length }
    }
}

impl Table {
    /// The chunk at a place of the grid; None if it was never written.
    #[must_use]
    pub fn find(&self, cell: u64) -> Option<Stretch> {
        let guess = usize::try_from(cell).ok()?;
        let i = match self.cells.get(guess) {
            Some(found) if *found == cell => guess, // no chunk is missing before it
            _ => self.cells.binary_search(&cell).ok()?,
        };
        Some(Stretch {
            address: self.addresses[i],
            length: usize::try_from(self.lengths[i]).ok()?,
            skipped: self.skipped[i],
        })
    }
}

/// Why bytes could not be fetched.
#[derive(Debug)]
pub enum Missing {
    /// The file, by its number, ends before this byte.
    Cut {
        /// Which file.
        file: usize,
        /// One past the last byte that was wanted.
        end: u64,
    },
    /// The operating system says so.
    Failed {
        /// Which file.
        file: usize,
        /// What it says.
        error: std::io::Error,
    },
    /// The address lies outside of the address space.
    Nowhere(u64),
}

/// An open file that somebody else closes.
pub type Borrowed = ManuallyDrop<File>;

/// The address space of a layout over open files.
pub struct Storage<'a> {
    /// Its parts.
    pub extents: &'a [Extent],
    /// The files by number.
    pub files: &'a [Borrowed],
}

impl Storage<'_> {
    /// Fills `target` with the bytes from `address` on.
    ///
    /// # Errors
    /// If they are not all there.
    pub fn read(&self, address: u64, target: &mut [u8]) -> Result<(), Missing> {
        let mut start = 0_u64; // of the extent
        let mut at = address;
        let mut rest = target;
        for extent in self.extents {
            let end = start.saturating_add(extent.length);
            if rest.is_empty() {
                break;
            }
            if at < end {
                let room = usize::try_from(end - at).unwrap_or(usize::MAX);
                let (part, later) = rest.split_at_mut(room.min(rest.len()));
                let offset = extent.offset.saturating_add(at - start);
                read_at(&self.files[extent.file], extent.file, offset, part)?;
                at += part.len() as u64;
                rest = later;
            }
            start = end;
        }
        if rest.is_empty() {
            Ok(())
        } else {
            Err(Missing::Nowhere(at))
        }
    }
}

fn read_at(file: &File, number: usize, offset: u64, target: &mut [u8]) -> Result<(), Missing> {
    let end = offset.saturating_add(target.len() as u64);
    file.read_exact_at(target, offset).map_err(|error| {
        if error.kind() == std::io::ErrorKind::UnexpectedEof {
            Missing::Cut { file: number, end }
        } else {
            Missing::Failed {
                file: number,
                error,
            }
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_is_told_from_its_addresses() {
        let (shape, itemsize) = (vec![3, 4, 5], 2);
        let chunk = shape.clone();
        let layout = Layout {
            pipeline: Pipeline::new(&[], Layout::codec_chunk(&chunk, itemsize)).unwrap(),
            stored: Stored::Consecutive,
            fill: vec![0; itemsize],
            extents: Vec::new(),
            index: BlockIndex::default(),
            shape,
            chunk,
            itemsize,
        };
        let picks = |length: usize| {
            (0..length).flat_map(move |start| {
                (1..3).flat_map(move |step| {
                    let most = (length - start).div_ceil(step);
                    (1..=most).map(move |count| (start, step, count))
                })
            })
        };
        for a in picks(3) {
            for b in picks(4) {
                for c in picks(5) {
                    let each = |(start, step, count)| (0..count).map(move |i| start + i * step);
                    let addresses: Vec<_> = each(a)
                        .flat_map(|i| each(b).map(move |j| (i, j)))
                        .flat_map(|(i, j)| each(c).map(move |k| 2 * ((i * 4 + j) * 5 + k) as u64))
                        .collect();
                    let is_run = addresses.windows(2).all(|pair| pair[0] + 2 == pair[1]);
                    let wanted = is_run.then_some(addresses[0]);
                    let found = layout.run(&[a, b, c]);
                    // A step along an axis of one element is none.
                    assert!(
                        found == wanted,
                        "{a:?} {b:?} {c:?}: {found:?}, not {wanted:?}"
                    );
                }
            }
        }
    }
}
