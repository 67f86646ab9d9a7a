//! The graph of near neighbours, each edge weighted by how sure it is that its ends are neighbours.

use crate::monitor::{Cancelled, Monitor, check};
use crate::projection::neighbors::Neighbors;
use crate::projection::symmetric::Symmetric;
use crate::vector::{LANES, exp_nonpositive, ln_positive, padded, sum_lanes};
use multiversion::multiversion;
use rayon::prelude::*;

/// Rows of one parallel task.
const ROWS_PER_TASK: usize = 64;
/// Steps of the search for a width, and how near the sum must come, as in umap-learn.
const MAX_STEPS: usize = 64;
const SUM_TOLERANCE: f64 = 1e-5;
/// No width is below this share of the mean distance, as in umap-learn: else the neighbours of a
/// sample among duplicates would all lose their weight but one.
const LEAST_WIDTH: f64 = 1e-3;
/// A distance below this share of the largest of its row is none: it is what rounding leaves
/// between equal samples.
const ROUNDING: f64 = 1e-7;

/// The memberships of all edges, symmetric and above 0 to 1; `neighbors` are all that count, each
/// sample itself left out (section 3.1, algorithms 2 and 3).
///
/// From a sample's side, the nearest that is not equal to it is a neighbour for sure, and the sum of
/// all memberships is the logarithm to base 2 of how many there are, itself included. An edge is
/// there when either side says so: a + b - ab.
pub(super) fn memberships(
    neighbors: &Neighbors,
    monitor: &dyn Monitor,
) -> Result<Symmetric, Cancelled> {
    let k = neighbors.k;
    let squares = &neighbors.squared_distances;
    // Summed in one order, on one thread.
    let total: f64 = squares.iter().map(|&s| f64::from(s).sqrt()).sum();
    let mean = total / squares.len() as f64;
    let mut values = vec![0.0; squares.len()];
    let rows = values.par_chunks_mut(k).zip(squares.par_chunks(k));
    rows.with_min_len(ROWS_PER_TASK).try_for_each_init(
        || Row::new(k),
        |row, (out, squares)| {
            check(monitor)?;
            row.fit(squares, mean);
            let weights = out.iter_mut().zip(&row.weights);
            weights.for_each(|(out, &weight)| *out = weight as f32);
            Ok(())
        },
    )?;
    Symmetric::new(neighbors, &values, k, either, monitor)
}

/// The probability that one of two independent events happens; the same in either order.
fn either(a: f32, b: f32) -> f32 {
    a + b - a * b
}

/// The memberships from one sample's side; one of these serves many samples in turn.
struct Row {
    n_neighbors: usize,
    /// What the distances exceed the nearest by, padded with huge ones, whose weight is zero.
    excess: Vec<f64>,
    weights: Vec<f64>,
}

impl Row {
    fn new(n_neighbors: usize) -> Self {
        let length = padded(n_neighbors);
        Self {
            n_neighbors,
            excess: vec![f64::MAX; length],
            weights: vec![0.0; length],
        }
    }

    /// From squared distances, the nearest first, and the mean distance of all samples.
    fn fit(&mut self, squares: &[f32], mean_of_all: f64) {
        let excess = &mut self.excess[..self.n_neighbors];
        let distances = excess.iter_mut().zip(squares);
        distances.for_each(|(out, &square)| *out = f64::from(square).sqrt());
        let mean = excess.iter().sum::<f64>() / self.n_neighbors as f64;
        let rounding = ROUNDING * excess[self.n_neighbors - 1];
        let nearest = excess.iter().copied().find(|&d| d > rounding);
        let least = LEAST_WIDTH * nearest.map_or(mean_of_all, |_| mean);
        let nearest = nearest.unwrap_or(0.0);
        excess.iter_mut().for_each(|d| *d = (*d - nearest).max(0.0));
        let width = self.width(least);
        // Where all samples are equal there is no width, and no distance either.
        let rate = if width > 0.0 { 1.0 / width } else { 0.0 };
        weigh(&self.excess, rate, &mut self.weights);
        self.weights[self.n_neighbors..].fill(0.0);
    }

    /// The width, at least `least`, at which the weights have the sum that is wanted.
    fn width(&mut self, least: f64) -> f64 {
        let wanted = ln_positive(self.n_neighbors as f64 + 1.0) / std::f64::consts::LN_2;
        let mut sum = |width: f64| weigh(&self.excess, 1.0 / width, &mut self.weights);
        if least == 0.0 || sum(least) >= wanted {
            return least;
        }
        // The sum grows with the width to the number of neighbours, which is no less than wanted.
        let (mut low, mut high) = (least, 2.0 * least);
        while sum(high) < wanted && high < f64::MAX / 2.0 {
            (low, high) = (high, 2.0 * high);
        }
        for _ in 0..MAX_STEPS {
            let middle = low + (high - low) / 2.0;
            let excess = sum(middle) - wanted;
            if excess.abs() < SUM_TOLERANCE {
                return middle;
            }
            if excess > 0.0 {
                high = middle;
            } else {
                low = middle;
            }
        }
        high
    }
}

