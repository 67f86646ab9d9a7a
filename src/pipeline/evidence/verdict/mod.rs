//! One verdict on a setting, from all that is asked of it: are there groups, do they come again, does
//! chance give as much, and what are they made of, with and without a map.

mod cases;
mod speaker;

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use crate::analysis::association::{
    AssociationParams, AveragedFinding, AveragedTest, FeatureSpace, FeatureTest, Held, LEVEL,
    Noise, Values as Tested, crossed,
};
use crate::analysis::clustering::ClusteringParams;
use crate::analysis::ensemble::{Agreement, Ensemble, EnsembleParams, Member, Place, planted};
use crate::analysis::null::{Averaged, Chance, ChanceParams, ChanceTest, Standing, compare};
use crate::analysis::projection::ProjectionParams;
use crate::analysis::replication::{Made, Replication, ReplicationParams, replicate};
use crate::analysis::settings::Words;
use crate::analysis::surrogate::SurrogateKind;
use crate::analysis::{Count, Monitor};
use crate::cohort::Column;

use super::super::moment::Moment;
use super::super::study::{Study, StudyError};
use super::super::values::{self, Values, group_numbers, tested_values};
use super::association::{Question, as_held, as_tested};
use super::words;

pub(super) use cases::AGAIN;
use cases::case_of;

pub use cases::Case;
pub use speaker::{Line, Topic, VerdictWords};

/// The seed of all that is drawn for a verdict.
pub const SEED: u64 = 42;

/// Permutations of each test.
const N_PERMUTATIONS: usize = 999;

/// Columns that are held fixed together, at most: what goes with the features most.
const MOST_HELD: usize = 3;

/// Columns that are told beside each other, at most.
const MOST_TOGETHER: usize = 4;

/// How often the planted column follows the groups; about its effect.
pub const PLANTED: f64 = 0.5;

/// Splits of the patients in two.
pub(super) const N_SPLITS: usize = 20;

/// How much is made before a verdict is spoken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Effort {
    /// Maps of the setting.
    pub n_maps: u64,
    /// Cohorts without clusters.
    pub n_surrogates: u64,
}

/// A word within two seconds.
pub const FIRST: Effort = Effort {
    n_maps: 20,
    n_surrogates: 19,
};

/// One within five.
pub const FULL: Effort = Effort {
    n_maps: 100,
    n_surrogates: 99,
};

/// One for who waits.
pub const REST: Effort = Effort {
    n_maps: 100,
    n_surrogates: 999,
};

/// What the looks at a question have come to.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct OverLooks {
    /// Settings at which the question was looked at, this one included.
    pub n_looks: usize,
    /// The p of the best of them.
    pub p_value: f64,
}

/// A question that was declared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Declared {
    /// When.
    pub at: Moment,
    /// Looks at its column before that.
    pub n_looks_before: usize,
    /// Whether it means any setting and not this one.
    pub at_any_setting: bool,
    /// Questions that were declared before their columns were looked at.
    pub n_beforehand: usize,
}

impl Declared {
    /// Whether nobody had looked.
    pub fn is_beforehand(&self) -> bool {
        self.n_looks_before == 0
    }

    /// "declared 29 Nov 2026, 07:30 UTC, before looking, for any setting".
    pub fn in_words(&self) -> String {
        let when = match self.n_looks_before {
            0 => "before looking".to_owned(),
            n => format!("after {}", words::plural(n, "look")),
        };
        let setting = if self.at_any_setting {
            ", for any setting"
        } else {
            ""
        };
        format!("declared {}, {when}{setting}", self.at.in_words())
    }
}

/// What was done before a verdict is spoken.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct History {
    /// What the looks at the question have come to; `None` where it cannot be tested.
    pub looks: Option<OverLooks>,
    /// The declaration of the question, if there is one.
    pub declared: Option<Declared>,
    /// Looks at the cohort, whatever they asked.
    pub n_looks_in_all: usize,
}

impl History {
    /// Whether the question was declared before its column was looked at.
    pub fn is_confirmatory(&self) -> bool {
        self.declared
            .is_some_and(|declared| declared.is_beforehand())
    }

