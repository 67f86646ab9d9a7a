//! A k-d tree (Bentley 1975) over points of one to three components that knows which of them are
//! outside of a growing spanning tree.

use crate::monitor::{Cancelled, Monitor, check};
use ndarray::ArrayView2;
use rayon::prelude::*;
use std::collections::BinaryHeap;

/// Points of one leaf, at most.
const LEAF: usize = 12;
/// Points of one parallel task.
const POINTS_PER_TASK: usize = 512;
/// No point: larger than any index.
const NONE: u32 = u32::MAX;

/// Coordinates; those of axes that are not there are 0, which changes no distance.
type Coordinates = [f64; 3];

#[derive(Debug, Clone)]
pub(super) struct KdTree {
    /// In the order of the leaves.
    points: Vec<Coordinates>,
    /// The original index of each.
    order: Vec<u32>,
    /// The place of each original index.
    place_of: Vec<u32>,
    /// The leaf of each place.
    leaf_of: Vec<u32>,
    /// In pre-order: a node's first child follows it.
    nodes: Vec<Node>,
    /// What each node has outside.
    left_outside: Vec<LeftOutside>,
    is_outside: Vec<bool>,
    /// The best edge that each point, by original index, has been offered: its length, and when the
    /// point that offers came in.
    offered: Vec<(f64, u32)>,
}

#[derive(Debug, Clone)]
struct Node {
    low: Coordinates,
    high: Coordinates,
    start: u32,
    end: u32,
    parent: u32,
    /// [`NONE`] for a leaf.
    second_child: u32,
}

/// The points of a node that are outside.
#[derive(Debug, Clone, Copy, PartialEq)]
struct LeftOutside {
    /// [`NONE`] when there are none.
    lowest_index: u32,
    least_core: f64,
    greatest_core: f64,
    /// No point has been offered a longer edge than this at best.
    longest_offered: f64,
}

impl LeftOutside {
    const NOTHING: Self = Self {
        lowest_index: NONE,
        least_core: f64::INFINITY,
        greatest_core: f64::NEG_INFINITY,
        longest_offered: f64::NEG_INFINITY,
    };

    fn and(self, other: Self) -> Self {
        Self {
            lowest_index: self.lowest_index.min(other.lowest_index),
            least_core: self.least_core.min(other.least_core),
            greatest_core: self.greatest_core.max(other.greatest_core),
            longest_offered: self.longest_offered.max(other.longest_offered),
        }
    }
}

fn square(a: &Coordinates, b: &Coordinates) -> f64 {
    let [x, y, z] = std::array::from_fn(|axis| a[axis] - b[axis]);
    x * x + y * y + z * z
}

impl Node {
    /// At most the square of the distance to any point of the node. Rounding keeps order, so that
    /// this holds for the distances as they are computed.
    fn square(&self, to: &Coordinates) -> f64 {
        let [x, y, z]: [f64; 3] = std::array::from_fn(|axis| {
            (self.low[axis] - to[axis])
                .max(to[axis] - self.high[axis])
                .max(0.0)
        });
        x * x + y * y + z * z
    }

    fn places(&self) -> std::ops::Range<usize> {
        self.start as usize..self.end as usize
    }
}

impl KdTree {
    /// `points` are finite, of one to three components, and one or more.
    pub(super) fn new(points: ArrayView2<'_, f64>) -> Self {
        let mut all: Vec<(Coordinates, u32)> = points
            .rows()
            .into_iter()
            .zip(0..)
            .map(|(row, index)| {
                let at = |axis| row.get(axis).copied().unwrap_or(0.0);
                (std::array::from_fn(at), index)
            })
            .collect();
        let mut nodes = Vec::new();
        split(&mut all, 0, NONE, &mut nodes);
        let mut place_of = vec![0; all.len()];
        for (place, &(_, index)) in all.iter().enumerate() {
            place_of[index as usize] = place as u32;
        }
        let mut leaf_of = vec![0; all.len()];
        for (leaf, node) in nodes.iter().enumerate() {
            if node.second_child == NONE {
                leaf_of[node.places()].fill(leaf as u32);
            }
        }
        let (points, order) = all.into_iter().unzip();
        Self {
            points,
            order,
            place_of,
            leaf_of,
            nodes,
            left_outside: Vec::new(),
            is_outside: Vec::new(),
            offered: Vec::new(),
        }
    }

