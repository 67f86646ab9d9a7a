//! The exact gradient of t-SNE over all pairs of points, for up to a few thousand of them.
//!
//! Single precision, one row of pairs per point, [`LANES`] accumulators; rows are independent, so
//! that neither threads nor vector width change a bit. The kernel of the map is scikit-learn's:
//! Student's t with max(n_components - 1, 1) degrees of freedom (van der Maaten 2009). In three
//! dimensions the gradient here is that article's, (1 + d²/α)^-1; scikit-learn raises it to
//! (α + 1)/2 there too, which is no longer the gradient of its cost.

use super::super::monitor::{Cancelled, Monitor};
use super::super::vector::{LANES, ln_positive, padded, sum_f32, sum_f64};
use super::affinities;
use super::descent::Objective;
use super::map::Map;
use multiversion::multiversion;
use rayon::prelude::*;

/// Points under which starting other threads in every iteration costs more than it gains.
const PARALLEL_POINTS: usize = 600;
/// Rows of one parallel task.
const ROWS_PER_TASK: usize = 32;

/// The cost of a map against dense affinities.
pub(super) struct Exact<const D: usize> {
    /// P by rows of `stride` values, zero on the diagonal and in the padding.
    affinities: Vec<f32>,
    stride: usize,
    /// Σ p ln p, the part of the cost that no map changes.
    entropy: f64,
    forces: Vec<Forces<D>>,
}

/// What all other points do to one.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Forces<const D: usize> {
    /// Σ p w (y_i - y_j)
    pub(super) attraction: [f32; D],
    /// Σ q w (y_i - y_j), not yet divided by the sum of all q.
    pub(super) repulsion: [f32; D],
    /// Σ q, the point's own 1 included.
    pub(super) similarity: f32,
}

impl<const D: usize> Forces<D> {
    pub(super) const NONE: Self = Self {
        attraction: [0.0; D],
        repulsion: [0.0; D],
        similarity: 0.0,
    };
}

impl<const D: usize> Exact<D> {
    pub(super) fn new(
        squared_distances: &[f32],
        n_samples: usize,
        perplexity: f64,
        monitor: &dyn Monitor,
    ) -> Result<Self, Cancelled> {
        let joint = affinities::joint(squared_distances, n_samples, perplexity, monitor)?;
        let stride = padded(n_samples);
        let mut affinities = vec![0.0; n_samples * stride];
        let mut entropy = 0.0;
        for (row, out) in joint.chunks(n_samples).zip(affinities.chunks_mut(stride)) {
            out.iter_mut()
                .zip(row)
                .for_each(|(out, &p)| *out = p as f32);
            entropy += row_entropy(row);
        }
        Ok(Self {
            affinities,
            stride,
            entropy,
            forces: vec![Forces::NONE; n_samples],
        })
    }

    fn find_forces(&mut self, map: &Map<D>) {
        let (affinities, stride) = (&self.affinities, self.stride);
        if map.n_samples < PARALLEL_POINTS {
            row_forces(map, affinities, stride, 0, &mut self.forces);
        } else {
            self.forces
                .par_chunks_mut(ROWS_PER_TASK)
                .enumerate()
                .for_each(|(task, forces)| {
                    row_forces(map, affinities, stride, task * ROWS_PER_TASK, forces);
                });
        }
    }

    /// Σ of all q over pairs of different points, in both orders.
    fn normalisation(&self) -> f64 {
        self.forces
            .iter()
            .map(|forces| f64::from(forces.similarity) - 1.0)
            .sum()
    }
}

impl<const D: usize> Objective<D> for Exact<D> {
    fn gradient(&mut self, map: &Map<D>, exaggeration: f32, gradient: &mut Map<D>) {
        self.find_forces(map);
        let repulsion = (1.0 / self.normalisation().max(f64::MIN_POSITIVE)) as f32;
        combine(&self.forces, exaggeration, repulsion, gradient);
    }

    fn kl_divergence(&self, map: &Map<D>) -> f64 {
        let cross: Vec<f64> = self
            .affinities
            .par_chunks(self.stride)
            .enumerate()
            .with_min_len(ROWS_PER_TASK)
            .map(|(i, row)| row_cross_entropy(map, row, i))
            .collect();
        // P sums to 1, so that the logarithm of the normalisation enters once.
        self.entropy + cross.iter().sum::<f64>() + self.normalisation().ln()
    }
}

/// gradient ← 2 (α + 1)/α (exaggeration · attraction - repulsion / Σ q), with α the degrees of
/// freedom.
pub(super) fn combine<const D: usize>(
    forces: &[Forces<D>],
    exaggeration: f32,
    repulsion: f32,
    gradient: &mut Map<D>,
) {
    let factor = 2.0 * (degrees_of_freedom::<D>() + 1.0) / degrees_of_freedom::<D>();
    for (axis, out) in gradient.axes.iter_mut().enumerate() {
        for (out, forces) in out.iter_mut().zip(forces) {
            *out = factor
                * (exaggeration * forces.attraction[axis] - repulsion * forces.repulsion[axis]);
        }
    }
}

const fn degrees_of_freedom<const D: usize>() -> f32 {
    if D <= 2 { 1.0 } else { (D - 1) as f32 }
}