    /// Whether the column of interest goes with the groups by this test: by p where it was declared.
    fn is_evident(&self, found: &AveragedFinding) -> bool {
        match self.is_confirmatory() {
            true => found.p_value <= LEVEL,
            false => found.is_evident(),
        }
    }

    /// The looks that the p to quote is over: none after a single one, and none where this very
    /// setting was declared beforehand.
    fn paid_for(&self) -> Option<OverLooks> {
        let is_this_setting = |declared: Declared| !declared.at_any_setting;
        let is_free = self.is_confirmatory() && self.declared.is_some_and(is_this_setting);
        self.looks.filter(|looks| looks.n_looks > 1 && !is_free)
    }
}

/// Images of which 999 cohorts without clusters are laid out in less than a minute: of more they are made when asked
/// for.
const SOON: usize = 300;

/// Images of which a map takes seconds: of more there are half as many maps.
const MANY: usize = 5_000;

/// Each goes on where the one before ended.
const EFFORTS: [Effort; 3] = [FIRST, FULL, REST];

impl Words for Effort {
    const WORDS: &'static [(Self, &'static str)] =
        &[(FULL, "full"), (FIRST, "first"), (REST, "rest")];
}

impl Effort {
    /// What can be made of a setting: a map that is given is one, and no cohort without groups is laid out as it was.
    pub fn of_setting(self, tried: &Tried) -> Self {
        match tried.map.is_given() {
            true => Self {
                n_maps: 1,
                n_surrogates: 0,
            },
            false => self,
        }
    }

    /// What is made of so many images.
    pub fn of_images(self, n_images: usize) -> Self {
        let n_maps = match n_images > MANY {
            true => self.n_maps.div_ceil(2),
            false => self.n_maps,
        };
        Self { n_maps, ..self }
    }

    /// The numbers of its maps of so many images, in the pieces that efforts up to it are made in.
    pub fn maps(self, n_images: usize) -> Vec<std::ops::Range<u64>> {
        let of = |effort: Self| effort.of_images(n_images).n_maps;
        pieces(of(self), of)
    }

    /// The numbers of its cohorts without clusters, likewise.
    pub fn surrogates(self) -> Vec<std::ops::Range<u64>> {
        pieces(self.n_surrogates, |effort| effort.n_surrogates)
    }
}

fn pieces(upto: u64, of: impl Fn(Effort) -> u64) -> Vec<std::ops::Range<u64>> {
    let mut ends: Vec<u64> = EFFORTS.into_iter().map(of).filter(|&n| n < upto).collect();
    ends.push(upto);
    ends.dedup();
    let starts = std::iter::once(0).chain(ends.clone());
    starts.zip(ends).map(|(start, end)| start..end).collect()
}

/// The setting that a verdict is on.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Tried {
    /// How its maps are made.
    pub map: ProjectionParams,
    /// How they are clustered.
    pub clustering: ClusteringParams,
}

impl Tried {
    /// Which maps of it are made.
    pub(super) fn ensemble(&self) -> EnsembleParams {
        EnsembleParams {
            projection: self.map,
            clustering: self.clustering,
            random_state: SEED,
        }
    }
}

/// Cohorts without clusters at one setting.
#[derive(Debug, Clone)]
pub struct Standings {
    /// How this cohort does.
    pub observed: Averaged,
    /// How the surrogates do, kind by kind.
    pub kinds: Vec<(SurrogateKind, Vec<Standing>)>,
    /// Images that were laid out.
    pub n_images: usize,
}

/// Every column against the features, without a map; nothing where there are none.
#[derive(Debug, Clone, Default)]
pub struct InFeatures {
    /// The columns, the one that explains most first; those that cannot be tested last.
    pub columns: Vec<ColumnInFeatures>,
    /// Those that are in the features for certain beside each other, in the same order; empty where
    /// others are held fixed, or there is but one.
    pub together: Vec<ColumnTogether>,
    /// Images that were looked at.
    pub n_sampled: usize,
    /// Permutations of each test.
    pub n_permutations: usize,
}

