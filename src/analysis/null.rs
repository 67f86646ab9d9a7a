//! Is the best of a search luck? The same search on cohorts without clusters.
//!
//! Three questions, answered from the same surrogates. The notebook's score asks whether so even a
//! split would come of chance, and not whether there are clusters: well-separated groups of unequal
//! size do worse by it than most noise. Silhouette and DBCV ask whether groups stand apart more
//! than chance would have them; silhouette looks for round groups, DBCV for dense ones of any
//! shape.

use super::monitor::{Cancelled, Monitor, Silent, check};
use super::plane::Cell;
use super::scores::Measure;
use super::search::{Found, SearchError, SearchParams, best_of_each};
use super::surrogate::{SurrogateError, SurrogateKind, Surrogates};
use super::tsne::is_degenerate;
use ndarray::ArrayView2;
use rayon::prelude::*;

/// What the best of a search is judged by here.
pub const MEASURES: [Measure; 3] = [Measure::Balance, Measure::Silhouette, Measure::Dbcv];

/// Surrogates, at most.
const MAX_SURROGATES: usize = 9999;

/// Cohorts that are searched side by side: a fixed number, so that what is searched in vain after
/// an early end does not depend on the machine.
const AT_ONCE: usize = 8;

/// A search, and the cohorts to compare it with.
#[derive(Debug, Clone, PartialEq)]
pub struct NullParams {
    /// The search. Perplexities above (n_samples - 1) / 3, where maps degenerate, are left out for
    /// the observed cohort and the surrogates alike; what it ranks by is not used.
    pub search: SearchParams,
    /// Surrogate cohorts, 1 to 9,999. The smallest p is 1 / (n_surrogates + 1); each costs as much
    /// as the search.
    pub n_surrogates: usize,
    /// What the surrogates keep of the observed cohort.
    pub kind: SurrogateKind,
    /// A statistic is settled when this many surrogates, ≥ 1, have been as good; `None` searches
    /// them all.
    pub stop_after: Option<usize>,
    /// The seed of the surrogates.
    pub seed: u64,
}

/// Parameters that are in range.
#[derive(Debug, Clone, PartialEq)]
pub struct CheckedNull(NullParams);

impl NullParams {
    /// Checks all ranges that do not depend on the data; only checked parameters run.
    ///
    /// # Errors
    /// [`NullError`], naming the first parameter out of range and the range.
    pub fn check(self) -> Result<CheckedNull, NullError> {
        if !(1..=MAX_SURROGATES).contains(&self.n_surrogates) {
            return Err(NullError::Surrogates {
                n_surrogates: self.n_surrogates,
            });
        }
        if self.stop_after == Some(0) {
            return Err(NullError::StopAfter);
        }
        self.search.clone().check()?;
        Ok(CheckedNull(self))
    }
}

/// How the best of the search compares with chance.
#[derive(Debug, Clone, PartialEq)]
pub struct NullResult {
    /// One for each of [`MEASURES`], in their order.
    pub statistics: Vec<Statistic>,
    /// The perplexities of the search that were left out.
    pub excluded_perplexities: Vec<f64>,
}

/// The best of a search by one measure, observed and by chance.
#[derive(Debug, Clone, PartialEq)]
pub struct Statistic {
    /// The measure.
    pub measure: Measure,
    /// The best admissible setting of the observed cohort; `None` when there is none.
    pub observed: Option<Observed>,
    /// The best value of each surrogate that was counted, in order; `None` without an admissible
    /// setting.
    pub best: Vec<Option<f64>>,
    /// Of these, how many are as good as the observed one or better. One without an admissible
    /// setting is not, unless the observed cohort has none either.
    pub n_as_good: usize,
    /// (1 + n_as_good) / (1 + surrogates), or n_as_good / surrogates when it was settled early
    /// (Besag and Clifford 1991).
    pub p_value: f64,
}

/// A setting and its value.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Observed {
    /// The value of the measure.
    pub value: f64,
    /// The perplexity of the map.
    pub perplexity: f64,
    /// What DBSCAN finds on it.
    pub cell: Cell,
}

impl CheckedNull {
    /// The parameters as given.
    pub fn params(&self) -> &NullParams {
        &self.0
    }

