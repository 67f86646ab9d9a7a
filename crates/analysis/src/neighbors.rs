//! The samples nearest to one, by their features.

use crate::monitor::{Cancelled, Monitor, check};
use crate::projection::Metric;
use ndarray::{ArrayView1, ArrayView2, Axis};
use rayon::prelude::*;

/// Samples of one parallel task.
const SAMPLES_PER_TASK: usize = 1024;

/// A sample as seen from another.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Neighbor {
    /// Which sample it is, from 0.
    pub index: usize,
    /// How far away it is, in the units of the features; for the cosine from 0 to 2.
    pub distance: f64,
}

/// The `n_neighbors` samples nearest to `sample`, itself left out, the nearest first and equally
/// near ones by index; all others where there are fewer.
///
/// `features` is `(n_samples, n_features)`. Every distance is computed, in double precision: time
/// goes with n_samples × n_features. Samples with equal features are equally near.
///
/// # Errors
/// [`Cancelled`] when the monitor asks for it (it is not told of any progress).
///
/// # Panics
/// When there is no such sample.
pub fn nearest(
    features: ArrayView2<'_, f32>,
    sample: usize,
    n_neighbors: usize,
    metric: Metric,
    monitor: &dyn Monitor,
) -> Result<Vec<Neighbor>, Cancelled> {
    let from = features.row(sample);
    let chunks = features.axis_chunks_iter(Axis(0), SAMPLES_PER_TASK);
    let distances = chunks.into_par_iter().map(|rows| {
        check(monitor)?;
        let rows = rows.rows().into_iter();
        Ok(rows.map(|to| distance(from, to, metric)).collect())
    });
    let distances: Vec<Vec<f64>> = distances.collect::<Result<_, Cancelled>>()?;
    let distances = distances.into_iter().flatten().enumerate();
    let mut others: Vec<Neighbor> = distances
        .map(|(index, distance)| Neighbor { index, distance })
        .filter(|other| other.index != sample)
        .collect();
    let order = |a: &Neighbor, b: &Neighbor| {
        (a.distance.total_cmp(&b.distance)).then(a.index.cmp(&b.index))
    };
    if n_neighbors < others.len() {
        others.select_nth_unstable_by(n_neighbors, order);
        others.truncate(n_neighbors);
    }
    others.sort_unstable_by(order);
    Ok(others)
}

fn distance(a: ArrayView1<'_, f32>, b: ArrayView1<'_, f32>, metric: Metric) -> f64 {
    match metric {
        Metric::Euclidean => sum(a, b, |x, y| (x - y) * (x - y)).sqrt(),
        Metric::Manhattan => sum(a, b, |x, y| (x - y).abs()),
        Metric::Cosine => {
            let lengths = (sum(a, a, |x, y| x * y) * sum(b, b, |x, y| x * y)).sqrt();
            // A sample of all zeros has no direction, and is at distance 1 from all others.
            if lengths > 0.0 {
                (1.0 - sum(a, b, |x, y| x * y) / lengths).clamp(0.0, 2.0)
            } else {
                1.0
            }
        }
    }
}

fn sum(a: ArrayView1<'_, f32>, b: ArrayView1<'_, f32>, term: impl Fn(f64, f64) -> f64) -> f64 {
    let pairs = a.iter().zip(b);
    pairs.map(|(&x, &y)| term(f64::from(x), f64::from(y))).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::{Array2, array};
    use proptest::prelude::*;

    fn found(features: &Array2<f32>, sample: usize, n: usize, metric: Metric) -> Vec<(usize, f64)> {
        let found = nearest(features.view(), sample, n, metric, &()).unwrap();
        found.iter().map(|n| (n.index, n.distance)).collect()
    }

    #[test]
    fn equally_near_ones_come_by_index() {
        let features = array![
            [0.0_f32, 0.0],
            [0.0, 2.0],
            [3.0, 4.0],
            [2.0, 0.0],
            [0.0, 0.0]
        ];
        assert_eq!(
            found(&features, 0, 3, Metric::Euclidean),
            [(4, 0.0), (1, 2.0), (3, 2.0)]
        );
        assert_eq!(found(&features, 0, 9, Metric::Manhattan)[3], (2, 7.0));
    }

    #[test]
    fn the_cosine_sees_directions_alone() {
        let features = array![
            [2.0_f32, 0.0],
            [0.0, 5.0],
            [-1.0, 0.0],
            [0.0, 0.0],
            [7.0, 0.0]
        ];
        assert_eq!(
            found(&features, 0, 4, Metric::Cosine),
            [(4, 0.0), (1, 1.0), (3, 1.0), (2, 2.0)]
        );
    }

    #[test]
    fn one_sample_has_no_neighbours() {
        assert_eq!(found(&array![[1.0_f32]], 0, 5, Metric::Euclidean), []);
    }

    proptest! {
        #[test]
        fn none_that_is_left_out_is_nearer(
            values in prop::collection::vec(-3_i8..3, 3 * 40),
            n in 1_usize..45,
            cosine: bool,
        ) {
            let values = values.into_iter().map(f32::from).collect();
            let features = Array2::from_shape_vec((40, 3), values).unwrap();
            let metric = if cosine { Metric::Cosine } else { Metric::Euclidean };
            let all = found(&features, 7, 39, metric);
            prop_assert!(all.is_sorted_by(|a, b| a.1 < b.1 || a.1 == b.1 && a.0 < b.0));
            let indices: std::collections::BTreeSet<_> = all.iter().map(|n| n.0).collect();
            prop_assert!(indices.len() == 39 && !indices.contains(&7));
            prop_assert_eq!(&found(&features, 7, n, metric)[..], &all[..n.min(39)]);
        }
    }
}
