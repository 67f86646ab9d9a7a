//! The nearest neighbours of every sample, by looking at all that can be among them.
//!
//! Sixteen samples are the lanes of a vector while a few queries pass by, in single precision; the
//! distances of those that are kept are then computed anew in double precision.

use super::cells::Cells;
use super::distances::Samples;
use crate::monitor::{Cancelled, Monitor, check};
use crate::projection::Metric;
use crate::vector::LANES;
use multiversion::multiversion;
use ndarray::ArrayView2;
use rayon::prelude::*;

/// Queries that pass by together.
const QUERIES: usize = 4;
/// Groups of queries in one parallel task.
const GROUPS_PER_TASK: usize = 8;

/// The `k` nearest others of each sample, nearest first, equally near ones by index; so the
/// nearest of them are also the first of any longer list.
#[derive(Debug, Clone)]
pub(super) struct Neighbors {
    /// Neighbours per sample.
    pub(super) k: usize,
    /// `(n_samples, k)` by rows.
    pub(super) indices: Vec<u32>,
    /// Squared distances in the same layout.
    pub(super) squared_distances: Vec<f32>,
}

impl Neighbors {
    pub(super) fn find(
        features: ArrayView2<'_, f32>,
        metric: Metric,
        k: usize,
        monitor: &dyn Monitor,
    ) -> Result<Self, Cancelled> {
        let n_samples = features.nrows();
        let samples = Samples::new(features, metric);
        let cells = Cells::new(&samples, monitor)?;
        let blocks = Blocks::new(&samples, &cells);
        let search = Search {
            samples,
            cells,
            blocks,
            k,
        };
        // Queries of the same cell look at the same others.
        let queries: Vec<u32> = search
            .cells
            .iter()
            .flat_map(|c| &c.members)
            .copied()
            .collect();
        let mut found = vec![(0.0_f32, 0_u32); n_samples * k];
        found
            .par_chunks_mut(QUERIES * k)
            .zip(queries.par_chunks(QUERIES))
            .with_min_len(GROUPS_PER_TASK)
            .try_for_each(|(found, queries)| {
                check(monitor)?;
                search.find_group(queries, found);
                Ok(())
            })?;
        let mut result = Self {
            k,
            indices: vec![0; n_samples * k],
            squared_distances: vec![0.0; n_samples * k],
        };
        for (&query, found) in queries.iter().zip(found.chunks(k)) {
            let start = query as usize * k;
            for (entry, &(distance, index)) in (start..).zip(found) {
                result.squared_distances[entry] = distance;
                result.indices[entry] = index;
            }
        }
        Ok(result)
    }

    /// The `k` nearest of those that were found, which are at least as many.
    pub(super) fn nearest(&self, k: usize) -> Self {
        fn firsts<T: Copy>(rows: &[T], of: usize, k: usize) -> Vec<T> {
            rows.chunks(of).flat_map(|row| &row[..k]).copied().collect()
        }
        Self {
            k,
            indices: firsts(&self.indices, self.k, k),
            squared_distances: firsts(&self.squared_distances, self.k, k),
        }
    }
}

/// What a search needs to know.
struct Search {
    samples: Samples,
    cells: Cells,
    blocks: Blocks,
    k: usize,
}

