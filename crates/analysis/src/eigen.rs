//! The largest eigenvalues of a symmetric matrix, with their eigenvectors.
//!
//! Householder reduction to tridiagonal form, bisection with Sturm sequences for the eigenvalues,
//! inverse iteration for the vectors, the reflections applied back to them: the way of LAPACK's
//! `dsyevx`, see Golub and Van Loan, Matrix Computations (4th ed. 2013), 8.3 and 8.4. Two or three
//! vectors are wanted of matrices with up to a few thousand rows, so that the reduction, 4/3 n³
//! operations, is nearly all of the cost.

use crate::monitor::{Cancelled, Monitor, check};
use crate::tridiagonal::{EigenPair, Tridiagonal};
use crate::vector::dot;
use multiversion::multiversion;
use rayon::prelude::*;

/// The `count` largest eigenpairs, largest first, of the symmetric matrix of `size` rows in
/// `matrix`, which is used up.
pub(super) fn largest_eigenpairs(
    mut matrix: Vec<f64>,
    size: usize,
    count: usize,
    monitor: &dyn Monitor,
) -> Result<Vec<EigenPair>, Cancelled> {
    let count = count.min(size);
    if matrix.iter().all(|&value| value == 0.0) {
        let unit = |axis| {
            (0..size)
                .map(|i| if i == axis { 1.0 } else { 0.0 })
                .collect()
        };
        return Ok((0..count)
            .map(|axis| EigenPair {
                value: 0.0,
                vector: unit(axis),
            })
            .collect());
    }
    let (tridiagonal, reflections) = tridiagonalise(&mut matrix, size, monitor)?;
    let mut pairs: Vec<EigenPair> = Vec::with_capacity(count);
    for rank in 0..count {
        let value = tridiagonal.eigenvalue(size - 1 - rank);
        let vector = tridiagonal.eigenvector(value, &pairs, rank as u64);
        pairs.push(EigenPair { value, vector });
    }
    for pair in &mut pairs {
        for reflection in reflections.iter().rev() {
            reflection.apply(&mut pair.vector);
        }
    }
    Ok(pairs)
}

/// The map x → x - scale (direction · x) direction on the last elements of a vector.
struct Reflection {
    direction: Vec<f64>,
    scale: f64,
}

impl Reflection {
    /// The reflection that maps `x` onto a multiple of the first axis, and that multiple.
    fn onto_first_axis(x: &[f64]) -> (Self, f64) {
        let norm = dot(x, x).sqrt();
        let mut direction = x.to_vec();
        if norm == 0.0 {
            return (
                Self {
                    direction,
                    scale: 0.0,
                },
                0.0,
            );
        }
        // The sign that avoids cancellation.
        let image = if x[0] > 0.0 { -norm } else { norm };
        direction[0] -= image;
        let scale = 2.0 / dot(&direction, &direction);
        (Self { direction, scale }, image)
    }

    fn apply(&self, vector: &mut [f64]) {
        let start = vector.len() - self.direction.len();
        let tail = &mut vector[start..];
        let along = self.scale * dot(tail, &self.direction);
        for (value, direction) in tail.iter_mut().zip(&self.direction) {
            *value -= along * direction;
        }
    }
}

/// Rows under which starting other threads costs more than it gains.
const PARALLEL_ROWS: usize = 384;
/// Rows of one parallel task.
const ROWS_PER_TASK: usize = 32;

fn tridiagonalise(
    matrix: &mut [f64],
    size: usize,
    monitor: &dyn Monitor,
) -> Result<(Tridiagonal, Vec<Reflection>), Cancelled> {
    let mut reflections = Vec::new();
    let mut off_diagonal = Vec::with_capacity(size.saturating_sub(1));
    for pivot in 0..size.saturating_sub(1) {
        check(monitor)?;
        let start = pivot + 1;
        // Symmetric: the column below the pivot is the row right of it.
        let (reflection, image) =
            Reflection::onto_first_axis(&matrix[pivot * size + start..][..size - start]);
        off_diagonal.push(image);
        reflect_both_sides(&mut matrix[start * size..], size, start, &reflection);
        reflections.push(reflection);
    }
    let diagonal = (0..size).map(|i| matrix[i * size + i]).collect();
    Ok((
        Tridiagonal {
            diagonal,
            off_diagonal,
        },
        reflections,
    ))
}

