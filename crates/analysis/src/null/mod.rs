//! Is the best of a search luck? The same search on cohorts without clusters.
//!
//! Three questions, answered from the same surrogates. The notebook's score asks whether so even a
//! split would come of chance, and not whether there are clusters: well-separated groups of unequal
//! size do worse by it than most noise. Silhouette and DBCV ask whether groups stand apart more
//! than chance would have them: silhouette looks for round groups and does not see the noise, so
//! that its best setting may call nearly all images noise; DBCV looks for dense groups of any shape,
//! and noise counts against it.
//!
//! All three are measured on the standardised map, which is what is clustered and looked at. That a
//! map draws clusters into a cloud is no bias here: it does so to the surrogates too. In the space
//! of the features distances say little about groups that were found on a map.
//!
//! The Gaussian null is exact for Gaussian features. Skewed ones are no Gaussian cloud, and it can
//! say so: of clouds of rectified features, DBCV calls 17.7% unlikely at 0.05. The permuted
//! surrogates keep the skewness, and DBCV calls 6.9% of the same clouds unlikely: where the two
//! disagree, the permuted ones are to be believed about clusters. (Of 1,000 cohorts each:
//! `NEGATOSCOPE_FULL=1 cargo test --test null_calibration -- --nocapture`.)

mod aspect;
mod joint;
mod plane;
mod setting;
mod tally;

pub use aspect::{ASPECTS, Aspect, Averaged, Standing};
pub use plane::{PlaneStanding, PlaneTest, compare_planes};
pub use setting::{AspectTest, Chance, ChanceParams, ChanceTest, compare};

use crate::clustering::{Cell, ClusteringError};
use crate::measures::{DISTANCES_LIMIT, Measure};
use crate::monitor::{Cancelled, Count, check};
use crate::projection::ProjectionError;
use crate::search::{CheckedSearch, Found, SearchError, SearchParams, best_of_each};
use crate::surrogate::{SurrogateError, SurrogateKind, Surrogates};
use ndarray::ArrayView2;
use rayon::prelude::*;
use std::ops::Range;
use tally::Tally;

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
    /// The search. Maps that degenerate, of t-SNE above a perplexity of (n_samples - 1) / 3, are left
    /// out for the observed cohort and the surrogates alike; what it ranks by is not used.
    pub search: SearchParams,
    /// Surrogate cohorts, 1 to 9,999. The smallest p is 1 / (n_surrogates + 1); each costs as much
    /// as the search.
    pub n_surrogates: usize,
    /// What the surrogates keep of the observed cohort; `None` for what fits its features
    /// ([`SurrogateKind::fitting`]).
    pub kind: Option<SurrogateKind>,
    /// A statistic is settled when this many surrogates, ≥ 1, have been as good; `None` searches
    /// them all.
    pub stop_after: Option<usize>,
    /// The seed of the surrogates.
    pub seed: u64,
}

/// The best value of each of [`MEASURES`] in one cohort; `None` without an admissible setting.
pub type Bests = [Option<f64>; MEASURES.len()];

/// Surrogates that were searched before, in batches of the same numbers each time: what a run has done
/// is done, also when it is ended before its time.
pub trait Searched: Sync {
    /// What was found in the surrogates of these numbers.
    fn known(&self, numbers: Range<usize>) -> Option<Vec<Bests>>;
    /// Keeps what was found in them.
    fn keep(&self, numbers: Range<usize>, found: &[Bests]);
}

/// `()` knows of none.
impl Searched for () {
    fn known(&self, _: Range<usize>) -> Option<Vec<Bests>> {
        None
    }

    fn keep(&self, _: Range<usize>, _: &[Bests]) {}
}

/// Parameters that are in range.
#[derive(Debug, Clone, PartialEq)]
pub struct CheckedNull(NullParams);

impl NullParams {
    /// A search on so many surrogates of the kind that fits, all of them.
    pub fn of(search: SearchParams, n_surrogates: usize) -> Self {
        Self {
            search,
            n_surrogates,
            kind: None,
            stop_after: None,
            seed: 42,
        }
    }

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
    /// The values along the axis of the maps that were left out.
    pub excluded: Vec<f64>,
    /// What the surrogates kept.
    pub kind: SurrogateKind,
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
    /// The value along the axis of the map, such as its perplexity.
    pub along: f64,
    /// What is found on it.
    pub cell: Cell,
}

impl CheckedNull {
    /// The parameters as given.
    pub fn params(&self) -> &NullParams {
        &self.0
    }

