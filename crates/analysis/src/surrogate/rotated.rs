//! Gaussian cohorts with exactly the observed mean and covariances: random rotations.
//!
//! Estimating the covariances between and within patients and drawing from the estimate is the
//! obvious way, but from some hundred images the estimate differs too much from the truth: shrunk
//! (Ledoit and Wolf 2004) it is too round, and one Gaussian cloud was called unlikely about twice as
//! often as the level says. Given the sample covariance, however, a Gaussian sample is the observed
//! one turned at random (Langsrud 2005, rotation tests): no estimate is needed, and the test is
//! exact.

use super::mean;
use crate::random::Random;

/// Patients of one stratum, at least, as far as there are so many.
const STRATUM: usize = 10;

/// What is turned.
#[derive(Debug, Clone)]
pub(super) struct Rotated {
    strata: Vec<Stratum>,
    /// The independent contrasts of all patients' images, which share one covariance.
    within: Vec<Vec<f64>>,
}

/// Patients with about equally many images, whose means have about the same covariance.
#[derive(Debug, Clone)]
struct Stratum {
    patients: Vec<usize>,
    mean: Vec<f64>,
    contrasts: Vec<Vec<f64>>,
}

impl Rotated {
    pub(super) fn new(scores: &[Vec<f64>], blocks: &[Vec<usize>]) -> Self {
        let means: Vec<Vec<f64>> = blocks.iter().map(|block| mean(scores, block)).collect();
        let stratum = |patients: Vec<usize>| Stratum {
            mean: mean(&means, &patients),
            contrasts: contrasts(&means, &patients),
            patients,
        };
        Self {
            strata: strata(blocks).into_iter().map(stratum).collect(),
            within: blocks.iter().flat_map(|b| contrasts(scores, b)).collect(),
        }
    }

    /// Turns the means of each stratum's patients about their mean, and all deviations of images
    /// from their patient's mean.
    pub(super) fn draw(&self, blocks: &[Vec<usize>], random: &mut Random, out: &mut [Vec<f64>]) {
        let mut within = self.within.clone();
        rotate(&mut within, random);
        let mut rest = within.as_slice();
        for block in blocks {
            let own;
            (own, rest) = rest.split_at(block.len() - 1);
            add_deviations(own, block, out);
        }
        for stratum in &self.strata {
            let mut turned = stratum.contrasts.clone();
            rotate(&mut turned, random);
            let mut means = vec![stratum.mean.clone(); stratum.patients.len()];
            let places: Vec<usize> = (0..means.len()).collect();
            add_deviations(&turned, &places, &mut means);
            for (&patient, mean) in stratum.patients.iter().zip(&means) {
                for &image in &blocks[patient] {
                    add(&mut out[image], 1.0, mean);
                }
            }
        }
    }
}

/// The patients by number of images. The mean of n images has covariance B + W / n, so that only
/// equal n can be turned into each other exactly; those that are rare share a stratum with the next
/// larger ones, since the images of patients who stay in place would be no surrogates.
fn strata(blocks: &[Vec<usize>]) -> Vec<Vec<usize>> {
    let mut patients: Vec<usize> = (0..blocks.len()).collect();
    patients.sort_by_key(|&patient| blocks[patient].len());
    let mut strata: Vec<Vec<usize>> = Vec::new();
    for equal in patients.chunk_by(|&a, &b| blocks[a].len() == blocks[b].len()) {
        match strata.last_mut() {
            Some(last) if last.len() < STRATUM => last.extend(equal),
            _ => strata.push(equal.to_vec()),
        }
    }
    if strata.last().is_some_and(|last| last.len() < STRATUM)
        && let Some(last) = strata.pop()
    {
        match strata.last_mut() {
            Some(before) => before.extend(last),
            None => strata.push(last),
        }
    }
    strata
}

/// The rows of `members` as independent contrasts, one fewer than rows, which have mean 0 and the
/// rows' covariance (Helmert 1876): the j-th is (x - mean of the j before it) √(j / (j + 1)).
fn contrasts(rows: &[Vec<f64>], members: &[usize]) -> Vec<Vec<f64>> {
    let contrast = |j: usize| {
        let scale = (j as f64 / (j as f64 + 1.0)).sqrt();
        let before = mean(rows, &members[..j]);
        let pairs = rows[members[j]].iter().zip(&before);
        pairs.map(|(x, mean)| (x - mean) * scale).collect()
    };
    (1..members.len()).map(contrast).collect()
}

