//! The notebook's search: which perplexity, eps and min_samples give the best score; or, of other
//! methods, which values along the axis of the map and the two of the clusters.
//!
//! The best of many settings looks good by chance too: on structureless data the notebook's grid
//! finds scores as low as those it was proud of. A result here is a place to look, no evidence;
//! [`crate::null`] asks how often chance does as well.

mod error;
mod survey;

pub use error::SearchError;
pub(super) use survey::{Found, best_of_each};

use crate::clustering::Cell;
use crate::clustering::ClusteringParams;
use crate::clustering::plane::check_axes;
use crate::measures::{DISTANCES_LIMIT, Measure, Scorer, Scores};
use crate::monitor::{Count, Monitor, check};
use crate::projection::{Frame, ProjectionInput, ProjectionParams, Watch};
use crate::settings::Value;
use crate::standardize;
use ndarray::{Array2, ArrayView2};
use rayon::prelude::*;
use std::ops::RangeInclusive;
use survey::Survey;

/// Settings of one search, at most: a hundred times the notebook's.
const MAX_SETTINGS: u64 = 5_000_000;

/// Iterations between two words on how far a map is.
const TOLD_EVERY: usize = 20;

/// A grid of settings, and what makes a result admissible.
#[derive(Debug, Clone, PartialEq)]
pub struct SearchParams {
    /// How the maps are made, in 2 components; its own value along its axis is not used.
    pub projection: ProjectionParams,
    /// The values along that axis, such as perplexities. Those that so few samples do not allow have
    /// no result. A method without an axis has one value here, which means nothing.
    pub along: Vec<f64>,
    /// How they are clustered, standardised; its own values of its two axes are not used.
    pub clustering: ClusteringParams,
    /// The values of these two, such as eps and min_samples.
    pub axes: [Vec<f64>; 2],
    /// The numbers of clusters that are admissible, both ends included.
    pub clusters: RangeInclusive<usize>,
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
        Self::of(ProjectionParams::default(), ClusteringParams::default())
    }

    /// The notebook's grid, or what comes near it with other methods.
    pub fn of(projection: ProjectionParams, clustering: ClusteringParams) -> Self {
        Self {
            along: projection.method().along,
            projection,
            axes: clustering.method().grid,
            clustering,
            clusters: 3..=8,
            rank_by: Measure::Balance,
        }
    }

    /// The name of what the search goes along from map to map; the method's own where there is one
    /// map alone.
    pub fn axis(&self) -> &'static str {
        self.projection.method().axis.unwrap_or("method")
    }

    /// Sets the values of one of the three parameters that the search goes along; whether it is one.
    pub fn set_values(&mut self, key: &str, values: Vec<f64>) -> bool {
        let [first, second] = self.clustering.axes();
        let place = if self.projection.method().axis == Some(key) {
            &mut self.along
        } else if key == first {
            &mut self.axes[0]
        } else if key == second {
            &mut self.axes[1]
        } else {
            return false;
        };
        *place = values;
        true
    }

    /// "perplexity, eps and min_samples".
    pub fn axes_in_words(&self) -> String {
        let [first, second] = self.clustering.axes();
        match self.projection.method().axis {
            Some(axis) => format!("give {axis}, {first} or {second}"),
            None => format!("give {first} or {second}"),
        }
    }

    /// The number of settings.
    pub fn n_settings(&self) -> u64 {
        let [first, second] = &self.axes;
        let lengths = [self.along.len(), first.len(), second.len()];
        let product = |product: u64, length| product.saturating_mul(length as u64);
        lengths.into_iter().fold(1, product)
    }

    /// Checks all ranges that do not depend on the data; only checked parameters run.
    ///
    /// # Errors
    /// [`SearchError`], naming the first parameter out of range and the range.
    pub fn check(self) -> Result<CheckedSearch, SearchError> {
        let [first, second] = self.clustering.axes();
        for (name, length) in [
            (self.axis(), self.along.len()),
            (first, self.axes[0].len()),
            (second, self.axes[1].len()),
        ] {
            if length == 0 {
                return Err(SearchError::NoValues { name });
            }
        }
        let n_settings = self.n_settings();
        if n_settings > MAX_SETTINGS {
            let name = self.axis();
            return Err(SearchError::TooMany { n_settings, name });
        }
        if self.clusters.is_empty() {
            let (min, max) = (*self.clusters.start(), *self.clusters.end());
            return Err(SearchError::Clusters { min, max });
        }
        let n_components = self.projection.n_components();
        if n_components != 2 {
            return Err(SearchError::NComponents { n_components });
        }
        let axis = self.projection.method().axis;
        let values = self.projection.values().into_iter();
        let spec = values
            .map(|(spec, _)| spec)
            .find(|spec| axis == Some(spec.key));
        for &along in &self.along {
            // As it is said: a parameter that is a count would take 2.5 for 2.
            spec.map_or(Ok(()), |spec| spec.check(Value::Number(along)))?;
            // Whether so few samples allow it is no error but a result.
            self.projection.at(along).check(usize::MAX)?;
        }
        check_axes(self.clustering, &self.axes)?;
        Ok(CheckedSearch(self))
    }
}

