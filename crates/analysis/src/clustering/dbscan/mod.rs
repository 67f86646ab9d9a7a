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
mod points;

pub(crate) use bits::{Adjacency, SquaredDistances, cluster_all_pairs};
pub(crate) use grid::Grid;
pub(crate) use points::Points;

use crate::monitor::{Cancelled, Monitor};
use ndarray::ArrayView2;

/// Points up to which all pairs are looked at.
pub(crate) const BITS_LIMIT: usize = 1024;

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

/// Parameters that are in range.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CheckedDbscan(DbscanParams);

impl DbscanParams {
    /// Checks the ranges; only checked parameters run.
    ///
    /// # Errors
    /// [`DbscanError`], naming the first parameter out of range and the range.
    pub fn check(self) -> Result<CheckedDbscan, DbscanError> {
        // Written so that NaN fails.
        if !(self.eps > 0.0 && self.eps.is_finite()) {
            return Err(DbscanError::Eps { eps: self.eps });
        }
        if self.min_samples == 0 {
            return Err(DbscanError::MinSamples);
        }
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

/// Which point belongs to which cluster.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Clustering {
    /// The cluster of each point, from 0; `None` is noise.
    pub labels: Vec<Option<u32>>,
    /// Whether each point is a core point.
    pub core: Vec<bool>,
    /// The number of clusters, noise not counted.
    pub n_clusters: usize,
}

impl Clustering {
    /// The number of points in no cluster.
    pub fn n_noise(&self) -> usize {
        self.labels.iter().filter(|label| label.is_none()).count()
    }
}

/// The sizes of the clusters, without their members.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Sizes {
    /// Border points included, in the order of the clusters' numbers.
    pub(crate) clusters: Vec<u64>,
    pub(crate) n_noise: u64,
}

impl From<&Clustering> for Sizes {
    fn from(clustering: &Clustering) -> Self {
        let mut sizes = Self {
            clusters: vec![0; clustering.n_clusters],
            n_noise: 0,
        };
        for label in &clustering.labels {
            match label {
                Some(cluster) => sizes.clusters[*cluster as usize] += 1,
                None => sizes.n_noise += 1,
            }
        }
        sizes
    }
}

/// Why there are no clusters.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum DbscanError {
    /// See [`DbscanParams::eps`].
    #[error("eps is {eps}; set it to a number above 0")]
    Eps {
        /// What was asked for.
        eps: f64,
    },
    /// See [`DbscanParams::min_samples`].
    #[error("min_samples is 0; set it to 1 or more")]
    MinSamples,
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
