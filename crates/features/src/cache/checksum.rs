//! Hashes of what is kept.

/// A hash of several parts; each is preceded by its length, so that no two lists of parts are
/// hashed from the same bytes.
pub(super) fn hash_of(context: &str, parts: &[&[u8]]) -> blake3::Hash {
    let mut hasher = blake3::Hasher::new_derive_key(context);
    for part in parts {
        hasher
            .update(&(part.len() as u64).to_le_bytes())
            .update(part);
    }
    hasher.finalize()
}

/// The checksum of features. The key is part of it: a vector that slipped into another row is damaged, too.
pub(super) fn features_checksum(space: &[u8], image: &[u8], vector: &[u8]) -> Vec<u8> {
    hash_of(
        "negatoscope 2026 features checksum",
        &[space, image, vector],
    )
    .as_bytes()
    .to_vec()
}

/// The same for the facts of an image.
pub(super) fn image_checksum(version: u32, image: &[u8], facts: &str, thumbnail: &[u8]) -> Vec<u8> {
    let version = version.to_le_bytes();
    let parts = [&version[..], image, facts.as_bytes(), thumbnail];
    hash_of("negatoscope 2026 image checksum", &parts)
        .as_bytes()
        .to_vec()
}
