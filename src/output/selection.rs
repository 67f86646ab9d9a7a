//! Images that were picked by hand.

use schemars::JsonSchema;
use serde::Serialize;

use crate::pipeline::Selection;

/// A selection that is remembered.
#[derive(Debug, Serialize, JsonSchema)]
pub struct SelectionKept {
    /// What `own` and `only` take: the same images have the same id.
    id: String,
    /// Images in it.
    n_images: usize,
}

impl From<&Selection> for SelectionKept {
    fn from(selection: &Selection) -> Self {
        Self {
            id: selection.id.clone(),
            n_images: selection.places.len(),
        }
    }
}
