//! Values between near neighbours, made the same in both directions.

use super::neighbors::Neighbors;
use crate::monitor::{Cancelled, Monitor, check};
use rayon::prelude::*;

/// Rows between two looks at whether to stop.
const ROWS_AT_ONCE: usize = 64;

/// A symmetric sparse matrix of n_samples rows.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Symmetric {
    /// Row i holds the entries `starts[i]..starts[i + 1]`.
    pub(super) starts: Vec<usize>,
    /// The columns of the entries, ascending in each row.
    pub(super) columns: Vec<u32>,
    pub(super) values: Vec<f32>,
}

impl Symmetric {
    /// From a value for each sample and each of its `k` nearest, `(n_samples, k)` by rows. Where both
    /// samples are near each other the entry is `combine` of their two values, which must not depend
    /// on the order, else the one that there is.
    pub(super) fn new(
        neighbors: &Neighbors,
        values: &[f32],
        k: usize,
        combine: impl Fn(f32, f32) -> f32 + Sync,
        monitor: &dyn Monitor,
    ) -> Result<Self, Cancelled> {
        let (starts, mut entries) = both_directions(neighbors, values, k, monitor)?;
        let mut rows = Vec::with_capacity(starts.len() - 1);
        let mut rest = &mut entries[..];
        for range in starts.windows(2) {
            let (row, after) = rest.split_at_mut(range[1] - range[0]);
            rows.push(row);
            rest = after;
        }
        let lengths: Vec<usize> = rows
            .par_iter_mut()
            .map(|row| check(monitor).map(|()| merge_columns(row, &combine)))
            .collect::<Result<_, _>>()?;
        let n_entries = lengths.iter().sum();
        let mut result = Self {
            starts: vec![0],
            columns: Vec::with_capacity(n_entries),
            values: Vec::with_capacity(n_entries),
        };
        for (row, (&start, length)) in starts.iter().zip(lengths).enumerate() {
            if row.is_multiple_of(ROWS_AT_ONCE) {
                check(monitor)?;
            }
            for &(column, value) in &entries[start..start + length] {
                result.columns.push(column);
                result.values.push(value);
            }
            result.starts.push(result.columns.len());
        }
        Ok(result)
    }

    /// The entries of a row.
    pub(super) fn row(&self, row: usize) -> impl Iterator<Item = (usize, f32)> {
        let range = self.starts[row]..self.starts[row + 1];
        let columns = self.columns[range.clone()].iter();
        let values = self.values[range].iter();
        columns.zip(values).map(|(&c, &value)| (c as usize, value))
    }

    /// The number of rows.
    pub(super) fn len(&self) -> usize {
        self.starts.len() - 1
    }
}

/// Where each row starts, and columns with values.
type Directed = (Vec<usize>, Vec<(u32, f32)>);

/// Every value twice: in its own row, and transposed. In single precision: this is the most memory
/// that t-SNE ever takes, 146 MB for 100,000 samples at perplexity 30.
fn both_directions(
    neighbors: &Neighbors,
    values: &[f32],
    k: usize,
    monitor: &dyn Monitor,
) -> Result<Directed, Cancelled> {
    let n_samples = values.len() / k;
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
    let mut put = |row: usize, column: usize, value: f32| {
        entries[ends[row]] = (column as u32, value);
        ends[row] += 1;
    };
    for i in 0..n_samples {
        if i.is_multiple_of(ROWS_AT_ONCE) {
            check(monitor)?;
        }
        for (&j, &value) in row(i).iter().zip(&values[i * k..][..k]) {
            put(i, j as usize, value);
            put(j as usize, i, value);
        }
    }
    Ok((starts, entries))
}

/// Sorts a row by column and combines equal columns, of which there are two at most, at its front;
/// what is behind becomes zero.
fn merge_columns(row: &mut [(u32, f32)], combine: impl Fn(f32, f32) -> f32) -> usize {
    row.sort_unstable_by(|a, b| a.0.cmp(&b.0).then(a.1.total_cmp(&b.1)));
    let mut length = 0;
    for i in 0..row.len() {
        if length > 0 && row[length - 1].0 == row[i].0 {
            row[length - 1].1 = combine(row[length - 1].1, row[i].1);
        } else {
            row[length] = row[i];
            length += 1;
        }
    }
    row[length..].fill((0, 0.0));
    length
}
