//! The slowest vibrations of a graph: the eigenvectors of D^-1/2 W D^-1/2 of the largest eigenvalues
//! below 1, which are those of the normalised Laplacian of the smallest above 0 (Belkin and Niyogi
//! 2003).
//!
//! Subspace iteration with Chebyshev polynomials that are large where the wanted eigenvalues are
//! (Zhou, Saad, Tiago and Chelikowsky 2006). A start for a layout need not be exact: the number of
//! products is limited, and the vectors found then are smooth on the graph all the same.

use crate::eigen::largest_eigenpairs;
use crate::monitor::{Cancelled, Monitor, check};
use crate::projection::symmetric::Symmetric;
use crate::random::Random;
use ndarray::Array2;
use rayon::prelude::*;

/// Vectors that are iterated; those beyond the wanted ones speed it up.
const WIDTH: usize = 8;
/// Rows of one parallel task, whose sums are added up in their order.
const ROWS_PER_TASK: usize = 512;
/// Up to so many samples all eigenvectors of a dense matrix are within easy reach.
const DENSE_LIMIT: usize = 256;
/// The degree of the polynomials, and how many are applied at most.
const DEGREE: usize = 16;
const MAX_ROUNDS: usize = 20;
/// The iteration ends when no wanted vector changes by more than this share of what its eigenvalue
/// lacks of 1.
const TOLERANCE: f64 = 0.02;
/// A polynomial damps eigenvalues from -1 to at most this.
const HIGHEST_CUT: f64 = 0.999_9;
/// Which random vectors the iteration starts from hardly matters.
const SEED: u64 = 0;

/// A row of the vectors that are iterated.
type Row = [f64; WIDTH];

/// The `n_components` slowest vibrations of a connected `graph` of more than n_components + 1
/// samples, `(n_samples, n_components)`, each of length 1, the slowest first.
pub(super) fn vibrations(
    graph: &Symmetric,
    n_components: usize,
    monitor: &dyn Monitor,
) -> Result<Array2<f64>, Cancelled> {
    let operator = Operator::new(graph);
    if graph.len() <= DENSE_LIMIT {
        return operator.all_at_once(n_components, monitor);
    }
    let mut vectors: Vec<Row> = (0..graph.len() as u64)
        .map(|i| {
            let mut random = Random::nth(SEED, i);
            std::array::from_fn(|_| random.normal())
        })
        .collect();
    operator.orthonormalise(&mut vectors);
    for _ in 0..MAX_ROUNDS {
        let (values, images) = operator.rotate(&mut vectors, monitor)?;
        if operator.is_settled(&vectors, &images, &values, n_components) {
            break;
        }
        let cut = values[WIDTH - 1].clamp(-0.5, HIGHEST_CUT);
        vectors = operator.filter(vectors, cut, monitor)?;
        operator.orthonormalise(&mut vectors);
    }
    operator.rotate(&mut vectors, monitor)?;
    let entry = |(row, column): (usize, usize)| vectors[row][column];
    Ok(Array2::from_shape_fn((graph.len(), n_components), entry))
}

/// D^-1/2 W D^-1/2, of which 1 is the largest eigenvalue and no eigenvalue is below -1.
struct Operator<'a> {
    graph: &'a Symmetric,
    /// D^-1/2.
    scales: Vec<f64>,
    /// The eigenvector of 1, of length 1: the roots of the degrees.
    still: Vec<f64>,
}

impl<'a> Operator<'a> {
    fn new(graph: &'a Symmetric) -> Self {
        let degree = |row: usize| graph.row(row).map(|(_, w)| f64::from(w)).sum::<f64>();
        let degrees: Vec<f64> = (0..graph.len()).map(degree).collect();
        let total: f64 = degrees.iter().sum();
        let scale = |&degree: &f64| {
            if degree > 0.0 {
                1.0 / degree.sqrt()
            } else {
                0.0
            }
        };
        Self {
            graph,
            scales: degrees.iter().map(scale).collect(),
            still: degrees.iter().map(|d| (d / total).sqrt()).collect(),
        }
    }

