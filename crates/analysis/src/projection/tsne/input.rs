//! What t-SNE computes from the features once, for any number of perplexities.

use super::affinities;
use super::barnes_hut::BarnesHut;
use super::descent::{Embedding, minimise};
use super::exact::Exact;
use super::map::Map;
use super::params::{CheckedTsne, EXACT_LIMIT, Init, TsneError, TsneParams};
use super::sparse::{SparseAffinities, n_neighbors};
use super::start;
use crate::finite::not_finite;
use crate::monitor::Monitor;
use crate::projection::distances::squared_distances;
use crate::projection::neighbors::Neighbors;
use crate::projection::{Metric, Watch};
use ndarray::{Array2, ArrayView2};

/// Distances and the start from PCA: all that does not depend on perplexity, seed or iterations.
///
/// Worth keeping while only those change: at 193 × 64 it saves a tenth of a fit.
#[derive(Debug, Clone)]
pub struct TsneInput {
    n_samples: usize,
    n_components: usize,
    metric: Metric,
    relations: Relations,
    pca_start: Option<Array2<f32>>,
}

/// How the samples lie to each other.
#[derive(Debug, Clone)]
enum Relations {
    /// All squared distances, by rows.
    All(Vec<f32>),
    /// Only those to the nearest neighbours.
    Near(Neighbors),
}

impl TsneInput {
    /// Prepares `features`, `(n_samples, n_features)`, for the metric, the number of components and
    /// the kind of start that `params` name, and for perplexities up to theirs.
    ///
    /// Up to 2,500 samples all distances are computed, which serve any perplexity; beyond, the
    /// nearest 3 × perplexity neighbours of each sample, found by looking at all others, and beyond
    /// 50,000 at those in the nearest cells.
    ///
    /// # Errors
    /// [`TsneError`] when a feature is not finite, when there are no principal components to start
    /// from, when the perplexity is not below n_samples, or when the monitor cancels (it is not
    /// told of any progress).
    pub fn new(
        features: ArrayView2<'_, f32>,
        params: &TsneParams,
        monitor: &dyn Monitor,
    ) -> Result<Self, TsneError> {
        params.check(features.nrows())?;
        if let Some((row, column)) = not_finite(features) {
            return Err(TsneError::NotFinite { row, column });
        }
        let pca_start = match params.init {
            Init::Pca => Some(
                start::from_pca(features, params.n_components, monitor).map_err(TsneError::Pca)?,
            ),
            Init::Random => None,
        };
        let (n_samples, metric) = (features.nrows(), params.metric);
        let relations = if n_samples <= EXACT_LIMIT {
            Relations::All(squared_distances(features, metric, monitor)?)
        } else {
            let k = n_neighbors(params.perplexity, n_samples);
            Relations::Near(Neighbors::find(features, metric, k, monitor)?)
        };
        Ok(Self {
            n_samples,
            n_components: params.n_components,
            metric,
            relations,
            pca_start,
        })
    }

    /// The samples that it was made of.
    pub fn n_samples(&self) -> usize {
        self.n_samples
    }

    /// The share of the neighbours that it knows, where not all were looked for.
    pub(super) fn neighbor_recall(&self) -> Option<f64> {
        match &self.relations {
            Relations::All(_) => None,
            Relations::Near(neighbors) => neighbors.recall,
        }
    }

    /// The joint affinities P at this perplexity, `(n_samples, n_samples)`: symmetric, with sum 1.
    /// Beyond 2,500 samples those of pairs that are no near neighbours are zero.
    ///
    /// # Errors
    /// [`TsneError`] when the perplexity does not fit the data, or when the monitor cancels.
    pub fn joint_probabilities(
        &self,
        perplexity: f64,
        monitor: &dyn Monitor,
    ) -> Result<Array2<f64>, TsneError> {
        let n_samples = self.n_samples;
        TsneParams {
            perplexity,
            ..TsneParams::default()
        }
        .check(n_samples)?;
        let mut result = Array2::zeros((n_samples, n_samples));
        match &self.relations {
            Relations::All(distances) => {
                let joint = affinities::joint(distances, n_samples, perplexity, monitor)?;
                result.iter_mut().zip(joint).for_each(|(out, p)| *out = p);
            }
            Relations::Near(neighbors) => {
                let sparse = self.sparse(neighbors, perplexity, monitor)?;
                for (i, mut row) in result.rows_mut().into_iter().enumerate() {
                    for entry in sparse.starts[i]..sparse.starts[i + 1] {
                        row[sparse.columns[entry] as usize] = f64::from(sparse.values[entry]);
                    }
                }
            }
        }
        Ok(result)
    }

    fn sparse(
        &self,
        neighbors: &Neighbors,
        perplexity: f64,
        monitor: &dyn Monitor,
    ) -> Result<SparseAffinities, TsneError> {
        let k = n_neighbors(perplexity, self.n_samples);
        if k > neighbors.k {
            return Err(TsneError::OtherData {
                expected: format!("{k} neighbours"),
                found: format!("{} neighbours", neighbors.k),
            });
        }
        Ok(SparseAffinities::new(
            neighbors,
            self.n_samples,
            perplexity,
            monitor,
        )?)
    }
}

impl CheckedTsne {
    /// Maps `features`, `(n_samples, n_features)`.
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
        self.fit_input(&input, Watch::unseen(monitor))
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
        let start = Map::from_rows(start);
        match &input.relations {
            Relations::All(distances) => {
                let n_samples = input.n_samples;
                let mut objective =
                    Exact::<D>::new(distances, n_samples, perplexity, watch.monitor)?;
                minimise(&mut objective, start, self, &mut watch)
            }
            Relations::Near(neighbors) => {
                let sparse = input.sparse(neighbors, perplexity, watch.monitor)?;
                minimise(&mut BarnesHut::<D>::new(sparse), start, self, &mut watch)
            }
        }
    }
}
