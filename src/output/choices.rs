//! All settings that could as well have been chosen: a column in each of them, and the plane of one
//! map as a map of evidence.

use schemars::JsonSchema;
use serde::Serialize;

use crate::analysis::association::{InSetting, OverSettings};
use crate::analysis::clustering::ClusteringParams;
use crate::analysis::settings::Words;
use crate::pipeline::evidence::choices::{self, PlaneOf, Specifications, SpecificationsAnswer};
use crate::pipeline::evidence::verdict::Tried;
use crate::pipeline::evidence::{self, Question};

use super::keyed::{AlongValues, Place, PlaneAxis, PlaneValues, SettingParams};
use super::milliseconds;

/// The column of interest in every setting around one (Simonsohn, Simmons and Nelson 2020). What a test
/// finds is null where there was none.
#[derive(Debug, Serialize, JsonSchema)]
pub struct SpecificationCurve {
    /// The setting that they lie around.
    params: SettingParams,
    /// The column of interest.
    column: String,
    /// The column whose levels are held fixed.
    within: Option<String>,
    /// Values along the axis of the maps, under its name.
    along: AlongValues,
    /// The axes of the clustering.
    axes: [PlaneAxis; 2],
    /// Their values, under the name of each.
    values: PlaneValues,
    /// Starts of each map; the first is the one that is set.
    n_starts: u64,
    /// Settings, those without groups included.
    n_settings: usize,
    /// Those whose clusters differ from those of all others.
    n_distinct: usize,
    testable: bool,
    /// Why it cannot be tested.
    reason: Option<String>,
    /// What the median setting explains beyond chance.
    median: Option<OfAllSettings>,
    /// The share of settings with p ≤ 0.05.
    significant: Option<OfAllSettings>,
    /// Those that were tested, the one that explains least first.
    settings: Vec<TestedSetting>,
    n_images: usize,
    n_groups: usize,
    n_permutations: usize,
    /// What was found, in a sentence or two.
    sentence: String,
    /// Of laying out and testing.
    pub(super) elapsed_ms: Option<f64>,
}

/// One number of all settings together.
#[derive(Debug, Serialize, JsonSchema)]
struct OfAllSettings {
    observed: f64,
    /// The median over the permutations.
    by_chance: f64,
    /// The share of permutations in which it is at least as large.
    p_value: f64,
}

/// One setting: what it explains beyond chance, its p, and the places of its values among those listed.
#[derive(Debug, Serialize, JsonSchema)]
struct TestedSetting {
    explained: f64,
    p_value: f64,
    /// Along the axis of the maps.
    along: usize,
    /// On the first axis of the clustering.
    first: usize,
    /// On the second.
    second: usize,
    start: u64,
    /// 1 where noise is one more cluster.
    noise: u8,
}

impl From<OverSettings> for OfAllSettings {
    fn from(over: OverSettings) -> Self {
        Self {
            observed: over.observed,
            by_chance: over.by_chance,
            p_value: over.p_value,
        }
    }
}

impl SpecificationCurve {
    /// What was found, in numbers and words.
    pub fn new(
        (tried, question): (&Tried, &Question),
        specifications: &Specifications,
        found: &SpecificationsAnswer,
    ) -> Self {
        let of = &specifications.params;
        let test = &found.test;
        let curve = test.outcome.as_ref().ok();
        let [first, second] = &of.axes;
        Self {
            params: SettingParams::new(&tried.map, &tried.clustering),
            column: question.column.clone(),
            within: question.within.clone(),
            along: AlongValues::new(&tried.map, &of.along),
            axes: tried.clustering.axes().map(PlaneAxis),
            values: PlaneValues::new(&tried.clustering, &[first, second]),
            n_starts: of.n_starts,
            n_settings: specifications.n_settings(),
            n_distinct: test.n_distinct,
            testable: curve.is_some(),
            reason: test.outcome.as_ref().err().map(ToString::to_string),
            median: curve.map(|curve| curve.median.into()),
            significant: curve.map(|curve| curve.significant.into()),
            settings: curve.map_or_else(Vec::new, |curve| listed(specifications, &curve.settings)),
            n_images: test.n_images,
            n_groups: test.n_groups,
            n_permutations: test.n_permutations,
            sentence: found.sentence.clone(),
            elapsed_ms: Some(milliseconds(specifications.elapsed + found.elapsed)),
        }
    }
}

