//! Many columns against the clusters, ranked on one scale.

use super::super::agreement::adjusted_mutual_information;
use super::super::monitor::{Cancelled, Monitor, check};
use super::effect::{Margin, cramers_v, detectable_effect, largest_statistic};
use super::exchange::Exchange;
use super::sample::{Kind, Sample, numbered};
use super::statistic::Scorer;
use super::{
    CheckedAssociation, Cluster, Moves, NotTestable, Values, at_least, check_values, p_value,
    q_values,
};
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
    /// Pearson's chi-squared, summed over the levels of the column held fixed; `None` for numbers.
    pub chi_squared: Option<f64>,
    /// Cramér's V corrected for bias (Bergsma 2013), 0 to 1; `None` for numbers.
    pub cramers_v: Option<f64>,
    /// Adjusted mutual information (Vinh et al. 2010); `None` for numbers, and within levels.
    pub ami: Option<f64>,
    /// The share of arrangements with a statistic at least as large, the observed one included.
    pub p_value: f64,
    /// Benjamini and Hochberg's, over the columns that could be tested.
    pub q_value: f64,
    /// The smallest effect that so many patients would have shown at 0.05 with power 0.8, as
    /// Cramér's V or the root of eta squared; `None` when no effect could have been shown.
    pub detectable_effect: Option<f64>,
}

impl CheckedAssociation {
    /// Tests each of `columns` against the clusters.
    ///
    /// `labels` has the cluster of each image, `None` for noise, and `groups` its patient. With
    /// `within`, another column, patients exchange values only within its levels, so that what the
    /// two columns share is held fixed. Images without a value or a level are dropped. Leave the
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
        columns: &[Values<'_>],
        within: Option<&[Option<u32>]>,
        monitor: &dyn Monitor,
    ) -> Result<Association, Cancelled> {
        let clusters = self.clusters(labels);
        let n_permutations = self.affordable(labels.len() * columns.len());
        let tested = |&column: &Values<'_>| {
            check(monitor)?;
            let sample = Sample::new(column, groups, within, |image| clusters[image].is_some());
            test(sample, &clusters, (n_permutations, self.0.seed), monitor)
        };
        let mut columns: Vec<ColumnTest> =
            columns.par_iter().map(tested).collect::<Result<_, _>>()?;
        let findings = || {
            columns
                .iter()
                .filter_map(|column| column.outcome.as_ref().ok())
        };
        let q_values = q_values(&findings().map(|found| found.p_value).collect::<Vec<_>>());
        let findings = columns
            .iter_mut()
            .filter_map(|column| column.outcome.as_mut().ok());
        for (finding, q_value) in findings.zip(q_values) {
            finding.q_value = q_value;
        }
        Ok(Association {
            columns,
            n_permutations,
        })
    }
}

/// Tests the column of `sample`; `clusters` has one entry per image of the cohort.
fn test(
    sample: Sample,
    clusters: &[Option<Cluster>],
    permutations: (usize, u64),
    monitor: &dyn Monitor,
) -> Result<ColumnTest, Cancelled> {
    let of_sample = sample.images.iter().filter_map(|&image| clusters[image]);
    let (clusters, names) = numbered(of_sample);
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
    // What can be told from counts alone is told before anything large is prepared.
    if let Err(reason) = check_counts(&sample, &exchange, names.len()) {
        tested.outcome = Err(reason);
        return Ok(tested);
    }
    let clusters: Vec<Option<usize>> = clusters.into_iter().map(Some).collect();
    let column = Column {
        scorer: Scorer::new(&sample, &exchange, &clusters, names.len()),
        sample,
        exchange,
    };
    if column.varies_within() {
        tested.outcome = Ok(column.find(&clusters, permutations, monitor)?);
    }
    Ok(tested)
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

struct Column {
    sample: Sample,
    exchange: Exchange,
    scorer: Scorer,
}

impl Column {
    /// Whether there is a level with something to tell apart.
    fn varies_within(&self) -> bool {
        let mut levels = self.scorer.strata.iter();
        levels.any(|level| level.n_clusters > 1 && level.n_values() > 1)
    }

    /// Images with each value, per level.
    fn margins(&self) -> Vec<Margin> {
        let levels = &self.scorer.strata;
        let mut margins: Vec<Margin> = levels.iter().map(|l| vec![0.0; l.n_values()]).collect();
        for (&value, &level) in self.sample.values.iter().zip(&self.sample.strata) {
            margins[level][levels[level].place(value as u32)] += 1.0;
        }
        margins
    }

    fn find(
        &self,
        clusters: &[Option<usize>],
        (n_permutations, seed): (usize, u64),
        monitor: &dyn Monitor,
    ) -> Result<Finding, Cancelled> {
        let (kind, margins) = (self.sample.kind, self.margins());
        let mut scratch = self.scorer.scratch();
        let statistic = self.scorer.score(self.exchange.observed(), &mut scratch);
        let threshold = at_least(statistic);
        // Arrangements as good, and the sum of all statistics.
        let chunks = self.exchange.gather(
            (n_permutations, seed),
            || ((0, 0.0), scratch.clone()),
            |(n_as_good, sum), scratch, values| {
                let permuted = self.scorer.score(values, scratch);
                *n_as_good += usize::from(permuted >= threshold);
                *sum += permuted;
            },
            monitor,
        )?;
        let n_as_good = chunks.iter().map(|chunk| chunk.0).sum();
        let mean = chunks.iter().map(|chunk| chunk.1).sum::<f64>() / n_permutations as f64;
        let room = largest_statistic(&self.scorer, kind, &margins) - mean;
        let ami = || {
            let clusters: Vec<u32> = clusters.iter().flatten().map(|&c| c as u32).collect();
            let values: Vec<u32> = self.sample.values.iter().map(|&v| v as u32).collect();
            adjusted_mutual_information(&clusters, &values)
        };
        let categories = kind == Kind::Categories;
        Ok(Finding {
            statistic,
            // Where every arrangement is the best one there is nothing that chance leaves open.
            explained: if room > 1e-9 {
                (statistic - mean) / room
            } else {
                0.0
            },
            chi_squared: categories.then(|| self.scorer.chi_squared(&scratch.table).0),
            cramers_v: categories.then(|| cramers_v(&self.scorer, &scratch.table)),
            ami: (categories && self.sample.n_strata == 1).then(ami),
            p_value: p_value(n_as_good, n_permutations),
            q_value: 1.0,
            detectable_effect: detectable_effect(
                &self.scorer,
                kind,
                &margins,
                self.sample.n_groups,
            ),
        })
    }
}
