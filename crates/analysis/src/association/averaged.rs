//! A column against many maps of one setting at once: one statistic, averaged over them.
//!
//! Where a map hangs on the last digit of a number, so does the p of its clusters. The average over
//! maps that could as well have been does not, and its p is as valid as that of one: each
//! permutation of the values is held against all maps, so that whatever the maps share is kept.

use super::distinct::rows;
use super::effect::largest_statistic;
use super::exchange::Exchange;
use super::sample::Sample;
use super::settings::spreads;
use super::statistic::Scorer;
use super::{
    CheckedAssociation, Held, LEVEL, Moves, Noise, NotTestable, Values, at_least, check_values,
    p_value, q_values,
};
use crate::ensemble::Place;
use crate::monitor::{Cancelled, Monitor, check};
use crate::stability::Spread;
use rayon::prelude::*;
use std::collections::BTreeMap;

/// Columns that cannot matter, beside each that is tested.
pub const N_SHUFFLED: usize = 20;

/// One column against the clusters of many maps.
#[derive(Debug, Clone, PartialEq)]
pub struct AveragedTest {
    /// Images with a value (and a level, where one is held fixed); how many of them are noise differs
    /// between maps.
    pub n_images: usize,
    /// Patients of these images.
    pub n_groups: usize,
    /// Images left out because they have no value or no level.
    pub n_missing: usize,
    /// Patients that can exchange values with another.
    pub n_movable: usize,
    /// What moved in the permutations.
    pub moves: Moves,
    /// What was found, or why nothing could be.
    pub outcome: Result<AveragedFinding, NotTestable>,
    /// The average of the observed arrangement and of every permutation, standardised over all of
    /// them; for [`over_looks`]. Empty where there is no test.
    pub averages: Vec<f64>,
}

/// What the test of a column against many maps found.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct AveragedFinding {
    /// The mean over the maps of what is explained beyond chance; maps without two clusters explain
    /// nothing.
    pub explained: f64,
    /// Its root, 0 where it is negative: the scale of [`super::Finding::effect`].
    pub effect: f64,
    /// The share of arrangements whose average is at least as large, the observed one included.
    pub p_value: f64,
    /// Benjamini and Hochberg's, over the columns that could be tested; `None` for the column that
    /// was chosen beforehand.
    pub q_value: Option<f64>,
    /// What p would have been by a single map, over the maps.
    pub single: Spread,
    /// Maps with two clusters or more among the images that count.
    pub n_maps: usize,
    /// The p of so many columns that cannot matter: this one with its values exchanged, ascending.
    pub shuffled: [f64; N_SHUFFLED],
}

impl AveragedFinding {
    /// Whether it is called a finding: q, or p for the column chosen beforehand, is at most 0.05.
    pub fn is_evident(&self) -> bool {
        self.q_value.unwrap_or(self.p_value) <= LEVEL
    }
}

