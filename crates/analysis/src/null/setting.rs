//! Is what is found at one setting more than chance gives there? The same setting on cohorts without
//! clusters.
//!
//! A single map hangs on the last digits of its features, so that each cohort, the observed one
//! included, is laid out several times with features that differ by rounding, and measured by the
//! mean. What is done to the observed cohort is done to every surrogate, so that the comparison is as
//! valid as the surrogates are.

use super::NullError;
use super::aspect::{ASPECTS, Aspect, N_JUDGED, Standing, Values};
use super::joint::adjusted;
use crate::clustering::{ClusteringError, ClusteringParams};
use crate::ensemble::rounded;
use crate::measures::{Measure, Scorer, balance};
use crate::monitor::{Count, Monitor, check};
use crate::patients;
use crate::projection::{ProjectionError, ProjectionParams, Watch};
use crate::random::Random;
use crate::standardize;
use crate::surrogate::{SurrogateKind, Surrogates};
use ndarray::{Array2, ArrayView2, Axis};
use rayon::prelude::*;
use std::ops::Range;

/// Maps of each cohort, where maps hang on rounding at all.
const MAPS: u64 = 3;

/// Images that are compared, at most: of larger cohorts patients are drawn.
const LIMIT: usize = 500;

/// One setting, and the cohorts to compare it with.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ChanceParams {
    /// How the maps are made.
    pub projection: ProjectionParams,
    /// How they are clustered.
    pub clustering: ClusteringParams,
    /// The seed of the surrogates and of the rounding.
    pub seed: u64,
}

/// Lays out surrogate cohorts at one setting.
pub struct Chance {
    pub(super) params: ChanceParams,
    pub(super) features: Array2<f32>,
    kinds: Vec<Surrogates>,
    /// The share of the cohort that is laid out.
    pub(super) share: f64,
}

impl Chance {
    /// For `features`, `(n_samples, n_features)`, with the patient of each image, against surrogates of
    /// each of `kinds`. Of more than 500
    /// images patients are drawn, and what counts images in the parameters is scaled with them.
    ///
    /// # Errors
    /// [`NullError`] when there are no surrogates of these images, or the monitor cancels.
    pub fn new(
        params: ChanceParams,
        features: ArrayView2<'_, f32>,
        groups: &[usize],
        kinds: &[SurrogateKind],
        monitor: &dyn Monitor,
    ) -> Result<Self, NullError> {
        let images = patients::drawn(groups, params.seed, |n| n <= LIMIT);
        let drawn = features.select(Axis(0), &images);
        let groups: Vec<usize> = images.iter().map(|&image| groups[image]).collect();
        let prepare = |&kind| Surrogates::new(drawn.view(), &groups, kind, monitor);
        let kinds = kinds.iter().map(prepare).collect::<Result<_, _>>()?;
        let share = images.len() as f64 / features.nrows().max(1) as f64;
        let mut params = params;
        if share < 1.0 {
            params.clustering = params.clustering.scaled(share);
        }
        params.projection = params.projection.scaled(share).within(images.len());
        Ok(Self {
            params,
            features: drawn,
            kinds,
            share,
        })
    }

    /// Images that are laid out.
    pub fn n_images(&self) -> usize {
        self.features.nrows()
    }

    /// How the observed cohort does.
    ///
    /// # Errors
    /// [`NullError`] when a map fails, or the monitor cancels.
    pub fn observed(&self, counter: &dyn Count) -> Result<Standing, NullError> {
        let standing = self.standing(self.features.view(), 0, counter)?;
        counter.advance(1);
        Ok(standing)
    }

    /// How the surrogates of these numbers do, from 0, of each kind: each depends on the seed and its own
    /// number alone, so that more can be asked for later. The counter hears of one unit per number.
    ///
    /// # Errors
    /// As [`Chance::observed`].
    pub fn surrogates(
        &self,
        numbers: Range<u64>,
        counter: &dyn Count,
    ) -> Result<Vec<Vec<Standing>>, NullError> {
        self.each(numbers, counter, |features, number| {
            self.standing(features, number, counter)
        })
    }

