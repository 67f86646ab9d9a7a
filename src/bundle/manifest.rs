//! What a bundle says of itself.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::choice::ColumnForm;

/// What made a bundle, what went in and how.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Manifest {
    /// The version of the format.
    pub format: u32,
    /// The version of the program that wrote it.
    pub negatoscope: String,
    /// Images.
    pub n_images: usize,
    /// What made the features.
    pub model: Model,
    /// The start of the hash of the features, as the page shows it.
    pub features: String,
    /// The hash of each part that is not a picture, by its name.
    pub parts: BTreeMap<String, String>,
    /// The settings whose maps and pieces of verdicts went in.
    pub settings: Vec<Setting>,
    /// The seed of all that is repeated at random.
    pub seed: u64,
    /// The column that is asked about, where one was named.
    pub column: Option<String>,
    /// How each column went in, those among them that did not.
    pub columns: Vec<ColumnForm>,
    /// Whether file names and ids went in as they are.
    pub names_kept: bool,
    /// Conditions of the command line that do not stand in the bundle because of the values in them.
    pub n_conditions_left_out: usize,
    /// The pictures.
    pub pictures: Pictures,
}

/// What made the features.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Model {
    /// Its name.
    pub name: String,
    /// The start of the model file's hash; `None` for ready vectors.
    pub hash: Option<String>,
    /// The tapped layer; likewise.
    pub layer: Option<String>,
    /// What ran it.
    pub backend: String,
    /// What was done to its features, in a sentence.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scaling: Option<String>,
}

/// A setting by the names and values of its parameters.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Setting {
    /// Why it is in the bundle: `proposal`, `default` or `asked`.
    pub why: String,
    /// Its parameters, as a link has them.
    pub params: BTreeMap<String, String>,
    /// Maps that could as well have been.
    pub n_maps: u64,
    /// Cohorts without clusters.
    pub n_surrogates: u64,
}

/// The pictures of a bundle.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pictures {
    /// Longest side of the small ones, in pixels.
    pub small: u32,
    /// Longest side of the large ones, in pixels.
    pub large: u32,
}
