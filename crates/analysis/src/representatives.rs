//! Which images to show for a cluster.

use multiversion::multiversion;
use ndarray::ArrayView2;
use rayon::prelude::*;

/// Members up to which a cluster's centre is its medoid; beyond, the point nearest to its mean.
const MEDOID_LIMIT: usize = 1000;

/// The most central points of each cluster, and of the noise.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Representatives {
    /// For each cluster the indices of its most central points, the most central first.
    pub clusters: Vec<Vec<usize>>,
    /// The same for the points in no cluster.
    pub noise: Vec<usize>,
}

/// Picks up to `k` points of each cluster that are nearest, on average, to its other points; the
/// first is the medoid (Kaufman and Rousseeuw 1987).
///
/// `points` is `(n_samples, n_components)`, usually the standardised map, and `labels` has one
/// entry per point. In clusters of more than 1,000 points it is the distance to the mean that
/// counts, since all pairs would be too many. Equally central points come in the order of their
/// indices.
///
/// # Panics
/// When `labels` is not as long as `points`.
pub fn representatives(
    points: ArrayView2<'_, f64>,
    labels: &[Option<u32>],
    k: usize,
) -> Representatives {
    assert_eq!(points.nrows(), labels.len(), "one label per point");
    let n_clusters = labels
        .iter()
        .flatten()
        .max()
        .map_or(0, |&largest| largest as usize + 1);
    // Noise comes last.
    let mut members = vec![Vec::new(); n_clusters + 1];
    for (point, label) in labels.iter().enumerate() {
        members[label.map_or(n_clusters, |label| label as usize)].push(point);
    }
    let mut clusters: Vec<Vec<usize>> = members
        .par_iter()
        .map(|members| most_central(points, members, k))
        .collect();
    let noise = clusters.pop().unwrap_or_default();
    Representatives { clusters, noise }
}

fn most_central(points: ArrayView2<'_, f64>, members: &[usize], k: usize) -> Vec<usize> {
    let axes: Vec<Vec<f64>> = points
        .columns()
        .into_iter()
        .map(|column| members.iter().map(|&member| column[member]).collect())
        .collect();
    let remoteness: Vec<f64> = if members.len() <= MEDOID_LIMIT {
        let mut distances = vec![0.0; members.len()];
        (0..members.len())
            .map(|i| sum_of_distances(&axes, i, &mut distances))
            .collect()
    } else {
        let mean = |axis: &Vec<f64>| axis.iter().sum::<f64>() / axis.len() as f64;
        let means: Vec<f64> = axes.iter().map(mean).collect();
        let square = |i: usize| {
            axes.iter()
                .zip(&means)
                .map(|(axis, m)| (axis[i] - m).powi(2))
                .sum()
        };
        (0..members.len()).map(square).collect()
    };
    let mut ranks: Vec<usize> = (0..members.len()).collect();
    ranks.sort_by(|&a, &b| remoteness[a].total_cmp(&remoteness[b]));
    ranks
        .into_iter()
        .take(k)
        .map(|rank| members[rank])
        .collect()
}

#[multiversion(targets = "simd")]
fn sum_of_distances(axes: &[Vec<f64>], i: usize, distances: &mut [f64]) -> f64 {
    distances.fill(0.0);
    for axis in axes {
        for (square, x) in distances.iter_mut().zip(axis) {
            *square += (x - axis[i]) * (x - axis[i]);
        }
    }
    for square in distances.iter_mut() {
        *square = square.sqrt();
    }
    distances.iter().sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::{Array2, array};

    #[test]
    fn the_medoid_comes_first() {
        let points = array![[0.0], [10.0], [1.0], [5.0], [2.0], [90.0], [80.0], [85.0]];
        let labels = [
            Some(0),
            Some(1),
            Some(0),
            None,
            Some(0),
            Some(1),
            Some(1),
            Some(1),
        ];
        let found = representatives(points.view(), &labels, 2);
        assert_eq!(found.clusters, [vec![2, 0], vec![6, 7]]);
        assert_eq!(found.noise, [3]);
        let none = representatives(Array2::zeros((0, 2)).view(), &[], 2);
        assert_eq!((none.clusters.len(), none.noise.len()), (0, 0));
    }

    #[test]
    fn large_clusters_are_represented_by_points_near_the_mean() {
        let points = Array2::from_shape_fn((MEDOID_LIMIT + 1, 2), |(i, _)| i as f64);
        let labels = vec![Some(0); MEDOID_LIMIT + 1];
        let found = representatives(points.view(), &labels, 3);
        assert_eq!(found.clusters, [vec![500, 499, 501]]);
    }
}
