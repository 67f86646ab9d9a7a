//! A column against every setting that could as well have been chosen, and one p for all of them
//! (Simonsohn, Simmons and Nelson 2020).

use super::distinct::{Distinct, rows};
use super::effect::largest_statistic;
use super::exchange::Exchange;
use super::sample::Sample;
use super::settings::spreads;
use super::statistic::Scorer;
use super::{
    CheckedAssociation, Held, LEVEL, Moves, NotTestable, Values, at_least, check_values, p_value,
};
use crate::monitor::{Cancelled, Monitor, check};
use rayon::prelude::*;

/// A column against the clusters of many settings, each by itself and all together.
#[derive(Debug, Clone, PartialEq)]
pub struct SpecificationsTest {
    /// Images with a value (and a level, where one is held fixed).
    pub n_images: usize,
    /// Patients of these images.
    pub n_groups: usize,
    /// Images left out because they have no value or no level.
    pub n_missing: usize,
    /// Patients that can exchange values with another.
    pub n_movable: usize,
    /// What moved in the permutations.
    pub moves: Moves,
    /// Permutations: fewer than asked for in a large cohort.
    pub n_permutations: usize,
    /// Settings with clusters that differ from those of all others.
    pub n_distinct: usize,
    /// What was found, or why nothing could be.
    pub outcome: Result<SpecificationCurve, NotTestable>,
}

/// What was found in every setting, and in all of them.
#[derive(Debug, Clone, PartialEq)]
pub struct SpecificationCurve {
    /// In the order of the settings; `None` where the images that count are in fewer than two
    /// clusters, or where no permutation changes anything.
    pub settings: Vec<Option<InSetting>>,
    /// What the median setting explains beyond chance.
    pub median: OverSettings,
    /// The share of settings with p ≤ 0.05.
    pub significant: OverSettings,
}

/// One setting.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct InSetting {
    /// The share that is explained beyond chance: 0 is what permuted patients give, 1 all of it.
    pub explained: f64,
    /// The share of arrangements that do as well at this setting.
    pub p_value: f64,
}

/// One number of all settings together, against the same permutations in each.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct OverSettings {
    /// As observed.
    pub observed: f64,
    /// The median over the permutations.
    pub by_chance: f64,
    /// The share of arrangements in which it is at least as large.
    pub p_value: f64,
}

impl CheckedAssociation {
    /// Tests `column` against the clusters of every setting, each with a label for each image. All
    /// settings see the same permutations, so that what they share is kept: the median and the share
    /// of small p are compared with those of permuted patients. Noise counts as the parameters say.
    ///
    /// # Errors
    /// [`Cancelled`] when the monitor cancels.
    ///
    /// # Panics
    /// When the arrays are not equally long.
    pub fn specifications(
        &self,
        labelings: &[&[Option<u32>]],
        groups: &[usize],
        (column, within): (Values<'_>, Option<Held<'_>>),
        monitor: &dyn Monitor,
    ) -> Result<SpecificationsTest, Cancelled> {
        let sample = Sample::new(column, groups, within, |_| true);
        let exchange = Exchange::new(&sample);
        let distinct = self.distinct_settings(labelings, &sample, &exchange);
        let n_permutations = self.affordable(sample.len() * distinct.scorers.len());
        let outcome = match check_values(&sample, &exchange) {
            Err(reason) => Err(reason),
            Ok(()) if distinct.scorers.is_empty() => Err(sample.lacks_clusters()),
            Ok(()) => {
                let scorers: Vec<&Scorer> = distinct.scorers.iter().collect();
                let rows = rows(&scorers, &exchange, (n_permutations, self.0.seed), monitor)?;
                distinct.curve(&sample, &exchange, &rows, monitor)?
            }
        };
        Ok(SpecificationsTest {
            n_images: sample.len(),
            n_groups: sample.n_groups,
            n_missing: sample.n_missing,
            n_movable: exchange.n_movable,
            moves: exchange.moves,
            n_permutations,
            n_distinct: distinct.scorers.len(),
            outcome,
        })
    }
}

impl Distinct {
    fn curve(
        &self,
        sample: &Sample,
        exchange: &Exchange,
        rows: &[f64],
        monitor: &dyn Monitor,
    ) -> Result<Result<SpecificationCurve, NotTestable>, Cancelled> {
        let n_settings = self.scorers.len();
        let spreads = spreads(rows, n_settings);
        let scale = |place: usize| {
            let scorer = &self.scorers[place];
            let margins = scorer.margins(exchange.observed());
            let largest = largest_statistic(scorer, sample.kind, &margins);
            let (mean, _) = spreads[place]?;
            let mut scores: Vec<f64> = rows
                .iter()
                .skip(place)
                .step_by(n_settings)
                .copied()
                .collect();
            let observed = scores[0];
            scores.sort_unstable_by(|a, b| b.total_cmp(a));
            let allowed = (LEVEL * scores.len() as f64) as usize;
            let threshold = at_least(observed);
            Some(Scale {
                mean,
                room: (largest - mean).max(1e-9),
                beyond: scores.get(allowed).copied().unwrap_or(f64::INFINITY),
                p_value: scores.partition_point(|&score| score >= threshold) as f64
                    / scores.len() as f64,
            })
        };
        let scales: Vec<Option<Scale>> = (0..n_settings).into_par_iter().map(scale).collect();
        check(monitor)?;
        let total: f64 = self.weights(&scales).sum();
        if total == 0.0 {
            return Ok(Err(NotTestable::NothingWithin));
        }
        let of_arrangement = |row: &[f64]| self.both(row, &scales, total);
        let both: Vec<(f64, f64)> = rows.par_chunks(n_settings).map(of_arrangement).collect();
        let (medians, shares): (Vec<f64>, Vec<f64>) = both.into_iter().unzip();
        let in_setting = |place: &Option<usize>| {
            let place = (*place)?;
            let scale = scales[place].as_ref()?;
            Some(InSetting {
                explained: scale.explained(rows[place]),
                p_value: scale.p_value,
            })
        };
        Ok(Ok(SpecificationCurve {
            settings: self.places.iter().map(in_setting).collect(),
            median: OverSettings::of(&medians),
            significant: OverSettings::of(&shares),
        }))
    }

