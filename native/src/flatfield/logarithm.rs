//! The natural logarithm of many numbers, in a form that compilers turn into vectors.

use std::f64::consts::{LN_2, SQRT_2};

/// ln 2 without its last 20 bits, so that a multiple of it is exact; and the rest.
const LN_2_HIGH: f64 = f64::from_bits(LN_2.to_bits() & !0xf_ffff);
/// ln 2 to 33 further digits: 2.319046813846299558417771e-17 lies beyond `LN_2`.
const LN_2_LOW: f64 = (LN_2 - LN_2_HIGH) + 2.319_046_813_846_299_6e-17;

/// 2/3, 2/5, 2/7 ...: atanh(s) = s + s³/3 + s⁵/5 ...; the next term is 3e-17 at most.
const SERIES: [f64; 9] = [
    2. / 3.,
    2. / 5.,
    2. / 7.,
    2. / 9.,
    2. / 11.,
    2. / 13.,
    2. / 15.,
    2. / 17.,
    2. / 19.,
];

/// Returns ln(x) of a normal, positive number, to about one unit in the last place.
#[inline(always)]
pub(super) fn ln(x: f64) -> f64 {
    // x = mantissa * 2^exponent, the mantissa between sqrt(1/2) and sqrt(2).
    const SHIFT: u64 = 1_f64.to_bits() - (SQRT_2 / 2.).to_bits();
    const TWO_52: f64 = 4_503_599_627_370_496.;
    let biased = x.to_bits().wrapping_add(SHIFT) >> 52;
    let mantissa = f64::from_bits(
        x.to_bits()
            .wrapping_sub(biased << 52)
            .wrapping_add(1_f64.to_bits()),
    );
    // An integer below 2^52 as a number, without an instruction that AVX2 lacks.
    let exponent = f64::from_bits(biased | TWO_52.to_bits()) - (TWO_52 + 1023.);
    // ln(1 + f) = 2 atanh(s) for s = f / (2 + f); 2 s = f - s f leaves only
    // a small term to rounding.
    let f = mantissa - 1.;
    let s = f / (2. + f);
    let square = s * s;
    let series = SERIES
        .iter()
        .rev()
        .fold(0., |sum, term| sum * square + term);
    let correction = s * (f - square * series) - exponent * LN_2_LOW;
    exponent * LN_2_HIGH - (correction - f)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_that_of_the_standard_library() {
        let mut x = f64::MIN_POSITIVE;
        while x < f64::MAX / 2. {
            for x in [x, x.powf(1e-6)] {
                let (got, wanted) = (ln(x), x.ln());
                let ulps = (got - wanted).abs() / (f64::EPSILON * wanted.abs());
                assert!(
                    got.to_bits() == wanted.to_bits() || ulps < 1.5,
                    "ln({x}) = {got}"
                );
            }
            x *= 1.003_7;
        }
        assert!(ln(1.).abs() <= 0.);
    }
}
