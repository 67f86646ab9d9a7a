//! Many clusterings of the same images: those that are alike are scored once, all by the same
//! permutations.

use super::CheckedAssociation;
use super::exchange::Exchange;
use super::sample::Sample;
use super::statistic::{Scorer, Scratch};
use crate::monitor::{Cancelled, Monitor};
use std::collections::BTreeMap;

/// Settings whose clusters differ, those without two clusters left out.
#[derive(Debug, Default)]
pub(super) struct Distinct {
    pub(super) scorers: Vec<Scorer>,
    /// The first setting that is like it.
    pub(super) firsts: Vec<usize>,
    /// Settings that are like it.
    pub(super) times: Vec<f64>,
    /// Which of them each setting is.
    pub(super) places: Vec<Option<usize>>,
}

impl CheckedAssociation {
    /// The clusterings in `labelings`, which have a label for each image.
    pub(super) fn distinct_settings<L: AsRef<[Option<u32>]>>(
        &self,
        labelings: &[L],
        sample: &Sample,
        exchange: &Exchange,
    ) -> Distinct {
        let mut places = BTreeMap::new();
        let mut distinct = Distinct::default();
        for (index, labels) in labelings.iter().enumerate() {
            let (clusters, n_clusters) = sample.numbered(&self.clusters(labels.as_ref()));
            if n_clusters < 2 {
                distinct.places.push(None);
                continue;
            }
            let place = *places.entry(clusters).or_insert_with_key(|clusters| {
                let scorer = Scorer::new(sample, exchange, clusters, n_clusters);
                distinct.scorers.push(scorer);
                distinct.firsts.push(index);
                distinct.times.push(0.0);
                distinct.scorers.len() - 1
            });
            distinct.times[place] += 1.0;
            distinct.places.push(Some(place));
        }
        distinct
    }
}

/// The statistics of all `scorers`: a row per arrangement, the observed one first, and a column per
/// scorer. `permutations` are their number and their seed.
pub(super) fn rows(
    scorers: &[&Scorer],
    exchange: &Exchange,
    permutations: (usize, u64),
    monitor: &dyn Monitor,
) -> Result<Vec<f64>, Cancelled> {
    let scratches = || scorers.iter().map(|one| one.scratch()).collect::<Vec<_>>();
    let score = |scores: &mut Vec<f64>, scratches: &mut Vec<Scratch>, values: &[u32]| {
        for (scorer, scratch) in scorers.iter().zip(scratches) {
            scores.push(scorer.score(values, scratch));
        }
    };
    let mut rows = Vec::with_capacity(scorers.len() * (permutations.0 + 1));
    score(&mut rows, &mut scratches(), exchange.observed());
    let start = || (Vec::new(), scratches());
    for scores in exchange.gather(permutations, start, score, monitor)? {
        rows.extend(scores);
    }
    Ok(rows)
}
