//! The flat-field correction.

use pyo3::prelude::*;

use super::codec::corrupt;
use super::ends::{Out, Raw, Source, Target, system_error, unfit};
use super::memory::Memory;
use super::read::missing_bytes;
use super::{interruption, watch};
use crate::flatfield::{self, Between, Correction, Frame, Output, Refusal, Stored};

/// The images before and after, by number, and how much the one after counts.
type Neighbours = (usize, usize, f64);

/// Invalid pixels of a frame, those for each reason, and the lengths of its chunks.
type Found = (u64, [u64; 4], Vec<usize>);

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

    /// Corrects frames, in threads.
    ///
    /// `raw` and `out` are arrays of shape (frames, rows, columns), or what `Raw` and
    /// `Out` say; an encoder's chunks are rows of a frame. `places` has the darks, the
    /// flats and the factor of each frame; `types` the kind and the size of a raw pixel,
    /// whether it is big-endian, and the size of a corrected one; `invalid` is a raw
    /// pixel. `mask` gets the reasons of invalid pixels. Returns for each frame how many
    /// pixels are invalid, how many for each reason, and the lengths of its chunks.
    #[pyo3(signature = (raw, out, mask, places, *, types, invalid, threads))]
    fn correct(
        &self,
        py: Python<'_>,
        raw: Raw<'_>,
        out: Out<'_>,
        mask: Option<&Bound<'_, PyAny>>,
        places: Vec<(Neighbours, Neighbours, f64)>,
        types: (char, usize, bool, usize),
        invalid: Option<Vec<u8>>,
        threads: usize,
    ) -> PyResult<Vec<Found>> {
        let (kind, size, big_endian, out_size) = types;
        let types = (Stored::new(kind, size, big_endian), Output::new(out_size));
        let (Some(raw_type), Some(out_type)) = types else {
            return Err(unfit("pixels of this type are not known here"));
        };
        let raw = Source::new(&raw, size)?;
        let mut out = Target::new(&out, out_size)?;
        let mask = mask.map(|mask| Memory::writable(mask, 1, &shape_of(mask)?));
        let mask = mask.transpose()?;
        self.check_overlap(raw.memory(), [out.memory(), mask.as_ref()])?;
        // SAFETY: `Memory` keeps arrays in place, and what is written overlaps nothing;
        // that no other thread writes into them is the promise of the caller.
        let (mut mask, masked, darks, flats) = unsafe {
            (
                mask.as_ref().map(|mask| mask.bytes_mut()).transpose()?,
                self.masked
                    .as_ref()
                    .map(|image| image.bytes())
                    .transpose()?,
                numbers(&self.darks)?,
                numbers(&self.flats)?,
            )
        };
        let pixels = darks.first().map_or(0, |image| image.len());
        if pixels == 0 {
            return Err(unfit("there are no pixels"));
        }
        let storages = raw.storages();
        let raws = raw.frames(&storages, places.len(), pixels * size)?;
        let outs = out.frames(places.len(), pixels, out_size)?;
        let frames: Option<Vec<_>> = places
            .iter()
            .zip(raws)
            .zip(outs)
            .map(|((&(dark, flat, factor), raw), out)| {
                let mask = match &mut mask {
                    Some(mask) => Some(mask.split_off_mut(..pixels)?),
                    None => None,
                };
                Some(Frame {
                    raw,
                    dark: between(&darks, dark)?,
                    flat: between(&flats, flat)?,
                    masked,
                    factor,
                    out,
                    mask,
                })
            })
            .collect();
        let frames = frames.ok_or_else(|| unfit("there are not so many images"))?;
        let correction = Correction {
            raw: raw_type,
            out: out_type,
            invalid: invalid.as_deref(),
            clip: self.clip,
            floor: self.floor,
            fill: self.fill,
        };
        let mut reason = None;
        let done =
            py.detach(|| flatfield::correct(&correction, frames, threads, watch(&mut reason)));
        match done {
            Ok(corrected) => Ok(corrected
                .into_iter()
                .map(|found| (found.counts.invalid, found.counts.reasons, found.lengths))
                .collect()),
            Err(Refusal::Shape) => Err(unfit("the images differ in size")),
            Err(Refusal::Unread(frame, missing)) => Err(missing_bytes(frame, missing)),
            Err(Refusal::Unwritten(error)) => Err(system_error(&error)),
            Err(Refusal::Unencoded(failure)) => Err(corrupt(&failure)),
            Err(Refusal::Interrupted) => Err(interruption(reason)),
        }
    }
}

impl Corrector {
    fn check_overlap(&self, raw: Option<&Memory>, written: [Option<&Memory>; 2]) -> PyResult<()> {
        let images = [&self.darks, &self.flats].into_iter().flatten();
        let read: Vec<_> = images.chain(&self.masked).chain(raw).collect();
        let [out, mask] = written;
        for (one, others) in [(out, None), (mask, out)] {
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

fn shape_of(array: &Bound<'_, PyAny>) -> PyResult<Vec<usize>> {
    array.getattr("shape")?.extract()
}
