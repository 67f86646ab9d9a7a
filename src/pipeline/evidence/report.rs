//! Everything that is asked of one setting, at once.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use crate::analysis::clustering::ClusteringParams;
use crate::analysis::null::{CheckedNull, NullParams, Searched};
use crate::analysis::projection::ProjectionParams;
use crate::analysis::search::SearchParams;
use crate::analysis::settings::SettingError;
use crate::analysis::{Count, Monitor};
use crate::config::{Extent, ReportConfig};

use super::super::breakdown::Breakdown;
use super::super::selection::Selection;
use super::super::study::{Clusters, Judged, Projection, Study, StudyError};
use super::choices::{Specifications, SpecificationsAnswer};
use super::null::bearable;
use super::verdict::{self, Effort, Spoken, Tried, told};
use super::{
    Association, AssociationWords, Enrichment, Null, Quality, Question, Repeats, Stability,
};

/// What a report is about.
#[derive(Debug, Clone)]
pub struct ReportParams {
    /// The map.
    pub map: ProjectionParams,
    /// The clusters.
    pub clustering: ClusteringParams,
    /// Selections that are clusters of their own.
    pub own: Vec<Arc<Selection>>,
    /// What is asked of them.
    pub question: Question,
    /// The null of the search, unless that is left out.
    pub null: Option<CheckedNull>,
    /// What is said where less of it is asked than somebody could ask.
    pub null_in_part: Option<String>,
    /// The repeats, unless they are left out.
    pub repeats: Option<Repeats>,
    /// How much was looked at before; `None` when that is not known.
    pub looks: Option<Looks>,
}

/// How much was looked at: the best of many looks is good by chance.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Looks {
    /// Settings whose clusters were viewed.
    pub n_viewed: usize,
    /// Settings that were searched.
    pub n_searched: u64,
}

/// What is known of one setting.
#[derive(Debug)]
pub struct Report {
    /// What it is about.
    pub params: ReportParams,
    /// The map.
    pub map: Projection,
    /// Its clusters.
    pub clusters: Clusters,
    /// What they are judged by.
    pub judged: Judged,
    /// What they are made of.
    pub breakdown: Breakdown,
    /// What explains them.
    pub association: Association,
    /// What is said of that.
    pub association_words: AssociationWords,
    /// By the column of interest.
    pub enrichment: Enrichment,
    /// What is said of each of its cells.
    pub enrichment_words: Vec<String>,
    /// Whether it is luck: over many maps, against chance, and of what.
    pub verdict: Part<Spoken>,
    /// The column of interest in every setting that could have been chosen.
    pub specifications: Part<(Specifications, SpecificationsAnswer)>,
    /// Whether the map can be believed.
    pub quality: Part<Quality>,
    /// Whether the best of the search is luck.
    pub null: Part<Arc<Null>>,
    /// Whether the clusters come again.
    pub stability: Part<Stability>,
}

/// A part of a report. One that cannot be had does not take the others with it.
#[derive(Debug)]
pub enum Part<T> {
    /// What was found.
    Found(T),
    /// Why there is nothing, in one sentence.
    Failed(String),
    /// It was not asked for.
    NotAsked,
}

impl<T> Part<T> {
    /// What was found, if anything.
    pub fn found(&self) -> Option<&T> {
        match self {
            Self::Found(found) => Some(found),
            Self::Failed(_) | Self::NotAsked => None,
        }
    }

    /// Only a wish to stop ends the whole report.
    fn of(outcome: Option<Result<T, StudyError>>) -> Result<Self, StudyError> {
        match outcome {
            None => Ok(Self::NotAsked),
            Some(Ok(found)) => Ok(Self::Found(found)),
            Some(Err(error)) if error.is_cancelled() => Err(error),
            Some(Err(error)) => Ok(Self::Failed(error.to_string())),
        }
    }
}

