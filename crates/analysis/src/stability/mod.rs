//! Whether the clusters of a map come again: with other seeds, other patients, and the map turned.
//!
//! A cluster that another start of t-SNE or a fifth fewer patients dissolve is no finding. What
//! comes again need not mean anything either: chance structure of the features comes again too.

mod members;
mod rotations;
mod runs;

pub use rotations::Rotations;
pub use runs::Spread;

use crate::clustering::{ClusteringError, ClusteringParams};
use crate::monitor::{Cancelled, Count};
use crate::projection::{ProjectionError, ProjectionParams};
use ndarray::ArrayView2;

/// Runs of each kind, at most.
const MAX_RUNS: usize = 1000;

/// What is repeated, and how often.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct StabilityParams {
    /// How the map is made.
    pub projection: ProjectionParams,
    /// How it is clustered. What counts images is the same in all runs but the resamples: see
    /// [`Stability::resamples`].
    pub clustering: ClusteringParams,
    /// Runs of each kind, 1 to 1,000, usually 20: as many maps with other seeds, and as many with
    /// fewer patients. Cost is proportional to it.
    pub n_runs: usize,
    /// The share of the patients that a resample keeps, 0 < fraction < 1, usually 0.8; the number
    /// kept is rounded down. Smaller shares ask more of a cluster.
    pub fraction: f64,
    /// The seed of the draws of patients. Run r, counted from 1, with another seed starts t-SNE from
    /// the map's own random_state + r, so that none of them is the reference itself.
    pub random_state: u64,
}

/// The clusters in question, and what they were made from.
#[derive(Debug, Clone, Copy)]
pub struct Reference<'a> {
    /// `(n_samples, n_features)`.
    pub features: ArrayView2<'a, f32>,
    /// The patient of each image; which number names a patient does not matter.
    pub groups: &'a [usize],
    /// The map, not standardised, `(n_samples, n_components)`.
    pub map: ArrayView2<'a, f64>,
    /// The cluster of each image, numbered from 0; `None` is noise.
    pub labels: &'a [Option<u32>],
}

/// Parameters that are in range.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CheckedStability {
    params: StabilityParams,
}

impl StabilityParams {
    /// Checks the parameters against the number of images; only checked ones run.
    ///
    /// # Errors
    /// [`StabilityError`], naming the first parameter out of range and the range.
    pub fn check(self, n_samples: usize) -> Result<CheckedStability, StabilityError> {
        let n_runs = self.n_runs;
        if !(1..=MAX_RUNS).contains(&n_runs) {
            return Err(StabilityError::NRuns { n_runs });
        }
        let fraction = self.fraction;
        // Written so that NaN fails.
        if !(fraction > 0.0 && fraction < 1.0) {
            return Err(StabilityError::Fraction { fraction });
        }
        self.projection.check(n_samples)?;
        self.clustering.check()?;
        Ok(CheckedStability { params: self })
    }

    /// The maps that are made in all, which is what the counter counts.
    pub fn n_maps(&self) -> u64 {
        let kinds = 1 + u64::from(self.projection.reseeded(1).is_some());
        (self.n_runs as u64).saturating_mul(kinds)
    }
}

/// How the clusters of the reference fare.
#[derive(Debug, Clone, PartialEq)]
pub struct Stability {
    /// All images on maps that start at random, each from another seed; `None` for maps by PCA,
    /// which leave nothing to chance. These maps come turned as well, which alone can change the
    /// clusters: see [`Rotations`].
    pub seeds: Option<Runs>,
    /// Maps of some of the patients, drawn without replacement, made as the reference was. A
    /// neighbourhood loses images as the cohort does, so min_samples is scaled with the share of
    /// the images kept, rounded and at least 1: otherwise one would mostly learn that fewer images
    /// lie less densely.
    pub resamples: Runs,
    /// The same maps clustered with min_samples as it was. What is lost here and not in
    /// [`Stability::resamples`] is lost to density alone; nothing else is computed from these.
    pub resamples_unscaled: Runs,
    /// The reference's own map, turned; `None` for maps that are not plane.
    pub rotations: Option<Rotations>,
    /// For each cluster of the reference, in the order of their numbers.
    pub clusters: Vec<ClusterStability>,
    /// How firmly each image is where it is, 0 to 1, over the runs of both kinds in which it is
    /// present. For an image in a cluster: the mean over the other members of the share of runs
    /// that put the two into one cluster again (consensus; Monti et al. 2003). For noise: the
    /// share of runs in which it is noise again. `None` where there is nothing to compare with.
    pub per_image: Vec<Option<f64>>,
}

