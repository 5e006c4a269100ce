//! Blosc 2: a frame around a chunk, which may be an array that is cut along each axis.

mod array;
mod frame;

use std::ops::Range;

use self::array::{AXES, Shapes};
use self::frame::{Facts, Frame};
use super::blosc::bytes::Bytes;
use super::blosc::encode::Settings;
use super::blosc::filter::Filter;
use super::blosc::grid::Grid;
use super::blosc::header::BLOSC2;
use super::blosc::{chunk, holds};
use super::{Chunk, Codec, Damage, Source};

/// HDF5's filter 32026: one frame of Blosc 2 per chunk.
///
/// Options: the filter's version, bytes of a block, of an element and of a chunk, level,
/// shuffle, compressor; then, for chunks of two to eight axes, their number and lengths.
pub struct Blosc2 {
    settings: Settings,
    itemsize: usize,
    /// Bytes of a block; 0 for what suits the compressor.
    block: usize,
    /// The array that a chunk is, in elements.
    array: Option<Vec<usize>>,
    length: usize,
}

impl Blosc2 {
    /// Returns the filter; None for options that are not known here.
    #[must_use]
    pub fn new(options: &[u32], chunk: Chunk) -> Option<Self> {
        let option = |at, default| options.get(at).copied().unwrap_or(default);
        let itemsize = match usize::try_from(option(2, 0)).ok()? {
            0 => chunk.itemsize.max(1),
            itemsize => itemsize,
        };
        let settings = Settings::new(BLOSC2, options, itemsize)?;
        let array = match options.get(7..) {
            None | Some([]) => None,
            Some([axes, lengths @ ..]) => {
                let lengths = lengths.get(..usize::try_from(*axes).ok()?)?;
                let lengths = lengths.iter().map(|&length| usize::try_from(length));
                Some(lengths.collect::<Result<Vec<_>, _>>().ok()?)
            }
        };
        Some(Self {
            settings,
            itemsize,
            block: usize::try_from(option(1, 0)).ok()?,
            array,
            length: chunk.length,
        })
    }

    /// Reads all but the blocks, and how they lie in the chunk of HDF5.
    ///
    /// No block is longer than `most`.
    fn open<'a>(&self, bytes: &Bytes<'a>, most: usize) -> Result<(chunk::Chunk<'a>, Grid), Damage> {
        let Frame {
            chunk,
            itemsize,
            array,
        } = Frame::open(bytes, most)?;
        let Some(shapes) = array else {
            let grid = Grid::linear(chunk.length, chunk.block);
            return Ok((chunk, grid));
        };
        if self
            .array
            .as_ref()
            .is_some_and(|array| *array != shapes.array)
        {
            return Err(Damage::new("holds an array of another shape"));
        }
        // The frame calls elements of more than 255 bytes bytes.
        let grid = [itemsize, self.itemsize]
            .iter()
            .filter_map(|itemsize| shapes.grid(*itemsize))
            .find(|grid| (grid.block(), grid.padded()) == (chunk.block, chunk.length))
            .ok_or_else(|| Damage::new("holds an array that its blocks do not make up"))?;
        Ok((chunk, grid))
    }

    /// Returns the shapes in which `length` bytes are written, if they are the array.
    ///
    /// No array of elements of more than 255 bytes: the library fails to read some.
    fn shapes(&self, length: usize) -> Option<Shapes> {
        let array = self.array.as_ref().filter(|array| {
            (1..=AXES).contains(&array.len()) && self.itemsize == self.settings.typesize
        })?;
        let whole = array
            .iter()
            .try_fold(self.itemsize, |all, n| all.checked_mul(*n))?;
        (whole == length && length > 0)
            .then(|| Shapes::divide(array.clone(), self.block(length) / self.itemsize))
            .filter(|shapes| shapes.grid(self.itemsize).is_some())
    }

    /// Returns the blocks in which `length` bytes are written, of these shapes if any.
    fn grid(&self, shapes: Option<&Shapes>, length: usize) -> Grid {
        shapes
            .and_then(|shapes| shapes.grid(self.itemsize))
            .unwrap_or_else(|| Grid::linear(length, self.block(length)))
    }

    /// Writes a frame into the front of `target`, with blocks of these shapes if any.
    fn write(
        &self,
        shapes: Option<&Shapes>,
        source: &[u8],
        target: &mut [u8],
    ) -> Result<usize, Damage> {
        let grid = self.grid(shapes, source.len());
        let length = shapes.map_or(source.len(), |_| grid.padded());
        let array = shapes.map(|shapes| shapes.written(self.itemsize));
        let facts = Facts {
            length,
            itemsize: self.settings.typesize,
            block: grid.block(),
            compressor: self.settings.compressor.option(),
            level: self.settings.level,
            filter: self.settings.filter.map_or(0, Filter::number),
        };
        let header = facts.header(array.as_deref(), 0).len();
        let short = || Damage::new("was given too little room");
        let (front, place) = target.split_at_mut_checked(header).ok_or_else(short)?;
        let encoded = self.settings.encode(&grid, length, source, place)?;
        front.copy_from_slice(&facts.header(array.as_deref(), encoded));
        let rest = place
            .get_mut(encoded..encoded + Frame::END)
            .ok_or_else(short)?;
        for (byte, last) in rest.iter_mut().zip(Facts::end()) {
            *byte = last;
        }
        Ok(header + encoded + Frame::END)
    }

    /// Bytes of a block.
    fn block(&self, length: usize) -> usize {
        match self.block {
            0 => self.settings.block(length),
            block => {
                let size = self.settings.typesize;
                (block.min(length) / size * size).max(size.min(length))
            }
        }
    }
}

impl Codec for Blosc2 {
    fn name(&self) -> &'static str {
        "Blosc2"
    }

    fn decode(&self, source: &[u8], target: &mut [u8]) -> Result<usize, Damage> {
        let room = target.len();
        let (chunk, grid) = self.open(&Bytes::Here(source), room)?;
        let length = grid.length();
        let target = target
            .get_mut(..length)
            .ok_or_else(|| holds(length, room))?;
        grid.read(&chunk, &(0..length), target)?;
        Ok(length)
    }

    fn bound(&self, length: usize) -> usize {
        let shapes = self.shapes(length);
        let grid = self.grid(shapes.as_ref(), length);
        let padded = shapes.map_or(length, |_| grid.padded());
        padded.saturating_add(Facts::MOST + self.settings.header() + Frame::END)
    }

    fn encode(&self, source: &[u8], target: &mut [u8]) -> Result<usize, Damage> {
        self.write(self.shapes(source.len()).as_ref(), source, target)
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
        Some(
            self.open(&Bytes::all(source), self.length)
                .and_then(|(chunk, grid)| grid.part(&chunk, self.length, &wanted, target)),
        )
    }
}

#[cfg(test)]
mod tests;
