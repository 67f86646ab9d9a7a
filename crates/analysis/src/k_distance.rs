//! Core distances: for each point the smallest eps that makes it a core point of DBSCAN.

use std::collections::BinaryHeap;

use crate::clustering::dbscan::{DbscanError, Points};
use crate::monitor::{Cancelled, Monitor, check};
use crate::settings::SettingError;
use ndarray::ArrayView2;
use rayon::prelude::*;

/// Points of one parallel task.
const POINTS_PER_TASK: usize = 256;

/// The distance of each of `points`, `(n_samples, n_components)` with 1 to 3 components, to its
/// `min_samples`-th neighbour, itself counted as DBSCAN counts it; in the order of the points.
/// Empty when there are fewer points than that, so that none can be core.
///
/// Sorted, they are the k-distance plot by which eps is chosen: at its knee (Ester, Kriegel,
/// Sander and Xu 1996). For each point those beside it along the widest axis are looked at, until
/// that axis alone is further away than the neighbours found: about √n of them on a map, so that
/// 10,000 points take some hundredths of a second.
///
/// # Errors
/// [`DbscanError`] when `min_samples` is 0, when a point is not finite or has no or too many
/// components, or when the monitor cancels (it is not told of any progress).
pub fn core_distances(
    points: ArrayView2<'_, f64>,
    min_samples: usize,
    monitor: &dyn Monitor,
) -> Result<Vec<f64>, DbscanError> {
    if min_samples == 0 {
        let wanted = "a whole number from 1 up".to_owned();
        return Err(SettingError {
            key: "min_samples",
            wanted,
        }
        .into());
    }
    let sweep = Sweep::new(&Points::new(points)?);
    let n_points = sweep.points.len();
    if n_points < min_samples {
        return Ok(Vec::new());
    }
    let mut sorted = vec![0.0; n_points];
    sorted
        .par_chunks_mut(POINTS_PER_TASK)
        .enumerate()
        .try_for_each(|(task, distances)| {
            check(monitor)?;
            for (at, distance) in (task * POINTS_PER_TASK..).zip(distances) {
                *distance = sweep.core_distance(at, min_samples);
            }
            Ok::<(), Cancelled>(())
        })?;
    let mut distances = vec![0.0; n_points];
    for (distance, &index) in sorted.into_iter().zip(&sweep.order) {
        distances[index] = distance;
    }
    Ok(distances)
}

/// Points along their widest axis.
struct Sweep {
    points: Vec<[f64; 3]>,
    widest: usize,
    /// The original index of each point.
    order: Vec<usize>,
}

impl Sweep {
    fn new(points: &Points) -> Self {
        let width = |axis: &[f64]| {
            let low = axis.iter().copied().fold(f64::INFINITY, f64::min);
            let high = axis.iter().copied().fold(f64::NEG_INFINITY, f64::max);
            high - low
        };
        let axes = points.axes().each_ref();
        let widths = axes.map(|axis| width(axis));
        let widest = (0..3).max_by(|&a, &b| widths[a].total_cmp(&widths[b]));
        let widest = widest.unwrap_or(0);
        let along = axes[widest];
        let mut order: Vec<usize> = (0..points.len()).collect();
        order.par_sort_unstable_by(|&i, &j| along[i].total_cmp(&along[j]).then(i.cmp(&j)));
        let point = |&i: &usize| axes.map(|axis| axis[i]);
        Self {
            points: order.iter().map(point).collect(),
            widest,
            order,
        }
    }

    fn core_distance(&self, at: usize, min_samples: usize) -> f64 {
        let mut nearest = Nearest::new(min_samples);
        let here = self.points[at];
        // The points that have been looked at; the point itself comes first.
        let (mut first, mut end) = (at, at);
        loop {
            let before = first.checked_sub(1);
            let behind = Some(end).filter(|&end| end < self.points.len());
            let gap = |next: Option<usize>| {
                next.map_or(f64::INFINITY, |i| {
                    (self.points[i][self.widest] - here[self.widest]).powi(2)
                })
            };
            // The nearer side goes first, so that the limit falls quickly.
            let next = if gap(before) < gap(behind) {
                before
            } else {
                behind
            };
            let Some(next) = next.filter(|_| gap(next) < nearest.limit()) else {
                break;
            };
            let [dx, dy, dz] = [0, 1, 2].map(|axis| here[axis] - self.points[next][axis]);
            nearest.push(dx * dx + dy * dy + dz * dz);
            (first, end) = (first.min(next), end.max(next + 1));
        }
        nearest.limit().sqrt()
    }
}