impl Stability {
    /// Images that are elsewhere more often than where the reference has them.
    pub fn n_unstable(&self) -> usize {
        let shares = self.per_image.iter().flatten();
        shares.filter(|share| **share < 0.5).count()
    }
}

/// What runs of one kind found, an entry per run.
#[derive(Debug, Clone, PartialEq)]
pub struct Runs {
    /// The adjusted Rand index with the reference over the images of the run, with noise as a
    /// class of its own.
    pub ari: Vec<f64>,
    /// The same over the images that are noise in neither; `None` when they are fewer than two.
    /// Read beside the number of clusters: one cluster in both is full agreement too.
    pub ari_without_noise: Vec<Option<f64>>,
    /// The clusters found.
    pub n_clusters: Vec<usize>,
    /// The images of the run.
    pub n_images: Vec<usize>,
}

/// How one cluster of the reference fares.
#[derive(Debug, Clone, PartialEq)]
pub struct ClusterStability {
    /// Images in it.
    pub size: usize,
    /// The Jaccard index, 0 to 1, with the most similar cluster of a run, as the mean over the
    /// runs with other seeds; 0 for a run without clusters (Hennig 2007). `None` without such runs.
    pub jaccard_seeds: Option<f64>,
    /// The same over the resamples that hold a member, among the images of each; `None` when none
    /// does.
    pub jaccard_resamples: Option<f64>,
}

impl ClusterStability {
    /// What the lower of the two means says.
    pub fn verdict(&self) -> Option<Verdict> {
        let means = [self.jaccard_seeds, self.jaccard_resamples];
        means
            .into_iter()
            .flatten()
            .reduce(f64::min)
            .map(Verdict::of)
    }
}

/// A mean Jaccard index in words, with the thresholds of the documentation of Hennig's package
/// `fpc` (function `clusterboot`), and that of dissolution of Hennig (2007).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// 0.75 or more: the cluster comes again.
    Stable,
    /// From 0.6: something is there, but which images belong to it is doubtful.
    Doubtful,
    /// Below 0.6: the cluster is not to be trusted.
    Untrustworthy,
    /// 0.5 or less: the cluster does not come again.
    Dissolves,
}

impl Verdict {
    fn of(jaccard: f64) -> Self {
        if jaccard >= 0.75 {
            Self::Stable
        } else if jaccard >= 0.6 {
            Self::Doubtful
        } else if jaccard > 0.5 {
            Self::Untrustworthy
        } else {
            Self::Dissolves
        }
    }
}

impl CheckedStability {
    /// The parameters as given.
    pub fn params(&self) -> &StabilityParams {
        &self.params
    }

