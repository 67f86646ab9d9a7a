//! Affinities between near neighbours only, for many samples (van der Maaten 2014, section 4.1).

use super::affinities::GaussianRow;
use crate::monitor::{Cancelled, Monitor, check};
use crate::projection::neighbors::Neighbors;
use crate::projection::symmetric::Symmetric;
use crate::vector::ln_positive;
use rayon::prelude::*;

/// Rows of one parallel task.
const ROWS_PER_TASK: usize = 64;
/// Values between two looks at whether to stop.
const VALUES_AT_ONCE: usize = 4096;

/// Joint affinities P as a symmetric sparse matrix with sum 1, by rows.
pub(super) struct SparseAffinities {
    /// Row i holds the entries `starts[i]..starts[i + 1]`.
    pub(super) starts: Vec<usize>,
    /// The columns of the entries, ascending in each row.
    pub(super) columns: Vec<u32>,
    pub(super) values: Vec<f32>,
    /// Σ p ln p over all entries.
    pub(super) entropy: f64,
}

/// How many neighbours a perplexity is about, as in scikit-learn.
pub(super) fn n_neighbors(perplexity: f64, n_samples: usize) -> usize {
    ((3.0 * perplexity + 1.0) as usize).min(n_samples - 1)
}

impl SparseAffinities {
    /// Affinities at this perplexity among the nearest 3 × perplexity neighbours, of which there
    /// must be enough.
    pub(super) fn new(
        neighbors: &Neighbors,
        n_samples: usize,
        perplexity: f64,
        monitor: &dyn Monitor,
    ) -> Result<Self, Cancelled> {
        let k = n_neighbors(perplexity, n_samples);
        let mut conditional = vec![0.0_f32; n_samples * k];
        let tasks = conditional.par_chunks_mut(k * ROWS_PER_TASK);
        tasks.enumerate().try_for_each(|(task, rows)| {
            let mut gaussian = GaussianRow::new(k);
            for (i, out) in (task * ROWS_PER_TASK..).zip(rows.chunks_mut(k)) {
                check(monitor)?;
                let row = &neighbors.squared_distances[i * neighbors.k..][..k];
                gaussian.fit(row.iter(), perplexity);
                let weights = out.iter_mut().zip(&gaussian.weights);
                weights.for_each(|(out, &weight)| *out = weight as f32);
            }
            Ok(())
        })?;
        let sum = |a, b| a + b;
        let Symmetric {
            starts,
            columns,
            mut values,
        } = Symmetric::new(neighbors, &conditional, k, sum, monitor)?;
        check(monitor)?;
        let total: f64 = values.iter().map(|&p| f64::from(p)).sum();
        let scale = 1.0 / total;
        let mut entropy = 0.0;
        for values in values.chunks_mut(VALUES_AT_ONCE) {
            check(monitor)?;
            for value in values {
                // Zero when an affinity underflows; one over it has no logarithm.
                let p = f64::from(*value) * scale;
                *value = p as f32;
                entropy += p * ln_positive(p.max(f64::MIN_POSITIVE));
            }
        }
        Ok(Self {
            starts,
            columns,
            values,
            entropy,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::projection::Metric;
    use crate::projection::distances::squared_distances;
    use crate::projection::tsne::affinities::joint;
    use ndarray::Array2;

    #[test]
    fn with_all_neighbours_they_are_the_dense_ones() {
        let n_samples = 40;
        let features =
            Array2::from_shape_fn((n_samples, 5), |(i, j)| ((i * i + 7 * j) as f32).cos());
        let distances = squared_distances(features.view(), Metric::Euclidean, &()).unwrap();
        let dense = joint(&distances, n_samples, 20.0, &()).unwrap();
        let neighbors = Neighbors::find(features.view(), Metric::Euclidean, 39, &()).unwrap();
        let sparse = SparseAffinities::new(&neighbors, n_samples, 20.0, &()).unwrap();
        for i in 0..n_samples {
            let entries = sparse.starts[i]..sparse.starts[i + 1];
            assert_eq!(entries.len(), n_samples - 1);
            for entry in entries {
                let expected = dense[i * n_samples + sparse.columns[entry] as usize];
                assert!((f64::from(sparse.values[entry]) - expected).abs() < 1e-9);
            }
        }
    }

    #[test]
    fn rows_are_symmetric_and_sum_to_one() {
        let features = Array2::from_shape_fn((200, 3), |(i, j)| ((i * i + 7 * j) as f32).cos());
        let neighbors = Neighbors::find(features.view(), Metric::Euclidean, 31, &()).unwrap();
        let sparse = SparseAffinities::new(&neighbors, 200, 6.0, &()).unwrap();
        let mut entries = std::collections::BTreeMap::new();
        for i in 0..200 {
            for entry in sparse.starts[i]..sparse.starts[i + 1] {
                entries.insert((i, sparse.columns[entry] as usize), sparse.values[entry]);
            }
        }
        assert!(
            entries
                .iter()
                .all(|(&(i, j), p)| i != j && entries[&(j, i)] == *p)
        );
        let sum: f64 = entries.values().map(|&p| f64::from(p)).sum();
        assert!((sum - 1.0).abs() < 1e-6, "{sum}");
    }
}
