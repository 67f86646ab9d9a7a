//! The two scores that see clusters as centroids: Davies–Bouldin and Calinski–Harabasz.

use super::partition::Partition;
use ndarray::{Array1, ArrayView1, ArrayView2};

/// See [`super::davies_bouldin()`].
pub(super) fn davies_bouldin(points: ArrayView2<'_, f64>, partition: &Partition) -> Option<f64> {
    // scikit-learn's: what numpy.allclose takes for 0.
    const ZERO: f64 = 1e-8;
    if !partition.can_be_scored() {
        return None;
    }
    let centroids: Vec<_> = partition.clusters().map(|c| centroid(points, c)).collect();
    let spread = |(members, centroid): (&[usize], &Array1<f64>)| {
        let distance = |&i: &usize| square(points.row(i), centroid.view()).sqrt();
        members.iter().map(distance).sum::<f64>() / members.len() as f64
    };
    let spreads: Vec<f64> = partition.clusters().zip(&centroids).map(spread).collect();
    let apart = |i: usize, j: usize| square(centroids[i].view(), centroids[j].view()).sqrt();
    let k = spreads.len();
    let all_together = (0..k).all(|i| (0..i).all(|j| apart(i, j) <= ZERO));
    if all_together || spreads.iter().all(|&spread| spread <= ZERO) {
        return Some(0.0);
    }
    let worst = |i: usize| {
        let ratio = |j: usize| match apart(i, j) {
            0.0 => 0.0,
            distance => (spreads[i] + spreads[j]) / distance,
        };
        (0..k).filter(|&j| j != i).map(ratio).fold(0.0, f64::max)
    };
    Some((0..k).map(worst).sum::<f64>() / k as f64)
}

/// See [`super::calinski_harabasz()`].
pub(super) fn calinski_harabasz(points: ArrayView2<'_, f64>, partition: &Partition) -> Option<f64> {
    if !partition.can_be_scored() {
        return None;
    }
    let all: Vec<usize> = partition.clusters().flatten().copied().collect();
    let mean = centroid(points, &all);
    let (mut between, mut within) = (0.0, 0.0);
    for members in partition.clusters() {
        let centre = centroid(points, members);
        between += members.len() as f64 * square(centre.view(), mean.view());
        let distance = |&i: &usize| square(points.row(i), centre.view());
        within += members.iter().map(distance).sum::<f64>();
    }
    if within == 0.0 {
        return Some(1.0);
    }
    let (n, k) = (all.len() as f64, partition.n_clusters() as f64);
    Some(between * (n - k) / (within * (k - 1.0)))
}

fn centroid(points: ArrayView2<'_, f64>, members: &[usize]) -> Array1<f64> {
    let mut sum = Array1::zeros(points.ncols());
    for &member in members {
        sum += &points.row(member);
    }
    sum / members.len() as f64
}

fn square(a: ArrayView1<'_, f64>, b: ArrayView1<'_, f64>) -> f64 {
    a.iter().zip(b).map(|(a, b)| (a - b) * (a - b)).sum()
}
