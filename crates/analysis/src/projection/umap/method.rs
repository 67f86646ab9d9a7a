//! UMAP as one of the methods.

use super::input::{UmapInput, neighbors};
use super::params::{UmapError, UmapParams};
use crate::arange;
use crate::monitor::Monitor;
use crate::projection::method::{Fit, Method, nth_seed};
use crate::projection::metric::Metric;
use crate::projection::neighbors::Neighbors;
use crate::projection::watch::Watch;
use crate::settings::Python;
use crate::warning::Warning;
use ndarray::{Array2, ArrayView2};

/// What maps of any number of neighbours up to some share: finding these takes most of the time.
pub(crate) struct Prepared {
    features: Array2<f32>,
    neighbors: Neighbors,
}

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
    type Input = Prepared;
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
        monitor: &dyn Monitor,
    ) -> Result<Prepared, UmapError> {
        Ok(Prepared {
            neighbors: neighbors(features, self, monitor)?,
            features: features.to_owned(),
        })
    }

    fn fit(&self, prepared: &Prepared, watch: Watch<'_>) -> Result<Fit, UmapError> {
        let features = prepared.features.view();
        let checked = UmapParams::check(*self, features.nrows())?;
        // The sample itself is one of them.
        let input = match prepared.neighbors.k + 1 >= self.n_neighbors {
            true => UmapInput::of_neighbors(features, &prepared.neighbors, self, watch.monitor)?,
            false => UmapInput::new(features, self, watch.monitor)?,
        };
        let map = checked.fit_input(&input, watch)?;
        Ok(Fit {
            coordinates: map.coordinates,
            n_iter: checked.n_epochs(),
            kl_divergence: None,
            explained_variance_ratio: None,
            neighbor_recall: input.neighbor_recall,
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
