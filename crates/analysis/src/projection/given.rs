//! A map that somebody made elsewhere: its coordinates are there, and it cannot be made again.

use super::method::{Fit, Method, N_COMPONENTS};
use super::watch::Watch;
use crate::monitor::Monitor;
use crate::settings::{Entry, Python, Settings};
use ndarray::ArrayView2;
use std::convert::Infallible;

/// Parameters of a map that is given: how many axes it has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GivenParams {
    /// Dimensions of the map, 2 or 3.
    pub n_components: usize,
}

impl Default for GivenParams {
    fn default() -> Self {
        Self { n_components: 2 }
    }
}

impl Settings for GivenParams {
    const ENTRIES: &'static [Entry<Self>] = &[Entry {
        spec: N_COMPONENTS,
        get: |params| params.n_components.into(),
        set: |params, value| params.n_components = value.count(),
    }];
}

/// Whoever has the coordinates shows them; everybody else is refused here, where maps are made.
impl Method for GivenParams {
    const KEY: &'static str = "given";
    const LABEL: &'static str = "Ready coordinates";
    const AXIS: Option<&'static str> = None;
    const FORMS: bool = false;
    const PYTHON: Python = Python {
        module: "",
        class: "",
        more: &[],
        before: "",
    };
    type Input = Infallible;
    type Error = GivenError;

    fn along() -> Vec<f64> {
        vec![0.0]
    }

    fn check(&self, _n_samples: usize) -> Result<(), GivenError> {
        Ok(())
    }

    fn input(
        &self,
        _features: ArrayView2<'_, f32>,
        _monitor: &dyn Monitor,
    ) -> Result<Infallible, GivenError> {
        Err(GivenError)
    }

    fn fit(&self, input: &Infallible, _watch: Watch<'_>) -> Result<Fit, GivenError> {
        match *input {}
    }
}

/// Another map is wanted of coordinates that are ready.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "ready coordinates are one map, which cannot be made again: leave out --embedding to have maps made of the features"
)]
pub struct GivenError;