/// One of several columns in the features.
#[derive(Debug, Clone)]
pub struct ColumnTogether {
    /// The column.
    pub name: String,
    /// With those before it held fixed (sequential, or of type I).
    pub after: FeatureTest,
    /// With all others held fixed (marginal, or of type III).
    pub beside: FeatureTest,
}

/// One column against the features.
#[derive(Debug, Clone)]
pub struct ColumnInFeatures {
    /// The column.
    pub name: String,
    /// Whether it was computed here rather than given.
    pub derived: bool,
    /// The test.
    pub test: FeatureTest,
}

/// One column against the clusters of all maps.
#[derive(Debug, Clone)]
pub struct ColumnOverMaps {
    /// The column.
    pub name: String,
    /// The test.
    pub test: AveragedTest,
}

/// What a verdict is made from; each part is remembered by itself.
#[derive(Debug)]
pub struct Parts<'a> {
    /// The maps.
    pub members: Vec<&'a Member>,
    /// The surrogates, or why there are none.
    pub standings: Result<Standings, String>,
    /// The columns without a map.
    pub in_features: &'a InFeatures,
}

/// What is known of a setting.
#[derive(Debug)]
pub struct Verdict {
    /// The setting.
    pub tried: Tried,
    /// How much was made.
    pub effort: Effort,
    /// How far the maps agree.
    pub agreement: Agreement,
    /// The setting against chance, or why it cannot be held against it.
    pub chance: Result<ChanceTest, String>,
    /// What the surrogates keep, and the images that were laid out.
    pub surrogates: Option<(Vec<SurrogateKind>, usize)>,
    /// Every column against the clusters of all maps, the one that explains most first.
    pub columns: Vec<ColumnOverMaps>,
    /// What is held fixed beside the column of interest.
    pub held: Vec<String>,
    /// The column of interest with that held fixed: in the features, and over the maps where patients
    /// enough are alike in all of it.
    pub beside: Option<Beside>,
    /// A column that must be found, planted with [`PLANTED`] into as many patients as have a value of
    /// the column of interest; `None` where there are no two groups to plant it in.
    pub planted: Option<AveragedTest>,
    /// The columns in patients that did not make the groups, in the order of `columns`; why not, where
    /// halves of the cohort are too few.
    pub replication: Result<Vec<Replication>, String>,
    /// Permutations of each test.
    pub n_permutations: usize,
    /// Time that putting it together took.
    pub elapsed: Duration,
}

impl Verdict {
    /// Whether the most cohorts without groups that are made may tell what these do not.
    pub fn is_undecided(&self, question: &Question) -> bool {
        case_of(self, question, &History::default()) == Case::Undecided
    }
}

/// A verdict and what is said of it.
#[derive(Debug)]
pub struct Spoken {
    /// The numbers.
    pub verdict: Verdict,
    /// Every column against the features, without a map.
    pub in_features: InFeatures,
    /// The words.
    pub words: VerdictWords,
}

/// The column of interest with others held fixed.
#[derive(Debug)]
pub struct Beside {
    /// In the features.
    pub features: FeatureTest,
    /// Over the maps.
    pub maps: AveragedTest,
}

impl Study {
    /// The maps of these numbers of a setting, or the one that is given; the counter hears of one unit per map.
    pub fn members(
        &self,
        tried: &Tried,
        numbers: std::ops::Range<u64>,
        counter: &dyn Count,
    ) -> Result<Vec<Member>, StudyError> {
        if tried.map.is_given() {
            let map = self.project(&tried.map, counter, &mut |_| {})?;
            let clusters = self.cluster(&map, (tried.clustering, &[]), counter)?;
            counter.advance(1);
            return Ok(vec![Member::alone(&clusters.clustering.labels)]);
        }
        let groups = group_numbers(&self.cohort);
        let ensemble = Ensemble::new(tried.ensemble(), self.features.view(), &groups, counter)?;
        Ok(ensemble.members(numbers, counter)?)
    }

