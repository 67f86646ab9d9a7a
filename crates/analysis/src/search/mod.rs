//! The notebook's search: which perplexity, eps and min_samples give the best score.
//!
//! The best of many settings looks good by chance too: on structureless data the notebook's grid
//! finds scores as low as those it was proud of. A result here is a place to look, no evidence;
//! [`crate::null`] asks how often chance does as well.

mod error;
mod survey;

pub use error::SearchError;
pub(super) use survey::{Found, best_of_each};

use crate::arange;
use crate::clustering::dbscan::DbscanParams;
use crate::monitor::{Count, Monitor, check};
use crate::plane::Cell;
use crate::projection::Watch;
use crate::projection::tsne::{CheckedTsne, TsneInput, TsneParams, is_degenerate};
use crate::scores::{DISTANCES_LIMIT, Measure, Scorer, Scores};
use crate::standardize;
use ndarray::{Array2, ArrayView2};
use rayon::prelude::*;
use std::ops::RangeInclusive;
use survey::Survey;

/// Settings of one search, at most: a hundred times the notebook's.
const MAX_SETTINGS: u64 = 5_000_000;

/// A grid of settings, and what makes a result admissible.
#[derive(Debug, Clone, PartialEq)]
pub struct SearchParams {
    /// The perplexities, each ≥ 1. Those not below the number of samples have no result.
    pub perplexities: Vec<f64>,
    /// The radii of DBSCAN on the standardised map, each > 0.
    pub eps: Vec<f64>,
    /// The values of min_samples, each ≥ 1.
    pub min_samples: Vec<usize>,
    /// The numbers of clusters that are admissible, both ends included.
    pub clusters: RangeInclusive<usize>,
    /// All other parameters of the maps, which must have 2 components; its perplexity is not used.
    pub tsne: TsneParams,
    /// What settings are ranked by, on the standardised map.
    pub rank_by: Measure,
}

/// Parameters that are in range.
#[derive(Debug, Clone, PartialEq)]
pub struct CheckedSearch(SearchParams);

impl SearchParams {
    /// The notebook's grid: perplexities 1 to 179, eps 0.1 to 1.9, min_samples 5 to 19, 3 to 8
    /// clusters; 51,015 settings, ranked by its own score.
    pub fn notebook() -> Self {
        Self {
            perplexities: arange(1.0, 180.0, 1.0),
            eps: arange(0.1, 2.0, 0.1),
            min_samples: (5..20).collect(),
            clusters: 3..=8,
            tsne: TsneParams::default(),
            rank_by: Measure::Balance,
        }
    }

    /// The number of settings.
    pub fn n_settings(&self) -> u64 {
        [
            self.perplexities.len(),
            self.eps.len(),
            self.min_samples.len(),
        ]
        .into_iter()
        .fold(1, |product: u64, length| {
            product.saturating_mul(length as u64)
        })
    }

    /// Checks all ranges that do not depend on the data; only checked parameters run.
    ///
    /// # Errors
    /// [`SearchError`], naming the first parameter out of range and the range.
    pub fn check(self) -> Result<CheckedSearch, SearchError> {
        for (name, length) in [
            ("perplexity", self.perplexities.len()),
            ("eps", self.eps.len()),
            ("min_samples", self.min_samples.len()),
        ] {
            if length == 0 {
                return Err(SearchError::NoValues { name });
            }
        }
        let n_settings = self.n_settings();
        if n_settings > MAX_SETTINGS {
            return Err(SearchError::TooMany { n_settings });
        }
        if self.clusters.is_empty() {
            let (min, max) = (*self.clusters.start(), *self.clusters.end());
            return Err(SearchError::Clusters { min, max });
        }
        if self.tsne.n_components != 2 {
            return Err(SearchError::NComponents {
                n_components: self.tsne.n_components,
            });
        }
        for &perplexity in &self.perplexities {
            // Whether it is below the number of samples is no error but a result.
            TsneParams {
                perplexity,
                ..self.tsne
            }
            .check(usize::MAX)?;
        }
        for &eps in &self.eps {
            DbscanParams {
                eps,
                min_samples: 1,
            }
            .check()?;
        }
        for &min_samples in &self.min_samples {
            DbscanParams {
                eps: 1.0,
                min_samples,
            }
            .check()?;
        }
        Ok(CheckedSearch(self))
    }
}

/// What a search found.
#[derive(Debug, Clone, PartialEq)]
pub struct SearchResult {
    /// What the settings are ranked by.
    pub rank_by: Measure,
    /// The best admissible setting of each perplexity that has one, best first: by the measure,
    /// then perplexity, eps, min_samples.
    pub best: Vec<SearchRow>,
    /// The perplexities without any admissible setting, and those that are not below the number of
    /// samples, in the order given.
    pub without_result: Vec<f64>,
    /// The best value of the measure at each perplexity and eps.
    pub heat_map: HeatMap,
}

/// One setting and what it finds.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SearchRow {
    /// The perplexity of the map.
    pub perplexity: f64,
    /// What DBSCAN finds on it.
    pub cell: Cell,
    /// The scores beside the notebook's, on the standardised map.
    pub scores: Scores,
    /// Whether the perplexity is above (n_samples - 1) / 3, where maps degenerate towards a ball.
    pub degenerate: bool,
}

/// Values of the measure over perplexity and eps.
#[derive(Debug, Clone, PartialEq)]
pub struct HeatMap {
    /// The perplexities, in the order given.
    pub perplexities: Vec<f64>,
    /// The radii, in the order given.
    pub eps: Vec<f64>,
    /// The best value of an admissible setting over min_samples, a row per perplexity; `None`
    /// without one.
    pub values: Vec<Vec<Option<f64>>>,
}

