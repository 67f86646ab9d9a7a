//! Repulsion in about n log n steps: distant points act through their centre of mass (Barnes and
//! Hut 1986; van der Maaten 2014).
//!
//! Points are sorted along the Hilbert curve. Each run of them, a group, collects one list of nodes
//! and near points to interact with; a node is taken whole when it is small against its distance
//! from the whole group, which is stricter than the usual test for each point. The list then acts
//! on the group in vector lanes, as points do in the exact gradient. What is far from a longer run,
//! a region, is collected once for all of its groups and acts through a [`Field`].

use super::field::{Field, Frame};
use super::forces::{Forces, kernel};
use super::hilbert;
use super::map::Map;
use crate::vector::LANES;
use multiversion::multiversion;
use rayon::prelude::*;

/// A node is taken whole when its width is below this times its distance.
const ANGLE: f32 = 0.5;
/// Blocks of [`LANES`] points that share one list.
const BLOCKS_PER_GROUP: usize = 4;
const GROUP: usize = BLOCKS_PER_GROUP * LANES;
/// Blocks of a region, whose groups share what is far away, and which is one parallel task.
const BLOCKS_PER_REGION: usize = 8 * BLOCKS_PER_GROUP;
const REGION: usize = BLOCKS_PER_REGION * LANES;
/// Points of a leaf, unless more coincide on the finest grid.
const LEAF: usize = 8;

/// A quadtree or an octree over a map, in the order of the Hilbert curve.
pub(super) struct Tree<const D: usize> {
    /// The original index of each sorted point.
    order: Vec<u32>,
    sorted: Map<D>,
    nodes: Vec<Node<D>>,
}

#[derive(Debug, Clone, Copy)]
struct Node<const D: usize> {
    /// The centre of mass.
    centre: [f32; D],
    /// The square of the width over [`ANGLE`]: from a larger squared distance it is taken whole.
    open_below: f32,
    /// Its sorted points.
    start: u32,
    end: u32,
    /// The node after all of its descendants; its first child is the next node.
    next: u32,
    is_leaf: bool,
}

impl<const D: usize> Tree<D> {
    pub(super) fn new(map: &Map<D>) -> Self {
        let grid = Grid::new(map);
        let mut keyed = vec![(0_u64, 0_u32); map.n_samples.next_multiple_of(LANES)];
        let blocks = keyed.par_chunks_mut(LANES).enumerate().with_min_len(256);
        blocks.for_each(|(block, keyed)| {
            let places = grid.places(&map.block(block)).into_iter();
            for (out, (place, point)) in keyed.iter_mut().zip(places.zip((block * LANES) as u32..))
            {
                *out = (place, point);
            }
        });
        keyed.truncate(map.n_samples);
        keyed.par_sort_unstable();
        let mut sorted = map.clone();
        for (to, from) in sorted.axes.iter_mut().zip(&map.axes) {
            to.iter_mut()
                .zip(&keyed)
                .for_each(|(to, &(_, i))| *to = from[i as usize]);
        }
        let mut tree = Self {
            order: keyed.iter().map(|&(_, i)| i).collect(),
            sorted,
            nodes: Vec::new(),
        };
        tree.add_node(&keyed, 0, 0, grid.width);
        tree
    }

    /// Adds the node of the points in `keyed`, the first of which is number `start`, and all below
    /// it; returns the sum of the positions.
    fn add_node(&mut self, keyed: &[(u64, u32)], start: usize, depth: u32, width: f32) -> [f64; D] {
        let index = self.nodes.len();
        let end = start + keyed.len();
        let is_leaf = keyed.len() <= LEAF || depth == Grid::<D>::BITS;
        self.nodes.push(Node {
            centre: [0.0; D],
            open_below: (width / ANGLE).powi(2),
            start: start as u32,
            end: end as u32,
            next: 0,
            is_leaf,
        });
        let mut sum = [0.0; D];
        if is_leaf {
            for (axis, sum) in sum.iter_mut().enumerate() {
                *sum = self.sorted.axes[axis][start..end]
                    .iter()
                    .map(|&x| f64::from(x))
                    .sum();
            }
        } else {
            let shift = (Grid::<D>::BITS - 1 - depth) * D as u32;
            let mut child_start = start;
            for child in keyed.chunk_by(|a, b| a.0 >> shift == b.0 >> shift) {
                let child_sum = self.add_node(child, child_start, depth + 1, width * 0.5);
                sum.iter_mut()
                    .zip(child_sum)
                    .for_each(|(sum, child)| *sum += child);
                child_start += child.len();
            }
        }
        let node = &mut self.nodes[index];
        node.centre = sum.map(|sum| (sum / keyed.len() as f64) as f32);
        self.nodes[index].next = self.nodes.len() as u32;
        sum
    }

