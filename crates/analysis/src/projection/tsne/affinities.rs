//! From distances to affinities: for each sample the Gaussian whose perplexity is the one asked
//! for (van der Maaten and Hinton 2008, section 2).

use crate::monitor::{Cancelled, Monitor, check};
use crate::vector::{LANES, exp_nonpositive, padded, sum_lanes};
use multiversion::multiversion;
use rayon::prelude::*;

/// Joint affinities never fall below this, as in scikit-learn: float64's machine epsilon.
const FLOOR: f64 = f64::EPSILON;
/// Rows of one parallel task.
const ROWS_PER_TASK: usize = 32;

/// The joint affinities P, `(n_samples, n_samples)` by rows: symmetric, zero on the diagonal, with
/// sum 1, from the squared distances in the same layout.
pub(super) fn joint(
    squared_distances: &[f32],
    n_samples: usize,
    perplexity: f64,
    monitor: &dyn Monitor,
) -> Result<Vec<f64>, Cancelled> {
    let mut conditional = vec![0.0; n_samples * n_samples];
    let tasks = conditional.par_chunks_mut(n_samples * ROWS_PER_TASK);
    tasks.enumerate().try_for_each(|(task, rows)| {
        let mut gaussian = GaussianRow::new(n_samples - 1);
        for (i, out) in (task * ROWS_PER_TASK..).zip(rows.chunks_mut(n_samples)) {
            check(monitor)?;
            let row = &squared_distances[i * n_samples..][..n_samples];
            gaussian.fit(row[..i].iter().chain(&row[i + 1..]), perplexity);
            let weights = &gaussian.weights;
            out[..i].copy_from_slice(&weights[..i]);
            out[i + 1..].copy_from_slice(&weights[i..n_samples - 1]);
        }
        Ok(())
    })?;
    symmetrise(&mut conditional, n_samples);
    Ok(conditional)
}

/// P ← max((P + Pᵀ) / sum, floor) off the diagonal.
fn symmetrise(matrix: &mut [f64], n_samples: usize) {
    let mut sum = 0.0;
    for i in 0..n_samples {
        for j in 0..i {
            let both = matrix[i * n_samples + j] + matrix[j * n_samples + i];
            matrix[i * n_samples + j] = both;
            sum += 2.0 * both;
        }
    }
    let scale = 1.0 / sum.max(FLOOR);
    for i in 0..n_samples {
        for j in 0..i {
            let joint = (matrix[i * n_samples + j] * scale).max(FLOOR);
            matrix[i * n_samples + j] = joint;
            matrix[j * n_samples + i] = joint;
        }
    }
}

/// The weights that one sample gives to others; one of these serves many samples in turn.
pub(super) struct GaussianRow {
    /// Squared distances above the smallest one, padded with huge ones, whose weight is zero.
    distances: Vec<f64>,
    /// The weights, with sum 1, in the order of the distances, padded with zeros.
    pub(super) weights: Vec<f64>,
    n_neighbors: usize,
    /// The precision of the row before, times its mean distance: rows of one data set are alike.
    typical: f64,
}

/// Steps of the search for the width, and how near the entropy must come (in nats): as
/// scikit-learn, so that the affinities are the same.
const MAX_STEPS: usize = 100;
const ENTROPY_TOLERANCE: f64 = 1e-5;

impl GaussianRow {
    pub(super) fn new(n_neighbors: usize) -> Self {
        let length = padded(n_neighbors);
        Self {
            distances: vec![f64::MAX; length],
            weights: vec![0.0; length],
            n_neighbors,
            typical: 2.0,
        }
    }

