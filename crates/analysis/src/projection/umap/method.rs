//! UMAP as one of the methods.

use super::params::{UmapError, UmapParams};
use crate::arange;
use crate::monitor::Monitor;
use crate::projection::method::{Fit, Method, nth_seed};
use crate::projection::metric::Metric;
use crate::projection::watch::Watch;
use crate::settings::Python;
use crate::warning::Warning;
use ndarray::{Array2, ArrayView2};

impl Method for UmapParams {
    const KEY: &'static str = "umap";
    const LABEL: &'static str = "UMAP";
    const AXIS: Option<&'static str> = Some("n_neighbors");
    const FORMS: bool = true;
    const PYTHON: Python = Python {
        module: "umap",
        class: "UMAP",
        more: &[],
        before: "",
    };
    /// The features: what UMAP computes of them depends on the value along its axis.
    type Input = Array2<f32>;
    type Error = UmapError;

    fn along() -> Vec<f64> {
        arange(2.0, 101.0, 1.0)
    }

    fn check(&self, n_samples: usize) -> Result<(), UmapError> {
        UmapParams::check(*self, n_samples)?;
        Ok(())
    }

    fn input(
        &self,
        features: ArrayView2<'_, f32>,
        _monitor: &dyn Monitor,
    ) -> Result<Array2<f32>, UmapError> {
        Ok(features.to_owned())
    }

    fn fit(&self, features: &Array2<f32>, watch: Watch<'_>) -> Result<Fit, UmapError> {
        let checked = UmapParams::check(*self, features.nrows())?;
        let map = checked.fit(features.view(), watch)?;
        Ok(Fit {
            coordinates: map.coordinates,
            n_iter: checked.n_epochs(),
            kl_divergence: None,
            explained_variance_ratio: None,
        })
    }

    fn warnings(&self, n_samples: usize) -> Vec<Warning> {
        UmapParams::warnings(self, n_samples)
    }

    fn reseeded(&self, index: u64) -> Option<Self> {
        Some(Self {
            random_state: nth_seed(self.random_state, index),
            ..*self
        })
    }

    fn within(self, n_samples: usize) -> Self {
        Self {
            n_neighbors: self.n_neighbors.min(n_samples),
            ..self
        }
    }

    fn default_for(n_samples: usize) -> Self {
        // Fewer than two images have no map, and that is told when it is asked for.
        Self::default().within(n_samples.max(2))
    }

    fn metric(&self) -> Metric {
        self.metric
    }
}
