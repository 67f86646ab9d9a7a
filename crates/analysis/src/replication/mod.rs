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
use crate::projection::{ProjectionParams, Watch};
use crate::random::Random;
use crate::standardize;
use ndarray::{ArrayView2, Axis};
use rayon::prelude::*;
use std::collections::BTreeSet;

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
}

/// The p and the effect of one column in one split.
type Outcome = Result<(f64, f64), NotTestable>;

/// Replicates each of `columns`; the counter hears of one unit per split.
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
    let patients: BTreeSet<usize> = groups.iter().copied().collect();
    let patients: Vec<usize> = patients.into_iter().collect();
    let split = |number: u64| -> Result<Vec<Outcome>, EnsembleError> {
        check(counter)?;
        let mut drawn = patients.clone();
        Random::nth(params.random_state, number).shuffle(&mut drawn);
        drawn.truncate(patients.len() / 2);
        drawn.sort_unstable();
        let makes = |image: &usize| drawn.binary_search(&groups[*image]).is_ok();
        let (makers, others): (Vec<usize>, Vec<usize>) = (0..groups.len()).partition(makes);
        let known = params.made.known(features, &makers, counter)?;
        let mut labels = vec![None; groups.len()];
        for &image in &others {
            labels[image] = nearest(features, image, &known);
        }
        let tested = test.columns(&labels, groups, (columns, None), None, counter)?;
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
        }
    };
    Ok((0..columns.len()).map(replication).collect())
}

impl Made<'_> {
    /// The images of `makers` that others are like, and the group of each: core images of clusters, or
    /// whatever a hand has looked at.
    fn known(
        &self,
        features: ArrayView2<'_, f32>,
        makers: &[usize],
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
        let map = projection.within(n_samples);
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
