//! Many maps of one setting: what the map on the screen could as well have been.
//!
//! A map of t-SNE or UMAP is one of many: features that differ by rounding, another start, a few
//! patients fewer, and other images lie together. What is said of the clusters of a setting is said
//! of all of these maps ([`crate::association::CheckedAssociation::averaged`]), and how far their
//! clusters agree ([`Agreement`]) says whether there is one thing to speak of at all.

mod agreement;
mod planted;

pub use agreement::Agreement;
pub use planted::planted;

use crate::clustering::{ClusteringError, ClusteringParams};
use crate::monitor::{Cancelled, Count, Monitor, check};
use crate::projection::{ProjectionError, ProjectionInput, ProjectionParams, Watch};
use crate::random::Random;
use crate::standardize;
use ndarray::{Array2, ArrayView2, Axis};
use rayon::prelude::*;
use std::collections::BTreeSet;
use std::ops::Range;

/// Features of one image by two runtimes, or on two machines, differ by about so much of their value.
const ROUNDING: f64 = 1e-5;

/// The share of the patients that a map of some of them keeps.
const FRACTION: f64 = 0.8;

/// Where an image is on one of the maps.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Place {
    /// The map does without its patient.
    Absent,
    /// In no cluster.
    Noise,
    /// In the cluster of this number.
    Cluster(u32),
}

/// In what a map differs from the others of its setting.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Variation {
    /// Every feature by a factor of 1 ± 1e-5 or so.
    Rounding,
    /// The start is drawn at random.
    Start,
    /// A fifth of the patients is left out.
    Patients,
}

/// One map and its clusters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// In what it differs.
    pub variation: Variation,
    /// Where each image of the cohort is.
    pub places: Vec<Place>,
}

impl Member {
    /// Clusters of the map.
    pub fn n_clusters(&self) -> usize {
        let label = |place: &Place| match place {
            Place::Cluster(label) => *label as usize + 1,
            Place::Absent | Place::Noise => 0,
        };
        self.places.iter().map(label).max().unwrap_or(0)
    }

    /// The share of its images that are in clusters.
    pub fn clustered(&self) -> f64 {
        let (mut present, mut clustered) = (0.0, 0.0);
        for place in &self.places {
            present += f64::from(u8::from(*place != Place::Absent));
            clustered += f64::from(u8::from(matches!(place, Place::Cluster(_))));
        }
        if present > 0.0 {
            clustered / present
        } else {
            0.0
        }
    }
}

/// Which maps.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct EnsembleParams {
    /// How each is made.
    pub projection: ProjectionParams,
    /// How it is clustered.
    pub clustering: ClusteringParams,
    /// The seed of what differs.
    pub random_state: u64,
}

/// Makes the maps of one setting.
pub struct Ensemble<'a> {
    params: EnsembleParams,
    features: ArrayView2<'a, f32>,
    groups: &'a [usize],
    patients: Vec<usize>,
    /// What maps from other starts share; `None` where starts do nothing.
    seeded: Option<ProjectionInput>,
}

impl<'a> Ensemble<'a> {
    /// Of `features`, `(n_samples, n_features)`, with the patient of each image.
    ///
    /// # Errors
    /// [`EnsembleError`] when a parameter or the features do not allow it, when there are too few
    /// patients to leave some out, or when the monitor cancels.
    ///
    /// # Panics
    /// When there is not one group per image.
    pub fn new(
        params: EnsembleParams,
        features: ArrayView2<'a, f32>,
        groups: &'a [usize],
        monitor: &dyn Monitor,
    ) -> Result<Self, EnsembleError> {
        assert_eq!(groups.len(), features.nrows(), "one group per image");
        params.projection.check(features.nrows())?;
        params.clustering.check()?;
        let patients: BTreeSet<usize> = groups.iter().copied().collect();
        let patients: Vec<usize> = patients.into_iter().collect();
        let first = params.projection.reseeded(0);
        let seeded = first.map(|first| first.input(features, monitor));
        let ensemble = Self {
            params,
            features,
            groups,
            patients,
            seeded: seeded.transpose()?,
        };
        let n_samples = ensemble.kept(0).len();
        if n_samples <= params.projection.n_components() {
            return Err(EnsembleError::TooFew { n_samples });
        }
        Ok(ensemble)
    }

