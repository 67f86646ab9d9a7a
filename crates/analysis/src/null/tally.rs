//! Counting the surrogates that do as well.

use super::{Observed, Statistic};
use crate::measures::Measure;
use crate::search::Found;

/// A statistic in the making.
pub(super) struct Tally {
    measure: Measure,
    observed: Option<Found>,
    stop_after: Option<usize>,
    best: Vec<Option<f64>>,
    n_as_good: usize,
}

impl Tally {
    pub(super) fn new(
        measure: Measure,
        observed: Option<Found>,
        stop_after: Option<usize>,
    ) -> Self {
        Self {
            measure,
            observed,
            stop_after,
            best: Vec::new(),
            n_as_good: 0,
        }
    }

    pub(super) fn is_settled(&self) -> bool {
        self.stop_after.is_some_and(|h| self.n_as_good >= h)
    }

    /// Counts the best value of the next surrogate, unless the statistic is settled.
    pub(super) fn add(&mut self, value: Option<f64>) {
        if self.is_settled() {
            return;
        }
        self.best.push(value);
        let cost = |value| self.measure.cost(value);
        let as_good = match (value, self.observed) {
            (Some(value), Some(observed)) => cost(value) <= cost(observed.value),
            (None, Some(_)) => false,
            // Nothing was found, which is no better than anything.
            (_, None) => true,
        };
        self.n_as_good += usize::from(as_good);
    }

    pub(super) fn finish(self) -> Statistic {
        let (k, counted) = (self.n_as_good as f64, self.best.len() as f64);
        let p_value = if self.is_settled() {
            k / counted
        } else {
            (1.0 + k) / (1.0 + counted)
        };
        Statistic {
            measure: self.measure,
            observed: self.observed.map(|found| Observed {
                value: found.value,
                along: found.along,
                cell: found.cell,
            }),
            best: self.best,
            n_as_good: self.n_as_good,
            p_value,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clustering::Cell;

    fn tally(observed: Option<f64>, stop_after: Option<usize>, best: &[Option<f64>]) -> Statistic {
        let cell = Cell {
            at: [1.0, 5.0],
            n_clusters: 3,
            n_noise: 0,
            score: 0,
        };
        let found = |value| Found::new(17.0, cell, value, Measure::Dbcv);
        let mut tally = Tally::new(Measure::Dbcv, observed.map(found), stop_after);
        best.iter().for_each(|best| tally.add(*best));
        tally.finish()
    }

    #[test]
    fn ties_are_as_good_and_nothing_is_not() {
        let best = [Some(0.1), Some(0.3), None, Some(0.2), Some(0.4)];
        let found = tally(Some(0.3), None, &best);
        assert_eq!((found.n_as_good, found.p_value), (2, 3.0 / 6.0));
        // Nothing found is no better than anything.
        assert_eq!(tally(None, None, &best).p_value, 1.0);
        assert_eq!(tally(Some(0.3), None, &[]).p_value, 1.0);
    }

    #[test]
    fn an_early_end_is_at_the_last_surrogate_that_settles_it() {
        let best = [Some(0.1), Some(0.3), None, Some(0.2), Some(0.4), Some(0.5)];
        let found = tally(Some(0.3), Some(2), &best);
        assert_eq!((found.best.len(), found.p_value), (5, 2.0 / 5.0));
        let unsettled = tally(Some(0.3), Some(4), &best);
        assert_eq!((unsettled.best.len(), unsettled.p_value), (6, 4.0 / 7.0));
    }
}
