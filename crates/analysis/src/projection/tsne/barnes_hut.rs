//! The gradient of t-SNE for many points: attraction between near neighbours, repulsion through a
//! tree.

use super::descent::Objective;
use super::forces::{Forces, combine, kernel, minus_ln_similarity, normalisation};
use super::map::Map;
use super::sparse::SparseAffinities;
use super::tree::Tree;
use crate::monitor::{Cancelled, Monitor, check};
use crate::vector::{LANES, sum_lanes};
use multiversion::multiversion;
use rayon::prelude::*;

/// Points in one parallel task, at least.
const POINTS_PER_TASK: usize = 128;
/// Points up to which all pairs count in the divergence of a finished map. Of more the tree's sum does,
/// which is off by some thousandths: at 70,000 points 3.382 nats are told of a map that has 3.386.
const EXACT_NORMALISATION: usize = 50_000;

/// The cost of a map against sparse affinities.
pub(super) struct BarnesHut<const D: usize> {
    affinities: SparseAffinities,
    /// By blocks of points in the order of the tree.
    forces: Vec<Forces<D>>,
    normalisation: f64,
}

impl<const D: usize> BarnesHut<D> {
    pub(super) fn new(affinities: SparseAffinities) -> Self {
        let n_blocks = (affinities.starts.len() - 1).div_ceil(LANES);
        Self {
            affinities,
            forces: vec![Forces::NONE; n_blocks],
            normalisation: 1.0,
        }
    }

    /// Finds all forces at a map; returns the index of each point in their order.
    fn find_forces(&mut self, map: &Map<D>) -> Vec<u32> {
        let tree = Tree::new(map);
        tree.find_repulsion(&mut self.forces);
        let order = tree.into_order();
        let pulls = self.find_attraction(map);
        for (forces, order) in self.forces.iter_mut().zip(order.chunks(LANES)) {
            for (lane, &point) in order.iter().enumerate() {
                for axis in 0..D {
                    forces.attraction[axis][lane] = pulls[point as usize][axis];
                }
            }
        }
        self.normalisation = normalisation(&self.forces, map.n_samples).max(f64::MIN_POSITIVE);
        order
    }

    /// The attraction of each point, in their own order, which is that of the affinities in memory.
    fn find_attraction(&self, map: &Map<D>) -> Vec<[f32; D]> {
        // The coordinates of a point side by side: a neighbour is then one access to memory.
        let points: Vec<[f32; D]> = (0..map.n_samples).map(|i| map.point(i)).collect();
        let mut pulls = vec![[0.0; D]; map.n_samples];
        pulls
            .par_iter_mut()
            .enumerate()
            .with_min_len(POINTS_PER_TASK)
            .for_each_init(Vec::new, |near, (point, pull)| {
                *pull = attraction(&points, &self.affinities, point, near);
            });
        pulls
    }
}

impl<const D: usize> Objective<D> for BarnesHut<D> {
    fn gradient(&mut self, map: &Map<D>, exaggeration: f32, gradient: &mut Map<D>) {
        let order = self.find_forces(map);
        let mut sorted = map.zeros_like();
        let repulsion = (1.0 / self.normalisation) as f32;
        combine(&self.forces, exaggeration, repulsion, &mut sorted);
        for (to, from) in gradient.axes.iter_mut().zip(&sorted.axes) {
            for (&point, &value) in order.iter().zip(from) {
                to[point as usize] = value;
            }
        }
    }

    fn cost(&self, map: &Map<D>) -> f64 {
        self.affinities.entropy + cross_entropy(map, &self.affinities) + self.normalisation.ln()
    }

    fn kl_divergence(&mut self, map: &Map<D>, monitor: &dyn Monitor) -> Result<f64, Cancelled> {
        self.normalisation = if map.n_samples <= EXACT_NORMALISATION {
            exact_normalisation(map, monitor)?
        } else {
            Tree::new(map).find_repulsion(&mut self.forces);
            normalisation(&self.forces, map.n_samples)
        };
        Ok(self.cost(map))
    }
}

