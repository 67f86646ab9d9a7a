//! The pictures of the demo cohort in the cache, which takes no damaged entry for a whole one.

use std::sync::Arc;

use crate::cohort::demo::{DRAWINGS, Drawer};
use crate::features::cache::Cache;

/// Keeps drawn pictures among the answers of a cache.
pub struct Drawings(pub Arc<Cache>);

impl Drawings {
    /// Another drawing of the same name has another key.
    fn key(filename: &str) -> blake3::Hash {
        let mut hasher = blake3::Hasher::new_derive_key("negatoscope 2026 drawn picture");
        hasher.update(DRAWINGS.as_bytes());
        hasher.update(filename.as_bytes());
        hasher.finalize()
    }
}

impl Drawer for Drawings {
    fn find(&self, filename: &str) -> Option<Vec<u8>> {
        self.0.answer(Self::key(filename))
    }

    fn keep(&self, filename: &str, bytes: &[u8]) {
        self.0.put_answer(Self::key(filename), bytes.to_vec());
    }
}
