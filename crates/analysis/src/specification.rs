//! Every setting that could as well have been chosen: the settings of a specification curve
//! (Simonsohn, Simmons and Nelson 2020).
//!
//! Whoever shows one setting has chosen among thousands. Here all of them are laid out and clustered,
//! and [`crate::association::CheckedAssociation::specifications`] asks of all at once whether a
//! column goes with the clusters.

use crate::clustering::method::Visit;
use crate::clustering::{Cell, ClusteringError, ClusteringParams, plane};
use crate::monitor::{Cancelled, Count, check};
use crate::projection::{ProjectionError, ProjectionParams, Watch};
use crate::standardize;
use ndarray::ArrayView2;
use rayon::prelude::*;

/// A setting that leaves more images out than this has nothing to say of the cohort: the share of a
/// cohort in groups from which a verdict speaks of groups.
pub const MIN_CLUSTERED: f64 = 0.2;

/// Which settings.
#[derive(Debug, Clone, PartialEq)]
pub struct SpecificationParams {
    /// How maps are made beside their axis and their start.
    pub projection: ProjectionParams,
    /// How they are clustered beside the two axes.
    pub clustering: ClusteringParams,
    /// Values along the method's axis; none but its own where it has no axis.
    pub along: Vec<f64>,
    /// Values of the clustering's two axes.
    pub axes: [Vec<f64>; 2],
    /// Starts of each map, the first as the parameters have it, the others drawn; a method without
    /// drawn starts has one.
    pub n_starts: u64,
}

/// One setting.
#[derive(Debug, Clone, PartialEq)]
pub struct Specification {
    /// The value along the method's axis; `None` without one.
    pub along: Option<f64>,
    /// The number of its start, from 0.
    pub start: u64,
    /// The values of the clustering's two axes.
    pub at: [f64; 2],
    /// Its clusters, noise not counted.
    pub n_clusters: usize,
    /// The cluster of each image.
    pub labels: Vec<Option<u32>>,
}

impl SpecificationParams {
    /// Settings, those that are left out included.
    pub fn n_settings(&self) -> usize {
        self.maps().len() * self.axes[0].len() * self.axes[1].len()
    }

    /// Value along the axis and start of each map.
    fn maps(&self) -> Vec<(Option<f64>, u64)> {
        let along: Vec<Option<f64>> = match self.projection.along() {
            Some(_) => self.along.iter().copied().map(Some).collect(),
            None => vec![None],
        };
        let n_starts = self.projection.reseeded(0).map_or(1, |_| self.n_starts);
        let of = |along: Option<f64>| (0..n_starts).map(move |start| (along, start));
        along.into_iter().flat_map(of).collect()
    }

    /// Lays out and clusters `features`, `(n_samples, n_features)`, at every setting. Left out are
    /// those with fewer than two clusters, or with fewer than [`MIN_CLUSTERED`] of the images in
    /// clusters. The counter hears of one unit per map; maps are made in parallel, and come in order.
    ///
    /// # Errors
    /// [`SpecificationError`] when a parameter or the features do not allow it, or the monitor
    /// cancels.
    pub fn settings(
        &self,
        features: ArrayView2<'_, f32>,
        counter: &dyn Count,
    ) -> Result<Vec<Specification>, SpecificationError> {
        plane::check_axes(self.clustering, &self.axes)?;
        let settings = |(along, start): (Option<f64>, u64)| {
            check(counter)?;
            let found = self.of_map(along, start, features, counter)?;
            counter.advance(1);
            Ok::<_, SpecificationError>(found)
        };
        let maps: Vec<Vec<Specification>> = self
            .maps()
            .into_par_iter()
            .map(settings)
            .collect::<Result<_, _>>()?;
        Ok(maps.into_iter().flatten().collect())
    }

    fn of_map(
        &self,
        along: Option<f64>,
        start: u64,
        features: ArrayView2<'_, f32>,
        counter: &dyn Count,
    ) -> Result<Vec<Specification>, SpecificationError> {
        let mut params = self.projection;
        if let Some(along) = along {
            params = params.at(along);
        }
        if start > 0 {
            params = params.reseeded(start).unwrap_or(params);
        }
        let map = params.fit(features, Watch::unseen(counter))?.coordinates;
        let points = standardize(map.view());
        let plane = plane::compute(points.view(), self.clustering, &self.axes, counter)?;
        let n_samples = points.nrows();
        let least = (MIN_CLUSTERED * n_samples as f64).ceil() as usize;
        let mut found = Vec::new();
        let visit = Visit {
            wanted: &|cell: &Cell| cell.n_clusters >= 2 && n_samples - cell.n_noise >= least,
            take: &mut |index, labels| {
                found.push(Specification {
                    along,
                    start,
                    at: plane.cells[index].at,
                    n_clusters: plane.cells[index].n_clusters,
                    labels,
                });
            },
        };
        plane.visit_labels(points.view(), visit, counter)?;
        Ok(found)
    }
}

/// Why there are no settings.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum SpecificationError {
    /// A map's parameter, or the features, are at fault.
    #[error(transparent)]
    Projection(ProjectionError),
    /// A parameter of the clustering is.
    #[error(transparent)]
    Clustering(ClusteringError),
    /// The monitor asked to stop.
    #[error(transparent)]
    Cancelled(#[from] Cancelled),
}

impl From<ProjectionError> for SpecificationError {
    fn from(error: ProjectionError) -> Self {
        match error {
            ProjectionError::Cancelled(cancelled) => Self::Cancelled(cancelled),
            other => Self::Projection(other),
        }
    }
}

impl From<ClusteringError> for SpecificationError {
    fn from(error: ClusteringError) -> Self {
        match error {
            ClusteringError::Cancelled(cancelled) => Self::Cancelled(cancelled),
            other => Self::Clustering(other),
        }
    }
}
