//! Columns against the clusters.

use schemars::JsonSchema;
use serde::Serialize;

use crate::analysis::association::Moves;
use crate::pipeline::evidence::{
    self, AssociationWords, ColumnAnswer, ColumnWords, Looks, Question,
};

use super::keyed::Place;
use super::{cohort, milliseconds};

/// Every column against the clusters.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Association {
    /// The column of interest.
    column: String,
    /// The column that was chosen beforehand: judged by its own p, all others by q.
    planned: String,
    /// The column whose levels are held fixed.
    within: Option<String>,
    noise: Noise,
    /// What follows, in sentences.
    verdict: String,
    /// What to know of the tests, in sentences.
    warnings: Vec<String>,
    /// Of each test.
    n_permutations: usize,
    /// Settings whose clusters were viewed since the server started.
    n_settings_viewed: usize,
    /// Null in a report, where equal inputs give equal bytes.
    pub(super) elapsed_ms: Option<f64>,
    /// The one that explains most first, those that cannot be tested last.
    columns: Vec<ColumnTest>,
}

/// Whether noise is left out or one more cluster.
#[derive(Debug, Clone, Copy, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
enum Noise {
    In,
    Out,
}

impl From<&Question> for Noise {
    fn from(question: &Question) -> Self {
        if question.with_noise {
            Self::In
        } else {
            Self::Out
        }
    }
}

/// One column against the clusters. What a test finds is null where there was none.
#[derive(Debug, Serialize, JsonSchema)]
struct ColumnTest {
    name: String,
    kind: cohort::ColumnKind,
    /// Whether it was computed here rather than given.
    derived: bool,
    /// Whether it was chosen beforehand: judged by its own p, all others by q.
    planned: bool,
    testable: bool,
    /// Why it cannot be tested.
    reason: Option<String>,
    /// The share of the variation that goes with the clusters, 0 to 1: Cramér's V squared, or eta
    /// squared of midranks.
    statistic: Option<f64>,
    /// The statistic corrected for chance: 1 is as much as there can be, 0 what chance gives,
    /// negative is less. The one scale for columns of every kind.
    explained: Option<f64>,
    /// The root of what is explained, 0 where that is negative.
    effect: Option<f64>,
    /// Pearson's chi-squared; null for numbers.
    chi_squared: Option<f64>,
    /// Corrected for bias (Bergsma 2013), 0 to 1; null for numbers.
    cramers_v: Option<f64>,
    /// Adjusted mutual information; null for numbers, and within levels.
    ami: Option<f64>,
    /// The share of arrangements with a statistic at least as large; null where clusters were
    /// drawn by hand.
    p_value: Option<f64>,
    /// Benjamini and Hochberg's; null too for the column that was chosen beforehand.
    q_value: Option<f64>,
    /// Whether it goes with the clusters, by p where it was chosen beforehand and by q where not.
    evident: bool,
    /// The effect that would have been found in 80% of such cohorts.
    detectable_effect: Option<f64>,
    /// Images that count.
    n_images: usize,
    /// Patients of these images.
    n_groups: usize,
    /// Images without a value, or without a level of the column held fixed.
    n_missing: usize,
    /// Images left out because they are noise.
    n_noise: usize,
    /// Patients that can exchange values with another.
    n_movable: usize,
    moves: Moved,
    /// What was found, in a sentence.
    sentence: String,
}

/// What moves in the permutations.
#[derive(Debug, Clone, Copy, Serialize, JsonSchema)]
enum Moved {
    #[serde(rename = "values over patients")]
    Values,
    #[serde(rename = "blocks between patients")]
    Blocks,
}

impl From<Moves> for Moved {
    fn from(moves: Moves) -> Self {
        match moves {
            Moves::Values => Self::Values,
            Moves::Blocks => Self::Blocks,
        }
    }
}

