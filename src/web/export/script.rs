//! The map and its clusters as a Python script for scikit-learn.

use askama::Template;
use serde_json::Value;

use crate::analysis::clustering::dbscan::DbscanParams;
use crate::pipeline::{Clusters, MapParams, Projection};

use super::super::views;

#[derive(Template)]
#[template(path = "script.py", escape = "none")]
struct Script<'a> {
    version: &'a str,
    features: Value,
    clusters: Value,
    labels_hash: Value,
    n_components: usize,
    n_clusters: usize,
    n_own: usize,
    eps: f64,
    min_samples: usize,
    tsne: Option<Tsne>,
}

/// Parameters as Python writes them: texts in quotes.
struct Tsne {
    perplexity: Value,
    early_exaggeration: Value,
    learning_rate: Value,
    max_iter: Value,
    init: Value,
    metric: Value,
    random_state: Value,
}

/// The script that makes this map and these clusters of the files `features` and `clusters`.
pub(super) fn script(
    (map, dbscan, clusters): (&Projection, DbscanParams, &Clusters),
    features: &str,
    table: &str,
) -> Result<String, askama::Error> {
    let tsne = match map.params {
        MapParams::Pca { .. } => None,
        MapParams::Tsne(_) => {
            let params = views::map_params(&map.params);
            let param = |name: &str| params[name].clone();
            Some(Tsne {
                perplexity: param("perplexity"),
                early_exaggeration: param("early_exaggeration"),
                learning_rate: param("learning_rate"),
                max_iter: param("max_iter"),
                init: param("init"),
                metric: param("metric"),
                random_state: param("random_state"),
            })
        }
    };
    Script {
        version: env!("CARGO_PKG_VERSION"),
        features: features.into(),
        clusters: table.into(),
        labels_hash: clusters.labels_hash().into(),
        n_components: map.coordinates.ncols(),
        n_clusters: clusters.clustering.n_clusters,
        n_own: clusters.own.len(),
        eps: dbscan.eps,
        min_samples: dbscan.min_samples,
        tsne,
    }
    .render()
}
