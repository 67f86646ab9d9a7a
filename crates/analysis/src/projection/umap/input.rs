//! What UMAP computes from the features once, for any distance, seed and number of epochs.

use super::graph::memberships;
use super::layout::lay_out;
use super::params::{CheckedUmap, UmapError, UmapParams};
use super::start::{Start, StartedFrom};
use crate::finite::not_finite;
use crate::monitor::Monitor;
use crate::projection::neighbors::Neighbors;
use crate::projection::symmetric::Symmetric;
use crate::projection::{Metric, Watch};
use ndarray::{Array2, ArrayView2};

/// A finished map.
#[derive(Debug, Clone, PartialEq)]
pub struct UmapEmbedding {
    /// `(n_samples, n_components)`. The layout is made in single precision; these are its numbers,
    /// exactly, so that they are the same however they are passed on.
    pub coordinates: Array2<f64>,
    /// Epochs that ran.
    pub n_epochs: usize,
    /// What the layout started from.
    pub started_from: StartedFrom,
    /// The pieces that the graph of neighbours is in. Nothing pulls pieces towards each other: how
    /// far apart they lie says nothing but that they are apart.
    pub n_pieces: usize,
}

/// The graph of neighbours and where its layout starts: all that does not depend on min_dist, seed
/// and epochs.
#[derive(Debug, Clone)]
pub struct UmapInput {
    key: Key,
    graph: Symmetric,
    start: Start,
    /// The share of the neighbours that are in the graph, where not all were looked for.
    pub(super) neighbor_recall: Option<f64>,
}

/// The data and parameters that an input is for.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Key {
    n_samples: usize,
    n_components: usize,
    n_neighbors: usize,
    metric: Metric,
}

impl Key {
    fn new(params: &UmapParams, n_samples: usize) -> Self {
        Self {
            n_samples,
            n_components: params.n_components,
            n_neighbors: params.n_neighbors,
            metric: params.metric,
        }
    }
}

impl UmapInput {
    /// Prepares `features`, `(n_samples, n_features)`, for the metric and the numbers of neighbours
    /// and components that `params` name.
    ///
    /// Up to 50,000 samples neighbours are exact: time goes with n_samples² × n_features at worst, and
    /// is far less where the data have clusters. Of more, the nearest cells of samples are looked at.
    ///
    /// # Errors
    /// [`UmapError`] when the parameters do not fit the features, when a feature is not finite, or
    /// when the monitor cancels.
    pub fn new(
        features: ArrayView2<'_, f32>,
        params: &UmapParams,
        monitor: &dyn Monitor,
    ) -> Result<Self, UmapError> {
        let neighbors = neighbors(features, params, monitor)?;
        Self::of_neighbors(features, &neighbors, params, monitor)
    }

    /// The same of neighbours that were found before, as many as `params` names or more.
    pub(super) fn of_neighbors(
        features: ArrayView2<'_, f32>,
        neighbors: &Neighbors,
        params: &UmapParams,
        monitor: &dyn Monitor,
    ) -> Result<Self, UmapError> {
        let graph = memberships(&neighbors.nearest(params.n_neighbors - 1), monitor)?;
        let start = Start::new(&graph, features, params.n_components, monitor)?;
        Ok(Self {
            key: Key::new(params, features.nrows()),
            graph,
            start,
            neighbor_recall: neighbors.recall,
        })
    }

    /// The memberships of all edges, `(n_samples, n_samples)`: symmetric, from 0 to 1.
    pub fn memberships(&self) -> Array2<f64> {
        let n_samples = self.graph.len();
        let mut result = Array2::zeros((n_samples, n_samples));
        for i in 0..n_samples {
            for (j, weight) in self.graph.row(i) {
                result[[i, j]] = f64::from(weight);
            }
        }
        result
    }
}

/// The neighbours of every sample, as many as `params` names.
pub(super) fn neighbors(
    features: ArrayView2<'_, f32>,
    params: &UmapParams,
    monitor: &dyn Monitor,
) -> Result<Neighbors, UmapError> {
    params.check(features.nrows())?;
    if let Some((row, column)) = not_finite(features) {
        return Err(UmapError::NotFinite { row, column });
    }
    // The sample itself is one of them.
    let k = params.n_neighbors - 1;
    Ok(Neighbors::find(features, params.metric, k, monitor)?)
}

impl CheckedUmap {
    /// Maps `features`, `(n_samples, n_features)`.
    ///
    /// The same features, parameters and seed give the same bytes, whatever the number of threads.
    ///
    /// # Errors
    /// [`UmapError`] when the features are not those that the parameters were checked for or are
    /// not finite, or when the monitor cancels.
    pub fn fit(
        &self,
        features: ArrayView2<'_, f32>,
        watch: Watch<'_>,
    ) -> Result<UmapEmbedding, UmapError> {
        let input = UmapInput::new(features, self.params(), watch.monitor)?;
        self.fit_input(&input, watch)
    }

    /// As [`CheckedUmap::fit`], from what was prepared before.
    ///
    /// # Errors
    /// As [`CheckedUmap::fit`]; and when `input` was prepared for other data, another metric or
    /// other numbers of neighbours or components.
    pub fn fit_input(
        &self,
        input: &UmapInput,
        mut watch: Watch<'_>,
    ) -> Result<UmapEmbedding, UmapError> {
        let expected = Key::new(self.params(), self.n_samples());
        if input.key != expected {
            return Err(UmapError::OtherData {
                expected: format!("{expected:?}"),
                found: format!("{:?}", input.key),
            });
        }
        let start = input.start.points(self.params().random_state);
        let map = match expected.n_components {
            2 => lay_out::<2>(&input.graph, start.view(), self, &mut watch)?,
            _ => lay_out::<3>(&input.graph, start.view(), self, &mut watch)?,
        };
        Ok(UmapEmbedding {
            coordinates: map.mapv(f64::from),
            n_epochs: self.n_epochs(),
            started_from: input.start.from,
            n_pieces: input.start.n_pieces,
        })
    }
}
