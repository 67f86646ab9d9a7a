//! What the images of a cluster share.

use schemars::JsonSchema;
use serde::Serialize;

use crate::pipeline::evidence;

/// The clusters of a map that a value describes. They describe the map and claim no more.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Names {
    /// In the order of the clusters, of which most may have none.
    names: Vec<Name>,
}

/// What most images of a cluster share, more than chance gives.
#[derive(Debug, Serialize, JsonSchema)]
struct Name {
    label: u32,
    /// "mostly lateral".
    name: String,
    column: String,
    value: String,
    /// Images of the cluster with the value.
    count: usize,
    /// Images of the cluster with any value.
    of: usize,
    /// Images elsewhere with the value.
    elsewhere: usize,
    /// Images elsewhere with any value.
    of_elsewhere: usize,
    /// Benjamini and Hochberg's, over all values of the column in all clusters.
    q_value: f64,
    /// The same in a sentence.
    sentence: String,
}

impl Names {
    /// Of the clusters that have one.
    pub fn new(names: &[evidence::Name]) -> Self {
        let name = |name: &evidence::Name| Name {
            label: name.found.label,
            name: name.name.clone(),
            column: name.column.clone(),
            value: name.value.clone(),
            count: name.found.count,
            of: name.found.of,
            elsewhere: name.found.elsewhere,
            of_elsewhere: name.found.of_elsewhere,
            q_value: name.found.q_value,
            sentence: name.sentence.clone(),
        };
        Self {
            names: names.iter().map(name).collect(),
        }
    }
}
