//! Parameters of t-SNE: what they mean, which are allowed, and what to be warned of.

use crate::monitor::Cancelled;
use crate::projection::method::{N_COMPONENTS, RANDOM_STATE};
use crate::projection::metric::{METRIC, Metric};
use crate::projection::pca::PcaError;
use crate::settings::{Entry, SettingError, Settings, Spec, Value, Words, word};
use crate::warning::Warning;

/// Samples up to which all pairs act on each other in every iteration. At this number that takes
/// about as long as the tree.
pub(super) const EXACT_LIMIT: usize = 2500;

/// Parameters of t-SNE, named as in scikit-learn. The defaults are the notebook's.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TsneParams {
    /// Dimensions of the map, 2 or 3.
    pub n_components: usize,
    /// How many neighbours a point attends to, roughly; 1 ≤ perplexity < n_samples, usually 5 to
    /// 50. Small values show small groups and break large ones; values near n_samples make all
    /// points neighbours of each other, and the map is then close to a ball. It is the effective
    /// number of neighbours (2 to the entropy of their weights), not a count.
    pub perplexity: f64,
    /// The step of the gradient descent.
    pub learning_rate: LearningRate,
    /// How much stronger attraction is in the first 250 iterations, ≥ 1; it lets groups form
    /// before they drift apart. Rarely worth changing.
    pub early_exaggeration: f64,
    /// Iterations at most, 250 to 100,000, the 250 of early exaggeration included. The descent
    /// ends sooner when it stops making progress. Cost is proportional to it.
    pub max_iter: usize,
    /// Where the points start.
    pub init: Init,
    /// How far apart two samples are. All distances are squared before they become affinities, as
    /// scikit-learn does.
    pub metric: Metric,
    /// The seed of a random start. A start from [`Init::Pca`] does not depend on it.
    pub random_state: u64,
}

impl Default for TsneParams {
    fn default() -> Self {
        Self {
            n_components: 2,
            perplexity: 17.0,
            learning_rate: LearningRate::Auto,
            early_exaggeration: 12.0,
            max_iter: 1000,
            init: Init::Pca,
            metric: Metric::Euclidean,
            random_state: 42,
        }
    }
}

impl Settings for TsneParams {
    const ENTRIES: &'static [Entry<Self>] = &[
        Entry {
            spec: N_COMPONENTS,
            get: |params| params.n_components.into(),
            set: |params, value| params.n_components = value.count(),
        },
        Entry {
            spec: Spec::number("perplexity", "Perplexity", (1.0, 1e6))
                .slider(1.0, 100.0, 1.0)
                .unit("neighbours")
                .prominent()
                .help(
                    "About how many neighbours each image attends to. Small values show fine \
                     grain, large ones the whole; above a third of the images the map degenerates \
                     and its clusters mean little. Distances between clusters on a t-SNE map have \
                     no meaning (van der Maaten & Hinton 2008).",
                ),
            get: |params| params.perplexity.into(),
            set: |params, value| params.perplexity = value.number(),
        },
        Entry {
            spec: Spec::number("max_iter", "Iterations", (250.0, 100_000.0))
                .whole()
                .slider(250.0, 5_000.0, 50.0)
                .unit("steps")
                .help(
                    "Steps of the gradient descent, the first 250 with early exaggeration. Stops \
                     sooner when nothing improves. Too few leave the map half-formed.",
                ),
            get: |params| params.max_iter.into(),
            set: |params, value| params.max_iter = value.count(),
        },
        Entry {
            spec: RANDOM_STATE,
            get: |params| Value::Number(params.random_state as f64),
            set: |params, value| params.random_state = value.number() as u64,
        },
        Entry {
            spec: Spec::choice(
                "init",
                "Start",
                &[word("pca", "PCA"), word("random", "random")],
            ),
            get: |params| Value::Word(params.init.word()),
            set: |params, value| params.init = Init::of(value),
        },
        Entry {
            spec: METRIC,
            get: |params| Value::Word(params.metric.word()),
            set: |params, value| params.metric = Metric::of(value),
        },
        Entry {
            spec: Spec::number("learning_rate", "Learning rate", (1e-3, 1e6))
                .slider(10.0, 1000.0, 10.0)
                .or(word("auto", "auto"))
                .help(
                    "Step size of the gradient descent. Auto is n / early exaggeration / 4, at \
                     least 50 (Belkina et al. 2019), and n / 4 after the first 250 steps beyond \
                     2,500 images.",
                ),
            get: |params| match params.learning_rate {
                LearningRate::Auto => Value::Word("auto"),
                LearningRate::Value(value) => Value::Number(value),
            },
            set: |params, value| {
                params.learning_rate = match value {
                    Value::Word(_) => LearningRate::Auto,
                    Value::Number(value) => LearningRate::Value(value),
                };
            },
        },
        Entry {
            spec: Spec::number("early_exaggeration", "Early exaggeration", (1.0, 1000.0))
                .slider(1.0, 50.0, 1.0)
                .unit("×")
                .help(
                    "Factor on attraction during the first 250 steps; larger values leave more \
                     space between groups.",
                ),
            get: |params| params.early_exaggeration.into(),
            set: |params, value| params.early_exaggeration = value.number(),
        },
    ];
}

