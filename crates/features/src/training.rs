//! Which images the default model was trained on.

use std::collections::HashSet;
use std::sync::OnceLock;

/// BLAKE3 of each training image's file in hexadecimal, one on a line.
static LIST: &str = include_str!("../../../models/training-images.blake3");

/// Whether an image's bytes are among those that the default model was trained on.
///
/// A network separates images that it was trained on better than new ones, so clusters of such a
/// cohort show less than they seem to. This speaks of the default model only: nothing is known of
/// what another model has seen. A copy that was resized or saved again is not recognised.
pub fn in_training(image: &blake3::Hash) -> bool {
    static HASHES: OnceLock<HashSet<blake3::Hash>> = OnceLock::new();
    HASHES
        .get_or_init(|| LIST.lines().filter_map(|line| line.parse().ok()).collect())
        .contains(image)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_of_the_list_is_a_hash_and_known() {
        assert!(LIST.lines().count() > 100);
        for line in LIST.lines() {
            assert!(in_training(&line.parse().unwrap()), "{line}");
        }
    }

    #[test]
    fn other_bytes_are_not_known() {
        assert!(!in_training(&blake3::hash(b"no X-ray")));
    }
}
