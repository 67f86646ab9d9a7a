//! The minimum spanning tree under mutual reachability (Prim 1957), and the core distances that it
//! is made of.
//!
//! Both ways grow the same tree, from point 0: of the points outside it that are nearest, the one of
//! the lowest index comes next, and of equally near ones inside, the one that came first brings it.

use super::kd_tree::KdTree;
use crate::monitor::{Cancelled, Monitor, check};
use ndarray::{ArrayView1, ArrayView2};
use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap};

/// Points up to which all pairs are faster.
pub(super) const ALL_PAIRS_LIMIT: usize = 512;

/// An edge of the tree, in the order in which the tree grew.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Edge {
    /// The end that was in the tree.
    pub(super) from: u32,
    /// The end that came in.
    pub(super) to: u32,
    /// Their mutual reachability, ≥ 0.
    pub(super) length: f64,
}

/// The edges, one fewer than `points`, which are finite and at least `min_samples`.
pub(super) fn spanning_tree(
    points: ArrayView2<'_, f64>,
    min_samples: usize,
    monitor: &dyn Monitor,
) -> Result<Vec<Edge>, Cancelled> {
    if points.ncols() > 3 {
        let core = all_core_distances(points, min_samples, monitor)?;
        return by_all_pairs(points, &core, monitor);
    }
    let tree = KdTree::new(points);
    let core = tree.core_distances(min_samples, monitor)?;
    if points.nrows() <= ALL_PAIRS_LIMIT {
        by_all_pairs(points, &core, monitor)
    } else {
        by_neighbors(tree, &core, monitor)
    }
}

/// The Euclidean distance, summed axis by axis as scikit-learn sums it.
fn distance(a: ArrayView1<'_, f64>, b: ArrayView1<'_, f64>) -> f64 {
    let squares = a.iter().zip(b).map(|(x, y)| (x - y) * (x - y));
    squares.fold(0.0, |sum, square| sum + square).sqrt()
}

/// Core distances by looking at all pairs.
fn all_core_distances(
    points: ArrayView2<'_, f64>,
    min_samples: usize,
    monitor: &dyn Monitor,
) -> Result<Vec<f64>, Cancelled> {
    let mut distances = Vec::with_capacity(points.nrows());
    let core = points.rows().into_iter().map(|from| {
        check(monitor)?;
        distances.clear();
        distances.extend(points.rows().into_iter().map(|to| distance(from, to)));
        Ok(*distances
            .select_nth_unstable_by(min_samples - 1, f64::total_cmp)
            .1)
    });
    core.collect()
}

/// The tree by looking at all pairs: n² time.
pub(super) fn by_all_pairs(
    points: ArrayView2<'_, f64>,
    core: &[f64],
    monitor: &dyn Monitor,
) -> Result<Vec<Edge>, Cancelled> {
    let points = points.as_standard_layout();
    let mut outside: Vec<Outside> = (1..points.nrows() as u32)
        .map(|index| Outside {
            index,
            from: 0,
            length: f64::INFINITY,
        })
        .collect();
    let mut edges = Vec::with_capacity(outside.len());
    let mut newest = 0;
    while !outside.is_empty() {
        check(monitor)?;
        let (row, newest_core) = (points.row(newest), core[newest]);
        let mut next = 0;
        let mut least = f64::INFINITY;
        for (place, point) in outside.iter_mut().enumerate() {
            let index = point.index as usize;
            let length = distance(row, points.row(index))
                .max(core[index])
                .max(newest_core);
            if length < point.length {
                (point.length, point.from) = (length, newest as u32);
            }
            if point.length < least {
                (next, least) = (place, point.length);
            }
        }
        // Not swap_remove: the lowest index comes first.
        let Outside {
            index,
            from,
            length,
        } = outside.remove(next);
        edges.push(Edge {
            from,
            to: index,
            length,
        });
        newest = index as usize;
    }
    Ok(edges)
}

/// A point that is not in the tree yet.
struct Outside {
    index: u32,
    /// The first point of the tree that is as near as any.
    from: u32,
    length: f64,
}

/// The tree by looking at neighbours. A point that comes in offers its edges to all that are within
/// the core distance of either; it is asked for the nearest one beyond only when the next edge is
/// longer than its core distance, and again when that one has come in by another way.
pub(super) fn by_neighbors(
    mut tree: KdTree,
    core: &[f64],
    monitor: &dyn Monitor,
) -> Result<Vec<Edge>, Cancelled> {
    let n_samples = core.len();
    tree.leave_all_outside(core);
    let mut edges = Vec::with_capacity(n_samples - 1);
    let mut offers: BinaryHeap<Reverse<Offer>> = BinaryHeap::new();
    let mut inside: Vec<u32> = Vec::with_capacity(n_samples);
    let mut spots = HashMap::new();
    let mut newest = 0;
    while edges.len() + 1 < n_samples {
        tree.take_in(newest, core);
        let when = inside.len() as u32;
        inside.push(newest);
        // Of points on one spot the first always wins.
        if *spots.entry(tree.spot(newest)).or_insert(newest) == newest {
            tree.close_ones(newest, when, core, |length, to| {
                offers.push(Reverse(Offer::new(length, to, when, Kind::Close)));
            });
            // Whatever is beyond is further away than this; point 0 is inside, so that it is asked.
            let beyond = core[newest as usize].next_up();
            offers.push(Reverse(Offer::new(beyond, 0, when, Kind::Nearest)));
        }
        newest = loop {
            check(monitor)?;
            let Some(Reverse(offer)) = offers.pop() else {
                return Ok(edges);
            };
            let from = inside[offer.when as usize];
            let is_edge = tree.is_outside(offer.to);
            if is_edge {
                edges.push(Edge {
                    from,
                    to: offer.to,
                    length: f64::from_bits(offer.length),
                });
            }
            match offer.kind {
                // Asked again when it comes up next: this point is inside then.
                Kind::Nearest if is_edge => offers.push(Reverse(offer)),
                Kind::Nearest => {
                    let nearest = tree.nearest_outside(from, offer.when, core);
                    offers.extend(nearest.map(|(length, to)| {
                        Reverse(Offer::new(length, to, offer.when, Kind::Nearest))
                    }));
                }
                Kind::Close => {}
            }
            if is_edge {
                break offer.to;
            }
        };
    }
    Ok(edges)
}

/// An edge that a point inside offers; the least is the next edge.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Offer {
    /// The bits of the length: it is not negative, so that they are in the same order.
    length: u64,
    to: u32,
    /// When the point that offers came in.
    when: u32,
    kind: Kind,
}

impl Offer {
    fn new(length: f64, to: u32, when: u32, kind: Kind) -> Self {
        Self {
            length: length.to_bits(),
            to,
            when,
            kind,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    /// One of many to points that are close by.
    Close,
    /// The shortest that there was when it was asked for, or no longer than that.
    Nearest,
}
