use super::*;
use ndarray::{Array2, array};

fn labels(labels: &[i32]) -> Vec<Option<u32>> {
    labels
        .iter()
        .map(|&label| u32::try_from(label).ok())
        .collect()
}

fn assert_close(found: Option<f64>, expected: f64) {
    let found = found.unwrap();
    assert!(
        (found - expected).abs() < 1e-12,
        "{found} is not {expected}"
    );
}

/// Pairs at 0 and 2, and at 10 and 12, and noise far away.
fn two_pairs() -> (Array2<f64>, Vec<Option<u32>>) {
    let points = array![[0.0], [100.0], [2.0], [10.0], [12.0]];
    (points, labels(&[0, -1, 0, 7, 7]))
}

#[test]
fn two_pairs_by_hand() {
    let (points, labels) = two_pairs();
    // Outer points: a = 2, b = 11; inner points: a = 2, b = 9.
    let expected = (9.0 / 11.0 + 7.0 / 9.0) / 2.0;
    assert_close(silhouette(points.view(), &labels), expected);
    // Spreads 1 and 1, centroids 10 apart.
    assert_close(davies_bouldin(points.view(), &labels), 0.2);
    // B = 4 · 25, W = 4, n - k = 2, k - 1 = 1.
    assert_close(calinski_harabasz(points.view(), &labels), 50.0);
    // Sparseness 2; each pair stands by its first point, so that the separation is 10; of 5 points
    // 4 are clustered.
    assert_close(dbcv(points.view(), &labels), 0.8 * (10.0 - 2.0) / 10.0);
}

#[test]
fn what_is_undefined_is_none() {
    let points = Array2::from_shape_fn((4, 2), |(i, j)| (i * i + j) as f64);
    for undefined in [
        [-1, -1, -1, -1],
        [0, 0, 0, -1],
        [0, 1, 2, 3],
        [0, 1, -1, -1],
    ] {
        let scores = Scorer::new(points.view()).all(&labels(&undefined));
        assert_eq!(scores.get(Measure::Silhouette), None);
        assert_eq!(scores.get(Measure::DaviesBouldin), None);
        assert_eq!(scores.get(Measure::CalinskiHarabasz), None);
        assert_eq!(scores.get(Measure::Dbcv), None);
    }
    // One cluster of two points or more is not enough for DBCV.
    let scores = Scorer::new(points.view()).all(&labels(&[0, 0, 1, -1]));
    assert!(scores.get(Measure::Silhouette).is_some() && scores.get(Measure::Dbcv).is_none());
    let none = Scorer::new(Array2::zeros((0, 2)).view()).all(&[]);
    assert_eq!(
        (none.get(Measure::Silhouette), none.get(Measure::Dbcv)),
        (None, None)
    );
}

#[test]
fn coinciding_points_make_no_nan() {
    let points = Array2::from_elem((4, 2), 0.1);
    let scores = Scorer::new(points.view()).all(&labels(&[0, 0, 1, 1]));
    assert_eq!(scores.get(Measure::Silhouette), Some(0.0));
    assert_eq!(scores.get(Measure::DaviesBouldin), Some(0.0));
    assert_eq!(scores.get(Measure::CalinskiHarabasz), Some(1.0));
    assert_eq!(scores.get(Measure::Dbcv), Some(0.0));
}

#[test]
fn names_of_clusters_and_noise_far_away_change_only_dbcv_by_its_weights() {
    let (points, labels) = two_pairs();
    let clustered = [0, 2, 3, 4];
    let without = Array2::from_shape_fn((4, 1), |(i, _)| points[[clustered[i], 0]]);
    let renamed = clustered.map(|i| labels[i].map(|label| 9 - label));
    let (all, some) = (
        Scorer::new(points.view()).all(&labels),
        Scorer::new(without.view()).all(&renamed),
    );
    assert_eq!(all.get(Measure::Silhouette), some.get(Measure::Silhouette));
    assert_eq!(
        all.get(Measure::DaviesBouldin),
        some.get(Measure::DaviesBouldin)
    );
    assert_eq!(
        all.get(Measure::CalinskiHarabasz),
        some.get(Measure::CalinskiHarabasz)
    );
    assert_close(
        all.get(Measure::Dbcv),
        some.get(Measure::Dbcv).unwrap() * 0.8,
    );
}

#[test]
fn many_points_have_no_scores_that_need_all_distances() {
    let points = Array2::from_shape_fn((DISTANCES_LIMIT + 1, 1), |(i, _)| i as f64);
    let halves: Vec<_> = (0..points.nrows()).map(|i| Some((i % 2) as u32)).collect();
    let scores = Scorer::new(points.view()).all(&halves);
    assert_eq!(
        (scores.get(Measure::Silhouette), scores.get(Measure::Dbcv)),
        (None, None)
    );
    assert!(
        scores.get(Measure::DaviesBouldin).is_some()
            && scores.get(Measure::CalinskiHarabasz).is_some()
    );
}
