//! Times of the numeric core, printed and never asserted.
//!
//! `cargo bench --bench analysis -- [PART]…` runs the parts whose names contain one of the words,
//! or all of them. Small parts print the median of several runs.

#![allow(clippy::unwrap_used)]

use ndarray::Array2;
use ndarray_npy::read_npy;
use negatoscope::analysis::dbscan::DbscanParams;
use negatoscope::analysis::pca::pca;
use negatoscope::analysis::search::SearchParams;
use negatoscope::analysis::tsne::{TsneInput, TsneParams, Watch};
use negatoscope::analysis::{arange, plane, representatives, standardize};
use std::hint::black_box;
use std::time::Instant;

fn main() {
    let words: Vec<String> = std::env::args()
        .skip(1)
        .filter(|a| !a.starts_with('-'))
        .collect();
    let parts: [(&str, fn()); 8] = [
        ("exact", exact_tsne),
        ("plane193", small_plane),
        ("search", notebook_search),
        ("pca", components),
        ("dbscan100k", large_dbscan),
        ("plane10k", large_plane),
        ("tsne2k", || large_tsne(2_000, 1000)),
        ("tsne10k", || large_tsne(10_000, 750)),
    ];
    for (name, part) in parts {
        if words.is_empty() || words.iter().any(|word| name.contains(word.as_str())) {
            part();
        }
    }
}

/// Prints the median time of `repeats` runs in milliseconds.
fn time<T>(name: &str, repeats: usize, mut work: impl FnMut() -> T) {
    let mut times: Vec<f64> = (0..repeats)
        .map(|_| {
            let start = Instant::now();
            black_box(work());
            start.elapsed().as_secs_f64() * 1e3
        })
        .collect();
    times.sort_by(f64::total_cmp);
    println!(
        "{name}: {:.2} ms (median of {repeats}; best {:.2})",
        times[repeats / 2],
        times[0]
    );
}

fn one_thread<T: Send>(work: impl FnOnce() -> T + Send) -> T {
    rayon::ThreadPoolBuilder::new()
        .num_threads(1)
        .build()
        .unwrap()
        .install(work)
}

fn golden_features() -> Array2<f32> {
    read_npy(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/tests/golden/features.npy"
    ))
    .unwrap()
}

/// Normal numbers around `n_clusters` normal centres three times as wide.
fn gaussian_clusters(n_samples: usize, n_features: usize, n_clusters: usize) -> Array2<f32> {
    let mut state = 1_u64;
    let mut uniform = || {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        ((state >> 11) as f64 + 0.5) / (1_u64 << 53) as f64
    };
    let mut normal = || {
        let (radius, angle) = (
            (-2.0 * uniform().ln()).sqrt(),
            std::f64::consts::TAU * uniform(),
        );
        radius * angle.cos()
    };
    let centres = Array2::from_shape_simple_fn((n_clusters, n_features), || 3.0 * normal());
    Array2::from_shape_fn((n_samples, n_features), |(i, j)| {
        (centres[[i % n_clusters, j]] + normal()) as f32
    })
}

fn exact_tsne() {
    let features = golden_features();
    let params = TsneParams::default();
    let checked = params.check(features.nrows()).unwrap();
    one_thread(|| {
        time("t-SNE input, 193 x 64, one thread", 21, || {
            TsneInput::new(features.view(), &params, &()).unwrap()
        });
        let input = TsneInput::new(features.view(), &params, &()).unwrap();
        time("affinities, 193, one thread", 21, || {
            input.joint_probabilities(17.0, &()).unwrap()
        });
        time(
            "exact t-SNE, 193 x 64, 1000 iterations, one thread",
            21,
            || checked.fit(features.view(), &()).unwrap(),
        );
        let space = TsneParams {
            n_components: 3,
            ..params
        }
        .check(features.nrows())
        .unwrap();
        time("the same in 3-D", 11, || {
            space.fit(features.view(), &()).unwrap()
        });
    });
}

