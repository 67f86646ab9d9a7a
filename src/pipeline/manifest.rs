//! What a part of the features says of what made it, and what follows from that where parts are read.

use blake3::{Hash, Hasher};

use crate::cohort::{Assumption, Record, Skipped};
use crate::features::backend::Backend;
use crate::features::cache::FeatureSpace;
use crate::features::model::{BuiltIn, Model, ModelError, Pool, Prepared};
use crate::features::vectors::{Manifest, Shard, Unread};

use super::study::{ModelInfo, StudyError};

/// What the sentences of a network may be about, so that those of a part are not about anything else.
const TOPICS: [&str; 5] = ["preprocessing", "layer", "pooling", "element_type", "batch"];

/// What made the vectors of parts.
pub(super) struct Made {
    pub(super) model: ModelInfo,
    /// Which of the models that are part of this program it is.
    pub(super) built_in: Option<BuiltIn>,
    /// What had to be assumed of it.
    pub(super) assumed: Vec<Assumption>,
}

/// What the part of a shard says of itself.
pub(super) fn of(
    (model, backend, space): (&Model, &dyn Backend, FeatureSpace),
    shard: Shard,
    records: &[Record],
) -> Manifest {
    let prepared = model.prepared();
    let assumed = model.assumed().iter();
    Manifest {
        negatoscope: env!("CARGO_PKG_VERSION").to_owned(),
        shard: shard.to_string(),
        n_records: records.len(),
        records: hash_of(records),
        model: model.name().to_owned(),
        model_hash: model.hash().to_hex().to_string(),
        layer: model.layer().name.clone(),
        pool: model.pool().word().to_owned(),
        preprocessing: prepared.spec.to_json(),
        preprocessing_of: prepared.origin.clone(),
        is_guess: prepared.is_guess,
        backend: backend.name().to_owned(),
        space: space.to_hex(),
        assumed: assumed
            .map(|one| (one.topic.to_owned(), one.text.clone()))
            .collect(),
        scaling: "none".to_owned(),
    }
}

/// A record without a vector, as the cohort lists it.
pub(super) fn skipped(one: &Unread) -> Skipped {
    Skipped {
        filename: one.filename.clone(),
        reason: one.reason.clone(),
    }
}

/// A hash of the files that records are of, in hexadecimal: equal lists in equal order give equal ones.
pub(super) fn hash_of(records: &[Record]) -> String {
    let mut hasher = Hasher::new_derive_key("negatoscope 2026 list of records 1");
    for record in records {
        // Its length before it: no two lists run together to the same bytes.
        hasher.update(&(record.filename.len() as u64).to_le_bytes());
        hasher.update(record.filename.as_bytes());
    }
    hasher.finalize().to_hex().to_string()
}

/// What a manifest says of what made the vectors.
///
/// # Errors
/// When it describes no preprocessing.
pub(super) fn made_by(manifest: &Manifest, n_features: usize) -> Result<Made, StudyError> {
    let (description, origin) = (&manifest.preprocessing, &manifest.preprocessing_of);
    let prepared = Prepared::told(description, origin, manifest.is_guess);
    let prepared = prepared.map_err(ModelError::from)?;
    let topic = |topic: &str| TOPICS.into_iter().find(|known| *known == topic);
    let assumption = |(about, text): &(String, String)| Assumption {
        topic: topic(about).unwrap_or("vectors"),
        column: None,
        text: text.clone(),
    };
    let hash = Hash::from_hex(&manifest.model_hash).ok();
    Ok(Made {
        built_in: hash.and_then(|hash| BuiltIn::of_hash(&hash)),
        assumed: manifest.assumed.iter().map(assumption).collect(),
        model: ModelInfo {
            name: manifest.model.clone(),
            hash: Some(manifest.model_hash.chars().take(16).collect()),
            layer: Some(manifest.layer.clone()),
            pool: Pool::of_word(&manifest.pool),
            prepared: Some(prepared),
            scaling: None,
            n_features,
            backend: manifest.backend.clone(),
            warnings: Vec::new(),
        },
    })
}