    /// Finds, by bisection, the precision beta at which the weights exp(-beta d²) / sum have the
    /// entropy ln(perplexity).
    ///
    /// Taking off the smallest distance changes no weight and keeps far outliers from losing all
    /// of theirs to underflow.
    pub(super) fn fit<'a>(&mut self, squared: impl Iterator<Item = &'a f32>, perplexity: f64) {
        let distances = &mut self.distances[..self.n_neighbors];
        distances
            .iter_mut()
            .zip(squared)
            .for_each(|(out, &square)| *out = f64::from(square));
        let smallest = distances.iter().copied().fold(f64::MAX, f64::min);
        distances
            .iter_mut()
            .for_each(|distance| *distance -= smallest);

        let desired = perplexity.ln();
        let known = self.find_known(desired);
        let (mut low, mut high, mut beta) = (None, None, 1.0);
        let mut sum = None;
        for _ in 0..MAX_STEPS {
            let is_low = if beta <= known.below {
                true
            } else if beta >= known.above {
                false
            } else {
                let moments = weigh(&self.distances, beta, &mut self.weights);
                let excess = moments.excess(beta, desired);
                if excess.abs() <= ENTROPY_TOLERANCE {
                    sum = Some(moments.sum);
                    break;
                }
                excess > 0.0
            };
            if is_low {
                low = Some(beta);
                beta = high.map_or(beta * 2.0, |high: f64| (beta + high) / 2.0);
            } else {
                high = Some(beta);
                beta = low.map_or(beta / 2.0, |low: f64| (beta + low) / 2.0);
            }
        }
        // Entropies that no precision reaches, of equal distances say, run out of steps.
        let sum = sum.unwrap_or_else(|| weigh(&self.distances, beta, &mut self.weights).sum);
        self.weights.iter_mut().for_each(|weight| *weight /= sum);
    }

    /// Precisions known to be too low and too high, so that the bisection need not try those
    /// beyond them: it takes the same steps to the same end, four times as fast.
    ///
    /// Newton's method on the logarithm of beta finds the root, and a step to each side of it
    /// gives the bounds. The entropy falls with beta, so that bounds hold for all beyond them.
    fn find_known(&mut self, desired: f64) -> Known {
        let mut known = Known {
            below: 0.0,
            above: f64::INFINITY,
        };
        let distances = &self.distances[..self.n_neighbors];
        let mean = distances.iter().sum::<f64>() / self.n_neighbors as f64;
        // Where there is none, the first step below gives up.
        let mut beta = self.typical / mean;
        for _ in 0..12 {
            let moments = weigh(&self.distances, beta, &mut self.weights);
            let excess = moments.excess(beta, desired);
            known.learn(beta, excess);
            let slope = beta * beta * moments.variance();
            let step = excess / slope;
            if !step.is_finite() || slope < 1e-3 {
                break;
            }
            // Far from the root the slope says little.
            beta *= step.clamp(-2.0, 2.0).exp();
            if excess.abs() < 2e-3 {
                self.typical = beta * mean;
                let margin = 2.0 * ENTROPY_TOLERANCE / slope;
                for bound in [beta * (1.0 - margin), beta * (1.0 + margin)] {
                    let moments = weigh(&self.distances, bound, &mut self.weights);
                    known.learn(bound, moments.excess(bound, desired));
                }
                break;
            }
        }
        known
    }
}

/// At `below` and less the entropy is too large, at `above` and more too small, by more than the
/// tolerance.
struct Known {
    below: f64,
    above: f64,
}

impl Known {
    fn learn(&mut self, beta: f64, excess: f64) {
        if excess > ENTROPY_TOLERANCE {
            self.below = self.below.max(beta);
        } else if excess < -ENTROPY_TOLERANCE {
            self.above = self.above.min(beta);
        }
    }
}

/// Sums of the weights, not divided by their sum, and of their products with distances.
struct Moments {
    sum: f64,
    first: f64,
    second: f64,
}

impl Moments {
    /// How much the entropy exceeds the desired one, in nats.
    fn excess(&self, beta: f64, desired: f64) -> f64 {
        self.sum.ln() + beta * self.first / self.sum - desired
    }

    fn variance(&self) -> f64 {
        let mean = self.first / self.sum;
        self.second / self.sum - mean * mean
    }
}

#[multiversion(targets = "simd")]
fn weigh(distances: &[f64], beta: f64, weights: &mut [f64]) -> Moments {
    weigh_lanes(distances, beta, weights)
}

