//! The map and its clusters as a Python script for scikit-learn.

use askama::Template;
use serde_json::Value;

use crate::analysis::settings::{Python, Spec, Value as Setting};
use crate::pipeline::{Clusters, Projection};
use crate::settings;

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
    /// `None` of a map that is given.
    map: Option<Call>,
    clustering: Call,
}

/// A method as Python calls it.
struct Call {
    /// Its name for readers.
    label: &'static str,
    module: &'static str,
    class: &'static str,
    /// Lines to run before.
    before: &'static str,
    /// `name=value`, texts in quotes.
    arguments: Vec<String>,
}

impl Call {
    fn new((label, python): (&'static str, Python), values: Vec<(Spec, Setting)>) -> Self {
        let argument = |(spec, value): (Spec, Setting)| {
            format!("{}={}", spec.key, settings::json(&spec, value))
        };
        Self {
            label,
            module: python.module,
            class: python.class,
            before: python.before,
            arguments: values
                .into_iter()
                .map(argument)
                .chain(python.more.iter().map(|more| (*more).to_owned()))
                .collect(),
        }
    }
}

/// The script that makes this map and these clusters of the files `features` and `clusters`.
pub fn script(
    (map, clusters): (&Projection, &Clusters),
    features: &str,
    table: &str,
) -> Result<String, askama::Error> {
    let (method, clustering) = (map.params.method(), clusters.params.method());
    Script {
        version: env!("CARGO_PKG_VERSION"),
        features: features.into(),
        clusters: table.into(),
        labels_hash: clusters.labels_hash().into(),
        n_components: map.coordinates.ncols(),
        n_clusters: clusters.clustering.n_clusters,
        n_own: clusters.own.len(),
        map: (!map.params.is_given())
            .then(|| Call::new((method.label, method.python), map.params.values())),
        clustering: Call::new(
            (clustering.label, clustering.python),
            clusters.params.values(),
        ),
    }
    .render()
}
