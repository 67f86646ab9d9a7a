//! What an edge and a pair drawn at random do to a point of the map.
//!
//! Sixteen edges at a time are the lanes of a vector, in single precision and without fused
//! multiply-adds, so that every instruction set gives the same bits.

use super::curve::Curve;
use crate::vector::LANES;
use multiversion::multiversion;

/// Points that push each other apart for every edge that pulls, as in umap-learn.
const PUSHES_PER_PULL: usize = 5;
/// No force along an axis is stronger, as in umap-learn.
const STRONGEST: f32 = 4.0;
/// Keeps the push between points on top of each other finite, as in umap-learn.
const SOFTENING: f32 = 1e-3;
/// Below this squared distance forces no longer grow.
const NEAREST: f32 = 1e-12;

/// The curve in the precision of the map.
#[derive(Debug, Clone, Copy)]
pub(super) struct Forces {
    a: f32,
    b: f32,
}

impl Forces {
    pub(super) fn new(curve: Curve) -> Self {
        Self {
            a: curve.a as f32,
            b: curve.b as f32,
        }
    }

    /// The pull along an offset, per length: the slope of ln(1 + a d^2b) over d.
    #[inline(always)]
    fn pull(self, square: f32) -> f32 {
        let square = if square > NEAREST { square } else { NEAREST };
        let power = power(square, self.b);
        2.0 * self.a * self.b * power / (square * (1.0 + self.a * power))
    }

    /// The push along an offset, per length: the slope of -ln(1 - 1 / (1 + a d^2b)) over d.
    #[inline(always)]
    fn push(self, square: f32) -> f32 {
        let bounded = if square > NEAREST { square } else { NEAREST };
        let power = power(bounded, self.b);
        2.0 * self.b / ((SOFTENING + square) * (1.0 + self.a * power))
    }
}

/// x^y for x from 1e-12 to 1e18 and y from 0 to 2, to about 1e-5 of its value.
///
/// x = 2^e m with m between √½ and √2; log2 m and the power of two of the rest are polynomials,
/// nearest in Chebyshev's sense.
#[inline(always)]
fn power(x: f32, y: f32) -> f32 {
    const SQRT_HALF_BITS: u32 = 0x3f35_04f3;
    const MANTISSA: u32 = 0x007f_ffff;
    const LOG2: [f32; 8] = [
        -0.146_203_53,
        0.234_209_85,
        -0.248_821_81,
        0.287_075_6,
        -0.360_241_98,
        0.480_924_04,
        -0.721_352_76,
        1.442_694_9,
    ];
    const EXP2: [f32; 6] = [
        0.001_340_043_3,
        0.009_676_037,
        0.055_503_27,
        0.240_221_07,
        std::f32::consts::LN_2,
        1.000_000_1,
    ];
    // Adding this puts the nearest integer of a small number into the low bits of the sum.
    const ROUNDER: f32 = 12_582_912.0; // 1.5 · 2^23
    let bits = x.to_bits().wrapping_sub(SQRT_HALF_BITS);
    let exponent = (bits as i32 >> 23) as f32;
    let rest = f32::from_bits((bits & MANTISSA).wrapping_add(SQRT_HALF_BITS)) - 1.0;
    let mut log2 = 0.0;
    for coefficient in LOG2 {
        log2 = log2 * rest + coefficient;
    }
    let exponent = y * (exponent + log2 * rest);
    let shifted = exponent + ROUNDER;
    let rest = exponent - (shifted - ROUNDER);
    let mut value = 0.0;
    for coefficient in EXP2 {
        value = value * rest + coefficient;
    }
    value * f32::from_bits(shifted.to_bits().wrapping_add(127) << 23)
}

/// Edges that pull at the same time, each in a lane of its own.
#[derive(Debug, Clone, Copy)]
pub(super) struct Group {
    /// How many there are; lanes beyond hold edges of the past.
    pub(super) len: usize,
    /// The points at their two ends.
    pub(super) heads: [u32; LANES],
    pub(super) tails: [u32; LANES],
    /// Of the random numbers.
    pub(super) seeds: [u32; LANES],
}

