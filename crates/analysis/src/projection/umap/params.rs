//! Parameters of UMAP: what they mean, which are allowed, and what to be warned of.

use crate::monitor::Cancelled;
use crate::projection::method::{N_COMPONENTS, RANDOM_STATE};
use crate::projection::metric::{METRIC, Metric};
use crate::settings::{Entry, SettingError, Settings, Spec, Value, Words, word};
use crate::warning::Warning;

/// Parameters of UMAP, named as in umap-learn, with its defaults.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct UmapParams {
    /// Dimensions of the map, 2 or 3.
    pub n_components: usize,
    /// How many nearest images an image is tied to, itself counted, as umap-learn does:
    /// 2 ≤ n_neighbors ≤ n_samples, usually 5 to 50. Small values show the grain of the data and
    /// tear it into pieces, large ones its overall shape.
    pub n_neighbors: usize,
    /// How close together the map may put points, from 0 to 1, in its own units, in which the usual
    /// distance of neighbours is 1. Small values pack groups tightly, so that DBSCAN finds them
    /// easily, whether they are real or not; it changes how the map looks, and not what it knows.
    pub min_dist: f64,
    /// How far apart two samples are.
    pub metric: Metric,
    /// The seed of the points that push each other, and of the 1e-4 by which starts differ.
    pub random_state: u64,
    /// How often all edges are gone through, 1 to 100,000. `None` is 500 up to 10,000 samples and
    /// 200 beyond, as in umap-learn. Cost is proportional to it.
    pub n_epochs: Option<usize>,
}

impl Default for UmapParams {
    fn default() -> Self {
        Self {
            n_components: 2,
            n_neighbors: 15,
            min_dist: 0.1,
            metric: Metric::Euclidean,
            random_state: 42,
            n_epochs: None,
        }
    }
}

impl Settings for UmapParams {
    const ENTRIES: &'static [Entry<Self>] = &[
        Entry {
            spec: N_COMPONENTS,
            get: |params| params.n_components.into(),
            set: |params, value| params.n_components = value.count(),
        },
        Entry {
            spec: Spec::number("n_neighbors", "Neighbours", (2.0, 1e6))
                .whole()
                .slider(2.0, 100.0, 1.0)
                .unit("images")
                .prominent()
                .help(
                    "How many nearest images an image is tied to, itself counted. Small values show \
                     the grain of the data and tear it into pieces, large ones its overall shape \
                     (McInnes, Healy & Melville 2018).",
                ),
            get: |params| params.n_neighbors.into(),
            set: |params, value| params.n_neighbors = value.count(),
        },
        Entry {
            spec: Spec::number("min_dist", "Least distance", (0.0, 1.0))
                .slider(0.0, 1.0, 0.01)
                .prominent()
                .help(
                    "How close together the map may put images, in its own units. Small values pack \
                     groups tightly, so that they are easily found, whether they are real or not.",
                ),
            get: |params| params.min_dist.into(),
            set: |params, value| params.min_dist = value.number(),
        },
        Entry {
            spec: RANDOM_STATE,
            get: |params| Value::Number(params.random_state as f64),
            set: |params, value| params.random_state = value.number() as u64,
        },
        Entry {
            spec: METRIC,
            get: |params| Value::Word(params.metric.word()),
            set: |params, value| params.metric = Metric::of(value),
        },
        Entry {
            spec: Spec::number("n_epochs", "Epochs", (1.0, 100_000.0))
                .whole()
                .slider(50.0, 2000.0, 50.0)
                .or(word("auto", "auto"))
                .help(
                    "How often all edges are gone through. Auto is 500 up to 10,000 images and 200 \
                     beyond.",
                ),
            get: |params| params.n_epochs.map_or(Value::Word("auto"), Value::from),
            set: |params, value| {
                params.n_epochs = match value {
                    Value::Word(_) => None,
                    Value::Number(_) => Some(value.count()),
                };
            },
        },
    ];
}

/// Samples up to which 500 epochs are run, beyond which 200.
const FEW_SAMPLES: usize = 10_000;

impl UmapParams {
    /// Checks the parameters against each other and the number of samples; only checked ones run.
    ///
    /// # Errors
    /// [`UmapError`], naming the first parameter out of range and the range.
    pub fn check(self, n_samples: usize) -> Result<CheckedUmap, UmapError> {
        self.check_ranges()?;
        let n_neighbors = self.n_neighbors;
        if n_samples < 2 {
            return Err(UmapError::TooFewSamples { n_samples });
        }
        if n_neighbors > n_samples {
            return Err(UmapError::NNeighborsTooLarge {
                n_neighbors,
                n_samples,
            });
        }
        let automatic = if n_samples <= FEW_SAMPLES { 500 } else { 200 };
        let n_epochs = self.n_epochs.unwrap_or(automatic);
        Ok(CheckedUmap {
            params: self,
            n_samples,
            n_epochs,
        })
    }