    /// Searches `features`, `(n_samples, n_features)`, and surrogates of them; `groups` numbers the
    /// patient of each image.
    ///
    /// The monitor hears of one unit per cohort, of `n_surrogates` + 1 in all also when it ends
    /// early. Surrogate i depends on the seed and i alone, and the result on no number of threads.
    ///
    /// # Errors
    /// [`NullError`] when all perplexities are left out, when there are no surrogates of these
    /// images, when a search fails, or when the monitor cancels.
    pub fn run(
        &self,
        features: ArrayView2<'_, f32>,
        groups: &[usize],
        monitor: &dyn Monitor,
    ) -> Result<NullResult, NullError> {
        let n_samples = features.nrows();
        let mut params = self.0.search.clone();
        let (kept, excluded_perplexities): (Vec<f64>, Vec<f64>) = params
            .perplexities
            .iter()
            .partition(|perplexity| !is_degenerate(**perplexity, n_samples));
        if kept.is_empty() {
            return Err(NullError::NoPerplexity { n_samples });
        }
        params.perplexities = kept;
        let search = params.check()?;
        let silent = Silent(monitor);
        let surrogates = Surrogates::new(features, groups, self.0.kind, &silent)?;
        let best_of = |features: ArrayView2<'_, f32>| -> Result<Vec<Option<Found>>, NullError> {
            check(monitor)?;
            let best = best_of_each(&search, features, &MEASURES, &silent)?;
            monitor.advance(1);
            Ok(best)
        };
        let mut tallies: Vec<Tally> = MEASURES
            .into_iter()
            .zip(best_of(features)?)
            .map(|(measure, observed)| Tally::new(measure, observed, self.0.stop_after))
            .collect();
        let mut n_searched = 0;
        while n_searched < self.0.n_surrogates && !tallies.iter().all(Tally::is_settled) {
            let batch = n_searched..self.0.n_surrogates.min(n_searched + AT_ONCE);
            n_searched = batch.end;
            let found: Vec<Vec<Option<Found>>> = batch
                .into_par_iter()
                .map(|index| best_of(surrogates.draw(self.0.seed, index as u64).view()))
                .collect::<Result<_, _>>()?;
            for best in found {
                for (tally, best) in tallies.iter_mut().zip(best) {
                    tally.add(best.map(|found| found.value));
                }
            }
        }
        monitor.advance((self.0.n_surrogates - n_searched) as u64);
        Ok(NullResult {
            statistics: tallies.into_iter().map(Tally::finish).collect(),
            excluded_perplexities,
        })
    }
}

/// A statistic in the making.
struct Tally {
    measure: Measure,
    observed: Option<Found>,
    stop_after: Option<usize>,
    best: Vec<Option<f64>>,
    n_as_good: usize,
}

impl Tally {
    fn new(measure: Measure, observed: Option<Found>, stop_after: Option<usize>) -> Self {
        Self {
            measure,
            observed,
            stop_after,
            best: Vec::new(),
            n_as_good: 0,
        }
    }

    fn is_settled(&self) -> bool {
        self.stop_after.is_some_and(|h| self.n_as_good >= h)
    }

    /// Counts the best value of the next surrogate, unless the statistic is settled.
    fn add(&mut self, value: Option<f64>) {
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

    fn finish(self) -> Statistic {
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
                perplexity: found.perplexity,
                cell: found.cell,
            }),
            best: self.best,
            n_as_good: self.n_as_good,
            p_value,
        }
    }
}

/// Why there is no comparison.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum NullError {
    /// See [`NullParams::n_surrogates`].
    #[error("n_surrogates is {n_surrogates}; set it to a number from 1 to {MAX_SURROGATES}")]
    Surrogates {
        /// What was asked for.
        n_surrogates: usize,
    },
    /// See [`NullParams::stop_after`].
    #[error("stop_after is 0; set it to 1 or more, or leave it out")]
    StopAfter,
    /// Nothing is left to search.
    #[error(
        "every perplexity is above a third of the other images, where maps degenerate; search \
         perplexities up to {}", (*.n_samples as f64 - 1.0).max(0.0) / 3.0
    )]
    NoPerplexity {
        /// Rows of the features.
        n_samples: usize,
    },
    /// The search is at fault.
    #[error(transparent)]
    Search(SearchError),
    /// There are no surrogates of these images.
    #[error(transparent)]
    Surrogate(SurrogateError),
    /// The monitor asked to stop.
    #[error(transparent)]
    Cancelled(#[from] Cancelled),
}

impl From<SearchError> for NullError {
    fn from(error: SearchError) -> Self {
        match error {
            SearchError::Cancelled(cancelled) => Self::Cancelled(cancelled),
            other => Self::Search(other),
        }
    }
}

impl From<SurrogateError> for NullError {
    fn from(error: SurrogateError) -> Self {
        match error {
            SurrogateError::Cancelled(cancelled) => Self::Cancelled(cancelled),
            other => Self::Surrogate(other),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tally(observed: Option<f64>, stop_after: Option<usize>, best: &[Option<f64>]) -> Statistic {
        let cell = Cell {
            eps: 1.0,
            min_samples: 5,
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
