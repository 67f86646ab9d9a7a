//! Many columns against the clusters, ranked on one scale.

use super::effect::{cramers_v, largest_statistic};
use super::exchange::Exchange;
use super::power::Draws;
use super::q_values::thresholds;
use super::sample::{Kind, Sample, numbered};
use super::statistic::Scorer;
use super::{
    CheckedAssociation, Cluster, Held, LEVEL, Moves, NotTestable, Values, at_least, check_values,
    p_value, q_values,
};
use crate::agreement::adjusted_mutual_information;
use crate::monitor::{Cancelled, Monitor, check};
use rayon::prelude::*;

/// What is known of each column.
#[derive(Debug, Clone, PartialEq)]
pub struct Association {
    /// One per column, in the order given.
    pub columns: Vec<ColumnTest>,
    /// Permutations of each test: fewer than asked for in a large cohort.
    pub n_permutations: usize,
}

/// One column against the clusters.
#[derive(Debug, Clone, PartialEq)]
pub struct ColumnTest {
    /// Images that count.
    pub n_images: usize,
    /// Patients of these images.
    pub n_groups: usize,
    /// Images left out because they have no value, or no level of the column held fixed.
    pub n_missing: usize,
    /// Images with both that are left out because they are noise; 0 when noise counts.
    pub n_noise: usize,
    /// Patients that can exchange values with another.
    pub n_movable: usize,
    /// What moved in the permutations.
    pub moves: Moves,
    /// What was found, or why nothing could be.
    pub outcome: Result<Finding, NotTestable>,
}

/// What the test of a column found.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Finding {
    /// The share of the variation that goes with the clusters, 0 to 1: Cramér's V squared, or eta
    /// squared of midranks.
    pub statistic: f64,
    /// The statistic corrected for chance, (statistic - mean under permutation) / (maximum - mean):
    /// 1 for as much as there can be, 0 for what chance gives, negative for less. The one scale
    /// for columns of every kind.
    pub explained: f64,
    /// The root of what is explained, 0 where that is negative: Cramér's V, or for numbers the
    /// correlation ratio, corrected for what chance gives where patients stay whole.
    pub effect: f64,
    /// Pearson's chi-squared, summed over the levels of the column held fixed; `None` for numbers.
    pub chi_squared: Option<f64>,
    /// Cramér's V corrected for bias (Bergsma 2013), 0 to 1; `None` for numbers.
    pub cramers_v: Option<f64>,
    /// Adjusted mutual information (Vinh et al. 2010); `None` for numbers, and within levels.
    pub ami: Option<f64>,
    /// The share of arrangements with a statistic at least as large, the observed one included.
    pub p_value: f64,
    /// Benjamini and Hochberg's, over the columns that could be tested; `None` for the column that
    /// was chosen beforehand, which is one question and is judged by its p.
    pub q_value: Option<f64>,
    /// The effect, as `effect`, that would have been found in 80% of cohorts like this one by the
    /// decision that is made, q or p ≤ 0.05; `None` when no effect could have been.
    pub detectable_effect: Option<f64>,
}

impl Finding {
    /// Whether it is called a finding: q, or p for the column chosen beforehand, is at most 0.05.
    pub fn is_evident(&self) -> bool {
        self.q_value.unwrap_or(self.p_value) <= LEVEL
    }
}

