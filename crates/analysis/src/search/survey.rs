//! What one map shows at every setting, and the best of it.

use super::{CheckedSearch, SearchError, SearchParams};
use crate::clustering::ClusteringError;
use crate::clustering::method::{Cell, Visit};
use crate::clustering::plane::{self, Plane};
use crate::measures::{Measure, Scorer, Scores};
use crate::monitor::{Count, Monitor, PartsOf};
use ndarray::ArrayView2;
use std::cmp::Ordering;
use std::collections::HashMap;

/// The values of some measures at every setting on one map.
pub(super) struct Survey<'a> {
    params: &'a SearchParams,
    along: f64,
    measures: &'a [Measure],
    plane: Plane,
    /// A list for each cell, with an entry for each measure; `None` where the cell is not
    /// admissible or the measure undefined.
    values: Vec<Vec<Option<f64>>>,
}

/// A setting that is the best of some by a measure.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Found {
    pub(crate) along: f64,
    pub(crate) cell: Cell,
    pub(crate) value: f64,
    measure: Measure,
}

impl<'a> Survey<'a> {
    /// `points` is the standardised map at the value along the axis in `params`, and `scorer` is theirs.
    pub(super) fn new(
        points: ArrayView2<'_, f64>,
        (params, along): (&'a SearchParams, f64),
        measures: &'a [Measure],
        scorer: &Scorer<'_>,
        monitor: &dyn Monitor,
    ) -> Result<Self, ClusteringError> {
        let plane = plane::compute(points, params.clustering, &params.axes, monitor)?;
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
            let visit = Visit {
                wanted: &admissible,
                take: &mut |index, labels| {
                    let found = known.entry(labels).or_insert_with_key(judge);
                    values[index].clone_from(found);
                },
            };
            plane.visit_labels(points, visit, monitor)?;
        }
        Ok(Self {
            params,
            along,
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

    /// The best value of that measure at each value of the clusters' first axis.
    pub(super) fn best_by_first(&self, measure: usize) -> Vec<Option<f64>> {
        let width = self.params.axes[1].len();
        let best = |row: usize| {
            let best = self
                .found(measure, row * width..(row + 1) * width)
                .min_by(Found::rank);
            best.map(|found| found.value)
        };
        (0..self.params.axes[0].len()).map(best).collect()
    }

    fn found(
        &self,
        measure: usize,
        cells: std::ops::Range<usize>,
    ) -> impl Iterator<Item = Found> + '_ {
        cells.filter_map(move |index| {
            Some(Found {
                along: self.along,
                cell: self.plane.cells[index],
                value: self.values[index][measure]?,
                measure: self.measures[measure],
            })
        })
    }
}

impl Found {
    #[cfg(test)]
    pub(crate) fn new(along: f64, cell: Cell, value: f64, measure: Measure) -> Self {
        Self {
            along,
            cell,
            value,
            measure,
        }
    }

    /// Better values first; equal ones by the values of the settings.
    pub(super) fn rank(&self, other: &Self) -> Ordering {
        let settings = |found: &Self| {
            let [first, second] = found.cell.at;
            [found.measure.cost(found.value), found.along, first, second]
        };
        let pairs = settings(self).into_iter().zip(settings(other));
        let orders = pairs.map(|(one, other)| one.total_cmp(&other));
        orders.fold(Ordering::Equal, Ordering::then)
    }

    /// The scores beside the notebook's, on the map that this was found on.
    pub(super) fn scores(
        &self,
        points: ArrayView2<'_, f64>,
        (params, scorer): (&SearchParams, &Scorer<'_>),
        monitor: &dyn Monitor,
    ) -> Result<Scores, ClusteringError> {
        let found = params.clustering.at(self.cell.at).fit(points, monitor)?;
        Ok(scorer.all(&found.labels))
    }
}

/// The best setting of the whole search by each of the measures. The counter hears of parts of one unit.
pub(crate) fn best_of_each(
    search: &CheckedSearch,
    features: ArrayView2<'_, f32>,
    measures: &[Measure],
    counter: &dyn Count,
) -> Result<Vec<Option<Found>>, SearchError> {
    let parts = PartsOf(counter, search.0.n_settings());
    let maps = search.surveys(features, measures, &parts, |_, _, survey| {
        let best = |measure| survey.best(measure);
        Ok((0..measures.len()).map(best).collect::<Vec<_>>())
    })?;
    let best = |measure: usize| {
        let of_map = |map: &Vec<Option<Found>>| map[measure];
        maps.iter().flatten().filter_map(of_map).min_by(Found::rank)
    };
    Ok((0..measures.len()).map(best).collect())
}
