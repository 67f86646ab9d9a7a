//! The best of many settings against a column: many looks give many chances.

use super::distinct::rows;
use super::exchange::Exchange;
use super::sample::Sample;
use super::statistic::Scorer;
use super::{CheckedAssociation, Moves, NotTestable, Values, at_least, check_values, p_value};
use crate::monitor::{Cancelled, Monitor};

/// A column against the clusters of many settings at once.
#[derive(Debug, Clone, PartialEq)]
pub struct SettingsTest {
    /// Images with a value; how many of them are noise differs between settings.
    pub n_images: usize,
    /// Patients of these images.
    pub n_groups: usize,
    /// Images left out because they have no value.
    pub n_missing: usize,
    /// Patients that can exchange values with another.
    pub n_movable: usize,
    /// What moved in the permutations.
    pub moves: Moves,
    /// Permutations: fewer than asked for in a large cohort.
    pub n_permutations: usize,
    /// Settings with clusters that differ from those of all settings before.
    pub n_distinct: usize,
    /// What was found, or why nothing could be.
    pub outcome: Result<BestSetting, NotTestable>,
}

/// The setting whose clusters go best with the column, measured against chance at that setting.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct BestSetting {
    /// Its index among the labelings; the first one of equal ones.
    pub index: usize,
    /// Its statistic, 0 to 1, as of [`super::Finding`].
    pub statistic: f64,
    /// By how many standard deviations this exceeds the mean over the permutations.
    pub z: f64,
    /// The share of arrangements whose own best setting is at least as far above its mean: the
    /// p-value of having looked at every setting.
    pub p_value: f64,
}

impl CheckedAssociation {
    /// Tests `column` against the clusters of every labeling of the same images at once.
    ///
    /// The statistic of each setting is standardised over all permutations, the observed one
    /// included, and the test is on the largest (Westfall and Young 1993): each permutation is the
    /// same for all settings, so that what they share is kept. Settings that do not have two
    /// clusters do not count, nor do those whose statistic no permutation changes.
    ///
    /// # Errors
    /// [`Cancelled`] when the monitor cancels.
    ///
    /// # Panics
    /// When the arrays are not equally long.
    pub fn settings(
        &self,
        labelings: &[Vec<Option<u32>>],
        groups: &[usize],
        column: Values<'_>,
        monitor: &dyn Monitor,
    ) -> Result<SettingsTest, Cancelled> {
        let sample = Sample::new(column, groups, None, |_| true);
        let exchange = Exchange::new(&sample);
        let distinct = self.distinct_settings(labelings, &sample, &exchange);
        let scorers: Vec<&Scorer> = distinct.scorers.iter().collect();
        let n_permutations = self.affordable(sample.len() * scorers.len());
        let outcome = if scorers.is_empty() {
            Err(sample.lacks_clusters())
        } else {
            check_values(&sample, &exchange)
        };
        let outcome = match outcome {
            Ok(()) => best(&exchange, &scorers, (n_permutations, self.0.seed), monitor)?
                .map(|best| BestSetting {
                    index: distinct.firsts[best.index],
                    ..best
                })
                .ok_or(NotTestable::FewValues),
            Err(reason) => Err(reason),
        };
        Ok(SettingsTest {
            n_images: sample.len(),
            n_groups: sample.n_groups,
            n_missing: sample.n_missing,
            n_movable: exchange.n_movable,
            moves: exchange.moves,
            n_permutations,
            n_distinct: scorers.len(),
            outcome,
        })
    }
}

/// The best of `scorers`; `None` when no permutation changes any statistic.
fn best(
    exchange: &Exchange,
    scorers: &[&Scorer],
    (n_permutations, seed): (usize, u64),
    monitor: &dyn Monitor,
) -> Result<Option<BestSetting>, Cancelled> {
    let rows = rows(scorers, exchange, (n_permutations, seed), monitor)?;
    let spreads = spreads(&rows, scorers.len());
    let standardised = |row: &[f64]| {
        let z = row.iter().zip(&spreads).enumerate();
        let z = z.filter_map(|(setting, (score, spread))| {
            spread.map(|(mean, deviation)| (setting, (score - mean) / deviation))
        });
        // The first of equal ones.
        z.reduce(|best, next| if next.1 > best.1 { next } else { best })
    };
    let mut maxima = rows.chunks(scorers.len()).filter_map(standardised);
    let Some((index, z)) = maxima.next() else {
        return Ok(None);
    };
    let threshold = at_least(z);
    let n_as_good = maxima.filter(|&(_, z)| z >= threshold).count();
    Ok(Some(BestSetting {
        index,
        statistic: rows[index],
        z,
        p_value: p_value(n_as_good, n_permutations),
    }))
}

/// Mean and standard deviation of each column of `rows`; `None` where it hardly varies.
pub(super) fn spreads(rows: &[f64], n_columns: usize) -> Vec<Option<(f64, f64)>> {
    let n_rows = (rows.len() / n_columns) as f64;
    let spread = |column: usize| {
        let values = || rows.iter().skip(column).step_by(n_columns);
        let mean = values().sum::<f64>() / n_rows;
        let variance = values().map(|value| (value - mean).powi(2)).sum::<f64>() / n_rows;
        let deviation = variance.sqrt();
        (deviation > 1e-9).then_some((mean, deviation))
    };
    (0..n_columns).map(spread).collect()
}
