//! Clusters: how the points of a map become groups.
//!
//! Each method is a folder with its parameters, their table ([`crate::settings`]) and what it
//! computes; it is added to [`ClusteringParams`] here, and nothing outside names it.

pub mod dbscan;
pub mod hdbscan;
pub mod plane;

use crate::monitor::{Cancelled, Monitor};
use crate::settings::{Python, SettingError, Settings, Spec, Value, place, set};
use dbscan::{DbscanError, DbscanParams};
use hdbscan::{HdbscanError, HdbscanParams};
use ndarray::ArrayView2;
use plane::{Cell, Plane, Visit};

/// A way to cluster a map, without its parameters.
#[derive(Debug, Clone)]
pub struct ClusteringMethod {
    /// Its name in requests.
    pub key: &'static str,
    /// Its name for readers.
    pub label: &'static str,
    /// Its parameters, in order.
    pub specs: Vec<Spec>,
    /// The two parameters that a plane of settings spans, and a search goes along.
    pub axes: [&'static str; 2],
    /// The notebook's values of the two, or what comes near them.
    pub grid: [Vec<f64>; 2],
    /// Where Python has it.
    pub python: Python,
}

/// What every method of clustering does; implemented beside its parameters.
pub(crate) trait Method: Settings + Default + Copy + Sync {
    /// See [`ClusteringMethod::key`].
    const KEY: &'static str;
    /// See [`ClusteringMethod::label`].
    const LABEL: &'static str;
    /// See [`ClusteringMethod::axes`].
    const AXES: [&'static str; 2];
    /// See [`ClusteringMethod::python`].
    const PYTHON: Python;

    /// See [`ClusteringMethod::grid`].
    fn grid() -> [Vec<f64>; 2];

    /// Clusters points, `(n_samples, n_components)`.
    fn fit(
        &self,
        points: ArrayView2<'_, f64>,
        monitor: &dyn Monitor,
    ) -> Result<Clustering, ClusteringError>;

    /// The same for a cohort of which this share is left, 0 to 1: what counts images is scaled,
    /// because a neighbourhood loses images as the cohort does.
    fn scaled(self, share: f64) -> Self;

    /// The cell of every setting along the two axes; all of the first value come first.
    fn cells(
        &self,
        points: ArrayView2<'_, f64>,
        axes: &[Vec<f64>; 2],
        monitor: &dyn Monitor,
    ) -> Result<Vec<Cell>, ClusteringError> {
        plane::cells_one_by_one(self, points, axes, monitor)
    }

    /// Gives `visit` the labels at every cell that is wanted, with its index, in order.
    fn visit_labels(
        &self,
        points: ArrayView2<'_, f64>,
        plane: &Plane,
        visit: Visit<'_>,
        monitor: &dyn Monitor,
    ) -> Result<(), ClusteringError> {
        plane::visit_one_by_one(self, points, plane, visit, monitor)
    }

    /// The same at these values of its two axes.
    fn at(mut self, values: [f64; 2]) -> Self {
        for (key, value) in Self::AXES.into_iter().zip(values) {
            place(&mut self, key, value);
        }
        self
    }
}

/// How a map is clustered: a method and its parameters.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum ClusteringParams {
    /// Density-based clustering.
    Dbscan(DbscanParams),
    /// The same over all densities at once.
    Hdbscan(HdbscanParams),
}

/// Does the same with the parameters of whichever method it is.
macro_rules! each {
    ($self:expr, $params:ident => $body:expr) => {
        match $self {
            ClusteringParams::Dbscan($params) => $body,
            ClusteringParams::Hdbscan($params) => $body,
        }
    };
}

impl ClusteringParams {
    /// Every method, with its default parameters; the first is the default method.
    pub fn all() -> Vec<Self> {
        vec![
            Self::Dbscan(DbscanParams::default()),
            Self::Hdbscan(HdbscanParams::default()),
        ]
    }

    /// What it is without its parameters.
    pub fn method(&self) -> ClusteringMethod {
        each!(self, params => method_of(params))
    }

    /// The two parameters that a plane of settings spans, and a search goes along.
    pub fn axes(&self) -> [&'static str; 2] {
        self.method().axes
    }

    /// Checks the parameters against their ranges.
    ///
    /// # Errors
    /// [`ClusteringError`], naming the first parameter out of range and the range.
    pub fn check(&self) -> Result<(), ClusteringError> {
        Ok(each!(self, params => params.check_ranges())?)
    }

    /// Clusters `points`, `(n_samples, n_components)` with 1 to 3 components, which must not be
    /// standardised again here.
    ///
    /// # Errors
    /// [`ClusteringError`] when a parameter is out of range, a point is not finite or has no or too
    /// many components, or when the monitor cancels (it is not told of any progress).
    pub fn fit(
        &self,
        points: ArrayView2<'_, f64>,
        monitor: &dyn Monitor,
    ) -> Result<Clustering, ClusteringError> {
        self.check()?;
        each!(self, params => Method::fit(params, points, monitor))
    }

