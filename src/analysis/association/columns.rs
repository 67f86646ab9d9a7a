//! Many columns against the clusters, ranked on one scale.

use super::super::agreement::adjusted_mutual_information;
use super::super::monitor::{Cancelled, Monitor, Silent, check};
use super::effect::{Margin, cramers_v, detectable_effect, largest_statistic};
use super::exchange::Exchange;
use super::sample::{Kind, Sample, numbered};
use super::statistic::Scorer;
use super::{
    CheckedAssociation, Moves, NotTestable, Values, at_least, check_values, p_value, q_values,
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
    /// two columns share is held fixed. Images without a value or a level are dropped. The monitor
    /// hears of one unit per column; columns and permutations run in parallel.
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
        let test = |&column: &Values<'_>| {
            check(monitor)?;
            let sample = Sample::new(column, groups, within, |image| clusters[image].is_some());
            let of_sample = sample.images.iter().filter_map(|&image| clusters[image]);
            let (clusters, names) = numbered(of_sample);
            let clusters: Vec<Option<usize>> = clusters.into_iter().map(Some).collect();
            let exchange = Exchange::new(&sample);
            let scorer = Scorer::new(&sample, &exchange, &clusters, names.len());
            let column = Column {
                sample,
                exchange,
                scorer,
            };
            let tested = column.test(&clusters, (n_permutations, self.0.seed), &Silent(monitor))?;
            monitor.advance(1);
            Ok(tested)
        };
        let mut columns: Vec<ColumnTest> =
            columns.par_iter().map(test).collect::<Result<_, _>>()?;
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

struct Column {
    sample: Sample,
    exchange: Exchange,
    scorer: Scorer,
}

impl Column {
    fn test(
        &self,
        clusters: &[Option<usize>],
        permutations: (usize, u64),
        monitor: &dyn Monitor,
    ) -> Result<ColumnTest, Cancelled> {
        let margins = self.margins();
        let outcome = match self.check(&margins) {
            Ok(()) => Ok(self.find(&margins, clusters, permutations, monitor)?),
            Err(reason) => Err(reason),
        };
        Ok(ColumnTest {
            n_images: self.sample.len(),
            n_groups: self.sample.n_groups,
            n_missing: self.sample.n_missing,
            n_movable: self.exchange.n_movable,
            moves: self.exchange.moves,
            outcome,
        })
    }

    fn check(&self, margins: &[Margin]) -> Result<(), NotTestable> {
        if self.scorer.n_clusters < 2 {
            return Err(NotTestable::FewClusters);
        }
        check_values(&self.sample, &self.exchange)?;
        let mut levels = self.scorer.strata.iter().zip(margins);
        let varies = |margin: &Margin| margin.iter().filter(|&&images| images > 0.0).count() > 1;
        if levels.any(|(stratum, margin)| stratum.n_clusters > 1 && varies(margin)) {
            Ok(())
        } else {
            Err(NotTestable::NothingWithin)
        }
    }

    /// Images with each value, per level.
    fn margins(&self) -> Vec<Margin> {
        let mut margins = vec![vec![0.0; self.sample.n_values]; self.sample.n_strata];
        for (&value, &stratum) in self.sample.values.iter().zip(&self.sample.strata) {
            margins[stratum][value] += 1.0;
        }
        margins
    }

    fn find(
        &self,
        margins: &[Margin],
        clusters: &[Option<usize>],
        (n_permutations, seed): (usize, u64),
        monitor: &dyn Monitor,
    ) -> Result<Finding, Cancelled> {
        let kind = self.sample.kind;
        let mut scratch = self.scorer.scratch();
        let statistic = self.scorer.score(self.exchange.observed(), &mut scratch);
        let threshold = at_least(statistic);
        // Arrangements as good, and the sum of all statistics.
        let chunks = self.exchange.gather(
            (n_permutations, seed),
            || (0, 0.0, scratch.clone()),
            |(n_as_good, sum, scratch), values| {
                let permuted = self.scorer.score(values, scratch);
                *n_as_good += usize::from(permuted >= threshold);
                *sum += permuted;
            },
            monitor,
        )?;
        let n_as_good = chunks.iter().map(|chunk| chunk.0).sum();
        let mean = chunks.iter().map(|chunk| chunk.1).sum::<f64>() / n_permutations as f64;
        let room = largest_statistic(&self.scorer, kind, margins) - mean;
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
            cramers_v: categories.then(|| cramers_v(&self.scorer, &scratch.table)),
            ami: (categories && self.sample.n_strata == 1).then(ami),
            p_value: p_value(n_as_good, n_permutations),
            q_value: 1.0,
            detectable_effect: detectable_effect(&self.scorer, kind, margins, self.sample.n_groups),
        })
    }
}
