//! Building blocks of the vectorised kernels: lanes, and an exponential and a logarithm that
//! compilers vectorise.
//!
//! Sums run in [`LANES`] accumulators whatever the processor's vector width, and no step uses a
//! fused multiply-add, so every kernel gives the same bits on every instruction set. The
//! system's `exp` and `ln` would not: they differ between libraries and processors.

use multiversion::multiversion;

/// Accumulators of one sum: one AVX-512 register of `f32`.
pub(super) const LANES: usize = 16;

/// `length` rounded up to a multiple of [`LANES`].
pub(super) fn padded(length: usize) -> usize {
    length.next_multiple_of(LANES)
}

/// The sum of the lanes, always in the same order.
///
/// Written out because a loop over the width would keep accumulators from living in registers.
#[inline(always)]
pub(super) fn sum_lanes(lanes: [f64; LANES]) -> f64 {
    let eight: [f64; 8] = std::array::from_fn(|i| lanes[i] + lanes[i + 8]);
    let four: [f64; 4] = std::array::from_fn(|i| eight[i] + eight[i + 4]);
    (four[0] + four[2]) + (four[1] + four[3])
}

/// Σ a b, of vectors of one length.
#[multiversion(targets = "simd")]
pub(super) fn dot(a: &[f64], b: &[f64]) -> f64 {
    let mut lanes = [0.0; LANES];
    let (a_chunks, b_chunks) = (a.chunks_exact(LANES), b.chunks_exact(LANES));
    let rest = a_chunks.remainder().iter().zip(b_chunks.remainder());
    for (lane, (x, y)) in rest.enumerate() {
        lanes[lane] = x * y;
    }
    for (x, y) in a_chunks.zip(b_chunks) {
        for lane in 0..LANES {
            lanes[lane] += x[lane] * y[lane];
        }
    }
    sum_lanes(lanes)
}

/// ln 2 in two parts; the first has trailing zero bits, so that small multiples of it are exact.
const LN_2_HIGH: f64 = 0.693_147_180_369_123_8;
const LN_2_LOW: f64 = 1.908_214_929_270_587_7e-10;

/// Adding this puts the nearest integer of a small number into the low bits of the sum.
const ROUNDER: f64 = 6_755_399_441_055_744.0; // 1.5 · 2^52

/// The exponential of `x` ≤ 0, to about 1e-15 of its value; exactly 0 below -708.
///
/// Cody and Waite's reduction (1980) to |r| ≤ ln 2 / 2, then Taylor's series to r^13.
#[inline(always)]
pub(super) fn exp_nonpositive(x: f64) -> f64 {
    // 1/k! for k = 13 down to 0.
    const FACTORIAL_INVERSES: [f64; 14] = [
        1.0 / 6_227_020_800.0,
        1.0 / 479_001_600.0,
        1.0 / 39_916_800.0,
        1.0 / 3_628_800.0,
        1.0 / 362_880.0,
        1.0 / 40_320.0,
        1.0 / 5_040.0,
        1.0 / 720.0,
        1.0 / 120.0,
        1.0 / 24.0,
        1.0 / 6.0,
        0.5,
        1.0,
        1.0,
    ];
    let shifted = x * std::f64::consts::LOG2_E + ROUNDER;
    let power = shifted - ROUNDER;
    let r = (x - power * LN_2_HIGH) - power * LN_2_LOW;
    let mut value = 0.0;
    for coefficient in FACTORIAL_INVERSES {
        value = value * r + coefficient;
    }
    // The low bits of `shifted` hold the power of two as an integer.
    let scale = f64::from_bits(shifted.to_bits().wrapping_add(1023) << 52);
    if x < -708.0 { 0.0 } else { value * scale }
}

