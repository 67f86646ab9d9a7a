//! What points of a map do to each other: the kernel of the map, and the sums of it that a gradient is
//! made of.

use super::map::Map;
use crate::vector::{LANES, ln_positive};

/// What all points do to the [`LANES`] points of a block.
#[derive(Debug, Clone, Copy, PartialEq)]
#[repr(align(64))]
pub(super) struct Forces<const D: usize> {
    /// Σ p w (y_i - y_j)
    pub(super) attraction: [[f32; LANES]; D],
    /// Σ q w (y_i - y_j), not yet divided by the sum of all q.
    pub(super) repulsion: [[f32; LANES]; D],
    /// Σ q, the point's own 1 included; by pairs, that of two points counts twice with the first.
    pub(super) similarity: [f32; LANES],
}

impl<const D: usize> Forces<D> {
    pub(super) const NONE: Self = Self {
        attraction: [[0.0; LANES]; D],
        repulsion: [[0.0; LANES]; D],
        similarity: [0.0; LANES],
    };

    #[inline(always)]
    pub(super) fn add(&mut self, other: &Self) {
        for lane in 0..LANES {
            for axis in 0..D {
                self.attraction[axis][lane] += other.attraction[axis][lane];
                self.repulsion[axis][lane] += other.repulsion[axis][lane];
            }
            self.similarity[lane] += other.similarity[lane];
        }
    }
}

/// Σ of all q over pairs of different points, in both orders.
pub(super) fn normalisation<const D: usize>(forces: &[Forces<D>], n_samples: usize) -> f64 {
    let similarities = forces.iter().flat_map(|forces| &forces.similarity);
    similarities
        .take(n_samples)
        .map(|&similarity| f64::from(similarity) - 1.0)
        .sum()
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
    for (axis, gradient) in gradient.axes.iter_mut().enumerate() {
        for (out, forces) in gradient.chunks_exact_mut(LANES).zip(forces) {
            for lane in 0..LANES {
                let pull = exaggeration * forces.attraction[axis][lane];
                out[lane] = factor * (pull - repulsion * forces.repulsion[axis][lane]);
            }
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
