//! Many maps of one setting: what the map on the screen could as well have been.
//!
//! A map of t-SNE or UMAP is one of many: features that differ by rounding, another start, a few
//! patients fewer, and other images lie together. What is said of the clusters of a setting is said
//! of all of these maps ([`crate::association::CheckedAssociation::averaged`]), and how far their
//! clusters agree ([`Agreement`]) says whether there is one thing to speak of at all.

mod agreement;
mod planted;

pub use agreement::{Agreement, agreement_with, median_map};
pub use planted::planted;

use crate::clustering::{ClusteringError, ClusteringParams, plane};
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
    /// The one map that there is, which varies by nothing.
    pub fn alone(labels: &[Option<u32>]) -> Self {
        let place = |label: &Option<u32>| label.map_or(Place::Noise, Place::Cluster);
        Self {
            variation: Variation::Rounding,
            places: labels.iter().map(place).collect(),
        }
    }

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

    /// The maps of these numbers clustered at every pair of values of the clustering's two axes: a
    /// member for each cell of [`plane::compute`], for each map. The counter hears of one unit per map.
    ///
    /// # Errors
    /// As [`Ensemble::members`].
    pub fn over_plane(
        &self,
        axes: &[Vec<f64>; 2],
        numbers: Range<u64>,
        counter: &dyn Count,
    ) -> Result<Vec<Vec<Member>>, EnsembleError> {
        let cells = |number| {
            check(counter)?;
            let laid = self.lay_out(number, counter)?;
            self.plane_of(&laid, axes, counter)
        };
        numbers.into_par_iter().map(cells).collect()
    }

    /// The same of the map as it is set, which varies by nothing.
    ///
    /// # Errors
    /// As [`Ensemble::members`].
    pub fn plane_as_set(
        &self,
        axes: &[Vec<f64>; 2],
        counter: &dyn Count,
    ) -> Result<Vec<Member>, EnsembleError> {
        let map = self
            .params
            .projection
            .fit(self.features, Watch::unseen(counter))?;
        let laid = Laid {
            variation: Variation::Rounding,
            images: None,
            points: standardize(map.coordinates.view()),
        };
        self.plane_of(&laid, axes, counter)
    }

    fn plane_of(
        &self,
        laid: &Laid,
        axes: &[Vec<f64>; 2],
        counter: &dyn Count,
    ) -> Result<Vec<Member>, EnsembleError> {
        let clustering = self.params.clustering;
        let axes = scaled_axes(&clustering, axes, laid.share(self.groups.len()));
        let found = plane::labelings(laid.points.view(), clustering, &axes, counter)?;
        counter.advance(1);
        let member = |labels: Vec<Option<u32>>| laid.member(&labels, self.groups.len());
        Ok(found.into_iter().map(member).collect())
    }

    fn member(&self, number: u64, monitor: &dyn Monitor) -> Result<Member, EnsembleError> {
        let laid = self.lay_out(number, monitor)?;
        let n_images = self.groups.len();
        let clustering = self.params.clustering.scaled(laid.share(n_images));
        let found = clustering.fit(laid.points.view(), monitor)?;
        Ok(laid.member(&found.labels, n_images))
    }

    fn lay_out(&self, number: u64, monitor: &dyn Monitor) -> Result<Laid, EnsembleError> {
        let projection = &self.params.projection;
        let (variation, images, map) = match (number % 3, &self.seeded) {
            (1, Some(input)) => {
                // The map's own seed is one that a user sees.
                let params = projection.reseeded(1 + number).unwrap_or(*projection);
                let map = params.fit_input(input, Watch::unseen(monitor))?;
                (Variation::Start, None, map)
            }
            (2, _) => {
                let images = self.kept(number);
                let features = self.features.select(Axis(0), &images);
                let params = projection.within(images.len());
                let map = params.fit(features.view(), Watch::unseen(monitor))?;
                (Variation::Patients, Some(images), map)
            }
            _ => {
                let features = self.rounded(number);
                let map = projection.fit(features.view(), Watch::unseen(monitor))?;
                (Variation::Rounding, None, map)
            }
        };
        Ok(Laid {
            variation,
            images,
            points: standardize(map.coordinates.view()),
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

/// A map that is not clustered yet.
struct Laid {
    variation: Variation,
    /// The images that it has; `None` for all.
    images: Option<Vec<usize>>,
    /// Standardised.
    points: Array2<f64>,
}

impl Laid {
    /// The share of the images that it has.
    fn share(&self, n_images: usize) -> f64 {
        self.points.nrows() as f64 / n_images as f64
    }

    fn member(&self, labels: &[Option<u32>], n_images: usize) -> Member {
        let place = |label: &Option<u32>| label.map_or(Place::Noise, Place::Cluster);
        let places = match &self.images {
            None => labels.iter().map(place).collect(),
            Some(images) => {
                let mut places = vec![Place::Absent; n_images];
                for (&image, label) in images.iter().zip(labels) {
                    places[image] = place(label);
                }
                places
            }
        };
        Member {
            variation: self.variation,
            places,
        }
    }
}

/// The values of the two axes for a map of a share of the images.
pub(crate) fn scaled_axes(
    clustering: &ClusteringParams,
    [first, second]: &[Vec<f64>; 2],
    share: f64,
) -> [Vec<f64>; 2] {
    if share >= 1.0 {
        return [first.clone(), second.clone()];
    }
    let [own_first, own_second] = clustering.place();
    let scaled = |at: [f64; 2]| clustering.at(at).scaled(share).place();
    [
        first
            .iter()
            .map(|&value| scaled([value, own_second])[0])
            .collect(),
        second
            .iter()
            .map(|&value| scaled([own_first, value])[1])
            .collect(),
    ]
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
