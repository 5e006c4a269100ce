//! Filters in a row.

use std::ops::Range;

use crate::codecs::{self, Chunk, Codec, Damage, Source};
use crate::place::grow;

/// The filters of a dataset, in the order in which they are applied on write.
pub struct Pipeline {
    steps: Vec<Box<dyn Codec>>,
    chunk: Chunk,
}

/// Why a chunk could not be decoded or encoded.
#[derive(Debug)]
pub struct Failure {
    /// The filter that met it.
    pub filter: &'static str,
    /// What is wrong.
    pub damage: Damage,
}

/// Memory that is used again for one chunk after the other.
#[derive(Default)]
pub struct Scratch {
    front: Vec<u8>,
    back: Vec<u8>,
}

/// The most bytes that `length` bytes may be encoded to, also between two filters.
#[must_use]
pub fn most_encoded(length: usize) -> usize {
    length.saturating_mul(2).saturating_add(1 << 16)
}

/// The filter mask of a chunk has bits for so many filters; HDF5 allows no more.
const FILTERS: usize = u32::BITS as usize;

impl Pipeline {
    /// Returns the pipeline of filters given by number and options.
    ///
    /// # Errors
    /// The number of the first filter that this crate has no codec for.
    pub fn new(filters: &[(u32, Vec<u32>)], chunk: Chunk) -> Result<Self, u32> {
        let steps = filters
            .iter()
            .enumerate()
            .map(|(i, (number, options))| {
                (i < FILTERS)
                    .then(|| codecs::codec(*number, options, chunk))
                    .flatten()
                    .ok_or(*number)
            })
            .collect::<Result<_, _>>()?;
        Ok(Self { steps, chunk })
    }

    /// Bytes of a whole chunk, decoded.
    #[must_use]
    pub fn chunk_bytes(&self) -> usize {
        self.chunk.length
    }

    /// Whether a chunk with this filter mask is stored without any filter.
    #[must_use]
    pub fn stores_as_it_is(&self, skipped: u32) -> bool {
        self.applied(skipped).next().is_none()
    }

    /// Decodes one chunk into `target`, which has the length of a whole chunk.
    ///
    /// `skipped` is HDF5's filter mask: bit *i* is set where filter *i* was not applied.
    ///
    /// # Errors
    /// If a filter finds damage, or the chunk comes out shorter or longer than it is.
    pub fn decode(
        &self,
        source: &[u8],
        skipped: u32,
        scratch: &mut Scratch,
        target: &mut [u8],
    ) -> Result<(), Failure> {
        let steps: Vec<_> = self.applied(skipped).collect();
        let Some((first, later)) = steps.split_first() else {
            return whole(source.len(), target.len(), "storage")
                .map(|()| target.copy_from_slice(source));
        };
        let limit = most_encoded(target.len());
        let Scratch { front, back } = scratch;
        let mut length = source.len();
        for (i, step) in later.iter().rev().enumerate() {
            grow(back, limit);
            let input = if i == 0 { source } else { &front[..length] };
            length = step
                .decode(input, &mut back[..limit])
                .map_err(|damage| failure(&***step, damage))?;
            std::mem::swap(front, back);
        }
        let input = if later.is_empty() {
            source
        } else {
            &front[..length]
        };
        let given = first.decode(input, target);
        let given = given.map_err(|damage| failure(&***first, damage))?;
        whole(given, target.len(), first.name())
    }

    /// Decodes one chunk while it is read, where its format allows that.
    ///
    /// What is decoded may be written past the caches if `far`.
    ///
    /// # Errors
    /// As `decode`.
    pub fn decode_reading(
        &self,
        source: &dyn Source,
        skipped: u32,
        target: &mut [u8],
        far: bool,
    ) -> Option<Result<(), Failure>> {
        let only = self.only(skipped)?;
        let done = only.decode_reading(source, target, far)?;
        let given = done.map_err(|damage| failure(only, damage));
        Some(given.and_then(|given| whole(given, target.len(), only.name())))
    }