    /// The maps of these numbers, from 0: a map depends on the seed and its own number alone, so that
    /// more can be made later. Kinds of variation take turns. The counter hears of one unit per map;
    /// maps are made in parallel.
    ///
    /// # Errors
    /// [`EnsembleError`] when a map or its clusters fail, or the monitor cancels.
    pub fn members(
        &self,
        numbers: Range<u64>,
        counter: &dyn Count,
    ) -> Result<Vec<Member>, EnsembleError> {
        let member = |number| {
            check(counter)?;
            let member = self.member(number, counter)?;
            counter.advance(1);
            Ok(member)
        };
        numbers.into_par_iter().map(member).collect()
    }

    fn member(&self, number: u64, monitor: &dyn Monitor) -> Result<Member, EnsembleError> {
        match (number % 3, &self.seeded) {
            (1, Some(input)) => {
                let projection = &self.params.projection;
                // The map's own seed is one that a user sees.
                let params = projection.reseeded(1 + number).unwrap_or(*projection);
                let map = params.fit_input(input, Watch::unseen(monitor))?.coordinates;
                self.all_of(Variation::Start, &map, monitor)
            }
            (2, _) => {
                let images = self.kept(number);
                let features = self.features.select(Axis(0), &images);
                let params = self.params.projection.within(images.len());
                let map = params.fit(features.view(), Watch::unseen(monitor))?;
                let share = images.len() as f64 / self.groups.len() as f64;
                let clustering = self.params.clustering.scaled(share);
                let labels = cluster(&map.coordinates, &clustering, monitor)?;
                let mut places = vec![Place::Absent; self.groups.len()];
                for (&image, place) in images.iter().zip(labels) {
                    places[image] = place;
                }
                Ok(Member {
                    variation: Variation::Patients,
                    places,
                })
            }
            _ => {
                let features = self.rounded(number);
                let params = &self.params.projection;
                let map = params.fit(features.view(), Watch::unseen(monitor))?;
                self.all_of(Variation::Rounding, &map.coordinates, monitor)
            }
        }
    }

    fn all_of(
        &self,
        variation: Variation,
        map: &Array2<f64>,
        monitor: &dyn Monitor,
    ) -> Result<Member, EnsembleError> {
        Ok(Member {
            variation,
            places: cluster(map, &self.params.clustering, monitor)?,
        })
    }

    /// The features as another runtime could have given them.
    fn rounded(&self, number: u64) -> Array2<f32> {
        rounded(
            self.features,
            &mut Random::nth(self.params.random_state, number),
        )
    }

    /// The images of the patients that a map keeps.
    fn kept(&self, number: u64) -> Vec<usize> {
        let mut drawn = self.patients.clone();
        Random::nth(self.params.random_state, number).shuffle(&mut drawn);
        drawn.truncate((FRACTION * drawn.len() as f64) as usize);
        drawn.sort_unstable();
        let is_kept = |image: &usize| drawn.binary_search(&self.groups[*image]).is_ok();
        (0..self.groups.len()).filter(is_kept).collect()
    }
}

/// Features as another runtime could have given them.
pub(crate) fn rounded(features: ArrayView2<'_, f32>, random: &mut Random) -> Array2<f32> {
    features.mapv(|x| (f64::from(x) * (1.0 + ROUNDING * random.normal())) as f32)
}

fn cluster(
    map: &Array2<f64>,
    clustering: &ClusteringParams,
    monitor: &dyn Monitor,
) -> Result<Vec<Place>, EnsembleError> {
    let points = standardize(map.view());
    let found = clustering.fit(points.view(), monitor)?;
    let place = |label: Option<u32>| label.map_or(Place::Noise, Place::Cluster);
    Ok(found.labels.into_iter().map(place).collect())
}

/// Why there are no maps.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum EnsembleError {
    /// Some patients must be left out.
    #[error(
        "{n_samples} images would be left on a map without a fifth of the patients; take a cohort of more patients"
    )]
    TooFew {
        /// Images that would be left.
        n_samples: usize,
    },
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

impl EnsembleError {
    /// The parameter that is at fault, if one is.
    pub fn parameter(&self) -> Option<&'static str> {
        match self {
            Self::Projection(error) => error.parameter(),
            Self::Clustering(error) => error.parameter(),
            Self::TooFew { .. } | Self::Cancelled(_) => None,
        }
    }
}

impl From<ProjectionError> for EnsembleError {
    fn from(error: ProjectionError) -> Self {
        match error {
            ProjectionError::Cancelled(cancelled) => Self::Cancelled(cancelled),
            other => Self::Projection(other),
        }
    }
}

impl From<ClusteringError> for EnsembleError {
    fn from(error: ClusteringError) -> Self {
        match error {
            ClusteringError::Cancelled(cancelled) => Self::Cancelled(cancelled),
            other => Self::Clustering(other),
        }
    }
}