/// The natural logarithm of a positive, normal `x`, to about 1e-15 of max(1, |ln x|).
///
/// With x = 2^e m and m between √½ and √2, ln m = 2 artanh((m - 1)/(m + 1)) as a series.
#[inline(always)]
pub(super) fn ln_positive(x: f64) -> f64 {
    const SQRT_HALF_BITS: u64 = 0x3fe6_a09e_667f_3bcd;
    const MANTISSA: u64 = 0x000f_ffff_ffff_ffff;
    // Exponents are shifted by 1024 to keep them positive; 2^52 | integer is that float.
    const BIAS: u64 = 1024 << 52;
    const INTEGER: u64 = 0x4330_0000_0000_0000; // the bits of 2^52
    // 2/(2k + 1) for k = 10 down to 0.
    const SERIES: [f64; 11] = [
        2.0 / 21.0,
        2.0 / 19.0,
        2.0 / 17.0,
        2.0 / 15.0,
        2.0 / 13.0,
        2.0 / 11.0,
        2.0 / 9.0,
        2.0 / 7.0,
        2.0 / 5.0,
        2.0 / 3.0,
        2.0,
    ];
    let bits = x.to_bits().wrapping_sub(SQRT_HALF_BITS).wrapping_add(BIAS);
    let exponent = f64::from_bits((bits >> 52) | INTEGER) - (4_503_599_627_370_496.0 + 1024.0);
    let m = f64::from_bits((bits & MANTISSA).wrapping_add(SQRT_HALF_BITS));
    let s = (m - 1.0) / (m + 1.0);
    let square = s * s;
    let mut series = 0.0;
    for coefficient in SERIES {
        series = series * square + coefficient;
    }
    exponent * LN_2_HIGH + (series * s + exponent * LN_2_LOW)
}

/// The natural logarithm of `x` ≥ 1 in single precision, to about 1e-7 of max(1, ln x).
///
/// As [`ln_positive`], with the series to s^9.
#[inline(always)]
pub(super) fn ln_f32(x: f32) -> f32 {
    const SQRT_HALF_BITS: u32 = 0x3f35_04f3;
    const MANTISSA: u32 = 0x007f_ffff;
    const ONE: u32 = 0x3f80_0000;
    // ln 2 in two parts; the first is exact in 12 bits, so that small multiples of it are too.
    const LN_2_HIGH: f32 = 0.693_359_4;
    const LN_2_LOW: f32 = -2.121_944_4e-4;
    // 2/(2k + 1) for k = 4 down to 0.
    const SERIES: [f32; 5] = [2.0 / 9.0, 2.0 / 7.0, 2.0 / 5.0, 2.0 / 3.0, 2.0];
    let bits = x.to_bits().wrapping_sub(SQRT_HALF_BITS).wrapping_add(ONE);
    let exponent = (bits >> 23) as i32 as f32 - 127.0;
    let m = f32::from_bits((bits & MANTISSA).wrapping_add(SQRT_HALF_BITS));
    let s = (m - 1.0) / (m + 1.0);
    let square = s * s;
    let mut series = 0.0;
    for coefficient in SERIES {
        series = series * square + coefficient;
    }
    exponent * LN_2_HIGH + (series * s + exponent * LN_2_LOW)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exp_is_close_to_the_system_one() {
        for i in 0..200_000 {
            let x = -(i as f64) * 0.003_51;
            let (ours, theirs) = (exp_nonpositive(x), x.exp());
            assert!(
                (ours - theirs).abs() <= 4e-16 * theirs,
                "exp({x}) = {ours}, not {theirs}"
            );
        }
        assert_eq!(exp_nonpositive(0.0), 1.0);
        assert_eq!(exp_nonpositive(-0.0), 1.0);
        assert_eq!(exp_nonpositive(-709.0), 0.0);
        assert_eq!(exp_nonpositive(f64::MIN), 0.0);
        assert_eq!(exp_nonpositive(f64::NEG_INFINITY), 0.0);
    }

    #[test]
    fn ln_is_close_to_the_system_one() {
        for i in 0..200_000 {
            let x = (-690.0 + i as f64 * 0.006_9).exp();
            let (ours, theirs) = (ln_positive(x), x.ln());
            assert!(
                (ours - theirs).abs() <= 5e-16 * theirs.abs().max(1.0),
                "ln({x}) = {ours}, not {theirs}"
            );
        }
        assert_eq!(ln_positive(1.0), 0.0);
    }

    #[test]
    fn ln_in_single_precision_is_close_to_the_system_one() {
        for i in 0..200_000 {
            let x = (i as f32 * 2e-4).exp();
            let (ours, theirs) = (f64::from(ln_f32(x)), f64::from(x).ln());
            assert!(
                (ours - theirs).abs() <= 1.5e-7 * theirs.max(1.0),
                "ln({x}) = {ours}, not {theirs}"
            );
        }
        assert_eq!(ln_f32(1.0), 0.0);
    }

    #[test]
    fn lanes_are_summed() {
        assert_eq!(sum_lanes(std::array::from_fn(|i| i as f64)), 120.0);
        assert_eq!(
            (padded(0), padded(1), padded(16), padded(17)),
            (0, 16, 16, 32)
        );
    }
}