/// The step of the gradient descent.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum LearningRate {
    /// max(n_samples / early_exaggeration / 4, 50), as scikit-learn after Belkina et al. (2019).
    /// With more than 2,500 samples, n_samples / 4 once the early exaggeration is over, as openTSNE
    /// does: the best step is inversely proportional to the exaggeration, and large maps are far
    /// from settled after 1000 of the smaller steps.
    Auto,
    /// A fixed step > 0, usually 10 to 1000. Too large a one makes a ball of points at equal
    /// distances, too small a one a dense cloud with few outliers.
    Value(f64),
}

/// Where the points start.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Init {
    /// The first principal components, scaled so that the first has standard deviation 1e-4. Keeps
    /// more of the large-scale shape and does not depend on the seed (Kobak and Linderman 2021).
    Pca,
    /// Normally distributed numbers of standard deviation 1e-4 from a seeded generator.
    Random,
}

impl Words for Init {
    const WORDS: &'static [(Self, &'static str)] = &[(Self::Pca, "pca"), (Self::Random, "random")];
}

/// Iterations of early exaggeration.
pub(super) const EXPLORATION_ITERATIONS: usize = 250;

impl TsneParams {
    /// Checks the parameters against each other and the number of samples; only checked ones run.
    ///
    /// # Errors
    /// [`TsneError`], naming the first parameter out of range and the range.
    pub fn check(self, n_samples: usize) -> Result<CheckedTsne, TsneError> {
        self.check_ranges()?;
        if n_samples < 2 {
            return Err(TsneError::TooFewSamples { n_samples });
        }
        if self.perplexity >= n_samples as f64 {
            return Err(TsneError::PerplexityTooLarge {
                perplexity: self.perplexity,
                n_samples,
            });
        }
        let n = n_samples as f64;
        let (early, late) = match self.learning_rate {
            LearningRate::Auto => {
                let early = (n / self.early_exaggeration / 4.0).max(50.0);
                let many = n_samples > EXACT_LIMIT;
                (early, if many { n / 4.0 } else { early })
            }
            LearningRate::Value(value) => (value, value),
        };
        Ok(CheckedTsne {
            params: self,
            n_samples,
            learning_rate: early,
            late_learning_rate: late,
        })
    }

    /// What a reader of the map should know about these parameters.
    pub fn warnings(&self, n_samples: usize) -> Vec<Warning> {
        let mut warnings = Vec::new();
        if is_degenerate(self.perplexity, n_samples) {
            warnings.push(Warning::new(
                "perplexity_near_samples",
                format!(
                    "perplexity {} is above a third of the other {} images: the map degenerates \
                     towards a ball, and its clusters mean little",
                    self.perplexity,
                    n_samples - 1
                ),
            ));
        }
        if self.init == Init::Pca {
            warnings.push(Warning::new(
                "seed_has_no_effect",
                "the start from PCA does not depend on the seed: set init to random to see other \
                 maps",
            ));
        }
        warnings
    }
}

