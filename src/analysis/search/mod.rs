//! The notebook's search: which perplexity, eps and min_samples give the best score.
//!
//! The best of many settings looks good by chance too: on structureless data the notebook's grid
//! finds scores as low as those it was proud of. A result here is a place to look, no evidence.

use super::arange;
use super::dbscan::{DbscanError, DbscanParams};
use super::monitor::{Cancelled, Monitor, Silent, check};
use super::plane::{self, Cell, Plane};
use super::standardize;
use super::tsne::{CheckedTsne, TsneError, TsneInput, TsneParams, Watch, is_degenerate};
use ndarray::ArrayView2;
use rayon::prelude::*;
use std::ops::RangeInclusive;

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
}

/// Parameters that are in range.
#[derive(Debug, Clone, PartialEq)]
pub struct CheckedSearch(SearchParams);

impl SearchParams {
    /// The notebook's grid: perplexities 1 to 179, eps 0.1 to 1.9, min_samples 5 to 19, 3 to 8
    /// clusters; 51,015 settings.
    pub fn notebook() -> Self {
        Self {
            perplexities: arange(1.0, 180.0, 1.0),
            eps: arange(0.1, 2.0, 0.1),
            min_samples: (5..20).collect(),
            clusters: 3..=8,
            tsne: TsneParams::default(),
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
    /// The best admissible setting of each perplexity that has one, best first: by score, then
    /// perplexity, eps, min_samples.
    pub best: Vec<SearchRow>,
    /// The perplexities without any admissible setting, and those that are not below the number of
    /// samples, in the order given.
    pub without_result: Vec<f64>,
    /// The best admissible score at each perplexity and eps.
    pub heat_map: HeatMap,
}

/// One setting and what it finds.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SearchRow {
    /// The perplexity of the map.
    pub perplexity: f64,
    /// What DBSCAN finds on it.
    pub cell: Cell,
    /// Whether the perplexity is above (n_samples - 1) / 3, where maps degenerate towards a ball.
    pub degenerate: bool,
}

/// Scores over perplexity and eps.
#[derive(Debug, Clone, PartialEq)]
pub struct HeatMap {
    /// The perplexities, in the order given.
    pub perplexities: Vec<f64>,
    /// The radii, in the order given.
    pub eps: Vec<f64>,
    /// The best admissible score over min_samples, a row per perplexity; `None` without one.
    pub scores: Vec<Vec<Option<u64>>>,
}

impl CheckedSearch {
    /// The parameters as given.
    pub fn params(&self) -> &SearchParams {
        &self.0
    }

    /// Searches the settings on `features`, `(n_samples, n_features)`.
    ///
    /// Each map is, to the last bit, the one that [`CheckedTsne::fit`] makes of the same
    /// parameters. The monitor hears of one unit per setting. Perplexities run in parallel.
    ///
    /// # Errors
    /// [`SearchError`] when the features are not finite, have no principal components to start
    /// from, a map runs away, or the monitor cancels.
    pub fn run(
        &self,
        features: ArrayView2<'_, f32>,
        monitor: &dyn Monitor,
    ) -> Result<SearchResult, SearchError> {
        let n_samples = features.nrows();
        let possible = |&perplexity: &f64| perplexity < n_samples as f64;
        let largest = self
            .0
            .perplexities
            .iter()
            .copied()
            .filter(possible)
            .reduce(f64::max);
        let input = match largest {
            Some(perplexity) if n_samples >= 2 => {
                let params = TsneParams {
                    perplexity,
                    ..self.0.tsne
                };
                Some(TsneInput::new(features, &params, monitor)?)
            }
            _ => None,
        };
        let n_settings = (self.0.eps.len() * self.0.min_samples.len()) as u64;
        let plane_at = |perplexity: &f64| {
            check(monitor)?;
            let plane = match &input {
                Some(input) if possible(perplexity) => {
                    Some(self.plane(input, *perplexity, n_samples, monitor)?)
                }
                _ => None,
            };
            monitor.advance(n_settings);
            Ok(plane)
        };
        let planes: Vec<Option<Plane>> = self
            .0
            .perplexities
            .par_iter()
            .map(plane_at)
            .collect::<Result<_, SearchError>>()?;
        Ok(self.collect(&planes, n_samples))
    }