    /// Whether threads may decode parts of one chunk without much that is done twice.
    #[must_use]
    pub fn has_parts(&self) -> bool {
        match &self.steps[..] {
            [] => true,
            [only] => only.has_parts(),
            _ => false,
        }
    }

    /// Decodes only the bytes `wanted` of a chunk, where its format allows that.
    ///
    /// # Errors
    /// As `decode`.
    pub fn decode_part(
        &self,
        source: &dyn Source,
        skipped: u32,
        wanted: Range<usize>,
        target: &mut [u8],
    ) -> Option<Result<(), Failure>> {
        let only = self.only(skipped)?;
        only.decode_part(source, wanted, target)
            .map(|done| done.map_err(|damage| failure(only, damage)))
    }

    /// The most bytes that a whole chunk may be encoded to.
    #[must_use]
    pub fn bound(&self) -> usize {
        self.steps
            .iter()
            .fold(self.chunk.length, |length, step| step.bound(length))
    }

    /// Encodes one whole chunk into the front of `target` and returns its length.
    ///
    /// # Errors
    /// If a filter can't encode it.
    pub fn encode(
        &self,
        source: &[u8],
        scratch: &mut Scratch,
        target: &mut [u8],
    ) -> Result<usize, Failure> {
        let Some((last, earlier)) = self.steps.split_last() else {
            target[..source.len()].copy_from_slice(source);
            return Ok(source.len());
        };
        let Scratch { front, back } = scratch;
        let mut length = source.len();
        for (i, step) in earlier.iter().enumerate() {
            let bound = step.bound(length);
            grow(back, bound);
            let input = if i == 0 { source } else { &front[..length] };
            length = step
                .encode(input, &mut back[..bound])
                .map_err(|damage| failure(&**step, damage))?;
            std::mem::swap(front, back);
        }
        let input = if earlier.is_empty() {
            source
        } else {
            &front[..length]
        };
        last.encode(input, target)
            .map_err(|damage| failure(&**last, damage))
    }

    /// The filter of a chunk that has one.
    fn only(&self, skipped: u32) -> Option<&dyn Codec> {
        let mut steps = self.applied(skipped);
        steps
            .next()
            .filter(|_| steps.next().is_none())
            .map(|step| &**step)
    }

    /// The bytes by which a chunk may grow, see `Codec::piece`; None if only as a whole.
    #[must_use]
    pub fn piece(&self) -> Option<usize> {
        match &self.steps[..] {
            [only] => only.piece(),
            _ => None,
        }
    }

    /// Encodes the next piece of a chunk behind the `length` bytes that `target` has.
    ///
    /// Returns its new length. Pieces are as `Codec::append` takes them.
    ///
    /// # Errors
    /// As `encode`.
    pub fn append(&self, piece: &[u8], length: usize, target: &mut [u8]) -> Result<usize, Failure> {
        let Some(step) = self.steps.last() else {
            target[length..][..piece.len()].copy_from_slice(piece);
            return Ok(length + piece.len());
        };
        let mut appended = || {
            let length = if length == 0 {
                step.begin(target)?
            } else {
                length
            };
            Ok(length + step.append(piece, &mut target[length..])?)
        };
        appended().map_err(|damage| failure(&**step, damage))
    }

    fn applied(&self, skipped: u32) -> impl Iterator<Item = &Box<dyn Codec>> {
        self.steps
            .iter()
            .enumerate()
            .filter(move |(i, _)| skipped >> i & 1 == 0)
            .map(|(_, step)| step)
    }
}

fn failure(step: &dyn Codec, damage: Damage) -> Failure {
    Failure {
        filter: step.name(),
        damage,
    }
}

fn whole(given: usize, wanted: usize, filter: &'static str) -> Result<(), Failure> {
    if given == wanted {
        return Ok(());
    }
    let damage = Damage::new(format!("gave {given} of {wanted} bytes"));
    Err(Failure { filter, damage })
}
