use super::*;
use crate::Monitor;
use ndarray::Array2;
use std::collections::HashMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

fn params(n_surrogates: usize, stop_after: Option<usize>) -> NullParams {
    NullParams {
        search: SearchParams {
            along: vec![5.0, 10.0, 12.0, 14.0],
            ..SearchParams::notebook()
        },
        n_surrogates,
        kind: Some(SurrogateKind::Gaussian),
        stop_after,
        seed: 3,
    }
}

/// Thirty images of fifteen patients along a curve.
fn cohort() -> (Array2<f32>, Vec<usize>) {
    let entry = |(i, j): (usize, usize)| ((i / 2 * (j + 3)) as f32).sin() + (i + j) as f32 * 0.1;
    let groups = (0..30).map(|i| i / 2).collect();
    (Array2::from_shape_fn((30, 5), entry), groups)
}

#[derive(Default)]
struct Counter(AtomicU64);

impl Monitor for Counter {
    fn cancelled(&self) -> bool {
        false
    }
}

impl Count for Counter {
    fn advance(&self, amount: u64) {
        self.0.fetch_add(amount, Ordering::Relaxed);
    }
}

#[test]
fn neither_threads_nor_the_number_of_surrogates_change_a_surrogate() {
    let (features, groups) = cohort();
    let counter = Counter::default();
    let run = |n_surrogates, stop_after| {
        let null = params(n_surrogates, stop_after).check().unwrap();
        null.run(features.view(), &groups, &(), &counter).unwrap()
    };
    let few = run(9, None);
    assert_eq!(counter.0.swap(0, Ordering::Relaxed), 10);
    assert_eq!(few.excluded, [10.0, 12.0, 14.0]);
    assert_eq!(few.statistics.len(), 3);
    let pool = rayon::ThreadPoolBuilder::new().num_threads(1);
    let many = pool.build().unwrap().install(|| run(21, None));
    for (few, many) in few.statistics.iter().zip(&many.statistics) {
        assert_eq!(few.best, many.best[..9]);
        assert_eq!(few.observed, many.observed);
    }
    counter.0.store(0, Ordering::Relaxed);
    let stopped = run(21, Some(1));
    assert_eq!(counter.0.into_inner(), 22);
    for (stopped, all) in stopped.statistics.iter().zip(&many.statistics) {
        assert_eq!(stopped.best, all.best[..stopped.best.len()]);
        assert!(stopped.n_as_good <= 1);
    }
}

/// Keeps everything, and counts what was not there.
#[derive(Default)]
struct Shelf(Mutex<HashMap<(usize, usize), Vec<Bests>>>);

impl Searched for Shelf {
    fn known(&self, numbers: Range<usize>) -> Option<Vec<Bests>> {
        let shelf = self.0.lock().unwrap();
        shelf.get(&(numbers.start, numbers.end)).cloned()
    }

    fn keep(&self, numbers: Range<usize>, found: &[Bests]) {
        let mut shelf = self.0.lock().unwrap();
        let before = shelf.insert((numbers.start, numbers.end), found.to_vec());
        assert_eq!(before, None, "{numbers:?} was searched again");
    }
}

#[test]
fn what_was_searched_is_not_searched_again() {
    let (features, groups) = cohort();
    let shelf = Shelf::default();
    let run = |n_surrogates, searched: &dyn Searched| {
        let counter = Counter::default();
        let null = params(n_surrogates, None).check().unwrap();
        let found = null.run(features.view(), &groups, searched, &counter);
        assert_eq!(counter.0.into_inner(), 1 + n_surrogates as u64);
        found.unwrap()
    };
    // Ended after 16 of 21: these are there, and so they are for more.
    run(16, &shelf);
    let n_batches = || shelf.0.lock().unwrap().len();
    assert_eq!(n_batches(), 2);
    assert_eq!(run(21, &shelf), run(21, &()));
    assert_eq!(n_batches(), 3);
    assert_eq!(run(21, &shelf), run(21, &()));
}

#[test]
fn parameters_are_checked() {
    let error = |params: NullParams| params.check().unwrap_err();
    assert!(matches!(
        error(params(0, None)),
        NullError::Surrogates { .. }
    ));
    assert_eq!(error(params(9, Some(0))), NullError::StopAfter);
    let mut large = params(9, None);
    large.search.along = vec![20.0];
    let (features, groups) = cohort();
    let found = large
        .check()
        .unwrap()
        .run(features.view(), &groups, &(), &());
    let name = "perplexity";
    assert_eq!(
        found,
        Err(NullError::NoMap {
            name,
            n_samples: 30
        })
    );
    let sentence = |n_samples| NullError::NoMap { name, n_samples }.to_string();
    assert!(sentence(30).ends_with("; search values of perplexity up to 9"));
    assert!(sentence(3).ends_with("; take a cohort of more images"));
}
