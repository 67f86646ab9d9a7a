//! Each value of the column of interest in each cluster.

use schemars::JsonSchema;
use serde::Serialize;

use crate::analysis::association::{self, N_BOOTSTRAP};
use crate::pipeline::evidence::{self, Looks};

use super::label;

/// Each value of the column of interest in each cluster.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Enrichment {
    column: String,
    testable: bool,
    /// Why it cannot be tested.
    reason: Option<String>,
    /// Images that count.
    n_images: usize,
    /// Patients of these images.
    n_groups: usize,
    /// Images without a value.
    n_missing: usize,
    /// Images left out because they are noise.
    n_noise: usize,
    n_permutations: usize,
    /// Resamples of patients that the intervals come of.
    n_bootstrap: usize,
    /// Settings whose clusters were viewed since the server started.
    n_settings_viewed: usize,
    cells: Vec<EnrichedCell>,
}

/// One value in one cluster.
#[derive(Debug, Serialize, JsonSchema)]
struct EnrichedCell {
    /// -1 is noise.
    label: i64,
    value: String,
    /// Images of the cluster with the value.
    count: usize,
    /// How many there would be if every cluster had the same mixture.
    expected: f64,
    /// Patients of these images.
    n_groups: usize,
    /// Natural logarithm of the odds of the value in the cluster over those outside.
    log_odds_ratio: Option<f64>,
    /// Lower end of its interval of 95%, over the patients.
    low: Option<f64>,
    /// Upper end of its interval of 95%, over the patients.
    high: Option<f64>,
    p_value: Option<f64>,
    /// Benjamini and Hochberg's, over all cells.
    q_value: Option<f64>,
    /// What survives all cells being looked at.
    mark: Option<Mark>,
    /// What was found, in a sentence.
    sentence: String,
}

/// More or fewer than chance gives.
#[derive(Debug, Clone, Copy, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
enum Mark {
    Enriched,
    Depleted,
}

impl From<association::Mark> for Mark {
    fn from(mark: association::Mark) -> Self {
        match mark {
            association::Mark::Enriched => Self::Enriched,
            association::Mark::Depleted => Self::Depleted,
        }
    }
}

impl Enrichment {
    /// What was found, with a sentence for each cell.
    pub fn new(enrichment: &evidence::Enrichment, sentences: &[String], looks: Looks) -> Self {
        let found = &enrichment.found;
        let cells = found.cells.iter().zip(sentences);
        Self {
            column: enrichment.column.clone(),
            testable: enrichment.reason.is_none(),
            reason: enrichment.reason.clone(),
            n_images: found.n_images,
            n_groups: found.n_groups,
            n_missing: found.n_missing,
            n_noise: found.n_noise,
            n_permutations: found.n_permutations,
            n_bootstrap: N_BOOTSTRAP,
            n_settings_viewed: looks.n_viewed,
            cells: cells
                .map(|(cell, sentence)| {
                    EnrichedCell::new(cell, &enrichment.names[cell.value as usize], sentence)
                })
                .collect(),
        }
    }
}

impl EnrichedCell {
    fn new(cell: &association::EnrichmentCell, name: &str, sentence: &str) -> Self {
        Self {
            label: label(cell.label),
            value: name.to_owned(),
            count: cell.count,
            expected: cell.expected,
            n_groups: cell.n_groups,
            log_odds_ratio: cell.odds_ratio.map(|odds| odds.log),
            low: cell.odds_ratio.map(|odds| odds.low),
            high: cell.odds_ratio.map(|odds| odds.high),
            p_value: cell.p_value,
            q_value: cell.q_value,
            mark: cell.mark.map(Mark::from),
            sentence: sentence.to_owned(),
        }
    }
}
