//! The flat-field correction, (raw - dark) / (flat - dark), of several frames at once.
//!
//! Frames share a tile of dark and flat, which stays in the cache from one to the next.
#![allow(
    clippy::inline_always,
    reason = "loops become those of a processor inside a function compiled for it"
)]

mod kernel;
mod logarithm;
mod pixels;

use std::ops::Range;
use std::sync::{Mutex, PoisonError};

use crate::threads::spread;
use kernel::Tile;
pub use pixels::{Kind, Output, Stored};

/// Pixels of a tile: two images of dark and two of flat are half a megabyte.
const TILE: usize = 1 << 14;

/// Why a pixel is invalid: the bits of the mask, as in `beamio.Invalid`.
pub mod reason {
    /// The flat is not brighter than the dark, or one of them is not finite.
    pub const NO_BEAM: u8 = 1;
    /// Masked in the input.
    pub const MASKED: u8 = 2;
    /// The result does not fit the output's type.
    pub const OVERFLOW: u8 = 4;
    /// The beam current of the frame is not positive.
    pub const NO_CURRENT: u8 = 8;
}

/// What is done to every frame.
#[derive(Debug)]
pub struct Correction<'a> {
    /// How raw pixels are stored.
    pub raw: Stored,
    /// How corrected pixels are stored.
    pub out: Output,
    /// The raw pixel, as stored, that stands for an invalid one.
    pub invalid: Option<&'a [u8]>,
    /// An image that is not 0 where pixels are invalid.
    pub masked: Option<&'a [u8]>,
    /// Limits of the transmission.
    pub clip: Option<(f64, f64)>,
    /// The least transmission of which the logarithm is taken, if it is; not subnormal.
    pub floor: Option<f64>,
    /// What invalid pixels become.
    pub fill: f64,
}

/// An image between two others: low + (high - low) weight.
#[derive(Clone, Copy, Debug)]
pub struct Between<'a> {
    /// The image before.
    pub low: &'a [f64],
    /// The image after, or the same.
    pub high: &'a [f64],
    /// How much the image after counts.
    pub weight: f64,
}

impl Between<'_> {
    #[inline(always)]
    fn part(&self, pixels: Range<usize>) -> Self {
        Self {
            low: &self.low[pixels.clone()],
            high: &self.high[pixels],
            weight: self.weight,
        }
    }

    #[inline(always)]
    fn values(&self) -> impl Iterator<Item = f64> {
        let weight = self.weight;
        let both = self.low.iter().zip(self.high);
        both.map(move |(low, high)| (high - low) * weight + low)
    }
}

/// An image on its way through the correction.
#[derive(Debug)]
pub struct Frame<'a> {
    /// The pixels as stored.
    pub raw: &'a [u8],
    /// What is subtracted.
    pub dark: Between<'a>,
    /// What is divided by.
    pub flat: Between<'a>,
    /// The beam current of the flat divided by that of the frame, or NaN.
    pub factor: f64,
    /// Room for the corrected pixels.
    pub out: &'a mut [u8],
    /// Room for one byte for each pixel: why it is invalid.
    pub mask: Option<&'a mut [u8]>,
}

impl Frame<'_> {
    fn fits(&self, correction: &Correction) -> bool {
        let pixels = self.dark.low.len();
        let masks = [self.mask.as_deref(), correction.masked];
        [self.dark.high, self.flat.low, self.flat.high]
            .iter()
            .all(|image| image.len() == pixels)
            && masks.iter().flatten().all(|mask| mask.len() == pixels)
            && self.raw.len() == pixels * correction.raw.size
            && self.out.len() == pixels * correction.out.size()
    }
}

/// How many pixels of a frame are invalid.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// For any reason.
    pub invalid: u64,
    /// For the reason of each bit; a pixel may have several.
    pub reasons: [u64; 4],
}

impl Counts {
    /// Adds pixels, each with its reasons or 0.
    #[inline(always)]
    fn add(&mut self, reasons: &[u8]) {
        let count = |bits: u8| {
            reasons
                .iter()
                .map(|found| u64::from(found & bits != 0))
                .sum::<u64>()
        };
        self.invalid += count(u8::MAX);
        for (bit, total) in self.reasons.iter_mut().enumerate() {
            *total += count(1 << bit);
        }
    }
}

impl std::ops::AddAssign for Counts {
    fn add_assign(&mut self, other: Self) {
        self.invalid += other.invalid;
        for (count, more) in self.reasons.iter_mut().zip(other.reasons) {
            *count += more;
        }
    }
}

/// Why frames were not corrected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// Images differ in their number of pixels.
    Shape,
    /// The caller asked to stop.
    Interrupted,
}

/// Corrects frames in up to `threads` threads and counts the invalid pixels of each.
///
/// # Errors
/// If images differ in size, or `interrupted`, which the calling thread asks now and
/// then, says so.
pub fn correct(
    correction: &Correction,
    frames: Vec<Frame>,
    threads: usize,
    interrupted: impl FnMut() -> bool,
) -> Result<Vec<Counts>, Refusal> {
    if !frames.iter().all(|frame| frame.fits(correction)) {
        return Err(Refusal::Shape);
    }
    let counts = Mutex::new(vec![Counts::default(); frames.len()]);
    let tiles: Vec<_> = tiles(correction, frames)
        .into_iter()
        .map(Mutex::new)
        .collect();
    let task = |index: usize, (): &mut ()| {
        // Each tile is locked once: the lock says so to the compiler.
        let mut tile = tiles[index].lock().unwrap_or_else(PoisonError::into_inner);
        for (frame, part) in &mut *tile {
            let found = kernel::correct(correction, part);
            if found.invalid > 0 {
                counts.lock().unwrap_or_else(PoisonError::into_inner)[*frame] += found;
            }
        }
        Ok::<_, ()>(())
    };
    spread(tiles.len(), threads, task, interrupted).map_err(|_| Refusal::Interrupted)?;
    Ok(counts.into_inner().unwrap_or_else(PoisonError::into_inner))
}

/// Returns the frames that have a part in each tile, by number, and their parts.
fn tiles<'a>(correction: &Correction<'a>, frames: Vec<Frame<'a>>) -> Vec<Vec<(usize, Tile<'a>)>> {
    let mut tiles: Vec<Vec<_>> = Vec::new();
    for (number, frame) in frames.into_iter().enumerate() {
        let pixels = frame.dark.low.len();
        tiles.resize_with(tiles.len().max(pixels.div_ceil(TILE)), Vec::new);
        let outs = frame.out.chunks_mut(TILE * correction.out.size());
        let mut masks = frame.mask.map(|mask| mask.chunks_mut(TILE));
        for (index, (tile, out)) in tiles.iter_mut().zip(outs).enumerate() {
            let part = index * TILE..pixels.min((index + 1) * TILE);
            let size = correction.raw.size;
            let tile_of_frame = Tile {
                raw: &frame.raw[part.start * size..part.end * size],
                masked: correction.masked.map(|masked| &masked[part.clone()]),
                dark: frame.dark.part(part.clone()),
                flat: frame.flat.part(part),
                factor: frame.factor,
                out,
                mask: masks.as_mut().and_then(Iterator::next),
            };
            tile.push((number, tile_of_frame));
        }
    }
    tiles
}