#[inline(always)]
fn weigh_lanes(distances: &[f64], beta: f64, weights: &mut [f64]) -> Moments {
    let mut sums = [[0.0; LANES]; 3];
    let chunks = distances
        .chunks_exact(LANES)
        .zip(weights.chunks_exact_mut(LANES));
    for (distances, weights) in chunks {
        for lane in 0..LANES {
            let distance = distances[lane];
            let weight = exp_nonpositive(-beta * distance);
            let product = weight * distance;
            weights[lane] = weight;
            sums[0][lane] += weight;
            sums[1][lane] += product;
            sums[2][lane] += product * distance;
        }
    }
    let [sum, first, second] = sums.map(sum_lanes);
    Moments { sum, first, second }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn weights(distances: &[f32], perplexity: f64) -> Vec<f64> {
        let mut row = GaussianRow::new(distances.len());
        row.fit(distances.iter(), perplexity);
        row.weights[..distances.len()].to_vec()
    }

    #[test]
    fn the_entropy_is_the_one_asked_for() {
        let distances: Vec<f32> = (1..100).map(|i| (i * i) as f32).collect();
        for perplexity in [1.5, 5.0, 30.0, 90.0] {
            let weights = weights(&distances, perplexity);
            let entropy: f64 = weights
                .iter()
                .filter(|&&p| p > 0.0)
                .map(|p| -p * p.ln())
                .sum();
            assert!((entropy - f64::ln(perplexity)).abs() < 1.1e-5);
            assert!((weights.iter().sum::<f64>() - 1.0).abs() < 1e-14);
        }
    }

    #[test]
    fn equal_distances_weigh_the_same_and_outliers_keep_their_weights() {
        assert_eq!(weights(&[4.0; 4], 2.0), [0.25; 4]);
        let outlier = weights(&[1e7, 1e7 + 1.0, 1e7 + 2.0, 1e7 + 3.0], 2.0);
        assert!((outlier.iter().sum::<f64>() - 1.0).abs() < 1e-14 && outlier[0] > outlier[3]);
    }

    #[test]
    fn known_bounds_change_no_result() {
        for scale in [1e-6_f32, 1.0, 1e6] {
            let distances: Vec<f32> = (0..192)
                .map(|i| ((i * i) as f32).sin().abs() * scale)
                .collect();
            for perplexity in [1.0, 2.0, 17.0, 150.0, 191.9, 192.5] {
                let mut row = GaussianRow::new(distances.len());
                row.fit(distances.iter(), perplexity);
                let desired = f64::ln(perplexity);
                let (mut low, mut high, mut beta) = (None, None, 1.0);
                let mut weights = vec![0.0; row.weights.len()];
                for _ in 0..MAX_STEPS {
                    let excess = weigh(&row.distances, beta, &mut weights).excess(beta, desired);
                    if excess.abs() <= ENTROPY_TOLERANCE {
                        break;
                    }
                    if excess > 0.0 {
                        low = Some(beta);
                        beta = high.map_or(beta * 2.0, |high: f64| (beta + high) / 2.0);
                    } else {
                        high = Some(beta);
                        beta = low.map_or(beta / 2.0, |low: f64| (beta + low) / 2.0);
                    }
                }
                let sum = weigh(&row.distances, beta, &mut weights).sum;
                weights.iter_mut().for_each(|weight| *weight /= sum);
                assert_eq!(
                    row.weights, weights,
                    "perplexity {perplexity}, scale {scale}"
                );
            }
        }
    }

    #[test]
    fn all_instruction_sets_give_the_same_bits() {
        let distances: Vec<f64> = (0..208).map(|i| f64::from(i * i) * 0.37).collect();
        let (mut one, mut other) = (vec![0.0; 208], vec![0.0; 208]);
        for beta in [1e-6, 0.01, 1.0, 50.0] {
            let best = weigh(&distances, beta, &mut one);
            let plain = weigh_lanes(&distances, beta, &mut other);
            assert_eq!(one, other);
            assert_eq!((best.sum, best.first), (plain.sum, plain.first));
        }
    }
}
