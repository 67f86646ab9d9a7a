//! Patients taken apart by principal component and put together anew.

use super::{mean, of_equal_size, residuals};
use crate::random::Random;

/// What is permuted.
#[derive(Debug, Clone)]
pub(super) struct Permuted {
    /// Per patient the mean scores of the images.
    means: Vec<Vec<f64>>,
    /// Per patient and image the deviation from that mean.
    residuals: Vec<Vec<Vec<f64>>>,
    /// The patients with equally many images.
    equal: Vec<Vec<usize>>,
}

impl Permuted {
    pub(super) fn new(scores: &[Vec<f64>], blocks: &[Vec<usize>]) -> Self {
        let means: Vec<Vec<f64>> = blocks.iter().map(|block| mean(scores, block)).collect();
        Self {
            residuals: residuals(scores, blocks, &means),
            equal: of_equal_size(blocks),
            means,
        }
    }

    /// Patients get a mean whose every component is that of a patient drawn for it, and the
    /// deviations of a patient with equally many images.
    pub(super) fn draw(&self, blocks: &[Vec<usize>], random: &mut Random, out: &mut [Vec<f64>]) {
        for patients in &self.equal {
            let mut givers = patients.clone();
            random.shuffle(&mut givers);
            for (&patient, &giver) in patients.iter().zip(&givers) {
                for (&image, residual) in blocks[patient].iter().zip(&self.residuals[giver]) {
                    out[image].copy_from_slice(residual);
                }
            }
        }
        let mut givers: Vec<usize> = (0..blocks.len()).collect();
        let n_components = self.means.first().map_or(0, Vec::len);
        (0..n_components).for_each(|component| {
            random.shuffle(&mut givers);
            for (block, &giver) in blocks.iter().zip(&givers) {
                let value = self.means[giver][component];
                block
                    .iter()
                    .for_each(|&image| out[image][component] += value);
            }
        });
    }
}
