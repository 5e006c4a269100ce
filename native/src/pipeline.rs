//! Filters in a row.

use std::ops::Range;

use crate::codecs::{self, Chunk, Codec, Damage, Source};

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

/// Encoded chunks may be longer than decoded ones by this factor and this many bytes;
/// what a step between two filters gives is bounded in the same way.
const SLACK: (usize, usize) = (2, 1 << 16);

/// The filter mask of a chunk has bits for so many filters; HDF5 allows no more.
const FILTERS: usize = u32::BITS as usize;

type Decode = fn(&(dyn Codec + 'static), &[u8], &mut [u8]) -> Result<usize, Damage>;

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
        self.decode_with(<dyn Codec>::decode, source, skipped, scratch, target)
    }

    /// Decodes as `decode`, into memory that is not read again soon.
    ///
    /// # Errors
    /// As `decode`.
    pub fn decode_far(
        &self,
        source: &[u8],
        skipped: u32,
        scratch: &mut Scratch,
        target: &mut [u8],
    ) -> Result<(), Failure> {
        self.decode_with(<dyn Codec>::decode_far, source, skipped, scratch, target)
    }

    fn decode_with(
        &self,
        decode: Decode,
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
        let limit = target.len() * SLACK.0 + SLACK.1;
        let Scratch { front, back } = scratch;
        let mut length = source.len();
        for (i, step) in later.iter().rev().enumerate() {
            back.resize(back.len().max(limit), 0);
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
        let given =
            decode(&***first, input, target).map_err(|damage| failure(&***first, damage))?;
        whole(given, target.len(), first.name())
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
        let mut steps = self.applied(skipped);
        let (Some(only), None) = (steps.next(), steps.next()) else {
            return None;
        };
        only.decode_part(source, wanted, target)
            .map(|done| done.map_err(|damage| failure(&**only, damage)))
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
            back.resize(back.len().max(bound), 0);
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
