use super::kd_tree::KdTree;
use super::spanning_tree::{ALL_PAIRS_LIMIT, by_all_pairs, by_neighbors};
use super::*;
use ndarray::{Array2, Axis, array};
use proptest::prelude::*;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

fn params(min_cluster_size: usize, min_samples: usize, leaf: bool) -> HdbscanParams {
    HdbscanParams {
        min_cluster_size,
        min_samples: Some(min_samples),
        cluster_selection_method: if leaf {
            ClusterSelection::Leaf
        } else {
            ClusterSelection::Eom
        },
    }
}

fn fit(points: &Array2<f64>, params: HdbscanParams) -> Hierarchical {
    let checked = params.check(points.nrows()).unwrap();
    checked.fit(points.view(), &()).unwrap()
}

/// Both ways to the tree give the same edges in the same order.
fn assert_same_trees(points: &Array2<f64>, min_samples: usize) {
    let tree = KdTree::new(points.view());
    let core = tree.core_distances(min_samples, &()).unwrap();
    let expected = by_all_pairs(points.view(), &core, &()).unwrap();
    assert_eq!(by_neighbors(tree, &core, &()).unwrap(), expected);
}

/// The core distance as it is defined.
fn naive_core(points: &Array2<f64>, min_samples: usize) -> Vec<f64> {
    let distance = |i: usize, j: usize| {
        let difference = &points.row(i) - &points.row(j);
        difference.iter().fold(0.0, |sum, x| sum + x * x).sqrt()
    };
    let core = |i| {
        let mut row: Vec<f64> = (0..points.nrows()).map(|j| distance(i, j)).collect();
        row.sort_by(f64::total_cmp);
        row[min_samples - 1]
    };
    (0..points.nrows()).map(core).collect()
}

