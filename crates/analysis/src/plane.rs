//! DBSCAN for every eps × min_samples of a grid at once.

use crate::clustering::dbscan::{
    Adjacency, BITS_LIMIT, DbscanError, DbscanParams, Grid, Points, Sizes, SquaredDistances,
    cluster_all_pairs,
};
use crate::monitor::{Monitor, check};
use crate::scores::balance_of_counts;
use ndarray::ArrayView2;
use rayon::prelude::*;

/// What DBSCAN finds at one setting, without the labels.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Cell {
    /// The radius of a neighbourhood.
    pub eps: f64,
    /// Points that make a neighbourhood dense.
    pub min_samples: usize,
    /// The number of clusters, noise not counted.
    pub n_clusters: usize,
    /// The number of points in no cluster.
    pub n_noise: usize,
    /// The notebook's score, see [`crate::scores::balance()`].
    pub score: u64,
}

/// All settings of a grid.
#[derive(Debug, Clone, PartialEq)]
pub struct Plane {
    /// The radii, in the order given.
    pub eps: Vec<f64>,
    /// The values of min_samples, in the order given.
    pub min_samples: Vec<usize>,
    /// A cell for each setting; all of the first eps come first.
    pub cells: Vec<Cell>,
}

/// Clusters `points`, `(n_samples, n_components)`, at every setting of `eps` × `min_samples`; each
/// cell is what [`DbscanParams`] would find at it.
///
/// Distances are computed once, neighbours counted once per eps.
///
/// # Errors
/// [`DbscanError`] when a value or a point is out of range, or when the monitor cancels.
pub fn compute(
    points: ArrayView2<'_, f64>,
    eps: &[f64],
    min_samples: &[usize],
    monitor: &dyn Monitor,
) -> Result<Plane, DbscanError> {
    for &eps in eps {
        DbscanParams {
            eps,
            min_samples: 1,
        }
        .check()?;
    }
    for &min_samples in min_samples {
        DbscanParams {
            eps: 1.0,
            min_samples,
        }
        .check()?;
    }
    let points = Points::new(points)?;
    let rows: Vec<Vec<Cell>> = if points.len() <= BITS_LIMIT {
        let distances = SquaredDistances::new(&points);
        let row = |&eps: &f64| {
            check(monitor)?;
            Ok(row_of_sizes(min_samples, eps, &distances.within(eps)))
        };
        eps.iter().map(row).collect::<Result<_, DbscanError>>()?
    } else {
        eps.par_iter()
            .map(|&eps| grid_row(&points, eps, min_samples, monitor))
            .collect::<Result<_, DbscanError>>()?
    };
    Ok(Plane {
        eps: eps.to_vec(),
        min_samples: min_samples.to_vec(),
        cells: rows.concat(),
    })
}

/// The labels at every setting of `eps` × `min_samples`, in the order of [`compute`]'s cells: 285
/// settings of 20,000 points take 46 MB.
///
/// # Errors
/// As [`compute`].
pub fn labelings(
    points: ArrayView2<'_, f64>,
    eps: &[f64],
    min_samples: &[usize],
    monitor: &dyn Monitor,
) -> Result<Vec<Vec<Option<u32>>>, DbscanError> {
    let plane = compute(points, eps, min_samples, monitor)?;
    let mut labelings = Vec::with_capacity(plane.cells.len());
    let mut keep = |_, labels| labelings.push(labels);
    visit_labels(points, &plane, &|_| true, &mut keep, monitor)?;
    Ok(labelings)
}

/// Gives `visit` the labels at every cell of `plane` that is `wanted`, with its index, in order;
/// `points` are those that the plane was computed for.
pub(super) fn visit_labels(
    points: ArrayView2<'_, f64>,
    plane: &Plane,
    wanted: &dyn Fn(&Cell) -> bool,
    visit: &mut dyn FnMut(usize, Vec<Option<u32>>),
    monitor: &dyn Monitor,
) -> Result<(), DbscanError> {
    let points = Points::new(points)?;
    let small = points.len() <= BITS_LIMIT;
    let distances = small.then(|| SquaredDistances::new(&points));
    let largest = plane.min_samples.iter().copied().max().unwrap_or(1);
    let width = plane.min_samples.len().max(1);
    for (row, (cells, &eps)) in plane.cells.chunks(width).zip(&plane.eps).enumerate() {
        check(monitor)?;
        if !cells.iter().any(wanted) {
            continue;
        }
        let adjacency = distances.as_ref().map(|distances| distances.within(eps));
        let grid = if small { None } else { Grid::new(&points, eps) };
        let counted = match grid {
            Some(grid) => Some(grid.count(largest, monitor)?),
            None => None,
        };
        for (column, cell) in cells.iter().enumerate().filter(|(_, cell)| wanted(cell)) {
            let labels = match (&adjacency, &counted) {
                (Some(adjacency), _) => adjacency.labels(cell.min_samples),
                (None, Some(counted)) => counted.cluster(cell.min_samples).labels,
                (None, None) => cluster_all_pairs(&points, eps, cell.min_samples, monitor)?.labels,
            };
            visit(row * width + column, labels);
        }
    }
    Ok(())
}

