//! Density-based clustering (DBSCAN; Ester, Kriegel, Sander and Xu 1996), with scikit-learn's result
//! to the last label.
//!
//! A point is core when at least `min_samples` points, itself included, lie within `eps` of it
//! (dx² + dy² ≤ eps², in double precision). Clusters are the connected components of core points;
//! they are numbered by their lowest core index, the order in which scikit-learn finds them. A
//! border point belongs to the lowest-numbered cluster with a core point within `eps`.
//!
//! Two ways to the same labels: bit sets of all pairs up to 1,024 points, a grid beyond.

mod bits;
mod grid;
mod grid_clusters;
mod method;
mod plane;
mod points;

use bits::{Adjacency, SquaredDistances, cluster_all_pairs};
use grid::Grid;
pub(crate) use points::Points;

use super::method::{Clustering, MIN_SAMPLES};
use crate::monitor::{Cancelled, Monitor};
use crate::settings::{Entry, SettingError, Settings, Spec};
use ndarray::ArrayView2;

/// Points up to which all pairs are looked at.
const BITS_LIMIT: usize = 1024;

/// Parameters of DBSCAN, named as in scikit-learn.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct DbscanParams {
    /// The radius of a neighbourhood, > 0, in the units of the points (standard deviations on a
    /// standardised map). Too small makes everything noise, too large one cluster.
    pub eps: f64,
    /// Points, itself included, that make a neighbourhood dense, ≥ 1. Larger values ask for denser
    /// clusters and leave more noise.
    pub min_samples: usize,
}

impl Default for DbscanParams {
    /// The notebook's choice.
    fn default() -> Self {
        Self {
            eps: 0.4,
            min_samples: 14,
        }
    }
}

impl Settings for DbscanParams {
    const ENTRIES: &'static [Entry<Self>] = &[
        Entry {
            spec: Spec::number("eps", "eps", (1e-6, 1000.0))
                .slider(0.01, 2.0, 0.01)
                .unit("σ")
                .prominent()
                .help(
                    "Radius of a neighbourhood, in standard deviations of each axis of the map. \
                     Small values leave most images as noise, large ones merge everything \
                     (DBSCAN: Ester et al. 1996).",
                ),
            get: |params| params.eps.into(),
            set: |params, value| params.eps = value.number(),
        },
        Entry {
            spec: MIN_SAMPLES,
            get: |params| params.min_samples.into(),
            set: |params, value| params.min_samples = value.count(),
        },
    ];
}

/// Parameters that are in range.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CheckedDbscan(DbscanParams);

impl DbscanParams {
    /// Checks the ranges; only checked parameters run.
    ///
    /// # Errors
    /// [`DbscanError`], naming the first parameter out of range and the range.
    pub fn check(self) -> Result<CheckedDbscan, DbscanError> {
        self.check_ranges()?;
        Ok(CheckedDbscan(self))
    }
}

impl CheckedDbscan {
    /// The parameters as given.
    pub fn params(&self) -> DbscanParams {
        self.0
    }

    /// Clusters `points`, `(n_samples, n_components)` with 1 to 3 components, which must not be
    /// standardised again here.
    ///
    /// Time is about n² for up to 1,024 points and beyond that about n times the number of points
    /// in a neighbourhood, at most `min_samples` of which are looked at for most points; memory
    /// grows with n alone.
    ///
    /// # Errors
    /// [`DbscanError`] when a point is not finite or has no or too many components, or when the
    /// monitor cancels (it is not told of any progress).
    pub fn fit(
        &self,
        points: ArrayView2<'_, f64>,
        monitor: &dyn Monitor,
    ) -> Result<Clustering, DbscanError> {
        let points = Points::new(points)?;
        let DbscanParams { eps, min_samples } = self.0;
        if points.len() > BITS_LIMIT
            && let Some(grid) = Grid::new(&points, eps)
        {
            return Ok(grid.count(min_samples, monitor)?.cluster(min_samples));
        }
        Ok(cluster_all_pairs(&points, eps, min_samples, monitor)?)
    }
}

/// Why there are no clusters.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DbscanError {
    /// A parameter is out of its range.
    #[error(transparent)]
    Setting(#[from] SettingError),
    /// Points are in one to three dimensions.
    #[error("the points have {n_components} components; project them to 2 or 3 first")]
    Components {
        /// Columns of the points.
        n_components: usize,
    },
    /// A coordinate is NaN or infinite.
    #[error(
        "coordinate {column} of point {row} is not a finite number; remove the point or mend it"
    )]
    NotFinite {
        /// The point, from 0.
        row: usize,
        /// The coordinate, from 0.
        column: usize,
    },
    /// The monitor asked to stop.
    #[error(transparent)]
    Cancelled(#[from] Cancelled),
}

#[cfg(test)]
mod tests;
