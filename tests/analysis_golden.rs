//! The numeric core against scikit-learn 1.9.1 on the data in tests/golden (made by make.py there).

// clippy.toml lets tests unwrap, but does not see that helpers here are tests too.
#![allow(clippy::unwrap_used)]

use ndarray::Array2;
use ndarray_npy::read_npy;
use negatoscope::analysis::clustering::dbscan::DbscanParams;
use negatoscope::analysis::clustering::{ClusteringParams, plane};
use negatoscope::analysis::measures::{self, Scorer};
use negatoscope::analysis::projection::Watch;
use negatoscope::analysis::projection::pca::pca;
use negatoscope::analysis::projection::tsne::{Init, TsneError, TsneInput, TsneParams};
use negatoscope::analysis::search::SearchParams;
use negatoscope::analysis::{Count, Monitor, standardize};
use serde_json::Value;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};

fn golden(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("tests/golden")
        .join(name)
}

fn features() -> Array2<f32> {
    read_npy(golden("features.npy")).unwrap()
}

fn json(name: &str) -> Value {
    serde_json::from_str(&std::fs::read_to_string(golden(name)).unwrap()).unwrap()
}

fn quiet(monitor: &dyn Monitor) -> Watch<'_> {
    Watch {
        monitor,
        frame_every: 0,
        on_frame: Box::leak(Box::new(|_| {})),
    }
}

fn largest_difference<'a>(
    a: impl IntoIterator<Item = &'a f64>,
    b: impl IntoIterator<Item = &'a f64>,
) -> f64 {
    a.into_iter()
        .zip(b)
        .map(|(a, b)| (a - b).abs())
        .fold(0.0, f64::max)
}

#[test]
fn pca_is_scikit_learns() {
    let expected: Array2<f32> = read_npy(golden("tsne_init.npy")).unwrap();
    let found = pca(features().view(), 2, &()).unwrap().coordinates;
    let scale = 1e-4 / found.column(0).std(0.0);
    for (found, &expected) in found.iter().zip(&expected) {
        // The reference ran in single precision.
        assert!(
            (found * scale - f64::from(expected)).abs() < 2e-10,
            "{found} {expected}"
        );
    }
}

#[test]
fn affinities_are_scikit_learns() {
    let expected: Array2<f64> = read_npy(golden("tsne_p17_affinities.npy")).unwrap();
    let input = TsneInput::new(features().view(), &TsneParams::default(), &()).unwrap();
    let found = input.joint_probabilities(17.0, &()).unwrap();
    let difference = largest_difference(&found, &expected);
    println!("largest difference of affinities: {difference:.1e}");
    assert!(difference <= 2e-8, "{difference}");
}

#[test]
fn maps_are_as_good_as_scikit_learns() {
    let start: Array2<f32> = read_npy(golden("tsne_init.npy")).unwrap();
    let input = TsneInput::new(features().view(), &TsneParams::default(), &()).unwrap();
    for row in json("tsne.json")["tsne"].as_array().unwrap() {
        let perplexity = row["perplexity"].as_f64().unwrap();
        let expected = row["kl_median"].as_f64().unwrap();
        let checked = TsneParams {
            perplexity,
            ..TsneParams::default()
        }
        .check(193)
        .unwrap();
        let (mut costs, mut iterations): (Vec<f64>, Vec<usize>) = (0..10)
            .map(|seed| {
                let noise = noise(start.dim(), seed);
                let start = Array2::from_shape_fn(start.dim(), |at| {
                    (f64::from(start[at]) * (1.0 + 1e-7 * noise[at])) as f32
                });
                let map = checked.fit_from(&input, start.view(), quiet(&())).unwrap();
                (map.kl_divergence, map.n_iter)
            })
            .unzip();
        costs.sort_by(f64::total_cmp);
        iterations.sort_unstable();
        let median = (costs[4] + costs[5]) / 2.0;
        println!("perplexity {perplexity}: KL {median:.4}, scikit-learn {expected:.4}");
        assert!(
            median <= 1.02 * expected,
            "perplexity {perplexity}: {costs:?}"
        );
        // Where scikit-learn's descent ends early, this one does too, give or take some checks.
        let theirs = row["n_iter"].as_u64().unwrap() as usize + 1;
        assert!(
            iterations[5] <= theirs + 200,
            "perplexity {perplexity}: {iterations:?}"
        );
    }
}

/// Irregular numbers of about unit size.
fn noise(shape: (usize, usize), seed: u64) -> Array2<f64> {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) + 1;
    Array2::from_shape_simple_fn(shape, || {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        ((state >> 33) as f64 / f64::from(1_u32 << 30) - 1.0) * 1.7
    })
}

