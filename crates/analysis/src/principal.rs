//! All principal components: coordinates in which nothing is lost and no axis is idle.

use crate::eigen::largest_eigenpairs;
use crate::monitor::{Cancelled, Monitor};
use crate::projection::pca::{Centred, cross_products};
use crate::tridiagonal::EigenPair;
use crate::vector::dot;
use ndarray::{Array2, ArrayView2};

/// Samples in the coordinates of their principal components, min(n_samples - 1, n_features) of
/// them at most; those without variance are left out.
///
/// Up to rounding, a sample is the mean plus the sum of its scores times the axes.
#[derive(Debug, Clone)]
pub(super) struct Principal {
    mean: Vec<f64>,
    /// Per component a direction of length 1.
    axes: Vec<Vec<f64>>,
    /// Per sample its coordinates.
    pub(super) scores: Vec<Vec<f64>>,
}

/// An eigenvalue below this share of the largest is the rounding of single precision.
const IDLE: f64 = 1e-12;

impl Principal {
    /// Of finite `features`, `(n_samples, n_features)`. Cost: n_samples × n_features × m and about
    /// 12 m³ with m the smaller dimension.
    pub(super) fn new(
        features: ArrayView2<'_, f32>,
        monitor: &dyn Monitor,
    ) -> Result<Self, Cancelled> {
        let (n_samples, n_features) = features.dim();
        let centred = Centred::new(features);
        let few_samples = n_samples <= n_features;
        let (n_rows, width) = if few_samples {
            (n_features, n_samples)
        } else {
            (n_samples, n_features)
        };
        let read = |row: usize, out: &mut [f64]| match few_samples {
            true => centred.read_feature(row, out),
            false => centred.read_sample(row, out),
        };
        let matrix = cross_products(n_rows, width, &read, monitor)?;
        let count = width.min(n_samples.saturating_sub(1));
        let mut pairs = largest_eigenpairs(matrix, width, count, monitor)?;
        let least = pairs.first().map_or(0.0, |pair| pair.value * IDLE);
        pairs.retain(|pair| pair.value > least);
        // One side is the eigenvectors, the other the data times them.
        let mut row = vec![0.0; width];
        let products = (0..n_rows).map(|index| {
            read(index, &mut row);
            pairs.iter().map(|pair| dot(&row, &pair.vector)).collect()
        });
        let products: Vec<Vec<f64>> = products.collect();
        let (scores, axes) = if few_samples {
            from_samples(&pairs, &products, n_samples)
        } else {
            let axes = pairs.into_iter().map(|pair| pair.vector).collect();
            (products, axes)
        };
        Ok(Self {
            mean: centred.means,
            axes,
            scores,
        })
    }

    /// The number of components.
    pub(super) fn n_components(&self) -> usize {
        self.axes.len()
    }

    /// The features of samples with these scores.
    pub(super) fn features(&self, scores: &[Vec<f64>]) -> Array2<f32> {
        let mut features = Array2::zeros((scores.len(), self.mean.len()));
        let mut sample = vec![0.0; self.mean.len()];
        for (mut row, scores) in features.rows_mut().into_iter().zip(scores) {
            sample.copy_from_slice(&self.mean);
            for (score, axis) in scores.iter().zip(&self.axes) {
                sample
                    .iter_mut()
                    .zip(axis)
                    .for_each(|(x, a)| *x += score * a);
            }
            row.iter_mut()
                .zip(&sample)
                .for_each(|(out, x)| *out = *x as f32);
        }
        features
    }
}

/// Scores and axes from the eigenvectors u of XXᵀ and the products Xᵀu: with the eigenvalue λ
/// these are √λ times an axis, and the scores are √λ u.
fn from_samples(
    pairs: &[EigenPair],
    products: &[Vec<f64>],
    n_samples: usize,
) -> (Vec<Vec<f64>>, Vec<Vec<f64>>) {
    let roots: Vec<f64> = pairs.iter().map(|pair| pair.value.sqrt()).collect();
    let score = |i: usize| {
        let pairs = pairs.iter().zip(&roots);
        pairs.map(|(pair, root)| pair.vector[i] * root).collect()
    };
    let axis = |(k, root): (usize, &f64)| products.iter().map(|row| row[k] / root).collect();
    (
        (0..n_samples).map(score).collect(),
        roots.iter().enumerate().map(axis).collect(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scores_give_the_features_back_whichever_dimension_is_larger() {
        for (n_samples, n_features) in [(12, 5), (5, 12), (6, 6)] {
            let entry = |(i, j): (usize, usize)| ((i * i * 7 + j * j * 3 + i * j) as f32).sin();
            let features = Array2::from_shape_fn((n_samples, n_features), entry);
            let principal = Principal::new(features.view(), &()).unwrap();
            assert_eq!(principal.n_components(), (n_samples - 1).min(n_features));
            let back = principal.features(&principal.scores);
            let error = (&back - &features).mapv(f32::abs).into_iter();
            assert!(error.fold(0.0, f32::max) < 1e-6);
        }
        let equal = Array2::from_elem((4, 3), 2.0_f32);
        let principal = Principal::new(equal.view(), &()).unwrap();
        assert_eq!(principal.n_components(), 0);
        assert_eq!(principal.features(&principal.scores), equal);
    }
}