/// What a search found.
#[derive(Debug, Clone, PartialEq)]
pub struct SearchResult {
    /// What the settings are ranked by.
    pub rank_by: Measure,
    /// The best admissible setting of each map that has one, best first: by the measure, then the
    /// value along the axis and those of the clusters.
    pub best: Vec<SearchRow>,
    /// The values along the axis without any admissible setting, and those that so few samples do
    /// not allow, in the order given.
    pub without_result: Vec<f64>,
    /// The best value of the measure at each value along the axis and each of the first of the clusters.
    pub heat_map: HeatMap,
}

/// One setting and what it finds.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SearchRow {
    /// The value along the axis of the map, such as its perplexity.
    pub along: f64,
    /// What is found on it.
    pub cell: Cell,
    /// The scores beside the notebook's, on the standardised map.
    pub scores: Scores,
    /// Whether maps degenerate there: of t-SNE above a perplexity of (n_samples - 1) / 3.
    pub degenerate: bool,
}

/// Values of the measure over the axis of the maps and the first of the clusters: perplexity and eps.
#[derive(Debug, Clone, PartialEq)]
pub struct HeatMap {
    /// The values along the axis of the maps, in the order given.
    pub along: Vec<f64>,
    /// The values of the clusters' first axis, in the order given.
    pub first: Vec<f64>,
    /// The best value of an admissible setting over the second one, a row per map; `None` without
    /// one.
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
    /// Each map is, to the last bit, the one that [`ProjectionParams::fit`] makes of the same
    /// parameters. The counter hears of one unit per setting. Maps run in parallel. Ranking
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
                Some(found) => Some((found, found.scores(points, (&self.0, scorer), counter)?)),
                None => None,
            };
            let values = survey.best_by_first(0);
            Ok(MapResult { best, values })
        })?;
        Ok(self.collect(maps, features.nrows()))
    }

    /// Surveys each map by `measures` and keeps of it what `keep` makes; `None`
    /// for those that so few samples do not allow. The counter hears of one unit per setting.
    fn surveys<T: Send>(
        &self,
        features: ArrayView2<'_, f32>,
        measures: &[Measure],
        counter: &dyn Count,
        keep: impl Fn(ArrayView2<'_, f64>, &Scorer<'_>, Survey<'_>) -> Result<T, SearchError> + Sync,
    ) -> Result<Vec<Option<T>>, SearchError> {
        let n_samples = features.nrows();
        if n_samples > DISTANCES_LIMIT
            && let Some(&measure) = measures
                .iter()
                .find(|measure| measure.about().needs_distances)
        {
            return Err(SearchError::TooManySamples { measure, n_samples });
        }
        let possible = |&along: &f64| self.0.projection.at(along).check(n_samples).is_ok();
        let Some(input) = self.input(features, possible, counter)? else {
            counter.advance(self.0.n_settings());
            return Ok(self.0.along.iter().map(|_| None).collect());
        };
        let [first, second] = &self.0.axes;
        let n_cells = first.len() * second.len();
        // Laying out a map and looking at all settings on it take about as long.
        let half = n_cells as f64 / 2.0;
        let survey_at = |along: &f64| {
            check(counter)?;
            let kept = if possible(along) {
                let points = self.points(&input, *along, (counter, half))?;
                let scorer = Scorer::new(points.view());
                let params = (&self.0, *along);
                let survey = Survey::new(points.view(), params, measures, &scorer, counter)?;
                Some(keep(points.view(), &scorer, survey)?)
            } else {
                None
            };
            counter.part(half);
            counter.advance(n_cells as u64);
            Ok(kept)
        };
        self.0.along.par_iter().map(survey_at).collect()
    }

    /// What all maps have in common; `None` when none is possible.
    fn input(
        &self,
        features: ArrayView2<'_, f32>,
        possible: impl Fn(&f64) -> bool,
        monitor: &dyn Monitor,
    ) -> Result<Option<ProjectionInput>, SearchError> {
        let along = self.0.along.iter().copied();
        let Some(largest) = along.filter(possible).reduce(f64::max) else {
            return Ok(None);
        };
        let params = self.0.projection.at(largest);
        Ok(Some(params.input(features, monitor)?))
    }

    /// The standardised map, which is so many units of work; the counter hears of them while it forms, since a map of
    /// thousands of images takes seconds.
    fn points(
        &self,
        input: &ProjectionInput,
        along: f64,
        (counter, n_units): (&dyn Count, f64),
    ) -> Result<Array2<f64>, SearchError> {
        let mut told = 0.0;
        let mut on_frame = |frame: Frame| {
            let share = frame.n_iter as f64 / frame.n_iter_max as f64;
            counter.part(n_units * (share - told));
            told = share;
        };
        let watch = Watch {
            monitor: counter,
            frame_every: TOLD_EVERY,
            on_frame: &mut on_frame,
        };
        let map = self.0.projection.at(along).fit_input(input, watch)?;
        counter.part(n_units * (1.0 - told));
        Ok(standardize(map.coordinates.view()))
    }

    fn collect(&self, maps: Vec<Option<MapResult>>, n_samples: usize) -> SearchResult {
        let mut best = Vec::new();
        let mut without_result = Vec::new();
        let mut values = Vec::with_capacity(maps.len());
        for (&along, map) in self.0.along.iter().zip(maps) {
            let (found, row) = match map {
                Some(map) => (map.best, map.values),
                None => (None, vec![None; self.0.axes[0].len()]),
            };
            match found {
                Some(found) => best.push(found),
                None => without_result.push(along),
            }
            values.push(row);
        }
        best.sort_by(|(a, _), (b, _)| a.rank(b));
        let row = |(found, scores): (Found, Scores)| SearchRow {
            along: found.along,
            cell: found.cell,
            scores,
            degenerate: self.0.projection.at(found.along).is_degenerate(n_samples),
        };
        SearchResult {
            rank_by: self.0.rank_by,
            best: best.into_iter().map(row).collect(),
            without_result,
            heat_map: HeatMap {
                along: self.0.along.clone(),
                first: self.0.axes[0].clone(),
                values,
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clustering::dbscan::DbscanParams;
    use crate::projection::umap::UmapParams;

    #[test]
    fn half_a_neighbour_is_refused_on_every_axis() {
        let search = SearchParams::of(
            ProjectionParams::Umap(UmapParams::default()),
            ClusteringParams::Dbscan(DbscanParams::default()),
        );
        for (key, values) in [("n_neighbors", vec![5.0, 7.5]), ("min_samples", vec![2.5])] {
            let mut search = search.clone();
            assert!(search.set_values(key, values));
            let error = search.check().unwrap_err();
            assert_eq!(error.parameter(), Some(key));
            assert!(error.to_string().contains("whole number"), "{error}");
        }
        assert!(search.check().is_ok());
    }
}
