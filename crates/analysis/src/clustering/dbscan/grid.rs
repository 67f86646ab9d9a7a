//! DBSCAN over a grid whose cells are so small that all points of one are neighbours (Gunawan
//! 2013; Gan and Tao 2015), for many points: no neighbourhood is ever stored.

use super::Points;
use rayon::prelude::*;

/// Points of one parallel task.
pub(super) const POINTS_PER_TASK: usize = 1024;
/// The cells' diagonal as a share of eps. What is missing to 1 outweighs the rounding of cell
/// numbers below [`MOST_CELLS`].
const DIAGONAL: f64 = 0.999;
/// Cells per axis up to which their numbers are exact enough.
const MOST_CELLS: f64 = (1_u64 << 40) as f64;
/// Cells further away than this along an axis hold no neighbours: with a side of eps/√3 or more,
/// two cells lie between them.
const REACH: i64 = 2;

/// Points sorted into the cells of a grid; cells with points are numbered along the last axis.
pub(crate) struct Grid {
    /// The axes in the order of the cells.
    pub(super) axes: [Vec<f64>; 3],
    /// The original index of each sorted point.
    pub(super) order: Vec<u32>,
    /// The cell of each sorted point.
    pub(super) cell_of: Vec<u32>,
    /// Cell c holds the sorted points `starts[c]..starts[c + 1]`.
    starts: Vec<u32>,
    /// For each cell the ranges of cells that may hold neighbours, one range per row of the grid.
    near: Vec<Range>,
    /// Ranges per cell.
    rows: usize,
    pub(super) limit: f64,
}

/// Neighbouring cells with numbers `first..end`.
#[derive(Debug, Clone, Copy)]
pub(super) struct Range {
    pub(super) first: u32,
    pub(super) end: u32,
}

type Key = [i64; 3];

impl Grid {
    /// A grid for this `eps`, or `None` when it would need more cells than can be numbered: when
    /// the points spread over more than 10^11 times eps.
    pub(crate) fn new(points: &Points, eps: f64) -> Option<Self> {
        let side = eps * DIAGONAL / (points.n_components as f64).sqrt();
        let lowest = |axis: &Vec<f64>| axis.iter().copied().fold(f64::INFINITY, f64::min);
        let low = points.axes.each_ref().map(lowest);
        let fits = points
            .axes
            .iter()
            .zip(low)
            .all(|(axis, low)| axis.iter().all(|x| (x - low) / side < MOST_CELLS));
        if !fits || u32::try_from(points.len()).is_err() {
            return None;
        }
        // The last axis that is used runs fastest, so that unused ones do not split the rows.
        let key = |i: usize| -> Key {
            let cell = |axis: usize| ((points.axes[axis][i] - low[axis]) / side).floor() as i64;
            match points.n_components {
                1 => [0, 0, cell(0)],
                2 => [0, cell(0), cell(1)],
                _ => [cell(0), cell(1), cell(2)],
            }
        };
        let mut keyed: Vec<(Key, u32)> = (0..points.len()).map(|i| (key(i), i as u32)).collect();
        keyed.par_sort_unstable();
        Some(Self::from_sorted(points, &keyed, eps))
    }

    fn from_sorted(points: &Points, keyed: &[(Key, u32)], eps: f64) -> Self {
        let mut keys: Vec<Key> = Vec::new();
        let mut starts = Vec::new();
        let mut cell_of = Vec::with_capacity(keyed.len());
        for (position, &(key, _)) in keyed.iter().enumerate() {
            if keys.last() != Some(&key) {
                keys.push(key);
                starts.push(position as u32);
            }
            cell_of.push(keys.len() as u32 - 1);
        }
        starts.push(keyed.len() as u32);
        let order: Vec<u32> = keyed.iter().map(|&(_, i)| i).collect();
        let sorted = |axis: &Vec<f64>| order.iter().map(|&i| axis[i as usize]).collect();
        let axes = points.axes.each_ref().map(sorted);
        let (near, rows) = near_cells(&keys, points.n_components);
        Self {
            axes,
            order,
            cell_of,
            starts,
            near,
            rows,
            limit: eps * eps,
        }
    }

    pub(super) fn n_cells(&self) -> usize {
        self.starts.len() - 1
    }

    pub(super) fn points_of(&self, cell: usize) -> std::ops::Range<usize> {
        self.starts[cell] as usize..self.starts[cell + 1] as usize
    }

    pub(super) fn near(&self, cell: usize) -> &[Range] {
        &self.near[cell * self.rows..][..self.rows]
    }

    /// The sorted points that may lie within eps of those of `cell`, as ranges.
    pub(super) fn candidates(
        &self,
        cell: usize,
    ) -> impl Iterator<Item = std::ops::Range<usize>> + '_ {
        self.near(cell).iter().map(|range| {
            self.starts[range.first as usize] as usize..self.starts[range.end as usize] as usize
        })
    }

    #[inline(always)]
    pub(super) fn is_within(&self, i: usize, j: usize) -> bool {
        let [x, y, z] = &self.axes;
        let (dx, dy, dz) = (x[i] - x[j], y[i] - y[j], z[i] - z[j]);
        dx * dx + dy * dy + dz * dz <= self.limit
    }
}

/// For each cell the ranges of cells at most [`REACH`] away along every axis, one per row of the
/// grid, in order; and how many rows that is.
fn near_cells(keys: &[Key], n_components: usize) -> (Vec<Range>, usize) {
    let reach = |used: bool| if used { -REACH..=REACH } else { 0..=0 };
    let mut shifts = Vec::new();
    for a in reach(n_components >= 3) {
        for b in reach(n_components >= 2) {
            shifts.push([a, b]);
        }
    }
    let rows = shifts.len();
    let mut near = vec![Range { first: 0, end: 0 }; keys.len() * rows];
    for (row, [a, b]) in shifts.into_iter().enumerate() {
        // Keys ascend, and so do the ends of the ranges: two pointers find them all.
        let (mut first, mut end) = (0, 0);
        for (cell, key) in keys.iter().enumerate() {
            let from = [key[0] + a, key[1] + b, key[2] - REACH];
            let to = [key[0] + a, key[1] + b, key[2] + REACH];
            while first < keys.len() && keys[first] < from {
                first += 1;
            }
            end = end.max(first);
            while end < keys.len() && keys[end] <= to {
                end += 1;
            }
            near[cell * rows + row] = Range {
                first: first as u32,
                end: end as u32,
            };
        }
    }
    (near, rows)
}