/// Whether the perplexity is above (n_samples - 1) / 3: the 3 × perplexity neighbours that it is
/// about are then more than there are, and the map shows little but a ball.
pub(crate) fn is_degenerate(perplexity: f64, n_samples: usize) -> bool {
    3.0 * perplexity > n_samples as f64 - 1.0
}

/// Parameters that fit together and fit the number of samples.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CheckedTsne {
    params: TsneParams,
    n_samples: usize,
    learning_rate: f64,
    late_learning_rate: f64,
}

impl CheckedTsne {
    /// The parameters as given.
    pub fn params(&self) -> &TsneParams {
        &self.params
    }

    /// The number of samples that they were checked for.
    pub fn n_samples(&self) -> usize {
        self.n_samples
    }

    /// The learning rate of the early exaggeration, with [`LearningRate::Auto`] worked out.
    pub fn learning_rate(&self) -> f64 {
        self.learning_rate
    }

    /// The learning rate after it.
    pub fn late_learning_rate(&self) -> f64 {
        self.late_learning_rate
    }
}

/// Why there is no map.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum TsneError {
    /// A parameter is out of its range.
    #[error(transparent)]
    Setting(#[from] SettingError),
    /// A map needs two points.
    #[error("there are {n_samples} samples; t-SNE needs at least 2")]
    TooFewSamples {
        /// Rows of the features.
        n_samples: usize,
    },
    /// No point has that many neighbours.
    #[error("perplexity {perplexity} must be less than the number of images, {n_samples}")]
    PerplexityTooLarge {
        /// What was asked for.
        perplexity: f64,
        /// Rows of the features.
        n_samples: usize,
    },
    /// The parameters were checked for, or the input made with, other data.
    #[error(
        "the parameters are for {expected:?} (samples, components or metric), the data for {found:?}; check them against these data"
    )]
    OtherData {
        /// What the parameters say.
        expected: String,
        /// What the data or the start say.
        found: String,
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
    /// The descent ran away.
    #[error("the map grew without bounds; set a smaller learning_rate than {learning_rate}")]
    Diverged {
        /// The learning rate as used.
        learning_rate: f64,
    },
    /// There are no principal components to start from.
    #[error("the start from PCA failed: {0}; set init to random")]
    Pca(PcaError),
    /// The monitor asked to stop.
    #[error(transparent)]
    Cancelled(#[from] Cancelled),
}

impl TsneError {
    /// The parameter that is at fault, if one is.
    pub fn parameter(&self) -> Option<&'static str> {
        match self {
            Self::Setting(error) => Some(error.key),
            Self::PerplexityTooLarge { .. } => Some("perplexity"),
            Self::Diverged { .. } => Some("learning_rate"),
            Self::Pca(_) => Some("init"),
            Self::TooFewSamples { .. } => Some("method"),
            Self::OtherData { .. } | Self::NotFinite { .. } | Self::Cancelled(_) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_automatic_learning_rate_grows_once_exaggeration_is_over_on_large_maps_alone() {
        let rates = |learning_rate, n_samples| {
            let params = TsneParams {
                learning_rate,
                ..TsneParams::default()
            };
            let checked = params.check(n_samples).unwrap();
            (checked.learning_rate(), checked.late_learning_rate())
        };
        assert_eq!(rates(LearningRate::Auto, 193), (50.0, 50.0));
        assert_eq!(
            rates(LearningRate::Auto, 2500),
            (2500.0 / 48.0, 2500.0 / 48.0)
        );
        assert_eq!(rates(LearningRate::Auto, 4800), (100.0, 1200.0));
        assert_eq!(rates(LearningRate::Value(200.0), 4800), (200.0, 200.0));
    }
}