    /// What `of` says of the surrogates of these numbers, of each kind; it gets their features and the
    /// number of the cohort, the observed one being 0.
    pub(super) fn each<T: Clone + Send>(
        &self,
        numbers: Range<u64>,
        counter: &dyn Count,
        of: impl Fn(ArrayView2<'_, f32>, u64) -> Result<T, NullError> + Sync,
    ) -> Result<Vec<Vec<T>>, NullError> {
        let one = |number| {
            let of_kind = |kind: &Surrogates| {
                check(counter)?;
                let features = kind.draw(self.params.seed, number);
                of(features.view(), 1 + number)
            };
            let found: Vec<T> = self
                .kinds
                .iter()
                .map(of_kind)
                .collect::<Result<_, NullError>>()?;
            counter.advance(1);
            Ok(found)
        };
        let numbers: Vec<Vec<T>> = numbers
            .into_par_iter()
            .map(one)
            .collect::<Result<_, NullError>>()?;
        let of_kind = |kind: usize| numbers.iter().map(|found| found[kind].clone()).collect();
        Ok((0..self.kinds.len()).map(of_kind).collect())
    }

    fn standing(
        &self,
        features: ArrayView2<'_, f32>,
        number: u64,
        monitor: &dyn Monitor,
    ) -> Result<Standing, NullError> {
        let clustering = self.params.clustering;
        let of_map = |points: ArrayView2<'_, f64>| {
            let found = clustering.fit(points, monitor)?;
            Ok(vec![measured(&Scorer::new(points), &found.labels)])
        };
        let mut standings = self.over_maps(features, number, &of_map, monitor)?;
        // One setting, one standing.
        Ok(standings.remove(0))
    }

    /// The mean over a few maps of what `of_map` gives for each of its settings.
    pub(super) fn over_maps(
        &self,
        features: ArrayView2<'_, f32>,
        number: u64,
        of_map: &OfMap<'_>,
        monitor: &dyn Monitor,
    ) -> Result<Vec<Standing>, NullError> {
        let ChanceParams {
            projection, seed, ..
        } = self.params;
        // Without a start that is drawn there is nothing for rounding to grow in.
        let n_maps = projection.reseeded(0).map_or(1, |_| MAPS);
        let mut standings: Vec<Standing> = Vec::new();
        for map in 0..n_maps {
            let mut random = Random::nth(!seed, number * MAPS + map);
            let features = rounded(features, &mut random);
            let map = projection.fit(features.view(), Watch::unseen(monitor))?;
            let found = of_map(standardize(map.coordinates.view()).view())?;
            standings.resize(found.len(), Standing([0.0; ASPECTS.len()]));
            for (Standing(sums), values) in standings.iter_mut().zip(found) {
                for (sum, value) in sums.iter_mut().zip(values) {
                    *sum += value / n_maps as f64;
                }
            }
        }
        Ok(standings)
    }
}

/// What is found on a map, at each of its settings.
pub(super) type OfMap<'a> = dyn Fn(ArrayView2<'_, f64>) -> Result<Vec<Values>, NullError> + 'a;

/// What each aspect is of one map; without groups the worst that it can be.
pub(super) fn measured(scorer: &Scorer<'_>, labels: &[Option<u32>]) -> Values {
    let n_clustered = labels.iter().flatten().count();
    let n_images = labels.len().max(1) as f64;
    let clustered = n_clustered as f64 / n_images;
    // Two groups at least, or neither is a question.
    let (separated, even) = match scorer.measure(Measure::Silhouette, labels) {
        // One in no group counts 0, as one that is alone does: few groups far apart in much noise are
        // what chance has as well.
        Some(silhouette) => (silhouette * clustered, -(balance(labels) as f64) / n_images),
        None => (-1.0, -n_images),
    };
    let dense = scorer.measure(Measure::Dbcv, labels).unwrap_or(-1.0);
    [dense, separated, even, clustered]
}

/// One aspect of the observed cohort among the surrogates.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct AspectTest {
    /// Which it is.
    pub aspect: Aspect,
    /// Its value, more being better.
    pub observed: f64,
    /// The median of the surrogates.
    pub by_chance: f64,
    /// Surrogates that do as well or better.
    pub n_as_good: usize,
    /// (1 + these) / (1 + surrogates).
    pub p_value: f64,
    /// The same held against having asked three questions at once (Westfall and Young 1993); `None` for
    /// what is not judged.
    pub adjusted: Option<f64>,
}

/// The observed cohort against surrogates of each kind.
#[derive(Debug, Clone, PartialEq)]
pub struct ChanceTest {
    /// One of each of [`ASPECTS`], in their order.
    pub aspects: Vec<AspectTest>,
    /// The p of all that is judged: of each kind the least adjusted one, and of the kinds the largest,
    /// since groups that any kind has as well are no more than chance (an intersection-union test, Berger
    /// 1982). Not every kind need be exceeded in the same way.
    pub p_value: f64,
}