    /// The setting on cohorts without clusters of these numbers; the counter hears of one unit per
    /// cohort, this one included.
    pub fn standings(
        &self,
        tried: &Tried,
        numbers: std::ops::Range<u64>,
        counter: &dyn Count,
    ) -> Result<Standings, StudyError> {
        let (chance, kinds) = self.chance(tried, counter)?;
        let observed = chance.observed(numbers.end, counter)?;
        let surrogates = chance.surrogates(numbers, counter)?;
        Ok(Standings {
            observed,
            kinds: kinds.into_iter().zip(surrogates).collect(),
            n_images: chance.n_images(),
        })
    }

    /// The kinds of cohorts without clusters that a setting is held against.
    pub fn surrogate_kinds(&self) -> [SurrogateKind; 2] {
        [
            SurrogateKind::fitting(self.features.view()),
            SurrogateKind::Curve,
        ]
    }

    /// A setting, and the kinds of cohorts without clusters that it is held against.
    pub(super) fn chance(
        &self,
        tried: &Tried,
        monitor: &dyn Monitor,
    ) -> Result<(Chance, [SurrogateKind; 2]), StudyError> {
        self.refuse_given()?;
        let kinds = self.surrogate_kinds();
        let params = ChanceParams {
            projection: tried.map,
            clustering: tried.clustering,
            seed: SEED,
        };
        let groups = group_numbers(&self.cohort);
        let chance = Chance::new(params, self.features.view(), &groups, &kinds, monitor)?;
        Ok((chance, kinds))
    }

    /// Tests every column against the features, with these held fixed.
    pub fn in_features(
        &self,
        held: &[String],
        monitor: &dyn Monitor,
    ) -> Result<InFeatures, StudyError> {
        if !self.has_features() {
            return Ok(InFeatures::default());
        }
        let of_cohort = |column: &&Column| !held.contains(&column.name);
        let columns: Vec<&Column> = self.cohort.columns.iter().filter(of_cohort).collect();
        let values: Vec<Values> = columns.iter().map(|column| tested_values(column)).collect();
        let tested: Vec<Tested<'_>> = values.iter().map(as_tested).collect();
        let is_planned = |column: &&Column| column.name == self.planned();
        let planned = columns.iter().position(is_planned);
        let held = self.held(held)?;
        let held: Vec<Held<'_>> = held.iter().map(as_held).collect();
        let (params, groups) = (params(Noise::LeftOut), group_numbers(&self.cohort));
        let space = FeatureSpace::new(
            self.features.view(),
            &groups,
            (tested.len(), &params),
            monitor,
        )?;
        let found =
            params
                .check()?
                .features(&space, &groups, (&tested, planned), &held, monitor)?;
        let (n_sampled, n_permutations) = (found.n_sampled, found.n_permutations);
        let pairs = columns.iter().zip(found.columns);
        let mut columns: Vec<ColumnInFeatures> = pairs
            .map(|(column, test)| ColumnInFeatures {
                name: column.name.clone(),
                derived: column.derived,
                test,
            })
            .collect();
        let explained = |column: &ColumnInFeatures| {
            let found = column.test.outcome.as_ref();
            found.map_or(f64::NEG_INFINITY, |found| found.explained)
        };
        columns.sort_by(|a, b| explained(b).total_cmp(&explained(a)));
        let together = match held.is_empty() {
            true => self.together(&columns, monitor)?,
            false => Vec::new(),
        };
        Ok(InFeatures {
            columns,
            together,
            n_sampled,
            n_permutations,
        })
    }

    /// The columns that are in the features for certain, beside each other.
    fn together(
        &self,
        columns: &[ColumnInFeatures],
        monitor: &dyn Monitor,
    ) -> Result<Vec<ColumnTogether>, StudyError> {
        let names = self.certain(columns, MOST_TOGETHER, |_| true);
        if names.len() < 2 {
            return Ok(Vec::new());
        }
        let of = |(place, name): (usize, &String)| -> Result<ColumnTogether, StudyError> {
            let others = names.iter().filter(|other| *other != name).cloned();
            Ok(ColumnTogether {
                name: name.clone(),
                after: self.in_features_beside(name, &names[..place], monitor)?,
                beside: self.in_features_beside(name, &others.collect::<Vec<_>>(), monitor)?,
            })
        };
        names.iter().enumerate().map(of).collect()
    }