    fn all_at_once(
        &self,
        n_components: usize,
        monitor: &dyn Monitor,
    ) -> Result<Array2<f64>, Cancelled> {
        let size = self.graph.len();
        let mut matrix = vec![0.0; size * size];
        for row in 0..size {
            for (column, weight) in self.graph.row(row) {
                let scale = self.scales[row] * self.scales[column];
                matrix[row * size + column] = f64::from(weight) * scale;
            }
            // Without its known eigenvector the largest that is left is the one that is wanted.
            for column in 0..size {
                matrix[row * size + column] -= 2.0 * self.still[row] * self.still[column];
            }
        }
        let pairs = largest_eigenpairs(matrix, size, n_components, monitor)?;
        let entry = |(row, column): (usize, usize)| pairs[column].vector[row];
        Ok(Array2::from_shape_fn((size, n_components), entry))
    }

    /// The products with `vectors`, each row as `finish` makes it of the row's number and product.
    fn apply(
        &self,
        vectors: &[Row],
        finish: impl Fn(usize, Row) -> Row + Sync,
        monitor: &dyn Monitor,
    ) -> Result<Vec<Row>, Cancelled> {
        let mut result = vec![[0.0; WIDTH]; vectors.len()];
        let tasks = result.par_chunks_mut(ROWS_PER_TASK).enumerate();
        tasks.try_for_each(|(task, rows)| {
            check(monitor)?;
            for (row, out) in (task * ROWS_PER_TASK..).zip(rows) {
                let mut sum = [0.0; WIDTH];
                for (column, weight) in self.graph.row(row) {
                    let weight = f64::from(weight) * self.scales[column];
                    add(&mut sum, weight, &vectors[column]);
                }
                *out = finish(row, sum.map(|x| x * self.scales[row]));
            }
            Ok(())
        })?;
        Ok(result)
    }

    /// The Chebyshev polynomial that is at most 1 from -1 to `cut` and grows fastest beyond.
    fn filter(
        &self,
        vectors: Vec<Row>,
        cut: f64,
        monitor: &dyn Monitor,
    ) -> Result<Vec<Row>, Cancelled> {
        let (centre, radius) = ((cut - 1.0) / 2.0, (cut + 1.0) / 2.0);
        let shifted = |factor: f64, product: Row, row: &Row| -> Row {
            std::array::from_fn(|k| factor * (product[k] - centre * row[k]))
        };
        let mut before = vectors;
        let first = |row: usize, product| shifted(1.0 / radius, product, &before[row]);
        let mut last = self.apply(&before, first, monitor)?;
        for _ in 1..DEGREE {
            let finish = |row: usize, product| {
                let next = shifted(2.0 / radius, product, &last[row]);
                std::array::from_fn(|k| next[k] - before[row][k])
            };
            let next = self.apply(&last, finish, monitor)?;
            before = std::mem::replace(&mut last, next);
        }
        Ok(last)
    }

    /// Makes the vectors orthonormal, and orthogonal to the eigenvector of 1: Cholesky's factors of
    /// their products, twice (Yamamoto et al. 2015).
    fn orthonormalise(&self, vectors: &mut [Row]) {
        for _ in 0..2 {
            let along = sums(vectors.len(), |row| {
                vectors[row].map(|x| self.still[row] * x)
            });
            for (row, &still) in vectors.iter_mut().zip(&self.still) {
                add(row, -still, &along);
            }
            let factor = cholesky(products(vectors, vectors));
            for row in vectors.iter_mut() {
                for k in 0..WIDTH {
                    for j in 0..k {
                        row[k] -= factor[k][j] * row[j];
                    }
                    row[k] *= factor[k][k];
                }
            }
        }
    }

    /// Turns the vectors within what they span to where they are nearest to eigenvectors (Rayleigh
    /// and Ritz); returns their values, largest first, and their images.
    fn rotate(
        &self,
        vectors: &mut [Row],
        monitor: &dyn Monitor,
    ) -> Result<(Row, Vec<Row>), Cancelled> {
        let mut images = self.apply(vectors, |_, product| product, monitor)?;
        let inner = products(vectors, &images);
        let symmetric = |i: usize, j: usize| (inner[i][j] + inner[j][i]) / 2.0;
        let matrix = (0..WIDTH * WIDTH).map(|k| symmetric(k / WIDTH, k % WIDTH));
        let pairs = largest_eigenpairs(matrix.collect(), WIDTH, WIDTH, monitor)?;
        for row in vectors.iter_mut().chain(&mut images) {
            *row = std::array::from_fn(|k| (0..WIDTH).map(|j| pairs[k].vector[j] * row[j]).sum());
        }
        Ok((std::array::from_fn(|k| pairs[k].value), images))
    }

