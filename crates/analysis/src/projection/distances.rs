//! Squared distances between all pairs of samples.

use crate::monitor::{Cancelled, Monitor, check};
use crate::projection::Metric;
use crate::vector::{LANES, padded, sum_lanes};
use multiversion::multiversion;
use ndarray::ArrayView2;
use rayon::prelude::*;

/// The squared distances, `(n_samples, n_samples)` by rows, in the precision in which scikit-learn
/// hands them on: computed in double, kept in single.
pub(super) fn squared_distances(
    features: ArrayView2<'_, f32>,
    metric: Metric,
    monitor: &dyn Monitor,
) -> Result<Vec<f32>, Cancelled> {
    let n_samples = features.nrows();
    let samples = Samples::new(features, metric);
    let mut result = vec![0.0; n_samples * n_samples];
    // The upper triangle is computed, the lower one copied; long and short rows alternate so that
    // tasks cost about the same.
    result
        .par_chunks_mut(n_samples)
        .enumerate()
        .with_min_len(4)
        .try_for_each(|(i, row)| {
            check(monitor)?;
            for (j, out) in row.iter_mut().enumerate().skip(i + 1) {
                *out = samples.squared_distance_f32(i, j);
            }
            Ok(())
        })?;
    for i in 0..n_samples {
        for j in 0..i {
            result[i * n_samples + j] = result[j * n_samples + i];
        }
    }
    Ok(result)
}

/// Samples as padded rows in double precision, of length 1 when the metric is the cosine.
pub(crate) struct Samples {
    values: Vec<f64>,
    stride: usize,
    n_samples: usize,
    n_features: usize,
    metric: Metric,
}

impl Samples {
    pub(crate) fn new(features: ArrayView2<'_, f32>, metric: Metric) -> Self {
        let stride = padded(features.ncols());
        let mut values = vec![0.0; features.nrows() * stride];
        for (row, out) in features
            .rows()
            .into_iter()
            .zip(values.chunks_mut(stride.max(1)))
        {
            out.iter_mut()
                .zip(row)
                .for_each(|(out, &value)| *out = f64::from(value));
            if metric == Metric::Cosine {
                let length = sum_of_squares(out, &vec![0.0; stride]).sqrt();
                if length > 0.0 {
                    out.iter_mut().for_each(|value| *value /= length);
                }
            }
        }
        let (n_samples, n_features) = features.dim();
        Self {
            values,
            stride,
            n_samples,
            n_features,
            metric,
        }
    }

    pub(super) fn len(&self) -> usize {
        self.n_samples
    }

    pub(super) fn n_features(&self) -> usize {
        self.n_features
    }

    pub(super) fn metric(&self) -> Metric {
        self.metric
    }

    /// The features of a sample, padded with zeros.
    pub(super) fn row(&self, i: usize) -> &[f64] {
        &self.values[i * self.stride..][..self.stride]
    }

    /// The squared distance in the precision in which it is kept.
    pub(super) fn squared_distance_f32(&self, i: usize, j: usize) -> f32 {
        // Huge features must not make infinite distances, of which there is no difference.
        self.squared_distance(i, j).min(f64::from(f32::MAX)) as f32
    }

    pub(crate) fn squared_distance(&self, i: usize, j: usize) -> f64 {
        let row = |i: usize| self.row(i);
        match self.metric {
            Metric::Euclidean => sum_of_squares(row(i), row(j)),
            Metric::Manhattan => sum_of_magnitudes(row(i), row(j)).powi(2),
            Metric::Cosine => (1.0 - dot(row(i), row(j))).clamp(0.0, 2.0).powi(2),
        }
    }
}

#[multiversion(targets = "simd")]
fn sum_of_squares(a: &[f64], b: &[f64]) -> f64 {
    fold_lanes(a, b, |x, y| (x - y) * (x - y))
}

#[multiversion(targets = "simd")]
fn sum_of_magnitudes(a: &[f64], b: &[f64]) -> f64 {
    fold_lanes(a, b, |x, y| (x - y).abs())
}

#[multiversion(targets = "simd")]
fn dot(a: &[f64], b: &[f64]) -> f64 {
    fold_lanes(a, b, |x, y| x * y)
}

#[inline(always)]
fn fold_lanes(a: &[f64], b: &[f64], term: impl Fn(f64, f64) -> f64) -> f64 {
    let mut lanes = [0.0; LANES];
    for (a, b) in a.chunks_exact(LANES).zip(b.chunks_exact(LANES)) {
        for lane in 0..LANES {
            lanes[lane] += term(a[lane], b[lane]);
        }
    }
    sum_lanes(lanes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::array;

    #[test]
    fn three_points_by_hand() {
        let features = array![[0.0_f32, 0.0], [3.0, 4.0], [0.0, 1.0]];
        let row = |metric| squared_distances(features.view(), metric, &()).unwrap()[3..6].to_vec();
        assert_eq!(row(Metric::Euclidean), [25.0, 0.0, 18.0]);
        assert_eq!(row(Metric::Manhattan), [49.0, 0.0, 36.0]);
        // A zero vector is at cosine distance 1; cos((3, 4), (0, 1)) = 0.8.
        let cosine = row(Metric::Cosine);
        assert_eq!(cosine[..2], [1.0, 0.0]);
        assert!((cosine[2] - 0.04).abs() < 1e-7);
    }
}