impl ReportParams {
    /// What the command line asks of this study.
    ///
    /// # Errors
    /// [`SettingError`] of the first value that cannot be.
    pub fn new(config: &ReportConfig, study: &Study) -> Result<Self, SettingError> {
        let named = config.column.as_deref();
        let name_of = |name: &str| study.cohort.column_name(name).to_owned();
        let (map, clustering) = study.setting(|key| config.words.said(key))?;
        // Of a map that is given the verdict says why none of this is asked.
        let may_repeat = study.given().is_none();
        let mut params = Self {
            map,
            clustering,
            own: Vec::new(),
            question: Question {
                column: name_of(named.unwrap_or_else(|| study.planned())),
                within: config.within.as_deref().map(name_of),
                with_noise: config.with_noise,
            },
            null: config.null.clone().filter(|_| may_repeat),
            null_in_part: None,
            repeats: config.n_runs.filter(|_| may_repeat).map(|n_runs| Repeats {
                n_runs,
                ..Repeats::default()
            }),
            looks: None,
        };
        if let (Some(null), Extent::Bearable) = (params.null.clone(), config.extent) {
            let (null, said) = bearable(&null, study.n_images(), params.n_others());
            (params.null, params.null_in_part) = (Some(null), said);
        }
        Ok(params)
    }

    /// The maps that are made beside those of the null.
    fn n_others(&self) -> u64 {
        // As often as there are surrogates of a kind, the cohort itself is laid out.
        let of_chance = VERDICT.n_surrogates * (MAPS_OF_A_SURROGATE + 1);
        1 + self.n_repeats() + VERDICT.n_maps + of_chance
    }

    /// Whether all of it can be asked of this study; for a word before the long work.
    ///
    /// # Errors
    /// [`StudyError`], naming the first parameter that cannot be used.
    pub fn check(&self, study: &Study) -> Result<(), StudyError> {
        study.check(&self.question)?;
        self.clustering.check()?;
        self.map.check(study.n_images())?;
        if let Some(repeats) = self.repeats {
            repeats.check(self.map, self.clustering, study.n_images())?;
        }
        Ok(())
    }

    /// The maps that have to be made, which is what the counter hears of: the one in question, those
    /// of the verdict and its cohorts, those of the repeats, and one for each perplexity and cohort of the null, unless that is `known`.
    pub fn n_maps(&self, known: bool) -> u64 {
        let null = self.null.as_ref().filter(|_| !known);
        let null = null.map_or(0, |null| {
            let n_cohorts = null.params().n_surrogates as u64 + 1;
            n_cohorts.saturating_mul(maps_of_a_cohort(null))
        });
        let verdict = match self.own.is_empty() {
            true => VERDICT.n_maps + VERDICT.n_surrogates + 1,
            false => 0,
        };
        1 + null + self.n_repeats() + verdict
    }

    fn n_repeats(&self) -> u64 {
        let of = |repeats: Repeats| repeats.n_maps(self.map, self.clustering);
        self.repeats.map_or(0, of)
    }
}

/// Cohorts without clusters, and maps of each in a search, of which the time is taken.
const TIMED: u64 = 4;

/// How much the verdict of a report is made from.
const VERDICT: Effort = verdict::FULL;

/// Maps that a cohort without clusters is laid out on for the verdict: three of each of two kinds.
const MAPS_OF_A_SURROGATE: u64 = 6;

fn maps_of_a_cohort(null: &CheckedNull) -> u64 {
    null.params().search.along.len() as u64
}

impl Study {
    /// About how long [`Study::report`] takes: the time of a few cohorts without clusters, at the setting
    /// and of the search on a few maps, as often as they are laid out.
    pub fn expected(
        &self,
        params: &ReportParams,
        monitor: &dyn Monitor,
    ) -> Result<Duration, StudyError> {
        let tried = Tried {
            map: params.map,
            clustering: params.clustering,
        };
        let laps = Laps::new(monitor);
        told(self.standings(&tried, 0..TIMED, &laps))?.ok();
        let of_a_map = laps.mean() / MAPS_OF_A_SURROGATE as u32;
        let null = match &params.null {
            Some(null) => self.expected_of_null(null, monitor)?,
            None => Duration::ZERO,
        };
        Ok(of_a_map.mul_f64(params.n_others() as f64) + null)
    }

    fn expected_of_null(
        &self,
        null: &CheckedNull,
        monitor: &dyn Monitor,
    ) -> Result<Duration, StudyError> {
        let NullParams { search, .. } = null.params();
        let step = search.along.len().div_ceil(TIMED as usize).max(1);
        let along: Vec<f64> = search.along.iter().copied().step_by(step).collect();
        let n_timed = along.len().max(1) as f64;
        let few = NullParams {
            search: SearchParams {
                along,
                ..search.clone()
            },
            n_surrogates: 1,
            ..null.params().clone()
        };
        let laps = Laps::new(monitor);
        let few = few.check().map_err(StudyError::from);
        // What cannot be compared is said in its place, and takes no time.
        told(few.and_then(|few| self.null(&few, &(), &laps)))?.ok();
        let n_cohorts = null.params().n_surrogates as f64 + 1.0;
        let n_maps = maps_of_a_cohort(null) as f64;
        Ok(laps.mean().mul_f64(n_cohorts * n_maps / n_timed))
    }

