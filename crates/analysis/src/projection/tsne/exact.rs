//! The exact gradient of t-SNE over all pairs of points, for up to a few thousand of them.
//!
//! Single precision. Sixteen points at a time are the lanes of a vector, and all points pass by
//! them one after the other: every lane is a sum of its own, so that neither threads nor vector
//! width change a bit, and nothing is summed across lanes. From 600 points on each pair is looked at
//! once ([`Pairs`]), which takes half the time. The kernel of the map is
//! scikit-learn's: Student's t with max(n_components - 1, 1) degrees of freedom (van der Maaten
//! 2009). In three dimensions the gradient here is that article's, (1 + d²/α)^-1; scikit-learn
//! raises it to (α + 1)/2 there too, which is no longer the gradient of its cost.

use super::affinities;
use super::descent::Objective;
use super::forces::{Forces, combine, kernel, minus_ln_similarity, normalisation};
use super::map::Map;
use super::pairs::Pairs;
use crate::monitor::{Cancelled, Monitor};
use crate::vector::{LANES, ln_positive, sum_lanes};
use multiversion::multiversion;

/// Points from which on pairs are looked at once, on all threads. Below, P by blocks stays near the
/// processor, and starting other threads in every iteration costs more than it gains.
const BY_PAIRS: usize = 600;
/// Points that pass by before their sums are added to the totals, which keeps rounding small.
const PASSING: usize = 64;

/// The cost of a map against dense affinities.
pub(super) struct Exact<const D: usize> {
    affinities: Affinities<D>,
    /// Σ p ln p, the part of the cost that no map changes.
    entropy: f64,
    forces: Vec<Forces<D>>,
}

/// P, in single precision.
enum Affinities<const D: usize> {
    /// By blocks of [`LANES`] points: for each block, a vector for every point that passes by. Zero on
    /// the diagonal and in the padding.
    ByBlocks(Vec<[f32; LANES]>),
    ByPairs(Pairs<D>),
}

impl<const D: usize> Exact<D> {
    pub(super) fn new(
        squared_distances: &[f32],
        n_samples: usize,
        perplexity: f64,
        monitor: &dyn Monitor,
    ) -> Result<Self, Cancelled> {
        let joint = affinities::joint(squared_distances, n_samples, perplexity, monitor)?;
        let affinities = match n_samples < BY_PAIRS {
            true => Affinities::ByBlocks(by_blocks(&joint, n_samples)),
            false => Affinities::ByPairs(Pairs::new(&joint, n_samples)),
        };
        Ok(Self {
            affinities,
            entropy: joint.chunks(n_samples).map(row_entropy).sum(),
            forces: vec![Forces::NONE; n_samples.div_ceil(LANES)],
        })
    }

    fn find_forces(&mut self, map: &Map<D>) {
        match &mut self.affinities {
            Affinities::ByBlocks(affinities) => {
                let blocks = affinities.chunks(map.n_samples).zip(&mut self.forces);
                for (block, (affinities, forces)) in blocks.enumerate() {
                    *forces = block_forces(map, affinities, block);
                }
            }
            Affinities::ByPairs(pairs) => pairs.find_forces(map, &mut self.forces),
        }
    }

    /// P sums to 1, so that the logarithm of the normalisation enters once.
    fn divergence(&self, cross_entropy: f64, n_samples: usize) -> f64 {
        self.entropy + cross_entropy + self.normalisation(n_samples).ln()
    }

    /// Σ of all q over pairs of different points, in both orders.
    fn normalisation(&self, n_samples: usize) -> f64 {
        normalisation(&self.forces, n_samples)
    }
}

/// P by blocks of points; it is symmetric, and the block's columns are read as parts of rows.
pub(super) fn by_blocks(joint: &[f64], n_samples: usize) -> Vec<[f32; LANES]> {
    let n_blocks = n_samples.div_ceil(LANES);
    let mut affinities = vec![[0.0; LANES]; n_blocks * n_samples];
    for (block, vectors) in affinities.chunks_mut(n_samples).enumerate() {
        let first = block * LANES;
        let n_lanes = LANES.min(n_samples - first);
        for (vector, row) in vectors.iter_mut().zip(joint.chunks(n_samples)) {
            for (out, &p) in vector.iter_mut().zip(&row[first..first + n_lanes]) {
                *out = p as f32;
            }
        }
    }
    affinities
}

impl<const D: usize> Objective<D> for Exact<D> {
    fn kl_divergence(&mut self, map: &Map<D>, _: &dyn Monitor) -> Result<f64, Cancelled> {
        self.find_forces(map);
        let cross = match &self.affinities {
            Affinities::ByBlocks(affinities) => cross_entropy_of(map, affinities),
            Affinities::ByPairs(pairs) => pairs.cross_entropy(map),
        };
        Ok(self.divergence(cross, map.n_samples))
    }

    fn gradient(&mut self, map: &Map<D>, exaggeration: f32, gradient: &mut Map<D>) {
        self.find_forces(map);
        let normalisation = self.normalisation(map.n_samples).max(f64::MIN_POSITIVE);
        combine(
            &self.forces,
            exaggeration,
            (1.0 / normalisation) as f32,
            gradient,
        );
    }

    fn cost(&self, map: &Map<D>) -> f64 {
        let cross = match &self.affinities {
            Affinities::ByBlocks(affinities) => cross_entropy_of(map, affinities),
            Affinities::ByPairs(pairs) => pairs.nearly_cross_entropy(map),
        };
        self.divergence(cross, map.n_samples)
    }
}

