//! Maps: how features become two or three coordinates per image.
//!
//! Each method is a folder or file with its parameters, their table ([`crate::settings`]) and what
//! it computes; it is added to [`ProjectionParams`] here, and nothing outside names it.

#![allow(
    clippy::needless_range_loop,
    reason = "kernels run over the lanes and axes of several arrays at once"
)]

mod blocks;
mod cells;
mod distances;
pub mod given;
mod method;
mod metric;
mod neighbors;
pub mod pca;
mod symmetric;
pub mod tsne;
pub mod umap;
mod watch;

use crate::monitor::{Cancelled, Monitor};
use crate::settings::{SettingError, Settings, Spec, Value, place, set};
use crate::warning::Warning;
pub(crate) use distances::Samples;
use given::{GivenError, GivenParams};
pub use method::{Fit, ProjectionMethod};
use method::{Method, method_of};
pub use metric::Metric;
use ndarray::ArrayView2;
use pca::{Pca, PcaError, PcaParams};
use std::convert::Infallible;
use tsne::{TsneError, TsneInput, TsneParams};
use umap::{UmapError, UmapParams};
pub use watch::{Frame, Watch};

/// How a map is made from features: a method and its parameters.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum ProjectionParams {
    /// t-distributed stochastic neighbour embedding.
    Tsne(TsneParams),
    /// The first principal components.
    Pca(PcaParams),
    /// Uniform manifold approximation and projection.
    Umap(UmapParams),
    /// Coordinates that somebody else made.
    Given(GivenParams),
}

/// What is computed of the features once, for many maps by one method.
pub struct ProjectionInput(Input);

enum Input {
    Tsne(TsneInput),
    Pca(Pca),
    Umap(umap::Prepared),
    Given(Infallible),
}

/// Does the same with the parameters of whichever method it is.
macro_rules! each {
    ($self:expr, $params:ident => $body:expr) => {
        match $self {
            ProjectionParams::Tsne($params) => $body,
            ProjectionParams::Pca($params) => $body,
            ProjectionParams::Umap($params) => $body,
            ProjectionParams::Given($params) => $body,
        }
    };
}

impl ProjectionParams {
    /// Every method that makes maps, with its default parameters; the first is the default method.
    pub fn all() -> Vec<Self> {
        vec![
            Self::Tsne(TsneParams::default()),
            Self::Pca(PcaParams::default()),
            Self::Umap(UmapParams::default()),
        ]
    }

    /// A map of so many dimensions that is there already.
    pub fn given(n_components: usize) -> Self {
        Self::Given(GivenParams { n_components })
    }

    /// Whether the map is there already and cannot be made again.
    pub fn is_given(&self) -> bool {
        matches!(self, Self::Given(_))
    }

    /// Every method by its name: those that make maps, and the map that is given.
    pub fn named() -> Vec<Self> {
        let mut named = Self::all();
        named.push(Self::Given(GivenParams::default()));
        named
    }

    /// The defaults of the same method for a cohort of so many samples.
    pub fn default_for(self, n_samples: usize) -> Self {
        match self {
            Self::Tsne(_) => Self::Tsne(Method::default_for(n_samples)),
            Self::Pca(_) => Self::Pca(Method::default_for(n_samples)),
            Self::Umap(_) => Self::Umap(Method::default_for(n_samples)),
            Self::Given(_) => self,
        }
    }

    /// Prepares `features`, `(n_samples, n_features)`, for maps with these parameters, with other
    /// seeds, and with values along the method's axis up to this one's.
    ///
    /// # Errors
    /// [`ProjectionError`] when a parameter or the features do not allow it, or the monitor cancels.
    pub fn input(
        &self,
        features: ArrayView2<'_, f32>,
        monitor: &dyn Monitor,
    ) -> Result<ProjectionInput, ProjectionError> {
        Ok(ProjectionInput(match self {
            Self::Tsne(params) => Input::Tsne(Method::input(params, features, monitor)?),
            Self::Pca(params) => Input::Pca(Method::input(params, features, monitor)?),
            Self::Umap(params) => Input::Umap(Method::input(params, features, monitor)?),
            Self::Given(params) => Input::Given(Method::input(params, features, monitor)?),
        }))
    }