impl Group {
    pub(super) const EMPTY: Self = Self {
        len: 0,
        heads: [0; LANES],
        tails: [0; LANES],
        seeds: [0; LANES],
    };
}

/// By how much the ends of a group's edges move.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Moves<const D: usize> {
    pub(super) heads: [[f32; LANES]; D],
    pub(super) tails: [[f32; LANES]; D],
}

/// The moves of a group's edges on `map`: each pulls its ends together, and five points drawn at
/// random push its head, one after the other.
#[multiversion(targets = "simd")]
pub(super) fn moves<const D: usize>(
    map: &[[f32; D]],
    group: &Group,
    forces: Forces,
    learning_rate: f32,
) -> Moves<D> {
    plain_moves(map, group, forces, learning_rate)
}

#[inline(always)]
fn plain_moves<const D: usize>(
    map: &[[f32; D]],
    group: &Group,
    forces: Forces,
    learning_rate: f32,
) -> Moves<D> {
    let (before, ends) = (gather(map, &group.heads), gather(map, &group.tails));
    let mut points = before;
    pull(&mut points, &ends, forces, learning_rate);
    let tails = difference(&before, &points);
    let mut state = group.seeds.map(mixed);
    let n_samples = map.len() as u64;
    for _ in 0..PUSHES_PER_PULL {
        let mut drawn = [0; LANES];
        let mut rate = [0.0; LANES];
        for lane in 0..LANES {
            // Marsaglia's xorshift (2003).
            let mut bits = state[lane];
            bits ^= bits << 13;
            bits ^= bits >> 17;
            bits ^= bits << 5;
            state[lane] = bits;
            drawn[lane] = ((u64::from(bits) * n_samples) >> 32) as u32;
            // Nothing pushes a point away from where it was itself.
            let is_other = drawn[lane] != group.heads[lane];
            rate[lane] = if is_other { learning_rate } else { 0.0 };
        }
        push(&mut points, &gather(map, &drawn), forces, &rate);
    }
    let heads = difference(&points, &before);
    Moves { heads, tails }
}

/// The bits of a seed, each dependent on all (the end of MurmurHash3, Appleby 2011); never 0, of
/// which the generator would make zeros.
#[inline(always)]
fn mixed(seed: u32) -> u32 {
    let mut bits = seed;
    bits = (bits ^ (bits >> 16)).wrapping_mul(0x85eb_ca6b);
    bits = (bits ^ (bits >> 13)).wrapping_mul(0xc2b2_ae35);
    (bits ^ (bits >> 16)) | 1
}

#[inline(always)]
fn difference<const D: usize>(a: &[[f32; LANES]; D], b: &[[f32; LANES]; D]) -> [[f32; LANES]; D] {
    std::array::from_fn(|axis| std::array::from_fn(|lane| a[axis][lane] - b[axis][lane]))
}

#[inline(always)]
fn gather<const D: usize>(map: &[[f32; D]], indices: &[u32; LANES]) -> [[f32; LANES]; D] {
    let mut points = [[0.0; LANES]; D];
    for lane in 0..LANES {
        let point = map[indices[lane] as usize];
        for axis in 0..D {
            points[axis][lane] = point[axis];
        }
    }
    points
}

#[inline(always)]
fn pull<const D: usize>(
    points: &mut [[f32; LANES]; D],
    ends: &[[f32; LANES]; D],
    forces: Forces,
    learning_rate: f32,
) {
    for lane in 0..LANES {
        let offset: [f32; D] = std::array::from_fn(|axis| ends[axis][lane] - points[axis][lane]);
        let force = forces.pull(offset.iter().fold(0.0, |sum, x| sum + x * x));
        for axis in 0..D {
            points[axis][lane] += learning_rate * clipped(force * offset[axis]);
        }
    }
}

