//! Moves the points of a map, epoch by epoch, until edges are short and others apart
//! (section 3.2, algorithm 5).
//!
//! Edges pull in batches of as many as there are points: where points are is what it was before the
//! batch, so that its edges can be worked on in any order and on any number of threads, and the
//! moves are then added up in the order of the edges. With batches of a quarter or a hundredth of
//! that the maps are as good, with whole epochs worse.

use super::curve::Curve;
use super::kernel::{Forces, Group, Moves, moves};
use super::params::CheckedUmap;
use super::plan::{Edge, each_group, edges};
use crate::monitor::{Cancelled, check};
use crate::projection::symmetric::Symmetric;
use crate::projection::{Frame, Watch};
use ndarray::{Array2, ArrayView2};
use rayon::prelude::*;

/// Edges of one parallel task.
const EDGES_PER_TASK: usize = 1024;

/// Lays out `graph` from `start`, `(n_samples, D)`.
pub(super) fn lay_out<const D: usize>(
    graph: &Symmetric,
    start: ArrayView2<'_, f32>,
    checked: &CheckedUmap,
    watch: &mut Watch<'_>,
) -> Result<Array2<f32>, Cancelled> {
    let n_epochs = checked.n_epochs();
    let seed = checked.params().random_state;
    let edges = edges(graph, n_epochs, seed, watch.monitor)?;
    let rows = start.rows().into_iter();
    let mut layout = Layout::<D> {
        map: rows
            .map(|row| std::array::from_fn(|axis| row[axis]))
            .collect(),
        forces: Forces::new(Curve::fit(checked.params().min_dist)),
        tasks: Vec::new(),
    };
    // About a third of them pull in an epoch, so that a point is in a batch less than once.
    let batch_size = layout.map.len();
    for epoch in 0..n_epochs {
        let learning_rate = 1.0 - epoch as f32 / n_epochs as f32;
        for batch in edges.chunks(batch_size) {
            check(watch.monitor)?;
            layout.pull(batch, epoch as u32 + 1, learning_rate);
        }
        let n_iter = epoch + 1;
        if watch.frame_every > 0 && n_iter.is_multiple_of(watch.frame_every) {
            let coordinates = layout.to_rows();
            (watch.on_frame)(Frame {
                n_iter,
                n_iter_max: n_epochs,
                coordinates,
            });
        }
    }
    Ok(layout.to_rows())
}

struct Layout<const D: usize> {
    map: Vec<[f32; D]>,
    forces: Forces,
    /// What each task of a batch found, kept for the next batch to write over.
    tasks: Vec<Vec<(Group, Moves<D>)>>,
}

impl<const D: usize> Layout<D> {
    /// Lets those edges of a batch pull whose turn it is.
    fn pull(&mut self, batch: &[Edge], epoch: u32, learning_rate: f32) {
        let n_tasks = batch.len().div_ceil(EDGES_PER_TASK);
        self.tasks.resize_with(n_tasks, Vec::new);
        let Self { map, forces, tasks } = self;
        let work = |(found, edges): (&mut Vec<_>, &[Edge])| {
            found.clear();
            each_group(edges, epoch, |group| {
                found.push((*group, moves(map, group, *forces, learning_rate)));
            });
        };
        if n_tasks > 1 {
            let edges = batch.par_chunks(EDGES_PER_TASK);
            tasks.par_iter_mut().zip(edges).for_each(work);
        } else {
            tasks
                .iter_mut()
                .zip(batch.chunks(EDGES_PER_TASK))
                .for_each(work);
        }
        for (group, moves) in tasks.iter().flatten() {
            for lane in 0..group.len {
                let (head, tail) = (group.heads[lane] as usize, group.tails[lane] as usize);
                for axis in 0..D {
                    map[head][axis] += moves.heads[axis][lane];
                    map[tail][axis] += moves.tails[axis][lane];
                }
            }
        }
    }

    fn to_rows(&self) -> Array2<f32> {
        Array2::from_shape_fn((self.map.len(), D), |(row, axis)| self.map[row][axis])
    }
}
