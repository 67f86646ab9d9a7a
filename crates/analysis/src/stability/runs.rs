//! The runs: maps from other seeds and of fewer patients, clustered as the reference was.

use super::{CheckedStability, Reference, Runs, StabilityError};
use crate::agreement::adjusted_rand;
use crate::clustering::ClusteringParams;
use crate::monitor::{Count, Monitor, check};
use crate::projection::Watch;
use crate::random::Random;
use crate::standardize;
use ndarray::{Array2, ArrayView2, Axis};
use rayon::prelude::*;
use std::collections::BTreeSet;

/// Stands for noise where a run has a label for every image.
pub(super) const NOISE: u32 = u32::MAX - 1;
/// Stands for an image that a run does without.
pub(super) const ABSENT: u32 = u32::MAX;

/// Labels with [`NOISE`] for `None`.
pub(super) fn codes(labels: impl Iterator<Item = Option<u32>>) -> Vec<u32> {
    labels.map(|label| label.unwrap_or(NOISE)).collect()
}

/// The number of clusters of a run or the reference: labels are numbered from 0.
pub(super) fn n_clusters(labels: &[u32]) -> usize {
    let clusters = labels.iter().filter(|label| **label < NOISE);
    clusters.max().map_or(0, |&largest| largest as usize + 1)
}

/// The labels of all images in a resample, with min_samples scaled by the share of the images kept,
/// and as it was.
pub(super) struct Resample {
    pub(super) scaled: Vec<u32>,
    pub(super) unscaled: Vec<u32>,
}

impl CheckedStability {
    /// The labels of all images in each run from another seed; `None` where seeds do nothing.
    pub(super) fn seeds(
        &self,
        features: ArrayView2<'_, f32>,
        counter: &dyn Count,
    ) -> Result<Option<Vec<Vec<u32>>>, StabilityError> {
        let projection = self.params.projection;
        let Some(first) = projection.reseeded(0) else {
            return Ok(None);
        };
        let input = first.input(features, counter)?;
        let run = |index| {
            let params = projection.reseeded(index).unwrap_or(projection);
            let map = params.fit_input(&input, Watch::unseen(counter))?;
            cluster(&map.coordinates, &self.params.clustering, counter)
        };
        self.each_run(run, counter).map(Some)
    }

    /// The labels of all images in each resample of the patients.
    pub(super) fn resamples(
        &self,
        reference: &Reference<'_>,
        counter: &dyn Count,
    ) -> Result<Vec<Resample>, StabilityError> {
        let fraction = self.params.fraction;
        let groups: BTreeSet<usize> = reference.groups.iter().copied().collect();
        let groups: Vec<usize> = groups.into_iter().collect();
        let n_drawn = (fraction * groups.len() as f64) as usize;
        if n_drawn == 0 {
            let n_groups = groups.len();
            return Err(StabilityError::TooFewGroups { n_groups, fraction });
        }
        let run = |index| {
            let mut drawn = groups.clone();
            Random::nth(self.params.random_state, index).shuffle(&mut drawn);
            drawn.truncate(n_drawn);
            drawn.sort_unstable();
            let present = |image: &usize| drawn.binary_search(&reference.groups[*image]).is_ok();
            let images: Vec<usize> = (0..reference.groups.len()).filter(present).collect();
            let features = reference.features.select(Axis(0), &images);
            let map = self.map(features.view(), counter)?;
            let n_samples = reference.groups.len();
            let labels = |clustering: &ClusteringParams| -> Result<Vec<u32>, StabilityError> {
                let mut labels = vec![ABSENT; n_samples];
                for (&image, label) in images.iter().zip(cluster(&map, clustering, counter)?) {
                    labels[image] = label;
                }
                Ok(labels)
            };
            let share = images.len() as f64 / n_samples as f64;
            Ok(Resample {
                scaled: labels(&self.params.clustering.scaled(share))?,
                unscaled: labels(&self.params.clustering)?,
            })
        };
        self.each_run(run, counter)
    }

    fn each_run<T: Send>(
        &self,
        run: impl Fn(u64) -> Result<T, StabilityError> + Sync,
        counter: &dyn Count,
    ) -> Result<Vec<T>, StabilityError> {
        let run = |index| {
            check(counter)?;
            let labels = run(index)?;
            counter.advance(1);
            Ok(labels)
        };
        let indices: Vec<u64> = (1..=self.params.n_runs as u64).collect();
        indices.into_par_iter().map(run).collect()
    }

    /// A map of some of the images, made as the reference was.
    fn map(
        &self,
        features: ArrayView2<'_, f32>,
        monitor: &dyn Monitor,
    ) -> Result<Array2<f64>, StabilityError> {
        let n_samples = features.nrows();
        if n_samples < self.params.projection.n_components() {
            let fraction = self.params.fraction;
            return Err(StabilityError::ResampleTooSmall {
                n_samples,
                fraction,
            });
        }
        let params = self.params.projection.within(n_samples);
        let map = params.fit(features, Watch::unseen(monitor))?;
        Ok(map.coordinates)
    }
}

fn cluster(
    map: &Array2<f64>,
    clustering: &ClusteringParams,
    monitor: &dyn Monitor,
) -> Result<Vec<u32>, StabilityError> {
    let points = standardize(map.view());
    let found = clustering.fit(points.view(), monitor)?;
    Ok(codes(found.labels.into_iter()))
}

impl Runs {
    /// Compares the labels of each run with those of the reference.
    pub(super) fn new(reference: &[u32], runs: &[Vec<u32>]) -> Self {
        let agreement = |run: &Vec<u32>, counts: fn(u32) -> bool| {
            let pairs = reference.iter().zip(run);
            let (a, b): (Vec<u32>, Vec<u32>) =
                pairs.filter(|(a, b)| counts(**a) && counts(**b)).unzip();
            (a.len(), adjusted_rand(&a, &b))
        };
        let present = runs
            .iter()
            .map(|run| agreement(run, |label| label != ABSENT));
        let (n_images, ari) = present.unzip();
        let without_noise = |run| {
            let (n_images, ari) = agreement(run, |label| label < NOISE);
            (n_images >= 2).then_some(ari)
        };
        Self {
            ari,
            ari_without_noise: runs.iter().map(without_noise).collect(),
            n_clusters: runs.iter().map(|run| n_clusters(run)).collect(),
            n_images,
        }
    }
}

/// Where most of some numbers lie.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Spread {
    /// The 5th percentile.
    pub low: f64,
    /// The 50th percentile.
    pub median: f64,
    /// The 95th percentile.
    pub high: f64,
}

impl Spread {
    /// Percentiles of `values`, which must not be NaN, with linear interpolation as numpy's; `None`
    /// when there are no values.
    pub fn of(values: impl IntoIterator<Item = f64>) -> Option<Self> {
        let mut sorted: Vec<f64> = values.into_iter().collect();
        sorted.sort_unstable_by(f64::total_cmp);
        let last = sorted.len().checked_sub(1)?;
        let percentile = |share: f64| {
            let place = share * last as f64;
            let (below, above) = (sorted[place as usize], sorted[place.ceil() as usize]);
            below + (above - below) * place.fract()
        };
        Some(Self {
            low: percentile(0.05),
            median: percentile(0.5),
            high: percentile(0.95),
        })
    }
}
