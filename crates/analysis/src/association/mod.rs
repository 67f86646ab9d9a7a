//! Do the clusters go with a column, or is it luck?
//!
//! Every test here is a permutation test that keeps patients whole. Images of one patient are near
//! duplicates: they share a cluster and a value for reasons of their own, and a test that permutes
//! single images, as the usual chi-squared test does in effect, finds "significance" in nothing.
//! Permuting patients asks the question that was meant: would another assignment of these values
//! to these patients have gone with the clusters as well?
//!
//! Patients with many images weigh more than patients with one, so values change places only
//! between patients with exactly as many images that count: where the values go with the number of
//! images, as they do when one hospital sends whole courses and another single films, exchanging
//! any patient with any other finds significance in nothing too.
//!
//! [`CheckedAssociation::columns`] tests many columns, [`CheckedAssociation::enrichment`] each
//! value of one column in each cluster, [`CheckedAssociation::settings`] the best of many settings
//! of the clustering, [`CheckedAssociation::specifications`] all settings together,
//! [`CheckedAssociation::compare`] asks which of two columns goes with the clusters more closely, and
//! [`CheckedAssociation::names`] says what the images of each cluster share. Before any clusters,
//! [`CheckedAssociation::features`] tests columns against the features, and [`CheckedAssociation::sets`] two sets
//! of features against each other.

mod averaged;
mod chi_squared;
mod columns;
mod compare;
mod design;
mod distinct;
mod effect;
mod enrichment;
mod exchange;
mod features;
mod names;
mod power;
mod q_values;
mod reasons;
mod sample;
mod sets;
mod settings;
mod specifications;
mod statistic;
#[cfg(test)]
mod tests;

pub use averaged::{AveragedFinding, AveragedTest, N_SHUFFLED, over_looks};
pub use columns::{Association, ColumnTest, Finding};
pub use compare::Comparison;
pub use enrichment::{Enrichment, EnrichmentCell, Mark, N_BOOTSTRAP, OddsRatio};
pub use features::{Adjustment, FeatureFinding, FeatureSpace, FeatureTest, FeatureTests, crossed};
pub use names::ClusterName;
pub use q_values::q_values;
pub use reasons::{MIN_MOVABLE, NotTestable};
pub use sets::{SetsFinding, SetsTest};
pub use settings::{BestSetting, SettingsTest};
pub use specifications::{InSetting, OverSettings, SpecificationCurve, SpecificationsTest};

use exchange::Exchange;
use sample::{Kind, Sample};

/// A p, or a q where many columns are looked at, counts as a finding up to this.
pub const LEVEL: f64 = 0.05;

/// Slots of images that are filled in all permutations of one call, about: a few seconds of one
/// core.
const BUDGET: u64 = 400_000_000;

/// The budget does not bring the permutations below this: p-values would get too coarse.
const MIN_PERMUTATIONS: usize = 999;

/// What noise, the images in no cluster, stands for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Noise {
    /// Nothing: its images do not count.
    #[default]
    LeftOut,
    /// One more cluster.
    OneMoreCluster,
}

/// What is to be compared with the clusters: one entry per image.
#[derive(Debug, Clone, Copy)]
pub enum Values<'a> {
    /// Categories by number; which number names a category does not matter. `None` is missing.
    Categories(&'a [Option<u32>]),
    /// Numbers, of which only the order counts. `None` and NaN are missing.
    Numbers(&'a [Option<f64>]),
}

impl Values<'_> {
    fn len(&self) -> usize {
        match self {
            Self::Categories(codes) => codes.len(),
            Self::Numbers(numbers) => numbers.len(),
        }
    }

    fn has(&self, image: usize) -> bool {
        match self {
            Self::Categories(codes) => codes[image].is_some(),
            Self::Numbers(numbers) => numbers[image].is_some_and(|number| !number.is_nan()),
        }
    }
}

/// What is held fixed: patients exchange values only with patients that are alike in it. One entry
/// per image; images without one do not count.
#[derive(Debug, Clone, Copy)]
pub enum Held<'a> {
    /// Levels by number: patients have equally many images at each.
    Levels(&'a [Option<u32>]),
    /// Numbers: as levels in quarters, and patients exchange values only with the few of the same
    /// quarters that are next to them by their mean number.
    Numbers(&'a [Option<f64>]),
}

impl Held<'_> {
    fn len(&self) -> usize {
        match self {
            Self::Levels(levels) => levels.len(),
            Self::Numbers(numbers) => numbers.len(),
        }
    }

    fn has(&self, image: usize) -> bool {
        match self {
            Self::Levels(levels) => levels[image].is_some(),
            Self::Numbers(numbers) => Values::Numbers(numbers).has(image),
        }
    }
}

