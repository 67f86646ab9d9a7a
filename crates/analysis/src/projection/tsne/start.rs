//! Where the points of a map start.

use crate::monitor::Monitor;
use crate::projection::pca::{PcaError, pca};
use crate::random::Random;
use ndarray::{Array2, ArrayView2};

/// The standard deviation of the first axis of a start.
const SPREAD: f64 = 1e-4;

/// The first principal components, scaled so that the first has standard deviation 1e-4.
///
/// Features without any variance start, and stay, at the origin.
pub(super) fn from_pca(
    features: ArrayView2<'_, f32>,
    n_components: usize,
    monitor: &dyn Monitor,
) -> Result<Array2<f32>, PcaError> {
    let coordinates = pca(features, n_components, monitor)?.coordinates;
    let deviation = coordinates.column(0).std(0.0);
    let scale = if deviation > 0.0 {
        SPREAD / deviation
    } else {
        0.0
    };
    Ok(coordinates.mapv(|value| (value * scale) as f32))
}

/// Normal numbers of standard deviation 1e-4, the same for the same seed on every machine.
pub(super) fn random(n_samples: usize, n_components: usize, seed: u64) -> Array2<f32> {
    let mut random = Random::new(seed);
    Array2::from_shape_simple_fn((n_samples, n_components), || {
        (SPREAD * random.normal()) as f32
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn random_numbers_are_normal_and_follow_the_seed() {
        let start = random(50_000, 2, 7);
        let scaled = start.mapv(|value| f64::from(value) / SPREAD);
        let mean = scaled.sum() / 1e5;
        let deviation = scaled.std(0.0);
        let within_one = scaled.iter().filter(|value| value.abs() < 1.0).count() as f64 / 1e5;
        assert!(
            mean.abs() < 0.01 && (deviation - 1.0).abs() < 0.01,
            "{mean} {deviation}"
        );
        assert!((within_one - 0.6827).abs() < 0.005, "{within_one}");
        assert_eq!(start, random(50_000, 2, 7));
        assert_ne!(start, random(50_000, 2, 8));
    }

    #[test]
    fn the_start_from_pca_has_the_usual_spread() {
        let features = Array2::from_shape_fn((30, 4), |(i, j)| ((i * 5 + j * 11) as f32).sin());
        let start = from_pca(features.view(), 3, &()).unwrap();
        let deviation = start.column(0).mapv(f64::from).std(0.0);
        assert!((deviation / SPREAD - 1.0).abs() < 1e-6);
        let constant = from_pca(Array2::from_elem((5, 4), 1.0).view(), 2, &()).unwrap();
        assert!(constant.iter().all(|&value| value == 0.0));
    }
}
