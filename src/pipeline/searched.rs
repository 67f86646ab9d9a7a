//! Cohorts without clusters that were searched before, in the cache: a null that was ended goes on where it
//! was, one of more cohorts goes on from the one of fewer, and a bundle brings its own.

use std::ops::Range;
use std::sync::Mutex;

use crate::analysis::measures::Measure;
use crate::analysis::null::{Bests, CheckedNull, MEASURES, Searched};
use crate::analysis::search::SearchParams;
use crate::analysis::surrogate::SurrogateKind;
use crate::features::cache::Cache;

use super::kept::{self, Kept, numbers_of};
use super::study::Study;

/// A batch as the cache keeps it.
type Batch = (blake3::Hash, Vec<u8>);

/// What is known of the cohorts of a null.
pub struct SearchedBefore<'a> {
    study: &'a Study,
    cache: &'a Cache,
    /// The search, what the cohorts keep, and their seed: all that they come from but their numbers. Without
    /// a null nothing is known.
    of: Option<(SearchParams, SurrogateKind, u64)>,
    /// Every batch that was asked for, if somebody wants them.
    taken: Option<Mutex<Vec<Batch>>>,
}

impl<'a> SearchedBefore<'a> {
    /// Of a study, where the cache may know it.
    pub fn new(study: &'a Study, null: Option<&CheckedNull>, cache: &'a Cache) -> Self {
        let of = |null: &CheckedNull| {
            let params = null.params();
            let search = SearchParams {
                // Each cohort is judged by all of them.
                rank_by: MEASURES[0],
                ..params.search.clone()
            };
            let fitting = || SurrogateKind::fitting(study.features.view());
            (search, params.kind.unwrap_or_else(fitting), params.seed)
        };
        Self {
            study,
            cache,
            of: null.map(of),
            taken: None,
        }
    }

    /// Lets whoever asked have all that was found, by [`taken`](Self::taken).
    pub(super) fn taking(self) -> Self {
        let taken = Some(Mutex::default());
        Self { taken, ..self }
    }

    /// The batches that were asked for, as the cache keeps them.
    pub(super) fn taken(self) -> Vec<Batch> {
        let taken = self.taken.and_then(|taken| taken.into_inner().ok());
        taken.unwrap_or_default()
    }

    fn key(&self, numbers: &Range<usize>) -> Option<blake3::Hash> {
        let numbers = (numbers.start as u64, numbers.end as u64);
        let of = self.of.as_ref()?;
        Some(kept::key(self.study, of, "searched", numbers))
    }

    fn take(&self, key: blake3::Hash, bytes: Vec<u8>) {
        if let Some(Ok(mut taken)) = self.taken.as_ref().map(Mutex::lock) {
            taken.push((key, bytes));
        }
    }
}

impl Searched for SearchedBefore<'_> {
    fn known(&self, numbers: Range<usize>) -> Option<Vec<Bests>> {
        let key = self.key(&numbers)?;
        let bytes = self.cache.answer(key)?;
        let known = Vec::<Bests>::of(&bytes, self.study.n_images(), numbers.len())?;
        self.take(key, bytes);
        Some(known)
    }

    fn keep(&self, numbers: Range<usize>, found: &[Bests]) {
        let Some(key) = self.key(&numbers) else {
            return;
        };
        let bytes = found.to_vec().bytes();
        self.cache.put_answer(key, bytes.clone());
        self.take(key, bytes);
    }
}

impl Kept for Vec<Bests> {
    /// How many cohorts.
    type Asked<'a> = usize;

    fn bytes(&self) -> Vec<u8> {
        let values = self.iter().flatten().map(|best| best.unwrap_or(f64::NAN));
        values.flat_map(f64::to_le_bytes).collect()
    }

    fn of(bytes: &[u8], n_images: usize, n_cohorts: usize) -> Option<Self> {
        let numbers = numbers_of(bytes)?;
        let (cohorts, []) = numbers.as_chunks() else {
            return None;
        };
        let may_be = |(&value, measure): (&f64, Measure)| match measure {
            Measure::Balance => (0.0..=(n_images * n_images) as f64).contains(&value),
            _ => (-1.0 - 1e-9..=1.0 + 1e-9).contains(&value),
        };
        let all = || {
            cohorts
                .iter()
                .flat_map(|cohort| cohort.iter().zip(MEASURES))
        };
        let is_sound = all().all(|best| best.0.is_nan() || may_be(best));
        let best = |value: f64| (!value.is_nan()).then_some(value);
        (is_sound && cohorts.len() == n_cohorts)
            .then(|| cohorts.iter().map(|cohort| cohort.map(best)).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_search_of_so_many_cohorts_is_not_taken() {
        let found: Vec<Bests> = vec![[Some(12.0), Some(-0.25), None], [None, None, Some(1.0)]];
        let bytes = found.bytes();
        assert_eq!(Vec::<Bests>::of(&bytes, 60, 2), Some(found));
        assert_eq!(Vec::<Bests>::of(&bytes, 60, 3), None);
        assert_eq!(Vec::<Bests>::of(&bytes, 3, 2), None);
        assert_eq!(Vec::<Bests>::of(&bytes[8..], 60, 2), None);
        let of = |best: Bests| Vec::<Bests>::of(&vec![best].bytes(), 60, 1);
        assert_eq!(of([Some(f64::INFINITY), None, None]), None);
        assert_eq!(of([None, Some(1.5), None]), None);
    }
}