    /// How many settings each distinct one stands for; none where nothing varies.
    fn weights<'a>(&'a self, scales: &'a [Option<Scale>]) -> impl Iterator<Item = f64> + 'a {
        let of = |(times, scale): (&f64, &Option<Scale>)| scale.as_ref().map_or(0.0, |_| *times);
        self.times.iter().zip(scales).map(of)
    }

    /// The median of what is explained, and the share of settings with p ≤ 0.05, of one arrangement.
    fn both(&self, row: &[f64], scales: &[Option<Scale>], total: f64) -> (f64, f64) {
        let mut explained = Vec::with_capacity(row.len());
        let mut significant = 0.0;
        for ((&score, scale), times) in row.iter().zip(scales).zip(&self.times) {
            if let Some(scale) = scale {
                explained.push((scale.explained(score), *times));
                if at_least(score) > scale.beyond {
                    significant += times;
                }
            }
        }
        explained.sort_unstable_by(|a, b| a.0.total_cmp(&b.0));
        let mut below = 0.0;
        let mut median = 0.0;
        for (value, times) in explained {
            median = value;
            below += times;
            if below >= 0.5 * total {
                break;
            }
        }
        (median, significant / total)
    }
}

/// What a statistic means at one setting.
#[derive(Debug)]
struct Scale {
    /// The mean over the arrangements.
    mean: f64,
    /// From there to the largest that is possible.
    room: f64,
    /// What exceeds this has p ≤ 0.05.
    beyond: f64,
    /// Of the observed arrangement.
    p_value: f64,
}

impl Scale {
    fn explained(&self, score: f64) -> f64 {
        (score - self.mean) / self.room
    }
}

impl OverSettings {
    /// From the value of each arrangement, the observed one first.
    fn of(values: &[f64]) -> Self {
        let (observed, mut permuted) = (values[0], values[1..].to_vec());
        let threshold = at_least(observed);
        let n_as_good = permuted.iter().filter(|&&value| value >= threshold).count();
        permuted.sort_unstable_by(f64::total_cmp);
        Self {
            observed,
            by_chance: permuted[permuted.len() / 2],
            p_value: p_value(n_as_good, permuted.len()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::AssociationParams;
    use super::*;

    fn checked() -> CheckedAssociation {
        let params = AssociationParams {
            n_permutations: 999,
            ..AssociationParams::default()
        };
        params.check().unwrap()
    }

    #[test]
    fn a_column_that_is_in_most_settings_is_found_in_all_of_them_together() {
        let groups: Vec<usize> = (0..40).collect();
        let codes: Vec<Option<u32>> = (0..40).map(|i| Some(i % 2)).collect();
        let same: Vec<Option<u32>> = (0..40).map(|i| Some(i % 2)).collect();
        let other: Vec<Option<u32>> = (0..40).map(|i| Some(i / 20)).collect();
        let none: Vec<Option<u32>> = vec![Some(0); 40];
        let settings = [&same[..], &same, &other, &none, &same];
        let column = (Values::Categories(&codes), None);
        let found = checked()
            .specifications(&settings, &groups, column, &())
            .unwrap();
        assert_eq!(found.n_distinct, 2);
        let curve = found.outcome.unwrap();
        assert_eq!(curve.settings[3], None);
        assert_eq!(curve.settings[0], curve.settings[4]);
        let (same, other) = (curve.settings[0].unwrap(), curve.settings[2].unwrap());
        assert!((same.explained - 1.0).abs() < 1e-9 && same.p_value == 0.001);
        assert!(other.explained < 0.05 && other.p_value > 0.3);
        assert!((curve.median.observed - 1.0).abs() < 1e-9);
        assert!(curve.median.p_value == 0.001 && curve.median.by_chance.abs() < 0.1);
        assert_eq!(curve.significant.observed, 0.75);
        assert!(curve.significant.p_value < 0.06);
    }

    #[test]
    fn single_settings_have_the_p_of_a_test_of_their_own() {
        let groups: Vec<usize> = (0..60).map(|i| i / 2).collect();
        let codes: Vec<Option<u32>> = (0..60).map(|i| Some(u32::from((i / 2) % 5 < 2))).collect();
        let setting: Vec<Option<u32>> = (0..60)
            .map(|i| (i % 7 > 0).then_some(u32::from((i / 2) % 5 < 3)))
            .collect();
        let column = Values::Categories(&codes);
        let all = checked()
            .specifications(&[&setting], &groups, (column, None), &())
            .unwrap();
        let alone = checked()
            .settings(&[setting], &groups, column, &())
            .unwrap();
        let found = all.outcome.unwrap().settings[0].unwrap();
        assert_eq!(found.p_value, alone.outcome.unwrap().p_value);
    }
}