/// Σ p w (y_i - y_j) over the neighbours j of point i. These are brought together in `near` first: lanes
/// that are filled one by one could not be read as a vector before they have reached the cache.
#[multiversion(targets = "simd")]
fn attraction<const D: usize>(
    points: &[[f32; D]],
    affinities: &SparseAffinities,
    point: usize,
    near: &mut Vec<[f32; D]>,
) -> [f32; D] {
    let here = points[point];
    let range = affinities.starts[point]..affinities.starts[point + 1];
    near.clear();
    let columns = affinities.columns[range.clone()].iter();
    near.extend(columns.map(|&column| points[column as usize]));
    near.resize(near.len().next_multiple_of(LANES), here);
    let mut sums = [[0.0; LANES]; D];
    let (values, rest) = affinities.values[range].as_chunks();
    // Copying so few values would cost a call.
    let last: [f32; LANES] = std::array::from_fn(|lane| rest.get(lane).copied().unwrap_or(0.0));
    let values = values.iter().chain((!rest.is_empty()).then_some(&last));
    for (there, p) in near.as_chunks::<LANES>().0.iter().zip(values) {
        for lane in 0..LANES {
            let offset: [f32; D] = std::array::from_fn(|axis| here[axis] - there[lane][axis]);
            let square = offset.iter().fold(0.0, |sum, x| sum + x * x);
            let (w, _) = kernel::<D>(square);
            for axis in 0..D {
                sums[axis][lane] += p[lane] * w * offset[axis];
            }
        }
    }
    sums.map(|lanes| {
        let four: [f32; 4] =
            std::array::from_fn(|i| (lanes[i] + lanes[i + 4]) + (lanes[i + 8] + lanes[i + 12]));
        (four[0] + four[1]) + (four[2] + four[3])
    })
}

/// Σ p (-ln q) over all entries of P.
fn cross_entropy<const D: usize>(map: &Map<D>, affinities: &SparseAffinities) -> f64 {
    let rows = (0..map.n_samples).into_par_iter().with_min_len(256);
    let sums: Vec<f64> = rows
        .map(|row| row_cross_entropy(map, affinities, row))
        .collect();
    sums.iter().sum()
}

#[multiversion(targets = "simd")]
fn row_cross_entropy<const D: usize>(
    map: &Map<D>,
    affinities: &SparseAffinities,
    row: usize,
) -> f64 {
    let here = map.point(row);
    let range = affinities.starts[row]..affinities.starts[row + 1];
    let columns = affinities.columns[range.clone()].chunks(LANES);
    let mut sums = [0.0; LANES];
    for (columns, values) in columns.zip(affinities.values[range].chunks(LANES)) {
        for (sum, (&column, &p)) in sums.iter_mut().zip(columns.iter().zip(values)) {
            let there = map.point(column as usize);
            let square = (0..D).fold(0.0, |sum, axis| {
                let offset = f64::from(here[axis]) - f64::from(there[axis]);
                sum + offset * offset
            });
            *sum += f64::from(p) * minus_ln_similarity::<D>(square);
        }
    }
    sum_lanes(sums)
}

/// Σ q over pairs of different points, in both orders, by looking at all of them.
fn exact_normalisation<const D: usize>(
    map: &Map<D>,
    monitor: &dyn Monitor,
) -> Result<f64, Cancelled> {
    let n_blocks = map.n_samples.div_ceil(LANES);
    let sum = |block: usize| {
        check(monitor)?;
        let n_lanes = LANES.min(map.n_samples - block * LANES);
        let sums = block_similarity(map, block);
        // Each point meets itself once, with similarity 1.
        Ok(sums[..n_lanes].iter().sum::<f64>() - n_lanes as f64)
    };
    let sums: Vec<f64> = (0..n_blocks)
        .into_par_iter()
        .map(sum)
        .collect::<Result<_, _>>()?;
    Ok(sums.iter().sum())
}

