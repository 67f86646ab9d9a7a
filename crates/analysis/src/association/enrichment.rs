//! Which values are over- or under-represented in which clusters.

use super::exchange::Exchange;
use super::sample::{Sample, numbered};
use super::statistic::{Scorer, Scratch};
use super::{
    CheckedAssociation, NotTestable, Values, at_least, check_values, most_affordable, p_value,
    q_values,
};
use crate::monitor::{Cancelled, Monitor, check};
use crate::random::Random;
use crate::vector::ln_positive;
use rayon::prelude::*;
use std::collections::BTreeSet;

/// Cohorts of the bootstrap.
pub const N_BOOTSTRAP: usize = 999;

/// A value has an interval when so many patients carry it.
const MIN_CARRIERS: usize = 5;

/// A cell is marked when its q is at most this.
const LEVEL: f64 = 0.05;

/// With this many permutations per cell, 2 / [`LEVEL`], the smallest two-sided p times the cells is
/// below the level, so that a single cell can be marked.
const PERMUTATIONS_PER_CELL: usize = 40;

/// The values of one column in each cluster.
#[derive(Debug, Clone, PartialEq)]
pub struct Enrichment {
    /// Images that count.
    pub n_images: usize,
    /// Patients of these images.
    pub n_groups: usize,
    /// Images left out because they have no value.
    pub n_missing: usize,
    /// Images with a value that are left out because they are noise; 0 when noise counts.
    pub n_noise: usize,
    /// Patients that can exchange values with another.
    pub n_movable: usize,
    /// Permutations: more than asked for where there are many cells, fewer in a large cohort.
    pub n_permutations: usize,
    /// There are too many cells for these permutations: had a single cell the smallest p that
    /// there can be, its q would still be above 0.05. A missing mark then says nothing.
    pub marks_out_of_reach: bool,
    /// Why there is no test; the cells are then counts alone.
    pub reason: Option<NotTestable>,
    /// Every value of every cluster, by cluster, noise last, and then by value.
    pub cells: Vec<EnrichmentCell>,
}

/// One value in one cluster.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct EnrichmentCell {
    /// The cluster; `None` is noise.
    pub label: Option<u32>,
    /// The value.
    pub value: u32,
    /// Images of this cluster with this value.
    pub count: usize,
    /// Images of the cluster times images with the value over all images.
    pub expected: f64,
    /// Patients of these images.
    pub n_groups: usize,
    /// How much likelier the value is inside than outside; `None` when fewer than five patients
    /// carry the value, without a test, and where a part of the 2 × 2 table (value or not, inside
    /// or outside) is empty: it is empty in every cohort of the bootstrap too, and the interval
    /// would be too narrow.
    pub odds_ratio: Option<OddsRatio>,
    /// Two-sided; `None` without a test.
    pub p_value: Option<f64>,
    /// Benjamini and Hochberg's, over all cells.
    pub q_value: Option<f64>,
    /// Set where q is at most 0.05.
    pub mark: Option<Mark>,
}

impl EnrichmentCell {
    /// Takes back p, q and mark, for clusters that were not found without knowing the values.
    pub fn unjudge(&mut self) {
        (self.p_value, self.q_value, self.mark) = (None, None, None);
    }
}

/// The direction of a difference that survives all cells being looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mark {
    /// More images than patients kept whole would give by chance.
    Enriched,
    /// Fewer.
    Depleted,
}

/// A log odds ratio with its interval of 95%.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct OddsRatio {
    /// Natural logarithm, with 0.5 added to each count (Haldane 1956; Anscombe 1956).
    pub log: f64,
    /// The 2.5th percentile over cohorts of patients drawn with replacement (Efron 1979).
    pub low: f64,
    /// The 97.5th percentile.
    pub high: f64,
}

/// Whether odds ratios get their intervals.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Intervals {
    /// By the bootstrap.
    Drawn,
    /// No odds ratios at all.
    Without,
}

