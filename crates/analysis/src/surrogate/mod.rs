//! Surrogate cohorts: as many images of as many patients as the observed one, and no clusters.
//!
//! Patients stay blocks, so that near-duplicates stay near-duplicates: what patients alone bring
//! about is no cluster. Everything happens in the coordinates of the principal components, at most
//! n_samples - 1 of them, so that cost stays bounded for features of any length; the surrogates of
//! more features than images lie, as the images do, in the space that the images span.

mod copula;
mod curve;
mod permuted;
mod rotated;

use crate::finite::not_finite;
use crate::monitor::{Cancelled, Monitor};
use crate::principal::Principal;
use crate::random::Random;
use crate::settings::Words;
use copula::Marginals;
use curve::Curve;
use ndarray::{Array2, ArrayView2};
use permuted::Permuted;
use rotated::Rotated;
use std::collections::BTreeMap;

/// Patients, at least: the means of two can only change their sign when turned, and those of a few
/// more have so few places to go that surrogates repeat the observed cohort.
const MIN_GROUPS: usize = 10;

/// What a surrogate keeps of the observed cohort.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SurrogateKind {
    /// Mean and covariance, between and within patients, exactly: one Gaussian cloud of patients,
    /// each of them a Gaussian cloud of images.
    Gaussian,
    /// The values of each feature, exactly, and how features go together by their ranks, between and
    /// within patients: one Gaussian cloud seen through these values (a Gaussian copula). For features
    /// that no Gaussian cloud has, such as the many zeros behind a rectifier.
    Copula,
    /// The curve that goes through the cohort, of which every place is as likely, and how far patients
    /// and images lie off it: a gradient without gaps.
    Curve,
    /// The patients' values on each principal component, which are combined anew, and the images'
    /// deviations from their patient. Values that fall into groups on a single component survive.
    Permuted,
}

impl Words for SurrogateKind {
    const WORDS: &'static [(Self, &'static str)] = &[
        (Self::Gaussian, "gaussian"),
        (Self::Copula, "copula"),
        (Self::Curve, "curve"),
        (Self::Permuted, "permuted"),
    ];
}

/// `None` is what fits the features, [`SurrogateKind::fitting`].
impl Words for Option<SurrogateKind> {
    const WORDS: &'static [(Self, &'static str)] = &[
        (None, "auto"),
        (Some(SurrogateKind::Gaussian), "gaussian"),
        (Some(SurrogateKind::Copula), "copula"),
        (Some(SurrogateKind::Curve), "curve"),
        (Some(SurrogateKind::Permuted), "permuted"),
    ];
}

impl SurrogateKind {
    /// The kind of cloud that has the shape of these features, `(n_samples, n_features)`: a Gaussian
    /// one has no zeros, and one behind a rectifier has many.
    pub fn fitting(features: ArrayView2<'_, f32>) -> Self {
        match zeros_of_rectified(features) {
            Some(_) => Self::Copula,
            None => Self::Gaussian,
        }
    }
}

/// The share of zeros, 0 to 1, if these are the features of a rectifier: none is negative, and more than
/// one in twenty is zero.
pub fn zeros_of_rectified(features: ArrayView2<'_, f32>) -> Option<f64> {
    let n_zeros = features.iter().filter(|value| **value == 0.0).count();
    let share = n_zeros as f64 / features.len().max(1) as f64;
    let is_rectified = share > 0.05 && features.iter().all(|value| *value >= 0.0);
    is_rectified.then_some(share)
}

/// Draws surrogate cohorts.
#[derive(Debug, Clone)]
pub struct Surrogates {
    principal: Principal,
    blocks: Vec<Vec<usize>>,
    model: Model,
}

#[derive(Debug, Clone)]
enum Model {
    Gaussian(Rotated),
    Copula(Rotated, Marginals),
    Curve(Curve),
    Permuted(Permuted),
}

