//! Whether a map can be believed: how many neighbours it keeps, invents and tears apart.

use crate::finite::not_finite;
use crate::monitor::{Cancelled, Monitor, check};
use crate::projection::{Metric, Samples};
use crate::random::Random;
use ndarray::ArrayView2;
use rayon::prelude::*;

/// Images up to which the neighbours of every one are looked at; beyond, those of a sample.
const EVERY_IMAGE_LIMIT: usize = 20_000;
/// Images of that sample. The means over them are good to about two digits.
const SAMPLE: usize = 5_000;
/// Images that pass by all others together, so that features are read from memory less often.
const IMAGES_PER_TASK: usize = 8;

/// What to compare a map by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FidelityParams {
    /// The number k of nearest neighbours of an image, itself not counted: 1 ≤ k < n_samples / 2,
    /// usually 5 to 30. Small ones ask about the grain of the map, large ones about its layout.
    pub n_neighbors: usize,
    /// How far apart two images are in feature space; the map's own metric is the fair one.
    pub metric: Metric,
    /// The seed of the sample that is drawn when there are more than 20,000 images.
    pub random_state: u64,
}

/// Parameters that are in range.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CheckedFidelity {
    params: FidelityParams,
    n_samples: usize,
}

impl FidelityParams {
    /// Checks the parameters against the number of images; only checked ones run.
    ///
    /// # Errors
    /// [`FidelityError::NNeighbors`].
    pub fn check(self, n_samples: usize) -> Result<CheckedFidelity, FidelityError> {
        let n_neighbors = self.n_neighbors;
        // Not 2k < n, which overflows for absurd k.
        if n_neighbors == 0 || n_neighbors >= n_samples.div_ceil(2) {
            return Err(FidelityError::NNeighbors {
                n_neighbors,
                n_samples,
            });
        }
        Ok(CheckedFidelity {
            params: self,
            n_samples,
        })
    }
}

/// How faithful a map is to the features that it was made from.
#[derive(Debug, Clone, PartialEq)]
pub struct Fidelity {
    /// Trustworthiness (Venna and Kaski 2001), as scikit-learn's: 1 when all neighbours on the map
    /// are neighbours by their features too, about 0.5 for a map that knows nothing of them.
    ///
    /// 1 - 2 / (m k (2n - 3k - 1)) · Σᵢ Σⱼ max(0, r(i, j) - k), over the m evaluated images i of n
    /// and their k neighbours j on the map; j is i's r(i, j)-th nearest by the features.
    pub trustworthiness: f64,
    /// The same with features and map exchanged: low when neighbours by their features were torn
    /// apart on the map.
    pub continuity: f64,
    /// The mean share of an image's k neighbours by features that are among its k on the map, 0
    /// to 1.
    pub knn_overlap: f64,
    /// The overlap expected of a map that knows nothing of the features: k / (n - 1).
    pub chance_overlap: f64,
    /// The share of neighbours that each image keeps; `None` for images that are not evaluated.
    pub knn_overlap_per_image: Vec<Option<f64>>,
    /// The images whose neighbours were looked at: all, or 5,000 of more than 20,000.
    pub n_evaluated: usize,
}

impl CheckedFidelity {
    /// Compares a `map`, `(n_samples, n_components)`, with the `features`,
    /// `(n_samples, n_features)`, that it was made from.
    ///
    /// Distances on the map are Euclidean. Of equally near images the one of lower index is taken
    /// as nearer; scikit-learn leaves their order open, so that results can differ then, and only
    /// then. Time goes with n_evaluated × n_samples × n_features.
    ///
    /// # Errors
    /// [`FidelityError`] when the rows are not as many as were checked for, a number is not
    /// finite, or the monitor cancels.
    pub fn measure(
        &self,
        features: ArrayView2<'_, f32>,
        map: ArrayView2<'_, f64>,
        monitor: &dyn Monitor,
    ) -> Result<Fidelity, FidelityError> {
        for found in [features.nrows(), map.nrows()] {
            if found != self.n_samples {
                let expected = self.n_samples;
                return Err(FidelityError::Rows { expected, found });
            }
        }
        let coordinate = || not_finite(map);
        if let Some((row, column)) = not_finite(features).or_else(coordinate) {
            return Err(FidelityError::NotFinite { row, column });
        }
        let seed = self.params.random_state;
        let images = evaluated(self.n_samples, EVERY_IMAGE_LIMIT, SAMPLE, seed);
        let samples = Samples::new(features, self.params.metric);
        let axes: Vec<Vec<f64>> = map
            .columns()
            .into_iter()
            .map(|axis| axis.to_vec())
            .collect();
        let rows: Vec<Vec<Row>> = images
            .par_chunks(IMAGES_PER_TASK)
            .map(|images| self.rows(images, &samples, &axes, monitor))
            .collect::<Result<_, Cancelled>>()?;
        Ok(self.summarise(&images, &rows.concat()))
    }