/// Compares the observed cohort with surrogates of each kind, by each of [`ASPECTS`], of which the largest
/// p of the kinds counts.
pub fn compare(observed: &Standing, kinds: &[&[Standing]]) -> ChanceTest {
    let test = |index: usize, surrogates: &[Standing]| {
        let value = observed.0[index];
        let mut values: Vec<f64> = surrogates
            .iter()
            .map(|standing| standing.0[index])
            .collect();
        values.sort_unstable_by(f64::total_cmp);
        let n_as_good = values
            .iter()
            .filter(|&&other| other >= value - 1e-12)
            .count();
        AspectTest {
            aspect: ASPECTS[index],
            observed: value,
            by_chance: values.get(values.len() / 2).copied().unwrap_or(value),
            n_as_good,
            p_value: (1 + n_as_good) as f64 / (1 + values.len()) as f64,
            adjusted: None,
        }
    };
    let joint: Vec<[Option<f64>; N_JUDGED]> = kinds
        .iter()
        .flat_map(|surrogates| {
            let surrogates: Vec<&[Standing]> = surrogates.chunks(1).collect();
            adjusted(&[*observed], &surrogates)
        })
        .collect();
    let largest = |index: usize| {
        let tests = kinds.iter().map(|surrogates| test(index, surrogates));
        let largest = tests.reduce(|a, b| if b.p_value > a.p_value { b } else { a });
        let of_kinds = || joint.iter().map(|kind| kind[index].unwrap_or(1.0));
        AspectTest {
            adjusted: (index < N_JUDGED).then(|| of_kinds().fold(0.0, f64::max)),
            ..largest.unwrap_or_else(|| test(index, &[]))
        }
    };
    let of_kind =
        |kind: &[Option<f64>; N_JUDGED]| kind.iter().flatten().copied().fold(1.0, f64::min);
    ChanceTest {
        aspects: (0..ASPECTS.len()).map(largest).collect(),
        p_value: joint.iter().map(of_kind).reduce(f64::max).unwrap_or(1.0),
    }
}

impl From<ProjectionError> for NullError {
    fn from(error: ProjectionError) -> Self {
        match error {
            ProjectionError::Cancelled(cancelled) => Self::Cancelled(cancelled),
            other => Self::Projection(other),
        }
    }
}

impl From<ClusteringError> for NullError {
    fn from(error: ClusteringError) -> Self {
        match error {
            ClusteringError::Cancelled(cancelled) => Self::Cancelled(cancelled),
            other => Self::Clustering(other),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_questions_cost_what_they_do_not_share() {
        let of = |values: [u32; 3]| {
            let [a, b, c] = values.map(f64::from);
            Standing([a, b, c, 0.0])
        };
        // Three questions with one answer are one question.
        let same: Vec<Standing> = (0..99).map(|i| of([i, i, i])).collect();
        let worse = vec![of([0, 0, 0]); 99];
        let ChanceTest {
            aspects: tests,
            p_value,
        } = compare(&of([99, 99, 99]), &[&worse, &same]);
        assert_eq!(p_value, 0.01);
        let p =
            |tests: &[AspectTest]| -> Vec<f64> { tests.iter().map(|test| test.p_value).collect() };
        let adjusted = |tests: &[AspectTest]| -> Vec<Option<f64>> {
            tests.iter().map(|test| test.adjusted).collect()
        };
        assert_eq!(p(&tests), [0.01, 0.01, 0.01, 1.0]);
        assert_eq!(adjusted(&tests), [Some(0.01), Some(0.01), Some(0.01), None]);
        // Three that have nothing to do with each other cost three times as much, about.
        let apart: Vec<Standing> = (0..99)
            .map(|i| of([i, (37 * i) % 99, (61 * i) % 99]))
            .collect();
        let tests = compare(&of([96, 50, 0]), &[&apart]).aspects;
        assert_eq!(p(&tests)[0], 0.04);
        let costly = adjusted(&tests)[0].unwrap();
        assert!((0.09..=0.15).contains(&costly), "{costly}");
    }

    #[test]
    fn each_kind_may_be_exceeded_in_another_way() {
        let of = |[a, b]: [u32; 2]| Standing([f64::from(a), f64::from(b), 0.0, 0.0]);
        let one: Vec<Standing> = (0..99).map(|i| of([i, 99])).collect();
        let other: Vec<Standing> = (0..99).map(|i| of([99, i])).collect();
        let test = compare(&of([99, 99]), &[&one, &other]);
        assert!(
            test.aspects.iter().all(|test| test.p_value > 0.9),
            "{test:?}"
        );
        assert!(test.p_value <= 0.02, "{test:?}");
        // One kind that does as well is enough for chance.
        let test = compare(&of([99, 99]), &[&one, &vec![of([99, 99]); 99]]);
        assert_eq!(test.p_value, 1.0);
    }
}