/// What moved in the permutations.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Moves {
    /// Each patient has one value for all images; it moved to a patient with equally many images.
    Values,
    /// Values vary within patients; the values of a patient's images moved together to a patient
    /// with equally many images, and were shuffled inside unless a number is held fixed.
    Blocks,
}

/// How to test.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AssociationParams {
    /// What noise stands for.
    pub noise: Noise,
    /// Permutations of each test, 19 to 1,000,000: p is a multiple of 1 / (this + 1). The time
    /// grows with it; large cohorts get fewer, but no fewer than 999.
    pub n_permutations: usize,
    /// The seed of the permutations, which are the same for every column.
    pub seed: u64,
}

impl Default for AssociationParams {
    fn default() -> Self {
        Self {
            noise: Noise::default(),
            n_permutations: 9_999,
            seed: 42,
        }
    }
}

/// Parameters that are in range.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CheckedAssociation(AssociationParams);

/// Why the parameters cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AssociationError {
    /// Too few to reach 0.05, or more than anybody waits for.
    #[error("n_permutations = {n_permutations} is out of range; choose 19 to 1000000")]
    NPermutations {
        /// What was asked for.
        n_permutations: usize,
    },
}

impl AssociationParams {
    /// For [`CheckedAssociation::settings`], where every permutation is looked at in all settings:
    /// 1,999 permutations, all else the default.
    pub fn for_settings() -> Self {
        Self {
            n_permutations: 1_999,
            ..Self::default()
        }
    }

    /// Checks the ranges; only checked parameters run.
    ///
    /// # Errors
    /// [`AssociationError`], which names the range.
    pub fn check(self) -> Result<CheckedAssociation, AssociationError> {
        let n_permutations = self.n_permutations;
        if !(19..=1_000_000).contains(&n_permutations) {
            return Err(AssociationError::NPermutations { n_permutations });
        }
        Ok(CheckedAssociation(self))
    }
}

impl CheckedAssociation {
    /// The parameters as given.
    pub fn params(&self) -> &AssociationParams {
        &self.0
    }

    /// As many permutations as asked for, or as the budget has for `slots` slots each.
    fn affordable(&self, slots: usize) -> usize {
        self.0.n_permutations.min(most_affordable(slots))
    }

    /// The clusters' labels, with noise as one more where that is asked for.
    fn clusters(&self, labels: &[Option<u32>]) -> Vec<Option<Cluster>> {
        let noise = match self.0.noise {
            Noise::LeftOut => None,
            Noise::OneMoreCluster => Some(Cluster::Noise),
        };
        let cluster = |label: &Option<u32>| label.map(Cluster::Label).or(noise);
        labels.iter().map(cluster).collect()
    }
}

/// The permutations that the budget has for `slots` slots each.
fn most_affordable(slots: usize) -> usize {
    let within_budget = (BUDGET / (slots as u64).max(1)) as usize;
    within_budget.max(MIN_PERMUTATIONS)
}

/// Noise comes last in order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Cluster {
    Label(u32),
    Noise,
}

impl Cluster {
    fn label(self) -> Option<u32> {
        match self {
            Self::Label(label) => Some(label),
            Self::Noise => None,
        }
    }
}

/// Whether `sample` has values that can be tested at all, whatever the clusters are.
fn check_values(sample: &Sample, exchange: &Exchange) -> Result<(), NotTestable> {
    if sample.n_values < 2 {
        return Err(NotTestable::FewValues);
    }
    if sample.kind == Kind::Categories && 2 * sample.n_values > sample.n_groups {
        return Err(NotTestable::OwnValues {
            n_values: sample.n_values,
            n_groups: sample.n_groups,
        });
    }
    if exchange.n_movable < MIN_MOVABLE {
        return Err(NotTestable::FewMovable {
            n_movable: exchange.n_movable,
            n_groups: sample.n_groups,
            within: sample.n_strata > 1,
        });
    }
    Ok(())
}

/// The smallest value that counts as at least `observed`: sums in another order may differ in the
/// last digits, and equal arrangements must be equal.
fn at_least(observed: f64) -> f64 {
    observed - 1e-9 * observed.abs().max(1e-3)
}

/// The p-value of a permutation test in which `n_as_good` of `n_permutations` did as well or better
/// (Phipson and Smyth 2010): the observed arrangement is one of those that could have been.
fn p_value(n_as_good: usize, n_permutations: usize) -> f64 {
    (1 + n_as_good) as f64 / (n_permutations + 1) as f64
}