    fn rows(
        &self,
        images: &[usize],
        samples: &Samples,
        axes: &[Vec<f64>],
        monitor: &dyn Monitor,
    ) -> Result<Vec<Row>, Cancelled> {
        let k = self.params.n_neighbors;
        let mut keys = vec![Vec::with_capacity(self.n_samples - 1); images.len()];
        for other in 0..self.n_samples {
            check(monitor)?;
            for (keys, &image) in keys.iter_mut().zip(images) {
                if image != other {
                    keys.push(key(samples.squared_distance(image, other), other));
                }
            }
        }
        let row = |(&image, keys): (&usize, Vec<Key>)| {
            let square = |axis: &Vec<f64>, other: usize| (axis[image] - axis[other]).powi(2);
            let on_map = |other| key(axes.iter().map(|axis| square(axis, other)).sum(), other);
            let others = (0..self.n_samples).filter(|&other| other != image);
            let by_features = Neighborhood::new(keys, k);
            let by_map = Neighborhood::new(others.map(on_map).collect(), k);
            Row {
                invented: by_features.ranks_beyond(&by_map),
                torn: by_map.ranks_beyond(&by_features),
                kept: by_features.shared(&by_map),
            }
        };
        Ok(images.iter().zip(keys).map(row).collect())
    }

    fn summarise(&self, images: &[usize], rows: &[Row]) -> Fidelity {
        let (n, m) = (self.n_samples as f64, images.len() as f64);
        let k = self.params.n_neighbors as f64;
        let norm = 2.0 / (m * k * (2.0 * n - 3.0 * k - 1.0));
        let sum = |part: fn(&Row) -> u64| rows.iter().map(part).sum::<u64>() as f64;
        let mut knn_overlap_per_image = vec![None; self.n_samples];
        for (&image, row) in images.iter().zip(rows) {
            knn_overlap_per_image[image] = Some(row.kept as f64 / k);
        }
        Fidelity {
            trustworthiness: 1.0 - sum(|row| row.invented) * norm,
            continuity: 1.0 - sum(|row| row.torn) * norm,
            knn_overlap: sum(|row| row.kept) / (m * k),
            chance_overlap: k / (n - 1.0),
            knn_overlap_per_image,
            n_evaluated: images.len(),
        }
    }
}

/// All images, or a seeded sample of them where there are more than `limit`; in order.
fn evaluated(n_samples: usize, limit: usize, sample: usize, seed: u64) -> Vec<usize> {
    let mut images: Vec<usize> = (0..n_samples).collect();
    if n_samples > limit {
        Random::nth(seed, 0).shuffle(&mut images);
        images.truncate(sample);
        images.sort_unstable();
    }
    images
}

/// What is found of one image.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Row {
    /// Ranks by features, beyond the k-th, of neighbours on the map.
    invented: u64,
    /// Ranks on the map, beyond the k-th, of neighbours by features.
    torn: u64,
    /// Images that are neighbours by both.
    kept: u64,
}

/// An image as seen from another: the bits of the squared distance, whose order is that of floats
/// ≥ 0, then those of the index, so that no two are equally near.
type Key = u128;

fn key(squared_distance: f64, index: usize) -> Key {
    u128::from(squared_distance.to_bits()) << 64 | index as u128
}

/// All other images as seen from one.
struct Neighborhood {
    /// In the order of the images.
    keys: Vec<Key>,
    /// The key of the k-th nearest.
    limit: Key,
}

impl Neighborhood {
    fn new(keys: Vec<Key>, k: usize) -> Self {
        let mut order = keys.clone();
        let (_, &mut limit, _) = order.select_nth_unstable(k - 1);
        Self { keys, limit }
    }

    /// Images that are among the k nearest here and there.
    fn shared(&self, other: &Self) -> u64 {
        let both = |(here, there): &(&Key, &Key)| **here <= self.limit && **there <= other.limit;
        self.keys.iter().zip(&other.keys).filter(both).count() as u64
    }

    /// How far beyond the k-th rank here those are that are among the k nearest there; summed.
    fn ranks_beyond(&self, other: &Self) -> u64 {
        let pairs = self.keys.iter().zip(&other.keys);
        let mut strangers: Vec<Key> = pairs
            .filter(|(here, there)| **here > self.limit && **there <= other.limit)
            .map(|(&here, _)| here)
            .collect();
        strangers.sort_unstable();
        // Each image beyond the k-th pushes those that are no nearer than it by one rank.
        let pushed = |key| strangers.len() - strangers.partition_point(|stranger| stranger < key);
        let beyond = self.keys.iter().filter(|key| **key > self.limit);
        beyond.map(|key| pushed(key) as u64).sum()
    }
}