impl CheckedAssociation {
    /// Tests each value of `column` in each cluster, with patients kept whole.
    ///
    /// The statistic of a cell is its Pearson residual, count less expected over its scale, so that
    /// a value does not look frequent everywhere because it sits on patients with many images.
    /// Permutations are those of [`CheckedAssociation::columns`], and as many more, within what is
    /// affordable, as it takes to mark one cell among all.
    ///
    /// # Errors
    /// [`Cancelled`] when the monitor cancels.
    ///
    /// # Panics
    /// When the arrays are not equally long.
    pub fn enrichment(
        &self,
        labels: &[Option<u32>],
        groups: &[usize],
        column: &[Option<u32>],
        monitor: &dyn Monitor,
    ) -> Result<Enrichment, Cancelled> {
        self.cells(labels, groups, (column, Intervals::Drawn), monitor)
    }

    /// The same, with or without the intervals of the odds ratios, which take as long as the test.
    pub(super) fn cells(
        &self,
        labels: &[Option<u32>],
        groups: &[usize],
        (column, intervals): (&[Option<u32>], Intervals),
        monitor: &dyn Monitor,
    ) -> Result<Enrichment, Cancelled> {
        let clusters = self.clusters(labels);
        let column = Values::Categories(column);
        let sample = Sample::new(column, groups, None, |image| clusters[image].is_some());
        let (clusters, names) = numbered(sample.images.iter().filter_map(|&i| clusters[i]));
        let exchange = Exchange::new(&sample);
        let testable = if names.len() < 2 {
            Err(sample.lacks_clusters())
        } else {
            check_values(&sample, &exchange)
        };
        let n_images = labels.len();
        let labels: Vec<Option<u32>> = names.into_iter().map(super::Cluster::label).collect();
        let cells = Cells::new(&sample, &clusters, &labels);
        let mut found = cells.counts();
        let needed = PERMUTATIONS_PER_CELL * found.len();
        let wanted = needed.max(self.0.n_permutations);
        let n_permutations = wanted.min(most_affordable(n_images + found.len()));
        if testable.is_ok() {
            let optional: Vec<Option<usize>> = clusters.iter().copied().map(Some).collect();
            let scorer = Scorer::new(&sample, &exchange, &optional, labels.len());
            let tails = cells.tails(&exchange, &scorer, (n_permutations, self.0.seed), monitor)?;
            mark(&mut found, &tails, n_permutations);
            if intervals == Intervals::Drawn {
                cells.bootstrap(&mut found, self.0.seed, monitor)?;
            }
        }
        Ok(Enrichment {
            n_images: sample.len(),
            n_groups: sample.n_groups,
            n_missing: sample.n_missing,
            n_noise: sample.n_uncounted,
            n_movable: exchange.n_movable,
            n_permutations,
            marks_out_of_reach: testable.is_ok() && n_permutations < needed,
            reason: testable.err(),
            cells: found,
        })
    }
}

/// What the cells are counted from. A cell's index is cluster · n_values + value.
struct Cells<'a> {
    sample: &'a Sample,
    clusters: &'a [usize],
    labels: &'a [Option<u32>],
    sizes: Vec<f64>,
}

/// Permutations in which a cell's residual was at least, and at most, the observed one.
#[derive(Debug, Clone, Copy, Default)]
struct Tails {
    at_least: usize,
    at_most: usize,
}

impl<'a> Cells<'a> {
    fn new(sample: &'a Sample, clusters: &'a [usize], labels: &'a [Option<u32>]) -> Self {
        let mut sizes = vec![0.0; labels.len()];
        for &cluster in clusters {
            sizes[cluster] += 1.0;
        }
        Self {
            sample,
            clusters,
            labels,
            sizes,
        }
    }

