//! The method as a whole: what maps show, what they do not depend on, and the edges of its domain.

use super::*;
use crate::fidelity::FidelityParams;
use crate::monitor::{Cancelled, Monitor};
use crate::projection::{Metric, ProjectionParams, Watch};
use crate::random::Random;
use ndarray::{Array2, ArrayView2, s};
use proptest::prelude::*;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

fn watch(monitor: &dyn Monitor) -> Watch<'_> {
    Watch {
        monitor,
        frame_every: 0,
        on_frame: Box::leak(Box::new(|_| {})),
    }
}

fn fit(features: &Array2<f32>, params: UmapParams) -> UmapEmbedding {
    let checked = params.check(features.nrows()).unwrap();
    checked.fit(features.view(), watch(&())).unwrap()
}

fn trustworthiness(features: &Array2<f32>, map: ArrayView2<'_, f64>) -> f64 {
    let params = FidelityParams {
        n_neighbors: 10,
        metric: Metric::Euclidean,
        random_state: 0,
    };
    let checked = params.check(features.nrows()).unwrap();
    let found = checked.measure(features.view(), map, &()).unwrap();
    found.trustworthiness
}

fn normal(shape: (usize, usize), seed: u64) -> Array2<f32> {
    let mut random = Random::new(seed);
    Array2::from_shape_simple_fn(shape, || random.normal() as f32)
}

/// Groups around centres at these distances along different axes, the later ones wider.
fn groups(per_group: usize, distance: f32) -> Array2<f32> {
    let mut features = normal((3 * per_group, 5), 1);
    for (i, mut row) in features.rows_mut().into_iter().enumerate() {
        let group = i / per_group;
        row.mapv_inplace(|x| x * [0.2, 1.0, 3.0][group]);
        row[group] += distance;
    }
    features
}

fn on_threads<T: Send>(n: usize, work: impl FnOnce() -> T + Send) -> T {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(n);
    pool.build().unwrap().install(work)
}

#[test]
fn the_number_of_threads_changes_no_byte() {
    // So many that neighbours, graph, start and layout are all split between threads.
    for (features, components) in [(normal((3000, 4), 3), 3), (groups(900, 60.0), 2)] {
        let params = UmapParams {
            n_components: components,
            n_epochs: Some(20),
            ..UmapParams::default()
        };
        let maps = [1, 2, 3].map(|n| on_threads(n, || fit(&features, params)));
        assert!(maps[0] == maps[1] && maps[0] == maps[2]);
        let other = UmapParams {
            random_state: 43,
            ..params
        };
        assert_ne!(maps[0].coordinates, fit(&features, other).coordinates);
    }
}

#[test]
fn maps_of_shared_neighbours_are_those_of_their_own() {
    let features = groups(60, 8.0);
    let of = |n_neighbors| {
        ProjectionParams::Umap(UmapParams {
            n_neighbors,
            ..UmapParams::default()
        })
    };
    let shared = of(30).input(features.view(), &()).unwrap();
    // More than were found are found again.
    for n_neighbors in [2, 15, 30, 40] {
        let params = of(n_neighbors);
        let map = params.fit_input(&shared, watch(&())).unwrap();
        let own = params.fit(features.view(), watch(&())).unwrap();
        assert_eq!(map.coordinates, own.coordinates, "{n_neighbors}");
    }
}

#[test]
fn groups_of_different_densities_stay_apart() {
    let features = groups(60, 40.0);
    let map = fit(&features, UmapParams::default());
    assert_eq!((map.n_pieces, map.started_from), (3, StartedFrom::Pca));
    let found = trustworthiness(&features, map.coordinates.view());
    assert!(found > 0.95, "{found}");
    for i in 0..180 {
        let square = |j: usize| {
            let offset = &map.coordinates.row(i) - &map.coordinates.row(j);
            offset.dot(&offset)
        };
        let nearest = (0..180).filter(|&j| j != i);
        let nearest = nearest.min_by(|&a, &b| square(a).total_cmp(&square(b)));
        assert_eq!(
            nearest.unwrap() / 60,
            i / 60,
            "a neighbour of another group"
        );
    }
}

#[test]
fn a_curve_comes_out_in_one_piece() {
    // Three turns of a spiral in five dimensions.
    let features = Array2::from_shape_fn((600, 5), |(i, j)| {
        let t = i as f32 / 30.0;
        [t * t.cos(), t * t.sin(), t, 0.3 * (3.0 * t).sin(), 0.0][j]
    });
    let map = fit(&features, UmapParams::default());
    assert_eq!((map.n_pieces, map.started_from), (1, StartedFrom::Spectral));
    let found = trustworthiness(&features, map.coordinates.view());
    assert!(found > 0.99, "{found}");
    let length = |i: usize| {
        let step = &map.coordinates.row(i + 1) - &map.coordinates.row(i);
        step.dot(&step).sqrt()
    };
    let mut steps: Vec<f64> = (0..599).map(length).collect();
    steps.sort_by(f64::total_cmp);
    assert!(
        steps[598] < 20.0 * steps[300],
        "torn: {} {}",
        steps[598],
        steps[300]
    );
}

#[test]
fn a_smaller_distance_packs_neighbours_closer() {
    let features = normal((300, 6), 9);
    let width = |min_dist| {
        let map = fit(
            &features,
            UmapParams {
                min_dist,
                ..UmapParams::default()
            },
        )
        .coordinates;
        let nearest = |i: usize| {
            let others = (0..300).filter(|&j| j != i).map(|j| {
                let offset = &map.row(i) - &map.row(j);
                offset.dot(&offset).sqrt()
            });
            others.fold(f64::INFINITY, f64::min)
        };
        (0..300).map(nearest).sum::<f64>()
    };
    assert!(width(0.0) < 0.6 * width(0.8));
}