    /// One column against the features, with these held fixed.
    fn in_features_beside(
        &self,
        name: &str,
        held: &[String],
        monitor: &dyn Monitor,
    ) -> Result<FeatureTest, StudyError> {
        let values = self.values_of("breakdown", name)?;
        let levels = self.held(held)?;
        let levels: Vec<Held<'_>> = levels.iter().map(as_held).collect();
        let (params, groups) = (params(Noise::LeftOut), group_numbers(&self.cohort));
        let space = FeatureSpace::new(self.features.view(), &groups, (1, &params), monitor)?;
        let checked = params.check()?;
        Ok(checked.feature(&space, &groups, as_tested(&values), &levels, monitor)?)
    }

    /// Puts the parts together; `effort` says how much of each there is.
    pub fn verdict(
        &self,
        question: &Question,
        (tried, effort): (&Tried, Effort),
        parts: &Parts<'_>,
        monitor: &dyn Monitor,
    ) -> Result<Verdict, StudyError> {
        let started = Instant::now();
        let agreement = Agreement::of(&parts.members);
        let chance = parts.standings.as_ref().map_err(Clone::clone);
        let chance = chance.map(|found| {
            let kinds: Vec<&[Standing]> = found.kinds.iter().map(|(_, all)| &all[..]).collect();
            compare(&found.observed, &kinds)
        });
        let maps: Vec<&[Place]> = parts
            .members
            .iter()
            .map(|member| &member.places[..])
            .collect();
        let columns = self.over_maps(&maps, question, monitor)?;
        let held = match &question.within {
            Some(within) => vec![within.clone()],
            None => self.confounders(question, parts.in_features),
        };
        let beside = self.beside(&maps, question, &held, monitor)?;
        let planted = self.planted(&parts.members, question, monitor)?;
        let replication = told(self.replication(tried, question, &columns, monitor))?;
        Ok(Verdict {
            tried: *tried,
            effort,
            agreement,
            chance,
            surrogates: (parts.standings.as_ref().ok()).map(|found| {
                let kinds = found.kinds.iter().map(|(kind, _)| *kind);
                (kinds.collect(), found.n_images)
            }),
            columns,
            held,
            beside,
            planted,
            replication,
            n_permutations: N_PERMUTATIONS,
            elapsed: started.elapsed(),
        })
    }

    /// Whether who waits gets the most that is made, because all that is made at once leaves it open whether chance
    /// gives as much.
    pub fn goes_on(&self, verdict: &Verdict, question: &Question) -> bool {
        verdict.is_undecided(question) && self.n_images() <= SOON
    }

    /// Makes all parts and puts them together; the counter hears of one unit for each map and each
    /// cohort, the observed one included.
    pub fn verdict_alone(
        &self,
        tried: &Tried,
        question: &Question,
        effort: Effort,
        counter: &dyn Count,
    ) -> Result<Spoken, StudyError> {
        let effort = effort.of_setting(tried);
        let in_features = self.in_features(&[], counter)?;
        let members = self.members(tried, 0..effort.n_maps, counter)?;
        let standings = self.standings(tried, 0..effort.n_surrogates, counter);
        let parts = Parts {
            members: members.iter().collect(),
            standings: told(standings)?,
            in_features: &in_features,
        };
        let verdict = self.verdict(question, (tried, effort), &parts, counter)?;
        Ok(Spoken {
            words: self.verdict_words(&verdict, question, &in_features, History::default()),
            verdict,
            in_features,
        })
    }

