//! Times of the numeric core, one group for each stage; printed and never asserted.
//!
//! `cargo bench --bench analysis -- NAME` runs the benches whose names contain NAME; without one,
//! all of them, which takes some minutes.

#![allow(clippy::unwrap_used, missing_docs)]

use divan::Bencher;
use ndarray::{Array2, ArrayView2};
use ndarray_npy::read_npy;
use negatoscope::analysis::association::{AssociationParams, Values};
use negatoscope::analysis::clustering::dbscan::{CheckedDbscan, DbscanParams};
use negatoscope::analysis::clustering::{ClusteringParams, plane};
use negatoscope::analysis::fidelity::FidelityParams;
use negatoscope::analysis::measures::Scorer;
use negatoscope::analysis::null::NullParams;
use negatoscope::analysis::projection::pca::pca;
use negatoscope::analysis::projection::tsne::{TsneInput, TsneParams};
use negatoscope::analysis::projection::{Metric, ProjectionParams};
use negatoscope::analysis::search::SearchParams;
use negatoscope::analysis::stability::{Reference, StabilityParams};
use negatoscope::analysis::surrogate::SurrogateKind;
use negatoscope::analysis::{representatives, standardize};

fn main() {
    divan::main();
}

mod components {
    use super::*;

    #[divan::bench(args = [(193, 64), (100_000, 64), (500, 2048), (3_000, 1000)], sample_count = 5)]
    fn pca_of(bencher: Bencher, (n_samples, n_features): (usize, usize)) {
        let features = gaussian_clusters(n_samples, n_features);
        bencher.bench_local(|| pca(features.view(), 3, &()).unwrap());
    }
}

mod tsne {
    use super::*;

    #[divan::bench]
    fn input_193(bencher: Bencher) {
        let (features, params) = (golden(), TsneParams::default());
        let (pool, input) = (one_thread(), || {
            TsneInput::new(features.view(), &params, &()).unwrap()
        });
        bencher.bench_local(|| pool.install(input));
    }

    #[divan::bench]
    fn affinities_193(bencher: Bencher) {
        let features = golden();
        let input = TsneInput::new(features.view(), &TsneParams::default(), &()).unwrap();
        let pool = one_thread();
        bencher.bench_local(|| pool.install(|| input.joint_probabilities(17.0, &()).unwrap()));
    }

    /// 1000 iterations on one core, in 2 and 3 dimensions.
    #[divan::bench(args = [2, 3])]
    fn exact_193(bencher: Bencher, n_components: usize) {
        let params = TsneParams {
            n_components,
            ..TsneParams::default()
        };
        let (features, checked) = (golden(), params.check(193).unwrap());
        let pool = one_thread();
        bencher.bench_local(|| pool.install(|| checked.fit(features.view(), &()).unwrap()));
    }

    /// 750 iterations.
    #[divan::bench(args = [2_000, 5_000, 10_000], sample_count = 3)]
    fn many(bencher: Bencher, n_samples: usize) {
        let features = gaussian_clusters(n_samples, 64);
        let params = TsneParams {
            perplexity: 30.0,
            max_iter: 750,
            ..TsneParams::default()
        };
        let checked = params.check(n_samples).unwrap();
        bencher.bench_local(|| checked.fit(features.view(), &()).unwrap());
    }
}

mod clusters {
    use super::*;

    #[divan::bench(args = [0.02, 0.1, 0.5], sample_count = 5)]
    fn dbscan_100000(bencher: Bencher, eps: f64) {
        let (points, checked) = (plane_of(100_000), dbscan(eps));
        bencher.bench_local(|| checked.fit(points.view(), &()).unwrap());
    }

    #[divan::bench(args = [193, 10_000], sample_count = 21)]
    fn dbscan_of(bencher: Bencher, n_samples: usize) {
        let (points, checked) = (map_of(n_samples), dbscan(0.2));
        bencher.bench_local(|| checked.fit(points.view(), &()).unwrap());
    }

    /// 285 settings on one core.
    #[divan::bench(args = [193, 10_000], sample_count = 5)]
    fn plane_of_settings(bencher: Bencher, n_samples: usize) {
        let points = map_of(n_samples);
        let clustering = ClusteringParams::default();
        let grid = clustering.method().grid;
        let pool = one_thread();
        let plane = || plane::compute(points.view(), clustering, &grid, &()).unwrap();
        bencher.bench_local(|| pool.install(plane));
    }

    #[divan::bench(args = [193, 10_000], sample_count = 21)]
    fn central_images(bencher: Bencher, n_samples: usize) {
        let points = map_of(n_samples);
        let labels = labels_of(points.view());
        bencher.bench_local(|| representatives(points.view(), &labels, 8));
    }

