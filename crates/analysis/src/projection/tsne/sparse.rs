//! Affinities between near neighbours only, for many samples (van der Maaten 2014, section 4.1).

use super::affinities::GaussianRow;
use crate::monitor::{Cancelled, Monitor, check};
use crate::projection::neighbors::Neighbors;
use crate::vector::ln_positive;
use rayon::prelude::*;

/// Rows of one parallel task.
const ROWS_PER_TASK: usize = 64;

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
        let rows = conditional
            .par_chunks_mut(k)
            .enumerate()
            .with_min_len(ROWS_PER_TASK);
        rows.try_for_each_init(
            || GaussianRow::new(k),
            |gaussian, (i, out)| {
                check(monitor)?;
                let row = &neighbors.squared_distances[i * neighbors.k..][..k];
                gaussian.fit(row.iter(), perplexity);
                let weights = out.iter_mut().zip(&gaussian.weights);
                weights.for_each(|(out, &weight)| *out = weight as f32);
                Ok(())
            },
        )?;
        Both::new(neighbors, &conditional, n_samples, k, monitor)?.merge(monitor)
    }
}

/// Every conditional affinity twice: in its own row, and transposed. In single precision: this is
/// the most memory that t-SNE ever takes, 146 MB for 100,000 samples at perplexity 30.
struct Both {
    starts: Vec<usize>,
    entries: Vec<(u32, f32)>,
}

impl Both {
    fn new(
        neighbors: &Neighbors,
        conditional: &[f32],
        n_samples: usize,
        k: usize,
        monitor: &dyn Monitor,
    ) -> Result<Self, Cancelled> {
        let row = |i: usize| &neighbors.indices[i * neighbors.k..][..k];
        let mut starts = vec![0; n_samples + 1];
        for i in 0..n_samples {
            starts[i + 1] += k;
            for &j in row(i) {
                starts[j as usize + 1] += 1;
            }
        }
        for i in 0..n_samples {
            starts[i + 1] += starts[i];
        }
        let mut ends = starts.clone();
        let mut entries = vec![(0, 0.0); 2 * n_samples * k];
        let mut put = |row: usize, column: usize, p: f32| {
            entries[ends[row]] = (column as u32, p);
            ends[row] += 1;
        };
        for i in 0..n_samples {
            if i.is_multiple_of(ROWS_PER_TASK) {
                check(monitor)?;
            }
            for (&j, &p) in row(i).iter().zip(&conditional[i * k..][..k]) {
                put(i, j as usize, p);
                put(j as usize, i, p);
            }
        }
        Ok(Self { starts, entries })
    }

    /// Adds entries of the same row and column, and divides by the sum of all.
    fn merge(mut self, monitor: &dyn Monitor) -> Result<SparseAffinities, Cancelled> {
        let n_samples = self.starts.len() - 1;
        let mut rows = Vec::with_capacity(n_samples);
        let mut rest = &mut self.entries[..];
        for range in self.starts.windows(2) {
            let (row, after) = rest.split_at_mut(range[1] - range[0]);
            rows.push(row);
            rest = after;
        }
        // At most two entries share a column, so that their order does not matter to the sum.
        let lengths: Vec<usize> = rows
            .par_iter_mut()
            .map(|row| check(monitor).map(|()| merge_columns(row)))
            .collect::<Result<_, _>>()?;
        check(monitor)?;
        let sum: f64 = self.entries.iter().map(|&(_, p)| f64::from(p)).sum();
        let scale = 1.0 / sum;
        let mut result = SparseAffinities {
            starts: vec![0],
            columns: Vec::with_capacity(lengths.iter().sum()),
            values: Vec::with_capacity(lengths.iter().sum()),
            entropy: 0.0,
        };
        for (row, (&start, length)) in self.starts.iter().zip(lengths).enumerate() {
            if row.is_multiple_of(ROWS_PER_TASK) {
                check(monitor)?;
            }
            for &(column, value) in &self.entries[start..start + length] {
                // Zero when an affinity underflows; one over it has no logarithm.
                let p = f64::from(value) * scale;
                result.columns.push(column);
                result.values.push(p as f32);
                result.entropy += p * ln_positive(p.max(f64::MIN_POSITIVE));
            }
            result.starts.push(result.columns.len());
        }
        Ok(result)
    }
}

/// Sorts a row by column and adds up equal columns at its front; what is behind becomes zero.
fn merge_columns(row: &mut [(u32, f32)]) -> usize {
    row.sort_unstable_by(|a, b| a.0.cmp(&b.0).then(a.1.total_cmp(&b.1)));
    let mut length = 0;
    for i in 0..row.len() {
        if length > 0 && row[length - 1].0 == row[i].0 {
            row[length - 1].1 += row[i].1;
        } else {
            row[length] = row[i];
            length += 1;
        }
    }
    row[length..].fill((0, 0.0));
    length
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