    fn plane(
        &self,
        input: &TsneInput,
        perplexity: f64,
        n_samples: usize,
        monitor: &dyn Monitor,
    ) -> Result<Plane, SearchError> {
        let silent = Silent(monitor);
        let watch = Watch {
            monitor: &silent,
            frame_every: 0,
            on_frame: &mut |_| {},
        };
        let checked: CheckedTsne = TsneParams {
            perplexity,
            ..self.0.tsne
        }
        .check(n_samples)?;
        let map = checked.fit_input(input, watch)?.coordinates;
        let points = standardize(map.view());
        Ok(plane::compute(
            points.view(),
            &self.0.eps,
            &self.0.min_samples,
            &silent,
        )?)
    }

    fn collect(&self, planes: &[Option<Plane>], n_samples: usize) -> SearchResult {
        let admissible = |cell: &&Cell| self.0.clusters.contains(&cell.n_clusters);
        let mut best = Vec::new();
        let mut without_result = Vec::new();
        let mut scores = Vec::with_capacity(planes.len());
        for (&perplexity, plane) in self.0.perplexities.iter().zip(planes) {
            let cells = plane.as_ref().map_or(&[][..], |plane| &plane.cells);
            match cells.iter().filter(admissible).min_by(|a, b| rank(a, b)) {
                Some(&cell) => {
                    let degenerate = is_degenerate(perplexity, n_samples);
                    best.push(SearchRow {
                        perplexity,
                        cell,
                        degenerate,
                    });
                }
                None => without_result.push(perplexity),
            }
            let best_of = |row: &[Cell]| row.iter().filter(admissible).map(|cell| cell.score).min();
            let mut row: Vec<_> = cells
                .chunks(self.0.min_samples.len())
                .map(best_of)
                .collect();
            row.resize(self.0.eps.len(), None);
            scores.push(row);
        }
        best.sort_by(|a, b| {
            let scores = a.cell.score.cmp(&b.cell.score);
            scores
                .then(a.perplexity.total_cmp(&b.perplexity))
                .then(rank(&a.cell, &b.cell))
        });
        let (perplexities, eps) = (self.0.perplexities.clone(), self.0.eps.clone());
        SearchResult {
            best,
            without_result,
            heat_map: HeatMap {
                perplexities,
                eps,
                scores,
            },
        }
    }
}

/// Lower scores first; equal ones by eps, then min_samples.
fn rank(a: &Cell, b: &Cell) -> std::cmp::Ordering {
    let scores = a.score.cmp(&b.score);
    scores
        .then(a.eps.total_cmp(&b.eps))
        .then(a.min_samples.cmp(&b.min_samples))
}

/// Why there is no result.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum SearchError {
    /// An axis of the grid is empty.
    #[error("there is no value of {name} to search; give at least one")]
    NoValues {
        /// The parameter.
        name: &'static str,
    },
    /// A plane of a million cells for each perplexity would be a slip of the keyboard.
    #[error("{n_settings} settings are too many; search at most 5000000")]
    TooMany {
        /// The settings asked for.
        n_settings: u64,
    },
    /// No number of clusters is admissible.
    #[error("no number of clusters is from {min} to {max}; set the smaller one first")]
    Clusters {
        /// The smallest admissible number.
        min: usize,
        /// The largest admissible number.
        max: usize,
    },
    /// The search is over plane maps, as the notebook's.
    #[error("the search is over maps of 2 components, not {n_components}; set n_components to 2")]
    NComponents {
        /// What was asked for.
        n_components: usize,
    },
    /// A parameter of the maps, or the features, are at fault.
    #[error(transparent)]
    Tsne(TsneError),
    /// A parameter of DBSCAN is out of range.
    #[error(transparent)]
    Dbscan(DbscanError),
    /// The monitor asked to stop.
    #[error(transparent)]
    Cancelled(#[from] Cancelled),
}

impl From<TsneError> for SearchError {
    fn from(error: TsneError) -> Self {
        match error {
            TsneError::Cancelled(cancelled) => Self::Cancelled(cancelled),
            other => Self::Tsne(other),
        }
    }
}

impl From<DbscanError> for SearchError {
    fn from(error: DbscanError) -> Self {
        match error {
            DbscanError::Cancelled(cancelled) => Self::Cancelled(cancelled),
            other => Self::Dbscan(other),
        }
    }
}
