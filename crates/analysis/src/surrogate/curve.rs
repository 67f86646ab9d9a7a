//! A gradient without gaps: patients anywhere along the curve that goes through the cohort.
//!
//! Exposure, age or the course of a disease can string images along a curve, an arc or a ring, and no
//! Gaussian cloud is one: clusters cut from a uniform arc are "unlikely" in a cloud. Here the curve is
//! found (the order of the patients by diffusion coordinates, Coifman and Lafon 2006, then smoothed along
//! it, a principal curve in the sense of Hastie and Stuetzle 1989), and patients are put anywhere on it,
//! uniformly by its length, so that every gap is filled, with the deviation from it of a patient of as
//! many images.

use super::{mean, of_equal_size, residuals};
use crate::eigen::largest_eigenpairs;
use crate::monitor::{Cancelled, Monitor};
use crate::random::Random;
use crate::vector::exp_nonpositive;

/// The neighbour whose distance says how far a patient sees (Zelnik-Manor and Perona 2004).
const NEIGHBOR: usize = 7;

/// Patients that one point of the curve averages, about: the standard deviation of the weights, as a
/// share of the patients. Narrower, and the curve lingers in groups; wider, and it leaves an arc.
const WIDTH: f64 = 1.0 / 6.0;

/// The curve, and what is put on it.
#[derive(Debug, Clone)]
pub(super) struct Curve {
    /// Points of the curve; the first again at the end of a closed one.
    points: Vec<Vec<f64>>,
    /// How far along the curve each is.
    lengths: Vec<f64>,
    /// Per patient the deviation from the curve.
    deviations: Vec<Vec<f64>>,
    /// Per patient and image the deviation from the patient.
    residuals: Vec<Vec<Vec<f64>>>,
    /// The patients with equally many images.
    equal: Vec<Vec<usize>>,
}

impl Curve {
    pub(super) fn new(
        scores: &[Vec<f64>],
        blocks: &[Vec<usize>],
        monitor: &dyn Monitor,
    ) -> Result<Self, Cancelled> {
        let means: Vec<Vec<f64>> = blocks.iter().map(|block| mean(scores, block)).collect();
        let open = coordinates(&means, monitor)?;
        let by = |key: &dyn Fn(usize) -> f64| {
            let mut order: Vec<usize> = (0..means.len()).collect();
            order.sort_by(|&a, &b| key(a).total_cmp(&key(b)));
            order
        };
        let along = by(&|patient| open[patient][0]);
        let around = by(&|patient| open[patient][1].atan2(open[patient][0]));
        let candidates = [(along, false), (around, true)];
        let smoothed = candidates.map(|(order, closed)| {
            let points = smooth_along(&means, &order, closed);
            let off: f64 = order
                .iter()
                .zip(&points)
                .map(|(&patient, point)| square_distance(&means[patient], point))
                .sum();
            (off, order, points, closed)
        });
        let [line, ring] = smoothed;
        let (_, order, mut points, closed) = if ring.0 < line.0 { ring } else { line };
        // What a patient adds to its own average is no part of the deviation.
        let own = own_weight(order.len());
        let stretch = (1.0 - own).max(0.25).recip().sqrt();
        let mut deviations = vec![Vec::new(); means.len()];
        for (&patient, point) in order.iter().zip(&points) {
            let pairs = means[patient].iter().zip(point);
            deviations[patient] = pairs.map(|(x, p)| (x - p) * stretch).collect();
        }
        // Its small turns are those of few patients, and no way to go: lengths are of a smoother one.
        let all: Vec<usize> = (0..points.len()).collect();
        let mut smoother = smooth_along(&points, &all, closed);
        if closed && let Some(first) = points.first().cloned() {
            smoother.extend(smoother.first().cloned());
            points.push(first);
        }
        let mut lengths = vec![0.0];
        for pair in smoother.windows(2) {
            let before = lengths.last().copied().unwrap_or(0.0);
            lengths.push(before + square_distance(&pair[0], &pair[1]).sqrt());
        }
        Ok(Self {
            equal: of_equal_size(blocks),
            residuals: residuals(scores, blocks, &means),
            points,
            lengths,
            deviations,
        })
    }

    /// Puts every patient somewhere on the curve, with the deviations of a patient with as many images.
    pub(super) fn draw(&self, blocks: &[Vec<usize>], random: &mut Random, out: &mut [Vec<f64>]) {
        for patients in &self.equal {
            let mut givers = patients.clone();
            random.shuffle(&mut givers);
            for (&patient, &giver) in patients.iter().zip(&givers) {
                let place = self.place(random);
                for (&image, residual) in blocks[patient].iter().zip(&self.residuals[giver]) {
                    let parts = place.iter().zip(&self.deviations[giver]).zip(residual);
                    for (out, ((place, off), own)) in out[image].iter_mut().zip(parts) {
                        *out = place + off + own;
                    }
                }
            }
        }
    }

    /// A point of the curve, uniformly by its length.
    fn place(&self, random: &mut Random) -> Vec<f64> {
        let total = self.lengths.last().copied().unwrap_or(0.0);
        let at = random.uniform() * total;
        let next = self.lengths.partition_point(|&length| length <= at);
        let next = next.clamp(1, self.points.len().max(2) - 1);
        let (Some(from), Some(to)) = (self.points.get(next - 1), self.points.get(next)) else {
            return self.points.first().cloned().unwrap_or_default();
        };
        let (start, end) = (self.lengths[next - 1], self.lengths[next]);
        let share = if end > start {
            (at - start) / (end - start)
        } else {
            0.0
        };
        from.iter()
            .zip(to)
            .map(|(a, b)| a + share * (b - a))
            .collect()
    }
}

