//! DBSCAN for every eps × min_samples of a grid at once.

use super::{
    Adjacency, BITS_LIMIT, DbscanError, Grid, Points, SquaredDistances, cluster_all_pairs,
};
use crate::clustering::method::{Cell, Cells, Sizes, Visit};
use crate::monitor::{Monitor, check};
use ndarray::ArrayView2;
use rayon::prelude::*;

/// The cell of every setting. Distances are computed once, neighbours counted once per eps.
pub(super) fn cells(
    points: ArrayView2<'_, f64>,
    [eps, min_samples]: &[Vec<f64>; 2],
    monitor: &dyn Monitor,
) -> Result<Vec<Cell>, DbscanError> {
    let min_samples: &Vec<usize> = &min_samples.iter().map(|&value| value as usize).collect();
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
    Ok(rows.concat())
}

/// Gives `visit` the labels at every cell that is wanted, with its index, in order;
/// `points` are those that the plane was computed for.
pub(super) fn visit_labels(
    points: ArrayView2<'_, f64>,
    cells: Cells<'_>,
    visit: Visit<'_>,
    monitor: &dyn Monitor,
) -> Result<(), DbscanError> {
    let wanted = visit.wanted;
    let [eps, min_samples] = cells.axes;
    let min_samples: &Vec<usize> = &min_samples.iter().map(|&value| value as usize).collect();
    let points = Points::new(points)?;
    let small = points.len() <= BITS_LIMIT;
    let distances = small.then(|| SquaredDistances::new(&points));
    let largest = min_samples.iter().copied().max().unwrap_or(1);
    let width = min_samples.len().max(1);
    for (row, (of_eps, &eps)) in cells.cells.chunks(width).zip(eps).enumerate() {
        check(monitor)?;
        if !of_eps.iter().any(wanted) {
            continue;
        }
        let adjacency = distances.as_ref().map(|distances| distances.within(eps));
        let grid = if small { None } else { Grid::new(&points, eps) };
        let counted = match grid {
            Some(grid) => Some(grid.count(largest, monitor)?),
            None => None,
        };
        for (column, (_, &min_samples)) in of_eps
            .iter()
            .zip(min_samples)
            .enumerate()
            .filter(|(_, (cell, _))| wanted(cell))
        {
            let labels = match (&adjacency, &counted) {
                (Some(adjacency), _) => adjacency.labels(min_samples),
                (None, Some(counted)) => counted.cluster(min_samples).labels,
                (None, None) => cluster_all_pairs(&points, eps, min_samples, monitor)?.labels,
            };
            (visit.take)(row * width + column, labels);
        }
    }
    Ok(())
}

fn row_of_sizes(min_samples: &[usize], eps: f64, adjacency: &Adjacency) -> Vec<Cell> {
    let mut row: Vec<Cell> = Vec::with_capacity(min_samples.len());
    for (index, &here) in min_samples.iter().enumerate() {
        let at = [eps, here as f64];
        let cell = match row.last() {
            // The same core points make the same clusters.
            Some(last) if adjacency.same_core(min_samples[index - 1], here) => Cell { at, ..*last },
            _ => Cell::new(at, &adjacency.sizes(here)),
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
        Ok(Cell::new([eps, min_samples as f64], &sizes))
    };
    min_samples.iter().map(cell).collect()
}