    /// Adds up repulsion and similarity for all points; `forces` is by blocks of the points in
    /// sorted order.
    pub(super) fn find_repulsion(&self, forces: &mut [Forces<D>]) {
        forces
            .par_chunks_mut(BLOCKS_PER_REGION)
            .enumerate()
            .for_each_init(Lists::default, |lists, (region, forces)| {
                let start = region * REGION;
                let bounds = |start: usize, length: usize| {
                    Bounds::new(&self.sorted, start..(start + length).min(self.order.len()))
                };
                let region = bounds(start, REGION);
                lists.split(self, &region);
                let field = Field::new(Frame::new(region.low, region.high), |nodes| {
                    list_forces(nodes, &lists.far)
                });
                for (group, forces) in forces.chunks_mut(BLOCKS_PER_GROUP).enumerate() {
                    let start = start + group * GROUP;
                    lists.collect_near(self, &bounds(start, GROUP));
                    for (block, forces) in forces.iter_mut().enumerate() {
                        let points = self.sorted.block(start / LANES + block);
                        *forces = list_forces(&points, &lists.near);
                        field.add_to(&points, forces);
                    }
                }
            });
    }

    /// The original index of each sorted point.
    pub(super) fn into_order(self) -> Vec<u32> {
        self.order
    }
}

/// A grid of 2^BITS cells along each axis over a map.
struct Grid<const D: usize> {
    low: [f32; D],
    /// The width of the whole grid along every axis.
    width: f32,
}

impl<const D: usize> Grid<D> {
    /// Bits per axis.
    const BITS: u32 = if D == 2 { 24 } else { 20 };

    fn new(map: &Map<D>) -> Self {
        let bounds = Bounds::new(map, 0..map.n_samples);
        Self {
            low: bounds.low,
            width: bounds.width().max(f32::MIN_POSITIVE),
        }
    }

    /// The places along the curve of a block of points.
    fn places(&self, points: &[[f32; LANES]; D]) -> [u64; LANES] {
        let n_cells = 1_u32 << Self::BITS;
        let cells: [[u32; LANES]; D] = std::array::from_fn(|axis| {
            points[axis].map(|x| {
                let cell = (x - self.low[axis]) / self.width * n_cells as f32;
                // Casts saturate: below zero becomes zero.
                (cell as u32).min(n_cells - 1)
            })
        });
        hilbert::places(cells, Self::BITS)
    }
}

/// A box around points.
struct Bounds<const D: usize> {
    low: [f32; D],
    high: [f32; D],
}

impl<const D: usize> Bounds<D> {
    fn new(map: &Map<D>, range: std::ops::Range<usize>) -> Self {
        let axis = |axis: usize| &map.axes[axis][range.clone()];
        Self {
            low: std::array::from_fn(|a| axis(a).iter().copied().fold(f32::INFINITY, f32::min)),
            high: std::array::from_fn(|a| {
                axis(a).iter().copied().fold(f32::NEG_INFINITY, f32::max)
            }),
        }
    }

    /// The longest side.
    fn width(&self) -> f32 {
        (0..D).fold(0.0, |width, axis| {
            width.max(self.high[axis] - self.low[axis])
        })
    }

    #[inline(always)]
    fn squared_distance(&self, point: [f32; D]) -> f32 {
        (0..D).fold(0.0, |sum, axis| {
            let (below, above) = (self.low[axis] - point[axis], point[axis] - self.high[axis]);
            // Comparisons in place of `max`, which would ask about NaN each time.
            let gap = if below > above { below } else { above };
            let gap = if gap > 0.0 { gap } else { 0.0 };
            sum + gap * gap
        })
    }
}

/// What acts on points: positions with the number of points at each.
#[derive(Default)]
struct Interactions<const D: usize> {
    positions: Vec<[f32; D]>,
    masses: Vec<f32>,
}

impl<const D: usize> Interactions<D> {
    fn clear(&mut self) {
        self.positions.clear();
        self.masses.clear();
    }

    fn push(&mut self, node: &Node<D>) {
        self.positions.push(node.centre);
        self.masses.push((node.end - node.start) as f32);
    }
}

/// What acts on a region, and on the group of it that is looked at.
#[derive(Default)]
struct Lists<const D: usize> {
    far: Interactions<D>,
    /// Nodes that are too near for all of the region to be among `far`.
    open: Vec<usize>,
    near: Interactions<D>,
}

impl<const D: usize> Lists<D> {
    /// Tells what acts on a region from afar: small against its distance, and further away than the
    /// region is wide.
    fn split(&mut self, tree: &Tree<D>, region: &Bounds<D>) {
        self.far.clear();
        self.open.clear();
        let width = region.width().powi(2);
        let mut index = 0;
        while let Some(node) = tree.nodes.get(index) {
            let distance = region.squared_distance(node.centre);
            if distance > node.open_below && distance > width {
                self.far.push(node);
                index = node.next as usize;
            } else if node.is_leaf || node.open_below <= width {
                self.open.push(index);
                index = node.next as usize;
            } else {
                index += 1;
            }
        }
    }

