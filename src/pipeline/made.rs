//! What made a study: enough to tell whether another one gives the same map, groups and sentences.

use blake3::Hasher;

use super::evidence::verdict::SEED;
use super::study::Study;
use super::values::group_numbers;

/// Hexadecimal digits of a hash, as of that of the features.
const DIGITS: usize = 16;

/// What made a study. Equal versions and features make equal maps and groups, to the bit on one kind of
/// machine; with an equal table all that is said of columns is equal, too.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Made {
    /// Of the program.
    pub version: &'static str,
    /// The start of the hash of the features.
    pub features: String,
    /// The start of a hash of the patients and of all columns, in the order of the images. Names of files
    /// are not in it.
    pub table: String,
    /// The start of the model file's hash; `None` for ready vectors.
    pub model: Option<String>,
    /// What ran the model.
    pub backend: String,
    /// The seed of all that is repeated at random.
    pub seed: u64,
}

impl Study {
    /// What made it.
    pub fn made(&self) -> Made {
        Made {
            version: env!("CARGO_PKG_VERSION"),
            features: self.features_hash(),
            table: self.table_hash(),
            model: self.model.hash.clone(),
            backend: self.model.backend.clone(),
            seed: SEED,
        }
    }

    fn table_hash(&self) -> String {
        let mut hasher = Hasher::new_derive_key("negatoscope 2026 table 1");
        for group in group_numbers(&self.cohort) {
            hasher.update(&(group as u64).to_le_bytes());
        }
        let mut text = |text: &str| {
            // Its length before it: no two tables run together to the same text.
            hasher.update(&(text.len() as u64).to_le_bytes());
            hasher.update(text.as_bytes());
        };
        for column in &self.cohort.columns {
            text(&column.name);
            text(column.kind.as_str());
            for value in &column.values {
                // A value that is there has a sign before it.
                text(
                    &value
                        .as_ref()
                        .map_or(String::new(), |value| format!("={value}")),
                );
            }
        }
        hasher.finalize().to_hex()[..DIGITS].to_owned()
    }
}
