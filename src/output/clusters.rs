//! The clusters of a map, and what they are made of.

use schemars::JsonSchema;
use serde::Serialize;

use crate::pipeline;

use super::keyed::{OtherScores, SettingParams};
use super::{label, milliseconds, warnings};

/// The clusters of a map at one setting.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Clusters {
    params: SettingParams,
    /// Noise not counted.
    n_clusters: usize,
    /// Images in no cluster.
    n_noise: usize,
    /// Of each image, in the order of the records; -1 is noise, numbered as scikit-learn does.
    labels: Vec<i64>,
    /// Whether each image is a core point.
    core: Vec<bool>,
    /// How firmly each image is in its cluster, 0 to 1; null of methods that do not tell.
    probabilities: Option<Vec<f64>>,
    /// The notebook's score; lower is better.
    score: u64,
    /// Null in a report, where equal inputs give equal bytes.
    pub(super) elapsed_ms: Option<f64>,
    /// What to know of the map and its clusters, in sentences.
    warnings: Vec<String>,
    /// What the warnings are about, in the same order.
    warning_codes: Vec<&'static str>,
    /// The clusters that were picked by hand, in the order of `own`.
    own: Vec<OwnCluster>,
    breakdown: Breakdown,
    #[serde(flatten)]
    scores: OtherScores,
}

impl Clusters {
    /// The clusters of a map; `ids` names the images in order.
    pub fn new(
        map: &pipeline::Projection,
        (clusters, judged): (&pipeline::Clusters, &pipeline::Judged),
        breakdown: &pipeline::Breakdown,
        ids: &[&str],
    ) -> Self {
        let clustering = &clusters.clustering;
        let (warnings, warning_codes) = warnings(map.warnings.iter().chain(&clusters.warnings));
        Self {
            params: SettingParams::new(&map.params, &clusters.params),
            n_clusters: clustering.n_clusters,
            n_noise: clustering.n_noise(),
            labels: clustering.labels.iter().copied().map(label).collect(),
            core: clustering.core.clone(),
            probabilities: clustering.probabilities.clone(),
            score: judged.score,
            elapsed_ms: Some(milliseconds(clusters.elapsed)),
            warnings,
            warning_codes,
            own: clusters.own.iter().map(OwnCluster::from).collect(),
            breakdown: Breakdown::new(breakdown, ids),
            scores: judged.scores.as_ref().into(),
        }
    }
}

/// A cluster that was picked by hand.
#[derive(Debug, Serialize, JsonSchema)]
pub struct OwnCluster {
    /// The id of its selection.
    id: String,
    name: Option<String>,
    label: u32,
    /// Images of the selection that do not meet the conditions.
    n_left_out: usize,
}

impl From<&pipeline::OwnCluster> for OwnCluster {
    fn from(own: &pipeline::OwnCluster) -> Self {
        Self {
            id: own.selection.id.clone(),
            name: own.selection.name.clone(),
            label: own.label,
            n_left_out: own.n_left_out,
        }
    }
}

/// Clusters by the values of one column.
#[derive(Debug, Serialize, JsonSchema)]
struct Breakdown {
    column: String,
    /// Images without a value.
    n_missing: usize,
    /// Of all images, the most frequent value first.
    totals: Vec<ValueCount>,
    /// Of a column of numbers or dates: the bins that all clusters are counted in.
    axis: Option<ValueAxis>,
    /// The noise last.
    clusters: Vec<ClusterBreakdown>,
}

impl Breakdown {
    fn new(breakdown: &pipeline::Breakdown, ids: &[&str]) -> Self {
        let clusters = breakdown.clusters.iter();
        Self {
            column: breakdown.column.clone(),
            n_missing: breakdown.n_missing,
            totals: breakdown.totals.iter().map(ValueCount::from).collect(),
            axis: breakdown
                .axis
                .as_ref()
                .zip(breakdown.spread.as_ref())
                .map(ValueAxis::from),
            clusters: clusters
                .map(|cluster| ClusterBreakdown::new(cluster, ids))
                .collect(),
        }
    }
}