    /// The notebook's 51,015 settings.
    #[divan::bench(sample_count = 3)]
    fn search_193(bencher: Bencher) {
        let (features, checked) = (golden(), SearchParams::notebook().check().unwrap());
        bencher.bench_local(|| checked.run(features.view(), &()).unwrap());
    }
}

mod evidence {
    use super::*;

    #[divan::bench(args = [193, 2_000])]
    fn scores(bencher: Bencher, n_samples: usize) {
        let points = map_of(n_samples);
        let labels = labels_of(points.view());
        bencher.bench_local(|| Scorer::new(points.view()).all(&labels));
    }

    /// One column of ten values, 9,999 permutations of pairs of images.
    #[divan::bench(args = [193, 10_000], sample_count = 5)]
    fn association(bencher: Bencher, n_samples: usize) {
        let labels = labels_of(map_of(n_samples).view());
        let value = |group: &usize| Some((group * 7 % 10) as u32);
        let groups = pairs(n_samples);
        let values: Vec<Option<u32>> = groups.iter().map(value).collect();
        let checked = AssociationParams::default().check().unwrap();
        let columns = [Values::Categories(&values)];
        bencher.bench_local(|| {
            checked
                .columns(&labels, &groups, (&columns, None), None, &())
                .unwrap()
        });
    }

    #[divan::bench(args = [193, 10_000], sample_count = 3)]
    fn fidelity(bencher: Bencher, n_samples: usize) {
        let features = gaussian_clusters(n_samples, 64);
        let params = FidelityParams {
            n_neighbors: 5,
            metric: Metric::Euclidean,
            random_state: 42,
        };
        let (map, checked) = (map_of(n_samples), params.check(n_samples).unwrap());
        bencher.bench_local(|| checked.measure(features.view(), map.view(), &()).unwrap());
    }

    /// 5 runs of each kind.
    #[divan::bench(sample_count = 3)]
    fn stability_193(bencher: Bencher) {
        let (features, map) = (golden(), map_of(193));
        let (labels, groups) = (labels_of(map.view()), pairs(193));
        let params = StabilityParams {
            projection: ProjectionParams::default(),
            clustering: ClusteringParams::Dbscan(SETTING),
            n_runs: 5,
            fraction: 0.8,
            random_state: 42,
        };
        let checked = params.check(193).unwrap();
        let reference = Reference {
            features: features.view(),
            groups: &groups,
            map: map.view(),
            labels: &labels,
        };
        bencher.bench_local(|| checked.run(&reference, &()).unwrap());
    }

    /// The notebook's search on the cohort and on one surrogate.
    #[divan::bench(sample_count = 1)]
    fn null_193(bencher: Bencher) {
        let (features, groups) = (golden(), pairs(193));
        let params = NullParams {
            search: SearchParams::notebook(),
            n_surrogates: 1,
            kind: Some(SurrogateKind::Gaussian),
            stop_after: None,
            seed: 42,
        };
        let checked = params.check().unwrap();
        bencher.bench_local(|| checked.run(features.view(), &groups, &(), &()).unwrap());
    }
}

/// The notebook's defaults.
const SETTING: DbscanParams = DbscanParams {
    eps: 0.4,
    min_samples: 14,
};

fn dbscan(eps: f64) -> CheckedDbscan {
    DbscanParams { eps, ..SETTING }.check().unwrap()
}

fn labels_of(points: ArrayView2<'_, f64>) -> Vec<Option<u32>> {
    SETTING.check().unwrap().fit(points, &()).unwrap().labels
}

/// Every two images are one patient's.
fn pairs(n_samples: usize) -> Vec<usize> {
    (0..n_samples).map(|image| image / 2).collect()
}

fn one_thread() -> rayon::ThreadPool {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(1).build();
    pool.unwrap()
}

fn golden() -> Array2<f32> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden/features.npy");
    read_npy(path).unwrap()
}

/// The golden features' own map, or one drawn in the plane.
fn map_of(n_samples: usize) -> Array2<f64> {
    if n_samples != 193 {
        return plane_of(n_samples);
    }
    let checked = TsneParams::default().check(193).unwrap();
    standardize(
        checked
            .fit(golden().view(), &())
            .unwrap()
            .coordinates
            .view(),
    )
}

fn plane_of(n_samples: usize) -> Array2<f64> {
    standardize(gaussian_clusters(n_samples, 2).mapv(f64::from).view())
}

/// Normal numbers around 40 normal centres three times as wide.
fn gaussian_clusters(n_samples: usize, n_features: usize) -> Array2<f32> {
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
    let centres = Array2::from_shape_simple_fn((40, n_features), || 3.0 * normal());
    Array2::from_shape_fn((n_samples, n_features), |(i, j)| {
        (centres[[i % 40, j]] + normal()) as f32
    })
}
