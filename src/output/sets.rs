//! Two sets of features, compared.

use schemars::JsonSchema;
use serde::Serialize;

use crate::pipeline::evidence;

/// What `negatoscope agree --json` prints.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Sets {
    /// What the sets are called.
    features: [String; 2],
    /// Images that have a vector in both.
    n_images: usize,
    /// Images that have one in the first alone, and in the second alone.
    n_alone: [usize; 2],
    /// Images that were looked at.
    n_sampled: usize,
    /// Patients of these.
    n_groups: usize,
    /// Patients that have another one with as many images.
    n_movable: usize,
    /// Nearest images of other patients that were looked at.
    n_neighbors: usize,
    /// Exchanges that p is of.
    n_permutations: usize,
    /// Null where nothing can be compared; the sentences say why.
    found: Option<Finding>,
    /// It in words.
    sentences: Vec<String>,
}

#[derive(Debug, Serialize, JsonSchema)]
struct Finding {
    /// The mean share of nearest images that are the same in both, 0 to 1.
    shared: f64,
    /// The same where patients are exchanged.
    shared_by_chance: f64,
    /// Of one side.
    shared_p_value: f64,
    /// Of the distances, over all pairs of images of different patients.
    correlation: f64,
    /// Of one side.
    correlation_p_value: f64,
}

impl From<&evidence::Sets> for Sets {
    fn from(sets: &evidence::Sets) -> Self {
        let test = &sets.test;
        let found = test.outcome.as_ref().ok();
        Self {
            features: sets.names.clone(),
            n_images: sets.n_images,
            n_alone: sets.n_alone,
            n_sampled: test.n_sampled,
            n_groups: test.n_groups,
            n_movable: test.n_movable,
            n_neighbors: test.n_neighbors,
            n_permutations: test.n_permutations,
            found: found.map(|found| Finding {
                shared: found.shared,
                shared_by_chance: found.shared_by_chance,
                shared_p_value: found.shared_p_value,
                correlation: found.correlation,
                correlation_p_value: found.correlation_p_value,
            }),
            sentences: sets.sentences.clone(),
        }
    }
}
