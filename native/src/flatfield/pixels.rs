//! Pixels as they are stored.

/// How a raw pixel is stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stored {
    /// What kind of number.
    pub kind: Kind,
    /// Bytes of one.
    pub size: usize,
    /// Whether the most significant of several bytes comes first.
    pub big_endian: bool,
}

/// What kind of number a pixel is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// An integer of 0 or more.
    Unsigned,
    /// An integer.
    Signed,
    /// Of IEEE 754.
    Float,
}

impl Stored {
    /// Returns what `NumPy` calls `kind` and `itemsize`, if this crate knows it.
    #[must_use]
    pub fn new(kind: char, size: usize, big_endian: bool) -> Option<Self> {
        let (kind, sizes): (_, &[usize]) = match kind {
            'u' => (Kind::Unsigned, &[1, 2, 4, 8]),
            'i' => (Kind::Signed, &[1, 2, 4, 8]),
            'f' => (Kind::Float, &[4, 8]),
            _ => return None,
        };
        sizes.contains(&size).then_some(Self {
            kind,
            size,
            big_endian: big_endian && size > 1,
        })
    }
}

/// Expands `$then!(type, from_bytes)` for the type of stored pixels.
macro_rules! for_type {
    ($stored:expr, $then:ident) => {
        match ($stored.kind, $stored.size, $stored.big_endian) {
            (Kind::Unsigned, 1, _) => $then!(u8, from_le_bytes),
            (Kind::Unsigned, 2, false) => $then!(u16, from_le_bytes),
            (Kind::Unsigned, 2, true) => $then!(u16, from_be_bytes),
            (Kind::Unsigned, 4, false) => $then!(u32, from_le_bytes),
            (Kind::Unsigned, 4, true) => $then!(u32, from_be_bytes),
            (Kind::Unsigned, _, false) => $then!(u64, from_le_bytes),
            (Kind::Unsigned, _, true) => $then!(u64, from_be_bytes),
            (Kind::Signed, 1, _) => $then!(i8, from_le_bytes),
            (Kind::Signed, 2, false) => $then!(i16, from_le_bytes),
            (Kind::Signed, 2, true) => $then!(i16, from_be_bytes),
            (Kind::Signed, 4, false) => $then!(i32, from_le_bytes),
            (Kind::Signed, 4, true) => $then!(i32, from_be_bytes),
            (Kind::Signed, _, false) => $then!(i64, from_le_bytes),
            (Kind::Signed, _, true) => $then!(i64, from_be_bytes),
            (Kind::Float, 4, false) => $then!(f32, from_le_bytes),
            (Kind::Float, 4, true) => $then!(f32, from_be_bytes),
            (Kind::Float, _, false) => $then!(f64, from_le_bytes),
            (Kind::Float, _, true) => $then!(f64, from_be_bytes),
        }
    };
}

/// Fills `counts` with the pixels in `raw`.
#[expect(clippy::cast_precision_loss, reason = "64-bit integers are rounded")]
#[expect(clippy::cast_lossless, reason = "one macro serves all types")]
#[inline(always)]
pub(super) fn load(counts: &mut [f64], raw: &[u8], stored: Stored) {
    macro_rules! load {
        ($pixel:ty, $from_bytes:ident) => {{
            let (pixels, _) = raw.as_chunks();
            for (count, bytes) in counts.iter_mut().zip(pixels) {
                *count = <$pixel>::$from_bytes(*bytes) as f64;
            }
        }};
    }
    for_type!(stored, load);
}

/// Tells whether one of the pixels in `raw` equals `mark`, a pixel.
#[expect(clippy::float_cmp, reason = "a mark is stored as it is")]
#[inline(always)]
pub(super) fn has(raw: &[u8], mark: &[u8], stored: Stored) -> bool {
    macro_rules! has {
        ($pixel:ty, $from_bytes:ident) => {{
            let Ok(mark) = mark.try_into().map(<$pixel>::$from_bytes) else {
                return false;
            };
            let (pixels, _) = raw.as_chunks();
            let equal = pixels
                .iter()
                .map(|bytes| <$pixel>::$from_bytes(*bytes) == mark);
            equal.fold(false, |any, equal| any | equal)
        }};
    }
    for_type!(stored, has)
}

