//! One verdict on a setting.

use schemars::JsonSchema;
use serde::Serialize;

use crate::analysis::association::{Adjustment, AveragedTest, FeatureTest};
use crate::analysis::null::Aspect;
use crate::analysis::settings::Words;
use crate::analysis::stability::Spread;
use crate::analysis::surrogate::SurrogateKind;
use crate::pipeline::evidence::Question;
use crate::pipeline::evidence::verdict::{self, InFeatures, VerdictWords};

use super::keyed::SettingParams;
use super::looks::Declared;

/// Whether the groups of a setting are luck: over many maps, against chance, and what they are made
/// of.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Verdict {
    /// Which case of docs/verdict.md it is.
    case: &'static str,
    /// Whether the groups are more than chance and come again, as far as is known.
    real: bool,
    /// Whether there are groups of which anything may be said: they come again, and chance is not
    /// known to give as much.
    groups: bool,
    /// The point, in a sentence.
    headline: String,
    /// What it rests on, a line for each question.
    lines: Vec<Line>,
    /// What to know of it, in sentences.
    warnings: Vec<String>,
    /// The setting.
    params: SettingParams,
    /// The column of interest.
    column: String,
    /// The column whose levels are held fixed in all tests.
    within: Option<String>,
    /// What the column of interest was tested beside.
    held: Vec<String>,
    /// Maps of this setting that were made.
    n_maps: u64,
    /// Cohorts without clusters that were laid out, of each kind.
    n_surrogates: u64,
    /// The kinds of these, so many of each; groups that any kind has as well are no more than chance.
    surrogates: Vec<&'static str>,
    /// The adjusted Rand index of two of the maps, noise being a class of its own.
    agreement: Percentiles,
    /// Clusters of a map.
    n_clusters: Percentiles,
    /// The share of a map's images that are in clusters.
    clustered: Percentiles,
    /// The setting against chance; empty where it cannot be.
    chance: Vec<ChanceTest>,
    /// Every column against the clusters of all maps, the one that explains most first.
    columns: Vec<OverMaps>,
    /// Every column against the features, without a map, the one that explains most first.
    features: Vec<OfFeatures>,
    /// Those of them that are in the features for certain beside each other, at most four.
    together: Vec<Together>,
    /// The column of interest with `held` fixed, against the features; null where nothing is.
    beside_features: Option<OfFeatures>,
    /// The same against the clusters of all maps.
    beside_columns: Option<OverMaps>,
    /// Settings at which this question was looked at, this one included; kept with the cohort.
    looks: usize,
    /// The p of the best of these looks, where that is the one to quote: after several, unless this
    /// question was declared beforehand at this setting.
    p_over_looks: Option<f64>,
    /// Whether the question was declared before its column was looked at; otherwise it is exploratory.
    confirmatory: bool,
    /// When it was declared, if it was.
    declared: Option<Declared>,
    /// Looks at the cohort, whatever they asked, as `/api/looks` lists them.
    looks_in_all: usize,
    /// A column planted into the groups, which must be found; null without two groups.
    planted: Option<OverMaps>,
    /// Of each test.
    n_permutations: usize,
}

/// One of the questions.
#[derive(Debug, Serialize, JsonSchema)]
struct Line {
    /// Which it is: features, grouped, chance, again, made_of or column.
    key: &'static str,
    /// Whether it holds; null where that cannot be told, or not yet.
    holds: Option<bool>,
    /// What is asked, in two words.
    label: String,
    /// The answer in a few words.
    short: String,
    /// The answer with its numbers.
    text: String,
    /// The number that it rests on, if any.
    value: Option<f64>,
    /// The same as it is written, with what it is; empty where there is none.
    written: String,
}

/// Where most values lie.
#[derive(Debug, Serialize, JsonSchema)]
struct Percentiles {
    /// The 5th percentile.
    low: f64,
    /// The 50th.
    median: f64,
    /// The 95th.
    high: f64,
}

impl From<Spread> for Percentiles {
    fn from(spread: Spread) -> Self {
        Self {
            low: spread.low,
            median: spread.median,
            high: spread.high,
        }
    }
}