impl Search {
    /// Finds the neighbours of up to [`QUERIES`] samples.
    fn find_group(&self, queries: &[u32], found: &mut [(f32, u32)]) {
        // A last group that is not full repeats its last query.
        let query = |q: usize| queries[q.min(queries.len() - 1)] as usize;
        let values: [Vec<f32>; QUERIES] = std::array::from_fn(|q| self.blocks.sample(query(q)));
        let values: [&[f32]; QUERIES] = std::array::from_fn(|q| values[q].as_slice());
        let bounds: Vec<Vec<f32>> = (0..queries.len())
            .map(|q| self.cells.bounds(&self.samples, query(q)))
            .collect();
        let least = |cell: usize| bounds.iter().map(|b| b[cell]).fold(f32::INFINITY, f32::min);
        let mut order: Vec<(f32, usize)> = (0..bounds[0].len()).map(|c| (least(c), c)).collect();
        order.sort_unstable_by(|a, b| a.0.total_cmp(&b.0));
        let mut nearest: Vec<Nearest> = queries.iter().map(|_| Nearest::new(self.k)).collect();
        for (_, cell) in order {
            let is_needed =
                |(nearest, bounds): (&Nearest, &Vec<f32>)| bounds[cell] <= nearest.limit;
            if !nearest.iter().zip(&bounds).any(is_needed) {
                continue;
            }
            let members = self.cells.members(cell).chunks(LANES);
            for (block, members) in self.blocks.from(cell).zip(members) {
                let distances = tile(block, values, self.blocks.metric);
                for ((nearest, query), distances) in nearest.iter_mut().zip(queries).zip(distances)
                {
                    for (&distance, index) in distances.iter().zip(members) {
                        if distance <= nearest.limit && index != query {
                            nearest.push(distance, *index);
                        }
                    }
                }
            }
        }
        for ((&query, nearest), out) in queries.iter().zip(nearest).zip(found.chunks_mut(self.k)) {
            for (out, index) in out.iter_mut().zip(nearest.into_indices()) {
                let exact = self
                    .samples
                    .squared_distance_f32(query as usize, index as usize);
                *out = (exact, index);
            }
            out.sort_unstable_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        }
    }
}

/// Samples by blocks of [`LANES`]: for each block, a vector for every feature. A block holds samples
/// of one cell.
struct Blocks {
    values: Vec<[f32; LANES]>,
    /// The first block of each cell.
    first: Vec<usize>,
    /// The block and the lane of each sample.
    places: Vec<(u32, u8)>,
    n_features: usize,
    metric: Metric,
}

impl Blocks {
    fn new(samples: &Samples, cells: &Cells) -> Self {
        let n_features = samples.n_features();
        let mut result = Self {
            values: Vec::new(),
            first: Vec::new(),
            places: vec![(0, 0); samples.len()],
            n_features,
            metric: samples.metric(),
        };
        let mut n_blocks = 0;
        for cell in cells.iter() {
            result.first.push(n_blocks);
            for members in cell.members.chunks(LANES) {
                let start = n_blocks * n_features;
                result.values.resize(start + n_features, [0.0; LANES]);
                for (lane, &sample) in members.iter().enumerate() {
                    result.places[sample as usize] = (n_blocks as u32, lane as u8);
                    let vectors = result.values[start..].iter_mut();
                    for (vector, &value) in vectors.zip(samples.row(sample as usize)) {
                        vector[lane] = value as f32;
                    }
                }
                n_blocks += 1;
            }
        }
        result
    }

    /// All blocks from the first of a cell on.
    fn from(&self, cell: usize) -> impl Iterator<Item = &[[f32; LANES]]> {
        self.values[self.first[cell] * self.n_features..].chunks(self.n_features)
    }

    fn sample(&self, sample: usize) -> Vec<f32> {
        let (block, lane) = self.places[sample];
        let vectors = &self.values[block as usize * self.n_features..][..self.n_features];
        vectors.iter().map(|vector| vector[lane as usize]).collect()
    }
}

/// Distances between a block and the queries: numbers ≥ 0 in the order of the true ones.
fn tile(
    block: &[[f32; LANES]],
    queries: [&[f32]; QUERIES],
    metric: Metric,
) -> [[f32; LANES]; QUERIES] {
    match metric {
        Metric::Euclidean => euclidean_tile(block, queries),
        Metric::Manhattan => manhattan_tile(block, queries),
        Metric::Cosine => cosine_tile(block, queries),
    }
}

#[multiversion(targets = "simd")]
fn euclidean_tile(block: &[[f32; LANES]], queries: [&[f32]; QUERIES]) -> [[f32; LANES]; QUERIES] {
    fold_tile(block, queries, |x, y| (x - y) * (x - y))
}

