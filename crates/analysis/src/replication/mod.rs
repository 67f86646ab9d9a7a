//! Does what a column has to do with the groups hold in patients that did not make them?
//!
//! Half of the patients make the map and its clusters; each image of the others is given the cluster
//! of the core image that is nearest to it by its features, and the column is tested there alone. Groups
//! that a hand drew are taken as it drew them in one half, and handed on in the same way. One
//! split hangs on its draw, so it is repeated, and the p of all splits are combined by a bound that
//! holds whatever they have to do with each other (Meinshausen, Meier and Bühlmann 2009).

use crate::association::{CheckedAssociation, NotTestable, Values};
use crate::clustering::ClusteringParams;
use crate::ensemble::EnsembleError;
use crate::monitor::{Count, check};
use crate::patients;
use crate::projection::{ProjectionParams, Watch};
use crate::random::Random;
use crate::standardize;
use ndarray::{ArrayView2, Axis};
use rayon::prelude::*;
use std::collections::BTreeSet;

/// Images that are split, at most: of larger cohorts patients are drawn.
const LIMIT: usize = 2000;

/// The least share of splits that may decide.
const LEAST_SHARE: f64 = 0.05;

/// Where the groups come from.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Made<'a> {
    /// From a map of the half that makes them; what counts images in the clustering is scaled with
    /// its share of them.
    ByMap(ProjectionParams, ClusteringParams),
    /// From a hand that drew them among all images, one entry for each: of the others an image is
    /// where the nearest of the half that makes them is, which may be in no group.
    ByHand(&'a [Option<u32>]),
}

/// Which splits are made, and of what.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ReplicationParams<'a> {
    /// Where the groups come from.
    pub made: Made<'a>,
    /// Splits of the patients.
    pub n_splits: usize,
    /// The seed of the splits.
    pub random_state: u64,
}

/// One column in patients that did not make the groups.
#[derive(Debug, Clone, PartialEq)]
pub struct Replication {
    /// The p of each split; where the column cannot be tested, 1.
    pub p_values: Vec<f64>,
    /// Splits in which the column could be tested.
    pub n_tested: usize,
    /// All of them combined.
    pub p_value: f64,
    /// The mean effect in the splits in which it could be tested.
    pub effect: f64,
    /// Why no split could be tested.
    pub reason: Option<NotTestable>,
    /// Images that were split.
    pub n_images: usize,
}

/// The values of some images.
enum OfSome {
    Categories(Vec<Option<u32>>),
    Numbers(Vec<Option<f64>>),
}

impl OfSome {
    fn new(values: &Values<'_>, images: &[usize]) -> Self {
        match values {
            Values::Categories(codes) => {
                Self::Categories(images.iter().map(|&image| codes[image]).collect())
            }
            Values::Numbers(numbers) => {
                Self::Numbers(images.iter().map(|&image| numbers[image]).collect())
            }
        }
    }

    fn as_values(&self) -> Values<'_> {
        match self {
            Self::Categories(codes) => Values::Categories(codes),
            Self::Numbers(numbers) => Values::Numbers(numbers),
        }
    }
}

/// The p and the effect of one column in one split.
type Outcome = Result<(f64, f64), NotTestable>;

