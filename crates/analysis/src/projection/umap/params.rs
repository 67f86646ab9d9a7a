//! Parameters of UMAP: what they mean, which are allowed, and what to be warned of.

use crate::monitor::Cancelled;
use crate::projection::Metric;

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

/// Samples up to which 500 epochs are run, beyond which 200.
const FEW_SAMPLES: usize = 10_000;

impl UmapParams {
    /// Checks the parameters against each other and the number of samples; only checked ones run.
    ///
    /// # Errors
    /// [`UmapError`], naming the first parameter out of range and the range.
    pub fn check(self, n_samples: usize) -> Result<CheckedUmap, UmapError> {
        let Self {
            n_components,
            n_neighbors,
            min_dist,
            ..
        } = self;
        if !(2..=3).contains(&n_components) {
            return Err(UmapError::NComponents { n_components });
        }
        if n_samples < 2 {
            return Err(UmapError::TooFewSamples { n_samples });
        }
        if n_neighbors < 2 {
            return Err(UmapError::NNeighbors { n_neighbors });
        }
        if n_neighbors > n_samples {
            return Err(UmapError::NNeighborsTooLarge {
                n_neighbors,
                n_samples,
            });
        }
        // Written so that NaN fails.
        if !(0.0..=1.0).contains(&min_dist) {
            return Err(UmapError::MinDist { min_dist });
        }
        let automatic = if n_samples <= FEW_SAMPLES { 500 } else { 200 };
        let n_epochs = self.n_epochs.unwrap_or(automatic);
        if !(1..=100_000).contains(&n_epochs) {
            return Err(UmapError::NEpochs { n_epochs });
        }
        Ok(CheckedUmap {
            params: self,
            n_samples,
            n_epochs,
        })
    }

    /// What a reader of the map should know about these parameters.
    pub fn warnings(&self, n_samples: usize) -> Vec<UmapWarning> {
        let mut warnings = Vec::new();
        let n_neighbors = self.n_neighbors;
        // Not 2k > n, which overflows for absurd k.
        if n_neighbors > n_samples / 2 {
            warnings.push(UmapWarning::NeighborsNearSamples {
                n_neighbors,
                n_samples,
            });
        }
        warnings
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

/// Something that a reader of the map should know; no error.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum UmapWarning {
    /// See [`UmapParams::n_neighbors`].
    #[error(
        "n_neighbors {n_neighbors} is more than half of the {n_samples} images: the map shows their \
         overall shape and hides small groups"
    )]
    NeighborsNearSamples {
        /// What was asked for.
        n_neighbors: usize,
        /// Points on the map.
        n_samples: usize,
    },
}

/// Why there is no map.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum UmapError {
    /// Neither a plane nor a space was asked for.
    #[error("n_components is {n_components}; set it to 2 or 3")]
    NComponents {
        /// What was asked for.
        n_components: usize,
    },
    /// A map needs two points.
    #[error("there are {n_samples} samples; UMAP needs at least 2")]
    TooFewSamples {
        /// Rows of the features.
        n_samples: usize,
    },
    /// With itself alone an image has no neighbour.
    #[error("n_neighbors is {n_neighbors}; set it to at least 2, since it counts the image itself")]
    NNeighbors {
        /// What was asked for.
        n_neighbors: usize,
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
    /// See [`UmapParams::min_dist`].
    #[error("min_dist is {min_dist}; set it to a number from 0 to 1")]
    MinDist {
        /// What was asked for.
        min_dist: f64,
    },
    /// See [`UmapParams::n_epochs`].
    #[error("n_epochs is {n_epochs}; set it to a number from 1 to 100000")]
    NEpochs {
        /// What was asked for.
        n_epochs: usize,
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
        let n_neighbors = 1;
        let too_few = UmapError::NNeighbors { n_neighbors };
        assert_eq!(error(with_neighbors(1), 20), too_few);
        let too_many = error(with_neighbors(usize::MAX), 20);
        assert!(matches!(too_many, UmapError::NNeighborsTooLarge { .. }));
        for min_dist in [-0.1, 1.1, f64::NAN, f64::INFINITY] {
            let params = UmapParams {
                min_dist,
                ..default
            };
            assert!(matches!(error(params, 20), UmapError::MinDist { .. }));
        }
        for n_epochs in [0, 100_001] {
            let params = UmapParams {
                n_epochs: Some(n_epochs),
                ..default
            };
            assert_eq!(error(params, 20), UmapError::NEpochs { n_epochs });
        }
        let params = UmapParams {
            n_components: 4,
            ..default
        };
        assert_eq!(
            error(params, 20),
            UmapError::NComponents { n_components: 4 }
        );
        assert_eq!(error(default, 1), UmapError::TooFewSamples { n_samples: 1 });
    }

    #[test]
    fn epochs_go_with_the_samples_and_many_neighbours_are_warned_of() {
        let default = UmapParams::default();
        let epochs = |n_samples| default.check(n_samples).unwrap().n_epochs();
        assert_eq!((epochs(10_000), epochs(10_001)), (500, 200));
        assert!(default.warnings(30).is_empty());
        let n_neighbors = 15;
        let n_samples = 29;
        let warning = UmapWarning::NeighborsNearSamples {
            n_neighbors,
            n_samples,
        };
        assert_eq!(default.warnings(29), [warning]);
    }
}