#[multiversion(targets = "simd")]
fn manhattan_tile(block: &[[f32; LANES]], queries: [&[f32]; QUERIES]) -> [[f32; LANES]; QUERIES] {
    fold_tile(block, queries, |x, y| (x - y).abs())
}

#[multiversion(targets = "simd")]
fn cosine_tile(block: &[[f32; LANES]], queries: [&[f32]; QUERIES]) -> [[f32; LANES]; QUERIES] {
    let products = fold_tile(block, queries, |x, y| x * y);
    products.map(|lanes| lanes.map(|product| (1.0 - product).max(0.0)))
}

#[inline(always)]
fn fold_tile(
    block: &[[f32; LANES]],
    queries: [&[f32]; QUERIES],
    term: impl Fn(f32, f32) -> f32,
) -> [[f32; LANES]; QUERIES] {
    let queries = queries.map(|query| &query[..block.len()]);
    let mut sums = [[0.0; LANES]; QUERIES];
    for (feature, values) in block.iter().enumerate() {
        for q in 0..QUERIES {
            for lane in 0..LANES {
                sums[q][lane] += term(values[lane], queries[q][feature]);
            }
        }
    }
    sums
}

/// The nearest samples so far: a buffer that is cut back to the `k` nearest whenever it is full.
struct Nearest {
    k: usize,
    /// The bits of the distance, then the index: the order of floats ≥ 0 is that of their bits.
    keys: Vec<u64>,
    /// No sample further away than this can be among the nearest.
    limit: f32,
}

impl Nearest {
    fn new(k: usize) -> Self {
        Self {
            k,
            keys: Vec::with_capacity(2 * k + LANES),
            limit: f32::INFINITY,
        }
    }

    fn push(&mut self, distance: f32, index: u32) {
        self.keys
            .push(u64::from(distance.to_bits()) << 32 | u64::from(index));
        if self.keys.len() == self.keys.capacity() {
            self.cut();
        }
    }

    fn cut(&mut self) {
        if self.keys.len() > self.k {
            self.keys.select_nth_unstable(self.k - 1);
            self.keys.truncate(self.k);
            self.limit = f32::from_bits((self.keys[self.k - 1] >> 32) as u32);
        }
    }

    fn into_indices(mut self) -> impl Iterator<Item = u32> {
        self.cut();
        self.keys.into_iter().map(|key| key as u32)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::projection::distances::squared_distances;
    use ndarray::Array2;

    #[test]
    fn neighbours_are_those_of_the_full_distances() {
        // Enough for several cells, in groups far enough apart that some are left out.
        let n_samples = 1037;
        let features = Array2::from_shape_fn((n_samples, 19), |(i, j)| {
            // Samples 3 and 60 are equal, sample 5 is zero.
            let i = if i == 60 { 3 } else { i };
            if i == 5 {
                0.0
            } else {
                ((i * i + 31 * j) as f32).sin() + ((i % 4 * (j + 1)) % 5 * 4) as f32
            }
        });
        for metric in [Metric::Euclidean, Metric::Manhattan, Metric::Cosine] {
            let distances = squared_distances(features.view(), metric, &()).unwrap();
            let found = Neighbors::find(features.view(), metric, 20, &()).unwrap();
            for i in 0..n_samples {
                let mut expected: Vec<(f32, usize)> = (0..n_samples)
                    .filter(|&j| j != i)
                    .map(|j| (distances[i * n_samples + j], j))
                    .collect();
                expected.sort_by(|a, b| a.partial_cmp(b).unwrap());
                for (rank, (distance, _)) in expected.iter().take(20).enumerate() {
                    // Between equal samples a cosine leaves the rounding of 1 - 1.
                    let difference = (found.squared_distances[i * 20 + rank] - distance).abs();
                    assert!(difference <= 1e-7 * distance.max(1e-2), "{distance}");
                }
            }
        }
    }
}
