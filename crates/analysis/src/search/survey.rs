//! What one map shows at every setting, and the best of it.

use super::{CheckedSearch, SearchError, SearchParams};
use crate::clustering::dbscan::{DbscanError, DbscanParams};
use crate::monitor::{Monitor, Silent};
use crate::plane::{self, Cell, Plane};
use crate::scores::{Measure, Scorer, Scores};
use ndarray::ArrayView2;
use std::cmp::Ordering;
use std::collections::HashMap;

/// The values of some measures at every setting on one map.
pub(super) struct Survey<'a> {
    params: &'a SearchParams,
    perplexity: f64,
    measures: &'a [Measure],
    plane: Plane,
    /// A list for each cell, with an entry for each measure; `None` where the cell is not
    /// admissible or the measure undefined.
    values: Vec<Vec<Option<f64>>>,
}

/// A setting that is the best of some by a measure.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Found {
    pub(crate) perplexity: f64,
    pub(crate) cell: Cell,
    pub(crate) value: f64,
    measure: Measure,
}

impl<'a> Survey<'a> {
    /// `points` is the standardised map at the perplexity in `params`, and `scorer` is theirs.
    pub(super) fn new(
        points: ArrayView2<'_, f64>,
        (params, perplexity): (&'a SearchParams, f64),
        measures: &'a [Measure],
        scorer: &Scorer<'_>,
        monitor: &dyn Monitor,
    ) -> Result<Self, DbscanError> {
        let plane = plane::compute(points, &params.eps, &params.min_samples, monitor)?;
        let admissible = |cell: &Cell| params.clusters.contains(&cell.n_clusters);
        let by_size = |cell: &Cell| {
            let value = (admissible(cell)).then_some(cell.score as f64);
            let of = |measure: &Measure| value.filter(|_| *measure == Measure::Balance);
            measures.iter().map(of).collect()
        };
        let mut values: Vec<Vec<Option<f64>>> = plane.cells.iter().map(by_size).collect();
        // The notebook's score is known without the labels.
        if measures.iter().any(|measure| *measure != Measure::Balance) {
            let mut known = HashMap::new();
            let judge = |labels: &Vec<Option<u32>>| -> Vec<Option<f64>> {
                let of = |measure: &Measure| scorer.measure(*measure, labels);
                measures.iter().map(of).collect()
            };
            let visit = &mut |index: usize, labels: Vec<Option<u32>>| {
                let found = known.entry(labels).or_insert_with_key(judge);
                values[index].clone_from(found);
            };
            plane::visit_labels(points, &plane, &admissible, visit, monitor)?;
        }
        Ok(Self {
            params,
            perplexity,
            measures,
            plane,
            values,
        })
    }

    /// The best setting by the measure of this index.
    pub(super) fn best(&self, measure: usize) -> Option<Found> {
        self.found(measure, 0..self.plane.cells.len())
            .min_by(Found::rank)
    }

    /// The best value of that measure at each eps.
    pub(super) fn best_by_eps(&self, measure: usize) -> Vec<Option<f64>> {
        let width = self.params.min_samples.len();
        let best = |row: usize| {
            let best = self
                .found(measure, row * width..(row + 1) * width)
                .min_by(Found::rank);
            best.map(|found| found.value)
        };
        (0..self.params.eps.len()).map(best).collect()
    }

    fn found(
        &self,
        measure: usize,
        cells: std::ops::Range<usize>,
    ) -> impl Iterator<Item = Found> + '_ {
        cells.filter_map(move |index| {
            Some(Found {
                perplexity: self.perplexity,
                cell: self.plane.cells[index],
                value: self.values[index][measure]?,
                measure: self.measures[measure],
            })
        })
    }
}

impl Found {
    #[cfg(test)]
    pub(crate) fn new(perplexity: f64, cell: Cell, value: f64, measure: Measure) -> Self {
        Self {
            perplexity,
            cell,
            value,
            measure,
        }
    }

    /// Better values first; equal ones by perplexity, eps, min_samples.
    pub(super) fn rank(&self, other: &Self) -> Ordering {
        let key = |found: &Self| {
            let cell = found.cell;
            let settings = (found.perplexity, cell.eps, cell.min_samples);
            (found.measure.cost(found.value), settings)
        };
        let ((cost, (perplexity, eps, min_samples)), other) = (key(self), key(other));
        cost.total_cmp(&other.0)
            .then(perplexity.total_cmp(&other.1.0))
            .then(eps.total_cmp(&other.1.1))
            .then(min_samples.cmp(&other.1.2))
    }

    /// The scores beside the notebook's, on the map that this was found on.
    pub(super) fn scores(
        &self,
        points: ArrayView2<'_, f64>,
        scorer: &Scorer<'_>,
        monitor: &dyn Monitor,
    ) -> Result<Scores, DbscanError> {
        let params = DbscanParams {
            eps: self.cell.eps,
            min_samples: self.cell.min_samples,
        };
        let labels = params.check()?.fit(points, monitor)?.labels;
        Ok(scorer.all(&labels))
    }
}

/// The best setting of the whole search by each of the measures.
pub(crate) fn best_of_each(
    search: &CheckedSearch,
    features: ArrayView2<'_, f32>,
    measures: &[Measure],
    monitor: &dyn Monitor,
) -> Result<Vec<Option<Found>>, SearchError> {
    let maps = search.surveys(features, measures, &Silent(monitor), |_, _, survey| {
        let best = |measure| survey.best(measure);
        Ok((0..measures.len()).map(best).collect::<Vec<_>>())
    })?;
    let best = |measure: usize| {
        let of_map = |map: &Vec<Option<Found>>| map[measure];
        maps.iter().flatten().filter_map(of_map).min_by(Found::rank)
    };
    Ok((0..measures.len()).map(best).collect())
}
