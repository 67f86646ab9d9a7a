//! Eigenvalues and eigenvectors of a symmetric tridiagonal matrix, one at a time.

use crate::vector::dot;

/// An eigenvalue and its eigenvector of length 1.
#[derive(Debug, Clone)]
pub(super) struct EigenPair {
    pub(super) value: f64,
    pub(super) vector: Vec<f64>,
}

/// A symmetric matrix with entries on the diagonal and beside it.
pub(super) struct Tridiagonal {
    pub(super) diagonal: Vec<f64>,
    pub(super) off_diagonal: Vec<f64>,
}

impl Tridiagonal {
    /// The eigenvalue with `index` smaller ones, by bisection down to neighbouring floats.
    pub(super) fn eigenvalue(&self, index: usize) -> f64 {
        let norm = self.norm();
        let (mut low, mut high) = (-norm, norm);
        for _ in 0..256 {
            let middle = low + (high - low) / 2.0;
            if middle <= low || middle >= high {
                break;
            }
            if self.count_below(middle) > index {
                high = middle;
            } else {
                low = middle;
            }
        }
        low
    }

    /// The largest absolute row sum, which no eigenvalue exceeds.
    fn norm(&self) -> f64 {
        let size = self.diagonal.len();
        (0..size)
            .map(|i| {
                let left = if i > 0 {
                    self.off_diagonal[i - 1].abs()
                } else {
                    0.0
                };
                let right = if i + 1 < size {
                    self.off_diagonal[i].abs()
                } else {
                    0.0
                };
                left + self.diagonal[i].abs() + right
            })
            .fold(0.0, f64::max)
            * (1.0 + 4.0 * f64::EPSILON)
    }

    /// How many eigenvalues are below `bound`: the negative pivots of T - bound I (Sylvester).
    fn count_below(&self, bound: f64) -> usize {
        let tiny = self.norm() * f64::EPSILON * f64::EPSILON + f64::MIN_POSITIVE;
        let mut pivot = self.diagonal[0] - bound;
        let mut count = usize::from(pivot < 0.0);
        for (diagonal, off) in self.diagonal[1..].iter().zip(&self.off_diagonal) {
            if pivot.abs() < tiny {
                pivot = if pivot < 0.0 { -tiny } else { tiny };
            }
            pivot = diagonal - bound - off * off / pivot;
            count += usize::from(pivot < 0.0);
        }
        count
    }

    /// Inverse iteration for `value`, at right angles to the vectors of `others`.
    pub(super) fn eigenvector(&self, value: f64, others: &[EigenPair], seed: u64) -> Vec<f64> {
        let factors = Factors::new(self, value);
        let mut vector = start_vector(self.diagonal.len(), seed);
        // Two rounds reach full accuracy for a separated eigenvalue; more help close ones.
        for _ in 0..6 {
            factors.solve(&mut vector);
            // Twice, because once leaves a rest when little of the vector remains (Kahan).
            for other in others.iter().chain(others) {
                let along = dot(&vector, &other.vector);
                vector
                    .iter_mut()
                    .zip(&other.vector)
                    .for_each(|(x, o)| *x -= along * o);
            }
            let norm = dot(&vector, &vector).sqrt();
            vector.iter_mut().for_each(|x| *x /= norm);
        }
        vector
    }
}

/// Fixed irregular numbers of length about 1, so that no eigenvector is at right angles to them.
fn start_vector(size: usize, seed: u64) -> Vec<f64> {
    let mut state = 0x9e37_79b9_7f4a_7c15_u64.wrapping_mul(seed + 1);
    let mut next = || {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (state >> 11) as f64 / (1_u64 << 53) as f64 - 0.5
    };
    let vector: Vec<f64> = (0..size).map(|_| next() + 0.75).collect();
    let norm = dot(&vector, &vector).sqrt();
    vector.into_iter().map(|x| x / norm).collect()
}

/// T - value I = P L U with row exchanges; U has three diagonals.
struct Factors {
    upper: Vec<[f64; 3]>,
    steps: Vec<Step>,
}

struct Step {
    exchange: bool,
    factor: f64,
}

impl Factors {
    fn new(matrix: &Tridiagonal, value: f64) -> Self {
        let size = matrix.diagonal.len();
        let off = |i: usize| matrix.off_diagonal.get(i).copied().unwrap_or(0.0);
        // A zero pivot means an exact eigenvalue: a tiny one gives the vector just as well.
        let tiny = matrix.norm() * f64::EPSILON;
        let guard = |pivot: f64| if pivot.abs() < tiny { tiny } else { pivot };
        let mut upper = Vec::with_capacity(size);
        let mut steps = Vec::with_capacity(size.saturating_sub(1));
        let mut row = [matrix.diagonal[0] - value, off(0), 0.0];
        for i in 1..size {
            let below = [off(i - 1), matrix.diagonal[i] - value, off(i)];
            let exchange = below[0].abs() > row[0].abs();
            let (kept, other) = if exchange { (below, row) } else { (row, below) };
            let kept = [guard(kept[0]), kept[1], kept[2]];
            let factor = other[0] / kept[0];
            upper.push(kept);
            steps.push(Step { exchange, factor });
            row = [
                other[1] - factor * kept[1],
                other[2] - factor * kept[2],
                0.0,
            ];
        }
        upper.push([guard(row[0]), 0.0, 0.0]);
        Self { upper, steps }
    }

    fn solve(&self, x: &mut [f64]) {
        for (i, step) in self.steps.iter().enumerate() {
            if step.exchange {
                x.swap(i, i + 1);
            }
            x[i + 1] -= step.factor * x[i];
        }
        for i in (0..x.len()).rev() {
            let next = |k: usize| x.get(i + k).copied().unwrap_or(0.0);
            let [pivot, first, second] = self.upper[i];
            x[i] = (x[i] - first * next(1) - second * next(2)) / pivot;
        }
    }
}
