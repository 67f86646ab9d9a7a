//! Whether clusters come again from other seeds and without some patients.

use schemars::JsonSchema;
use serde::Serialize;

use crate::analysis::stability;
use crate::pipeline::evidence;

use super::keyed::SettingParams;
use super::milliseconds;

/// The result of a stability job.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Stability {
    params: SettingParams,
    /// Of the repeats.
    seed: u64,
    /// Maps that start from other seeds; null of methods that leave nothing to chance.
    seeds: Option<Repeats>,
    resamples: Resamples,
    /// The resamples clustered with min_samples as it was: what is lost here and not in
    /// `resamples` is lost to density alone.
    resamples_unscaled: Repeats,
    /// The map itself, turned; null for maps that are not plane.
    rotations: Option<Rotations>,
    /// In the order of their labels.
    clusters: Vec<ClusterStability>,
    /// How firmly each image is where it is, 0 to 1, in the order of the records; null where there
    /// is nothing to compare with.
    per_image: Vec<Option<f64>>,
    /// Images that are elsewhere more often than where the map has them.
    n_unstable: usize,
    /// What was found, in a sentence.
    sentence: String,
    /// Null in a report, where equal inputs give equal bytes.
    pub(super) elapsed_ms: Option<f64>,
}

/// What repeats of one kind found, an entry per run.
#[derive(Debug, Serialize, JsonSchema)]
struct Repeats {
    n_runs: usize,
    /// The adjusted Rand index with the clusters in question, noise being a class of its own.
    ari: Vec<f64>,
    ari_median: Option<f64>,
    /// The 5th percentile.
    ari_low: Option<f64>,
    /// The 95th percentile.
    ari_high: Option<f64>,
    /// The same over the images that are noise in neither; null when they are fewer than two.
    ari_without_noise: Vec<Option<f64>>,
    ari_without_noise_median: Option<f64>,
    /// Clusters found.
    n_clusters: Vec<usize>,
    /// Images of the run.
    n_images: Vec<usize>,
}

/// Maps of some of the patients, with min_samples scaled with the share of the images kept.
#[derive(Debug, Serialize, JsonSchema)]
struct Resamples {
    #[serde(flatten)]
    repeats: Repeats,
    /// The share of the patients that each run keeps.
    fraction: f64,
}

/// The map itself, turned, an entry per angle.
#[derive(Debug, Serialize, JsonSchema)]
struct Rotations {
    degrees: Vec<u32>,
    /// Clusters found.
    n_clusters: Vec<usize>,
    /// The notebook's score; lower is better.
    score: Vec<u64>,
    /// The adjusted Rand index with the clusters in question, noise being a class of its own.
    ari: Vec<f64>,
}

/// How one cluster fares.
#[derive(Debug, Serialize, JsonSchema)]
struct ClusterStability {
    label: usize,
    /// Images in it.
    size: usize,
    /// The mean Jaccard index, 0 to 1, with the most similar cluster of each run with another seed
    /// (Hennig 2007).
    jaccard_seeds: Option<f64>,
    /// The same over the resamples that hold a member.
    jaccard_resamples: Option<f64>,
    /// What the lower of the two says.
    verdict: Option<Verdict>,
}

/// What a mean Jaccard index says of a cluster.
#[derive(Debug, Clone, Copy, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
enum Verdict {
    Stable,
    Doubtful,
    Untrustworthy,
    Dissolves,
}

impl From<stability::Verdict> for Verdict {
    fn from(verdict: stability::Verdict) -> Self {
        match verdict {
            stability::Verdict::Stable => Self::Stable,
            stability::Verdict::Doubtful => Self::Doubtful,
            stability::Verdict::Untrustworthy => Self::Untrustworthy,
            stability::Verdict::Dissolves => Self::Dissolves,
        }
    }
}

impl From<&evidence::Stability> for Stability {
    fn from(stability: &evidence::Stability) -> Self {
        let (found, params) = (&stability.found, &stability.params);
        let clusters = found.clusters.iter().enumerate();
        Self {
            params: SettingParams::new(&params.projection, &params.clustering),
            seed: params.random_state,
            seeds: found.seeds.as_ref().map(Repeats::from),
            resamples: Resamples {
                repeats: (&found.resamples).into(),
                fraction: params.fraction,
            },
            resamples_unscaled: (&found.resamples_unscaled).into(),
            rotations: found.rotations.as_ref().map(Rotations::from),
            clusters: clusters.map(ClusterStability::from).collect(),
            per_image: found.per_image.clone(),
            n_unstable: found.n_unstable(),
            sentence: stability.sentence.clone(),
            elapsed_ms: Some(milliseconds(stability.elapsed)),
        }
    }
}

impl From<&stability::Runs> for Repeats {
    fn from(runs: &stability::Runs) -> Self {
        let whole = stability::Spread::of(runs.ari.iter().copied());
        let without = stability::Spread::of(runs.ari_without_noise.iter().flatten().copied());
        Self {
            n_runs: runs.ari.len(),
            ari: runs.ari.clone(),
            ari_median: whole.map(|ari| ari.median),
            ari_low: whole.map(|ari| ari.low),
            ari_high: whole.map(|ari| ari.high),
            ari_without_noise: runs.ari_without_noise.clone(),
            ari_without_noise_median: without.map(|ari| ari.median),
            n_clusters: runs.n_clusters.clone(),
            n_images: runs.n_images.clone(),
        }
    }
}

impl From<&stability::Rotations> for Rotations {
    fn from(rotations: &stability::Rotations) -> Self {
        Self {
            degrees: rotations.degrees.clone(),
            n_clusters: rotations.n_clusters.clone(),
            score: rotations.score.clone(),
            ari: rotations.ari.clone(),
        }
    }
}

impl From<(usize, &stability::ClusterStability)> for ClusterStability {
    fn from((label, cluster): (usize, &stability::ClusterStability)) -> Self {
        Self {
            label,
            size: cluster.size,
            jaccard_seeds: cluster.jaccard_seeds,
            jaccard_resamples: cluster.jaccard_resamples,
            verdict: cluster.verdict().map(Verdict::from),
        }
    }
}