#[test]
fn standardising_is_scikit_learns() {
    let map: Array2<f32> = read_npy(golden("tsne_p17_embedding.npy")).unwrap();
    let expected: Array2<f64> = read_npy(golden("tsne_p17_standardized.npy")).unwrap();
    let found = standardize(map.mapv(f64::from).view());
    assert!(largest_difference(&found, &expected) < 1e-14);
}

fn options(values: impl Iterator<Item = i64>) -> Vec<Option<u32>> {
    values.map(|label| u32::try_from(label).ok()).collect()
}

#[test]
fn all_285_clusterings_are_scikit_learns() {
    let points: Array2<f64> = read_npy(golden("tsne_p17_standardized.npy")).unwrap();
    let clustering = ClusteringParams::default();
    let grid = clustering.method().grid;
    let plane = plane::compute(points.view(), clustering, &grid, &()).unwrap();
    let rows = json("dbscan_p17.json");
    let rows = rows.as_array().unwrap();
    assert_eq!((rows.len(), plane.cells.len()), (285, 285));
    for (row, cell) in rows.iter().zip(&plane.cells) {
        let integers = |name: &str| {
            row[name]
                .as_array()
                .unwrap()
                .iter()
                .map(|x| x.as_i64().unwrap())
        };
        let [eps, min_samples] = cell.at;
        let min_samples = min_samples as usize;
        let params = DbscanParams { eps, min_samples };
        assert!((row["eps"].as_f64().unwrap() - eps).abs() < 1e-9);
        assert_eq!(row["min_samples"], min_samples);
        let found = params.check().unwrap().fit(points.view(), &()).unwrap();
        assert_eq!(found.labels, options(integers("labels")), "{params:?}");
        let core = (0_i64..)
            .zip(&found.core)
            .filter(|(_, core)| **core)
            .map(|(i, _)| i);
        assert!(core.eq(integers("core")), "{params:?}");
        assert_eq!(row["score"], measures::balance(&found.labels));
        assert_eq!(row["n_clusters"], cell.n_clusters, "{params:?}");
        assert_eq!(row["n_noise"], cell.n_noise, "{params:?}");
        assert_eq!(row["score"], cell.score, "{params:?}");
    }
}

fn with_threads<T: Send>(n_threads: usize, work: impl FnOnce() -> T + Send) -> T {
    rayon::ThreadPoolBuilder::new()
        .num_threads(n_threads)
        .build()
        .unwrap()
        .install(work)
}

#[test]
fn threads_change_no_bit_of_a_map() {
    let features = features();
    let fit = |params: TsneParams| {
        let checked = params.check(features.nrows()).unwrap();
        let fit = || checked.fit(features.view(), &()).unwrap();
        assert_eq!(with_threads(1, fit), with_threads(3, fit), "{params:?}");
    };
    let short = TsneParams {
        max_iter: 300,
        ..TsneParams::default()
    };
    fit(short);
    fit(TsneParams {
        n_components: 3,
        init: Init::Random,
        ..short
    });
}

#[test]
fn threads_change_no_bit_of_a_map_of_many_points() {
    // By pairs, and above the number up to which the gradient is exact.
    for (n_samples, n_components) in [(650, 2), (650, 3), (2_700, 2), (2_700, 3)] {
        let value = |(i, j): (usize, usize)| ((i * i + 31 * i * j) as f32).sin();
        let many = Array2::from_shape_fn((n_samples, 8), value);
        let params = TsneParams {
            n_components,
            max_iter: 250,
            ..TsneParams::default()
        };
        let checked = params.check(many.nrows()).unwrap();
        let fit = || checked.fit(many.view(), &()).unwrap();
        assert_eq!(
            with_threads(1, fit),
            with_threads(3, fit),
            "{n_samples} samples, {n_components} components"
        );
    }
}

#[test]
fn the_seed_decides_a_random_start_only() {
    let features = features();
    let fit = |init, random_state| {
        let params = TsneParams {
            init,
            random_state,
            max_iter: 250,
            ..TsneParams::default()
        };
        params
            .check(193)
            .unwrap()
            .fit(features.view(), &())
            .unwrap()
            .coordinates
    };
    assert_eq!(fit(Init::Pca, 1), fit(Init::Pca, 2));
    assert_eq!(fit(Init::Random, 1), fit(Init::Random, 1));
    assert_ne!(fit(Init::Random, 1), fit(Init::Random, 2));
}

#[test]
fn perplexities_that_cannot_be_are_refused() {
    let check = |perplexity: f64| {
        TsneParams {
            perplexity,
            ..TsneParams::default()
        }
        .check(193)
    };
    assert!(check(192.9).is_ok() && check(1.0).is_ok());
    for perplexity in [f64::NAN, -1.0, 0.0, 0.99, f64::INFINITY] {
        assert!(
            matches!(check(perplexity), Err(TsneError::Setting(error)) if error.key == "perplexity"),
            "{perplexity}"
        );
    }
    let error = check(193.0).unwrap_err();
    assert_eq!(
        error,
        TsneError::PerplexityTooLarge {
            perplexity: 193.0,
            n_samples: 193
        }
    );
    assert_eq!(
        error.to_string(),
        "perplexity 193 must be less than the number of images, 193"
    );
}