fn small_plane() {
    let map = TsneParams::default()
        .check(193)
        .unwrap()
        .fit(golden_features().view(), &())
        .unwrap();
    let points = standardize(map.coordinates.view());
    let (eps, min_samples) = (arange(0.1, 2.0, 0.1), (5..20).collect::<Vec<usize>>());
    one_thread(|| {
        time("plane of 285 settings, 193 points, one thread", 51, || {
            plane::compute(points.view(), &eps, &min_samples, &()).unwrap()
        });
    });
    let checked = DbscanParams {
        eps: 0.4,
        min_samples: 14,
    }
    .check()
    .unwrap();
    time("one DBSCAN, 193 points", 51, || {
        checked.fit(points.view(), &()).unwrap()
    });
    let labels = checked.fit(points.view(), &()).unwrap().labels;
    time("representatives, 193 points", 51, || {
        representatives(points.view(), &labels, 8)
    });
}

fn notebook_search() {
    let features = golden_features();
    let checked = SearchParams::notebook().check().unwrap();
    let search = || checked.run(features.view(), &()).unwrap();
    time(
        "the notebook's search, 193 x 64, 51,015 settings",
        3,
        search,
    );
    let best = search().best[0];
    println!("  its best row: {best:?}");
}

fn components() {
    for (n_samples, n_features) in [(193, 64), (100_000, 64), (500, 2048), (3_000, 1000)] {
        let features = gaussian_clusters(n_samples, n_features, 40);
        let name = format!("PCA, {n_samples} x {n_features}");
        time(&name, 3, || pca(features.view(), 3, &()).unwrap());
    }
}

fn large_dbscan() {
    let points = standardize(gaussian_clusters(100_000, 2, 40).mapv(f64::from).view());
    let normal = standardize(gaussian_clusters(100_000, 2, 1).mapv(f64::from).view());
    for (eps, min_samples) in [(0.02, 10), (0.1, 14), (0.5, 14)] {
        let checked = DbscanParams { eps, min_samples }.check().unwrap();
        for (name, points) in [("40 clusters", &points), ("one cloud", &normal)] {
            let name = format!("DBSCAN, 100,000 points ({name}), eps {eps}");
            time(&name, 5, || checked.fit(points.view(), &()).unwrap());
        }
    }
}

fn large_plane() {
    let points = standardize(gaussian_clusters(10_000, 2, 40).mapv(f64::from).view());
    let (eps, min_samples) = (arange(0.1, 2.0, 0.1), (5..20).collect::<Vec<usize>>());
    time("plane of 285 settings, 10,000 points", 3, || {
        plane::compute(points.view(), &eps, &min_samples, &()).unwrap()
    });
    let checked = DbscanParams {
        eps: 0.2,
        min_samples: 14,
    }
    .check()
    .unwrap();
    time("one DBSCAN, 10,000 points", 21, || {
        checked.fit(points.view(), &()).unwrap()
    });
    let labels = checked.fit(points.view(), &()).unwrap().labels;
    time("representatives, 10,000 points", 21, || {
        representatives(points.view(), &labels, 8)
    });
}

fn large_tsne(n_samples: usize, max_iter: usize) {
    let features = gaussian_clusters(n_samples, 64, 40);
    let params = TsneParams {
        perplexity: 30.0,
        max_iter,
        ..TsneParams::default()
    };
    let start = Instant::now();
    let input = TsneInput::new(features.view(), &params, &()).unwrap();
    println!(
        "t-SNE input, {n_samples} x 64: {:.2} s",
        start.elapsed().as_secs_f64()
    );
    let watch = Watch {
        monitor: &(),
        frame_every: 0,
        on_frame: &mut |_| {},
    };
    let map = params
        .check(n_samples)
        .unwrap()
        .fit_input(&input, watch)
        .unwrap();
    println!(
        "t-SNE, {n_samples} x 64, {} iterations: {:.2} s in all, KL {:.4}",
        map.n_iter,
        start.elapsed().as_secs_f64(),
        map.kl_divergence
    );
}
