//! Distances in single precision, many at once: sixteen samples are the lanes of a vector while a few queries
//! pass by.

use super::distances::Samples;
use super::metric::Metric;
use crate::vector::LANES;
use multiversion::multiversion;

/// Queries that pass by together.
pub(super) const QUERIES: usize = 4;

/// Samples by blocks of [`LANES`]: for each block, a vector for every feature.
pub(super) struct Blocks {
    values: Vec<[f32; LANES]>,
    n_features: usize,
    metric: Metric,
}

/// The features of a few samples that pass by.
pub(super) struct Queries([Vec<f32>; QUERIES]);

impl Queries {
    /// Up to [`QUERIES`] samples; where there are fewer, the last is repeated.
    pub(super) fn new(samples: &Samples, queries: &[u32]) -> Self {
        Self(std::array::from_fn(|q| {
            let row = samples.row(queries[q.min(queries.len() - 1)] as usize);
            let values = row[..samples.n_features()].iter();
            values.map(|&value| value as f32).collect()
        }))
    }
}

impl Blocks {
    pub(super) fn new(samples: &Samples) -> Self {
        Self {
            values: Vec::new(),
            n_features: samples.n_features(),
            metric: samples.metric(),
        }
    }

    /// Appends samples, in blocks of their own; returns the number of the first block.
    pub(super) fn push(&mut self, samples: &Samples, members: &[u32]) -> usize {
        let first = self.values.len() / self.n_features;
        for members in members.chunks(LANES) {
            let start = self.values.len();
            self.values.resize(start + self.n_features, [0.0; LANES]);
            for (lane, &sample) in members.iter().enumerate() {
                let vectors = self.values[start..].iter_mut();
                for (vector, &value) in vectors.zip(samples.row(sample as usize)) {
                    vector[lane] = value as f32;
                }
            }
        }
        first
    }

    /// The distances of the queries from each block, from the `first` on: numbers ≥ 0 in the order of the true
    /// ones, which are squares, sums of magnitudes, or 1 - cos.
    pub(super) fn distances<'a>(
        &'a self,
        first: usize,
        Queries(queries): &'a Queries,
    ) -> impl Iterator<Item = [[f32; LANES]; QUERIES]> + 'a {
        let queries: [&[f32]; QUERIES] = std::array::from_fn(|q| queries[q].as_slice());
        let blocks = self.values[first * self.n_features..].chunks(self.n_features);
        blocks.map(move |block| tile(block, queries, self.metric))
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