impl Surrogates {
    /// Prepares surrogates of `features`, `(n_samples, n_features)`, whose images belong to the
    /// patients in `groups`, one number per image. Images without a known patient get numbers of
    /// their own.
    ///
    /// # Errors
    /// [`SurrogateError`] when there are fewer than ten patients or not one number per image, when
    /// a feature is not finite, or when the monitor cancels (it is not told of any progress).
    pub fn new(
        features: ArrayView2<'_, f32>,
        groups: &[usize],
        kind: SurrogateKind,
        monitor: &dyn Monitor,
    ) -> Result<Self, SurrogateError> {
        if groups.len() != features.nrows() {
            return Err(SurrogateError::Groups {
                n_samples: features.nrows(),
                n_numbers: groups.len(),
            });
        }
        if let Some((row, column)) = not_finite(features) {
            return Err(SurrogateError::NotFinite { row, column });
        }
        let mut by_group: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        for (image, &group) in groups.iter().enumerate() {
            by_group.entry(group).or_default().push(image);
        }
        let blocks: Vec<Vec<usize>> = by_group.into_values().collect();
        let n_groups = blocks.len();
        if n_groups < MIN_GROUPS {
            return Err(SurrogateError::TooFewGroups { n_groups });
        }
        let scores;
        let seen = match kind {
            SurrogateKind::Copula => {
                scores = copula::normal_scores(features);
                scores.view()
            }
            SurrogateKind::Gaussian | SurrogateKind::Curve | SurrogateKind::Permuted => features,
        };
        let principal = Principal::new(seen, monitor)?;
        let model = match kind {
            SurrogateKind::Copula => Model::Copula(
                Rotated::new(&principal.scores, &blocks),
                Marginals::of(features),
            ),
            SurrogateKind::Gaussian => Model::Gaussian(Rotated::new(&principal.scores, &blocks)),
            SurrogateKind::Curve => Model::Curve(Curve::new(&principal.scores, &blocks, monitor)?),
            SurrogateKind::Permuted => Model::Permuted(Permuted::new(&principal.scores, &blocks)),
        };
        Ok(Self {
            principal,
            blocks,
            model,
        })
    }

    /// Surrogate number `index` under this seed, `(n_samples, n_features)`; images keep their
    /// places and patients. It depends on the seed and the index alone.
    pub fn draw(&self, seed: u64, index: u64) -> Array2<f32> {
        let mut random = Random::nth(seed, index);
        let mut scores =
            vec![vec![0.0; self.principal.n_components()]; self.principal.scores.len()];
        match &self.model {
            Model::Gaussian(model) | Model::Copula(model, _) => {
                model.draw(&self.blocks, &mut random, &mut scores);
            }
            Model::Curve(model) => model.draw(&self.blocks, &mut random, &mut scores),
            Model::Permuted(model) => model.draw(&self.blocks, &mut random, &mut scores),
        }
        let mut features = self.principal.features(&scores);
        if let Model::Copula(_, marginals) = &self.model {
            marginals.give(&mut features);
        }
        features
    }
}

/// Why there are no surrogates.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SurrogateError {
    /// Each image belongs to one patient.
    #[error("{n_samples} images have {n_numbers} numbers of patients; give one for each image")]
    Groups {
        /// Rows of the features.
        n_samples: usize,
        /// Numbers given.
        n_numbers: usize,
    },
    /// Surrogates would be no others than the observed cohort.
    #[error(
        "the images come from {n_groups} patient{}, of which surrogate cohorts would be little \
         more than changes of sign; take a cohort of {MIN_GROUPS} patients or more",
        if *.n_groups == 1 { "" } else { "s" }
    )]
    TooFewGroups {
        /// Different groups among the images.
        n_groups: usize,
    },
    /// A feature is NaN or infinite.
    #[error(
        "feature {column} of sample {row} is not a finite number; remove the sample or mend it"
    )]
    NotFinite {
        /// The sample, from 0.
        row: usize,
        /// The feature, from 0.
        column: usize,
    },
    /// The monitor asked to stop.
    #[error(transparent)]
    Cancelled(#[from] Cancelled),
}

/// The mean of the scores of some images.
fn mean(scores: &[Vec<f64>], members: &[usize]) -> Vec<f64> {
    let mut mean = vec![0.0; scores.first().map_or(0, Vec::len)];
    for &member in members {
        mean.iter_mut()
            .zip(&scores[member])
            .for_each(|(m, x)| *m += x);
    }
    mean.iter_mut().for_each(|m| *m /= members.len() as f64);
    mean
}

/// Per patient and image the deviation from the patient's mean.
fn residuals(scores: &[Vec<f64>], blocks: &[Vec<usize>], means: &[Vec<f64>]) -> Vec<Vec<Vec<f64>>> {
    let residual = |image: &usize, mean: &[f64]| -> Vec<f64> {
        let pairs = scores[*image].iter().zip(mean);
        pairs.map(|(x, m)| x - m).collect()
    };
    let of_block = |(block, mean): (&Vec<usize>, &Vec<f64>)| {
        block.iter().map(|image| residual(image, mean)).collect()
    };
    blocks.iter().zip(means).map(of_block).collect()
}

/// The patients with equally many images.
fn of_equal_size(blocks: &[Vec<usize>]) -> Vec<Vec<usize>> {
    let mut patients: Vec<usize> = (0..blocks.len()).collect();
    patients.sort_by_key(|&patient| blocks[patient].len());
    let equal = patients.chunk_by(|&a, &b| blocks[a].len() == blocks[b].len());
    equal.map(<[usize]>::to_vec).collect()
}

#[cfg(test)]
mod tests;
