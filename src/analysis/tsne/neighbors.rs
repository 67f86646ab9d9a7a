//! The nearest neighbours of every sample, by looking at all of them.
//!
//! Sixteen samples are the lanes of a vector while a few queries pass by, in single precision; the
//! distances of those that are kept are then computed anew in double precision.

use super::super::monitor::{Cancelled, Monitor, check};
use super::super::vector::LANES;
use super::distances::Samples;
use super::params::Metric;
use multiversion::multiversion;
use ndarray::ArrayView2;
use rayon::prelude::*;

/// Queries that pass by together.
const QUERIES: usize = 4;
/// Queries of one parallel task, and samples between two looks at the monitor.
const QUERIES_PER_TASK: usize = 32;

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
        let blocks = Blocks::new(&samples);
        let mut found = vec![(0.0_f32, 0_u32); n_samples * k];
        found
            .par_chunks_mut(QUERIES_PER_TASK * k)
            .enumerate()
            .try_for_each(|(task, found)| {
                let first = task * QUERIES_PER_TASK;
                for (group, found) in found.chunks_mut(QUERIES * k).enumerate() {
                    check(monitor)?;
                    find_group(&samples, &blocks, first + group * QUERIES, k, found);
                }
                Ok(())
            })?;
        let (squared_distances, indices) = found.into_iter().unzip();
        Ok(Self {
            k,
            indices,
            squared_distances,
        })
    }
}

/// Finds the neighbours of up to [`QUERIES`] samples from `first` on.
fn find_group(
    samples: &Samples,
    blocks: &Blocks,
    first: usize,
    k: usize,
    found: &mut [(f32, u32)],
) {
    let n_queries = found.len() / k;
    // The last group repeats its last query.
    let query = |q: usize| first + q.min(n_queries - 1);
    let queries: [Vec<f32>; QUERIES] = std::array::from_fn(|q| blocks.sample(query(q)));
    let queries: [&[f32]; QUERIES] = std::array::from_fn(|q| queries[q].as_slice());
    let mut nearest: Vec<Nearest> = (0..n_queries).map(|_| Nearest::new(k)).collect();
    for (block, values) in blocks.values.chunks(blocks.n_features).enumerate() {
        let distances = tile(values, queries, blocks.metric);
        let n_lanes = LANES.min(blocks.n_samples - block * LANES);
        for (q, nearest) in nearest.iter_mut().enumerate() {
            for (lane, &distance) in distances[q][..n_lanes].iter().enumerate() {
                let index = block * LANES + lane;
                if distance <= nearest.limit && index != first + q {
                    nearest.push(distance, index as u32);
                }
            }
        }
    }
    for ((q, nearest), out) in nearest.into_iter().enumerate().zip(found.chunks_mut(k)) {
        let exact = |index: u32| samples.squared_distance_f32(first + q, index as usize);
        for (out, index) in out.iter_mut().zip(nearest.into_indices()) {
            *out = (exact(index), index);
        }
        out.sort_unstable_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
    }
}

/// Samples by blocks of [`LANES`]: for each block, a vector for every feature.
struct Blocks {
    values: Vec<[f32; LANES]>,
    n_features: usize,
    n_samples: usize,
    metric: Metric,
}

impl Blocks {
    fn new(samples: &Samples) -> Self {
        let (n_samples, n_features) = (samples.len(), samples.n_features());
        let mut values = vec![[0.0; LANES]; n_samples.div_ceil(LANES) * n_features];
        for sample in 0..n_samples {
            let (block, lane) = (sample / LANES, sample % LANES);
            let vectors = &mut values[block * n_features..][..n_features];
            for (vector, &value) in vectors.iter_mut().zip(samples.row(sample)) {
                vector[lane] = value as f32;
            }
        }
        Self {
            values,
            n_features,
            n_samples,
            metric: samples.metric(),
        }
    }

    fn sample(&self, sample: usize) -> Vec<f32> {
        let (block, lane) = (sample / LANES, sample % LANES);
        let vectors = &self.values[block * self.n_features..][..self.n_features];
        vectors.iter().map(|vector| vector[lane]).collect()
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
    use crate::analysis::tsne::distances::squared_distances;
    use ndarray::Array2;

    #[test]
    fn neighbours_are_those_of_the_full_distances() {
        let n_samples = 77;
        let features = Array2::from_shape_fn((n_samples, 19), |(i, j)| {
            // Samples 3 and 60 are equal, sample 5 is zero.
            let i = if i == 60 { 3 } else { i };
            if i == 5 {
                0.0
            } else {
                ((i * i + 31 * j) as f32).sin()
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
                    assert_eq!(found.squared_distances[i * 20 + rank], *distance);
                }
            }
        }
    }
}