    /// Repeats map and clusters, and compares each run with the reference.
    ///
    /// Resamples keep eps and the perplexity, the last only as far as it stays below the number of
    /// their images, and are clustered with min_samples scaled and as it was. Runs are made in
    /// parallel; the counter hears of one unit per map, [`StabilityParams::n_maps`] in all. Besides
    /// the maps, the time goes with the number of runs times the squares of the clusters' sizes.
    ///
    /// # Errors
    /// [`StabilityError`] when there are too few patients to leave any out, a resample is too
    /// small for a map, a map or its clusters fail, or the monitor cancels.
    ///
    /// # Panics
    /// When features, groups, map and labels are not equally many.
    pub fn run(
        &self,
        reference: &Reference<'_>,
        counter: &dyn Count,
    ) -> Result<Stability, StabilityError> {
        let n_samples = reference.features.nrows();
        assert_eq!(reference.groups.len(), n_samples, "one group per image");
        assert_eq!(reference.map.nrows(), n_samples, "one point per image");
        assert_eq!(reference.labels.len(), n_samples, "one label per image");
        let labels = runs::codes(reference.labels.iter().copied());
        let rotations = rotations::turn(reference.map, &labels, &self.params.clustering, counter)?;
        let resamples = self.resamples(reference, counter)?;
        let both = |resample: runs::Resample| (resample.scaled, resample.unscaled);
        let (resamples, unscaled): (Vec<_>, Vec<_>) = resamples.into_iter().map(both).unzip();
        let seeds = self.seeds(reference.features, counter)?;
        let summary = |runs: &[Vec<u32>]| Runs::new(&labels, runs);
        let all: Vec<&[u32]> = seeds
            .iter()
            .flatten()
            .chain(&resamples)
            .map(Vec::as_slice)
            .collect();
        Ok(Stability {
            clusters: members::clusters(&labels, seeds.as_deref(), &resamples),
            per_image: members::per_image(&labels, &all, counter)?,
            seeds: seeds.as_deref().map(summary),
            resamples: summary(&resamples),
            resamples_unscaled: summary(&unscaled),
            rotations,
        })
    }
}

/// Why the clusters' stability is not known.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum StabilityError {
    /// See [`StabilityParams::n_runs`].
    #[error("n_runs is {n_runs}; set it to a number from 1 to 1000")]
    NRuns {
        /// What was asked for.
        n_runs: usize,
    },
    /// See [`StabilityParams::fraction`].
    #[error("fraction is {fraction}; set it to a number above 0 and below 1")]
    Fraction {
        /// What was asked for.
        fraction: f64,
    },
    /// A resample would have no patient.
    #[error(
        "{fraction} of {n_groups} patients is none; set a larger fraction, or take a cohort of more patients"
    )]
    TooFewGroups {
        /// Different groups among the images.
        n_groups: usize,
        /// The share that a resample keeps.
        fraction: f64,
    },
    /// A resample has fewer images than a map has axes.
    #[error(
        "a resample of {n_samples} images is too small for a map; set a larger fraction than {fraction}, or take a cohort of more patients"
    )]
    ResampleTooSmall {
        /// Images of the patients drawn.
        n_samples: usize,
        /// The share of the patients that a resample keeps.
        fraction: f64,
    },
    /// A parameter of the maps, or the features, are at fault.
    #[error(transparent)]
    Projection(ProjectionError),
    /// A parameter of the clusters is out of range.
    #[error(transparent)]
    Clustering(ClusteringError),
    /// The monitor asked to stop.
    #[error(transparent)]
    Cancelled(#[from] Cancelled),
}

impl StabilityError {
    /// The parameter that is at fault, if one is.
    pub fn parameter(&self) -> Option<&'static str> {
        match self {
            Self::NRuns { .. } => Some("n_runs"),
            Self::Fraction { .. } | Self::TooFewGroups { .. } => Some("fraction"),
            Self::Projection(error) => error.parameter(),
            Self::Clustering(error) => error.parameter(),
            Self::ResampleTooSmall { .. } | Self::Cancelled(_) => None,
        }
    }
}

impl From<ProjectionError> for StabilityError {
    fn from(error: ProjectionError) -> Self {
        match error {
            ProjectionError::Cancelled(cancelled) => Self::Cancelled(cancelled),
            other => Self::Projection(other),
        }
    }
}

impl From<ClusteringError> for StabilityError {
    fn from(error: ClusteringError) -> Self {
        match error {
            ClusteringError::Cancelled(cancelled) => Self::Cancelled(cancelled),
            other => Self::Clustering(other),
        }
    }
}

#[cfg(test)]
mod tests;
