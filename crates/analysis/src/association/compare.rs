//! Which of two columns goes with the clusters more closely.
//!
//! Statistics of single tests cannot be compared: each has its own images, and a number, its
//! octiles and its halves have other scales. So both columns are taken on the images that have both,
//! a number in as many groups of equal size as the other column has values, and measured by the share
//! of the clusters' variation that they explain, which is one and the same for both (Goodman and
//! Kruskal 1954). And since the larger of two is larger by chance too, the difference is held against
//! its spread over cohorts of patients drawn with replacement (Efron 1979).

use super::exchange::Exchange;
use super::sample::{Kind, Sample, numbered, quantile_groups};
use super::{CheckedAssociation, N_BOOTSTRAP, Values, check_values};
use crate::monitor::{Cancelled, Monitor, check};
use crate::random::Random;

/// Numbers are compared in so many groups of equal size, or as many as the other has values.
const MOST_GROUPS: usize = 8;

/// Permutations that tell what chance explains.
const N_PERMUTATIONS: usize = 499;

/// A difference of so many standard errors is one (two-sided, 5%).
const ERRORS: f64 = 1.96;

/// Two columns on the images that have both.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Comparison {
    /// Images with a value of both that count.
    pub n_images: usize,
    /// Patients of these images.
    pub n_groups: usize,
    /// The share of the clusters' variation that each column explains beyond chance.
    pub explained: [f64; 2],
    /// The standard error of their difference over cohorts of patients drawn with replacement.
    pub standard_error: f64,
}

impl Comparison {
    /// Whether the first explains more than the second by more than chance does.
    pub fn first_is_closer(&self) -> bool {
        let [first, second] = self.explained;
        first - second > ERRORS * self.standard_error
    }
}

impl CheckedAssociation {
    /// Compares two columns on the images that have both. `None` where these cannot be tested, and
    /// where one column is a coarser form of the other, which cannot explain more than the finer
    /// one: then which of them explains more says nothing of what they stand for.
    ///
    /// # Errors
    /// [`Cancelled`] when the monitor cancels.
    ///
    /// # Panics
    /// When the arrays are not equally long.
    pub fn compare(
        &self,
        labels: &[Option<u32>],
        groups: &[usize],
        [first, second]: [Values<'_>; 2],
        monitor: &dyn Monitor,
    ) -> Result<Option<Comparison>, Cancelled> {
        let clusters = self.clusters(labels);
        let sample = |column: Values<'_>, other: Values<'_>| {
            let counts = |image: usize| clusters[image].is_some() && other.has(image);
            Sample::new(column, groups, None, counts)
        };
        let samples = [sample(first, second), sample(second, first)];
        let (clusters, names) = numbered(samples[0].images.iter().filter_map(|&i| clusters[i]));
        if names.len() < 2 || is_coarser_form(&samples[0], &samples[1]) {
            return Ok(None);
        }
        let shared = Shared {
            n_clusters: names.len(),
            groups: &samples[0].groups,
            clusters,
        };
        let mut sides = Vec::with_capacity(2);
        for (sample, other) in samples.iter().zip(samples.iter().rev()) {
            let n_groups = match other.kind {
                Kind::Categories => other.n_values.clamp(2, MOST_GROUPS),
                Kind::Numbers => MOST_GROUPS,
            };
            let exchange = Exchange::new(sample);
            if check_values(sample, &exchange).is_err() {
                return Ok(None);
            }
            let group_of = match sample.kind {
                Kind::Categories => (0..sample.n_values).collect(),
                Kind::Numbers => groups_of_values(sample, n_groups),
            };
            sides.push(shared.side(&exchange, group_of, self.0.seed, monitor)?);
        }
        let explained = [sides[0].explained, sides[1].explained];
        Ok(Some(Comparison {
            n_images: samples[0].len(),
            n_groups: samples[0].n_groups,
            explained,
            standard_error: shared.standard_error(
                &sides,
                samples[0].n_groups,
                self.0.seed,
                monitor,
            )?,
        }))
    }
}

/// What two columns are compared on.
struct Shared<'a> {
    clusters: Vec<usize>,
    n_clusters: usize,
    groups: &'a [usize],
}

/// One of two columns.
struct Side {
    /// The value of each image, numbers in groups.
    values: Vec<usize>,
    n_values: usize,
    /// What chance explains.
    by_chance: f64,
    explained: f64,
}