/// Writes exp(-rate × excess) and returns the sum.
#[multiversion(targets = "simd")]
fn weigh(excess: &[f64], rate: f64, weights: &mut [f64]) -> f64 {
    weigh_lanes(excess, rate, weights)
}

#[inline(always)]
fn weigh_lanes(excess: &[f64], rate: f64, weights: &mut [f64]) -> f64 {
    let mut sums = [0.0; LANES];
    let chunks = excess.chunks_exact(LANES);
    for (excess, weights) in chunks.zip(weights.chunks_exact_mut(LANES)) {
        for lane in 0..LANES {
            let weight = exp_nonpositive(-rate * excess[lane]);
            weights[lane] = weight;
            sums[lane] += weight;
        }
    }
    sum_lanes(sums)
}

/// The piece of the graph that each sample is in, counted from 0 in the order of their first
/// samples, and how many there are.
pub(super) fn pieces(graph: &Symmetric) -> (Vec<u32>, usize) {
    const NONE: u32 = u32::MAX;
    let mut pieces = vec![NONE; graph.len()];
    let mut n_pieces = 0;
    let mut waiting = Vec::new();
    for first in 0..graph.len() {
        if pieces[first] != NONE {
            continue;
        }
        pieces[first] = n_pieces;
        waiting.push(first);
        while let Some(sample) = waiting.pop() {
            for (other, weight) in graph.row(sample) {
                if weight > 0.0 && pieces[other] == NONE {
                    pieces[other] = n_pieces;
                    waiting.push(other);
                }
            }
        }
        n_pieces += 1;
    }
    (pieces, n_pieces as usize)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::projection::Metric;
    use ndarray::Array2;

    fn row(distances: &[f32]) -> Vec<f64> {
        let squares: Vec<f32> = distances.iter().map(|d| d * d).collect();
        let mut row = Row::new(distances.len());
        row.fit(&squares, 1.0);
        row.weights[..distances.len()].to_vec()
    }

    #[test]
    fn memberships_by_hand() {
        // Itself and two others: 1 + exp(-1 / width) = log2 3.
        let weights = row(&[1.0, 2.0]);
        assert_eq!(weights[0], 1.0);
        assert!((weights[1] - (f64::log2(3.0) - 1.0)).abs() < 1e-5);
        // Equal samples are neighbours for sure, and so is the first that is not equal.
        let weights = row(&[0.0, 0.0, 3.0, 4.0, 5.0]);
        assert_eq!(weights[..3], [1.0; 3]);
        // Three are more than log2 6, so that the others get next to nothing.
        assert!(weights[3] < 1e-9 && weights[4] < 1e-9);
        assert_eq!(row(&[2.0; 7]), [1.0; 7]);
        assert_eq!(row(&[0.0; 3]), [1.0; 3]);
    }

    #[test]
    fn scale_does_not_matter() {
        let distances: Vec<f32> = (1..30).map(|i| (i as f32).sqrt()).collect();
        let weights = row(&distances);
        let sum: f64 = weights.iter().sum();
        assert!((sum - 30_f64.log2()).abs() < 1e-5, "{sum}");
        for scale in [1e-15_f32, 1e15] {
            let scaled: Vec<f32> = distances.iter().map(|d| d * scale).collect();
            for (found, expected) in row(&scaled).iter().zip(&weights) {
                assert!((found - expected).abs() < 1e-5);
            }
        }
    }

    #[test]
    fn all_instruction_sets_give_the_same_bits() {
        let excess: Vec<f64> = (0..48).map(|i| f64::from(i * i) * 0.37).collect();
        let (mut one, mut other) = (vec![0.0; 48], vec![0.0; 48]);
        for rate in [1e-6, 0.01, 1.0, 50.0] {
            let best = weigh(&excess, rate, &mut one);
            assert_eq!(best, weigh_lanes(&excess, rate, &mut other));
            assert_eq!(one, other);
        }
    }

    #[test]
    fn graphs_are_symmetric_and_pieces_are_found() {
        // Two groups of ten, far apart; every other sample is of the second.
        let features = Array2::from_shape_fn((20, 2), |(i, j)| {
            (i % 2 * 100) as f32 + ((i * i + 7 * j) as f32).sin()
        });
        let neighbors = Neighbors::find(features.view(), Metric::Euclidean, 4, &()).unwrap();
        let graph = memberships(&neighbors, &()).unwrap();
        for i in 0..20 {
            for (j, weight) in graph.row(i) {
                assert!(weight > 0.0 && weight <= 1.0 && i != j);
                assert!(graph.row(j).any(|entry| entry == (i, weight)));
            }
        }
        let (pieces, n_pieces) = pieces(&graph);
        assert_eq!(n_pieces, 2);
        assert!(pieces.iter().enumerate().all(|(i, &p)| p == i as u32 % 2));
    }
}