    fn is_settled(&self, vectors: &[Row], images: &[Row], values: &Row, wanted: usize) -> bool {
        let squares = sums(vectors.len(), |row| {
            std::array::from_fn(|k| (images[row][k] - values[k] * vectors[row][k]).powi(2))
        });
        (0..wanted).all(|k| squares[k].sqrt() <= TOLERANCE * (1.0 - values[k]))
    }
}

#[inline(always)]
fn add(sum: &mut Row, factor: f64, row: &Row) {
    for k in 0..WIDTH {
        sum[k] += factor * row[k];
    }
}

/// The sum of what `row` gives for all rows: of each task's rows first, then of the tasks'.
fn sums(n_rows: usize, row: impl Fn(usize) -> Row + Sync) -> Row {
    let tasks = (0..n_rows.div_ceil(ROWS_PER_TASK)).into_par_iter();
    let parts: Vec<Row> = tasks
        .map(|task| {
            let mut sum = [0.0; WIDTH];
            for index in task * ROWS_PER_TASK..n_rows.min((task + 1) * ROWS_PER_TASK) {
                add(&mut sum, 1.0, &row(index));
            }
            sum
        })
        .collect();
    let mut sum = [0.0; WIDTH];
    parts.iter().for_each(|part| add(&mut sum, 1.0, part));
    sum
}

/// The inner products of all `left` vectors with all `right` ones.
fn products(left: &[Row], right: &[Row]) -> [Row; WIDTH] {
    std::array::from_fn(|k| sums(left.len(), |row| right[row].map(|x| left[row][k] * x)))
}

/// The factor L of a matrix of products L Lᵀ, with the inverses of its diagonal in its place. Where
/// vectors depend on others nothing is left of them: their rows are zero.
fn cholesky(matrix: [Row; WIDTH]) -> [Row; WIDTH] {
    let mut factor = [[0.0; WIDTH]; WIDTH];
    for k in 0..WIDTH {
        let mut rest = matrix[k][k];
        for j in 0..k {
            let mut sum = matrix[k][j];
            for i in 0..j {
                sum -= factor[k][i] * factor[j][i];
            }
            factor[k][j] = sum * factor[j][j];
            rest -= factor[k][j] * factor[k][j];
        }
        let is_left = rest > matrix[k][k] * 1e-14;
        factor[k][k] = if is_left { 1.0 / rest.sqrt() } else { 0.0 };
    }
    factor
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A ring, whose slowest vibrations are a sine and a cosine once around.
    fn ring(n_samples: usize) -> Symmetric {
        let row = |i: usize| {
            let mut ends = [(i + 1) % n_samples, (i + n_samples - 1) % n_samples];
            ends.sort_unstable();
            ends.map(|end| end as u32)
        };
        Symmetric {
            starts: (0..=n_samples).map(|i| 2 * i).collect(),
            columns: (0..n_samples).flat_map(row).collect(),
            values: vec![0.5; 2 * n_samples],
        }
    }

    #[test]
    fn a_ring_comes_out_round_whichever_way_it_is_solved() {
        for n_samples in [100, DENSE_LIMIT, DENSE_LIMIT + 1, 400] {
            let found = vibrations(&ring(n_samples), 2, &()).unwrap();
            let radius = (2.0 / n_samples as f64).sqrt();
            for (i, row) in found.rows().into_iter().enumerate() {
                let length = (row[0] * row[0] + row[1] * row[1]).sqrt();
                assert!((length / radius - 1.0).abs() < 0.01, "{length} of {radius}");
                let next = found.row((i + 1) % n_samples);
                let turn = row[0] * next[1] - row[1] * next[0];
                let expected = (std::f64::consts::TAU / n_samples as f64).sin();
                let turn = turn.abs() / (radius * radius);
                assert!((turn / expected - 1.0).abs() < 0.05, "{turn} of {expected}");
            }
        }
    }

    #[test]
    fn vectors_that_depend_on_others_are_left_out() {
        let graph = ring(40);
        let operator = Operator::new(&graph);
        let mut vectors: Vec<Row> = (0..40)
            .map(|i| std::array::from_fn(|k| ((i * (k % 4 + 1)) as f64).sin()))
            .collect();
        operator.orthonormalise(&mut vectors);
        let inner = products(&vectors, &vectors);
        for (k, row) in inner.iter().enumerate() {
            for (j, found) in row.iter().enumerate() {
                let expected = if k == j && k < 4 { 1.0 } else { 0.0 };
                assert!((found - expected).abs() < 1e-9, "{k} {j}: {found}");
            }
        }
    }
}
