//! What is told of pictures beside the pictures themselves.

use schemars::JsonSchema;
use serde::Serialize;

/// The images whose files are not those any more that the features were made of.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ChangedPictures {
    /// In the order of the records.
    pub changed: Vec<ChangedPicture>,
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
