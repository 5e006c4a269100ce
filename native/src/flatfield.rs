//! The flat-field correction, (raw - dark) / (flat - dark), of several frames at once.
//!
//! Frames share a tile of dark and flat, which stays in the cache from one to the next.
#![allow(
    clippy::inline_always,
    reason = "loops become those of a processor inside a function compiled for it"
)]

mod band;
mod ends;
mod kernel;
mod logarithm;
mod pixels;

use std::ops::Range;
use std::sync::{Mutex, PoisonError};

use crate::layout::Missing;
use crate::pipeline::Failure;
use crate::threads::{Stop, spread};
use band::Band;
pub use ends::{Out, Raw};
pub use pixels::{Kind, Output, Stored};

/// Pixels of a tile: two images of dark and two of flat are half a megabyte.
const TILE: usize = 1 << 14;
/// Pixels of a band, at most: the disk gets them in pieces that it likes.
const BAND: usize = 1 << 18;
/// Bands for each thread, at least: so the last threads to end are not far apart.
const BANDS: usize = 4;

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

    fn split_off(&mut self, pixels: usize) -> Self {
        let (low, high) = (self.low, self.high);
        (self.low, self.high) = (&low[pixels..], &high[pixels..]);
        Self {
            low: &low[..pixels],
            high: &high[..pixels],
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
pub struct Frame<'a> {
    /// The pixels as stored.
    pub raw: Raw<'a>,
    /// What is subtracted.
    pub dark: Between<'a>,
    /// What is divided by.
    pub flat: Between<'a>,
    /// An image that is not 0 where pixels are invalid.
    pub masked: Option<&'a [u8]>,
    /// The beam current of the flat divided by that of the frame, or NaN.
    pub factor: f64,
    /// Where the corrected pixels go.
    pub out: Out<'a>,
    /// Room for one byte for each pixel: why it is invalid.
    pub mask: Option<&'a mut [u8]>,
}

impl Frame<'_> {
    fn pixels(&self) -> usize {
        self.dark.low.len()
    }

    fn fits(&self, correction: &Correction) -> bool {
        let pixels = self.pixels();
        let masks = [self.mask.as_deref(), self.masked];
        [self.dark.high, self.flat.low, self.flat.high]
            .iter()
            .all(|image| image.len() == pixels)
            && masks.iter().flatten().all(|mask| mask.len() == pixels)
            && self.raw.fits(pixels * correction.raw.size)
            && self.out.fits(pixels, correction.out.size())
    }

    /// Takes pixels from the front, to be corrected apart from the rest.
    fn split_off(&mut self, pixels: usize, correction: &Correction) -> Self {
        Self {
            raw: self.raw.split_off(pixels * correction.raw.size),
            dark: self.dark.split_off(pixels),
            flat: self.flat.split_off(pixels),
            masked: self
                .masked
                .as_mut()
                .and_then(|mask| mask.split_off(..pixels)),
            factor: self.factor,
            out: self.out.split_off(pixels * correction.out.size()),
            mask: self
                .mask
                .as_mut()
                .and_then(|mask| mask.split_off_mut(..pixels)),
        }
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

/// What became of a frame.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Corrected {
    /// Its invalid pixels.
    pub counts: Counts,
    /// The length of each encoded chunk, where the frame was encoded.
    pub lengths: Vec<usize>,
}

/// Why frames were not corrected.
#[derive(Debug)]
pub enum Refusal {
    /// Images differ in their number of pixels.
    Shape,
    /// Raw pixels of a frame, by number, could not be read.
    Unread(usize, Missing),
    /// Corrected pixels could not be written.
    Unwritten(std::io::Error),
    /// Corrected pixels could not be encoded.
    Unencoded(Failure),
    /// The caller asked to stop.
    Interrupted,
}

/// Corrects frames in up to `threads` threads.
///
/// # Errors
/// If images differ in size, something can't be read or written, or `interrupted`,
/// which the calling thread asks now and then, says so.
pub fn correct(
    correction: &Correction,
    frames: Vec<Frame>,
    threads: usize,
    interrupted: impl FnMut() -> bool,
) -> Result<Vec<Corrected>, Refusal> {
    let Some(first) = frames.first() else {
        return Ok(Vec::new());
    };
    let (pixels, chunk) = (first.pixels(), first.out.chunk());
    let alike = |frame: &Frame| frame.pixels() == pixels && frame.out.chunk() == chunk;
    if !frames
        .iter()
        .all(|frame| frame.fits(correction) && alike(frame))
    {
        return Err(Refusal::Shape);
    }
    let mut corrected = vec![Corrected::default(); frames.len()];
    let bands: Vec<_> = bands(correction, frames, threads)
        .into_iter()
        .map(Mutex::new)
        .collect();
    let task = |index: usize, room: &mut band::Room| {
        // Each band is locked once: the lock says so to the compiler.
        let mut band = bands[index].lock().unwrap_or_else(PoisonError::into_inner);
        band.correct(correction, room)
    };
    spread(bands.len(), threads, task, interrupted).map_err(|stop| match stop {
        Stop::Failed(refusal) => refusal,
        Stop::Interrupted => Refusal::Interrupted,
    })?;
    for band in bands {
        let band = band.into_inner().unwrap_or_else(PoisonError::into_inner);
        for (frame, counts, length) in band.found() {
            corrected[frame].counts += counts;
            corrected[frame].lengths.extend(length);
        }
    }
    Ok(corrected)
}

/// Cuts frames into bands of the same pixels of several frames.
fn bands<'a>(
    correction: &Correction<'a>,
    mut frames: Vec<Frame<'a>>,
    threads: usize,
) -> Vec<Band<'a>> {
    let pixels = frames[0].pixels();
    let enough = (threads * BANDS).max(1);
    let height = frames[0]
        .out
        .chunk()
        .unwrap_or_else(|| (pixels / enough).clamp(TILE, BAND).next_multiple_of(TILE));
    let wide = pixels.div_ceil(height).max(1);
    let together = frames.len().div_ceil(enough.div_ceil(wide));
    let mut bands = Vec::new();
    for start in (0..pixels).step_by(height) {
        let part = height.min(pixels - start);
        for (group, frames) in frames.chunks_mut(together).enumerate() {
            let parts = frames
                .iter_mut()
                .map(|frame| frame.split_off(part, correction));
            bands.push(Band::new(group * together, height, parts.collect()));
        }
    }
    bands
}