/// One aspect of the setting against cohorts without clusters.
#[derive(Debug, Serialize, JsonSchema)]
struct ChanceTest {
    /// dense (DBCV), separated (silhouette, 0 for an image in no group), even (minus half of the
    /// notebook's score per image, at worst -1), or clustered (the share of the images), which is told and not judged.
    aspect: &'static str,
    /// The mean over a few maps of this cohort; more is better.
    observed: f64,
    /// The median of the surrogates of the kind that does best.
    by_chance: f64,
    /// Surrogates that do as well or better.
    n_as_good: usize,
    /// (1 + these) / (1 + surrogates).
    p_value: f64,
    /// Westfall and Young's over the three that are judged.
    adjusted: Option<f64>,
}

/// One column against the clusters of all maps. What a test finds is null where there was none.
#[derive(Debug, Serialize, JsonSchema)]
struct OverMaps {
    name: String,
    /// Why it cannot be tested.
    reason: Option<String>,
    /// Whether it goes with the clusters, by p where it was chosen beforehand and by q where not.
    evident: bool,
    /// The mean over the maps of what is explained beyond chance.
    explained: Option<f64>,
    /// Its root, 0 where that is negative.
    effect: Option<f64>,
    /// Of the statistic averaged over the maps.
    p_value: Option<f64>,
    /// Benjamini and Hochberg's; null for the column that was chosen beforehand.
    q_value: Option<f64>,
    /// What p would have been by a single map.
    single: Option<Percentiles>,
    /// The p of twenty shuffles of the column, ascending: columns that cannot matter.
    shuffled: Option<Vec<f64>>,
    /// Over splits in two halves, of which one makes the groups and the other is tested (Meinshausen,
    /// Meier and Bühlmann 2009); null for what is not replicated.
    replicated_p: Option<f64>,
    /// The mean effect there.
    replicated_effect: Option<f64>,
    /// Images with a value.
    n_images: usize,
    /// Patients of these.
    n_groups: usize,
    /// Patients that can exchange values with another.
    n_movable: usize,
}

/// One column against the features. What a test finds is null where there was none.
#[derive(Debug, Serialize, JsonSchema)]
struct OfFeatures {
    name: String,
    /// Why it cannot be tested.
    reason: Option<String>,
    /// Whether it is in the features, by p where it was chosen beforehand and by q where not.
    evident: bool,
    /// The share of the features' variation that goes with it.
    r_squared: Option<f64>,
    /// The same beyond chance.
    explained: Option<f64>,
    /// Between which two numbers that lies in 95% of such cohorts.
    interval: Option<(f64, f64)>,
    p_value: Option<f64>,
    /// Benjamini and Hochberg's; null for the column that was chosen beforehand.
    q_value: Option<f64>,
    /// How what is held fixed is: nothing, levels (patients exchange with those alike in all of it)
    /// or model (residuals of a linear model are exchanged).
    adjustment: &'static str,
    /// Images with a value.
    n_images: usize,
    /// Patients of these.
    n_groups: usize,
    /// Patients that can exchange with another.
    n_movable: usize,
}

/// One of several columns against the features.
#[derive(Debug, Serialize, JsonSchema)]
struct Together {
    /// With those before it held fixed (sequential, or of type I).
    after: OfFeatures,
    /// With all others held fixed (marginal, or of type III).
    beside: OfFeatures,
}

impl Verdict {
    /// A verdict that was made at once.
    pub fn of(spoken: &verdict::Spoken, question: &Question) -> Self {
        Self::new(
            (&spoken.verdict, &spoken.words),
            &spoken.in_features,
            question,
        )
    }