    /// What a reader of the map should know about these parameters.
    pub fn warnings(&self, n_samples: usize) -> Vec<Warning> {
        let n_neighbors = self.n_neighbors;
        // Not 2k > n, which overflows for absurd k.
        let near = (n_neighbors > n_samples / 2).then(|| {
            let text = format!(
                "n_neighbors {n_neighbors} is more than half of the {n_samples} images: the map \
                 shows their overall shape and hides small groups"
            );
            Warning::new("neighbors_near_samples", text)
        });
        near.into_iter().collect()
    }
}

/// Parameters that fit together and fit the number of samples.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CheckedUmap {
    params: UmapParams,
    n_samples: usize,
    n_epochs: usize,
}

impl CheckedUmap {
    /// The parameters as given.
    pub fn params(&self) -> &UmapParams {
        &self.params
    }

    /// The number of samples that they were checked for.
    pub fn n_samples(&self) -> usize {
        self.n_samples
    }

    /// The number of epochs, worked out where none was given.
    pub fn n_epochs(&self) -> usize {
        self.n_epochs
    }
}

/// Why there is no map.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum UmapError {
    /// A parameter is out of its range.
    #[error(transparent)]
    Setting(#[from] SettingError),
    /// A map needs two points.
    #[error("there are {n_samples} samples; UMAP needs at least 2")]
    TooFewSamples {
        /// Rows of the features.
        n_samples: usize,
    },
    /// No image has that many neighbours.
    #[error(
        "n_neighbors {n_neighbors} is more than there are images; set it to at most {n_samples}"
    )]
    NNeighborsTooLarge {
        /// What was asked for.
        n_neighbors: usize,
        /// Rows of the features.
        n_samples: usize,
    },
    /// The parameters were checked for, or the input made with, other data.
    #[error(
        "the parameters are for {expected} (samples, components, neighbours or metric), the data for \
         {found}; check them against these data"
    )]
    OtherData {
        /// What the parameters say.
        expected: String,
        /// What the data say.
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
    /// The monitor asked to stop.
    #[error(transparent)]
    Cancelled(#[from] Cancelled),
}

impl UmapError {
    /// The parameter that is at fault, if one is.
    pub fn parameter(&self) -> Option<&'static str> {
        match self {
            Self::Setting(error) => Some(error.key),
            Self::NNeighborsTooLarge { .. } => Some("n_neighbors"),
            Self::TooFewSamples { .. } => Some("method"),
            Self::OtherData { .. } | Self::NotFinite { .. } | Self::Cancelled(_) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_out_of_range_are_named() {
        let default = UmapParams::default();
        let error = |params: UmapParams, n_samples| params.check(n_samples).unwrap_err();
        let with_neighbors = |n_neighbors| UmapParams {
            n_neighbors,
            ..default
        };
        let n_samples = 14;
        let n_neighbors = 15;
        assert_eq!(
            error(default, n_samples),
            UmapError::NNeighborsTooLarge {
                n_neighbors,
                n_samples
            }
        );
        assert!(default.check(15).is_ok());
        assert!(with_neighbors(2).check(2).is_ok());
        let is_out = |params: UmapParams, key: &str| matches!(error(params, 20), UmapError::Setting(error) if error.key == key);
        assert!(is_out(with_neighbors(1), "n_neighbors"));
        assert!(is_out(with_neighbors(usize::MAX), "n_neighbors"));
        for min_dist in [-0.1, 1.1, f64::NAN, f64::INFINITY] {
            let params = UmapParams {
                min_dist,
                ..default
            };
            assert!(is_out(params, "min_dist"));
        }
        for n_epochs in [0, 100_001] {
            let params = UmapParams {
                n_epochs: Some(n_epochs),
                ..default
            };
            assert!(is_out(params, "n_epochs"));
        }
        let params = UmapParams {
            n_components: 4,
            ..default
        };
        assert!(is_out(params, "n_components"));
        assert_eq!(error(default, 1), UmapError::TooFewSamples { n_samples: 1 });
    }

    #[test]
    fn epochs_go_with_the_samples_and_many_neighbours_are_warned_of() {
        let default = UmapParams::default();
        let epochs = |n_samples| default.check(n_samples).unwrap().n_epochs();
        assert_eq!((epochs(10_000), epochs(10_001)), (500, 200));
        assert!(default.warnings(30).is_empty());
        assert_eq!(default.warnings(29)[0].code, "neighbors_near_samples");
    }
}
