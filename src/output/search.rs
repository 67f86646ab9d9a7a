//! The result of a search, for `--json` and the job alike.

use std::time::Duration;

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Number;

use crate::analysis::measures::Measure;
use crate::analysis::search::{self, SearchParams};

use super::keyed::{
    Along, AlongValues, Axis, ClusteringMethod, MapMethod, MeasureKey, OtherScores, PlaneValues,
};
use super::plane::PlaneCell;
use super::{Null, milliseconds};

/// What a search found.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Search {
    /// Settings that were searched.
    n_settings: u64,
    method: MapMethod,
    clustering: ClusteringMethod,
    /// What the search went along: that of the maps, null where there is one map, and the two of
    /// the clusters.
    axes: [Option<Axis>; 3],
    rank_by: MeasureKey,
    /// The best setting of each map, best first.
    results: Vec<SearchRow>,
    /// The maps without an admissible setting, by their value along the axis.
    without_result: Vec<f64>,
    elapsed_ms: f64,
    heat_map: HeatMap,
    /// The same search on cohorts without clusters; of `search --null` alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    null: Option<Null>,
}

/// A setting, its value of each axis under the name of the axis.
#[derive(Debug, Serialize, JsonSchema)]
struct SearchRow {
    #[serde(flatten)]
    along: Along,
    #[serde(flatten)]
    cell: PlaneCell,
    /// Whether the map is one that its method warns of.
    degenerate: bool,
    #[serde(flatten)]
    scores: OtherScores,
}

/// The best of each map and each value of the clusters' first axis; the values of each axis stand
/// under its name.
#[derive(Debug, Serialize, JsonSchema)]
struct HeatMap {
    /// That of the maps, null where there is one map, and the clusters' first.
    axes: [Option<Axis>; 2],
    /// What the search was ranked by, a row for each map; null where no setting is admissible.
    #[schemars(with = "Vec<Vec<Option<f64>>>")]
    score: Vec<Vec<Option<Number>>>,
    #[serde(flatten)]
    along: AlongValues,
    #[serde(flatten)]
    first: PlaneValues,
}

impl Search {
    /// What a search with these parameters found.
    pub fn new(params: &SearchParams, found: &search::SearchResult, elapsed: Duration) -> Self {
        let axis = params.projection.method().axis;
        let [first, second] = params.clustering.axes();
        let results = found.best.iter();
        Self {
            n_settings: params.n_settings(),
            method: MapMethod(params.projection.method().key),
            clustering: ClusteringMethod(params.clustering.method().key),
            axes: [axis, Some(first), Some(second)].map(|axis| axis.map(Axis)),
            rank_by: found.rank_by.into(),
            results: results.map(|row| SearchRow::new(params, row)).collect(),
            without_result: axis.map_or_else(Vec::new, |_| found.without_result.clone()),
            elapsed_ms: milliseconds(elapsed),
            heat_map: HeatMap::new(params, found),
            null: None,
        }
    }

    /// With what the same search finds on cohorts without clusters.
    #[must_use]
    pub fn with_null(mut self, null: Option<Null>) -> Self {
        self.null = null;
        self
    }
}

impl SearchRow {
    fn new(params: &SearchParams, row: &search::SearchRow) -> Self {
        Self {
            along: Along::new(&params.projection, row.along),
            cell: PlaneCell::new(&params.clustering, &row.cell),
            degenerate: row.degenerate,
            scores: Some(&row.scores).into(),
        }
    }
}

impl HeatMap {
    fn new(params: &SearchParams, found: &search::SearchResult) -> Self {
        let (map, clustering) = (&params.projection, &params.clustering);
        let heat = &found.heat_map;
        let axes = [map.method().axis, Some(clustering.axes()[0])];
        let score = |value: &Option<f64>| measured(found.rank_by, (*value)?);
        let rows = heat.values.iter();
        Self {
            axes: axes.map(|axis| axis.map(Axis)),
            score: rows.map(|row| row.iter().map(score).collect()).collect(),
            along: AlongValues::new(map, &heat.along),
            first: PlaneValues::new(clustering, &[&heat.first]),
        }
    }
}

/// The notebook's score is a count and stays one.
fn measured(measure: Measure, value: f64) -> Option<Number> {
    match measure {
        Measure::Balance => Some((value as u64).into()),
        _ => Number::from_f64(value),
    }
}