    fn over_maps(
        &self,
        maps: &[&[Place]],
        question: &Question,
        monitor: &dyn Monitor,
    ) -> Result<Vec<ColumnOverMaps>, StudyError> {
        let others = |column: &&Column| question.within.as_ref() != Some(&column.name);
        let columns: Vec<&Column> = self.cohort.columns.iter().filter(others).collect();
        let values: Vec<Values> = columns.iter().map(|column| tested_values(column)).collect();
        let tested: Vec<Tested<'_>> = values.iter().map(as_tested).collect();
        let is_planned = |column: &&Column| column.name == self.planned();
        let planned = columns.iter().position(is_planned);
        let held = self.levels(question)?;
        let within = held.as_ref().map(as_held);
        let groups = group_numbers(&self.cohort);
        let checked = params(question.noise()).check()?;
        let found = checked.averaged(maps, &groups, (&tested, planned), within, monitor)?;
        let pairs = columns.iter().zip(found);
        let mut columns: Vec<ColumnOverMaps> = pairs
            .map(|(column, test)| ColumnOverMaps {
                // Only the column that is asked about is looked at over and over.
                test: match column.name == question.column {
                    true => test,
                    false => AveragedTest {
                        averages: Vec::new(),
                        ..test
                    },
                },
                name: column.name.clone(),
            })
            .collect();
        let explained = |column: &ColumnOverMaps| {
            let found = column.test.outcome.as_ref();
            found.map_or(f64::NEG_INFINITY, |found| found.explained)
        };
        columns.sort_by(|a, b| explained(b).total_cmp(&explained(a)));
        Ok(columns)
    }

    /// What the column of interest has to hold beside: the columns that are in the features for
    /// certain, those that explain most first.
    fn confounders(&self, question: &Question, in_features: &InFeatures) -> Vec<String> {
        self.certain(&in_features.columns, MOST_HELD, |name| {
            !self.says_the_same(name, &question.column)
        })
    }

    /// The columns that are in the features for certain and may count, those that explain most first.
    fn certain(
        &self,
        columns: &[ColumnInFeatures],
        most: usize,
        counts: impl Fn(&str) -> bool,
    ) -> Vec<String> {
        let is_one = |column: &&ColumnInFeatures| {
            let found = column.test.outcome.as_ref();
            found.is_ok_and(|found| found.is_evident()) && counts(&column.name)
        };
        let mut certain: Vec<String> = Vec::new();
        let mut patterns = BTreeSet::new();
        for column in columns.iter().filter(is_one) {
            // A column that is another one by another name adds nothing but empty levels.
            let new = values::held_values(&self.cohort, "within", &column.name)
                .is_ok_and(|values| patterns.insert(format!("{values:?}")));
            let says_the_same = |other: &String| self.says_the_same(other, &column.name);
            if new && certain.len() < most && !certain.iter().any(says_the_same) {
                certain.push(column.name.clone());
            }
        }
        certain
    }

    fn beside(
        &self,
        maps: &[&[Place]],
        question: &Question,
        held: &[String],
        monitor: &dyn Monitor,
    ) -> Result<Option<Beside>, StudyError> {
        if held.is_empty() || held.contains(&question.column) || !self.has_features() {
            return Ok(None);
        }
        let values = self.values_of("breakdown", &question.column)?;
        let tested = [as_tested(&values)];
        let levels = self.held(held)?;
        let levels: Vec<Held<'_>> = levels.iter().map(as_held).collect();
        let groups = group_numbers(&self.cohort);
        let asked = (&tested[..], Some(0));
        let features = self.in_features_beside(&question.column, held, monitor)?;
        let crossed = crossed(&levels, groups.len());
        let within = match levels[..] {
            [one] => one,
            _ => Held::Levels(&crossed),
        };
        let maps = params(question.noise()).check()?.averaged(
            maps,
            &groups,
            asked,
            Some(within),
            monitor,
        )?;
        let maps = maps.into_iter().next();
        Ok(maps.map(|maps| Beside { features, maps }))
    }

