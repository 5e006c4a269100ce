//! The same pixels of several frames, which share each tile of dark and flat.

use super::kernel::{self, Tile};
use super::{Correction, Counts, Frame, Out, Refusal, TILE};
use crate::pipeline::Scratch;

/// Memory that is used again for one band after the other.
#[derive(Default)]
pub(super) struct Room {
    raw: Vec<u8>,
    out: Vec<u8>,
    scratch: Scratch,
}

/// The parts of some frames.
pub(super) struct Band<'a> {
    first: usize,
    height: usize,
    parts: Vec<(Frame<'a>, Counts)>,
}

impl<'a> Band<'a> {
    /// A band of `height` pixels, of which those of the image are in `parts`; frame
    /// number `first` is the first.
    pub fn new(first: usize, height: usize, parts: Vec<Frame<'a>>) -> Self {
        let parts = parts.into_iter().map(|part| (part, Counts::default()));
        Self {
            first,
            height,
            parts: parts.collect(),
        }
    }

    /// Corrects the band, tile by tile.
    pub fn correct(&mut self, correction: &Correction, room: &mut Room) -> Result<(), Refusal> {
        let size = correction.out.size();
        let Some((first, _)) = self.parts.first() else {
            return Ok(());
        };
        let whole = first.out.chunk().map_or(first.pixels(), |_| self.height);
        let tile = first.out.tile(TILE, size).unwrap_or(whole);
        for start in (0..whole).step_by(tile) {
            let pixels = tile.min(whole - start);
            for (number, (part, counts)) in self.parts.iter_mut().enumerate() {
                *counts +=
                    correct_tile(correction, part, (start, pixels), room).map_err(|refusal| {
                        match refusal {
                            Refusal::Unread(_, missing) => {
                                Refusal::Unread(self.first + number, missing)
                            }
                            other => other,
                        }
                    })?;
            }
        }
        for (part, _) in &self.parts {
            part.out.finish(part.pixels() * size);
        }
        Ok(())
    }

    /// The number of each frame, its invalid pixels, and the length of its chunk.
    pub fn found(self) -> impl Iterator<Item = (usize, Counts, Option<usize>)> {
        let first = self.first;
        let numbered = self.parts.into_iter().enumerate();
        numbered.map(move |(number, (part, counts))| {
            let length = match part.out {
                Out::Chunks { length, .. } => Some(length),
                _ => None,
            };
            (first + number, counts, length)
        })
    }
}

/// Corrects pixels of a frame; what is beyond its end, in its last chunk, becomes 0.
fn correct_tile(
    correction: &Correction,
    part: &mut Frame,
    (start, pixels): (usize, usize),
    room: &mut Room,
) -> Result<Counts, Refusal> {
    let (raw_size, out_size) = (correction.raw.size, correction.out.size());
    let end = part.pixels().min(start + pixels);
    let start = start.min(end);
    let (inside, given) = (start..end, end - start);
    let raw = part
        .raw
        .bytes(start * raw_size, given * raw_size, &mut room.raw)
        .map_err(|missing| Refusal::Unread(0, missing))?;
    let out = part
        .out
        .room(start * out_size, pixels * out_size, &mut room.out);
    let (out, beyond) = out.split_at_mut(given * out_size);
    beyond.fill(0);
    let mut tile = Tile {
        raw,
        masked: part.masked.map(|masked| &masked[inside.clone()]),
        dark: part.dark.part(inside.clone()),
        flat: part.flat.part(inside.clone()),
        factor: part.factor,
        out,
        mask: part.mask.as_mut().map(|mask| &mut mask[inside]),
    };
    let counts = kernel::correct(correction, &mut tile);
    let length = (pixels * out_size).min(room.out.len());
    part.out
        .put(start * out_size, &room.out[..length], &mut room.scratch)?;
    Ok(counts)
}
