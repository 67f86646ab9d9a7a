//! What the clusters are made of: the values of one column, counted in images and in groups.

use std::collections::{BTreeMap, BTreeSet};

use ndarray::ArrayView2;

use crate::analysis::clustering::Clustering;
use crate::analysis::representatives;
use crate::cohort::Cohort;

use super::axis::{Axis, Spread};
use super::values::{UnknownColumn, group_numbers, shown_values};

/// Images shown for a cluster.
const N_REPRESENTATIVES: usize = 8;

/// How often one value occurs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ValueCount {
    /// The value as shown.
    pub value: String,
    /// Images that have it.
    pub count: usize,
    /// Groups (patients) that have such an image.
    pub n_groups: usize,
}

/// One cluster, or the noise.
#[derive(Debug, Clone)]
pub struct ClusterBreakdown {
    /// The cluster's number; `None` is noise.
    pub label: Option<u32>,
    /// Its images.
    pub size: usize,
    /// Its groups (patients).
    pub n_groups: usize,
    /// Its values, the most frequent first.
    pub counts: Vec<ValueCount>,
    /// Images without a value.
    pub n_missing: usize,
    /// Groups (patients) with an image without a value.
    pub n_groups_missing: usize,
    /// Its numbers or dates on the axis; `None` where the column has none.
    pub spread: Option<Spread>,
    /// Indices of the most central images, the medoid first.
    pub representatives: Vec<usize>,
}

/// Every cluster by the values of one column; noise comes last, when there is any.
#[derive(Debug, Clone)]
pub struct Breakdown {
    /// The column.
    pub column: String,
    /// Values over all images, the most frequent first.
    pub totals: Vec<ValueCount>,
    /// Images without a value.
    pub n_missing: usize,
    /// The axis of numbers or dates, on which all clusters are counted.
    pub axis: Option<Axis>,
    /// All images on it.
    pub spread: Option<Spread>,
    /// The clusters in order.
    pub clusters: Vec<ClusterBreakdown>,
}

/// A column image by image, of which the breakdown of any clusters can be counted.
#[derive(Debug, Clone)]
pub struct Coded {
    /// The value of each image as shown.
    pub values: Vec<Option<String>>,
    /// The axis of numbers or dates, which knows the place of each image.
    pub axis: Option<Axis>,
}

/// The values of `column` as [`count`] counts them.
pub(super) fn coded(cohort: &Cohort, column: &str) -> Result<Coded, UnknownColumn> {
    Ok(Coded {
        values: shown_values(cohort, "breakdown", column)?,
        axis: cohort.column(column).and_then(Axis::of),
    })
}

/// Counts the values of `column` in every cluster of `clustering` of these points, `(n_images, 2 or 3)`.
pub(super) fn count(
    cohort: &Cohort,
    points: ArrayView2<'_, f64>,
    clustering: &Clustering,
    column: &str,
) -> Result<Breakdown, UnknownColumn> {
    let Coded { values, axis } = coded(cohort, column)?;
    let groups = group_numbers(cohort);
    let tally = |members: &[usize]| Tally::of(members, &values, &groups);
    let spread = |members: &[usize]| axis.as_ref().map(|axis| axis.spread(members));
    let all: Vec<usize> = (0..values.len()).collect();
    let everyone = tally(&all);

    let n_clusters = clustering.n_clusters;
    let mut members = vec![Vec::new(); n_clusters + 1];
    for (image, label) in clustering.labels.iter().enumerate() {
        members[label.map_or(n_clusters, |label| label as usize)].push(image);
    }
    let mut central = representatives(points, &clustering.labels, N_REPRESENTATIVES);
    // The last clusters may be empty.
    central.clusters.resize(n_clusters, Vec::new());
    let central = central.clusters.into_iter().chain([central.noise]);
    let labels = (0..n_clusters as u32).map(Some).chain([None]);
    let clusters = labels
        .zip(members.iter().zip(central))
        .filter(|(label, (members, _))| label.is_some() || !members.is_empty())
        .map(|(label, (members, representatives))| {
            let Tally {
                counts,
                n_groups,
                n_missing,
                n_groups_missing,
            } = tally(members);
            let size = members.len();
            ClusterBreakdown {
                label,
                size,
                n_groups,
                counts,
                n_missing,
                n_groups_missing,
                spread: spread(members),
                representatives,
            }
        })
        .collect();
    Ok(Breakdown {
        column: column.to_owned(),
        totals: everyone.counts,
        n_missing: everyone.n_missing,
        spread: spread(&all),
        axis,
        clusters,
    })
}

struct Tally {
    counts: Vec<ValueCount>,
    n_groups: usize,
    n_missing: usize,
    n_groups_missing: usize,
}

impl Tally {
    fn of(members: &[usize], values: &[Option<String>], groups: &[usize]) -> Self {
        let mut by_value: BTreeMap<&str, (usize, BTreeSet<usize>)> = BTreeMap::new();
        let mut missing = (0, BTreeSet::new());
        for &image in members {
            let entry = match &values[image] {
                Some(value) => by_value.entry(value).or_default(),
                None => &mut missing,
            };
            entry.0 += 1;
            entry.1.insert(groups[image]);
        }
        let mut counts: Vec<_> = by_value
            .into_iter()
            .map(|(value, (count, groups))| ValueCount {
                value: value.to_owned(),
                count,
                n_groups: groups.len(),
            })
            .collect();
        counts.sort_by(|a, b| b.count.cmp(&a.count).then_with(|| a.value.cmp(&b.value)));
        let distinct: BTreeSet<_> = members.iter().map(|&image| groups[image]).collect();
        Self {
            counts,
            n_groups: distinct.len(),
            n_missing: missing.0,
            n_groups_missing: missing.1.len(),
        }
    }
}