#[multiversion(targets = "simd")]
pub(super) fn block_forces<const D: usize>(
    map: &Map<D>,
    affinities: &[[f32; LANES]],
    block: usize,
) -> Forces<D> {
    plain_block_forces(map, affinities, block)
}

#[inline(always)]
fn plain_block_forces<const D: usize>(
    map: &Map<D>,
    affinities: &[[f32; LANES]],
    block: usize,
) -> Forces<D> {
    let points = map.block(block);
    let mut total = Forces::NONE;
    for (start, passing) in (0..).step_by(PASSING).zip(affinities.chunks(PASSING)) {
        let mut sums = Forces::NONE;
        let axes: [&[f32]; D] =
            std::array::from_fn(|axis| &map.axes[axis][start..start + passing.len()]);
        for (j, p) in passing.iter().enumerate() {
            for lane in 0..LANES {
                let offset: [f32; D] =
                    std::array::from_fn(|axis| points[axis][lane] - axes[axis][j]);
                let square = offset.iter().fold(0.0, |sum, x| sum + x * x);
                let (w, q) = kernel::<D>(square);
                let (pull, push) = (p[lane] * w, q * w);
                sums.similarity[lane] += q;
                for axis in 0..D {
                    sums.attraction[axis][lane] += pull * offset[axis];
                    sums.repulsion[axis][lane] += push * offset[axis];
                }
            }
        }
        total.add(&sums);
    }
    total
}

/// Σ p (-ln q) over all blocks.
fn cross_entropy_of<const D: usize>(map: &Map<D>, affinities: &[[f32; LANES]]) -> f64 {
    let blocks = affinities.chunks(map.n_samples).enumerate();
    let of_blocks = blocks.map(|(block, affinities)| cross_entropy(map, affinities, block));
    of_blocks.sum()
}

/// Σ p (-ln q) over the points of a block.
#[multiversion(targets = "simd")]
fn cross_entropy<const D: usize>(map: &Map<D>, affinities: &[[f32; LANES]], block: usize) -> f64 {
    let points = map.block(block);
    let mut lanes = [0.0; LANES];
    for (j, p) in affinities.iter().enumerate() {
        let other = map.point(j);
        for lane in 0..LANES {
            let offset: [f64; D] =
                std::array::from_fn(|axis| f64::from(points[axis][lane]) - f64::from(other[axis]));
            let square = offset.iter().fold(0.0, |sum, x| sum + x * x);
            lanes[lane] += f64::from(p[lane]) * minus_ln_similarity::<D>(square);
        }
    }
    sum_lanes(lanes)
}

/// Σ p ln p over one row.
#[multiversion(targets = "simd")]
fn row_entropy(row: &[f64]) -> f64 {
    let mut lanes = [0.0; LANES];
    for chunk in row.chunks(LANES) {
        for (lane, &p) in lanes.iter_mut().zip(chunk) {
            let positive = if p > 0.0 { p } else { 1.0 };
            *lane += p * ln_positive(positive);
        }
    }
    sum_lanes(lanes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::Array2;

    fn example<const D: usize>(n_samples: usize) -> Map<D> {
        let position = |(i, axis): (usize, usize)| ((i * 13 + axis * 7) as f32 * 0.7).sin() * 5.0;
        Map::from_rows(Array2::from_shape_fn((n_samples, D), position).view())
    }

    fn levels_agree<const D: usize>(n_samples: usize) {
        let map = example::<D>(n_samples);
        let entry = |k: usize| std::array::from_fn(|lane| ((k + lane) as f32).cos().abs() * 1e-4);
        let affinities: Vec<[f32; LANES]> = (0..n_samples).map(entry).collect();
        for block in 0..n_samples.div_ceil(LANES) {
            let fast = block_forces(&map, &affinities, block);
            assert_eq!(fast, plain_block_forces(&map, &affinities, block));
        }
    }

    #[test]
    fn all_instruction_sets_give_the_same_bits() {
        for n_samples in [2, 15, 16, 17, 193] {
            levels_agree::<2>(n_samples);
            levels_agree::<3>(n_samples);
        }
    }

    fn gradient_is_the_slope_of_the_cost<const D: usize>() {
        let n_samples = 20;
        let distance = |k: usize| ((k / n_samples).abs_diff(k % n_samples) as f32).powi(2);
        let distances: Vec<f32> = (0..n_samples * n_samples).map(distance).collect();
        let mut exact = Exact::<D>::new(&distances, n_samples, 5.0, &()).unwrap();
        let map = example::<D>(n_samples);
        let mut gradient = map.zeros_like();
        exact.gradient(&map, 1.0, &mut gradient);
        for (point, axis) in [(0, 0), (7, 1), (19, D - 1)] {
            let mut cost_at = |shift: f32| {
                let mut moved = map.clone();
                moved.axes[axis][point] += shift;
                exact.kl_divergence(&moved, &()).unwrap()
            };
            let slope = (cost_at(0.01) - cost_at(-0.01)) / 0.02;
            let found = f64::from(gradient.axes[axis][point]);
            assert!(
                (found - slope).abs() < 2e-5,
                "{found} is not the slope {slope}"
            );
        }
    }

    #[test]
    fn the_gradient_is_the_slope_of_the_cost() {
        gradient_is_the_slope_of_the_cost::<2>();
        gradient_is_the_slope_of_the_cost::<3>();
    }
}
