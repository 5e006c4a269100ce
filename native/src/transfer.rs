//! Frames on their way from where they lie into one dataset, and compared there.

use std::os::fd::AsRawFd;
use std::os::unix::fs::FileExt;
use std::sync::{Mutex, PoisonError};

use crate::disk::{set_aside, start_writing};
use crate::flatfield::Raw;
use crate::layout::{Borrowed, Missing};
use crate::pipeline::{Failure, Pipeline, Scratch};
use crate::place::grow;
use crate::relay::relay;
use crate::threads::{Stop, spread};

/// Bytes that are copied at a time: few enough to stay in a cache until they are
/// compared, many enough that threads don't wait for each other's lock on the file.
const PIECE: usize = 1 << 20;
/// Bytes that are encoded at a time, at least.
const BATCH: usize = 1 << 20;

/// Why frames did not arrive.
#[derive(Debug)]
pub enum Refusal<P> {
    /// Bytes of this frame are missing.
    Unread(usize, Missing),
    /// What was written of this frame reads differently.
    Unlike(usize),
    /// The output can't be written, or read back.
    Unwritten(std::io::Error),
    /// A filter can't encode a chunk.
    Unencoded(Failure),
    /// Who takes the chunks does not want to.
    Untaken(P),
}

/// Frames of `length` bytes each.
pub struct Frames<'a> {
    /// Where each is.
    pub raws: Vec<Raw<'a>>,
    /// Bytes of each.
    pub length: usize,
}

#[derive(Default)]
struct Buffers {
    raw: Vec<u8>,
    written: Vec<u8>,
    decoded: Vec<u8>,
    scratch: Scratch,
}

/// Copies frames to their places in a file, and compares them there if `verify`.
///
/// # Errors
/// The first refusal, or the interruption.
pub fn copy(
    frames: &Frames,
    (file, offsets): (&Borrowed, &[u64]),
    verify: bool,
    threads: usize,
    interrupted: impl FnMut() -> bool,
) -> Result<(), Stop<Refusal<()>>> {
    let length = frames.length;
    let pieces = length.div_ceil(PIECE);
    let descriptor = file.as_raw_fd();
    let signed = |number: u64| i64::try_from(number).unwrap_or(i64::MAX);
    if let (Some(first), Some(last)) = (offsets.iter().min(), offsets.iter().max()) {
        let whole = (last - first).saturating_add(length as u64);
        set_aside(descriptor, signed(*first), signed(whole))
            .map_err(|error| Stop::Failed(Refusal::Unwritten(error)))?;
    }
    let task = |task: usize, buffers: &mut Buffers| {
        let (frame, start) = (task / pieces, task % pieces * PIECE);
        let size = PIECE.min(length - start);
        let offset = offsets[frame].saturating_add(start as u64);
        let bytes = frames.raws[frame]
            .bytes(start, size, &mut buffers.raw)
            .map_err(|missing| Refusal::Unread(frame, missing))?;
        file.write_all_at(bytes, offset)
            .map_err(Refusal::Unwritten)?;
        start_writing(descriptor, signed(offset), size.cast_signed() as i64);
        if verify {
            grow(&mut buffers.written, size);
            let written = &mut buffers.written[..size];
            file.read_exact_at(written, offset)
                .map_err(Refusal::Unwritten)?;
            if written != bytes {
                return Err(Refusal::Unlike(frame));
            }
        }
        Ok(())
    };
    spread(frames.raws.len() * pieces, threads, task, interrupted)
}

/// Chunks that are whole rows of frames.
pub struct Chunks<'a> {
    /// Their filters.
    pub pipeline: &'a Pipeline,
    /// The bytes of an element beyond the last frame or row.
    pub fill: &'a [u8],
    /// Frames of a chunk.
    pub frames: usize,
    /// Bytes of the rows that a chunk has of a frame.
    pub band: usize,
}