#[test]
fn what_is_equal_huge_or_constant_gets_a_finite_map() {
    let mut with_duplicates = normal((60, 4), 5);
    for i in 0..40 {
        let row = with_duplicates.row(0).to_owned();
        with_duplicates.row_mut(i).assign(&row);
    }
    let mut constant = normal((50, 4), 6);
    constant.column_mut(2).fill(7.0);
    for features in [
        with_duplicates,
        constant,
        Array2::from_elem((40, 3), 1.5),
        Array2::zeros((400, 3)),
        normal((50, 3), 7).mapv(|x| x * 1e37),
        normal((50, 3), 7).mapv(|x| x * 1e-30),
        normal((50, 1), 8),
        groups(20, 1e9).slice(s![.., ..1]).to_owned(),
    ] {
        for metric in [Metric::Euclidean, Metric::Cosine, Metric::Manhattan] {
            let params = UmapParams {
                metric,
                ..UmapParams::default()
            };
            let map = fit(&features, params);
            let widest = map.coordinates.iter().fold(0.0_f64, |w, x| w.max(x.abs()));
            assert!(widest < 1e3, "{widest} {metric:?}");
        }
    }
}

#[test]
fn two_and_three_samples_have_a_map() {
    for n_samples in [2, 3, 4] {
        for n_components in [2, 3] {
            let params = UmapParams {
                n_components,
                n_neighbors: n_samples,
                ..UmapParams::default()
            };
            let map = fit(&normal((n_samples, 3), 2), params);
            assert_eq!(map.coordinates.dim(), (n_samples, n_components));
            assert!(map.coordinates.iter().all(|x| x.abs() < 100.0));
        }
    }
}

#[test]
fn frames_are_the_map_on_its_way() {
    let features = normal((40, 3), 4);
    let params = UmapParams {
        n_epochs: Some(10),
        ..UmapParams::default()
    };
    let mut frames = Vec::new();
    let watch = Watch {
        monitor: &(),
        frame_every: 5,
        on_frame: &mut |frame| frames.push(frame),
    };
    let map = params
        .check(40)
        .unwrap()
        .fit(features.view(), watch)
        .unwrap();
    assert!(frames.iter().map(|frame| frame.n_iter).eq([5, 10]));
    assert_eq!(frames[1].coordinates.mapv(f64::from), map.coordinates);
    assert_ne!(frames[0].coordinates, frames[1].coordinates);
    assert_eq!(map, fit(&features, params), "frames change nothing");
}

/// Asks to stop once it has been asked this often.
struct After(AtomicUsize);

impl Monitor for After {
    fn cancelled(&self) -> bool {
        self.0
            .fetch_update(Relaxed, Relaxed, |left| left.checked_sub(1))
            .is_err()
    }
}

#[test]
fn cancelling_ends_it_wherever_it_is() {
    let features = normal((700, 3), 4);
    let params = UmapParams::default();
    let counting = After(AtomicUsize::new(usize::MAX));
    let checked = params.check(700).unwrap();
    checked.fit(features.view(), watch(&counting)).unwrap();
    let asked = usize::MAX - counting.0.into_inner();
    for share in [0, 1, 5, 20, 50, 99] {
        let monitor = After(AtomicUsize::new(asked * share / 100));
        let error = checked.fit(features.view(), watch(&monitor)).unwrap_err();
        assert_eq!(error, UmapError::Cancelled(Cancelled));
    }
}

#[test]
fn data_that_were_not_checked_are_refused() {
    let mut features = normal((30, 3), 4);
    let params = UmapParams::default();
    let input = UmapInput::new(features.view(), &params, &()).unwrap();
    let others = [
        params.check(31).unwrap(),
        UmapParams {
            n_neighbors: 14,
            ..params
        }
        .check(30)
        .unwrap(),
        UmapParams {
            n_components: 3,
            ..params
        }
        .check(30)
        .unwrap(),
        UmapParams {
            metric: Metric::Cosine,
            ..params
        }
        .check(30)
        .unwrap(),
    ];
    for other in others {
        let error = other.fit_input(&input, watch(&())).unwrap_err();
        assert!(matches!(error, UmapError::OtherData { .. }));
    }
    let later = UmapParams {
        min_dist: 0.5,
        random_state: 1,
        ..params
    };
    assert!(
        later
            .check(30)
            .unwrap()
            .fit_input(&input, watch(&()))
            .is_ok()
    );
    features[[4, 2]] = f32::NAN;
    let error = params.check(30).unwrap().fit(features.view(), watch(&()));
    assert_eq!(
        error.unwrap_err(),
        UmapError::NotFinite { row: 4, column: 2 }
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    #[test]
    fn any_features_get_a_finite_map(
        values in prop::collection::vec(-2_i8..3, 2 * 4..2 * 40),
        neighbors in 2_usize..12,
        min_dist in 0.0..1.0,
        seed in 0_u64..1 << 32,
        n_components in 2_usize..4,
    ) {
        let n_samples = values.len() / 2;
        let values = values.into_iter().take(2 * n_samples).map(f32::from).collect();
        let features = Array2::from_shape_vec((n_samples, 2), values).unwrap();
        let params = UmapParams {
            n_components,
            n_neighbors: neighbors.min(n_samples),
            min_dist,
            random_state: seed,
            n_epochs: Some(50),
            ..UmapParams::default()
        };
        let map = fit(&features, params);
        prop_assert!(map.coordinates.iter().all(|x| x.abs() < 1e3));
        prop_assert_eq!(map, fit(&features, params));
    }
}
