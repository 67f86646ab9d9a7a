//! What can go wrong in a search.

use crate::clustering::ClusteringError;
use crate::measures::{DISTANCES_LIMIT, Measure};
use crate::monitor::Cancelled;
use crate::projection::ProjectionError;
use crate::settings::SettingError;

/// Why there is no result.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum SearchError {
    /// An axis of the grid is empty.
    #[error("there is no value of {name} to search; give at least one")]
    NoValues {
        /// The parameter.
        name: &'static str,
    },
    /// A plane of a million cells for each perplexity would be a slip of the keyboard.
    #[error("{n_settings} settings are too many; search at most 5000000")]
    TooMany {
        /// The settings asked for.
        n_settings: u64,
        /// The parameter that fewer maps would take fewer values of.
        name: &'static str,
    },
    /// No number of clusters is admissible.
    #[error("no number of clusters is from {min} to {max}; set the smaller one first")]
    Clusters {
        /// The smallest admissible number.
        min: usize,
        /// The largest admissible number.
        max: usize,
    },
    /// The search is over plane maps, as the notebook's.
    #[error("the search is over maps of 2 components, not {n_components}; set n_components to 2")]
    NComponents {
        /// What was asked for.
        n_components: usize,
    },
    /// The measure is made of all distances, which are not kept of so many samples.
    #[error(
        "{} takes the distances between all of {n_samples} images; rank by another measure, or \
         search at most {DISTANCES_LIMIT} images", .measure.about().name
    )]
    TooManySamples {
        /// What settings were to be ranked by.
        measure: Measure,
        /// Rows of the features.
        n_samples: usize,
    },
    /// A value along the axis of the maps is out of range.
    #[error(transparent)]
    Along(#[from] SettingError),
    /// A parameter of the maps, or the features, are at fault.
    #[error(transparent)]
    Projection(ProjectionError),
    /// A parameter of the clusters is out of range.
    #[error(transparent)]
    Clustering(ClusteringError),
    /// The monitor asked to stop.
    #[error(transparent)]
    Cancelled(#[from] Cancelled),
}

impl SearchError {
    /// The parameter that is at fault, if one is.
    pub fn parameter(&self) -> Option<&'static str> {
        match self {
            Self::NoValues { name } => Some(name),
            Self::TooMany { name, .. } => Some(name),
            Self::Clusters { .. } => Some("min_clusters"),
            Self::TooManySamples { .. } => Some("rank_by"),
            Self::NComponents { .. } => Some("n_components"),
            Self::Along(error) => Some(error.key),
            Self::Projection(error) => error.parameter(),
            Self::Clustering(error) => error.parameter(),
            Self::Cancelled(_) => None,
        }
    }
}

impl From<ProjectionError> for SearchError {
    fn from(error: ProjectionError) -> Self {
        match error {
            ProjectionError::Cancelled(cancelled) => Self::Cancelled(cancelled),
            other => Self::Projection(other),
        }
    }
}

impl From<ClusteringError> for SearchError {
    fn from(error: ClusteringError) -> Self {
        match error {
            ClusteringError::Cancelled(cancelled) => Self::Cancelled(cancelled),
            other => Self::Clustering(other),
        }
    }
}
