//! Is what is found at one setting more than chance gives there? The same setting on cohorts without
//! clusters.
//!
//! A single map hangs on the last digits of its features, so that each cohort, the observed one
//! included, is laid out several times with features that differ by rounding, and measured by the
//! mean. The observed cohort is laid out more often, since the answer must not hang on which maps those
//! were; of a surrogate that averages out over the others. Its mean is of the same size as theirs and
//! scatters less, which makes the comparison a little cautious. How far it still hangs on its maps is
//! told by its standard error, and an answer that this or the number of surrogates could turn round is
//! none ([`ChanceTest::is_beyond`]).

use super::NullError;
use super::aspect::{ASPECTS, Aspect, Averaged, N_JUDGED, Standing, Values};
use super::joint::adjusted;
use crate::association::LEVEL;
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

/// Maps of each surrogate, where maps hang on rounding at all.
const MAPS: u64 = 3;

/// And of the observed cohort, as many as there are surrogates, and no more than this.
const OBSERVED_MAPS: u64 = 400;

/// A notebook's score of so much per image is as bad as no groups at all.
const MOST_UNEVEN: f64 = 2.0;

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

    /// How the observed cohort does, over as many maps as there are surrogates of a kind, or 400.
    ///
    /// # Errors
    /// [`NullError`] when a map fails, or the monitor cancels.
    pub fn observed(&self, n_surrogates: u64, counter: &dyn Count) -> Result<Averaged, NullError> {
        let cohort = CohortOf::Images(n_surrogates);
        let observed = self.measured(self.features.view(), cohort, counter)?;
        counter.advance(1);
        Ok(observed)
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
        self.each(numbers, counter, |features, cohort| {
            Ok(self.measured(features, cohort, counter)?.mean)
        })
    }

    /// What `of` says of the surrogates of these numbers, of each kind; it gets their features and which
    /// they are.
    pub(super) fn each<T: Clone + Send>(
        &self,
        numbers: Range<u64>,
        counter: &dyn Count,
        of: impl Fn(ArrayView2<'_, f32>, CohortOf) -> Result<T, NullError> + Sync,
    ) -> Result<Vec<Vec<T>>, NullError> {
        let one = |number| {
            let of_kind = |kind: &Surrogates| {
                check(counter)?;
                let features = kind.draw(self.params.seed, number);
                of(features.view(), CohortOf::Surrogate(number))
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

    fn measured(
        &self,
        features: ArrayView2<'_, f32>,
        cohort: CohortOf,
        monitor: &dyn Monitor,
    ) -> Result<Averaged, NullError> {
        let clustering = self.params.clustering;
        let of_map = |points: ArrayView2<'_, f64>| {
            let found = clustering.fit(points, monitor)?;
            Ok(vec![measured(&Scorer::new(points), &found.labels)])
        };
        let mut observed = self.over_maps(features, cohort, &of_map, monitor)?;
        // One setting, one cohort.
        Ok(observed.remove(0))
    }

    /// What `of_map` gives for each of its settings, over a few maps.
    pub(super) fn over_maps(
        &self,
        features: ArrayView2<'_, f32>,
        cohort: CohortOf,
        of_map: &OfMap<'_>,
        monitor: &dyn Monitor,
    ) -> Result<Vec<Averaged>, NullError> {
        let ChanceParams {
            projection, seed, ..
        } = self.params;
        let (first, n_maps) = match cohort {
            CohortOf::Images(n_surrogates) => (0, n_surrogates.clamp(MAPS, OBSERVED_MAPS)),
            CohortOf::Surrogate(number) => (OBSERVED_MAPS + number * MAPS, MAPS),
        };
        // Without a start that is drawn there is nothing for rounding to grow in.
        let n_maps = projection.reseeded(0).map_or(1, |_| n_maps);
        let of_one = |map: u64| {
            let mut random = Random::nth(!seed, first + map);
            let features = rounded(features, &mut random);
            let map = projection.fit(features.view(), Watch::unseen(monitor))?;
            of_map(standardize(map.coordinates.view()).view())
        };
        let maps: Vec<Vec<Values>> = (0..n_maps)
            .into_par_iter()
            .map(of_one)
            .collect::<Result<_, NullError>>()?;
        let of_setting = |setting| Averaged::of(maps.iter().map(|found| found[setting]));
        Ok((0..maps.first().map_or(0, Vec::len))
            .map(of_setting)
            .collect())
    }
}

/// Which cohort is laid out.
#[derive(Debug, Clone, Copy)]
pub(super) enum CohortOf {
    /// The observed one, to be held against so many surrogates.
    Images(u64),
    /// The surrogate of this number.
    Surrogate(u64),
}

/// What is found on a map, at each of its settings.
pub(super) type OfMap<'a> =
    dyn Fn(ArrayView2<'_, f64>) -> Result<Vec<Values>, NullError> + Sync + 'a;

/// What each aspect is of one map; without groups the worst that it can be, which is -1, lest a single map settle
/// the mean of many.
pub(super) fn measured(scorer: &Scorer<'_>, labels: &[Option<u32>]) -> Values {
    let n_clustered = labels.iter().flatten().count();
    let n_images = labels.len().max(1) as f64;
    let clustered = n_clustered as f64 / n_images;
    // Two groups at least, or neither is a question.
    let (separated, even) = match scorer.measure(Measure::Silhouette, labels) {
        // One in no group counts 0, as one that is alone does: few groups far apart in much noise are
        // what chance has as well.
        Some(silhouette) => {
            let uneven = balance(labels) as f64 / n_images;
            (silhouette * clustered, -(uneven / MOST_UNEVEN).min(1.0))
        }
        None => (-1.0, -1.0),
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
    /// The least and the most that it may be with other maps of the observed cohort.
    pub p_range: [f64; 2],
    /// Surrogates of each kind.
    pub n_surrogates: usize,
}

/// Where so large a share of all surrogates does as well, they do as well.
const AS_WELL: f64 = 0.1;

/// Standard errors to either side of what is held possible.
const WIDTH: f64 = 2.0;

impl ChanceTest {
    /// Whether more is found than chance gives: the share of all possible surrogates that do as well is below
    /// [`LEVEL`] by an interval (Wilson 1927) about the share of those that were made, and so it is with other maps of
    /// the observed cohort; or, for `false`, above a tenth. `None` where more surrogates may tell, or it's a close call.
    pub fn is_beyond(&self) -> Option<bool> {
        let [least, most] = self.p_range;
        let [low, _] = interval(least, self.n_surrogates);
        let [_, high] = interval(most, self.n_surrogates);
        match (low, high) {
            (_, high) if high <= LEVEL => Some(true),
            (low, _) if low >= AS_WELL => Some(false),
            _ => None,
        }
    }
}

/// Where the share of all surrogates that do as well may be, by a p of so many.
fn interval(p: f64, n_surrogates: usize) -> [f64; 2] {
    let n = n_surrogates as f64;
    let n_as_good = (p * (1.0 + n) - 1.0).clamp(0.0, n);
    let square = WIDTH * WIDTH;
    let spread = n_as_good * (1.0 - n_as_good / n.max(1.0)) + square / 4.0;
    let (centre, half) = (n_as_good + square / 2.0, WIDTH * spread.sqrt());
    [centre - half, centre + half].map(|count| count / (n + square))
}

/// Compares the observed cohort with surrogates of each kind, by each of [`ASPECTS`], of which the largest
/// p of the kinds counts.
pub fn compare(observed: &Averaged, kinds: &[&[Standing]]) -> ChanceTest {
    let together = |observed: &Standing| -> Vec<[Option<f64>; N_JUDGED]> {
        let of_kind = |surrogates: &&[Standing]| {
            let surrogates: Vec<&[Standing]> = surrogates.chunks(1).collect();
            adjusted(&[*observed], &surrogates)
        };
        kinds.iter().flat_map(of_kind).collect()
    };
    let of_kind =
        |kind: &[Option<f64>; N_JUDGED]| kind.iter().flatten().copied().fold(1.0, f64::min);
    let p_of = |joint: &[[Option<f64>; N_JUDGED]]| {
        joint.iter().map(of_kind).reduce(f64::max).unwrap_or(1.0)
    };
    let Averaged { mean, .. } = observed;
    let test = |index: usize, surrogates: &[Standing]| {
        let value = mean.0[index];
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
    let joint = together(mean);
    let largest = |index: usize| {
        let tests = kinds.iter().map(|surrogates| test(index, surrogates));
        let largest = tests.reduce(|a, b| if b.p_value > a.p_value { b } else { a });
        let of_kinds = || joint.iter().map(|kind| kind[index].unwrap_or(1.0));
        AspectTest {
            adjusted: (index < N_JUDGED).then(|| of_kinds().fold(0.0, f64::max)),
            ..largest.unwrap_or_else(|| test(index, &[]))
        }
    };
    ChanceTest {
        aspects: (0..ASPECTS.len()).map(largest).collect(),
        p_value: p_of(&joint),
        p_range: [WIDTH, -WIDTH].map(|errors| p_of(&together(&observed.moved(errors)))),
        n_surrogates: kinds.iter().map(|kind| kind.len()).min().unwrap_or(0),
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

    /// Against surrogates of each kind, of a cohort whose maps are all alike.
    fn against(observed: Standing, kinds: &[&[Standing]]) -> ChanceTest {
        let error = Standing([0.0; ASPECTS.len()]);
        let mean = observed;
        compare(&Averaged { mean, error }, kinds)
    }

    #[test]
    fn what_another_map_or_another_surrogate_would_turn_round_is_not_told() {
        let of = |value: u32| Standing([f64::from(value), 0.0, 0.0, 0.0]);
        let by = |n_as_good: u32, n: u32| {
            let surrogates: Vec<Standing> = (0..n).map(of).collect();
            against(of(n - n_as_good), &[&surrogates]).is_beyond()
        };
        assert_eq!((by(0, 19), by(4, 19), by(5, 19)), (None, None, Some(false)));
        assert_eq!((by(0, 99), by(1, 99)), (Some(true), None));
        assert_eq!((by(15, 99), by(16, 99)), (None, Some(false)));
        assert_eq!((by(36, 999), by(37, 999)), (Some(true), None));
        assert_eq!((by(118, 999), by(119, 999)), (None, Some(false)));
        let surrogates: Vec<Standing> = (0..99).map(of).collect();
        let with_error = |value: u32, error: f64| {
            let (mean, error) = (of(value), Standing([error, 0.0, 0.0, 0.0]));
            compare(&Averaged { mean, error }, &[&surrogates])
        };
        assert_eq!(with_error(102, 1.0).is_beyond(), Some(true));
        let found = with_error(102, 5.0);
        assert_eq!((found.p_value, found.p_range), (0.01, [0.01, 0.08]));
        assert_eq!(found.is_beyond(), None);
        assert_eq!(with_error(50, 1.0).is_beyond(), Some(false));
        assert_eq!(with_error(50, 30.0).is_beyond(), None);
        assert_eq!(against(of(1), &[]).is_beyond(), None);
    }

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
            ..
        } = against(of([99, 99, 99]), &[&worse, &same]);
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
        let tests = against(of([96, 50, 0]), &[&apart]).aspects;
        assert_eq!(p(&tests)[0], 0.04);
        let costly = adjusted(&tests)[0].unwrap();
        assert!((0.09..=0.15).contains(&costly), "{costly}");
    }

    #[test]
    fn each_kind_may_be_exceeded_in_another_way() {
        let of = |[a, b]: [u32; 2]| Standing([f64::from(a), f64::from(b), 0.0, 0.0]);
        let one: Vec<Standing> = (0..99).map(|i| of([i, 99])).collect();
        let other: Vec<Standing> = (0..99).map(|i| of([99, i])).collect();
        let test = against(of([99, 99]), &[&one, &other]);
        assert!(
            test.aspects.iter().all(|test| test.p_value > 0.9),
            "{test:?}"
        );
        assert!(test.p_value <= 0.02, "{test:?}");
        // One kind that does as well is enough for chance.
        let test = against(of([99, 99]), &[&one, &vec![of([99, 99]); 99]]);
        assert_eq!(test.p_value, 1.0);
    }
}