/// Σ q with all points, for each point of a block.
#[multiversion(targets = "simd")]
fn block_similarity<const D: usize>(map: &Map<D>, block: usize) -> [f64; LANES] {
    /// Points that pass by before their sums are added to the totals in double precision.
    const PASSING: usize = 64;
    let points = map.block(block);
    let mut totals = [0.0; LANES];
    for start in (0..map.n_samples).step_by(PASSING) {
        let mut sums = [0.0_f32; LANES];
        for j in start..(start + PASSING).min(map.n_samples) {
            let other = map.point(j);
            for lane in 0..LANES {
                let square = (0..D).fold(0.0, |sum, axis| {
                    let offset = points[axis][lane] - other[axis];
                    sum + offset * offset
                });
                sums[lane] += kernel::<D>(square).1;
            }
        }
        for lane in 0..LANES {
            totals[lane] += f64::from(sums[lane]);
        }
    }
    totals
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::projection::distances::squared_distances;
    use crate::projection::neighbors::Neighbors;
    use crate::projection::tsne::descent::minimise;
    use crate::projection::tsne::exact::Exact;
    use crate::projection::tsne::params::TsneParams;
    use crate::projection::tsne::sparse::n_neighbors;
    use crate::projection::tsne::start;
    use crate::projection::{Metric, Watch};
    use ndarray::Array2;

    fn maps_are_as_good_as_exact_ones<const D: usize>() {
        let n_samples = 500;
        let features = Array2::from_shape_fn((n_samples, 6), |(i, j)| {
            // Ten groups with irregular members.
            ((i % 10 * (j + 3)) as f32).sin() * 3.0 + ((i * i + 17 * j * i) as f32).cos()
        });
        let params = TsneParams {
            n_components: D,
            perplexity: 20.0,
            ..TsneParams::default()
        };
        let checked = params.check(n_samples).unwrap();
        let k = n_neighbors(20.0, n_samples);
        let neighbors = Neighbors::find(features.view(), Metric::Euclidean, k, &()).unwrap();
        let sparse = SparseAffinities::new(&neighbors, n_samples, 20.0, &()).unwrap();
        let distances = squared_distances(features.view(), Metric::Euclidean, &()).unwrap();
        let mut exact = Exact::<D>::new(&distances, n_samples, 20.0, &()).unwrap();
        let first = Map::from_rows(start::from_pca(features.view(), D, &()).unwrap().view());
        let mut watch = Watch {
            monitor: &(),
            frame_every: 0,
            on_frame: &mut |_| {},
        };
        let expected = minimise(&mut exact, first.clone(), &checked, &mut watch).unwrap();
        let mut tree = BarnesHut::<D>::new(sparse);
        let found = minimise(&mut tree, first, &checked, &mut watch).unwrap();
        let map = Map::<D>::from_rows(found.coordinates.mapv(|x| x as f32).view());
        let cost = exact.kl_divergence(&map, &()).unwrap();
        let limit = 1.05 * expected.kl_divergence;
        assert!(
            cost < limit,
            "{cost} in place of {}",
            expected.kl_divergence
        );
        // The affinities left out are small, and so is what they change of the cost.
        assert!(
            (found.kl_divergence - cost).abs() < 0.05 * cost,
            "{} {cost}",
            found.kl_divergence
        );
    }

    #[test]
    fn the_sum_of_the_tree_is_close_to_that_of_all_pairs() {
        // Dense groups and sparse ones, as wide as maps of so many points are.
        let n_samples = 12_000;
        let map = Map::<2>::from_rows(
            Array2::from_shape_fn((n_samples, 2), |(i, axis)| {
                let (group, x) = (i % 23, (i * (axis + 3)) as f32);
                let wide = 1.0 + (group % 5) as f32;
                ((group * (axis + 2)) as f32).sin() * 60.0 + ((x * x).sin() + x.cos()) * wide
            })
            .view(),
        );
        let mut forces = vec![Forces::NONE; n_samples.div_ceil(LANES)];
        Tree::new(&map).find_repulsion(&mut forces);
        let found = normalisation(&forces, n_samples);
        let exact = exact_normalisation(&map, &()).unwrap();
        let error = (found / exact - 1.0).abs();
        assert!(error < 0.003, "{error}");
    }

    #[test]
    fn maps_of_near_neighbours_are_as_good_as_exact_ones() {
        maps_are_as_good_as_exact_ones::<2>();
        maps_are_as_good_as_exact_ones::<3>();
    }
}