    /// A column that must be found.
    fn planted(
        &self,
        members: &[&Member],
        question: &Question,
        monitor: &dyn Monitor,
    ) -> Result<Option<AveragedTest>, StudyError> {
        let values = self.values_of("breakdown", &question.column)?;
        let groups = group_numbers(&self.cohort);
        let has = |image: usize| values.has(image);
        let Some(column) = planted(members, &groups, (&has, PLANTED, SEED)) else {
            return Ok(None);
        };
        let maps: Vec<&[Place]> = members.iter().map(|member| &member.places[..]).collect();
        let checked = params(question.noise()).check()?;
        let asked = (&[Tested::Categories(&column)][..], Some(0));
        let found = checked.averaged(&maps, &groups, asked, None, monitor)?;
        Ok(found.into_iter().next())
    }

    /// The columns in patients that did not make the groups.
    fn replication(
        &self,
        tried: &Tried,
        question: &Question,
        columns: &[ColumnOverMaps],
        monitor: &dyn Monitor,
    ) -> Result<Vec<Replication>, StudyError> {
        self.refuse_given()?;
        let values: Vec<Values> = columns
            .iter()
            .map(|column| self.values_of("breakdown", &column.name))
            .collect::<Result<_, _>>()?;
        let tested: Vec<Tested<'_>> = values.iter().map(as_tested).collect();
        let of = ReplicationParams {
            made: Made::ByMap(tried.map, tried.clustering),
            n_splits: N_SPLITS,
            random_state: SEED,
        };
        let groups = group_numbers(&self.cohort);
        let checked = params(question.noise()).check()?;
        let cohort = (self.features.view(), &groups[..]);
        Ok(replicate(
            &of,
            cohort,
            &tested,
            &checked,
            &Uncounted(monitor),
        )?)
    }

    fn held(&self, names: &[String]) -> Result<Vec<Values>, StudyError> {
        let values = |name: &String| values::held_values(&self.cohort, "within", name);
        Ok(names.iter().map(values).collect::<Result<_, _>>()?)
    }
}

/// Pieces of one setting as one, whose last has this cohort on the most maps; why there are none, where one of them says so.
pub fn joined<'a>(
    pieces: impl IntoIterator<Item = &'a std::sync::Arc<Result<Standings, String>>>,
) -> Result<Standings, String> {
    let mut all: Option<Standings> = None;
    for piece in pieces {
        let piece = piece.as_ref().as_ref().map_err(Clone::clone)?;
        match &mut all {
            Some(all) => {
                all.observed = piece.observed;
                for ((_, all), (_, more)) in all.kinds.iter_mut().zip(&piece.kinds) {
                    all.extend(more);
                }
            }
            None => all = Some(piece.clone()),
        }
    }
    all.ok_or_else(|| "no cohort without groups was laid out".to_owned())
}

/// What failed is told and does not take the rest with it; only a wish to stop does.
pub fn told<T>(outcome: Result<T, StudyError>) -> Result<Result<T, String>, StudyError> {
    match outcome {
        Ok(found) => Ok(Ok(found)),
        Err(error) if error.is_cancelled() => Err(error),
        Err(error) => Ok(Err(error.to_string())),
    }
}

/// Nobody counts: who waits hears of the whole alone.
pub struct Uncounted<'a>(pub &'a dyn Monitor);

impl Monitor for Uncounted<'_> {
    fn cancelled(&self) -> bool {
        self.0.cancelled()
    }
}

impl Count for Uncounted<'_> {
    fn advance(&self, _amount: u64) {}
}

pub(super) fn params(noise: Noise) -> AssociationParams {
    AssociationParams {
        noise,
        n_permutations: N_PERMUTATIONS,
        seed: SEED,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_verdict_goes_on_where_the_one_before_ended() {
        let first = |n_images| FIRST.maps(n_images);
        assert_eq!(first(193), std::slice::from_ref(&(0..20)));
        assert_eq!(REST.maps(193), [0..20, 20..100]);
        assert_eq!(REST.surrogates(), [0..19, 19..99, 99..999]);
        // Of many images there are half as many maps, in pieces of their own.
        assert_eq!(first(10_000), std::slice::from_ref(&(0..10)));
        assert_eq!(FULL.maps(10_000), [0..10, 10..50]);
    }
}