/// One cluster, or the noise, by the values of a column.
#[derive(Debug, Serialize, JsonSchema)]
struct ClusterBreakdown {
    /// -1 is noise.
    label: i64,
    /// Images in it.
    size: usize,
    /// Patients of these images.
    n_groups: usize,
    /// The most frequent value first.
    counts: Vec<ValueCount>,
    /// Images without a value.
    n_missing: usize,
    /// Patients of images without a value.
    n_groups_missing: usize,
    /// Its images on the axis.
    spread: Option<Spread>,
    /// Ids of its most central images, the medoid first.
    representatives: Vec<String>,
}

impl ClusterBreakdown {
    fn new(cluster: &pipeline::ClusterBreakdown, ids: &[&str]) -> Self {
        let representatives = cluster.representatives.iter();
        Self {
            label: label(cluster.label),
            size: cluster.size,
            n_groups: cluster.n_groups,
            counts: cluster.counts.iter().map(ValueCount::from).collect(),
            n_missing: cluster.n_missing,
            n_groups_missing: cluster.n_groups_missing,
            spread: cluster.spread.as_ref().map(Spread::from),
            representatives: representatives
                .map(|&image| ids[image].to_owned())
                .collect(),
        }
    }
}

/// Numbers or dates as bins of one axis.
#[derive(Debug, Serialize, JsonSchema)]
struct ValueAxis {
    /// How wide a bin is: "5", "week"; empty where one holds everything.
    step: String,
    /// Where the last bin ends; empty where it is open.
    end: String,
    /// From the lowest on; the outer ones may be open.
    bins: Vec<AxisBin>,
    /// What has a value and no place on the axis: years among days, what is not read as a date.
    apart: Vec<&'static str>,
    /// All images on it.
    spread: Spread,
}

impl From<(&pipeline::Axis, &pipeline::Spread)> for ValueAxis {
    fn from((axis, spread): (&pipeline::Axis, &pipeline::Spread)) -> Self {
        Self {
            step: axis.step.clone(),
            end: axis.end.clone(),
            bins: axis.bins.iter().map(AxisBin::from).collect(),
            apart: axis.apart.clone(),
            spread: spread.into(),
        }
    }
}

/// One bin of an axis.
#[derive(Debug, Serialize, JsonSchema)]
struct AxisBin {
    /// What it holds, in words.
    name: String,
    /// Its lower end; empty where it is open.
    start: String,
    /// As a condition has it, with `>=`; null where there is no such bound.
    from: Option<String>,
    /// The most that it holds, with `<=`.
    to: Option<String>,
}

impl From<&pipeline::Bin> for AxisBin {
    fn from(bin: &pipeline::Bin) -> Self {
        Self {
            name: bin.name.clone(),
            start: bin.start.clone(),
            from: bin.from.clone(),
            to: bin.to.clone(),
        }
    }
}

/// Some images on an axis.
#[derive(Debug, Serialize, JsonSchema)]
struct Spread {
    /// Images in each bin.
    bins: Vec<usize>,
    /// Images of each kind in `apart`.
    apart: Vec<usize>,
    /// Of those on the axis; null where none is.
    median: Option<String>,
}

impl From<&pipeline::Spread> for Spread {
    fn from(spread: &pipeline::Spread) -> Self {
        Self {
            bins: spread.bins.clone(),
            apart: spread.apart.clone(),
            median: spread.median.clone(),
        }
    }
}

/// How often a value occurs.
#[derive(Debug, Serialize, JsonSchema)]
struct ValueCount {
    value: String,
    /// Images with it.
    count: usize,
    /// Patients of these images.
    n_groups: usize,
}

impl From<&pipeline::ValueCount> for ValueCount {
    fn from(count: &pipeline::ValueCount) -> Self {
        Self {
            value: count.value.clone(),
            count: count.count,
            n_groups: count.n_groups,
        }
    }
}