/// The settings that were tested, the one that explains least first; of each first noise left out, then
/// as one more cluster.
fn listed(specifications: &Specifications, found: &[Option<InSetting>]) -> Vec<TestedSetting> {
    let of = &specifications.params;
    let place = |values: &[f64], value: f64| values.iter().position(|&x| x == value).unwrap_or(0);
    let rounded = |x: f64| (1e5 * x).round() / 1e5;
    let tested = |(index, found): (usize, &Option<InSetting>)| {
        let found = (*found)?;
        let setting = &specifications.settings[index / 2];
        Some(TestedSetting {
            explained: rounded(found.explained),
            p_value: rounded(found.p_value),
            along: setting.along.map_or(0, |along| place(&of.along, along)),
            first: place(&of.axes[0], setting.at[0]),
            second: place(&of.axes[1], setting.at[1]),
            start: setting.start,
            noise: (index % 2) as u8,
        })
    };
    let mut all: Vec<TestedSetting> = found.iter().enumerate().filter_map(tested).collect();
    all.sort_by(|a, b| a.explained.total_cmp(&b.explained));
    all
}

/// Groups that a hand drew, in patients that did not make them.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ByHand {
    /// The column of interest.
    column: String,
    /// Every column, the one with the least p first.
    columns: Vec<Replicated>,
    /// Splits of the patients in two halves.
    n_splits: usize,
    /// What it says of the column of interest.
    sentence: String,
}

/// One column in patients that did not make the groups.
#[derive(Debug, Serialize, JsonSchema)]
struct Replicated {
    name: String,
    /// Why it cannot be tested.
    reason: Option<String>,
    /// Over all splits (Meinshausen, Meier and Bühlmann 2009).
    p_value: f64,
    /// The mean effect over the splits in which it could be tested.
    effect: f64,
    /// These.
    n_tested: usize,
}

impl ByHand {
    /// What was found, in numbers and words.
    pub fn new(question: &Question, found: &evidence::ByHand) -> Self {
        let columns = found.columns.iter();
        Self {
            column: question.column.clone(),
            columns: columns
                .map(|(name, found)| Replicated {
                    name: name.clone(),
                    reason: found.reason.map(|reason| reason.to_string()),
                    p_value: found.p_value,
                    effect: found.effect,
                    n_tested: found.n_tested,
                })
                .collect(),
            n_splits: found.n_splits,
            sentence: found.sentence.clone(),
        }
    }
}

/// One number for every place of the plane of a map's settings.
#[derive(Debug, Serialize, JsonSchema)]
pub struct PlaneEvidence {
    params: SettingParams,
    /// again, column or chance.
    of: &'static str,
    axes: [PlaneAxis; 2],
    #[serde(flatten)]
    values: PlaneValues,
    /// Along the second axis first: the median agreement of two maps, the p of the column over the maps,
    /// or the p against chance for having looked at the whole plane. Null where there are no groups.
    cells: Vec<Option<f64>>,
    /// The best place.
    best: Option<Place>,
    /// For having looked at the whole plane; null of an agreement.
    p_value: Option<f64>,
    /// Maps of each place; 0 where they are not counted by.
    n_maps: usize,
    /// Cohorts without groups, of each kind.
    n_surrogates: usize,
    /// What was found, in a sentence.
    sentence: String,
}

impl PlaneEvidence {
    /// What was found, in numbers and words.
    pub fn new(tried: &Tried, found: &choices::PlaneEvidence) -> Self {
        let clustering: &ClusteringParams = &tried.clustering;
        let [first, second] = clustering.method().grid;
        let place = |cell: usize| [first[cell / second.len()], second[cell % second.len()]];
        Self {
            params: SettingParams::new(&tried.map, clustering),
            of: PlaneOf::word(found.of),
            axes: clustering.axes().map(PlaneAxis),
            values: PlaneValues::new(clustering, &[&first, &second]),
            cells: found.values.clone(),
            best: found.best.map(|cell| Place::new(clustering, place(cell))),
            p_value: found.p_value,
            n_maps: found.n_maps,
            n_surrogates: found.n_surrogates,
            sentence: found.sentence.clone(),
        }
    }
}
