//! Which edges pull in which epoch, and in which order.

use super::kernel::Group;
use crate::monitor::{Cancelled, Monitor, check};
use crate::projection::symmetric::Symmetric;
use crate::random::Random;
use crate::vector::LANES;

/// Samples between two looks at whether to stop.
const ROWS_AT_ONCE: usize = 256;

/// One direction of an edge.
#[derive(Debug, Clone, Copy)]
pub(super) struct Edge {
    head: u32,
    tail: u32,
    /// The share of the epochs in which it pulls, times 2^32: in those in which this, added up,
    /// passes a whole number.
    step: u32,
    /// What is added to it, so that edges of the same weight do not all pull at once.
    phase: u32,
}

/// All edges, each in both directions, in random order, so that those of a sample lie far apart.
///
/// The strongest pull in each of the `n_epochs`, others in proportion to their weight, and those
/// that would pull in less than one epoch never, as in umap-learn.
pub(super) fn edges(
    graph: &Symmetric,
    n_epochs: usize,
    seed: u64,
    monitor: &dyn Monitor,
) -> Result<Vec<Edge>, Cancelled> {
    let strongest = graph.values.iter().copied().fold(0.0, f32::max);
    let least = strongest / n_epochs as f32;
    let mut random = Random::new(seed);
    let mut edges = Vec::with_capacity(graph.values.len());
    for head in 0..graph.len() {
        if head.is_multiple_of(ROWS_AT_ONCE) {
            check(monitor)?;
        }
        for (tail, weight) in graph.row(head) {
            if weight >= least && weight > 0.0 {
                let share = f64::from(weight) / f64::from(strongest);
                edges.push(Edge {
                    head: head as u32,
                    tail: tail as u32,
                    step: (share * f64::from(u32::MAX)) as u32,
                    phase: random.bits() as u32,
                });
            }
        }
    }
    random.shuffle(&mut edges);
    Ok(edges)
}

/// Gives `work` those of the `edges` that pull in `epoch`, counted from 1, in their order, as many
/// at a time as there are lanes, and in the end those that are left.
pub(super) fn each_group(edges: &[Edge], epoch: u32, mut work: impl FnMut(&Group)) {
    // Odd, so that the seeds of an edge are others in every epoch.
    let turn = epoch.wrapping_mul(0x9e37_79b9);
    let mut group = Group::EMPTY;
    for edge in edges {
        let sum = edge.phase.wrapping_add(edge.step.wrapping_mul(epoch));
        // Written whether it counts or not: that is faster than a branch that nobody foresees.
        group.heads[group.len] = edge.head;
        group.tails[group.len] = edge.tail;
        group.seeds[group.len] = edge.phase ^ turn;
        group.len += usize::from(sum < edge.step);
        if group.len == LANES {
            work(&group);
            group.len = 0;
        }
    }
    if group.len > 0 {
        work(&group);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn edges_pull_as_often_as_they_weigh() {
        // A star: the middle, 1, is tied to 0, 2 and 3 with these weights.
        let graph = Symmetric {
            starts: vec![0, 1, 4, 5, 6],
            columns: vec![1, 0, 2, 3, 1, 1],
            values: vec![0.8, 0.8, 0.2, 0.0005, 0.2, 0.0005],
        };
        let edges = edges(&graph, 1000, 7, &()).unwrap();
        let mut pulls = [[0_u32; 4]; 4];
        for epoch in 1..=1000 {
            each_group(&edges, epoch, |group| {
                for lane in 0..group.len {
                    pulls[group.heads[lane] as usize][group.tails[lane] as usize] += 1;
                }
            });
        }
        assert!(pulls[1][0].abs_diff(1000) <= 1 && pulls[0][1].abs_diff(1000) <= 1);
        assert!(pulls[1][2].abs_diff(250) <= 1 && pulls[2][1].abs_diff(250) <= 1);
        assert_eq!((pulls[1][3], pulls[3][1]), (0, 0), "too weak for one epoch");
    }

    #[test]
    fn groups_hold_every_edge_once() {
        let edge = |i: u32| Edge {
            head: i,
            tail: i + 1,
            step: u32::MAX,
            phase: 5,
        };
        for n_edges in [0, 1, 15, 16, 17, 40] {
            let edges: Vec<Edge> = (0..n_edges).map(edge).collect();
            let mut heads: Vec<u32> = Vec::new();
            each_group(&edges, 1, |group| heads.extend(&group.heads[..group.len]));
            assert!(heads.into_iter().eq(0..n_edges));
        }
    }
}