/// Why a map cannot be compared with its features.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FidelityError {
    /// Beyond half of the images the measures lose their range.
    #[error(
        "n_neighbors is {n_neighbors}; set it to at least 1 and less than half of the {n_samples} images"
    )]
    NNeighbors {
        /// What was asked for.
        n_neighbors: usize,
        /// Rows of the features.
        n_samples: usize,
    },
    /// Features, map and checked parameters belong to different cohorts.
    #[error(
        "there are {found} rows where {expected} were expected; give features and map of the same images"
    )]
    Rows {
        /// What the parameters were checked for.
        expected: usize,
        /// Rows of the features or the map.
        found: usize,
    },
    /// A feature or a coordinate is NaN or infinite.
    #[error("number {column} of image {row} is not finite; remove the image or mend it")]
    NotFinite {
        /// The image, from 0.
        row: usize,
        /// The feature or coordinate, from 0.
        column: usize,
    },
    /// The monitor asked to stop.
    #[error(transparent)]
    Cancelled(#[from] Cancelled),
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::{Array2, array};

    fn params(n_neighbors: usize) -> FidelityParams {
        FidelityParams {
            n_neighbors,
            metric: Metric::Euclidean,
            random_state: 42,
        }
    }

    fn measure(features: &Array2<f32>, map: &Array2<f64>, k: usize) -> Fidelity {
        let checked = params(k).check(features.nrows()).unwrap();
        checked.measure(features.view(), map.view(), &()).unwrap()
    }

    #[test]
    fn five_images_by_hand() {
        // On a line in feature space; on the map the last one lies beside the first.
        let features = array![[0.0_f32], [1.0], [2.1], [3.3], [4.6]];
        let map = array![[0.0, 0.0], [1.0, 0.0], [2.1, 0.0], [3.3, 0.0], [-0.5, 0.0]];
        let found = measure(&features, &map, 1);
        // Neighbours by features: 1, 0, 1, 2, 3; on the map: 4, 0, 1, 2, 0.
        assert_eq!(found.knn_overlap, 3.0 / 5.0);
        let per_image = [0.0, 1.0, 1.0, 1.0, 0.0].map(Some);
        assert_eq!(found.knn_overlap_per_image, per_image);
        // Both strangers are fourth by features: 2 · (4 - 1) = 6; 2 / (5 · 1 · (10 - 3 - 1)) · 6.
        assert!((found.trustworthiness - 0.6).abs() < 1e-15);
        // On the map image 1 is second from 0 and image 3 fourth from 4: 1 + 3.
        assert!((found.continuity - (1.0 - 4.0 / 15.0)).abs() < 1e-15);
        assert_eq!((found.chance_overlap, found.n_evaluated), (0.25, 5));
    }

    #[test]
    fn a_map_that_is_the_features_is_perfect_and_ties_go_by_index() {
        // A grid, where many distances are equal.
        let features = Array2::from_shape_fn((36, 2), |(i, j)| [i / 6, i % 6][j] as f32);
        let found = measure(&features, &features.mapv(f64::from), 7);
        assert_eq!((found.trustworthiness, found.continuity), (1.0, 1.0));
        assert_eq!(found.knn_overlap_per_image, vec![Some(1.0); 36]);
    }

    #[test]
    fn a_large_cohort_is_sampled() {
        let n_samples = EVERY_IMAGE_LIMIT + 1;
        let features = Array2::from_shape_fn((n_samples, 2), |(i, j)| (i * (j + 1)) as f32);
        let found = measure(&features, &features.mapv(f64::from), 3);
        assert_eq!(found.n_evaluated, SAMPLE);
        let seen = found.knn_overlap_per_image.iter().flatten();
        assert_eq!(seen.filter(|share| **share == 1.0).count(), SAMPLE);
        assert_eq!(found.trustworthiness, 1.0);
        assert_eq!(evaluated(10, 10, 3, 1), (0..10).collect::<Vec<_>>());
        let drawn = evaluated(11, 10, 3, 1);
        assert!(drawn.len() == 3 && drawn.is_sorted() && drawn != evaluated(11, 10, 3, 2));
    }

    #[test]
    fn what_cannot_be_measured_is_refused() {
        for (k, n_samples) in [(0, 10), (5, 10), (usize::MAX, 10), (1, 2), (1, 0)] {
            assert!(params(k).check(n_samples).is_err(), "{k} of {n_samples}");
        }
        let checked = params(5).check(11).unwrap();
        let features = Array2::zeros((11, 3));
        let mut map = Array2::zeros((11, 2));
        assert!(checked.measure(features.view(), map.view(), &()).is_ok());
        map[[4, 1]] = f64::NAN;
        let error = checked.measure(features.view(), map.view(), &());
        assert_eq!(error, Err(FidelityError::NotFinite { row: 4, column: 1 }));
        let fewer = map.slice(ndarray::s![..4, ..]);
        let error = checked.measure(features.view(), fewer, &());
        let (expected, found) = (11, 4);
        assert_eq!(error, Err(FidelityError::Rows { expected, found }));
    }
}
