//! The table as JSON, with what it was made with.

use serde_json::{Map, Value, json};

use crate::pipeline::{Clusters, Projection, Study};
use crate::settings;

use super::super::views;
use super::table::{Cell, Table};

/// Parameters, versions and one record for each image; what is missing is null.
pub(super) fn table(
    table: &Table,
    study: &Study,
    (map, clusters): (&Projection, &Clusters),
) -> Value {
    let params = settings::with_clusters(settings::map_json(&map.params), &clusters.params);
    let record = |row| -> Map<String, Value> {
        let columns = table.columns.iter();
        let cells = columns.map(|column| (column.name.clone(), value(column.cells.at(row))));
        cells.collect()
    };
    json!({
        "cohort": study.cohort.name,
        "filters": study.cohort.filters,
        "params": params,
        "versions": {
            "negatoscope": env!("CARGO_PKG_VERSION"),
            "model": study.model.name,
            "model_hash": study.model.hash,
            "layer": study.model.layer,
            "backend": study.model.backend,
            "features_hash": study.features_hash(),
        },
        "own": clusters.own.iter().map(views::own_cluster).collect::<Vec<_>>(),
        "n_clusters": clusters.clustering.n_clusters,
        "n_noise": clusters.clustering.n_noise(),
        "labels_hash": clusters.labels_hash(),
        "records": (0..table.n_rows).map(record).collect::<Vec<_>>(),
    })
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