/// Points around a few centres, and some anywhere.
fn scattered(n_samples: usize) -> impl Strategy<Value = Array2<f64>> {
    prop::collection::vec((0_usize..6, -1.0_f64..1.0, -1.0_f64..1.0), n_samples).prop_map(
        |points| {
            Array2::from_shape_fn((points.len(), 2), |(i, axis)| {
                let (group, x, y) = points[i];
                let offset = [x, y][axis];
                match group {
                    0 => 8.0 * offset,
                    group => {
                        3.0 * (group as f64 * [2.4, 1.1][axis]).sin() + offset * offset * offset
                    }
                }
            })
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    /// On a lattice many distances are equal, and many points coincide.
    #[test]
    fn all_pairs_and_neighbours_grow_one_tree(
        cells in prop::collection::vec((0_i32..12, 0_i32..12, 0_i32..3), 1..200),
        n_components in 1_usize..=3,
        min_samples in 1_usize..12,
    ) {
        let points = Array2::from_shape_fn((cells.len(), n_components), |(i, axis)| {
            let (x, y, z) = cells[i];
            f64::from([x, y, z][axis]) * 0.1
        });
        let min_samples = min_samples.min(cells.len());
        assert_same_trees(&points, min_samples);
        let core = KdTree::new(points.view()).core_distances(min_samples, &()).unwrap();
        prop_assert_eq!(core, naive_core(&points, min_samples));
    }

    #[test]
    fn no_cluster_is_too_small(
        points in (2_usize..150).prop_flat_map(scattered),
        min_cluster_size in 2_usize..20,
        min_samples in 1_usize..20,
        leaf: bool,
    ) {
        let min_samples = min_samples.min(points.nrows());
        let found = fit(&points, params(min_cluster_size, min_samples, leaf));
        let mut sizes = vec![0; found.n_clusters];
        for (label, &probability) in found.labels.iter().zip(&found.probabilities) {
            prop_assert!((0.0..=1.0).contains(&probability));
            prop_assert!(label.is_some() || probability == 0.0);
            if let Some(label) = label {
                sizes[*label as usize] += 1;
            }
        }
        prop_assert!(sizes.iter().all(|&size| size >= min_cluster_size), "{sizes:?}");
    }

    /// With larger `min_samples` one core distance is the length of many edges, whose order follows
    /// the points'.
    #[test]
    fn the_order_of_points_does_not_matter(
        (points, order) in (10_usize..120).prop_flat_map(|n| {
            (scattered(n), Just((0..n).collect::<Vec<_>>()).prop_shuffle())
        }),
        min_cluster_size in 2_usize..12,
        leaf: bool,
    ) {
        let params = params(min_cluster_size, 1, leaf);
        let (one, other) = (fit(&points, params), fit(&points.select(Axis(0), &order), params));
        prop_assert_eq!(one.n_clusters, other.n_clusters);
        let mut label_of = vec![None; one.n_clusters];
        for (place, &point) in order.iter().enumerate() {
            prop_assert!((one.probabilities[point] - other.probabilities[place]).abs() < 1e-12);
            match (one.labels[point], other.labels[place]) {
                (Some(one), Some(other)) => {
                    let known = label_of[one as usize].get_or_insert(other);
                    prop_assert_eq!(*known, other);
                }
                (one, other) => prop_assert_eq!(one, other),
            }
        }
    }

    /// A power of two changes no digit of a distance.
    #[test]
    fn the_unit_does_not_matter(
        points in (10_usize..150).prop_flat_map(scattered),
        min_samples in 1_usize..8,
        power in -20_i32..20,
        leaf: bool,
    ) {
        let params = params(5, min_samples, leaf);
        let scaled = points.mapv(|x| x * f64::from(power).exp2());
        prop_assert_eq!(fit(&points, params), fit(&scaled, params));
    }
}

#[test]
fn many_points_take_the_tree_and_it_agrees_with_all_pairs() {
    let points = Array2::from_shape_fn((ALL_PAIRS_LIMIT + 900, 2), |(i, axis)| {
        let angle = i as f64 * 2.4;
        (i as f64).sqrt() * if axis == 0 { angle.cos() } else { angle.sin() } * 0.05
    });
    for min_samples in [1, 2, 5, 40] {
        assert_same_trees(&points, min_samples);
    }
    // Half of all points on one spot, and the signs of zero.
    let spot = Array2::from_shape_fn((ALL_PAIRS_LIMIT + 300, 1), |(i, _)| match i % 4 {
        0 => 0.0,
        1 => -0.0,
        _ => i as f64,
    });
    assert_same_trees(&spot, 3);
}

#[test]
fn two_groups_and_a_stray_point_by_hand() {
    // Lengths 1 within the triples, 6 to the stray point, 8 between the triples.
    let points = array![[0.0], [1.0], [2.0], [10.0], [11.0], [12.0], [18.0]];
    for leaf in [false, true] {
        let found = fit(&points, params(3, 1, leaf));
        let expected = [
            Some(1),
            Some(1),
            Some(1),
            Some(0),
            Some(0),
            Some(0),
            Some(0),
        ];
        // The triple with the stray point splits off at 1/8; the stray point leaves it at 1/6, the
        // others at 1.
        assert_eq!(found.n_clusters, 2);
        let numbers: Vec<_> = found
            .labels
            .iter()
            .map(|l| l.map(|l| l ^ found.labels[3].unwrap()))
            .collect();
        assert_eq!(numbers, expected);
        assert_eq!(found.probabilities[..6], [1.0; 6]);
        assert!((found.probabilities[6] - 1.0 / 6.0).abs() < 1e-15);
    }
}

#[test]
fn one_group_and_too_few_points_are_noise() {
    let points = Array2::from_shape_fn((30, 2), |(i, axis)| [i as f64, 0.0][axis]);
    for leaf in [false, true] {
        assert_eq!(fit(&points, params(31, 3, leaf)).n_noise(), 30);
        assert_eq!(
            fit(&Array2::zeros((30, 2)), params(16, 3, leaf)).n_clusters,
            0
        );
    }
}

#[test]
fn distances_too_large_for_a_number_do_not_fail() {
    let points = Array2::from_shape_fn(
        (8, 2),
        |(i, _)| if i < 4 { i as f64 } else { 1e300 * i as f64 },
    );
    for n_copies in [1, 80] {
        let points = points.select(
            Axis(0),
            &(0..8 * n_copies).map(|i| i % 8).collect::<Vec<_>>(),
        );
        let found = fit(&points, params(2, 1, false));
        assert!(found.probabilities.iter().all(|p| (0.0..=1.0).contains(p)));
        assert_same_trees(&points, 1);
    }
}

#[test]
fn parameters_and_points_are_checked() {
    let default = HdbscanParams::default();
    let few = HdbscanParams {
        min_cluster_size: 1,
        ..default
    };
    assert!(matches!(
        few.check(9),
        Err(HdbscanError::Setting(error)) if error.key == "min_cluster_size"
    ));
    let (min_samples, n_samples) = (5, 4);
    assert_eq!(
        default.check(4),
        Err(HdbscanError::MinSamples {
            min_samples,
            n_samples
        })
    );
    let none = HdbscanParams {
        min_samples: Some(0),
        ..default
    };
    assert!(matches!(none.check(9), Err(HdbscanError::Setting(_))));
    let one = HdbscanParams {
        min_samples: Some(1),
        ..default
    };
    assert_eq!(one.check(1), Err(HdbscanError::Samples { n_samples: 1 }));
    let checked = default.check(9).unwrap();
    let mut points = Array2::zeros((9, 2));
    assert!(
        checked
            .fit(points.slice(ndarray::s![..4, ..]), &())
            .is_err()
    );
    for value in [f64::NAN, f64::INFINITY] {
        points[[2, 1]] = value;
        let error = checked.fit(points.view(), &()).unwrap_err();
        assert_eq!(error, HdbscanError::NotFinite { row: 2, column: 1 });
    }
}

/// Stops after it has been asked so often.
struct After(AtomicUsize);

impl Monitor for After {
    fn cancelled(&self) -> bool {
        self.0
            .fetch_update(Relaxed, Relaxed, |left| left.checked_sub(1))
            .is_err()
    }
}

#[test]
fn a_cancelled_fit_ends() {
    for (n_samples, n_components) in [(100, 2), (2000, 2), (100, 5)] {
        let points = Array2::from_shape_fn((n_samples, n_components), |(i, axis)| {
            (i as f64 * (axis as f64 + 1.7)).sin()
        });
        let checked = HdbscanParams::default().check(n_samples).unwrap();
        // In the core distances and in the tree.
        for asked in [n_samples / 2, n_samples + n_samples / 2] {
            let error = checked.fit(points.view(), &After(AtomicUsize::new(asked)));
            assert_eq!(error, Err(HdbscanError::Cancelled(Cancelled)));
        }
    }
}