    /// The distance of each point, by original index, to its `min_samples`-th neighbour, itself
    /// counted.
    pub(super) fn core_distances(
        &self,
        min_samples: usize,
        monitor: &dyn Monitor,
    ) -> Result<Vec<f64>, Cancelled> {
        let mut by_place = vec![0.0; self.points.len()];
        by_place
            .par_chunks_mut(POINTS_PER_TASK)
            .zip(self.points.par_chunks(POINTS_PER_TASK))
            .try_for_each(|(core, points)| {
                let mut nearest = BinaryHeap::with_capacity(min_samples);
                for (core, point) in core.iter_mut().zip(points) {
                    check(monitor)?;
                    nearest.clear();
                    self.nearest_squares(0, point, min_samples, &mut nearest);
                    let farthest = nearest.peek().copied().unwrap_or_default();
                    *core = f64::from_bits(farthest).sqrt();
                }
                Ok(())
            })?;
        let place_of = self.place_of.iter();
        Ok(place_of.map(|&place| by_place[place as usize]).collect())
    }

    /// Fills `nearest` with the bits of the `wanted` least squares of distances: they are not
    /// negative, so that their bits are in the same order as they are.
    fn nearest_squares(
        &self,
        node: usize,
        from: &Coordinates,
        wanted: usize,
        nearest: &mut BinaryHeap<u64>,
    ) {
        let second = self.nodes[node].second_child;
        if second == NONE {
            for to in &self.points[self.nodes[node].places()] {
                let square = square(from, to).to_bits();
                if nearest.len() < wanted {
                    nearest.push(square);
                } else if let Some(mut farthest) = nearest.peek_mut()
                    && square < *farthest
                {
                    *farthest = square;
                }
            }
            return;
        }
        let bound = |node: usize| self.nodes[node].square(from).to_bits();
        let mut children = [node + 1, second as usize].map(|child| (bound(child), child));
        children.sort_unstable();
        for (bound, child) in children {
            let farthest = nearest.peek().copied().unwrap_or_default();
            if nearest.len() < wanted || bound < farthest {
                self.nearest_squares(child, from, wanted, nearest);
            }
        }
    }

    /// Puts all points outside; `core` has their core distances.
    pub(super) fn leave_all_outside(&mut self, core: &[f64]) {
        self.is_outside = vec![true; self.points.len()];
        self.offered = vec![(f64::INFINITY, NONE); self.points.len()];
        self.left_outside = vec![LeftOutside::NOTHING; self.nodes.len()];
        for node in (0..self.nodes.len()).rev() {
            self.left_outside[node] = self.count_outside(node, core);
        }
    }

    /// What `node` has outside, given that its children are right.
    fn count_outside(&self, node: usize, core: &[f64]) -> LeftOutside {
        let second = self.nodes[node].second_child;
        if second != NONE {
            return self.left_outside[node + 1].and(self.left_outside[second as usize]);
        }
        let places = self.nodes[node].places();
        let outside = places.filter(|&place| self.is_outside[place]);
        outside.fold(LeftOutside::NOTHING, |left, place| {
            let index = self.order[place];
            let core = core[index as usize];
            left.and(LeftOutside {
                lowest_index: index,
                least_core: core,
                greatest_core: core,
                longest_offered: self.offered[index as usize].0,
            })
        })
    }

    /// Point `index` is outside no more.
    pub(super) fn take_in(&mut self, index: u32, core: &[f64]) {
        let place = self.place_of[index as usize] as usize;
        self.is_outside[place] = false;
        self.recount(self.leaf_of[place], core);
    }

    /// Brings what a leaf has outside up to date, and what is above it.
    fn recount(&mut self, leaf: u32, core: &[f64]) {
        let mut node = leaf;
        while node != NONE {
            let left = self.count_outside(node as usize, core);
            if left == self.left_outside[node as usize] {
                break;
            }
            self.left_outside[node as usize] = left;
            node = self.nodes[node as usize].parent;
        }
    }

    pub(super) fn is_outside(&self, index: u32) -> bool {
        self.is_outside[self.place_of[index as usize] as usize]
    }

    /// The same for points of equal coordinates, and for those alone.
    pub(super) fn spot(&self, index: u32) -> [u64; 3] {
        let point = self.points[self.place_of[index as usize] as usize];
        // Adding 0 makes -0 the same as 0.
        point.map(|x| (x + 0.0).to_bits())
    }

    /// Offers an edge to each point outside that is no further from `index` than the greater of both
    /// core distances, which is then the length; calls `found` with those that had no better offer.
    /// `when` is when `index` came in.
    pub(super) fn close_ones(
        &mut self,
        index: u32,
        when: u32,
        core: &[f64],
        mut found: impl FnMut(f64, u32),
    ) {
        let from = self.points[self.place_of[index as usize] as usize];
        let from_core = core[index as usize];
        let mut waiting = vec![0_usize];
        while let Some(node) = waiting.pop() {
            let left = self.left_outside[node];
            let reach = from_core.max(left.greatest_core);
            if left.lowest_index == NONE
                || left.longest_offered < from_core.max(left.least_core)
                || self.nodes[node].square(&from).sqrt() > reach
            {
                continue;
            }
            let second = self.nodes[node].second_child;
            if second != NONE {
                waiting.extend([second as usize, node + 1]);
                continue;
            }
            let mut is_new = false;
            for place in self.nodes[node].places() {
                let to = self.order[place];
                let reach = from_core.max(core[to as usize]);
                if self.is_outside[place]
                    && (reach, when) < self.offered[to as usize]
                    && square(&from, &self.points[place]).sqrt() <= reach
                {
                    self.offered[to as usize] = (reach, when);
                    is_new = true;
                    found(reach, to);
                }
            }
            if is_new {
                self.recount(node as u32, core);
            }
        }
    }