    /// Lays out the map of what was prepared with the same method, metric, start and dimensions.
    ///
    /// # Errors
    /// [`ProjectionError`] when a parameter does not fit the input, the map runs away, or the
    /// monitor cancels.
    pub fn fit_input(
        &self,
        input: &ProjectionInput,
        watch: Watch<'_>,
    ) -> Result<Fit, ProjectionError> {
        match (self, &input.0) {
            (Self::Tsne(params), Input::Tsne(input)) => Ok(Method::fit(params, input, watch)?),
            (Self::Pca(params), Input::Pca(input)) => Ok(Method::fit(params, input, watch)?),
            (Self::Umap(params), Input::Umap(input)) => Ok(Method::fit(params, input, watch)?),
            (Self::Given(params), Input::Given(input)) => Ok(Method::fit(params, input, watch)?),
            _ => Err(ProjectionError::OtherMethod),
        }
    }

    /// The same from another seed, counted from its own, and with a start that depends on it;
    /// `None` where seeds do nothing.
    pub fn reseeded(&self, index: u64) -> Option<Self> {
        match self {
            Self::Tsne(params) => params.reseeded(index).map(Self::Tsne),
            Self::Pca(params) => params.reseeded(index).map(Self::Pca),
            Self::Umap(params) => params.reseeded(index).map(Self::Umap),
            Self::Given(_) => None,
        }
    }

    /// The same, with what so few samples do not allow lowered to what they do.
    pub fn within(self, n_samples: usize) -> Self {
        match self {
            Self::Tsne(params) => Self::Tsne(params.within(n_samples)),
            Self::Pca(params) => Self::Pca(params.within(n_samples)),
            Self::Umap(params) => Self::Umap(params.within(n_samples)),
            Self::Given(_) => self,
        }
    }

    /// What it is without its parameters.
    pub fn method(&self) -> ProjectionMethod {
        each!(self, params => method_of(params))
    }

    /// Checks the parameters against their ranges, each other and the number of samples.
    ///
    /// # Errors
    /// [`ProjectionError`], naming the first parameter out of range and the range.
    pub fn check(&self, n_samples: usize) -> Result<(), ProjectionError> {
        each!(self, params => Ok(Method::check(params, n_samples)?))
    }

    /// What a reader of a map of so many samples should know about these parameters.
    pub fn warnings(&self, n_samples: usize) -> Vec<Warning> {
        each!(self, params => Method::warnings(params, n_samples))
    }

    /// Whether maps of so many samples show little but a ball.
    pub fn is_degenerate(&self, n_samples: usize) -> bool {
        each!(self, params => Method::is_degenerate(params, n_samples))
    }

    /// How far apart two samples are.
    pub fn metric(&self) -> Metric {
        each!(self, params => Method::metric(params))
    }

    /// Every parameter with its value.
    pub fn values(&self) -> Vec<(Spec, Value)> {
        each!(self, params => params.values())
    }

    /// Sets the parameter of this name; one that the method does not have stays unsaid.
    ///
    /// # Errors
    /// [`SettingError`] when the value is out of range.
    pub fn set(&mut self, key: &str, value: Value) -> Result<(), SettingError> {
        each!(self, params => set(params, key, value))
    }

    /// The map at this value along the method's axis.
    pub fn at(mut self, along: f64) -> Self {
        if let Some(axis) = self.method().axis {
            each!(&mut self, params => place(params, axis, along));
        }
        self
    }

    /// The same of a `share`, 0 to 1, of the samples: the value along the method's axis counts samples.
    pub fn scaled(self, share: f64) -> Self {
        match self.along() {
            Some(along) if share < 1.0 => self.at((along * share).max(2.0)),
            _ => self,
        }
    }

    /// The value along the method's axis.
    pub fn along(&self) -> Option<f64> {
        let axis = self.method().axis?;
        let values = self.values().into_iter();
        let mut of_axis = values.filter(|(spec, _)| spec.key == axis);
        of_axis.next().map(|(_, value)| value.number())
    }

    /// Lays out `features`, `(n_samples, n_features)`.
    ///
    /// # Errors
    /// As [`ProjectionParams::input`] and [`ProjectionParams::fit_input`].
    pub fn fit(
        &self,
        features: ArrayView2<'_, f32>,
        watch: Watch<'_>,
    ) -> Result<Fit, ProjectionError> {
        self.check(features.nrows())?;
        self.fit_input(&self.input(features, watch.monitor)?, watch)
    }

    /// Dimensions of the map, 2 or 3.
    pub fn n_components(&self) -> usize {
        self.value("n_components").map_or(2, Value::count)
    }

