//! What is told of pictures beside the pictures themselves.

use schemars::JsonSchema;
use serde::Serialize;

use crate::cohort;

/// What is other in the folder than when the cohort was opened.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ChangedPictures {
    /// The images whose files are not those any more that the features were made of, in the order of the records.
    pub changed: Vec<ChangedPicture>,
    /// How many pictures lie there that did not, whether a row of the metadata names them or not; their names are
    /// not told, since they may be patients'.
    pub n_new: usize,
    /// What became of the metadata; null where nothing did.
    pub table: Option<TableSince>,
    /// False where the folder takes so long to look at that there may be more.
    pub is_whole: bool,
}

/// What becomes of a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum TableSince {
    /// It has other bytes.
    Changed,
    /// It cannot be read any more.
    Gone,
    /// One lies there that did not.
    New,
}

impl From<cohort::TableSince> for TableSince {
    fn from(since: cohort::TableSince) -> Self {
        match since {
            cohort::TableSince::Changed => Self::Changed,
            cohort::TableSince::Gone => Self::Gone,
            cohort::TableSince::New => Self::New,
        }
    }
}

/// One of them.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ChangedPicture {
    /// The image.
    pub id: String,
    /// Its file.
    pub filename: String,
    /// Whether it is another picture or gone, in a sentence.
    pub reason: String,
}