    fn counts(&self) -> Vec<EnrichmentCell> {
        let n_values = self.sample.n_values;
        let mut counts = vec![0; self.labels.len() * n_values];
        let mut carriers = vec![BTreeSet::new(); counts.len()];
        let mut of_value = vec![0; n_values];
        for (row, (&cluster, &value)) in self.clusters.iter().zip(&self.sample.values).enumerate() {
            counts[cluster * n_values + value] += 1;
            carriers[cluster * n_values + value].insert(self.sample.groups[row]);
            of_value[value] += 1;
        }
        let cell = |index: usize| {
            let (cluster, value) = (index / n_values, index % n_values);
            let share = f64::from(of_value[value]) / self.sample.len() as f64;
            EnrichmentCell {
                label: self.labels[cluster],
                value: self.sample.codes[value],
                count: counts[index],
                expected: self.sizes[cluster] * share,
                n_groups: carriers[index].len(),
                odds_ratio: None,
                p_value: None,
                q_value: None,
                mark: None,
            }
        };
        (0..counts.len()).map(cell).collect()
    }

    fn tails(
        &self,
        exchange: &Exchange,
        scorer: &Scorer,
        permutations: (usize, u64),
        monitor: &dyn Monitor,
    ) -> Result<Vec<Tails>, Cancelled> {
        let mut scratch = scorer.scratch();
        let n_cells = scratch.table.len();
        let mut observed = vec![0.0; n_cells];
        self.residuals(scorer, exchange.observed(), &mut scratch, &mut observed);
        let start = || {
            let workspace = (scratch.clone(), observed.clone());
            (vec![Tails::default(); n_cells], workspace)
        };
        let visit = |tails: &mut Vec<Tails>,
                     (scratch, residuals): &mut (Scratch, Vec<f64>),
                     values: &[u32]| {
            self.residuals(scorer, values, scratch, residuals);
            for ((tails, residual), &observed) in tails.iter_mut().zip(residuals).zip(&observed) {
                tails.at_least += usize::from(*residual >= at_least(observed));
                tails.at_most += usize::from(-*residual >= at_least(-observed));
            }
        };
        let mut sums = vec![Tails::default(); n_cells];
        for tails in exchange.gather(permutations, start, visit, monitor)? {
            for (sum, tails) in sums.iter_mut().zip(tails) {
                sum.at_least += tails.at_least;
                sum.at_most += tails.at_most;
            }
        }
        Ok(sums)
    }

    /// The residual of each cell, up to a factor that is the same in all permutations. With n
    /// images, r in the cluster and c with the value: (n · count - r · c) / √(c · (n - c)).
    fn residuals(
        &self,
        scorer: &Scorer,
        values: &[u32],
        scratch: &mut Scratch,
        residuals: &mut [f64],
    ) {
        scorer.count(values, &mut scratch.table);
        let (n, n_values) = (self.sample.len() as f64, self.sample.n_values);
        for (value, row) in scratch.table.chunks_exact(self.sizes.len()).enumerate() {
            let with_value: f64 = row.iter().sum();
            let scale = 1.0 / (with_value * (n - with_value)).sqrt();
            for (cluster, (count, size)) in row.iter().zip(&self.sizes).enumerate() {
                residuals[cluster * n_values + value] = (n * count - size * with_value) * scale;
            }
        }
    }

    /// Intervals for the values that enough patients carry.
    fn bootstrap(
        &self,
        found: &mut [EnrichmentCell],
        seed: u64,
        monitor: &dyn Monitor,
    ) -> Result<(), Cancelled> {
        let n_values = self.sample.n_values;
        let mut rows = vec![Vec::new(); n_values];
        for (row, &value) in self.sample.values.iter().enumerate() {
            rows[value].push(row);
        }
        let cohorts = self.cohorts(seed);
        let odds_ratios = |rows: Vec<usize>| {
            check(monitor)?;
            let carriers: BTreeSet<usize> =
                rows.iter().map(|&row| self.sample.groups[row]).collect();
            Ok((carriers.len() >= MIN_CARRIERS).then(|| self.odds_ratios(&rows, &cohorts)))
        };
        let by_value: Vec<Option<Vec<Option<OddsRatio>>>> = rows
            .into_par_iter()
            .map(odds_ratios)
            .collect::<Result<_, _>>()?;
        for (index, cell) in found.iter_mut().enumerate() {
            let of_value = by_value[index % n_values].as_ref();
            cell.odds_ratio = of_value.and_then(|of_value| of_value[index / n_values]);
        }
        Ok(())
    }