fn row_of_sizes(min_samples: &[usize], eps: f64, adjacency: &Adjacency) -> Vec<Cell> {
    let mut row: Vec<Cell> = Vec::with_capacity(min_samples.len());
    for &min_samples in min_samples {
        let cell = match row.last() {
            // The same core points make the same clusters.
            Some(last) if adjacency.same_core(last.min_samples, min_samples) => Cell {
                min_samples,
                ..*last
            },
            _ => Cell::new(eps, min_samples, &adjacency.sizes(min_samples)),
        };
        row.push(cell);
    }
    row
}

fn grid_row(
    points: &Points,
    eps: f64,
    min_samples: &[usize],
    monitor: &dyn Monitor,
) -> Result<Vec<Cell>, DbscanError> {
    check(monitor)?;
    let largest = min_samples.iter().copied().max().unwrap_or(1);
    let counted = match Grid::new(points, eps) {
        Some(grid) => Some(grid.count(largest, monitor)?),
        None => None,
    };
    let cell = |&min_samples: &usize| {
        check(monitor)?;
        let sizes = match &counted {
            Some(counted) => counted.sizes(min_samples),
            None => Sizes::from(&cluster_all_pairs(points, eps, min_samples, monitor)?),
        };
        Ok(Cell::new(eps, min_samples, &sizes))
    };
    min_samples.iter().map(cell).collect()
}

impl Cell {
    fn new(eps: f64, min_samples: usize, sizes: &Sizes) -> Self {
        Self {
            eps,
            min_samples,
            n_clusters: sizes.clusters.len(),
            n_noise: sizes.n_noise as usize,
            score: balance_of_counts(sizes.clusters.iter().copied(), sizes.n_noise),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scores::balance;
    use ndarray::Array2;

    /// A spiral whose density falls outwards.
    fn spiral(n_samples: usize) -> Array2<f64> {
        Array2::from_shape_fn((n_samples, 2), |(i, axis)| {
            let angle = (i * i) as f64 * 0.01;
            (i as f64 / n_samples as f64) * if axis == 0 { angle.cos() } else { angle.sin() }
        })
    }

    fn cells_are_single_fits(n_samples: usize) {
        let points = spiral(n_samples);
        let (eps, min_samples) = ([0.3, 0.005, 0.02, 0.05], [7, 3, 4, 20]);
        let plane = compute(points.view(), &eps, &min_samples, &()).unwrap();
        let mut labels = vec![None; plane.cells.len()];
        let visit = &mut |index: usize, found| labels[index] = Some(found);
        let several = |cell: &Cell| cell.n_clusters > 2;
        visit_labels(points.view(), &plane, &several, visit, &()).unwrap();
        for (index, cell) in plane.cells.iter().enumerate() {
            assert_eq!(
                (cell.eps, cell.min_samples),
                (eps[index / 4], min_samples[index % 4])
            );
            let params = DbscanParams {
                eps: cell.eps,
                min_samples: cell.min_samples,
            };
            let found = params.check().unwrap().fit(points.view(), &()).unwrap();
            assert_eq!(cell.n_clusters, found.n_clusters);
            assert_eq!(cell.n_noise, found.n_noise());
            assert_eq!(cell.score, balance(&found.labels));
            assert_eq!(labels[index], several(cell).then_some(found.labels));
        }
        assert!(
            plane
                .cells
                .iter()
                .any(|cell| cell.n_clusters > 2 && cell.n_noise > 0)
        );
    }

    #[test]
    fn cells_are_what_single_fits_find() {
        cells_are_single_fits(300);
        cells_are_single_fits(BITS_LIMIT + 200);
    }

    #[test]
    fn values_out_of_range_are_refused() {
        let points = spiral(10);
        assert!(compute(points.view(), &[0.1, f64::NAN], &[5], &()).is_err());
        assert!(compute(points.view(), &[0.1], &[0], &()).is_err());
        assert_eq!(compute(points.view(), &[], &[], &()).unwrap().cells, []);
    }
}