    /// Asks everything; the counter hears of [`ReportParams::n_maps`] units. A null that is `known`
    /// already is not computed again, nor what was `searched` for it: it takes minutes.
    pub fn report(
        &self,
        params: ReportParams,
        (known, searched): (Option<Arc<Null>>, &dyn Searched),
        counter: &dyn Count,
    ) -> Result<Report, StudyError> {
        let map = self.project(&params.map, counter, &mut |_| {})?;
        let clusters = self.cluster(&map, (params.clustering, &params.own), counter)?;
        let question = &params.question;
        let judged = self.judge(&map, &clusters);
        let breakdown = self.breakdown(&map, &clusters, &question.column)?;
        let association = self.association(&clusters, question, counter)?;
        let enrichment = self.enrichment(&clusters, question, counter)?;
        let n_viewed = params.looks.map_or(0, |looks| looks.n_viewed);
        let quality = Part::of(Some(self.quality(
            &map,
            self.default_n_neighbors(),
            counter,
        )))?;
        counter.advance(1);
        let tried = Tried {
            map: params.map,
            clustering: params.clustering,
        };
        tracing::info!("the verdict: many maps, then cohorts without groups");
        let verdict = match params.own.is_empty() {
            true => self.verdict_alone(&tried, question, VERDICT, counter),
            false => Err(StudyError::DrawnByHand),
        };
        let verdict = Part::of(Some(verdict))?;
        let specifications = match params.own.is_empty() {
            true => self.in_every_setting(&tried, question, counter),
            false => Err(StudyError::DrawnByHand),
        };
        let specifications = Part::of(Some(specifications))?;
        tracing::info!("stability: the map again, with other seeds and fewer patients");
        let repeat = |repeats| self.stability(&map, &clusters, repeats, counter);
        let stability = Part::of(params.repeats.map(repeat))?;
        tracing::info!("chance: the search on cohorts without clusters");
        let compare = |null| match known {
            Some(known) => Ok(known),
            None => {
                let weight = maps_of_a_cohort(null);
                let null = self.null(null, searched, &Weighted { counter, weight });
                null.map(|mut null| {
                    null.warnings.extend(params.null_in_part.clone());
                    Arc::new(null)
                })
            }
        };
        let null = Part::of(params.null.as_ref().map(compare))?;
        Ok(Report {
            map,
            clusters,
            judged,
            breakdown,
            association_words: self.association_words(&association, &params.question, n_viewed),
            enrichment_words: self.enrichment_words(&enrichment, n_viewed),
            association,
            enrichment,
            verdict,
            specifications,
            quality,
            null,
            stability,
            params,
        })
    }
}

/// Takes the time from unit to unit; what comes before the first is preparation.
struct Laps<'a> {
    monitor: &'a dyn Monitor,
    ends: Mutex<Vec<Instant>>,
}

impl<'a> Laps<'a> {
    fn new(monitor: &'a dyn Monitor) -> Self {
        Self {
            monitor,
            ends: Mutex::default(),
        }
    }

    /// The mean time of a unit; nothing where there are none.
    fn mean(&self) -> Duration {
        let ends = self.ends.lock().unwrap_or_else(PoisonError::into_inner);
        match ends[..] {
            [first, .., last] => (last - first) / (ends.len() as u32 - 1),
            _ => Duration::ZERO,
        }
    }
}

impl Monitor for Laps<'_> {
    fn cancelled(&self) -> bool {
        self.monitor.cancelled()
    }
}

impl Count for Laps<'_> {
    fn advance(&self, amount: u64) {
        let mut ends = self.ends.lock().unwrap_or_else(PoisonError::into_inner);
        ends.extend((0..amount).map(|_| Instant::now()));
    }
}

/// Counts one unit of a part as so many of the whole.
struct Weighted<'a> {
    counter: &'a dyn Count,
    weight: u64,
}

impl Monitor for Weighted<'_> {
    fn cancelled(&self) -> bool {
        self.counter.cancelled()
    }
}

impl Count for Weighted<'_> {
    fn advance(&self, amount: u64) {
        self.counter.advance(amount.saturating_mul(self.weight));
    }
}