/// What one map contributes to the result.
struct MapResult {
    best: Option<(Found, Scores)>,
    values: Vec<Option<f64>>,
}

impl CheckedSearch {
    /// The parameters as given.
    pub fn params(&self) -> &SearchParams {
        &self.0
    }

    /// Searches the settings on `features`, `(n_samples, n_features)`.
    ///
    /// Each map is, to the last bit, the one that [`CheckedTsne::fit`] makes of the same
    /// parameters. The counter hears of one unit per setting. Perplexities run in parallel. Ranking
    /// by another measure than the notebook's computes it once for each different admissible
    /// clustering of a map.
    ///
    /// # Errors
    /// [`SearchError`] when the features are not finite, have no principal components to start
    /// from, a map runs away, the measure needs all distances of more than [`DISTANCES_LIMIT`]
    /// samples, or the monitor cancels.
    pub fn run(
        &self,
        features: ArrayView2<'_, f32>,
        counter: &dyn Count,
    ) -> Result<SearchResult, SearchError> {
        let measures = [self.0.rank_by];
        let maps = self.surveys(features, &measures, counter, |points, scorer, survey| {
            let best = match survey.best(0) {
                Some(found) => Some((found, found.scores(points, scorer, counter)?)),
                None => None,
            };
            let values = survey.best_by_eps(0);
            Ok(MapResult { best, values })
        })?;
        Ok(self.collect(maps, features.nrows()))
    }

    /// Surveys the map of each perplexity by `measures` and keeps of it what `keep` makes; `None`
    /// for those that are not below the number of samples. The counter hears of one unit per setting.
    fn surveys<T: Send>(
        &self,
        features: ArrayView2<'_, f32>,
        measures: &[Measure],
        counter: &dyn Count,
        keep: impl Fn(ArrayView2<'_, f64>, &Scorer<'_>, Survey<'_>) -> Result<T, SearchError> + Sync,
    ) -> Result<Vec<Option<T>>, SearchError> {
        let n_samples = features.nrows();
        if n_samples > DISTANCES_LIMIT
            && let Some(&measure) = measures.iter().find(|measure| measure.needs_distances())
        {
            return Err(SearchError::TooManySamples { measure, n_samples });
        }
        let possible = |&perplexity: &f64| perplexity < n_samples as f64;
        let Some(input) = self.input(features, possible, counter)? else {
            counter.advance(self.0.n_settings());
            return Ok(self.0.perplexities.iter().map(|_| None).collect());
        };
        let survey_at = |perplexity: &f64| {
            check(counter)?;
            let kept = if possible(perplexity) {
                let points = self.points(&input, *perplexity, n_samples, counter)?;
                let scorer = Scorer::new(points.view());
                let params = (&self.0, *perplexity);
                let survey = Survey::new(points.view(), params, measures, &scorer, counter)?;
                Some(keep(points.view(), &scorer, survey)?)
            } else {
                None
            };
            counter.advance((self.0.eps.len() * self.0.min_samples.len()) as u64);
            Ok(kept)
        };
        self.0.perplexities.par_iter().map(survey_at).collect()
    }

    /// What all maps have in common; `None` when no perplexity is possible.
    fn input(
        &self,
        features: ArrayView2<'_, f32>,
        possible: impl Fn(&f64) -> bool,
        monitor: &dyn Monitor,
    ) -> Result<Option<TsneInput>, SearchError> {
        let perplexities = self.0.perplexities.iter().copied();
        let largest = perplexities.filter(possible).reduce(f64::max);
        Ok(match largest {
            Some(perplexity) if features.nrows() >= 2 => {
                let params = TsneParams {
                    perplexity,
                    ..self.0.tsne
                };
                Some(TsneInput::new(features, &params, monitor)?)
            }
            _ => None,
        })
    }

    /// The standardised map.
    fn points(
        &self,
        input: &TsneInput,
        perplexity: f64,
        n_samples: usize,
        monitor: &dyn Monitor,
    ) -> Result<Array2<f64>, SearchError> {
        let watch = Watch {
            monitor,
            frame_every: 0,
            on_frame: &mut |_| {},
        };
        let checked: CheckedTsne = TsneParams {
            perplexity,
            ..self.0.tsne
        }
        .check(n_samples)?;
        let map = checked.fit_input(input, watch)?.coordinates;
        Ok(standardize(map.view()))
    }

    fn collect(&self, maps: Vec<Option<MapResult>>, n_samples: usize) -> SearchResult {
        let mut best = Vec::new();
        let mut without_result = Vec::new();
        let mut values = Vec::with_capacity(maps.len());
        for (&perplexity, map) in self.0.perplexities.iter().zip(maps) {
            let (found, row) = match map {
                Some(map) => (map.best, map.values),
                None => (None, vec![None; self.0.eps.len()]),
            };
            match found {
                Some(found) => best.push(found),
                None => without_result.push(perplexity),
            }
            values.push(row);
        }
        best.sort_by(|(a, _), (b, _)| a.rank(b));
        let row = |(found, scores): (Found, Scores)| SearchRow {
            perplexity: found.perplexity,
            cell: found.cell,
            scores,
            degenerate: is_degenerate(found.perplexity, n_samples),
        };
        SearchResult {
            rank_by: self.0.rank_by,
            best: best.into_iter().map(row).collect(),
            without_result,
            heat_map: HeatMap {
                perplexities: self.0.perplexities.clone(),
                eps: self.0.eps.clone(),
                values,
            },
        }
    }
}