    /// The seed; 42 where the method has none.
    pub fn random_state(&self) -> u64 {
        self.value("random_state")
            .map_or(42, |value| value.number() as u64)
    }

    /// The value of the parameter of this name, if the method has it.
    pub fn value(&self, key: &str) -> Option<Value> {
        let mut values = self.values().into_iter();
        values
            .find(|(spec, _)| spec.key == key)
            .map(|(_, value)| value)
    }
}

impl Default for ProjectionParams {
    fn default() -> Self {
        Self::Tsne(TsneParams::default())
    }
}

/// Parameters that were checked are no NaN.
impl Eq for ProjectionParams {}

impl std::hash::Hash for ProjectionParams {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        std::mem::discriminant(self).hash(state);
        for (_, value) in self.values() {
            value.hash(state);
        }
    }
}

/// Why there is no map.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum ProjectionError {
    /// A parameter of t-SNE, or the features, are at fault.
    #[error(transparent)]
    Tsne(TsneError),
    /// A parameter of PCA, or the features, are at fault.
    #[error(transparent)]
    Pca(PcaError),
    /// A parameter of UMAP, or the features, are at fault.
    #[error(transparent)]
    Umap(UmapError),
    /// The map is given, and another one was wanted.
    #[error(transparent)]
    Given(#[from] GivenError),
    /// The input was prepared for another method.
    #[error("the features were prepared for another method: prepare them with these parameters")]
    OtherMethod,
    /// The monitor asked to stop.
    #[error(transparent)]
    Cancelled(#[from] Cancelled),
}

impl ProjectionError {
    /// The parameter that is at fault, if one is.
    pub fn parameter(&self) -> Option<&'static str> {
        match self {
            Self::Tsne(error) => error.parameter(),
            Self::Pca(_) => Some("n_components"),
            Self::Umap(error) => error.parameter(),
            Self::Given(_) | Self::OtherMethod => Some("method"),
            Self::Cancelled(_) => None,
        }
    }
}

impl From<TsneError> for ProjectionError {
    fn from(error: TsneError) -> Self {
        match error {
            TsneError::Cancelled(cancelled) => Self::Cancelled(cancelled),
            other => Self::Tsne(other),
        }
    }
}

impl From<PcaError> for ProjectionError {
    fn from(error: PcaError) -> Self {
        match error {
            PcaError::Cancelled(cancelled) => Self::Cancelled(cancelled),
            other => Self::Pca(other),
        }
    }
}

impl From<UmapError> for ProjectionError {
    fn from(error: UmapError) -> Self {
        match error {
            UmapError::Cancelled(cancelled) => Self::Cancelled(cancelled),
            other => Self::Umap(other),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_method_lists_what_it_has() {
        let mut keys: Vec<_> = ProjectionParams::named()
            .iter()
            .map(|p| p.method().key)
            .collect();
        let n_methods = keys.len();
        keys.dedup();
        assert_eq!(keys.len(), n_methods);
        for params in ProjectionParams::named() {
            let method = params.method();
            for (spec, value) in params.values() {
                assert!(spec.check(value).is_ok(), "{} {}", method.key, spec.key);
                assert!(!spec.label.is_empty());
                let mut again = params;
                again.set(spec.key, value).unwrap();
                assert_eq!(again, params, "{} {}", method.key, spec.key);
                // A default is the first of the words.
                if let Value::Word(_) = value {
                    assert_eq!(spec.default_value(), value, "{} {}", method.key, spec.key);
                }
            }
            assert!(params.value("n_components").is_some());
            if let Some(axis) = method.axis {
                assert_eq!(params.at(7.0).along(), Some(7.0), "{axis}");
            }
        }
    }

    #[test]
    fn a_map_that_is_given_is_not_made_again() {
        let given = ProjectionParams::given(3);
        assert_eq!((given.n_components(), given.along()), (3, None));
        assert_eq!(given.reseeded(1), None);
        let features = ndarray::Array2::zeros((9, 4));
        let made = given.fit(features.view(), Watch::unseen(&()));
        assert_eq!(made.unwrap_err(), ProjectionError::Given(GivenError));
    }

    #[test]
    fn a_value_out_of_range_is_refused_and_changes_nothing() {
        for mut params in ProjectionParams::all() {
            let before = params;
            assert!(params.set("n_components", Value::Number(4.0)).is_err());
            assert_eq!(params.set("of_another_method", Value::Number(4.0)), Ok(()));
            assert_eq!(params, before);
        }
    }
}