/// Adds `reason` where the pixel in `raw` equals `mark`, a pixel.
#[expect(clippy::float_cmp, reason = "a mark is stored as it is")]
#[inline(always)]
pub(super) fn mark_equal(reasons: &mut [u8], reason: u8, raw: &[u8], mark: &[u8], stored: Stored) {
    macro_rules! mark_equal {
        ($pixel:ty, $from_bytes:ident) => {{
            let Ok(mark) = mark.try_into().map(<$pixel>::$from_bytes) else {
                return;
            };
            for (reasons, bytes) in reasons.iter_mut().zip(raw.as_chunks().0) {
                *reasons |= u8::from(<$pixel>::$from_bytes(*bytes) == mark) * reason;
            }
        }};
    }
    for_type!(stored, mark_equal);
}

/// How a corrected pixel is stored, in the byte order of this machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Output {
    /// float32.
    Single,
    /// float64.
    Double,
}

impl Output {
    /// Returns what a float of `size` bytes is, if this crate writes it.
    #[must_use]
    pub fn new(size: usize) -> Option<Self> {
        match size {
            4 => Some(Self::Single),
            8 => Some(Self::Double),
            _ => None,
        }
    }

    /// Bytes of a pixel.
    #[must_use]
    pub fn size(self) -> usize {
        match self {
            Self::Single => 4,
            Self::Double => 8,
        }
    }

    /// Puts a number where there are reasons.
    #[expect(clippy::cast_possible_truncation, reason = "what is put fits")]
    #[inline(always)]
    pub(super) fn fill(self, value: f64, out: &mut [u8], reasons: &[u8]) {
        match self {
            Self::Single => fill(&(value as f32).to_ne_bytes(), out, reasons),
            Self::Double => fill(&value.to_ne_bytes(), out, reasons),
        }
    }

    /// Gives `reason` where there is none and the pixel in `out` is not finite.
    #[inline(always)]
    pub(super) fn mark_infinite(self, reasons: &mut [u8], reason: u8, out: &[u8]) {
        match self {
            Self::Single => mark(reasons, reason, out, |bytes| {
                !f32::from_ne_bytes(bytes).is_finite()
            }),
            Self::Double => mark(reasons, reason, out, |bytes| {
                !f64::from_ne_bytes(bytes).is_finite()
            }),
        }
    }
}

#[inline(always)]
fn fill<const N: usize>(pixel: &[u8; N], out: &mut [u8], reasons: &[u8]) {
    for (bytes, reasons) in out.as_chunks_mut().0.iter_mut().zip(reasons) {
        *bytes = if *reasons == 0 { *bytes } else { *pixel };
    }
}

#[inline(always)]
fn mark<const N: usize>(
    reasons: &mut [u8],
    reason: u8,
    pixels: &[u8],
    is: impl Fn([u8; N]) -> bool,
) {
    for (reasons, bytes) in reasons.iter_mut().zip(pixels.as_chunks().0) {
        *reasons |= u8::from(is(*bytes) && *reasons == 0) * reason;
    }
}

/// Returns whether a number is finite as float32, and its bytes.
#[expect(
    clippy::cast_possible_truncation,
    reason = "what becomes infinite is told"
)]
#[inline(always)]
pub(super) fn single(value: f64) -> (bool, [u8; 4]) {
    let pixel = value as f32;
    (pixel.abs() < f32::INFINITY, pixel.to_ne_bytes())
}

/// Returns whether a number is finite as float64, and its bytes.
#[inline(always)]
pub(super) fn double(value: f64) -> (bool, [u8; 8]) {
    (value.abs() < f64::INFINITY, value.to_ne_bytes())
}