    /// The point outside with the least mutual reachability from `index`, and this reachability; of
    /// equal ones the one of the lowest index. Those that had a better offer are passed over: they
    /// will not come in by this one.
    pub(super) fn nearest_outside(
        &mut self,
        index: u32,
        when: u32,
        core: &[f64],
    ) -> Option<(f64, u32)> {
        let mut search = Search {
            tree: self,
            from: &self.points[self.place_of[index as usize] as usize],
            from_core: core[index as usize],
            when,
            core,
            best: (f64::INFINITY, NONE),
        };
        search.look_into(0);
        let (length, to) = Some(search.best).filter(|&(_, found)| found != NONE)?;
        self.offered[to as usize] = (length, when);
        self.recount(self.leaf_of[self.place_of[to as usize] as usize], core);
        Some((length, to))
    }
}

/// The search for one point outside.
struct Search<'a> {
    tree: &'a KdTree,
    from: &'a Coordinates,
    from_core: f64,
    when: u32,
    core: &'a [f64],
    best: (f64, u32),
}

impl Search<'_> {
    fn look_into(&mut self, node: usize) {
        let tree = self.tree;
        let second = tree.nodes[node].second_child;
        if second == NONE {
            for place in tree.nodes[node].places() {
                if tree.is_outside[place] {
                    let index = tree.order[place];
                    let length = square(self.from, &tree.points[place])
                        .sqrt()
                        .max(self.core[index as usize])
                        .max(self.from_core);
                    if (length, self.when) < tree.offered[index as usize] {
                        self.best = least(self.best, (length, index));
                    }
                }
            }
            return;
        }
        let first = (self.bound(node + 1), node + 1);
        let second = (self.bound(second as usize), second as usize);
        let children = if least(first.0, second.0) == first.0 {
            [first, second]
        } else {
            [second, first]
        };
        for (bound, child) in children {
            let is_offered_less = tree.left_outside[child].longest_offered < bound.0;
            if bound.1 != NONE && !is_offered_less && least(bound, self.best) == bound {
                self.look_into(child);
            }
        }
    }

    /// No point of the node that is outside comes before this.
    fn bound(&self, node: usize) -> (f64, u32) {
        let left = self.tree.left_outside[node];
        let distance = self.tree.nodes[node].square(self.from).sqrt();
        let length = distance.max(left.least_core).max(self.from_core);
        (length, left.lowest_index)
    }
}

/// The one of the lesser length, of equal ones the one of the lower index.
fn least(a: (f64, u32), b: (f64, u32)) -> (f64, u32) {
    if b.0 < a.0 || b.0 == a.0 && b.1 < a.1 {
        b
    } else {
        a
    }
}

/// Splits the points at the median of their widest axis, and so on down to the leaves, which are
/// appended to `nodes` with all above them.
fn split(points: &mut [(Coordinates, u32)], start: u32, parent: u32, nodes: &mut Vec<Node>) {
    let mut low = [f64::INFINITY; 3];
    let mut high = [f64::NEG_INFINITY; 3];
    for (point, _) in points.iter() {
        for axis in 0..3 {
            low[axis] = low[axis].min(point[axis]);
            high[axis] = high[axis].max(point[axis]);
        }
    }
    let this = nodes.len();
    nodes.push(Node {
        low,
        high,
        start,
        end: start + points.len() as u32,
        parent,
        second_child: NONE,
    });
    if points.len() <= LEAF {
        return;
    }
    let width = |axis: &usize| high[*axis] - low[*axis];
    let widest = (0..3)
        .max_by(|a, b| width(a).total_cmp(&width(b)))
        .unwrap_or(0);
    let middle = points.len() / 2;
    points.select_nth_unstable_by(middle, |a, b| {
        (a.0[widest].total_cmp(&b.0[widest])).then(a.1.cmp(&b.1))
    });
    let (first, second) = points.split_at_mut(middle);
    split(first, start, this as u32, nodes);
    nodes[this].second_child = nodes.len() as u32;
    split(second, start + middle as u32, this as u32, nodes);
}