    /// What was found, in numbers and words.
    pub fn new(
        (found, words): (&verdict::Verdict, &VerdictWords),
        in_features: &InFeatures,
        question: &Question,
    ) -> Self {
        let chance = found.chance.iter().flat_map(|test| &test.aspects);
        let interest = &question.column;
        let beside = found.beside.as_ref();
        Self {
            case: words.case.code(),
            real: words.case.is_real(),
            groups: words.case.has_groups(),
            headline: words.headline.clone(),
            lines: words.lines.iter().map(Line::from).collect(),
            warnings: words.warnings.clone(),
            params: SettingParams::new(&found.tried.map, &found.tried.clustering),
            column: interest.clone(),
            within: question.within.clone(),
            held: found.held.clone(),
            n_maps: found.effort.n_maps,
            n_surrogates: found.effort.n_surrogates,
            surrogates: (found.surrogates.iter().flat_map(|(kinds, _)| kinds))
                .map(|kind| SurrogateKind::word(*kind))
                .collect(),
            agreement: found.agreement.ari.into(),
            n_clusters: found.agreement.n_clusters.into(),
            clustered: found.agreement.clustered.into(),
            chance: chance.map(ChanceTest::from).collect(),
            columns: (found.columns.iter().enumerate())
                .map(|(place, column)| {
                    let replication = found.replication.as_ref().ok();
                    let replication = replication.and_then(|all| all.get(place));
                    OverMaps {
                        replicated_p: replication.map(|found| found.p_value),
                        replicated_effect: replication.map(|found| found.effect),
                        ..OverMaps::new(&column.name, &column.test)
                    }
                })
                .collect(),
            features: (in_features.columns.iter())
                .map(|column| OfFeatures::new(&column.name, &column.test))
                .collect(),
            together: (in_features.together.iter())
                .map(|column| Together {
                    after: OfFeatures::new(&column.name, &column.after),
                    beside: OfFeatures::new(&column.name, &column.beside),
                })
                .collect(),
            beside_features: beside.map(|beside| OfFeatures::new(interest, &beside.features)),
            beside_columns: beside.map(|beside| OverMaps::new(interest, &beside.maps)),
            looks: (words.history.looks).map_or(1, |looks| looks.n_looks),
            p_over_looks: words.looks.map(|looks| looks.p_value),
            confirmatory: words.history.is_confirmatory(),
            declared: words.history.declared.as_ref().map(Declared::from),
            looks_in_all: words.history.n_looks_in_all,
            planted: (found.planted.as_ref()).map(|test| OverMaps::new("planted", test)),
            n_permutations: found.n_permutations,
        }
    }
}

impl From<&verdict::Line> for Line {
    fn from(line: &verdict::Line) -> Self {
        Self {
            key: line.topic.code(),
            holds: line.holds,
            label: line.label.clone(),
            short: line.short.clone(),
            text: line.text.clone(),
            value: line.value,
            written: line.written.clone(),
        }
    }
}

impl From<&crate::analysis::null::AspectTest> for ChanceTest {
    fn from(test: &crate::analysis::null::AspectTest) -> Self {
        Self {
            aspect: match test.aspect {
                Aspect::Dense => "dense",
                Aspect::Separated => "separated",
                Aspect::Even => "even",
                Aspect::Clustered => "clustered",
            },
            observed: test.observed,
            by_chance: test.by_chance,
            n_as_good: test.n_as_good,
            p_value: test.p_value,
            adjusted: test.adjusted,
        }
    }
}

impl OverMaps {
    fn new(name: &str, test: &AveragedTest) -> Self {
        let found = test.outcome.as_ref();
        let reason = test.outcome.as_ref().err();
        let found = found.ok();
        Self {
            name: name.to_owned(),
            reason: reason.map(ToString::to_string),
            evident: found.is_some_and(|found| found.is_evident()),
            explained: found.map(|found| found.explained),
            effect: found.map(|found| found.effect),
            p_value: found.map(|found| found.p_value),
            q_value: found.and_then(|found| found.q_value),
            single: found.map(|found| found.single.into()),
            shuffled: found.map(|found| found.shuffled.to_vec()),
            replicated_p: None,
            replicated_effect: None,
            n_images: test.n_images,
            n_groups: test.n_groups,
            n_movable: test.n_movable,
        }
    }
}

impl OfFeatures {
    fn new(name: &str, test: &FeatureTest) -> Self {
        let reason = test.outcome.as_ref().err();
        let found = test.outcome.as_ref().ok();
        Self {
            name: name.to_owned(),
            reason: reason.map(ToString::to_string),
            evident: found.is_some_and(|found| found.is_evident()),
            r_squared: found.map(|found| found.r_squared),
            explained: found.map(|found| found.explained),
            interval: found.map(|found| found.interval),
            p_value: found.map(|found| found.p_value),
            q_value: found.and_then(|found| found.q_value),
            adjustment: match test.adjustment {
                Adjustment::Nothing => "nothing",
                Adjustment::Levels => "levels",
                Adjustment::Model => "model",
            },
            n_images: test.n_images,
            n_groups: test.n_groups,
            n_movable: test.n_movable,
        }
    }
}
