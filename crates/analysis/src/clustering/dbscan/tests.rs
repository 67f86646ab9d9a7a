use super::*;
use ndarray::Array2;
use proptest::prelude::*;

fn fit(points: &Array2<f64>, eps: f64, min_samples: usize) -> Clustering {
    // Radii out of the range too: the grid must not fail on them.
    let params = CheckedDbscan(DbscanParams { eps, min_samples });
    params.fit(points.view(), &()).unwrap()
}

fn by_grid(points: &Array2<f64>, eps: f64, min_samples: usize, counted_for: usize) -> Clustering {
    let points = Points::new(points.view()).unwrap();
    let grid = Grid::new(&points, eps)
        .unwrap()
        .count(counted_for, &())
        .unwrap();
    grid.cluster(min_samples)
}

/// scikit-learn's algorithm as it is written: clusters grown one after the other from the lowest
/// core point that has no label.
fn naive(points: &Array2<f64>, eps: f64, min_samples: usize) -> Clustering {
    let n_samples = points.nrows();
    let square = |i: usize, j: usize| {
        let difference = &points.row(i) - &points.row(j);
        difference.iter().fold(0.0, |sum, x| sum + x * x)
    };
    let neighbors = |i: usize| (0..n_samples).filter(move |&j| square(i, j) <= eps * eps);
    let core: Vec<bool> = (0..n_samples)
        .map(|i| neighbors(i).count() >= min_samples)
        .collect();
    let mut labels = vec![None; n_samples];
    let mut n_clusters = 0;
    for first in 0..n_samples {
        if labels[first].is_some() || !core[first] {
            continue;
        }
        let mut stack = vec![first];
        while let Some(point) = stack.pop() {
            if labels[point].is_some() {
                continue;
            }
            labels[point] = Some(n_clusters);
            if core[point] {
                stack.extend(neighbors(point).filter(|&j| labels[j].is_none()));
            }
        }
        n_clusters += 1;
    }
    Clustering {
        probabilities: None,
        labels,
        core,
        n_clusters: n_clusters as usize,
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    /// On a lattice many distances equal eps exactly, and many points coincide.
    #[test]
    fn bits_grid_and_naive_agree_with_ties(
        cells in prop::collection::vec((0_i32..12, 0_i32..12, 0_i32..4), 1..160),
        n_components in 1_usize..=3,
        eps_steps in 1_u32..6,
        min_samples in 1_usize..12,
        extra in 0_usize..5,
    ) {
        let points = Array2::from_shape_fn((cells.len(), n_components), |(i, axis)| {
            let (x, y, z) = cells[i];
            f64::from([x, y, z][axis]) * 0.1
        });
        let eps = f64::from(eps_steps) * 0.1;
        let expected = naive(&points, eps, min_samples);
        prop_assert_eq!(&fit(&points, eps, min_samples), &expected);
        prop_assert_eq!(&by_grid(&points, eps, min_samples, min_samples + extra), &expected);
    }

    #[test]
    fn bits_grid_and_naive_agree_on_scattered_points(
        coordinates in prop::collection::vec((-3.0_f64..3.0, -3.0_f64..3.0), 1..250),
        eps in 0.01_f64..2.0,
        min_samples in 1_usize..20,
    ) {
        let points = Array2::from_shape_fn((coordinates.len(), 2), |(i, axis)| {
            let (x, y) = coordinates[i];
            [x, y][axis]
        });
        let expected = naive(&points, eps, min_samples);
        prop_assert_eq!(&fit(&points, eps, min_samples), &expected);
        prop_assert_eq!(&by_grid(&points, eps, min_samples, min_samples), &expected);
    }
}

#[test]
fn a_border_point_belongs_to_the_first_cluster_that_reaches_it() {
    // Triples near 0 and 2; the point at 1 is within eps of one of each, which makes those core.
    let points = Array2::from_shape_vec((7, 1), vec![2.0, 1.85, 1.9, 1.0, 0.0, 0.15, 0.1]).unwrap();
    let clustering = fit(&points, 0.86, 4);
    assert_eq!(
        clustering.core,
        [false, true, false, false, false, true, false]
    );
    assert_eq!(clustering.labels[3], Some(0));
    assert_eq!(clustering.labels, [0, 0, 0, 0, 1, 1, 1].map(Some));
    assert_eq!(clustering, naive(&points, 0.86, 4));
}

#[test]
fn many_points_take_the_grid_and_it_agrees_with_all_pairs() {
    let points = Array2::from_shape_fn((BITS_LIMIT + 300, 2), |(i, axis)| {
        let angle = i as f64 * 2.4;
        (i as f64).sqrt() * if axis == 0 { angle.cos() } else { angle.sin() } * 0.05
    });
    for (eps, min_samples) in [(0.05, 3), (0.08, 4), (0.1, 5), (0.5, 40)] {
        let all = Points::new(points.view()).unwrap();
        let expected = bits::cluster_all_pairs(&all, eps, min_samples, &()).unwrap();
        assert_eq!(fit(&points, eps, min_samples), expected);
    }
}

#[test]
fn an_eps_too_small_for_any_grid_finds_equal_points() {
    let points = Array2::from_shape_fn((BITS_LIMIT + 1, 2), |(i, _)| (i / 2) as f64 * 1e6);
    assert!(Grid::new(&Points::new(points.view()).unwrap(), 1e-9).is_none());
    assert_eq!(fit(&points, 1e-9, 2).n_clusters, BITS_LIMIT / 2);
}

#[test]
fn extreme_radii_do_not_fail() {
    let points = Array2::from_shape_fn((5, 2), |(i, axis)| (i + axis) as f64);
    assert_eq!(fit(&points, 1e300, 5).n_clusters, 1);
    assert_eq!(fit(&points, 1e-300, 1).n_clusters, 5);
    assert_eq!(by_grid(&points, 1e300, 5, 5).n_clusters, 1);
    assert_eq!(fit(&Array2::zeros((0, 2)), 1.0, 1).labels, []);
}

#[test]
fn parameters_and_points_are_checked() {
    for eps in [0.0, -1.0, f64::NAN, f64::INFINITY] {
        assert!(matches!(
            DbscanParams {
                eps,
                min_samples: 5
            }
            .check(),
            Err(DbscanError::Setting(SettingError { key: "eps", .. }))
        ));
    }
    let none = DbscanParams {
        eps: 1.0,
        min_samples: 0,
    };
    let key = "min_samples";
    assert!(matches!(none.check(), Err(DbscanError::Setting(error)) if error.key == key));
    let checked = DbscanParams {
        eps: 1.0,
        min_samples: 1,
    }
    .check()
    .unwrap();
    let mut points = Array2::zeros((3, 2));
    points[[2, 1]] = f64::NAN;
    let error = checked.fit(points.view(), &()).unwrap_err();
    assert_eq!(error, DbscanError::NotFinite { row: 2, column: 1 });
    assert!(checked.fit(Array2::zeros((3, 4)).view(), &()).is_err());
}