/// Replicates each of `columns`; the counter hears of one unit per split. Of more than 2,000 images
/// patients are drawn, and what counts images in the parameters is scaled with them.
///
/// # Errors
/// [`EnsembleError`] when half of the patients are too few for a map, a map fails, or the monitor
/// cancels.
///
/// # Panics
/// When the arrays are not equally long.
pub fn replicate(
    params: &ReplicationParams<'_>,
    (features, groups): (ArrayView2<'_, f32>, &[usize]),
    columns: &[Values<'_>],
    test: &CheckedAssociation,
    counter: &dyn Count,
) -> Result<Vec<Replication>, EnsembleError> {
    let images = patients::drawn(groups, params.random_state, |n| n <= LIMIT);
    let patients: BTreeSet<usize> = images.iter().map(|&image| groups[image]).collect();
    let patients: Vec<usize> = patients.into_iter().collect();
    let split = |number: u64| -> Result<Vec<Outcome>, EnsembleError> {
        check(counter)?;
        let mut drawn = patients.clone();
        Random::nth(params.random_state, number).shuffle(&mut drawn);
        drawn.truncate(patients.len() / 2);
        drawn.sort_unstable();
        let makes = |image: &usize| drawn.binary_search(&groups[*image]).is_ok();
        let (makers, others): (Vec<usize>, Vec<usize>) = images.iter().copied().partition(makes);
        let share = images.len() as f64 / groups.len().max(1) as f64;
        let known = params.made.known(features, (&makers, share), counter)?;
        let group = |&image: &usize| nearest(features, image, &known);
        let labels: Vec<Option<u32>> = others.iter().map(group).collect();
        // The others alone: who made the groups is in none, and that is no noise.
        let of_others = |values: &Values<'_>| OfSome::new(values, &others);
        let columns: Vec<OfSome> = columns.iter().map(of_others).collect();
        let columns: Vec<Values<'_>> = columns.iter().map(OfSome::as_values).collect();
        let groups: Vec<usize> = others.iter().map(|&image| groups[image]).collect();
        let tested = test.columns(&labels, &groups, (&columns, None), None, counter)?;
        counter.advance(1);
        let outcomes = tested.columns.into_iter().map(|column| column.outcome);
        let numbers = outcomes.map(|outcome| outcome.map(|found| (found.p_value, found.effect)));
        Ok(numbers.collect())
    };
    let splits = (0..params.n_splits as u64).into_par_iter().map(split);
    let splits: Vec<_> = splits.collect::<Result<_, _>>()?;
    let replication = |column: usize| {
        let outcomes = || splits.iter().map(|split| &split[column]);
        let p_values: Vec<f64> = outcomes()
            .map(|outcome| outcome.map_or(1.0, |(p_value, _)| p_value))
            .collect();
        let effects: Vec<f64> = outcomes().flatten().map(|&(_, effect)| effect).collect();
        let n_tested = effects.len();
        Replication {
            p_value: combined(&p_values),
            effect: effects.iter().sum::<f64>() / n_tested.max(1) as f64,
            reason: outcomes()
                .find_map(|outcome| outcome.as_ref().err().copied())
                .filter(|_| n_tested == 0),
            n_tested,
            p_values,
            n_images: images.len(),
        }
    };
    Ok((0..columns.len()).map(replication).collect())
}

impl Made<'_> {
    /// The images of `makers` that others are like, and the group of each: core images of clusters, or
    /// whatever a hand has looked at. The makers are half of a `drawn` share of all images.
    fn known(
        &self,
        features: ArrayView2<'_, f32>,
        (makers, drawn): (&[usize], f64),
        counter: &dyn Count,
    ) -> Result<Vec<(usize, Option<u32>)>, EnsembleError> {
        let (projection, clustering) = match self {
            Self::ByMap(projection, clustering) => (projection, clustering),
            Self::ByHand(labels) => {
                return Ok(makers.iter().map(|&image| (image, labels[image])).collect());
            }
        };
        let n_samples = makers.len();
        if n_samples <= projection.n_components() {
            return Err(EnsembleError::TooFew { n_samples });
        }
        let made = features.select(Axis(0), makers);
        let map = projection.scaled(drawn).within(n_samples);
        let map = map.fit(made.view(), Watch::unseen(counter))?;
        let share = n_samples as f64 / features.nrows() as f64;
        let points = standardize(map.coordinates.view());
        let found = clustering.scaled(share).fit(points.view(), counter)?;
        let cores = (0..n_samples).filter(|&place| found.core[place]);
        Ok(cores
            .map(|place| (makers[place], found.labels[place]))
            .collect())
    }
}

/// The group of the known image that is nearest by its features.
fn nearest(
    features: ArrayView2<'_, f32>,
    image: usize,
    known: &[(usize, Option<u32>)],
) -> Option<u32> {
    let own = features.row(image);
    let distance = |other: usize| -> f64 {
        let pairs = own.iter().zip(features.row(other));
        pairs.map(|(a, b)| f64::from(a - b).powi(2)).sum()
    };
    let nearest = known.iter().map(|&(other, group)| (distance(other), group));
    nearest.min_by(|a, b| a.0.total_cmp(&b.0))?.1
}

/// Meinshausen, Meier and Bühlmann's (2009, eq. 2.3) p of many splits: the smallest, over the shares γ
/// from 0.05 up, of the γ-quantile of p / γ, times 1 - log 0.05 for having looked at all of them.
pub fn combined(p_values: &[f64]) -> f64 {
    let mut sorted = p_values.to_vec();
    sorted.sort_unstable_by(f64::total_cmp);
    let n = sorted.len();
    let first = ((LEAST_SHARE * n as f64).ceil() as usize).max(1);
    let of_share = |rank: usize| sorted[rank - 1] * n as f64 / rank as f64;
    let least = (first..=n).map(of_share).fold(1.0, f64::min);
    (least * (1.0 - LEAST_SHARE.ln())).min(1.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::association::{AssociationParams, Noise};
    use crate::clustering::dbscan::DbscanParams;

    /// Three groups of patients with two images each, and a column that goes with them.
    fn planted(n_patients: usize) -> (ndarray::Array2<f32>, Vec<usize>, Vec<Option<u32>>) {
        let mut random = Random::new(7);
        let groups: Vec<usize> = (0..2 * n_patients).map(|image| image / 2).collect();
        let features = ndarray::Array2::from_shape_fn((2 * n_patients, 4), |(image, feature)| {
            let centre = if groups[image] % 3 == feature {
                9.0
            } else {
                0.0
            };
            (centre + random.normal()) as f32
        });
        let column = groups.iter().map(|&patient| Some((patient % 3) as u32));
        (features, groups.clone(), column.collect())
    }

    fn replicated(n_patients: usize, noise: Noise) -> Replication {
        let (features, groups, column) = planted(n_patients);
        let clustering = ClusteringParams::Dbscan(DbscanParams {
            eps: 0.5,
            min_samples: 5,
        });
        let params = ReplicationParams {
            made: Made::ByMap(ProjectionParams::default().at(10.0), clustering),
            n_splits: 4,
            random_state: 1,
        };
        let test = AssociationParams {
            noise,
            n_permutations: 99,
            seed: 1,
        };
        let cohort = (features.view(), &groups[..]);
        let columns = [Values::Categories(&column)];
        let mut found = replicate(&params, cohort, &columns, &test.check().unwrap(), &()).unwrap();
        found.remove(0)
    }

    #[test]
    fn who_made_the_groups_is_not_noise_of_the_others() {
        let [without, with] =
            [Noise::LeftOut, Noise::OneMoreCluster].map(|noise| replicated(40, noise));
        assert_eq!(with, without, "each of the others is in a group");
        assert!(without.effect > 0.9, "{without:?}");
    }

    #[test]
    fn of_many_images_patients_are_drawn() {
        let found = replicated(1200, Noise::LeftOut);
        assert_eq!(found.n_images, 2000);
        assert!(found.effect > 0.9 && found.p_value < 0.1, "{found:?}");
        assert_eq!(replicated(40, Noise::LeftOut).n_images, 80);
    }

    #[test]
    fn splits_are_combined_as_the_paper_has_it() {
        assert_eq!(combined(&[1.0; 20]), 1.0);
        let factor = 1.0 - 0.05_f64.ln();
        // All equal: the largest share decides.
        assert!((combined(&[0.001; 20]) - 0.001 * factor).abs() < 1e-12);
        // One alone of twenty decides only as a twentieth.
        let mut one = [1.0; 20];
        one[7] = 0.0001;
        assert!((combined(&one) - 0.0001 * 20.0 * factor).abs() < 1e-12);
    }
}
