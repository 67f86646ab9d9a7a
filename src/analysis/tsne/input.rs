//! What t-SNE computes from the features once, for any number of perplexities.

use super::super::monitor::{Monitor, Silent};
use super::affinities;
use super::descent::{Embedding, Watch, minimise};
use super::distances::squared_distances;
use super::exact::Exact;
use super::map::Map;
use super::params::{CheckedTsne, Init, Metric, TsneError, TsneParams};
use super::start;
use ndarray::{Array2, ArrayView2};

/// Distances and the start from PCA: all that does not depend on perplexity, seed or iterations.
///
/// Worth keeping while only those change: at 193 × 64 it saves a tenth of a fit.
#[derive(Debug, Clone)]
pub struct TsneInput {
    n_samples: usize,
    n_components: usize,
    metric: Metric,
    squared_distances: Vec<f32>,
    pca_start: Option<Array2<f32>>,
}

impl TsneInput {
    /// Prepares `features`, `(n_samples, n_features)`, for the metric, the number of components and
    /// the kind of start that `params` name.
    ///
    /// # Errors
    /// [`TsneError`] when a feature is not finite, when there are no principal components to start
    /// from, or when the monitor cancels (it is not told of any progress).
    pub fn new(
        features: ArrayView2<'_, f32>,
        params: &TsneParams,
        monitor: &dyn Monitor,
    ) -> Result<Self, TsneError> {
        if let Some(((row, column), _)) = features.indexed_iter().find(|(_, x)| !x.is_finite()) {
            return Err(TsneError::NotFinite { row, column });
        }
        let pca_start = match params.init {
            Init::Pca => Some(
                start::from_pca(features, params.n_components, monitor).map_err(TsneError::Pca)?,
            ),
            Init::Random => None,
        };
        Ok(Self {
            n_samples: features.nrows(),
            n_components: params.n_components,
            metric: params.metric,
            squared_distances: squared_distances(features, params.metric, &Silent(monitor))?,
            pca_start,
        })
    }

    /// The joint affinities P at this perplexity, `(n_samples, n_samples)`: symmetric, with sum 1.
    ///
    /// # Errors
    /// [`TsneError`] when the perplexity does not fit the data, or when the monitor cancels.
    pub fn joint_probabilities(
        &self,
        perplexity: f64,
        monitor: &dyn Monitor,
    ) -> Result<Array2<f64>, TsneError> {
        TsneParams {
            perplexity,
            ..TsneParams::default()
        }
        .check(self.n_samples)?;
        let joint =
            affinities::joint(&self.squared_distances, self.n_samples, perplexity, monitor)?;
        let shape = (self.n_samples, self.n_samples);
        Ok(Array2::from_shape_fn(shape, |(i, j)| {
            joint[i * self.n_samples + j]
        }))
    }
}

impl CheckedTsne {
    /// Maps `features`, `(n_samples, n_features)`. The monitor hears of `max_iter` units in all.
    ///
    /// The same features, parameters and seed give the same bytes, whatever the number of threads.
    ///
    /// # Errors
    /// [`TsneError`] when the features are not those that the parameters were checked for or are
    /// not finite, when the descent runs away, or when the monitor cancels.
    pub fn fit(
        &self,
        features: ArrayView2<'_, f32>,
        monitor: &dyn Monitor,
    ) -> Result<Embedding, TsneError> {
        let input = TsneInput::new(features, self.params(), monitor)?;
        self.fit_input(
            &input,
            Watch {
                monitor,
                frame_every: 0,
                on_frame: &mut |_| {},
            },
        )
    }

    /// As [`CheckedTsne::fit`], from what was prepared before, and with frames on the way.
    ///
    /// # Errors
    /// As [`CheckedTsne::fit`]; and when `input` was prepared for another metric, number of
    /// components or kind of start.
    pub fn fit_input(&self, input: &TsneInput, watch: Watch<'_>) -> Result<Embedding, TsneError> {
        let start = match (self.params().init, &input.pca_start) {
            (Init::Pca, Some(start)) => start.clone(),
            (Init::Pca, None) => {
                return Err(TsneError::OtherData {
                    expected: "a start from PCA".into(),
                    found: "a random start".into(),
                });
            }
            (Init::Random, _) => {
                let params = self.params();
                start::random(self.n_samples(), params.n_components, params.random_state)
            }
        };
        self.fit_from(input, start.view(), watch)
    }

    /// As [`CheckedTsne::fit_input`], from the given `(n_samples, n_components)` start.
    ///
    /// # Errors
    /// As [`CheckedTsne::fit_input`]; and when the start has another shape.
    pub fn fit_from(
        &self,
        input: &TsneInput,
        start: ArrayView2<'_, f32>,
        watch: Watch<'_>,
    ) -> Result<Embedding, TsneError> {
        let params = self.params();
        let expected = (self.n_samples(), params.n_components, params.metric);
        let found = (input.n_samples, input.n_components, input.metric);
        let given = (start.nrows(), start.ncols(), params.metric);
        for found in [found, given] {
            if found != expected {
                return Err(TsneError::OtherData {
                    expected: format!("{expected:?}"),
                    found: format!("{found:?}"),
                });
            }
        }
        match params.n_components {
            2 => self.descend::<2>(input, start, watch),
            _ => self.descend::<3>(input, start, watch),
        }
    }

    fn descend<const D: usize>(
        &self,
        input: &TsneInput,
        start: ArrayView2<'_, f32>,
        mut watch: Watch<'_>,
    ) -> Result<Embedding, TsneError> {
        let perplexity = self.params().perplexity;
        let (distances, n_samples) = (&input.squared_distances, input.n_samples);
        let mut objective = Exact::<D>::new(distances, n_samples, perplexity, watch.monitor)?;
        minimise(&mut objective, Map::from_rows(start), self, &mut watch)
    }
}