impl Association {
    /// What was found, in numbers and words.
    pub fn new(
        found: &evidence::Association,
        words: &AssociationWords,
        question: &Question,
        looks: Looks,
    ) -> Self {
        let columns = found.columns.iter().zip(&words.columns);
        Self {
            column: question.column.clone(),
            planned: found.planned.clone(),
            within: question.within.clone(),
            noise: question.into(),
            verdict: words.verdict.clone(),
            warnings: words.warnings.clone(),
            n_permutations: found.n_permutations,
            n_settings_viewed: looks.n_viewed,
            elapsed_ms: Some(milliseconds(found.elapsed)),
            columns: columns.map(ColumnTest::from).collect(),
        }
    }
}

impl From<(&ColumnAnswer, &ColumnWords)> for ColumnTest {
    fn from((answer, words): (&ColumnAnswer, &ColumnWords)) -> Self {
        let test = &answer.test;
        let found = answer.finding();
        Self {
            name: answer.name.clone(),
            kind: answer.kind.into(),
            derived: answer.derived,
            planned: answer.planned,
            testable: found.is_some(),
            reason: words.reason.clone(),
            statistic: found.map(|found| found.statistic),
            explained: found.map(|found| found.explained),
            effect: found.map(|found| found.effect),
            chi_squared: found.and_then(|found| found.chi_squared),
            cramers_v: found.and_then(|found| found.cramers_v),
            ami: found.and_then(|found| found.ami),
            p_value: answer.p_value(),
            q_value: answer.q_value(),
            evident: answer.is_evident(),
            detectable_effect: answer.detectable_effect(),
            n_images: test.n_images,
            n_groups: test.n_groups,
            n_missing: test.n_missing,
            n_noise: test.n_noise,
            n_movable: test.n_movable,
            moves: test.moves.into(),
            sentence: words.sentence.clone(),
        }
    }
}

/// The column of interest against the clusters of every setting of the plane at once. What a test
/// finds is null where there was none.
#[derive(Debug, Serialize, JsonSchema)]
pub struct PlaneAssociation {
    /// The column of interest.
    column: String,
    noise: Noise,
    testable: bool,
    /// Why it cannot be tested.
    reason: Option<String>,
    /// That of having looked at all settings.
    p_value: Option<f64>,
    /// Of the best setting, 0 to 1.
    statistic: Option<f64>,
    /// The setting whose clusters go best with the column.
    best: Option<BestPlace>,
    /// Settings of the plane.
    n_settings: usize,
    /// Settings with clusters that differ from those of all settings before.
    n_distinct: usize,
    /// Images with a value.
    n_images: usize,
    /// Patients of these images.
    n_groups: usize,
    n_permutations: usize,
    /// Settings whose clusters were viewed since the server started.
    n_settings_viewed: usize,
    /// What was found, in a sentence.
    sentence: String,
    elapsed_ms: f64,
}

/// A setting, its value of each axis under the name of the axis.
#[derive(Debug, Serialize, JsonSchema)]
struct BestPlace {
    #[serde(flatten)]
    place: Place,
    /// Clusters there.
    n_clusters: usize,
}

impl PlaneAssociation {
    /// What was found, in numbers and words.
    pub fn new(
        found: &evidence::PlaneAssociation,
        words: &ColumnWords,
        question: &Question,
        looks: Looks,
    ) -> Self {
        let outcome = found.test.outcome.as_ref().ok();
        let best = found.best.as_ref();
        Self {
            column: question.column.clone(),
            noise: question.into(),
            testable: outcome.is_some(),
            reason: words.reason.clone(),
            p_value: outcome.map(|best| best.p_value),
            statistic: outcome.map(|best| best.statistic),
            best: best.map(|(setting, n_clusters)| BestPlace {
                place: Place::new(setting, setting.place()),
                n_clusters: *n_clusters,
            }),
            n_settings: found.n_settings,
            n_distinct: found.test.n_distinct,
            n_images: found.test.n_images,
            n_groups: found.test.n_groups,
            n_permutations: found.test.n_permutations,
            n_settings_viewed: looks.n_viewed,
            sentence: words.sentence.clone(),
            elapsed_ms: milliseconds(found.elapsed),
        }
    }
}
