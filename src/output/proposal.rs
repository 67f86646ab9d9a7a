//! The setting that the page opens with.

use schemars::JsonSchema;
use serde::Serialize;

use crate::pipeline::evidence::choices;

use super::keyed::SettingParams;
use super::milliseconds;

/// A setting to open with: of a small grid the one whose groups come again most and leave few images
/// out. No column is looked at.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Proposal {
    /// The setting.
    params: SettingParams,
    /// Whether it was found; else it is the notebook's, and the sentence says why.
    proposed: bool,
    /// Settings that were looked at.
    n_settings: usize,
    /// Maps that each could as well have been.
    n_maps: u64,
    /// The median adjusted Rand index of two of these, or of its own map with them where that is smaller;
    /// null where none was found.
    agreement: Option<f64>,
    /// The share of the images that are in clusters; likewise.
    clustered: Option<f64>,
    /// Why this one, in a sentence or two.
    sentence: String,
    /// Of finding it; next to nothing where it was kept.
    elapsed_ms: f64,
}

impl Proposal {
    /// What was found, in numbers and words.
    pub fn new(found: &choices::Proposal) -> Self {
        Self {
            params: SettingParams::new(&found.tried.map, &found.tried.clustering),
            proposed: found.proposed.is_some(),
            n_settings: found.n_settings,
            n_maps: found.n_maps,
            agreement: found.proposed.map(|best| best.agreement),
            clustered: found.proposed.map(|best| best.clustered),
            sentence: found.sentence.clone(),
            elapsed_ms: milliseconds(found.elapsed),
        }
    }
}
