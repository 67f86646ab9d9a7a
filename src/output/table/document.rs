//! The table as JSON, with what it was made with.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Serialize, Serializer};

use crate::pipeline::{Clusters, ModelInfo, Projection, Study};

use super::super::clusters::OwnCluster;
use super::super::cohort::CellValue;
use super::super::keyed::SettingParams;
use super::{Cell, Table};

/// Every image with its place on the map, its cluster and its metadata, and what they were made
/// with.
#[derive(Serialize, JsonSchema)]
pub struct TableDocument<'a> {
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
    records: Records<'a>,
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

/// The rows of a table, each made when it is written.
struct Records<'a>(&'a Table);

/// A row by column.
struct Row<'a>(&'a Table, usize);

impl<'a> TableDocument<'a> {
    /// The document of a table.
    pub fn new(table: &'a Table, study: &Study, (map, clusters): (&Projection, &Clusters)) -> Self {
        Self {
            cohort: study.cohort.name.clone(),
            filters: study.cohort.filters.clone(),
            params: SettingParams::new(&map.params, &clusters.params),
            versions: Versions::new(&study.model, study.features_hash()),
            own: clusters.own.iter().map(OwnCluster::from).collect(),
            n_clusters: clusters.clustering.n_clusters,
            n_noise: clusters.clustering.n_noise(),
            labels_hash: clusters.labels_hash(),
            records: Records(table),
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

impl Serialize for Records<'_> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_seq((0..self.0.n_rows).map(|row| Row(self.0, row)))
    }
}

impl Serialize for Row<'_> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let columns = self.0.columns.iter();
        to.collect_map(columns.map(|column| (&column.name, column.cells.at(self.1))))
    }
}

impl Serialize for Cell<'_> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Missing => to.serialize_none(),
            Self::Text(text) => to.serialize_str(text),
            Self::Number(number) => to.serialize_f64(*number),
            Self::Single(number) => to.serialize_f32(*number),
            Self::Integer(number) => to.serialize_i32(*number),
            Self::Flag(flag) => to.serialize_bool(*flag),
        }
    }
}
