//! DBSCAN for every eps × min_samples of a grid at once.

use super::dbscan::{
    Adjacency, BITS_LIMIT, DbscanError, DbscanParams, Grid, Points, Sizes, SquaredDistances,
    cluster_all_pairs,
};
use super::monitor::{Monitor, check};
use super::score::balance_of_counts;
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
    /// The notebook's score, see [`super::score::balance`].
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
/// Distances are computed once, neighbours counted once per eps. The monitor hears of one unit per
/// setting.
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
            let row = row_of_sizes(min_samples, eps, &distances.within(eps));
            monitor.advance(min_samples.len() as u64);
            Ok(row)
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
        monitor.advance(1);
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