    /// The same for a cohort of which this share is left, 0 to 1.
    pub fn scaled(&self, share: f64) -> Self {
        match self {
            Self::Dbscan(params) => Self::Dbscan(params.scaled(share)),
            Self::Hdbscan(params) => Self::Hdbscan(params.scaled(share)),
        }
    }

    /// The same at these values of its two axes.
    pub fn at(&self, values: [f64; 2]) -> Self {
        match self {
            Self::Dbscan(params) => Self::Dbscan(params.at(values)),
            Self::Hdbscan(params) => Self::Hdbscan(params.at(values)),
        }
    }

    /// The values of the two axes.
    pub fn place(&self) -> [f64; 2] {
        self.axes()
            .map(|key| self.value(key).map_or(f64::NAN, Value::number))
    }

    /// Every parameter with its value.
    pub fn values(&self) -> Vec<(Spec, Value)> {
        each!(self, params => params.values())
    }

    /// The value of the parameter of this name, if the method has it.
    pub fn value(&self, key: &str) -> Option<Value> {
        let mut values = self.values().into_iter();
        values
            .find(|(spec, _)| spec.key == key)
            .map(|(_, value)| value)
    }

    /// Sets the parameter of this name; one that the method does not have stays unsaid.
    ///
    /// # Errors
    /// [`SettingError`] when the value is out of range.
    pub fn set(&mut self, key: &str, value: Value) -> Result<(), SettingError> {
        each!(self, params => set(params, key, value))
    }

    fn cells(
        &self,
        points: ArrayView2<'_, f64>,
        axes: &[Vec<f64>; 2],
        monitor: &dyn Monitor,
    ) -> Result<Vec<Cell>, ClusteringError> {
        each!(self, params => params.cells(points, axes, monitor))
    }

    fn visit_labels(
        &self,
        points: ArrayView2<'_, f64>,
        plane: &Plane,
        visit: Visit<'_>,
        monitor: &dyn Monitor,
    ) -> Result<(), ClusteringError> {
        each!(self, params => params.visit_labels(points, plane, visit, monitor))
    }
}

impl Default for ClusteringParams {
    fn default() -> Self {
        Self::Dbscan(DbscanParams::default())
    }
}

/// Parameters that were checked are no NaN.
impl Eq for ClusteringParams {}

impl std::hash::Hash for ClusteringParams {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        std::mem::discriminant(self).hash(state);
        for (_, value) in self.values() {
            value.hash(state);
        }
    }
}

fn method_of<M: Method>(_: &M) -> ClusteringMethod {
    ClusteringMethod {
        key: M::KEY,
        label: M::LABEL,
        specs: M::specs(),
        axes: M::AXES,
        grid: M::grid(),
        python: M::PYTHON,
    }
}

/// Which point belongs to which cluster.
#[derive(Debug, Clone, PartialEq)]
pub struct Clustering {
    /// The cluster of each point, from 0; `None` is noise.
    pub labels: Vec<Option<u32>>,
    /// Whether each point is a core point, at home in its cluster whatever lies beside it. Methods
    /// without border points have all points of clusters.
    pub core: Vec<bool>,
    /// How firmly each point is in its cluster, 0 to 1; of methods that tell.
    pub probabilities: Option<Vec<f64>>,
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
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ClusteringError {
    /// A parameter is out of its range.
    #[error(transparent)]
    Setting(#[from] SettingError),
    /// The points are at fault.
    #[error(transparent)]
    Dbscan(DbscanError),
    /// The points are at fault.
    #[error(transparent)]
    Hdbscan(HdbscanError),
    /// The monitor asked to stop.
    #[error(transparent)]
    Cancelled(#[from] Cancelled),
}

impl ClusteringError {
    /// The parameter that is at fault, if one is.
    pub fn parameter(&self) -> Option<&'static str> {
        match self {
            Self::Setting(error) => Some(error.key),
            Self::Dbscan(_) | Self::Hdbscan(_) | Self::Cancelled(_) => None,
        }
    }
}

impl From<DbscanError> for ClusteringError {
    fn from(error: DbscanError) -> Self {
        match error {
            DbscanError::Cancelled(cancelled) => Self::Cancelled(cancelled),
            DbscanError::Setting(error) => Self::Setting(error),
            other => Self::Dbscan(other),
        }
    }
}

impl From<HdbscanError> for ClusteringError {
    fn from(error: HdbscanError) -> Self {
        match error {
            HdbscanError::Cancelled(cancelled) => Self::Cancelled(cancelled),
            HdbscanError::Setting(error) => Self::Setting(error),
            other => Self::Hdbscan(other),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_method_lists_what_it_has() {
        for params in ClusteringParams::all() {
            let method = params.method();
            for (spec, value) in params.values() {
                assert!(spec.check(value).is_ok(), "{} {}", method.key, spec.key);
                let mut again = params;
                again.set(spec.key, value).unwrap();
                assert_eq!(again, params, "{} {}", method.key, spec.key);
                if let Value::Word(_) = value {
                    assert_eq!(spec.default_value(), value, "{} {}", method.key, spec.key);
                }
            }
            assert_eq!(params.at([3.0, 4.0]).place(), [3.0, 4.0], "{}", method.key);
            assert!(method.grid.iter().all(|values| !values.is_empty()));
        }
    }
}