impl CheckedAssociation {
    /// Tests each of `columns` against all of `maps` at once; every map has a place for each image.
    ///
    /// The statistic of each map is standardised over the permutations, the observed arrangement
    /// included, and averaged. Noise counts as the parameters say, images that a map does without
    /// never. `planned` and `within` are as for [`CheckedAssociation::columns`].
    ///
    /// # Errors
    /// [`Cancelled`] when the monitor cancels.
    ///
    /// # Panics
    /// When the arrays are not equally long.
    pub fn averaged(
        &self,
        maps: &[&[Place]],
        groups: &[usize],
        (columns, planned): (&[Values<'_>], Option<usize>),
        within: Option<Held<'_>>,
        monitor: &dyn Monitor,
    ) -> Result<Vec<AveragedTest>, Cancelled> {
        let distinct = self.distinct(maps);
        let tested = |&column: &Values<'_>| {
            check(monitor)?;
            let sample = Sample::new(column, groups, within, |_| true);
            self.over(&distinct, maps.len(), &sample, monitor)
        };
        let mut tested: Vec<AveragedTest> =
            columns.par_iter().map(tested).collect::<Result<_, _>>()?;
        let found = |index: &usize| planned != Some(*index) && tested[*index].outcome.is_ok();
        let others: Vec<usize> = (0..tested.len()).filter(found).collect();
        let p_value = |&index: &usize| tested[index].outcome.as_ref().map_or(1.0, |f| f.p_value);
        let p_values: Vec<f64> = others.iter().map(p_value).collect();
        for (index, q_value) in others.into_iter().zip(q_values(&p_values)) {
            if let Ok(finding) = &mut tested[index].outcome {
                finding.q_value = Some(q_value);
            }
        }
        Ok(tested)
    }

    /// The cluster of each image in each map, and how many maps are like it.
    fn distinct(&self, maps: &[&[Place]]) -> Vec<(Vec<Option<u32>>, f64)> {
        let noise = match self.0.noise {
            Noise::LeftOut => None,
            Noise::OneMoreCluster => Some(0),
        };
        let cluster = |place: &Place| match place {
            Place::Absent => None,
            Place::Noise => noise,
            Place::Cluster(label) => Some(label + 1),
        };
        let mut counts: BTreeMap<Vec<Option<u32>>, f64> = BTreeMap::new();
        for map in maps {
            *counts.entry(map.iter().map(cluster).collect()).or_default() += 1.0;
        }
        counts.into_iter().collect()
    }

    fn over(
        &self,
        maps: &[(Vec<Option<u32>>, f64)],
        n_maps: usize,
        sample: &Sample,
        monitor: &dyn Monitor,
    ) -> Result<AveragedTest, Cancelled> {
        let exchange = Exchange::new(sample);
        let mut tested = AveragedTest {
            n_images: sample.len(),
            n_groups: sample.n_groups,
            n_missing: sample.n_missing,
            n_movable: exchange.n_movable,
            moves: exchange.moves,
            outcome: Err(sample.lacks_clusters()),
            averages: Vec::new(),
        };
        let mut scorers = Vec::new();
        for (labels, times) in maps {
            let (clusters, n_clusters) = sample.numbered(labels);
            if n_clusters >= 2 {
                let scorer = Scorer::new(sample, &exchange, &clusters, n_clusters);
                scorers.push((scorer, *times));
            }
        }
        if let Err(reason) = check_values(sample, &exchange) {
            tested.outcome = Err(reason);
        } else if !scorers.is_empty() {
            let found = self.average(&exchange, &scorers, (n_maps, sample), monitor)?;
            (tested.outcome, tested.averages) = match found {
                Some((found, averages)) => (Ok(found), averages),
                None => (Err(NotTestable::NothingWithin), Vec::new()),
            };
        }
        Ok(tested)
    }

    fn average(
        &self,
        exchange: &Exchange,
        scorers: &[(Scorer, f64)],
        (n_maps, sample): (usize, &Sample),
        monitor: &dyn Monitor,
    ) -> Result<Option<(AveragedFinding, Vec<f64>)>, Cancelled> {
        let n_permutations = self.affordable(sample.len() * scorers.len());
        let of_maps: Vec<&Scorer> = scorers.iter().map(|(scorer, _)| scorer).collect();
        let permutations = (n_permutations, self.0.seed);
        let rows = rows(&of_maps, exchange, permutations, monitor)?;
        let spreads = spreads(&rows, scorers.len());
        let averages: Vec<f64> = rows
            .chunks_exact(scorers.len())
            .map(|row| {
                let maps = row.iter().zip(&spreads).zip(scorers);
                maps.map(|((score, spread), (_, times))| {
                    spread.map_or(0.0, |(mean, deviation)| times * (score - mean) / deviation)
                })
                .sum()
            })
            .collect();
        let used: Vec<usize> = (0..scorers.len())
            .filter(|&map| spreads[map].is_some())
            .collect();
        let count = |column: &mut dyn Iterator<Item = f64>| {
            let threshold = at_least(column.next().unwrap_or(0.0));
            p_value(column.filter(|&x| x >= threshold).count(), n_permutations)
        };
        let p_value = count(&mut averages.iter().copied());
        let shuffled = shuffled(&averages);
        let (mut explained, mut single) = (0.0, Vec::new());
        for map in used {
            let (scorer, times) = &scorers[map];
            let p = count(&mut rows.iter().skip(map).step_by(scorers.len()).copied());
            single.extend(std::iter::repeat_n(p, *times as usize));
            let largest =
                largest_statistic(scorer, sample.kind, &scorer.margins(exchange.observed()));
            let (mean, _) = spreads[map].unwrap_or_default();
            if largest - mean > 1e-9 {
                explained += times * (rows[map] - mean) / (largest - mean) / n_maps as f64;
            }
        }
        let n_used = single.len();
        let found = Spread::of(single).map(|single| AveragedFinding {
            explained,
            effect: explained.max(0.0).sqrt(),
            p_value,
            q_value: None,
            single,
            n_maps: n_used,
            shuffled,
        });
        let standardised = match super::settings::spreads(&averages, 1)[..] {
            [Some((mean, deviation))] => averages.iter().map(|x| (x - mean) / deviation).collect(),
            _ => Vec::new(),
        };
        Ok(found.map(|found| (found, standardised)))
    }
}

/// The p of a column after looks at many settings, of which the best is told: the largest of the
/// standardised averages against the largest of each permutation (Westfall and Young 1993). All looks
/// are of one column, held fixed the same, by the same permutations. Those of other lengths do not
/// count; 1 without any.
pub fn over_looks<'a>(looks: impl IntoIterator<Item = &'a [f32]>) -> f64 {
    let mut largest: Vec<f32> = Vec::new();
    for look in looks {
        if largest.is_empty() {
            largest = look.to_vec();
        } else if largest.len() == look.len() {
            largest
                .iter_mut()
                .zip(look)
                .for_each(|(max, &x)| *max = max.max(x));
        }
    }
    let Some((&observed, permuted)) = largest.split_first() else {
        return 1.0;
    };
    let n_as_good = permuted.iter().filter(|&&x| x >= observed).count();
    p_value(n_as_good, permuted.len())
}

/// The p of the first permutations, each as if it were the observed arrangement: what can be reached
/// from it is what can be reached from that.
fn shuffled(averages: &[f64]) -> [f64; N_SHUFFLED] {
    let mut found = [1.0; N_SHUFFLED];
    for (p, &average) in found.iter_mut().zip(&averages[1..]) {
        let threshold = at_least(average);
        let n_as_good = averages.iter().filter(|&&x| x >= threshold).count();
        *p = n_as_good as f64 / averages.len() as f64;
    }
    found.sort_unstable_by(f64::total_cmp);
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_best_of_many_looks_pays_for_all_of_them() {
        // The observed arrangement and three permutations, each with its own best look.
        let looks = [[2.0, 0.0, 3.0, 1.0], [1.0, 2.5, 0.0, 1.5]];
        let all = || looks.iter().map(|look| &look[..]);
        assert_eq!(over_looks(all().take(1)), 0.5);
        assert_eq!(over_looks(all()), 0.75);
        assert_eq!(over_looks([]), 1.0);
        // Looks by other permutations cannot be compared.
        assert_eq!(over_looks(all().chain([&[9.0, 0.0][..]])), 0.75);
    }
}