impl Chunks<'_> {
    /// How many chunks the frames of this `length` make.
    #[must_use]
    pub fn count(&self, frames: usize, length: usize) -> usize {
        frames.div_ceil(self.frames) * length.div_ceil(self.band)
    }

    /// How many chunks one thread encodes before it hands them over.
    fn at_once(&self, count: usize, threads: usize) -> usize {
        let most = count.div_ceil(threads.max(1)).max(1);
        (BATCH / self.pipeline.bound().max(1)).clamp(1, most)
    }

    /// How much room `encode` takes to keep `threads` busy with so many chunks.
    #[must_use]
    pub fn room(&self, count: usize, threads: usize) -> usize {
        let at_once = self.at_once(count, threads);
        (threads + 2).min(count.div_ceil(at_once)) * at_once * self.pipeline.bound().max(1)
    }

    /// Encodes all chunks in threads, and calls `take` with some after others, in order.
    ///
    /// `take` gets the number of the first, its place in `room`, and the lengths of as
    /// many as follow, each a bound's length after the one before. It returns where in
    /// the file each lies; none if they shall not be compared there.
    ///
    /// # Errors
    /// The first refusal, or the interruption.
    pub fn encode<P: Send>(
        &self,
        frames: &Frames,
        (room, file): (&mut [u8], &Borrowed),
        threads: usize,
        mut take: impl FnMut(usize, usize, &[usize]) -> Result<Vec<u64>, P>,
        interrupted: impl FnMut() -> bool,
    ) -> Result<(), Stop<Refusal<P>>> {
        let bound = self.pipeline.bound().max(1);
        let chunks = self.count(frames.raws.len(), frames.length);
        let at_once = self.at_once(chunks, threads);
        let slots: Vec<_> = room
            .chunks_exact_mut(at_once * bound)
            .map(Mutex::new)
            .collect();
        let ahead = slots.len();
        let make = |task: usize, buffers: &mut Buffers| {
            let mut slot = slots[task % ahead]
                .lock()
                .unwrap_or_else(PoisonError::into_inner);
            (task * at_once..chunks.min((task + 1) * at_once))
                .zip(slot.chunks_exact_mut(bound))
                .map(|(chunk, place)| {
                    let Buffers { raw, scratch, .. } = buffers;
                    let bytes = self.gather(frames, chunk, raw)?;
                    let done = self.pipeline.encode(bytes, scratch, place);
                    done.map_err(Refusal::Unencoded)
                })
                .collect::<Result<Vec<_>, _>>()
        };
        let take = |task: usize, lengths: Vec<usize>| {
            let (first, start) = (task * at_once, task % ahead * at_once * bound);
            let places = take(first, start, &lengths).map_err(Refusal::Untaken)?;
            Ok((first, places, lengths))
        };
        let finish = |(first, places, lengths): (usize, Vec<u64>, Vec<usize>),
                      buffers: &mut Buffers| {
            (first..)
                .zip(places.into_iter().zip(lengths))
                .try_for_each(|(chunk, stored)| self.compare(frames, chunk, file, stored, buffers))
        };
        let tasks = chunks.div_ceil(at_once);
        let ends = (threads, ahead);
        relay(tasks, ends, make, take, finish, interrupted)
    }

    /// The bytes of a chunk, in `room` unless they are in memory already.
    fn gather<'a, P>(
        &self,
        frames: &'a Frames,
        chunk: usize,
        room: &'a mut Vec<u8>,
    ) -> Result<&'a [u8], Refusal<P>> {
        let unread = |frame| move |missing| Refusal::Unread(frame, missing);
        let bands = frames.length.div_ceil(self.band);
        let (first, start) = (chunk / bands * self.frames, chunk % bands * self.band);
        let size = self.band.min(frames.length - start);
        if self.frames == 1 && size == self.band {
            let raw = &frames.raws[first];
            return raw.bytes(start, size, room).map_err(unread(first));
        }
        let last = frames.raws.len().min(first + self.frames);
        let whole = self.pipeline.chunk_bytes();
        grow(room, whole);
        let room = &mut room[..whole];
        if size < self.band || last < first + self.frames {
            for element in room.chunks_exact_mut(self.fill.len()) {
                element.copy_from_slice(self.fill);
            }
        }
        for (frame, part) in (first..last).zip(room.chunks_exact_mut(self.band)) {
            let raw = &frames.raws[frame];
            raw.read(start, &mut part[..size]).map_err(unread(frame))?;
        }
        Ok(room)
    }

    fn compare<P>(
        &self,
        frames: &Frames,
        chunk: usize,
        file: &Borrowed,
        (place, length): (u64, usize),
        buffers: &mut Buffers,
    ) -> Result<(), Refusal<P>> {
        let Buffers {
            raw,
            written,
            decoded,
            scratch,
        } = buffers;
        grow(written, length);
        let written = &mut written[..length];
        file.read_exact_at(written, place)
            .map_err(Refusal::Unwritten)?;
        let whole = self.pipeline.chunk_bytes();
        grow(decoded, whole);
        let decoded = &mut decoded[..whole];
        let done = self.pipeline.decode(written, 0, scratch, decoded);
        if done.is_ok() && self.gather(frames, chunk, raw)? == decoded {
            return Ok(());
        }
        let bands = frames.length.div_ceil(self.band);
        Err(Refusal::Unlike(chunk / bands * self.frames))
    }
}