/// w and q of two points at this squared distance: w = (1 + d²/α)^-1, q = w^((α + 1)/2).
#[inline(always)]
pub(super) fn kernel<const D: usize>(square: f32) -> (f32, f32) {
    if D == 2 {
        let w = 1.0 / (1.0 + square);
        (w, w)
    } else {
        let w = 1.0 / (1.0 + square * 0.5);
        (w, w * w.sqrt())
    }
}

/// -ln q of two points at this squared distance.
#[inline(always)]
pub(super) fn minus_ln_similarity<const D: usize>(square: f64) -> f64 {
    if D == 2 {
        ln_positive(1.0 + square)
    } else {
        1.5 * ln_positive(1.0 + square * 0.5)
    }
}

fn row_forces<const D: usize>(
    map: &Map<D>,
    affinities: &[f32],
    stride: usize,
    first_row: usize,
    forces: &mut [Forces<D>],
) {
    fast_row_forces(map, affinities, stride, first_row, forces);
}

#[multiversion(targets = "simd")]
fn fast_row_forces<const D: usize>(
    map: &Map<D>,
    affinities: &[f32],
    stride: usize,
    first_row: usize,
    forces: &mut [Forces<D>],
) {
    plain_row_forces(map, affinities, stride, first_row, forces);
}

#[inline(always)]
fn plain_row_forces<const D: usize>(
    map: &Map<D>,
    affinities: &[f32],
    stride: usize,
    first_row: usize,
    forces: &mut [Forces<D>],
) {
    for (row, out) in (first_row..).zip(forces) {
        *out = one_row(map, &affinities[row * stride..][..stride], row);
    }
}

#[inline(always)]
fn one_row<const D: usize>(map: &Map<D>, affinities: &[f32], row: usize) -> Forces<D> {
    let point = map.point(row);
    let axes: [&[f32]; D] = std::array::from_fn(|axis| &map.axes[axis][..affinities.len()]);
    let mut attraction = [[0.0_f32; LANES]; D];
    let mut repulsion = [[0.0_f32; LANES]; D];
    let mut similarity = [0.0_f32; LANES];
    for (chunk, p) in affinities.chunks_exact(LANES).enumerate() {
        let others: [&[f32]; D] = std::array::from_fn(|axis| &axes[axis][chunk * LANES..][..LANES]);
        for lane in 0..LANES {
            let offset: [f32; D] = std::array::from_fn(|axis| point[axis] - others[axis][lane]);
            let square = offset.iter().fold(0.0, |sum, x| sum + x * x);
            let (w, q) = kernel::<D>(square);
            similarity[lane] += q;
            let (pull, push) = (p[lane] * w, q * w);
            for axis in 0..D {
                attraction[axis][lane] += pull * offset[axis];
                repulsion[axis][lane] += push * offset[axis];
            }
        }
    }
    Forces {
        attraction: attraction.map(sum_f32),
        repulsion: repulsion.map(sum_f32),
        similarity: sum_f32(similarity),
    }
}

/// Σ p (-ln q) over one row.
#[multiversion(targets = "simd")]
fn row_cross_entropy<const D: usize>(map: &Map<D>, affinities: &[f32], row: usize) -> f64 {
    let point = map.point(row).map(f64::from);
    let mut lanes = [0.0; LANES];
    for (chunk, p) in affinities.chunks_exact(LANES).enumerate() {
        for lane in 0..LANES {
            let square = map.axes.iter().zip(point).fold(0.0, |sum, (axis, x)| {
                let offset = x - f64::from(axis[chunk * LANES + lane]);
                sum + offset * offset
            });
            lanes[lane] += f64::from(p[lane]) * minus_ln_similarity::<D>(square);
        }
    }
    sum_f64(lanes)
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
    sum_f64(lanes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::Array2;

    fn example<const D: usize>(n_samples: usize) -> (Map<D>, Vec<f32>) {
        let position = |(i, axis): (usize, usize)| ((i * 13 + axis * 7) as f32 * 0.7).sin() * 5.0;
        let map = Map::from_rows(Array2::from_shape_fn((n_samples, D), position).view());
        let stride = padded(n_samples);
        let entry = |k: usize| {
            let (i, j) = (k / stride, k % stride);
            if i == j || j >= n_samples {
                0.0
            } else {
                ((i + j) as f32).cos().abs() * 1e-4
            }
        };
        (map, (0..n_samples * stride).map(entry).collect())
    }

    fn levels_agree<const D: usize>(n_samples: usize) {
        let (map, affinities) = example::<D>(n_samples);
        let stride = padded(n_samples);
        let mut fast = vec![Forces::NONE; n_samples];
        let mut plain = fast.clone();
        row_forces(&map, &affinities, stride, 0, &mut fast);
        plain_row_forces(&map, &affinities, stride, 0, &mut plain);
        assert_eq!(fast, plain);
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
        let (map, _) = example::<D>(n_samples);
        let mut gradient = map.zeros_like();
        exact.gradient(&map, 1.0, &mut gradient);
        for (point, axis) in [(0, 0), (7, 1), (19, D - 1)] {
            let mut cost_at = |shift: f32| {
                let mut moved = map.clone();
                moved.axes[axis][point] += shift;
                exact.find_forces(&moved);
                exact.kl_divergence(&moved)
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
