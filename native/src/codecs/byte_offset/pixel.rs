//! Pixels, and how their differences wrap.

/// A pixel of a frame.
pub trait Pixel {
    /// Wraps as the differences of such pixels do.
    type Sum: Sum;
    /// Its bytes in the frame.
    const BYTES: usize;

    /// The pixel in the first bytes.
    fn read(bytes: &[u8]) -> Self::Sum;

    /// Puts the pixel into as many bytes.
    fn write(value: Self::Sum, bytes: &mut [u8]);
}

/// A pixel, or the difference of two.
pub trait Sum: Copy + Default {
    /// The pixel behind this one.
    fn plus(self, delta: i64) -> Self;
    /// The difference to the one before.
    fn minus(self, other: Self) -> Self;
    /// What it is.
    fn number(self) -> i64;
    /// Its two last bytes, the last first.
    fn short(self) -> [u8; 2];
    /// Whether it is no farther than `most` from 0.
    fn is_within(self, most: i16) -> bool;
}

macro_rules! sums {
    ($($sum:ident)*) => {$(
        #[allow(clippy::cast_possible_truncation, reason = "sums wrap")]
        impl Sum for $sum {
            fn plus(self, delta: i64) -> Self {
                self.wrapping_add(delta as Self)
            }

            fn minus(self, other: Self) -> Self {
                self.wrapping_sub(other)
            }

            fn number(self) -> i64 {
                self.into()
            }

            fn short(self) -> [u8; 2] {
                (self as i16).to_le_bytes()
            }

            fn is_within(self, most: i16) -> bool {
                let most = Self::from(most);
                self.wrapping_add(most).cast_unsigned() <= (2 * most).cast_unsigned()
            }
        }
    )*};
}

macro_rules! pixels {
    ($($pixel:ident: $sum:ident),*) => {$(
        #[allow(
            clippy::cast_lossless,
            clippy::cast_possible_truncation,
            clippy::cast_possible_wrap,
            clippy::cast_sign_loss,
            reason = "sums wrap"
        )]
        impl Pixel for $pixel {
            type Sum = $sum;
            const BYTES: usize = size_of::<$pixel>();

            fn read(bytes: &[u8]) -> $sum {
                let bytes = bytes.first_chunk().map_or([0; _], |bytes| *bytes);
                $pixel::from_le_bytes(bytes) as $sum
            }

            fn write(value: $sum, bytes: &mut [u8]) {
                bytes.copy_from_slice(&(value as $pixel).to_le_bytes());
            }
        }
    )*};
}

sums!(i32 i64);
pixels!(i8: i32, i16: i32, i32: i32, i64: i64, u8: i32, u16: i32, u32: i32, u64: i64);