#[inline(always)]
fn push<const D: usize>(
    points: &mut [[f32; LANES]; D],
    others: &[[f32; LANES]; D],
    forces: Forces,
    rate: &[f32; LANES],
) {
    for lane in 0..LANES {
        let offset: [f32; D] = std::array::from_fn(|axis| points[axis][lane] - others[axis][lane]);
        let force = forces.push(offset.iter().fold(0.0, |sum, x| sum + x * x));
        for axis in 0..D {
            points[axis][lane] += rate[lane] * clipped(force * offset[axis]);
        }
    }
}

#[inline(always)]
fn clipped(force: f32) -> f32 {
    let force = if force < STRONGEST { force } else { STRONGEST };
    if force > -STRONGEST {
        force
    } else {
        -STRONGEST
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn example<const D: usize>(check: impl Fn(&[[f32; D]], &Group, Forces)) {
        let position = |i: usize, axis: usize| ((i * 13 + axis * 7) as f32 * 0.7).sin() * 5.0;
        let map: Vec<[f32; D]> = (0..50)
            .map(|i| std::array::from_fn(|axis| position(i, axis)))
            .collect();
        let group = Group {
            len: LANES,
            heads: std::array::from_fn(|lane| lane as u32 + 20),
            tails: std::array::from_fn(|lane| lane as u32 * 2),
            seeds: std::array::from_fn(|lane| lane as u32 * 77),
        };
        check(&map, &group, Forces::new(Curve::fit(0.1)));
    }

    fn levels_agree<const D: usize>() {
        example::<D>(|map, group, forces| {
            let fast = moves(map, group, forces, 0.7);
            assert_eq!(fast, plain_moves(map, group, forces, 0.7));
        });
    }

    #[test]
    fn all_instruction_sets_give_the_same_bits() {
        levels_agree::<2>();
        levels_agree::<3>();
    }

    #[test]
    fn tails_are_pulled_towards_heads_and_heads_are_pushed_too() {
        example::<2>(|map, group, forces| {
            let Moves { heads, tails } = moves(map, group, forces, 0.01);
            for lane in 0..LANES {
                let (head, tail) = (
                    map[group.heads[lane] as usize],
                    map[group.tails[lane] as usize],
                );
                let towards: f32 = (0..2).map(|k| tails[k][lane] * (head[k] - tail[k])).sum();
                assert!(towards > 0.0, "lane {lane}");
                let pushed: f32 = (0..2)
                    .map(|k| (heads[k][lane] + tails[k][lane]).abs())
                    .sum();
                assert!(pushed > 0.0, "lane {lane}");
            }
        });
    }

    #[test]
    fn powers_are_close_to_the_system_ones() {
        for i in 0..100_000 {
            let x = (-27.0 + i as f64 * 0.000_68).exp() as f32;
            for y in [0.79_f32, 0.895, 1.0, 1.93] {
                let expected = f64::from(x).powf(f64::from(y));
                let error = (f64::from(power(x, y)) / expected - 1.0).abs();
                assert!(error < 2e-5, "{x}^{y} is off by {error}");
            }
        }
    }

    #[test]
    fn forces_are_the_slopes_of_the_cost() {
        let curve = Curve::fit(0.1);
        let forces = Forces::new(curve);
        let odds = |d: f64| curve.a * d.powf(2.0 * curve.b);
        for d in [0.5, 1.0, 3.0, 10.0] {
            let slope = |cost: &dyn Fn(f64) -> f64| (cost(d + 1e-5) - cost(d - 1e-5)) / 2e-5;
            let pull = slope(&|d| (1.0 + odds(d)).ln()) / d;
            // -ln(1 - membership), with what softens it near 0.
            let push = -slope(&|d| (1.0 + odds(d)).ln() - odds(d).ln()) / d;
            let softened = push * d * d / (d * d + 1e-3);
            let square = (d * d) as f32;
            assert!((f64::from(forces.pull(square)) / pull - 1.0).abs() < 1e-4);
            assert!((f64::from(forces.push(square)) / softened - 1.0).abs() < 1e-4);
        }
        assert!(forces.pull(0.0).is_finite() && forces.push(0.0).is_finite());
    }
}