impl CheckedAssociation {
    /// Tests each of `columns` against the clusters.
    ///
    /// `labels` has the cluster of each image, `None` for noise, and `groups` its patient. The
    /// column at `planned` was chosen beforehand: it is judged by its own p, and the q of the others
    /// leave it out. With
    /// `within`, another column, patients exchange values only with those that are alike in it, so
    /// that what the two columns share is held fixed. Images without a value or a level are dropped. Leave the
    /// column that `within` comes from out of `columns`: as one of them it would be tested within
    /// itself, where its levels are coarser than its values, and be counted in every q.
    ///
    /// Memory grows with the images times the clusters. Columns and permutations run in parallel.
    ///
    /// # Errors
    /// [`Cancelled`] when the monitor cancels.
    ///
    /// # Panics
    /// When the arrays are not equally long.
    pub fn columns(
        &self,
        labels: &[Option<u32>],
        groups: &[usize],
        (columns, planned): (&[Values<'_>], Option<usize>),
        within: Option<Held<'_>>,
        monitor: &dyn Monitor,
    ) -> Result<Association, Cancelled> {
        let clusters = self.clusters(labels);
        let n_permutations = self.affordable(labels.len() * columns.len());
        let tested = |&column: &Values<'_>| {
            check(monitor)?;
            let sample = Sample::new(column, groups, within, |image| clusters[image].is_some());
            test(sample, &clusters, (n_permutations, self.0.seed), monitor)
        };
        let mut tested: Vec<(ColumnTest, Option<Chance>)> =
            columns.par_iter().map(tested).collect::<Result<_, _>>()?;
        judge(&mut tested, planned);
        Ok(Association {
            columns: tested.into_iter().map(|(column, _)| column).collect(),
            n_permutations,
        })
    }
}

impl CheckedAssociation {
    /// Whether [`CheckedAssociation::columns`] would test `column` alone; in no time.
    ///
    /// # Errors
    /// Why it would not.
    pub fn testable(
        &self,
        labels: &[Option<u32>],
        groups: &[usize],
        column: Values<'_>,
        within: Option<Held<'_>>,
    ) -> Result<(), NotTestable> {
        let clusters = self.clusters(labels);
        let sample = Sample::new(column, groups, within, |image| clusters[image].is_some());
        let exchange = Exchange::new(&sample);
        Column::new(sample, exchange, &clusters).map(drop)
    }
}

/// What chance gives, and could give at most.
struct Chance {
    draws: Draws,
    largest: f64,
}

/// Gives every finding its q but the planned one, and the effect that each decision would find.
fn judge(tested: &mut [(ColumnTest, Option<Chance>)], planned: Option<usize>) {
    let found = |(index, (column, chance)): (usize, &mut (ColumnTest, Option<Chance>))| {
        let finding = column.outcome.as_mut().ok()?;
        let chance = chance.take()?;
        let effect = |alpha| chance.draws.detectable_effect(alpha, chance.largest);
        if planned == Some(index) {
            finding.detectable_effect = effect(LEVEL);
            return None;
        }
        Some((index, finding.p_value, chance))
    };
    let others: Vec<_> = tested.iter_mut().enumerate().filter_map(found).collect();
    let p_values: Vec<f64> = others.iter().map(|(_, p_value, _)| *p_value).collect();
    let judged = q_values(&p_values)
        .into_iter()
        .zip(thresholds(&p_values, LEVEL));
    for ((index, _, chance), (q_value, alpha)) in others.into_iter().zip(judged) {
        if let Ok(finding) = &mut tested[index].0.outcome {
            finding.q_value = Some(q_value);
            finding.detectable_effect = chance.draws.detectable_effect(alpha, chance.largest);
        }
    }
}

/// Tests the column of `sample`; `clusters` has one entry per image of the cohort.
fn test(
    sample: Sample,
    clusters: &[Option<Cluster>],
    permutations: (usize, u64),
    monitor: &dyn Monitor,
) -> Result<(ColumnTest, Option<Chance>), Cancelled> {
    let exchange = Exchange::new(&sample);
    let mut tested = ColumnTest {
        n_images: sample.len(),
        n_groups: sample.n_groups,
        n_missing: sample.n_missing,
        n_noise: sample.n_uncounted,
        n_movable: exchange.n_movable,
        moves: exchange.moves,
        outcome: Err(NotTestable::NothingWithin),
    };
    match Column::new(sample, exchange, clusters) {
        Err(reason) => {
            tested.outcome = Err(reason);
            Ok((tested, None))
        }
        Ok(column) => {
            let (finding, chance) = column.find(permutations, monitor)?;
            tested.outcome = Ok(finding);
            Ok((tested, Some(chance)))
        }
    }
}

fn check_counts(
    sample: &Sample,
    exchange: &Exchange,
    n_clusters: usize,
) -> Result<(), NotTestable> {
    if n_clusters < 2 {
        return Err(sample.lacks_clusters());
    }
    if sample.n_strata > 1 && 2 * sample.n_strata > sample.n_groups {
        return Err(NotTestable::ManyLevels);
    }
    check_values(sample, exchange)
}

/// A column that can be tested.
struct Column {
    sample: Sample,
    exchange: Exchange,
    scorer: Scorer,
    /// One entry per image of the sample.
    clusters: Vec<Option<usize>>,
}

impl Column {
    /// `clusters` has one entry per image of the cohort.
    fn new(
        sample: Sample,
        exchange: Exchange,
        clusters: &[Option<Cluster>],
    ) -> Result<Self, NotTestable> {
        let of_sample = sample.images.iter().filter_map(|&image| clusters[image]);
        let (clusters, names) = numbered(of_sample);
        // What can be told from counts alone is told before anything large is prepared.
        check_counts(&sample, &exchange, names.len())?;
        let clusters: Vec<Option<usize>> = clusters.into_iter().map(Some).collect();
        let column = Self {
            scorer: Scorer::new(&sample, &exchange, &clusters, names.len()),
            sample,
            exchange,
            clusters,
        };
        let varies = column.varies_within();
        varies.then_some(column).ok_or(NotTestable::NothingWithin)
    }