    /// Collects what acts on a group of the region and is not far.
    fn collect_near(&mut self, tree: &Tree<D>, group: &Bounds<D>) {
        let list = &mut self.near;
        list.clear();
        for &root in &self.open {
            let (mut index, end) = (root, tree.nodes[root].next as usize);
            while index < end {
                let node = &tree.nodes[index];
                if group.squared_distance(node.centre) > node.open_below {
                    list.push(node);
                    index = node.next as usize;
                } else if node.is_leaf {
                    let points = node.start as usize..node.end as usize;
                    list.positions
                        .extend(points.map(|point| tree.sorted.point(point)));
                    list.masses.resize(list.positions.len(), 1.0);
                    index = node.next as usize;
                } else {
                    index += 1;
                }
            }
        }
    }
}

#[multiversion(targets = "simd")]
fn list_forces<const D: usize>(points: &[[f32; LANES]; D], list: &Interactions<D>) -> Forces<D> {
    plain_list_forces(points, list)
}

#[inline(always)]
fn plain_list_forces<const D: usize>(
    points: &[[f32; LANES]; D],
    list: &Interactions<D>,
) -> Forces<D> {
    /// Entries whose sums are added to the totals together, which keeps rounding small.
    const PASSING: usize = 64;
    let mut total = Forces::NONE;
    for (positions, masses) in list
        .positions
        .chunks(PASSING)
        .zip(list.masses.chunks(PASSING))
    {
        let mut sums = Forces::NONE;
        for (position, &mass) in positions.iter().zip(masses) {
            for lane in 0..LANES {
                let offset: [f32; D] =
                    std::array::from_fn(|axis| points[axis][lane] - position[axis]);
                let square = offset.iter().fold(0.0, |sum, x| sum + x * x);
                let (w, q) = kernel::<D>(square);
                let similarity = mass * q;
                let push = similarity * w;
                sums.similarity[lane] += similarity;
                for axis in 0..D {
                    sums.repulsion[axis][lane] += push * offset[axis];
                }
            }
        }
        total.add(&sums);
    }
    total
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::Array2;

    fn scattered<const D: usize>(n_samples: usize) -> Map<D> {
        Map::from_rows(
            Array2::from_shape_fn((n_samples, D), |(i, axis)| {
                // Some points coincide.
                let i = if i % 50 == 49 { i - 1 } else { i } as f32;
                (i * 0.37 + axis as f32).sin() * 30.0 + (i * 1.7 + axis as f32 * 2.0).cos() * 4.0
            })
            .view(),
        )
    }

    fn is_close_to_all_pairs<const D: usize>() {
        let n_samples = 1003;
        let map = scattered::<D>(n_samples);
        let tree = Tree::new(&map);
        let mut forces = vec![Forces::<D>::NONE; n_samples.div_ceil(LANES)];
        tree.find_repulsion(&mut forces);
        let (mut worst, mut largest) = (0.0_f32, 0.0_f32);
        for (position, &i) in tree.order.iter().enumerate() {
            let found = &forces[position / LANES];
            let point = map.point(i as usize);
            for axis in 0..D {
                let expected: f32 = (0..n_samples)
                    .map(|j| {
                        let other = map.point(j);
                        let square = (0..D).map(|a| (point[a] - other[a]).powi(2)).sum();
                        let (w, q) = kernel::<D>(square);
                        q * w * (point[axis] - other[axis])
                    })
                    .sum();
                worst = worst.max((found.repulsion[axis][position % LANES] - expected).abs());
                largest = largest.max(expected.abs());
            }
        }
        assert!(worst < 0.01 * largest, "{worst} is much of {largest}");
    }

    #[test]
    fn repulsion_is_close_to_that_of_all_pairs() {
        is_close_to_all_pairs::<2>();
        is_close_to_all_pairs::<3>();
    }

    #[test]
    fn all_instruction_sets_give_the_same_bits() {
        let map = scattered::<2>(500);
        let tree = Tree::new(&map);
        let mut lists = Lists::default();
        let group = Bounds::new(&tree.sorted, 32..64);
        lists.split(&tree, &group);
        lists.collect_near(&tree, &group);
        let points = tree.sorted.block(2);
        for list in [&lists.near, &lists.far] {
            assert_eq!(list_forces(&points, list), plain_list_forces(&points, list));
        }
    }

    #[test]
    fn points_that_all_coincide_make_one_leaf() {
        let map = Map::<2>::from_rows(Array2::from_elem((100, 2), 3.0).view());
        let mut forces = vec![Forces::NONE; 7];
        Tree::new(&map).find_repulsion(&mut forces);
        assert_eq!(forces[0].similarity, [100.0; LANES]);
        assert_eq!(forces[0].repulsion, [[0.0; LANES]; 2]);
    }
}
