//! The table as JSON, with what it was made with.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Value};

use crate::pipeline::{Clusters, ModelInfo, Projection, Study};

use super::super::clusters::OwnCluster;
use super::super::cohort::CellValue;
use super::super::keyed::SettingParams;
use super::{Cell, Table};

/// Every image with its place on the map, its cluster and its metadata, and what they were made
/// with.
#[derive(Debug, Serialize, JsonSchema)]
pub struct TableDocument {
    /// Its name.
    cohort: String,
    /// Conditions that its images meet.
    filters: Vec<String>,
    params: SettingParams,
    versions: Versions,
    /// The clusters that were picked by hand.
    own: Vec<OwnCluster>,
    /// Noise not counted.
    n_clusters: usize,
    /// Images in no cluster.
    n_noise: usize,
    /// Of the labels of all images, selected or not.
    labels_hash: String,
    /// One for each image, by column; null where missing.
    #[schemars(with = "Vec<BTreeMap<String, Option<CellValue>>>")]
    records: Vec<Map<String, Value>>,
}

/// What map and clusters were made with.
#[derive(Debug, Serialize, JsonSchema)]
struct Versions {
    /// Of the program.
    negatoscope: &'static str,
    model: String,
    model_hash: Option<String>,
    layer: Option<String>,
    backend: String,
    features_hash: String,
}

impl TableDocument {
    /// The document of a table.
    pub fn new(table: &Table, study: &Study, (map, clusters): (&Projection, &Clusters)) -> Self {
        Self {
            cohort: study.cohort.name.clone(),
            filters: study.cohort.filters.clone(),
            params: SettingParams::new(&map.params, &clusters.params),
            versions: Versions::new(&study.model, study.features_hash()),
            own: clusters.own.iter().map(OwnCluster::from).collect(),
            n_clusters: clusters.clustering.n_clusters,
            n_noise: clusters.clustering.n_noise(),
            labels_hash: clusters.labels_hash(),
            records: (0..table.n_rows).map(|row| record(table, row)).collect(),
        }
    }
}

impl Versions {
    fn new(model: &ModelInfo, features_hash: String) -> Self {
        Self {
            negatoscope: env!("CARGO_PKG_VERSION"),
            model: model.name.clone(),
            model_hash: model.hash.clone(),
            layer: model.layer.clone(),
            backend: model.backend.clone(),
            features_hash,
        }
    }
}

fn record(table: &Table, row: usize) -> Map<String, Value> {
    let columns = table.columns.iter();
    let cells = columns.map(|column| (column.name.clone(), value(column.cells.at(row))));
    cells.collect()
}

fn value(cell: Cell<'_>) -> Value {
    match cell {
        Cell::Missing => Value::Null,
        Cell::Text(text) => text.into(),
        Cell::Number(number) => number.into(),
        Cell::Single(number) => number.into(),
        Cell::Integer(number) => number.into(),
        Cell::Flag(flag) => flag.into(),
    }
}
