//! Is what is found anywhere on the plane of a map's settings more than chance gives there? Every
//! setting of the plane on cohorts without clusters, and the best of all of them.

use super::NullError;
use super::aspect::{Standing, Values};
use super::joint::adjusted;
use super::setting::{Chance, CohortOf, measured};
use crate::clustering::method::Visit;
use crate::clustering::{Cell, plane};
use crate::ensemble::scaled_axes;
use crate::measures::Scorer;
use crate::monitor::{Count, Monitor};
use ndarray::ArrayView2;
use std::collections::BTreeMap;
use std::ops::Range;

/// How a cohort does at every setting of the plane, in the order of [`plane::compute`].
pub type PlaneStanding = Vec<Standing>;

/// The plane against chance.
#[derive(Debug, Clone, PartialEq)]
pub struct PlaneTest {
    /// Of each setting, the share of cohorts whose best setting anywhere on the plane is as far above
    /// chance as this one (Westfall and Young 1993), by the aspect that does best; `None` where no
    /// cohort has clusters.
    pub adjusted: Vec<Option<f64>>,
    /// The setting with the least, the first of equal ones.
    pub best: Option<usize>,
    /// Its p: of having looked at the whole plane, in three ways; 1 without clusters.
    pub p_value: f64,
}

impl Chance {
    /// How the observed cohort does at every pair of values of the clustering's axes, over as many maps as there are
    /// surrogates of a kind.
    ///
    /// # Errors
    /// As [`Chance::observed`].
    pub fn observed_plane(
        &self,
        axes: &[Vec<f64>; 2],
        n_surrogates: u64,
        counter: &dyn Count,
    ) -> Result<PlaneStanding, NullError> {
        let cohort = CohortOf::Images(n_surrogates);
        let standing = self.plane(self.features.view(), cohort, axes, counter)?;
        counter.advance(1);
        Ok(standing)
    }

    /// The same of the surrogates of these numbers, of each kind.
    ///
    /// # Errors
    /// As [`Chance::observed`].
    pub fn surrogate_planes(
        &self,
        axes: &[Vec<f64>; 2],
        numbers: Range<u64>,
        counter: &dyn Count,
    ) -> Result<Vec<Vec<PlaneStanding>>, NullError> {
        self.each(numbers, counter, |features, cohort| {
            self.plane(features, cohort, axes, counter)
        })
    }

    fn plane(
        &self,
        features: ArrayView2<'_, f32>,
        cohort: CohortOf,
        axes: &[Vec<f64>; 2],
        monitor: &dyn Monitor,
    ) -> Result<PlaneStanding, NullError> {
        let clustering = self.params.clustering;
        let axes = scaled_axes(&clustering, axes, self.share);
        let of_map = |points: ArrayView2<'_, f64>| {
            let plane = plane::compute(points, clustering, &axes, monitor)?;
            let scorer = Scorer::new(points);
            // One group is as bad as none.
            let none = measured(&scorer, &vec![None; points.nrows()]);
            let mut found: Vec<Values> = vec![none; plane.cells.len()];
            // Neighbouring settings often have the same clusters.
            let mut known: BTreeMap<Vec<Option<u32>>, Values> = BTreeMap::new();
            let visit = Visit {
                wanted: &|cell: &Cell| cell.n_clusters > 1,
                take: &mut |index, labels| {
                    let values = known.entry(labels);
                    found[index] = *values.or_insert_with_key(|labels| measured(&scorer, labels));
                },
            };
            plane.visit_labels(points, visit, monitor)?;
            Ok(found)
        };
        let found = self.over_maps(features, cohort, &of_map, monitor)?;
        Ok(found.iter().map(|of_setting| of_setting.mean).collect())
    }
}

/// Compares the plane of the observed cohort with those of surrogates of each kind: what any kind has
/// as well is no more than chance, so that the largest p counts.
pub fn compare_planes(observed: &PlaneStanding, kinds: &[&[PlaneStanding]]) -> PlaneTest {
    let tests: Vec<Vec<Option<f64>>> = kinds
        .iter()
        .map(|surrogates| against(observed, surrogates))
        .collect();
    let larger = |a: Option<f64>, b: Option<f64>| Some(a?.max(b?));
    let of_cell = |cell: usize| {
        let all = tests.iter().map(|test| test[cell]);
        all.reduce(larger).flatten()
    };
    let adjusted: Vec<Option<f64>> = (0..observed.len()).map(of_cell).collect();
    let mut best: Option<(usize, f64)> = None;
    for (cell, p_value) in adjusted.iter().enumerate() {
        if let Some(p_value) = *p_value
            && best.is_none_or(|(_, least)| p_value < least)
        {
            best = Some((cell, p_value));
        }
    }
    PlaneTest {
        adjusted,
        best: best.map(|(cell, _)| cell),
        p_value: best.map_or(1.0, |(_, p_value)| p_value),
    }
}

/// The adjusted p of each cell against surrogates of one kind, by the aspect that does best.
fn against(observed: &PlaneStanding, surrogates: &[PlaneStanding]) -> Vec<Option<f64>> {
    let surrogates: Vec<&[Standing]> = surrogates.iter().map(Vec::as_slice).collect();
    let adjusted = adjusted(observed, &surrogates).into_iter();
    adjusted
        .map(|aspects| aspects.into_iter().flatten().reduce(f64::min))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn standing(values: [f64; 2]) -> PlaneStanding {
        values
            .map(|value| Standing([value, 0.0, 0.0, 0.5]))
            .to_vec()
    }

    #[test]
    fn the_best_of_the_plane_is_held_against_the_best_of_others() {
        let surrogates: Vec<PlaneStanding> = (0..99)
            .map(|i| standing([f64::from(i % 10), f64::from(i % 7)]))
            .collect();
        let found = compare_planes(&standing([30.0, 3.0]), &[&surrogates]);
        assert_eq!((found.best, found.p_value), (Some(0), 0.01));
        assert!(found.adjusted[1].unwrap() > 0.5);
        let as_good: Vec<PlaneStanding> = (0..99)
            .map(|i| standing([f64::from(i % 40), 0.0]))
            .collect();
        let found = compare_planes(&standing([30.0, 0.0]), &[&surrogates, &as_good]);
        assert!(found.p_value > 0.2, "the kind that does better counts");
        let none = standing([-1.0, -1.0]);
        let found = compare_planes(&none, &[&vec![none.clone(); 19]]);
        assert_eq!((found.best, found.p_value), (None, 1.0));
    }
}
