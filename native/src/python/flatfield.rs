//! The flat-field correction.

use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;

use super::memory::Memory;
use super::{interruption, watch};
use crate::flatfield::{self, Between, Correction, Frame, Output, Refusal, Stored};

/// The images before and after, by number, and how much the one after counts.
type Neighbours = (usize, usize, f64);

/// Corrects frames with one set of darks and flats. All arrays are contiguous.
#[pyclass(frozen, module = "beamio.engine._native")]
pub struct Corrector {
    darks: Vec<Memory>,
    flats: Vec<Memory>,
    masked: Option<Memory>,
    clip: Option<(f64, f64)>,
    floor: Option<f64>,
    fill: f64,
}

#[pymethods]
impl Corrector {
    /// `darks` and `flats` are images of float64; `masked` is one of a byte for each
    /// pixel, not 0 where it is invalid. With a `floor` the result is absorption.
    #[new]
    #[pyo3(signature = (darks, flats, masked, *, clip, floor, fill))]
    fn new(
        darks: Vec<Bound<'_, PyAny>>,
        flats: Vec<Bound<'_, PyAny>>,
        masked: Option<&Bound<'_, PyAny>>,
        clip: Option<(f64, f64)>,
        floor: Option<f64>,
        fill: f64,
    ) -> PyResult<Self> {
        let images = |images: Vec<Bound<'_, PyAny>>| {
            images
                .iter()
                .map(|image| Memory::of(image, size_of::<f64>()))
                .collect::<PyResult<_>>()
        };
        Ok(Self {
            darks: images(darks)?,
            flats: images(flats)?,
            masked: masked.map(|masked| Memory::of(masked, 1)).transpose()?,
            clip,
            floor,
            fill,
        })
    }

    /// Corrects `raw` into `out`, both of shape (frames, rows, columns), in threads.
    ///
    /// `places` has the darks, the flats and the factor of each frame; `types` the kind
    /// and the size of a raw pixel, whether it is big-endian, and the size of a
    /// corrected one; `invalid` is a raw pixel. `mask` gets the reasons of invalid
    /// pixels. Returns how many pixels of each frame are invalid, and how many for
    /// each reason.
    #[pyo3(signature = (raw, out, mask, places, *, types, invalid, threads))]
    fn correct(
        &self,
        py: Python<'_>,
        raw: &Bound<'_, PyAny>,
        out: &Bound<'_, PyAny>,
        mask: Option<&Bound<'_, PyAny>>,
        places: Vec<(Neighbours, Neighbours, f64)>,
        types: (char, usize, bool, usize),
        invalid: Option<Vec<u8>>,
        threads: usize,
    ) -> PyResult<Vec<(u64, [u64; 4])>> {
        let (kind, size, big_endian, out_size) = types;
        let types = (Stored::new(kind, size, big_endian), Output::new(out_size));
        let (Some(raw_type), Some(out_type)) = types else {
            return Err(unfit("pixels of this type are not known here"));
        };
        let raw = Memory::of(raw, size)?;
        let out = Memory::writable(out, out_size, raw.shape())?;
        let mask = mask.map(|mask| Memory::writable(mask, 1, raw.shape()));
        let mask = mask.transpose()?;
        self.check_overlap(&raw, &out, mask.as_ref())?;
        // SAFETY: `Memory` keeps arrays in place, and what is written overlaps nothing;
        // that no other thread writes into them is the promise of the caller.
        let (raw, out, mut mask, masked, darks, flats) = unsafe {
            (
                raw.bytes()?,
                out.bytes_mut()?,
                mask.as_ref().map(|mask| mask.bytes_mut()).transpose()?,
                self.masked
                    .as_ref()
                    .map(|image| image.bytes())
                    .transpose()?,
                numbers(&self.darks)?,
                numbers(&self.flats)?,
            )
        };
        let pixels = raw.len() / size / places.len().max(1);
        if pixels == 0 || raw.len() != places.len() * pixels * size {
            return Err(unfit("there are pixels of another number of frames"));
        }
        let frames: Option<Vec<_>> = places
            .iter()
            .zip(raw.chunks_exact(pixels * size))
            .zip(out.chunks_exact_mut(pixels * out_size))
            .map(|((&(dark, flat, factor), raw), out)| {
                Some(Frame {
                    raw,
                    dark: between(&darks, dark)?,
                    flat: between(&flats, flat)?,
                    factor,
                    out,
                    mask: mask.as_mut().and_then(|mask| mask.split_off_mut(..pixels)),
                })
            })
            .collect();
        let frames = frames.ok_or_else(|| unfit("there are not so many images"))?;
        let correction = Correction {
            raw: raw_type,
            out: out_type,
            invalid: invalid.as_deref(),
            masked,
            clip: self.clip,
            floor: self.floor,
            fill: self.fill,
        };
        let mut reason = None;
        let done =
            py.detach(|| flatfield::correct(&correction, frames, threads, watch(&mut reason)));
        match done {
            Ok(counts) => Ok(counts
                .iter()
                .map(|found| (found.invalid, found.reasons))
                .collect()),
            Err(Refusal::Shape) => Err(unfit("the images differ in size")),
            Err(Refusal::Interrupted) => Err(interruption(reason)),
        }
    }
}

impl Corrector {
    fn check_overlap(&self, raw: &Memory, out: &Memory, mask: Option<&Memory>) -> PyResult<()> {
        let images = [&self.darks, &self.flats].into_iter().flatten();
        let read: Vec<_> = images.chain(&self.masked).chain([raw]).collect();
        for (one, others) in [(Some(out), None), (mask, Some(out))] {
            for other in read.iter().copied().chain(others) {
                if one.is_some_and(|one| one.overlaps(other).unwrap_or(true)) {
                    return Err(unfit("what is written overlaps something, or has gaps"));
                }
            }
        }
        Ok(())
    }
}

/// # Safety
/// As `Memory::numbers`.
unsafe fn numbers(images: &[Memory]) -> PyResult<Vec<&[f64]>> {
    // SAFETY: the caller's promise.
    images
        .iter()
        .map(|image| unsafe { image.numbers() })
        .collect()
}

fn between<'a>(images: &[&'a [f64]], (low, high, weight): Neighbours) -> Option<Between<'a>> {
    Some(Between {
        low: images.get(low)?,
        high: images.get(high)?,
        weight,
    })
}

fn unfit(what: &'static str) -> PyErr {
    PyValueError::new_err(what)
}
