//! t-SNE as one of the methods.

use super::input::TsneInput;
use super::params::{Init, TsneError, TsneParams, is_degenerate};
use crate::arange;
use crate::monitor::Monitor;
use crate::projection::method::{Fit, Method, nth_seed};
use crate::projection::metric::Metric;
use crate::projection::watch::Watch;
use crate::settings::Python;
use crate::warning::Warning;
use ndarray::ArrayView2;

impl Method for TsneParams {
    const KEY: &'static str = "tsne";
    const LABEL: &'static str = "t-SNE";
    const AXIS: Option<&'static str> = Some("perplexity");
    const FORMS: bool = true;
    const PYTHON: Python = Python {
        module: "sklearn.manifold",
        class: "TSNE",
        more: &["method=\"exact\" if len(features) <= 2500 else \"barnes_hut\""],
        before: "",
    };
    type Input = TsneInput;
    type Error = TsneError;

    fn along() -> Vec<f64> {
        arange(1.0, 180.0, 1.0)
    }

    fn check(&self, n_samples: usize) -> Result<(), TsneError> {
        TsneParams::check(*self, n_samples)?;
        Ok(())
    }

    fn input(
        &self,
        features: ArrayView2<'_, f32>,
        monitor: &dyn Monitor,
    ) -> Result<TsneInput, TsneError> {
        TsneInput::new(features, self, monitor)
    }

    fn fit(&self, input: &TsneInput, watch: Watch<'_>) -> Result<Fit, TsneError> {
        let checked = TsneParams::check(*self, input.n_samples())?;
        let map = checked.fit_input(input, watch)?;
        Ok(Fit {
            coordinates: map.coordinates,
            n_iter: map.n_iter,
            kl_divergence: Some(map.kl_divergence),
            explained_variance_ratio: None,
            neighbor_recall: input.neighbor_recall(),
        })
    }

    fn warnings(&self, n_samples: usize) -> Vec<Warning> {
        TsneParams::warnings(self, n_samples)
    }

    fn reseeded(&self, index: u64) -> Option<Self> {
        Some(Self {
            init: Init::Random,
            random_state: nth_seed(self.random_state, index),
            ..*self
        })
    }

    fn within(self, n_samples: usize) -> Self {
        Self {
            perplexity: self.perplexity.min(n_samples.saturating_sub(1) as f64),
            ..self
        }
    }

    fn default_for(n_samples: usize) -> Self {
        let default = Self::default();
        let trustworthy = (n_samples.saturating_sub(1) / 3).max(1);
        Self {
            perplexity: default.perplexity.min(trustworthy as f64),
            ..default
        }
    }

    fn is_degenerate(&self, n_samples: usize) -> bool {
        is_degenerate(self.perplexity, n_samples)
    }

    fn metric(&self) -> Metric {
        self.metric
    }
}
