//! HDBSCAN as one of the methods.

use super::{HdbscanError, HdbscanParams};
use crate::arange;
use crate::clustering::method::{Clustering, Method};
use crate::monitor::Monitor;
use crate::settings::Python;
use ndarray::ArrayView2;

/// scikit-learn sorts the edges of its tree by an unstable sort, so that equal edges, which are
/// common, join in another order on other processors and change labels. Here they keep their order.
const STABLE: &str = "\
# Equal edges of the tree keep their order, which scikit-learn leaves to the processor.
import sklearn.cluster._hdbscan.hdbscan as _inner


class _Stable:
    def __getattr__(self, name):
        return getattr(np, name)

    def argsort(self, lengths):
        return np.argsort(lengths, kind=\"stable\")


_inner.np = _Stable()
";

impl Method for HdbscanParams {
    type Error = HdbscanError;
    const KEY: &'static str = "hdbscan";
    const LABEL: &'static str = "HDBSCAN";
    const AXES: [&'static str; 2] = ["min_cluster_size", "min_samples"];
    const PYTHON: Python = Python {
        module: "sklearn.cluster",
        class: "HDBSCAN",
        more: &["copy=True"],
        before: STABLE,
    };

    fn grid() -> [Vec<f64>; 2] {
        [arange(3.0, 22.0, 1.0), arange(1.0, 16.0, 1.0)]
    }

    fn fit(
        &self,
        points: ArrayView2<'_, f64>,
        monitor: &dyn Monitor,
    ) -> Result<Clustering, HdbscanError> {
        let n_samples = points.nrows();
        let found = match self.check(n_samples) {
            Ok(checked) => checked.fit(points, monitor)?,
            // Fewer points than a neighbourhood asks for are noise, as they are for DBSCAN.
            Err(HdbscanError::MinSamples { .. } | HdbscanError::Samples { .. }) => {
                return Ok(Clustering {
                    labels: vec![None; n_samples],
                    core: vec![false; n_samples],
                    probabilities: Some(vec![0.0; n_samples]),
                    n_clusters: 0,
                });
            }
            Err(error) => return Err(error),
        };
        Ok(Clustering {
            core: found.labels.iter().map(Option::is_some).collect(),
            labels: found.labels,
            probabilities: Some(found.probabilities),
            n_clusters: found.n_clusters,
        })
    }

    fn scaled(self, share: f64) -> Self {
        let scaled = |n: usize, least| ((n as f64 * share).round() as usize).max(least);
        Self {
            min_cluster_size: scaled(self.min_cluster_size, 2),
            min_samples: self.min_samples.map(|n| scaled(n, 1)),
            ..self
        }
    }
}
