//! A map in the making: one padded array per axis.

use crate::vector::{LANES, padded};
use ndarray::{Array2, ArrayView2};

/// Positions `(n_samples, D)` as D arrays padded to whole vectors.
#[derive(Debug, Clone)]
pub(super) struct Map<const D: usize> {
    /// Each of length `padded(n_samples)`; the padding of positions is [`FAR`] away.
    pub(super) axes: [Vec<f32>; D],
    pub(super) n_samples: usize,
}

/// A map wider than this has run away; real ones stay below a few thousand.
const WIDEST: f32 = 1e9;

/// Where the padding stands: so far that it does nothing to a point, in numbers that are not so small
/// that processors slow down.
const FAR: f32 = 1e9;

impl<const D: usize> Map<D> {
    pub(super) fn from_rows(rows: ArrayView2<'_, f32>) -> Self {
        let n_samples = rows.nrows();
        let axis = |index| {
            let mut axis = rows.column(index).to_vec();
            axis.resize(padded(n_samples), FAR);
            axis
        };
        Self {
            axes: std::array::from_fn(axis),
            n_samples,
        }
    }

    /// A map of the same shape with every value zero.
    pub(super) fn zeros_like(&self) -> Self {
        let axes = std::array::from_fn(|_| vec![0.0; self.axes[0].len()]);
        Self {
            axes,
            n_samples: self.n_samples,
        }
    }

    pub(super) fn to_rows(&self) -> Array2<f32> {
        Array2::from_shape_fn((self.n_samples, D), |(row, axis)| self.axes[axis][row])
    }

    #[inline(always)]
    pub(super) fn point(&self, index: usize) -> [f32; D] {
        std::array::from_fn(|axis| self.axes[axis][index])
    }

    /// One axis of all blocks of [`LANES`] points.
    #[inline(always)]
    pub(super) fn blocks(&self, axis: usize) -> &[[f32; LANES]] {
        self.axes[axis].as_chunks().0
    }

    /// The points of a block of [`LANES`].
    #[inline(always)]
    pub(super) fn block(&self, block: usize) -> [[f32; LANES]; D] {
        std::array::from_fn(|axis| {
            std::array::from_fn(|lane| self.axes[axis][block * LANES + lane])
        })
    }

    /// Whether all points are where points of a map can be; false for NaN.
    pub(super) fn is_bounded(&self) -> bool {
        self.axes
            .iter()
            .all(|axis| axis[..self.n_samples].iter().all(|x| x.abs() < WIDEST))
    }
}