/// The first two diffusion coordinates of each point.
fn coordinates(points: &[Vec<f64>], monitor: &dyn Monitor) -> Result<Vec<[f64; 2]>, Cancelled> {
    let n = points.len();
    let squares: Vec<Vec<f64>> = points
        .iter()
        .map(|a| points.iter().map(|b| square_distance(a, b)).collect())
        .collect();
    let sight: Vec<f64> = squares
        .iter()
        .map(|row| {
            let mut row = row.clone();
            row.sort_unstable_by(f64::total_cmp);
            row[NEIGHBOR.min(n - 1)].sqrt().max(1e-12)
        })
        .collect();
    let mut matrix = vec![0.0; n * n];
    for i in 0..n {
        for j in 0..n {
            matrix[i * n + j] = exp_nonpositive(-squares[i][j] / (sight[i] * sight[j]));
        }
    }
    let degrees: Vec<f64> = matrix.chunks(n).map(|row| row.iter().sum()).collect();
    for i in 0..n {
        for j in 0..n {
            matrix[i * n + j] /= (degrees[i] * degrees[j]).sqrt();
        }
    }
    let pairs = largest_eigenpairs(matrix, n, 3, monitor)?;
    let at = |i: usize, rank: usize| {
        let pair = pairs.get(rank);
        pair.map_or(0.0, |pair| pair.vector[i] / degrees[i].sqrt())
    };
    Ok((0..n).map(|i| [at(i, 1), at(i, 2)]).collect())
}

/// The points in their order, smoothed. An average alone draws in bends and ends; the average of what it
/// leaves over puts them back (twicing, Tukey 1977).
fn smooth_along(points: &[Vec<f64>], order: &[usize], closed: bool) -> Vec<Vec<f64>> {
    let mut smooth = moving_average(points, order, closed);
    let pairs = order.iter().zip(&smooth);
    let left: Vec<Vec<f64>> = pairs
        .map(|(&i, smooth)| points[i].iter().zip(smooth).map(|(x, s)| x - s).collect())
        .collect();
    let in_order: Vec<usize> = (0..left.len()).collect();
    let back = moving_average(&left, &in_order, closed);
    for (smooth, back) in smooth.iter_mut().zip(&back) {
        smooth.iter_mut().zip(back).for_each(|(s, b)| *s += b);
    }
    smooth
}

/// The points in their order, each the average of those about it with normal weights.
fn moving_average(points: &[Vec<f64>], order: &[usize], closed: bool) -> Vec<Vec<f64>> {
    let n = order.len();
    let width = (WIDTH * n as f64).max(1.0);
    let reach = ((3.0 * width) as usize).min(n / 2);
    let average = |place: usize| {
        let mut sum = vec![0.0; points.first().map_or(0, Vec::len)];
        let mut weights = 0.0;
        for step in 0..=2 * reach {
            let other = (place + n + step).saturating_sub(reach);
            let is_outside = other < n || other >= 2 * n;
            if is_outside && !closed {
                continue;
            }
            let off = (step as f64 - reach as f64) / width;
            let weight = exp_nonpositive(-0.5 * off * off);
            weights += weight;
            let point = &points[order[other % n]];
            sum.iter_mut()
                .zip(point)
                .for_each(|(s, x)| *s += weight * x);
        }
        sum.iter_mut().for_each(|s| *s /= weights);
        sum
    };
    (0..n).map(average).collect()
}

/// The weight of a point in its own place on the curve, smoothed twice.
fn own_weight(n: usize) -> f64 {
    let width = (WIDTH * n as f64).max(1.0);
    let once = 1.0 / (width * (2.0 * std::f64::consts::PI).sqrt());
    // Twice the weights less the weights of weights, whose deviation is wider by √2.
    once * (2.0 - std::f64::consts::FRAC_1_SQRT_2)
}

fn square_distance(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(x, y)| (x - y) * (x - y)).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Twelve places of a circle of radius 10, without the gap between the last two.
    #[test]
    fn gaps_of_a_ring_are_filled() {
        let angle = |i: usize| i as f64 * 0.15;
        let points: Vec<Vec<f64>> = (0..40)
            .filter(|i| !(10..18).contains(i))
            .map(|i| vec![10.0 * angle(i).cos(), 10.0 * angle(i).sin(), 0.0])
            .collect();
        let blocks: Vec<Vec<usize>> = (0..points.len()).map(|i| vec![i]).collect();
        let curve = Curve::new(&points, &blocks, &()).unwrap();
        let mut in_gap = 0;
        for index in 0..50 {
            let mut out = vec![vec![0.0; 3]; points.len()];
            curve.draw(&blocks, &mut Random::nth(1, index), &mut out);
            for point in &out {
                let at = point[1].atan2(point[0]).rem_euclid(std::f64::consts::TAU);
                in_gap += usize::from((1.5..2.5).contains(&at));
            }
        }
        // A sixth of the curve.
        let share = f64::from(in_gap as u32) / (50.0 * points.len() as f64);
        assert!((0.1..0.25).contains(&share), "{share}");
    }
}