/// A ← H A H for the trailing block of A that begins at `start`; `rows` are its full rows.
fn reflect_both_sides(rows: &mut [f64], size: usize, start: usize, reflection: &Reflection) {
    let Reflection { direction, scale } = reflection;
    if *scale == 0.0 {
        return;
    }
    let product = |row: &[f64]| scale * dot(&row[start..], direction);
    let update = |(row, (direction_i, update_i)): (&mut [f64], (&f64, &f64)), updates: &[f64]| {
        rank_two_update(
            &mut row[start..],
            *direction_i,
            updates,
            *update_i,
            direction,
        );
    };
    let shift = |mut products: Vec<f64>| {
        let along = 0.5 * scale * dot(&products, direction);
        products
            .iter_mut()
            .zip(direction)
            .for_each(|(p, d)| *p -= along * d);
        products
    };
    if size - start >= PARALLEL_ROWS {
        let products = rows
            .par_chunks(size)
            .with_min_len(ROWS_PER_TASK)
            .map(product)
            .collect();
        let updates = shift(products);
        rows.par_chunks_mut(size)
            .with_min_len(ROWS_PER_TASK)
            .zip(direction.par_iter().zip(updates.par_iter()))
            .for_each(|item| update(item, &updates));
    } else {
        let updates = shift(rows.chunks(size).map(product).collect());
        let items = rows.chunks_mut(size).zip(direction.iter().zip(&updates));
        items.for_each(|item| update(item, &updates));
    }
}

/// row ← row - a u - b v
#[multiversion(targets = "simd")]
fn rank_two_update(row: &mut [f64], a: f64, u: &[f64], b: f64, v: &[f64]) {
    for ((value, u), v) in row.iter_mut().zip(u).zip(v) {
        *value -= a * u + b * v;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A symmetric matrix with the eigenvalues 0, 1, 4, 9, … of known vectors would need a random
    /// rotation; checking A v = λ v and v · v' = 0 needs none.
    fn check_pairs(matrix: &[f64], size: usize, count: usize, tolerance: f64) -> Vec<f64> {
        let pairs = largest_eigenpairs(matrix.to_vec(), size, count, &()).unwrap();
        for (rank, pair) in pairs.iter().enumerate() {
            for row in 0..size {
                let image = dot(&matrix[row * size..][..size], &pair.vector);
                let error = (image - pair.value * pair.vector[row]).abs();
                assert!(
                    error <= tolerance,
                    "row {row} of pair {rank} is off by {error}"
                );
            }
            for (other_rank, other) in pairs.iter().enumerate() {
                let expected = if rank == other_rank { 1.0 } else { 0.0 };
                assert!((dot(&pair.vector, &other.vector) - expected).abs() < 1e-12);
            }
        }
        pairs.into_iter().map(|pair| pair.value).collect()
    }

    fn close(found: &[f64], expected: &[f64]) -> bool {
        found
            .iter()
            .zip(expected)
            .all(|(f, e)| (f - e).abs() <= 1e-13 * e.abs().max(1.0))
    }

    #[test]
    fn small_matrices_by_hand() {
        assert!(close(
            &check_pairs(&[2.0, 1.0, 1.0, 2.0], 2, 2, 1e-14),
            &[3.0, 1.0]
        ));
        assert!(close(&check_pairs(&[7.0], 1, 3, 1e-14), &[7.0]));
        // Path graph: eigenvalues √2, 0, -√2.
        let path = [0.0, 1.0, 0.0, 1.0, 0.0, 1.0, 0.0, 1.0, 0.0];
        assert!(close(
            &check_pairs(&path, 3, 3, 1e-14),
            &[2.0_f64.sqrt(), 0.0, -2.0_f64.sqrt()]
        ));
    }

    #[test]
    fn equal_eigenvalues_get_vectors_at_right_angles() {
        let identity: Vec<f64> = (0..25)
            .map(|i| if i % 6 == 0 { 1.0 } else { 0.0 })
            .collect();
        assert!(close(
            &check_pairs(&identity, 5, 3, 1e-13),
            &[1.0, 1.0, 1.0]
        ));
        assert!(close(
            &check_pairs(&[1.0; 16], 4, 3, 1e-13),
            &[4.0, 0.0, 0.0]
        ));
        assert_eq!(check_pairs(&[0.0; 9], 3, 2, 0.0), [0.0, 0.0]);
    }

    #[test]
    fn a_large_matrix_takes_the_parallel_way() {
        let size = PARALLEL_ROWS + 40;
        let entry =
            |i: usize, j: usize| 1.0 / (1.0 + i.abs_diff(j) as f64) + ((i * j) as f64).sin();
        let matrix: Vec<f64> = (0..size * size)
            .map(|k| entry(k / size, k % size))
            .collect();
        let values = check_pairs(&matrix, size, 3, 1e-10);
        assert!(values[0] > values[1] && values[1] > values[2]);
    }
}
