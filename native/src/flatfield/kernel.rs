//! A tile of one frame.
//!
//! All arithmetic is in float64, with the operations and the order of the `NumPy`
//! version, and is rounded once, at the end: the compiler fuses no multiplication
//! with an addition, so vectors of any width give that version's numbers to the last
//! bit (the logarithm: to an ulp of float64), and the same pixels are invalid. A pixel
//! takes two cycles, those of a 64-bit division, which is what its memory takes, too:
//! float32 would gain little and lose the last bits wherever dark and flat are no
//! integers, or counts exceed 2^24.

use super::logarithm::ln;
use super::pixels::{Kind, Stored, double, has, load, mark_equal, single};
use super::{Between, Correction, Counts, Output, reason};

/// Pixels corrected at a time; what is known of them is whether all are sound.
const BLOCK: usize = 512;

/// A run of pixels of one frame.
pub(super) struct Tile<'a> {
    pub raw: &'a [u8],
    pub masked: Option<&'a [u8]>,
    pub dark: Between<'a>,
    pub flat: Between<'a>,
    pub factor: f64,
    pub out: &'a mut [u8],
    pub mask: Option<&'a mut [u8]>,
}

impl Tile<'_> {
    fn pixels(&self) -> usize {
        self.dark.low.len()
    }
}

/// Corrects a tile, in the widest vectors that this machine has, and counts what is
/// invalid.
pub(super) fn correct(correction: &Correction, tile: &mut Tile) -> Counts {
    #[cfg(target_arch = "x86_64")]
    {
        if is_x86_feature_detected!("avx512f")
            && is_x86_feature_detected!("avx512bw")
            && is_x86_feature_detected!("avx512dq")
            && is_x86_feature_detected!("avx512vl")
        {
            // SAFETY: the processor has what the function is compiled for.
            return unsafe { with_avx512(correction, tile) };
        }
        if is_x86_feature_detected!("avx2") {
            // SAFETY: as above.
            return unsafe { with_avx2(correction, tile) };
        }
    }
    each_block(correction, tile)
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl")]
fn with_avx512(correction: &Correction, tile: &mut Tile) -> Counts {
    each_block(correction, tile)
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2")]
fn with_avx2(correction: &Correction, tile: &mut Tile) -> Counts {
    each_block(correction, tile)
}

#[inline(always)]
fn each_block(correction: &Correction, tile: &mut Tile) -> Counts {
    let mut total = Counts::default();
    let (room, reasons) = (&mut [0.; BLOCK], &mut [0; BLOCK]);
    for (start, length) in parts(tile.pixels(), BLOCK) {
        let mut block = correction.part(tile, start, length);
        let counts = &mut room[..length];
        if is_sound(correction, &mut block, counts) {
            if let Some(mask) = block.mask {
                clear(mask);
            }
            continue;
        }
        let reasons = &mut reasons[..length];
        explain(correction, &block, counts, reasons);
        correction.out.fill(correction.fill, block.out, reasons);
        if let Some(mask) = block.mask {
            mask.copy_from_slice(reasons);
        }
        total.add(reasons);
    }
    total
}

fn parts(pixels: usize, most: usize) -> impl Iterator<Item = (usize, usize)> {
    (0..pixels)
        .step_by(most)
        .map(move |start| (start, most.min(pixels - start)))
}

impl Correction<'_> {
    #[inline(always)]
    fn part<'a>(&self, tile: &'a mut Tile, start: usize, length: usize) -> Tile<'a> {
        let bytes = |size| start * size..(start + length) * size;
        Tile {
            raw: &tile.raw[bytes(self.raw.size)],
            masked: tile.masked.map(|masked| &masked[bytes(1)]),
            dark: tile.dark.part(bytes(1)),
            flat: tile.flat.part(bytes(1)),
            factor: tile.factor,
            out: &mut tile.out[bytes(self.out.size())],
            mask: tile.mask.as_mut().map(|mask| &mut mask[bytes(1)]),
        }
    }
}

/// Corrects a block and tells whether no pixel of it is invalid.
#[inline(always)]
fn is_sound(correction: &Correction, block: &mut Tile, room: &mut [f64]) -> bool {
    macro_rules! straight {
        ($pixel:ty) => {{
            let (pixels, _) = block.raw.as_chunks();
            let counts = pixels.iter().map(|bytes| <$pixel>::from_le_bytes(*bytes));
            finished(correction, block, counts.map(f64::from))
        }};
    }
    let Stored {
        kind,
        size,
        big_endian,
    } = correction.raw;
    let sound = match (kind, size) {
        // What detectors write; the rest takes a detour through the cache.
        (Kind::Unsigned, 1) => straight!(u8),
        (Kind::Unsigned, 2) if !big_endian => straight!(u16),
        (Kind::Unsigned, 4) if !big_endian => straight!(u32),
        (Kind::Signed, 4) if !big_endian => straight!(i32),
        (Kind::Float, 4) if !big_endian => straight!(f32),
        _ => {
            load(room, block.raw, correction.raw);
            finished(correction, block, room.iter().copied())
        }
    };
    sound
        && !block.masked.is_some_and(any)
        && !correction
            .invalid
            .is_some_and(|mark| has(block.raw, mark, correction.raw))
}

#[inline(always)]
fn is_finite(value: f64) -> bool {
    value.abs() < f64::INFINITY
}

/// Makes a mask 0; to write what it holds already would take longer than to read it.
#[inline(always)]
fn clear(mask: &mut [u8]) {
    if any(mask) {
        mask.fill(0);
    }
}