/// Counts units; cancels once there are more than the limit.
struct Counter {
    units: AtomicU64,
    limit: u64,
}

impl Counter {
    fn new(limit: u64) -> Self {
        Self {
            units: AtomicU64::new(0),
            limit,
        }
    }
}

impl Monitor for Counter {
    fn cancelled(&self) -> bool {
        self.units.load(Ordering::Relaxed) > self.limit
    }
}

impl Count for Counter {
    fn advance(&self, amount: u64) {
        self.units.fetch_add(amount, Ordering::Relaxed);
    }
}

/// Cancels once it has been asked so many times.
struct Patience(AtomicU64);

impl Monitor for Patience {
    fn cancelled(&self) -> bool {
        let less = |left: u64| left.checked_sub(1);
        self.0
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, less)
            .is_err()
    }
}

#[test]
fn a_descent_shows_frames_and_can_be_cancelled() {
    let features = features();
    let checked = TsneParams {
        perplexity: 150.0,
        ..TsneParams::default()
    }
    .check(193)
    .unwrap();
    let input = TsneInput::new(features.view(), checked.params(), &()).unwrap();
    let mut frames = Vec::new();
    let mut on_frame = |frame| frames.push(frame);
    let watch = Watch {
        monitor: &(),
        frame_every: 100,
        on_frame: &mut on_frame,
    };
    let result = checked.fit_input(&input, watch).unwrap();
    assert!(result.n_iter < 1000, "this one should end early");
    let at: Vec<usize> = frames.iter().map(|frame| frame.n_iter).collect();
    assert_eq!(
        at,
        (1..=result.n_iter / 100)
            .map(|i| i * 100)
            .collect::<Vec<_>>()
    );
    assert_eq!(checked.fit(features.view(), &()).unwrap(), result);

    let patience = Patience(AtomicU64::new(500));
    let cancelled = checked.fit(features.view(), &patience).unwrap_err();
    assert!(matches!(cancelled, TsneError::Cancelled(_)));
    // It stopped at the first look that asked for it.
    assert_eq!(patience.0.into_inner(), 0);
}

fn small_search(along: Vec<f64>) -> SearchParams {
    SearchParams {
        along,
        ..SearchParams::notebook()
    }
}

#[test]
fn a_row_of_the_search_is_what_its_parameters_find() {
    let features = features();
    let params = small_search(vec![17.0, 30.0, 192.5, 193.0, 500.0]);
    let n_settings = params.n_settings();
    let counter = Counter::new(u64::MAX);
    let checked = params.clone().check().unwrap();
    let result = checked.run(features.view(), &counter).unwrap();
    assert_eq!(counter.units.into_inner(), n_settings);
    assert!(result.without_result.contains(&193.0) && result.without_result.contains(&500.0));
    assert_eq!(
        result.best.len() + result.without_result.len(),
        params.along.len()
    );
    assert!(result.best.iter().any(|row| row.along == 17.0));
    assert!(result.best.is_sorted_by_key(|row| row.cell.score));
    for row in &result.best {
        let tsne = TsneParams {
            perplexity: row.along,
            ..TsneParams::default()
        };
        let map = tsne
            .check(193)
            .unwrap()
            .fit(features.view(), &())
            .unwrap()
            .coordinates;
        let points = standardize(map.view());
        let found = params.clustering.at(row.cell.at);
        let found = found.fit(points.view(), &()).unwrap();
        let sizes = (row.cell.n_clusters, row.cell.n_noise);
        assert_eq!((found.n_clusters, found.n_noise()), sizes);
        assert_eq!(measures::balance(&found.labels), row.cell.score);
        assert_eq!(row.degenerate, row.along > 64.0);
        let index = params.along.iter().position(|&p| p == row.along).unwrap();
        let values = result.heat_map.values[index].iter().flatten().copied();
        assert_eq!(values.reduce(f64::min), Some(row.cell.score as f64));
        assert_eq!(row.scores, Scorer::new(points.view()).all(&found.labels));
    }
    let again = with_threads(1, || checked.run(features.view(), &()).unwrap());
    assert_eq!(again, result);
}

#[test]
fn a_search_can_be_cancelled_and_refuses_empty_grids() {
    let stopped = small_search(vec![17.0; 64])
        .check()
        .unwrap()
        .run(features().view(), &Counter::new(285));
    assert!(stopped.is_err());
    assert!(small_search(Vec::new()).check().is_err());
    assert!(small_search(vec![f64::NAN]).check().is_err());
    assert_eq!(SearchParams::notebook().n_settings(), 51_015);
}