    /// Whether there is a level with something to tell apart.
    fn varies_within(&self) -> bool {
        let mut levels = self.scorer.strata.iter();
        levels.any(|level| level.n_clusters > 1 && level.n_values() > 1)
    }

    fn find(
        &self,
        (n_permutations, seed): (usize, u64),
        monitor: &dyn Monitor,
    ) -> Result<(Finding, Chance), Cancelled> {
        let kind = self.sample.kind;
        let margins = self.scorer.margins(self.exchange.observed());
        let mut scratch = self.scorer.scratch();
        let statistic = self.scorer.score(self.exchange.observed(), &mut scratch);
        let threshold = at_least(statistic);
        let chunks = self.exchange.gather(
            (n_permutations, seed),
            || (Vec::new(), scratch.clone()),
            |permuted, scratch, values| permuted.push(self.scorer.score(values, scratch)),
            monitor,
        )?;
        let permuted = chunks.concat();
        let n_as_good = permuted.iter().filter(|&&x| x >= threshold).count();
        let chance = Chance {
            draws: Draws::new(permuted),
            largest: largest_statistic(&self.scorer, kind, &margins),
        };
        let room = chance.largest - chance.draws.mean;
        // Where every arrangement is the best one there is nothing that chance leaves open.
        let explained = if room > 1e-9 {
            (statistic - chance.draws.mean) / room
        } else {
            0.0
        };
        let ami = || {
            let clusters: Vec<u32> = self.clusters.iter().flatten().map(|&c| c as u32).collect();
            let values: Vec<u32> = self.sample.values.iter().map(|&v| v as u32).collect();
            adjusted_mutual_information(&clusters, &values)
        };
        let categories = kind == Kind::Categories;
        let finding = Finding {
            statistic,
            explained,
            effect: explained.max(0.0).sqrt(),
            chi_squared: categories.then(|| self.scorer.chi_squared(&scratch.table).0),
            cramers_v: categories.then(|| cramers_v(&self.scorer, &scratch.table)),
            ami: (categories && self.sample.n_strata == 1).then(ami),
            p_value: p_value(n_as_good, n_permutations),
            q_value: None,
            detectable_effect: None,
        };
        Ok((finding, chance))
    }
}