/// Tells whether one of the bytes is not 0; reads all of them, as that is faster.
#[inline(always)]
fn any(bytes: &[u8]) -> bool {
    bytes.iter().fold(0, |all, byte| all | byte) != 0
}

#[inline(always)]
fn finished(correction: &Correction, block: &mut Tile, counts: impl Iterator<Item = f64>) -> bool {
    let (low, high) = correction
        .clip
        .unwrap_or((f64::NEG_INFINITY, f64::INFINITY));
    let clipped = |value: f64| {
        // NaN stays NaN, and infinity must not hide behind a limit.
        let finite = if is_finite(value) { value } else { f64::NAN };
        let above = if finite < low { low } else { finite };
        if above > high { high } else { above }
    };
    match (correction.floor, correction.clip) {
        (None, None) => stored(correction.out, block, counts, |value| value),
        (None, Some(_)) => stored(correction.out, block, counts, clipped),
        (Some(floor), _) => stored(correction.out, block, counts, |value| {
            let value = clipped(value);
            let above = if value < floor { floor } else { value };
            if above.is_nan() { f64::NAN } else { -ln(above) }
        }),
    }
}

#[inline(always)]
fn stored(
    out: Output,
    block: &mut Tile,
    counts: impl Iterator<Item = f64>,
    finish: impl Fn(f64) -> f64,
) -> bool {
    match out {
        Output::Single => each_pixel(block, counts, |value| single(finish(value))),
        Output::Double => each_pixel(block, counts, |value| double(finish(value))),
    }
}

#[inline(always)]
fn each_pixel<const N: usize>(
    block: &mut Tile,
    counts: impl Iterator<Item = f64>,
    finish: impl Fn(f64) -> (bool, [u8; N]),
) -> bool {
    let (out, _) = block.out.as_chunks_mut();
    let references = block.dark.values().zip(block.flat.values());
    let mut sound = true;
    for ((bytes, count), (dark, flat)) in out.iter_mut().zip(counts).zip(references) {
        let beam = flat - dark;
        let (finite, pixel) = finish((count - dark) * block.factor / beam);
        sound &= is_beam(beam) & finite;
        *bytes = pixel;
    }
    sound
}

#[inline(always)]
fn is_beam(beam: f64) -> bool {
    beam > 0. && is_finite(beam)
}

/// Says why pixels of a corrected block are invalid; `room` is for its counts.
#[inline(always)]
fn explain(correction: &Correction, block: &Tile, room: &mut [f64], reasons: &mut [u8]) {
    load(room, block.raw, correction.raw);
    let references = block.dark.values().zip(block.flat.values());
    for ((reasons, count), (dark, flat)) in reasons.iter_mut().zip(room).zip(references) {
        *reasons = u8::from(!is_finite(*count)) * reason::MASKED;
        *reasons |= u8::from(!is_beam(flat - dark)) * reason::NO_BEAM;
    }
    if let Some(mark) = correction.invalid {
        mark_equal(reasons, reason::MASKED, block.raw, mark, correction.raw);
    }
    for (reasons, masked) in reasons.iter_mut().zip(block.masked.unwrap_or_default()) {
        *reasons |= u8::from(*masked != 0) * reason::MASKED;
    }
    if block.factor.is_nan() {
        for reasons in &mut *reasons {
            *reasons |= reason::NO_CURRENT;
        }
    }
    correction
        .out
        .mark_infinite(reasons, reason::OVERFLOW, block.out);
}

#[cfg(test)]
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    reason = "small numbers"
)]
mod tests {
    use super::*;

    /// Some 1100 pixels, a few of them invalid, and no two of them alike.
    fn corrected(with: impl Fn(&Correction, &mut Tile) -> Counts) -> (Counts, Vec<u8>, Vec<u8>) {
        let pixels = BLOCK + 77;
        let raw: Vec<u8> = (0..pixels)
            .flat_map(|i| [(i % 251) as u8, (i / 5) as u8])
            .collect();
        let image = |first: f64, step: f64| -> Vec<f64> {
            (0..pixels)
                .map(|i| first + step * (i % 101) as f64)
                .collect()
        };
        let (dark, flat, later) = (image(90., 0.5), image(100., 0.29), image(30_000., -1.7));
        let mut out = vec![0; pixels * 4];
        let mut mask = vec![9; pixels];
        let correction = Correction {
            raw: Stored {
                kind: Kind::Unsigned,
                size: 2,
                big_endian: false,
            },
            out: Output::Single,
            invalid: None,
            clip: None,
            floor: Some(1e-6),
            fill: f64::NAN,
        };
        let mut tile = Tile {
            raw: &raw,
            masked: None,
            dark: Between {
                low: &dark,
                high: &dark,
                weight: 0.,
            },
            flat: Between {
                low: &flat,
                high: &later,
                weight: 1e-4,
            },
            factor: 0.97,
            out: &mut out,
            mask: Some(&mut mask),
        };
        (with(&correction, &mut tile), out, mask)
    }

    #[test]
    fn vectors_of_every_width_give_the_same() {
        let plain = corrected(each_block);
        assert!(plain.0.invalid > 10 && plain.0.invalid < 1000);
        assert_eq!(
            plain.0.invalid,
            plain.2.iter().filter(|bits| **bits != 0).count() as u64
        );
        assert_eq!(corrected(correct), plain);
        #[cfg(target_arch = "x86_64")]
        if is_x86_feature_detected!("avx2") {
            // SAFETY: the processor has what the function is compiled for.
            assert_eq!(corrected(|a, b| unsafe { with_avx2(a, b) }), plain);
        }
    }
}
