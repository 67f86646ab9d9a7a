//! What the clusters are made of: the values of one column, counted in images and in groups.

use std::collections::{BTreeMap, BTreeSet};

use thiserror::Error;

use crate::analysis::dbscan::Clustering;
use crate::analysis::representatives;
use crate::cohort::{Cohort, Column, ColumnKind, Value};

use super::study::Projection;

/// Images shown for a cluster.
const N_REPRESENTATIVES: usize = 8;

/// A column of numbers with more values than this is counted in quarters of equal size.
const MAX_NUMBERS: usize = 12;

/// The column cannot be counted by.
#[derive(Debug, Error)]
pub enum BreakdownError {
    /// There is no such column.
    #[error("breakdown names no column of the cohort, \"{0}\": choose one that /api/cohort lists")]
    UnknownColumn(String),
}

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
    /// The clusters in order.
    pub clusters: Vec<ClusterBreakdown>,
}

/// Counts the values of `column` in every cluster of `clustering`.
pub(super) fn count(
    cohort: &Cohort,
    map: &Projection,
    clustering: &Clustering,
    column: &str,
) -> Result<Breakdown, BreakdownError> {
    let values = shown_values(cohort, column)?;
    let groups = group_numbers(cohort);
    let tally = |members: &[usize]| Tally::of(members, &values, &groups);
    let everyone = tally(&(0..values.len()).collect::<Vec<_>>());

    let n_clusters = clustering.n_clusters;
    let mut members = vec![Vec::new(); n_clusters + 1];
    for (image, label) in clustering.labels.iter().enumerate() {
        members[label.map_or(n_clusters, |label| label as usize)].push(image);
    }
    let points = map.standardized.view();
    let central = representatives(points, &clustering.labels, N_REPRESENTATIVES);
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
                representatives,
            }
        })
        .collect();
    Ok(Breakdown {
        column: column.to_owned(),
        totals: everyone.counts,
        n_missing: everyone.n_missing,
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

/// A number for each image's group; an image without one is a group of its own.
fn group_numbers(cohort: &Cohort) -> Vec<usize> {
    let mut known = BTreeMap::new();
    let mut next = 0;
    let mut fresh = || {
        next += 1;
        next
    };
    cohort
        .records
        .iter()
        .map(|record| match &record.group {
            Some(group) => *known.entry(group.as_str()).or_insert_with(&mut fresh),
            None => fresh(),
        })
        .collect()
}

/// The column's values as shown, in the order of the records.
fn shown_values(cohort: &Cohort, name: &str) -> Result<Vec<Option<String>>, BreakdownError> {
    let column = cohort.columns.iter().find(|column| column.name == name);
    let Some(column) = column else {
        // A cohort without any place still answers the default question: all are missing.
        return match name {
            "country" => Ok(vec![None; cohort.records.len()]),
            _ => Err(BreakdownError::UnknownColumn(name.to_owned())),
        };
    };
    if column.kind == ColumnKind::Number && column.n_unique() > MAX_NUMBERS {
        return Ok(quarters(column));
    }
    Ok(column
        .values
        .iter()
        .map(|value| value.as_ref().map(shown))
        .collect())
}

/// Numbers as the quarter of the cohort that they fall in, named by its smallest and largest.
fn quarters(column: &Column) -> Vec<Option<String>> {
    let number = |value: &Option<Value>| match value {
        Some(Value::Number(number)) => Some(*number),
        _ => None,
    };
    let mut sorted: Vec<f64> = column.values.iter().filter_map(number).collect();
    sorted.sort_by(f64::total_cmp);
    let bounds = [1, 2, 3].map(|quarter| sorted[quarter * (sorted.len() - 1) / 4]);
    let quarter = |value: f64| bounds.iter().filter(|&&bound| value > bound).count();
    let name = |wanted: usize| {
        let inside = || sorted.iter().filter(|&&value| quarter(value) == wanted);
        let (first, last) = (inside().next()?, inside().next_back()?);
        Some(format!("{first} – {last}"))
    };
    let names = [0, 1, 2, 3].map(name);
    column
        .values
        .iter()
        .map(|value| names[quarter(number(value)?)].clone())
        .collect()
}

/// A value as a person writes it.
fn shown(value: &Value) -> String {
    match value {
        Value::Number(number) => number.to_string(),
        Value::Text(text) => text.clone(),
        Value::Bool(true) => "yes".to_owned(),
        Value::Bool(false) => "no".to_owned(),
    }
}
