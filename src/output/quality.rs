//! How faithful a map is to the features.

use schemars::JsonSchema;
use serde::Serialize;

use crate::pipeline::evidence;

use super::milliseconds;

/// How faithful a map is to the features.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Quality {
    /// 1 when all neighbours on the map are neighbours by their features too, about 0.5 for a map
    /// that knows nothing of them (Venna and Kaski 2001).
    trustworthiness: f64,
    /// The same with features and map exchanged.
    continuity: f64,
    /// The mean share of an image's neighbours by features that are its neighbours on the map, 0
    /// to 1.
    knn_overlap: f64,
    /// The overlap that a map would have which knows nothing of the features.
    chance_overlap: f64,
    /// Neighbours of each image that are compared.
    n_neighbors: usize,
    /// Images whose neighbours were looked at.
    n_evaluated: usize,
    /// The share of neighbours that each image keeps, 0 to 1, in the order of the records; null of
    /// those that were not looked at.
    knn_overlap_per_image: Vec<Option<f64>>,
    /// What was found, in a sentence.
    sentence: String,
    /// What to know of it, in sentences.
    warnings: Vec<String>,
    /// Null in a report, where equal inputs give equal bytes.
    pub(super) elapsed_ms: Option<f64>,
}

impl From<&evidence::Quality> for Quality {
    fn from(quality: &evidence::Quality) -> Self {
        let fidelity = &quality.fidelity;
        Self {
            trustworthiness: fidelity.trustworthiness,
            continuity: fidelity.continuity,
            knn_overlap: fidelity.knn_overlap,
            chance_overlap: fidelity.chance_overlap,
            n_neighbors: quality.n_neighbors,
            n_evaluated: fidelity.n_evaluated,
            knn_overlap_per_image: fidelity.knn_overlap_per_image.clone(),
            sentence: quality.sentence.clone(),
            warnings: quality.warnings.clone(),
            elapsed_ms: Some(milliseconds(quality.elapsed)),
        }
    }
}