/// Adds to the rows of `members` the deviations from their mean that have these contrasts.
fn add_deviations(contrasts: &[Vec<f64>], members: &[usize], rows: &mut [Vec<f64>]) {
    for (contrast, j) in contrasts.iter().zip(1..) {
        let scale = 1.0 / (j as f64 * (j as f64 + 1.0)).sqrt();
        for &before in &members[..j] {
            add(&mut rows[before], -scale, contrast);
        }
        add(&mut rows[members[j]], j as f64 * scale, contrast);
    }
}

/// Turns the rows into each other by a random orthogonal matrix, all equally likely: reflections
/// that take the first axis of the last d rows to a random direction, for d from 1 up (Stewart
/// 1980).
fn rotate(rows: &mut [Vec<f64>], random: &mut Random) {
    let width = rows.first().map_or(0, Vec::len);
    for start in (0..rows.len()).rev() {
        let tail = &mut rows[start..];
        let mut direction: Vec<f64> = tail.iter().map(|_| random.normal()).collect();
        let norm = direction.iter().map(|x| x * x).sum::<f64>().sqrt();
        direction.iter_mut().for_each(|x| *x /= -norm);
        direction[0] += 1.0;
        let square: f64 = direction.iter().map(|x| x * x).sum();
        if square == 0.0 {
            continue;
        }
        let mut along = vec![0.0; width];
        for (row, amount) in tail.iter().zip(&direction) {
            add(&mut along, *amount, row);
        }
        for (row, amount) in tail.iter_mut().zip(&direction) {
            add(row, -2.0 * amount / square, &along);
        }
    }
}

/// out ← out + amount · row
fn add(out: &mut [f64], amount: f64, row: &[f64]) {
    out.iter_mut()
        .zip(row)
        .for_each(|(out, x)| *out += amount * x);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn deviations_undo_contrasts() {
        let rows: Vec<Vec<f64>> = (0..5).map(|i| vec![f64::from(i * i), 3.0]).collect();
        let members = [3, 0, 4];
        let mut back = vec![mean(&rows, &members); 5];
        add_deviations(&contrasts(&rows, &members), &members, &mut back);
        for i in members {
            assert!((back[i][0] - rows[i][0]).abs() < 1e-12 && back[i][1] == 3.0);
        }
    }

    #[test]
    fn rotations_keep_products_and_point_everywhere() {
        let (mut mean, mut signs) = (0.0, 0);
        for index in 0..2000 {
            let mut rows = vec![vec![1.0, 2.0], vec![0.0, 1.0], vec![0.0, 0.0]];
            rotate(&mut rows, &mut Random::nth(1, index));
            let product = |a: usize, b: usize| -> f64 { rows.iter().map(|r| r[a] * r[b]).sum() };
            assert!((product(0, 0) - 1.0).abs() < 1e-12);
            assert!((product(0, 1) - 2.0).abs() < 1e-12);
            assert!((product(1, 1) - 5.0).abs() < 1e-12);
            mean += rows[0][0] / 2000.0;
            // The second column is the image of (2, 1, 0): its part across the first is free.
            signs += usize::from(rows[0][1] - 2.0 * rows[0][0] > 0.0);
        }
        assert!(mean.abs() < 0.04, "{mean}");
        assert!(signs.abs_diff(1000) < 100, "{signs}");
        let mut one = vec![vec![1.0]];
        let sign = |index| {
            one[0][0] = 1.0;
            rotate(&mut one, &mut Random::nth(1, index));
            one[0][0]
        };
        assert!((0..2000).map(sign).sum::<f64>().abs() < 200.0);
    }

    #[test]
    fn rare_sizes_share_a_stratum() {
        let sizes = [1; 12].into_iter().chain([2; 9]).chain([3, 5]);
        let blocks: Vec<Vec<usize>> = sizes.chain([7; 3]).map(|n| vec![0; n]).collect();
        let lengths: Vec<usize> = strata(&blocks).iter().map(Vec::len).collect();
        assert_eq!(lengths, [12, 14]);
        assert_eq!(strata(&blocks[20..]).len(), 1);
    }
}