    /// How often each patient is in each cohort, and images per cluster there. The first cohort is
    /// the observed one.
    fn cohorts(&self, seed: u64) -> Vec<(Vec<u8>, Vec<f64>)> {
        let n_groups = self.sample.n_groups;
        let cohort = |index: usize| {
            let mut times = vec![u8::from(index == 0); n_groups];
            if index > 0 {
                // Another stream than that of the permutations.
                let mut random = Random::nth(!seed, index as u64);
                for _ in 0..n_groups {
                    // That a patient comes up 256 times does not happen.
                    let drawn = &mut times[random.below(n_groups)];
                    *drawn = drawn.saturating_add(1);
                }
            }
            let mut sizes = vec![0.0; self.labels.len()];
            for (&cluster, &group) in self.clusters.iter().zip(&self.sample.groups) {
                sizes[cluster] += f64::from(times[group]);
            }
            (times, sizes)
        };
        (0..=N_BOOTSTRAP).into_par_iter().map(cohort).collect()
    }

    /// The odds ratio in each cluster of the value that `rows` have; `None` where one of the four
    /// parts of the table has no image in the observed cohort.
    fn odds_ratios(
        &self,
        rows: &[usize],
        cohorts: &[(Vec<u8>, Vec<f64>)],
    ) -> Vec<Option<OddsRatio>> {
        let mut logs = vec![Vec::with_capacity(cohorts.len()); self.labels.len()];
        let mut counts = vec![0.0; self.labels.len()];
        let mut is_full = Vec::new();
        for (times, sizes) in cohorts {
            counts.fill(0.0);
            for &row in rows {
                counts[self.clusters[row]] += f64::from(times[self.sample.groups[row]]);
            }
            let with_value: f64 = counts.iter().sum();
            let n: f64 = sizes.iter().sum();
            for ((logs, count), size) in logs.iter_mut().zip(&counts).zip(sizes) {
                let (inside, outside) = (size - count, with_value - count);
                let neither = n - size - outside;
                // The observed cohort comes first.
                if is_full.len() < self.labels.len() {
                    is_full.push([*count, inside, outside, neither].iter().all(|&x| x > 0.0));
                }
                logs.push(ln_positive(
                    (count + 0.5) * (neither + 0.5) / ((inside + 0.5) * (outside + 0.5)),
                ));
            }
        }
        let interval = |(logs, is_full): (Vec<f64>, bool)| {
            let mut drawn = logs[1..].to_vec();
            drawn.sort_by(f64::total_cmp);
            is_full.then(|| OddsRatio {
                log: logs[0],
                low: quantile(&drawn, 0.025),
                high: quantile(&drawn, 0.975),
            })
        };
        logs.into_iter().zip(is_full).map(interval).collect()
    }
}

/// p, q and mark of each cell.
fn mark(cells: &mut [EnrichmentCell], tails: &[Tails], n_permutations: usize) {
    let p = |tails: &Tails| {
        let smaller = tails.at_least.min(tails.at_most);
        (2.0 * p_value(smaller, n_permutations)).min(1.0)
    };
    let p_values: Vec<f64> = tails.iter().map(p).collect();
    let q_values = q_values(&p_values);
    for (index, cell) in cells.iter_mut().enumerate() {
        cell.p_value = Some(p_values[index]);
        cell.q_value = Some(q_values[index]);
        let direction = if tails[index].at_least < tails[index].at_most {
            Mark::Enriched
        } else {
            Mark::Depleted
        };
        cell.mark = (q_values[index] <= LEVEL).then_some(direction);
    }
}

/// The quantile of sorted values, between neighbours in proportion (numpy's default).
fn quantile(sorted: &[f64], share: f64) -> f64 {
    let place = share * (sorted.len() - 1) as f64;
    let (below, part) = (place.floor() as usize, place.fract());
    let above = (below + 1).min(sorted.len() - 1);
    sorted[below] + part * (sorted[above] - sorted[below])
}