/// The smallest few squared distances so far.
struct Nearest {
    /// Their bits, whose order is that of floats ≥ 0; the largest on top.
    bits: BinaryHeap<u64>,
    wanted: usize,
}

impl Nearest {
    fn new(wanted: usize) -> Self {
        Self {
            bits: BinaryHeap::with_capacity(wanted + 1),
            wanted,
        }
    }

    fn push(&mut self, squared_distance: f64) {
        if squared_distance < self.limit() {
            self.bits.push(squared_distance.to_bits());
            if self.bits.len() > self.wanted {
                self.bits.pop();
            }
        }
    }

    /// What is not below this changes nothing any more.
    fn limit(&self) -> f64 {
        let largest = self.bits.peek().filter(|_| self.bits.len() == self.wanted);
        largest.map_or(f64::INFINITY, |&bits| f64::from_bits(bits))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clustering::dbscan::DbscanParams;
    use ndarray::{Array2, array};
    use proptest::prelude::*;

    #[test]
    fn four_points_by_hand() {
        let points = array![[0.0, 0.0], [3.0, 4.0], [0.0, 1.0], [0.0, -2.0]];
        let distances = |min_samples| core_distances(points.view(), min_samples, &()).unwrap();
        assert_eq!(distances(1), [0.0; 4]);
        assert_eq!(distances(2), [1.0, 18.0_f64.sqrt(), 1.0, 2.0]);
        assert_eq!(distances(4)[0], 5.0);
        assert!(distances(5).is_empty());
    }

    #[test]
    fn what_cannot_be_measured_is_refused() {
        let point = array![[0.0, f64::NAN]];
        assert!(matches!(
            core_distances(point.view(), 1, &()),
            Err(DbscanError::NotFinite { .. })
        ));
        let none = core_distances(array![[0.0]].view(), 0, &());
        assert!(matches!(none, Err(DbscanError::Setting(_))));
    }

    #[test]
    fn many_points_on_one_place_take_no_time() {
        let points = Array2::zeros((50_000, 2));
        assert_eq!(
            core_distances(points.view(), 14, &()).unwrap(),
            vec![0.0; 50_000]
        );
    }

    /// By sorting all distances.
    fn by_sorting(points: &Array2<f64>, min_samples: usize) -> Vec<f64> {
        let from = |i: usize| {
            let squared = |j: usize| {
                (0..points.ncols())
                    .map(|c| (points[[i, c]] - points[[j, c]]).powi(2))
                    .sum()
            };
            let mut all: Vec<f64> = (0..points.nrows()).map(squared).collect();
            all.sort_by(f64::total_cmp);
            all[min_samples - 1].sqrt()
        };
        (0..points.nrows()).map(from).collect()
    }

    fn points() -> impl Strategy<Value = Array2<f64>> {
        // Sixths make many equal distances and equal points.
        let sixth = (-12_i16..12).prop_map(|value| f64::from(value) / 6.0);
        (1_usize..=3, 1_usize..90).prop_flat_map(move |(columns, rows)| {
            let values = prop::collection::vec(sixth.clone(), rows * columns);
            values.prop_map(move |values| Array2::from_shape_vec((rows, columns), values).unwrap())
        })
    }

    proptest! {
        #[test]
        fn they_are_those_of_all_pairs(points in points(), share in 0.0_f64..1.0) {
            let min_samples = 1 + (share * points.nrows() as f64) as usize;
            let found = core_distances(points.view(), min_samples, &()).unwrap();
            let expected = by_sorting(&points, min_samples);
            prop_assert_eq!(found, expected);
        }

        #[test]
        fn dbscan_finds_the_same_cores(points in points(), min_samples in 1_usize..20, eps in 0.05_f64..3.0) {
            let found = core_distances(points.view(), min_samples, &()).unwrap();
            let dbscan = DbscanParams { eps, min_samples }.check().unwrap();
            let core = dbscan.fit(points.view(), &()).unwrap().core;
            for (point, is_core) in core.into_iter().enumerate() {
                prop_assert_eq!(found.get(point).is_some_and(|&distance| distance <= eps), is_core);
            }
        }
    }
}