    /// Searches `features`, `(n_samples, n_features)`, and surrogates of them; `groups` numbers the
    /// patient of each image. What is known of `searched` is not searched again.
    ///
    /// The counter hears of one unit per cohort, of `n_surrogates` + 1 in all also when it ends
    /// early. Surrogate i depends on the seed and i alone, and the result on no number of threads.
    ///
    /// # Errors
    /// [`NullError`] when there are more than [`DISTANCES_LIMIT`] images, when all maps are left out, when there are no surrogates of these images, when a search fails, or when the
    /// monitor cancels.
    pub fn run(
        &self,
        features: ArrayView2<'_, f32>,
        groups: &[usize],
        searched: &dyn Searched,
        counter: &dyn Count,
    ) -> Result<NullResult, NullError> {
        let (search, excluded) = self.search_of(features.nrows())?;
        let fitting = || SurrogateKind::fitting(features);
        let kind = self.0.kind.unwrap_or_else(fitting);
        let surrogates = Surrogates::new(features, groups, kind, counter)?;
        let best_of = |features: ArrayView2<'_, f32>| -> Result<Vec<Option<Found>>, NullError> {
            check(counter)?;
            let best = best_of_each(&search, features, &MEASURES, counter)?;
            counter.advance(1);
            Ok(best)
        };
        let mut tallies: Vec<Tally> = MEASURES
            .into_iter()
            .zip(best_of(features)?)
            .map(|(measure, observed)| Tally::new(measure, observed, self.0.stop_after))
            .collect();
        let search_batch = |batch: Range<usize>| -> Result<Vec<Bests>, NullError> {
            if let Some(known) = searched.known(batch.clone()) {
                counter.advance(batch.len() as u64);
                return Ok(known);
            }
            let found = batch.clone().into_par_iter().map(|index| {
                let best = best_of(surrogates.draw(self.0.seed, index as u64).view())?;
                Ok(std::array::from_fn(|at| {
                    Some(best.get(at)?.as_ref()?.value)
                }))
            });
            let found: Vec<Bests> = found.collect::<Result<_, NullError>>()?;
            searched.keep(batch, &found);
            Ok(found)
        };
        let mut n_searched = 0;
        while n_searched < self.0.n_surrogates && !tallies.iter().all(Tally::is_settled) {
            let batch = n_searched..self.0.n_surrogates.min(n_searched + AT_ONCE);
            n_searched = batch.end;
            for best in search_batch(batch)? {
                for (tally, best) in tallies.iter_mut().zip(best) {
                    tally.add(best);
                }
            }
        }
        counter.advance((self.0.n_surrogates - n_searched) as u64);
        Ok(NullResult {
            statistics: tallies.into_iter().map(Tally::finish).collect(),
            excluded,
            kind,
        })
    }
}

impl CheckedNull {
    /// Whether so many images can be compared; for a word before the long work.
    ///
    /// # Errors
    /// [`NullError`] when there are too many images, or no map is left for so few.
    pub fn check_for(&self, n_samples: usize) -> Result<(), NullError> {
        self.search_of(n_samples).map(drop)
    }

    /// The search without the values along the axis at which maps of so many images degenerate, and
    /// these.
    fn search_of(&self, n_samples: usize) -> Result<(CheckedSearch, Vec<f64>), NullError> {
        if n_samples > DISTANCES_LIMIT {
            return Err(NullError::TooManySamples { n_samples });
        }
        let projection = self.0.search.projection;
        let (kept, excluded): (Vec<f64>, Vec<f64>) = (self.0.search.along.iter())
            .partition(|along| !projection.at(**along).is_degenerate(n_samples));
        if kept.is_empty() {
            let name = self.0.search.axis();
            return Err(NullError::NoMap { name, n_samples });
        }
        let params = SearchParams {
            along: kept,
            ..self.0.search.clone()
        };
        Ok((params.check()?, excluded))
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
    /// Silhouette and DBCV take all distances.
    #[error("there are {n_samples} images; compare at most {DISTANCES_LIMIT} with chance")]
    TooManySamples {
        /// Rows of the features.
        n_samples: usize,
    },
    /// Nothing is left to search.
    #[error(
        "every {name} is above a third of the other images, where maps degenerate; {}",
        instead(name, *.n_samples)
    )]
    NoMap {
        /// The parameter along the axis of the maps.
        name: &'static str,
        /// Rows of the features.
        n_samples: usize,
    },
    /// The search is at fault.
    #[error(transparent)]
    Search(SearchError),
    /// There are no surrogates of these images.
    #[error(transparent)]
    Surrogate(SurrogateError),
    /// A parameter of the maps, or the features, are at fault.
    #[error(transparent)]
    Projection(ProjectionError),
    /// A parameter of the clusters is out of range.
    #[error(transparent)]
    Clustering(ClusteringError),
    /// The monitor asked to stop.
    #[error(transparent)]
    Cancelled(#[from] Cancelled),
}

impl NullError {
    /// The parameter that is at fault, if one is.
    pub fn parameter(&self) -> Option<&'static str> {
        match self {
            Self::Surrogates { .. } => Some("n_surrogates"),
            Self::StopAfter => Some("stop_after"),
            Self::NoMap { name, .. } => Some(name),
            Self::Search(error) => error.parameter(),
            Self::Projection(error) => error.parameter(),
            Self::Clustering(error) => error.parameter(),
            Self::TooManySamples { .. } | Self::Surrogate(_) | Self::Cancelled(_) => None,
        }
    }
}

/// What to do when all values are too large for so many images.
fn instead(name: &str, n_samples: usize) -> String {
    match n_samples.saturating_sub(1) / 3 {
        0 => "take a cohort of more images".into(),
        largest => format!("search values of {name} up to {largest}"),
    }
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
mod tests;
