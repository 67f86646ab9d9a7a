//! Repulsion in about n log n steps: distant points act through their centre of mass (Barnes and
//! Hut 1986; van der Maaten 2014).
//!
//! Points are sorted along the Morton curve. Each run of them, a group, collects one list of nodes
//! and near points to interact with; a node is taken whole when it is small against its distance
//! from the whole group, which is stricter than the usual test for each point. The list then acts
//! on the group in vector lanes, as points do in the exact gradient.

use super::forces::{Forces, kernel};
use super::map::Map;
use crate::vector::LANES;
use multiversion::multiversion;
use rayon::prelude::*;

/// A node is taken whole when its width is below this times its distance.
const ANGLE: f32 = 0.5;
/// Blocks of [`LANES`] points that share one list.
const BLOCKS_PER_GROUP: usize = 2;
const GROUP: usize = BLOCKS_PER_GROUP * LANES;
/// Groups of one parallel task.
const GROUPS_PER_TASK: usize = 4;
/// Points of a leaf, unless more coincide on the finest grid.
const LEAF: usize = 8;

/// A quadtree or an octree over a map, in the order of the Morton curve.
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
        let grid = MortonGrid::new(map);
        let mut keyed: Vec<(u64, u32)> = (0..map.n_samples)
            .into_par_iter()
            .with_min_len(4096)
            .map(|i| (grid.key(map.point(i)), i as u32))
            .collect();
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
        let is_leaf = keyed.len() <= LEAF || depth == MortonGrid::<D>::BITS;
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
            let shift = (MortonGrid::<D>::BITS - 1 - depth) * D as u32;
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
            .par_chunks_mut(BLOCKS_PER_GROUP * GROUPS_PER_TASK)
            .enumerate()
            .for_each_init(Interactions::default, |list, (task, forces)| {
                for (group, forces) in forces.chunks_mut(BLOCKS_PER_GROUP).enumerate() {
                    let start = (task * GROUPS_PER_TASK + group) * GROUP;
                    let end = (start + GROUP).min(self.order.len());
                    list.collect(self, &Bounds::new(&self.sorted, start..end));
                    for (block, forces) in forces.iter_mut().enumerate() {
                        let points = self.sorted.block(start / LANES + block);
                        *forces = list_forces(&points, list);
                    }
                }
            });
    }

    /// The original index of each sorted point.
    pub(super) fn order(&self) -> &[u32] {
        &self.order
    }
}

/// A grid of 2^BITS cells along each axis over a map, whose cells are numbered along the curve.
struct MortonGrid<const D: usize> {
    low: [f32; D],
    /// The width of the whole grid along every axis.
    width: f32,
}

impl<const D: usize> MortonGrid<D> {
    /// Bits per axis.
    const BITS: u32 = if D == 2 { 24 } else { 20 };

    fn new(map: &Map<D>) -> Self {
        let Bounds { low, high } = Bounds::new(map, 0..map.n_samples);
        let width = (0..D)
            .map(|axis| high[axis] - low[axis])
            .fold(f32::MIN_POSITIVE, f32::max);
        Self { low, width }
    }

    fn key(&self, point: [f32; D]) -> u64 {
        let cells = (1_u64 << Self::BITS) as f32;
        (0..D).fold(0, |key, axis| {
            let cell = (point[axis] - self.low[axis]) / self.width * cells;
            // Casts saturate: below zero becomes zero.
            let cell = (cell as u64).min((1 << Self::BITS) - 1);
            key | spread::<D>(cell) << (D - 1 - axis)
        })
    }
}

/// Puts D - 1 zero bits between the bits of a number below 2^24 (D = 2) or 2^20 (D = 3).
fn spread<const D: usize>(number: u64) -> u64 {
    let steps: [(u32, u64); 5] = if D == 2 {
        [
            (16, 0x0000_ffff_0000_ffff),
            (8, 0x00ff_00ff_00ff_00ff),
            (4, 0x0f0f_0f0f_0f0f_0f0f),
            (2, 0x3333_3333_3333_3333),
            (1, 0x5555_5555_5555_5555),
        ]
    } else {
        [
            (32, 0x001f_0000_0000_ffff),
            (16, 0x001f_0000_ff00_00ff),
            (8, 0x100f_00f0_0f00_f00f),
            (4, 0x10c3_0c30_c30c_30c3),
            (2, 0x1249_2492_4924_9249),
        ]
    };
    steps
        .into_iter()
        .fold(number, |bits, (shift, mask)| (bits | bits << shift) & mask)
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

    #[inline(always)]
    fn squared_distance(&self, point: [f32; D]) -> f32 {
        (0..D).fold(0.0, |sum, axis| {
            let gap = (self.low[axis] - point[axis])
                .max(point[axis] - self.high[axis])
                .max(0.0);
            sum + gap * gap
        })
    }
}

/// What acts on a group: positions with the number of points at each.
struct Interactions<const D: usize> {
    positions: Vec<[f32; D]>,
    masses: Vec<f32>,
}

impl<const D: usize> Default for Interactions<D> {
    fn default() -> Self {
        Self {
            positions: Vec::new(),
            masses: Vec::new(),
        }
    }
}

impl<const D: usize> Interactions<D> {
    fn collect(&mut self, tree: &Tree<D>, group: &Bounds<D>) {
        self.positions.clear();
        self.masses.clear();
        let mut index = 0;
        while let Some(node) = tree.nodes.get(index) {
            if group.squared_distance(node.centre) > node.open_below {
                self.positions.push(node.centre);
                self.masses.push((node.end - node.start) as f32);
                index = node.next as usize;
            } else if node.is_leaf {
                let points = node.start as usize..node.end as usize;
                self.positions
                    .extend(points.map(|point| tree.sorted.point(point)));
                self.masses.resize(self.positions.len(), 1.0);
                index = node.next as usize;
            } else {
                index += 1;
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
        for (position, &i) in tree.order().iter().enumerate() {
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
        let mut list = Interactions::default();
        list.collect(&tree, &Bounds::new(&tree.sorted, 32..64));
        let points = tree.sorted.block(2);
        assert_eq!(
            list_forces(&points, &list),
            plain_list_forces(&points, &list)
        );
    }

    #[test]
    fn keys_interleave_bits() {
        assert_eq!(spread::<2>(0b111), 0b10101);
        assert_eq!(spread::<3>(0b111), 0b100_1001);
        assert_eq!(spread::<2>((1 << 24) - 1).count_ones(), 24);
        assert_eq!(spread::<3>((1 << 20) - 1).count_ones(), 20);
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