impl Shared<'_> {
    fn side(
        &self,
        exchange: &Exchange,
        group_of: Vec<usize>,
        seed: u64,
        monitor: &dyn Monitor,
    ) -> Result<Side, Cancelled> {
        let n_values = group_of.iter().max().map_or(0, |&largest| largest + 1);
        let values = |slots: &[u32]| -> Vec<usize> {
            let value = |&slot: &usize| group_of[slots[slot] as usize];
            exchange.slots.iter().map(value).collect()
        };
        let once = vec![1.0; self.clusters.len()];
        let share = |values: &[usize]| self.share(values, n_values, &once);
        let chunks = exchange.gather(
            (N_PERMUTATIONS, seed),
            || (0.0, ()),
            |sum, (), slots| *sum += share(&values(slots)),
            monitor,
        )?;
        let by_chance = chunks.iter().sum::<f64>() / N_PERMUTATIONS as f64;
        let values = values(exchange.observed());
        let mut side = Side {
            explained: share(&values),
            by_chance,
            values,
            n_values,
        };
        side.explained = side.beyond_chance(side.explained);
        Ok(side)
    }

    /// The share of the variation of the clusters, Σ p (1 - p), that is not within the values; each
    /// image counts `times`.
    fn share(&self, values: &[usize], n_values: usize, times: &[f64]) -> f64 {
        let mut table = vec![0.0; n_values * self.n_clusters];
        let mut sizes = vec![0.0; self.n_clusters];
        for ((&value, &cluster), times) in values.iter().zip(&self.clusters).zip(times) {
            table[value * self.n_clusters + cluster] += times;
            sizes[cluster] += times;
        }
        let n: f64 = sizes.iter().sum();
        let squares = |row: &[f64]| row.iter().map(|count| count * count).sum::<f64>();
        let rows = table.chunks_exact(self.n_clusters);
        let of_row = |row: &[f64]| squares(row) / row.iter().sum::<f64>().max(1.0);
        let (between, alone) = (rows.map(of_row).sum::<f64>(), squares(&sizes) / n);
        if n - alone > 0.0 {
            (between - alone) / (n - alone)
        } else {
            0.0
        }
    }

    /// The standard deviation of the difference over cohorts of patients drawn with replacement.
    fn standard_error(
        &self,
        sides: &[Side],
        n_groups: usize,
        seed: u64,
        monitor: &dyn Monitor,
    ) -> Result<f64, Cancelled> {
        let mut differences = Vec::with_capacity(N_BOOTSTRAP);
        for index in 1..=N_BOOTSTRAP {
            check(monitor)?;
            let mut random = Random::nth(!seed, index as u64);
            let mut drawn = vec![0.0; n_groups];
            for _ in 0..n_groups {
                drawn[random.below(n_groups)] += 1.0;
            }
            let times: Vec<f64> = self.groups.iter().map(|&group| drawn[group]).collect();
            let explained =
                |side: &Side| side.beyond_chance(self.share(&side.values, side.n_values, &times));
            differences.push(explained(&sides[0]) - explained(&sides[1]));
        }
        let n = differences.len() as f64;
        let mean = differences.iter().sum::<f64>() / n;
        let squares = differences.iter().map(|x| (x - mean).powi(2)).sum::<f64>();
        Ok((squares / (n - 1.0)).sqrt())
    }
}

impl Side {
    fn beyond_chance(&self, share: f64) -> f64 {
        (share - self.by_chance) / (1.0 - self.by_chance).max(1e-9)
    }
}

/// The group of equal size that each distinct number falls in.
fn groups_of_values(sample: &Sample, n_groups: usize) -> Vec<usize> {
    let mut groups = vec![0; sample.n_values];
    let of_images = quantile_groups(&sample.values, n_groups);
    for (&value, group) in sample.values.iter().zip(of_images) {
        groups[value] = group;
    }
    groups
}

/// Whether one of two columns on the same images can be read off the other: each value of a category
/// goes with one value of the other, or with an interval of a number, or numbers rise or fall
/// together.
fn is_coarser_form(a: &Sample, b: &Sample) -> bool {
    let pairs: Vec<(usize, usize)> = a
        .values
        .iter()
        .copied()
        .zip(b.values.iter().copied())
        .collect();
    let swapped: Vec<(usize, usize)> = pairs.iter().map(|&(a, b)| (b, a)).collect();
    match (a.kind, b.kind) {
        (Kind::Categories, Kind::Categories) => determines(&pairs) || determines(&swapped),
        (Kind::Numbers, Kind::Categories) => has_intervals(&pairs),
        (Kind::Categories, Kind::Numbers) => has_intervals(&swapped),
        (Kind::Numbers, Kind::Numbers) => {
            let last = b.n_values.saturating_sub(1);
            let falling: Vec<_> = pairs.iter().map(|&(a, b)| (a, last - b)).collect();
            rises(&pairs) || rises(&falling)
        }
    }
}

/// Whether each first goes with one second.
fn determines(pairs: &[(usize, usize)]) -> bool {
    let mut pairs = pairs.to_vec();
    pairs.sort_unstable();
    pairs.dedup();
    pairs.windows(2).all(|pair| pair[0].0 != pair[1].0)
}

/// Whether the numbers of each category lie side by side: no other category's is between them.
fn has_intervals(pairs: &[(usize, usize)]) -> bool {
    let mut pairs = pairs.to_vec();
    pairs.sort_unstable();
    let mut runs: Vec<usize> = pairs.into_iter().map(|(_, category)| category).collect();
    runs.dedup();
    let n_runs = runs.len();
    runs.sort_unstable();
    runs.dedup();
    runs.len() == n_runs
}

/// Whether the second never falls where the first rises.
fn rises(pairs: &[(usize, usize)]) -> bool {
    let mut pairs = pairs.to_vec();
    pairs.sort_unstable();
    pairs.windows(2).all(|pair| pair[0].1 <= pair[1].1)
}
