//! How the best of a search compares with the best on cohorts without clusters.

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::Serialize;

use crate::analysis::measures::Measure;
use crate::analysis::null::{Observed, Statistic};
use crate::analysis::search::SearchParams;
use crate::analysis::settings::Words as _;
use crate::pipeline::evidence::{self, NullAnswer};
use crate::settings::SURROGATE;

use super::keyed::{Along, MeasureKey, Place, of_spec};
use super::milliseconds;

/// The result of a null job; `search --null` prints the same under `null`. The fields at the top
/// are those of the notebook's score.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Null {
    p_value: Option<f64>,
    /// Surrogates that were counted.
    n_surrogates: Option<usize>,
    /// Of these, how many are as good as the cohort or better.
    n_as_good: Option<usize>,
    /// What cohorts without clusters keep of this one.
    #[schemars(schema_with = "surrogates")]
    surrogate: &'static str,
    /// The best of each surrogate, null where none of its settings was admissible.
    best_scores: Option<Vec<Option<f64>>>,
    /// One for each measure.
    statistics: Vec<NullStatistic>,
    /// Values along the axis of the maps that were left out.
    excluded_perplexities: Vec<f64>,
    /// After how many as good ones it was settled early.
    stop_after: Option<usize>,
    seed: u64,
    /// The answer, in a sentence.
    sentence: Option<String>,
    /// How the surrogates were made, in a sentence.
    method: String,
    /// What to know of it, in sentences.
    warnings: Vec<String>,
    /// Null in a report, where equal inputs give equal bytes.
    pub(super) elapsed_ms: Option<f64>,
}

/// The best of the search by one measure, observed and by chance.
#[derive(Debug, Serialize, JsonSchema)]
struct NullStatistic {
    name: MeasureKey,
    lower_is_better: bool,
    /// The best of this cohort; null when no setting is admissible.
    observed: Option<f64>,
    /// Where it is.
    setting: Option<NullSetting>,
    /// (1 + n_as_good) / (1 + n_surrogates), or n_as_good / n_surrogates when it was settled early
    /// (Besag and Clifford 1991).
    p_value: f64,
    /// Surrogates that are as good as the cohort or better.
    n_as_good: usize,
    /// Surrogates that were counted.
    n_surrogates: usize,
    /// The best of each surrogate, null where none of its settings was admissible.
    best: Vec<Option<f64>>,
    /// What it asks, in a sentence.
    question: &'static str,
    /// The answer, in a sentence.
    sentence: String,
}

/// A setting, its value of each axis under the name of the axis.
#[derive(Debug, Serialize, JsonSchema)]
struct NullSetting {
    #[serde(flatten)]
    along: Along,
    #[serde(flatten)]
    place: Place,
    /// Noise not counted.
    n_clusters: usize,
    /// Images in no cluster.
    n_noise: usize,
}

fn surrogates(_: &mut SchemaGenerator) -> Schema {
    of_spec(&SURROGATE)
}

impl From<&evidence::Null> for Null {
    fn from(null: &evidence::Null) -> Self {
        let statistics = &null.found.statistics;
        let score = statistics.iter().find(|s| s.measure == Measure::Balance);
        let answered = statistics.iter().zip(&null.answers);
        Self {
            p_value: score.map(|score| score.p_value),
            n_surrogates: score.map(|score| score.best.len()),
            n_as_good: score.map(|score| score.n_as_good),
            surrogate: null.found.kind.word(),
            best_scores: score.map(|score| score.best.clone()),
            statistics: answered
                .map(|answered| NullStatistic::new(answered, &null.params.search))
                .collect(),
            excluded_perplexities: null.found.excluded.clone(),
            stop_after: null.params.stop_after,
            seed: null.params.seed,
            sentence: null.answers.first().map(|answer| answer.sentence.clone()),
            method: null.method(),
            warnings: null.warnings.clone(),
            elapsed_ms: Some(milliseconds(null.elapsed)),
        }
    }
}

impl NullStatistic {
    fn new((statistic, answer): (&Statistic, &NullAnswer), search: &SearchParams) -> Self {
        let observed = statistic.observed.as_ref();
        Self {
            name: statistic.measure.into(),
            lower_is_better: statistic.measure.about().lower_is_better,
            observed: observed.map(|observed| observed.value),
            setting: observed.map(|observed| NullSetting::new(observed, search)),
            p_value: statistic.p_value,
            n_as_good: statistic.n_as_good,
            n_surrogates: statistic.best.len(),
            best: statistic.best.clone(),
            question: answer.question,
            sentence: answer.sentence.clone(),
        }
    }
}

impl NullSetting {
    fn new(observed: &Observed, search: &SearchParams) -> Self {
        Self {
            along: Along::new(&search.projection, observed.along),
            place: Place::new(&search.clustering, observed.cell.at),
            n_clusters: observed.cell.n_clusters,
            n_noise: observed.cell.n_noise,
        }
    }
}
