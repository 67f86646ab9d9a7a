//! Clusters: how the points of a map become groups.
//!
//! Each method is a folder with its parameters, their table ([`crate::settings`]) and what it
//! computes; it is added to [`ClusteringParams`] here, and nothing outside names it.

pub mod dbscan;
pub mod hdbscan;
pub(crate) mod method;
pub mod plane;

use crate::monitor::{Cancelled, Monitor};
use crate::settings::{SettingError, Settings, Spec, Value, set};
use dbscan::{DbscanError, DbscanParams};
use hdbscan::{HdbscanError, HdbscanParams};
pub use method::{Cell, Clustering, ClusteringMethod};
use method::{Cells, Method, Visit, method_of};
use ndarray::ArrayView2;

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
        each!(self, params => Ok(Method::fit(params, points, monitor)?))
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
        each!(self, params => Ok(Method::cells(params, points, axes, monitor)?))
    }

    fn visit_labels(
        &self,
        points: ArrayView2<'_, f64>,
        cells: Cells<'_>,
        visit: Visit<'_>,
        monitor: &dyn Monitor,
    ) -> Result<(), ClusteringError> {
        each!(self, params => Ok(Method::visit_labels(params, points, cells, visit, monitor)?))
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
