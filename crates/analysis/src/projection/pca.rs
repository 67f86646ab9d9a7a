//! Principal component analysis (Pearson 1901; Hotelling 1933).

use super::method::{Fit, Method, N_COMPONENTS};
use super::watch::Watch;
use crate::eigen::largest_eigenpairs;
use crate::finite::not_finite;
use crate::monitor::{Cancelled, Monitor, check};
use crate::settings::{Entry, Python, Settings};
use multiversion::multiversion;
use ndarray::{Array2, ArrayView2, Axis};
use rayon::prelude::*;

/// Projects `features`, `(n_samples, n_features)`, on their `n_components` (2 or 3) directions of
/// largest variance.
///
/// Centred, not scaled, and accurate to double precision: the eigenvectors of the covariance
/// matrix, or of the samples' inner products when there are fewer samples than features. Signs are
/// scikit-learn's since 1.5: the loading of largest absolute value in each component is positive.
/// Cost: n_samples × m × max(m, n_components) with m the smaller dimension, plus 4/3 m³. The
/// monitor is only asked whether to stop.
///
/// # Errors
/// [`PcaError`] when `n_components` is not 2 or 3 or exceeds either dimension, when a value is not
/// finite, or when the monitor cancels.
pub fn pca(
    features: ArrayView2<'_, f32>,
    n_components: usize,
    monitor: &dyn Monitor,
) -> Result<Pca, PcaError> {
    if !(2..=3).contains(&n_components) {
        return Err(PcaError::NComponents { n_components });
    }
    components(features, n_components, monitor)
}

/// [`pca`] on any number of directions.
pub(crate) fn components(
    features: ArrayView2<'_, f32>,
    n_components: usize,
    monitor: &dyn Monitor,
) -> Result<Pca, PcaError> {
    check_shape(features, n_components)?;
    let centred = Centred::new(features);
    if features.nrows() < features.ncols() {
        centred.by_inner_products(n_components, monitor)
    } else {
        centred.by_covariance(n_components, monitor)
    }
}

/// Parameters of PCA, named as in scikit-learn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PcaParams {
    /// Dimensions of the map, 2 or 3.
    pub n_components: usize,
}

impl Default for PcaParams {
    fn default() -> Self {
        Self { n_components: 2 }
    }
}

impl Settings for PcaParams {
    const ENTRIES: &'static [Entry<Self>] = &[Entry {
        spec: N_COMPONENTS,
        get: |params| params.n_components.into(),
        set: |params, value| params.n_components = value.count(),
    }];
}

impl Method for PcaParams {
    const KEY: &'static str = "pca";
    const LABEL: &'static str = "PCA";
    const AXIS: Option<&'static str> = None;
    const FORMS: bool = false;
    const PYTHON: Python = Python {
        module: "sklearn.decomposition",
        class: "PCA",
        more: &["svd_solver=\"full\""],
        before: "",
    };
    type Input = Pca;
    type Error = PcaError;

    fn along() -> Vec<f64> {
        vec![0.0]
    }

    fn check(&self, _n_samples: usize) -> Result<(), PcaError> {
        let n_components = self.n_components;
        let is_sound = self.check_ranges().is_ok();
        is_sound
            .then_some(())
            .ok_or(PcaError::NComponents { n_components })
    }

    fn input(&self, features: ArrayView2<'_, f32>, monitor: &dyn Monitor) -> Result<Pca, PcaError> {
        pca(features, self.n_components, monitor)
    }

    fn fit(&self, input: &Pca, _watch: Watch<'_>) -> Result<Fit, PcaError> {
        Ok(Fit {
            coordinates: input.coordinates.clone(),
            n_iter: 0,
            kl_divergence: None,
            neighbor_recall: None,
            explained_variance_ratio: Some(input.explained_variance_ratio.clone()),
        })
    }
}

/// A projection on principal components.
#[derive(Debug, Clone, PartialEq)]
pub struct Pca {
    /// `(n_samples, n_components)`, each column with mean 0, in the units of the features.
    pub coordinates: Array2<f64>,
    /// The variance along each component, with divisor n_samples - 1, largest first.
    pub explained_variance: Vec<f64>,
    /// The share of the total variance along each component, 0 to 1; zeros when all samples are
    /// the same.
    pub explained_variance_ratio: Vec<f64>,
}

/// Why there is no projection.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PcaError {
    /// Neither a plane nor a space was asked for.
    #[error("n_components is {n_components}; set it to 2 or 3")]
    NComponents {
        /// What was asked for.
        n_components: usize,
    },
    /// More components than the data have dimensions.
    #[error(
        "{n_samples} samples with {n_features} features have no {n_components} principal \
         components; give at least {n_components} of each"
    )]
    TooFewDimensions {
        /// Rows of the features.
        n_samples: usize,
        /// Columns of the features.
        n_features: usize,
        /// What was asked for.
        n_components: usize,
    },
    /// A feature is NaN or infinite.
    #[error(
        "feature {column} of sample {row} is not a finite number; remove the sample or mend it"
    )]
    NotFinite {
        /// The sample, from 0.
        row: usize,
        /// The feature, from 0.
        column: usize,
    },
    /// The monitor asked to stop.
    #[error(transparent)]
    Cancelled(#[from] Cancelled),
}

fn check_shape(features: ArrayView2<'_, f32>, n_components: usize) -> Result<(), PcaError> {
    let (n_samples, n_features) = features.dim();
    if n_components > n_samples.min(n_features) {
        return Err(PcaError::TooFewDimensions {
            n_samples,
            n_features,
            n_components,
        });
    }
    match not_finite(features) {
        Some((row, column)) => Err(PcaError::NotFinite { row, column }),
        None => Ok(()),
    }
}

/// Features with the mean of each column taken off as they are read.
pub(crate) struct Centred<'a> {
    features: ArrayView2<'a, f32>,
    pub(crate) means: Vec<f64>,
}

impl<'a> Centred<'a> {
    pub(crate) fn new(features: ArrayView2<'a, f32>) -> Self {
        let mut means = vec![0.0; features.ncols()];
        for row in features.rows() {
            means
                .iter_mut()
                .zip(row)
                .for_each(|(mean, &value)| *mean += f64::from(value));
        }
        let n_samples = features.nrows() as f64;
        means.iter_mut().for_each(|mean| *mean /= n_samples);
        Self { features, means }
    }

    pub(crate) fn read_sample(&self, sample: usize, out: &mut [f64]) {
        let values = self.features.row(sample);
        for ((out, &value), mean) in out.iter_mut().zip(values).zip(&self.means) {
            *out = f64::from(value) - mean;
        }
    }

    pub(crate) fn read_feature(&self, feature: usize, out: &mut [f64]) {
        let mean = self.means[feature];
        for (out, &value) in out.iter_mut().zip(self.features.column(feature)) {
            *out = f64::from(value) - mean;
        }
    }

    /// Eigenvectors of XᵀX are the components; coordinates are X times them.
    fn by_covariance(&self, n_components: usize, monitor: &dyn Monitor) -> Result<Pca, PcaError> {
        let (n_samples, n_features) = self.features.dim();
        let read = |row: usize, out: &mut [f64]| self.read_sample(row, out);
        let matrix = cross_products(n_samples, n_features, &read, monitor)?;
        let trace = trace(&matrix, n_features);
        let mut pairs = largest_eigenpairs(matrix, n_features, n_components, monitor)?;
        for pair in &mut pairs {
            let sign = sign_of_largest(pair.vector.iter().copied());
            pair.vector.iter_mut().for_each(|loading| *loading *= sign);
        }
        let mut coordinates = Array2::zeros((n_samples, n_components));
        coordinates
            .axis_iter_mut(Axis(0))
            .into_par_iter()
            .with_min_len(1024)
            .enumerate()
            .for_each_init(
                || vec![0.0; n_features],
                |sample, (row, mut out)| {
                    self.read_sample(row, sample);
                    for (out, pair) in out.iter_mut().zip(&pairs) {
                        *out = sample.iter().zip(&pair.vector).map(|(x, v)| x * v).sum();
                    }
                },
            );
        Ok(Pca::new(
            coordinates,
            pairs.iter().map(|pair| pair.value),
            trace,
        ))
    }

    /// Eigenvectors u of XXᵀ with eigenvalue λ give coordinates u √λ; the component is Xᵀu/√λ.
    fn by_inner_products(
        &self,
        n_components: usize,
        monitor: &dyn Monitor,
    ) -> Result<Pca, PcaError> {
        let (n_samples, n_features) = self.features.dim();
        let read = |feature: usize, out: &mut [f64]| self.read_feature(feature, out);
        let matrix = cross_products(n_features, n_samples, &read, monitor)?;
        let trace = trace(&matrix, n_samples);
        let pairs = largest_eigenpairs(matrix, n_samples, n_components, monitor)?;
        let mut coordinates = Array2::zeros((n_samples, n_components));
        let mut feature = vec![0.0; n_samples];
        for (mut column, pair) in coordinates.columns_mut().into_iter().zip(&pairs) {
            let loadings = (0..n_features).map(|index| {
                self.read_feature(index, &mut feature);
                feature
                    .iter()
                    .zip(&pair.vector)
                    .map(|(x, u)| x * u)
                    .sum::<f64>()
            });
            let scale = sign_of_largest(loadings) * pair.value.max(0.0).sqrt();
            column
                .iter_mut()
                .zip(&pair.vector)
                .for_each(|(out, u)| *out = u * scale);
        }
        Ok(Pca::new(
            coordinates,
            pairs.iter().map(|pair| pair.value),
            trace,
        ))
    }
}

impl Pca {
    fn new(coordinates: Array2<f64>, eigenvalues: impl Iterator<Item = f64>, trace: f64) -> Self {
        let divisor = coordinates.nrows() as f64 - 1.0;
        // Rounding can leave a zero eigenvalue slightly negative.
        let squares: Vec<f64> = eigenvalues.map(|value| value.max(0.0)).collect();
        let share = |square: &f64| if trace > 0.0 { square / trace } else { 0.0 };
        Self {
            coordinates,
            explained_variance: squares.iter().map(|square| square / divisor).collect(),
            explained_variance_ratio: squares.iter().map(share).collect(),
        }
    }
}

fn trace(matrix: &[f64], size: usize) -> f64 {
    matrix.iter().step_by(size + 1).sum()
}

/// -1 when the first of the values of largest absolute value is negative, else 1.
fn sign_of_largest(values: impl Iterator<Item = f64>) -> f64 {
    let largest = values.fold(
        0.0_f64,
        |best, x| if x.abs() > best.abs() { x } else { best },
    );
    if largest < 0.0 { -1.0 } else { 1.0 }
}

/// Rows that are read before they are multiplied, so that they stay in the processor's cache.
const ROWS_AT_ONCE: usize = 32;
/// Rows of the result in one parallel task.
const RESULT_ROWS_PER_TASK: usize = 16;

/// The sum over all rows r of r rᵀ: a symmetric `(width, width)` matrix.
pub(crate) fn cross_products(
    n_rows: usize,
    width: usize,
    read: &(dyn Fn(usize, &mut [f64]) + Sync),
    monitor: &dyn Monitor,
) -> Result<Vec<f64>, Cancelled> {
    let mut result = vec![0.0; width * width];
    let mut rows = vec![0.0; ROWS_AT_ONCE * width];
    for start in (0..n_rows).step_by(ROWS_AT_ONCE) {
        check(monitor)?;
        rows.fill(0.0);
        for (row, out) in (start..n_rows).zip(rows.chunks_mut(width)) {
            read(row, out);
        }
        let add = |(i, out): (usize, &mut [f64])| add_products(out, &rows, width, i);
        if width >= 256 {
            let results = result.par_chunks_mut(width).enumerate();
            results.with_min_len(RESULT_ROWS_PER_TASK).for_each(add);
        } else {
            result.chunks_mut(width).enumerate().for_each(add);
        }
    }
    for i in 0..width {
        for j in 0..i {
            result[i * width + j] = result[j * width + i];
        }
    }
    Ok(result)
}

/// Adds rows[r][i] · rows[r][j] for all r to `out[j]`, for j ≥ i.
#[multiversion(targets = "simd")]
fn add_products(out: &mut [f64], rows: &[f64], width: usize, i: usize) {
    let out = &mut out[i..];
    for four in rows.chunks_exact(4 * width) {
        let (a, rest) = four.split_at(width);
        let (b, rest) = rest.split_at(width);
        let (c, d) = rest.split_at(width);
        let (x, y, z, w) = (a[i], b[i], c[i], d[i]);
        let columns = a[i..].iter().zip(&b[i..]).zip(&c[i..]).zip(&d[i..]);
        for (out, (((a, b), c), d)) in out.iter_mut().zip(columns) {
            *out += (x * a + y * b) + (z * c + w * d);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::array;

    #[test]
    fn points_on_a_line_by_hand() {
        // Along (0.6, 0.8) at -5, 0 and 5.
        let features = array![[-3.0_f32, -4.0], [0.0, 0.0], [3.0, 4.0]];
        let result = pca(features.view(), 2, &()).unwrap();
        let expected = [[-5.0, 0.0], [0.0, 0.0], [5.0, 0.0]];
        for (found, expected) in result.coordinates.iter().zip(expected.as_flattened()) {
            assert!((found - expected).abs() < 1e-12);
        }
        assert!((result.explained_variance[0] - 25.0).abs() < 1e-12);
        assert!((result.explained_variance_ratio[0] - 1.0).abs() < 1e-12);
    }

    #[test]
    fn both_ways_agree_when_there_are_constant_columns() {
        let entry = |(i, j): (usize, usize)| {
            if j == 2 {
                3.5
            } else {
                ((i * i * 7 + j * j * 3 + i * j) as f32).sin()
            }
        };
        let tall = Array2::from_shape_fn((12, 5), entry);
        let centred = Centred::new(tall.view());
        let first = centred.by_covariance(3, &()).unwrap();
        let second = centred.by_inner_products(3, &()).unwrap();
        for (a, b) in first.coordinates.iter().zip(&second.coordinates) {
            assert!((a - b).abs() < 1e-10, "{a} is not {b}");
        }
        for (a, b) in first
            .explained_variance
            .iter()
            .zip(&second.explained_variance)
        {
            assert!((a - b).abs() < 1e-12);
        }
    }

    #[test]
    fn equal_samples_lie_at_the_origin() {
        let result = pca(Array2::from_elem((4, 3), 2.0).view(), 2, &()).unwrap();
        assert!(result.coordinates.iter().all(|&value| value == 0.0));
        assert_eq!(result.explained_variance_ratio, [0.0, 0.0]);
    }

    #[test]
    fn shapes_and_values_are_checked() {
        let features = array![[1.0_f32, 2.0], [f32::NAN, 4.0]];
        let error = |n_components| pca(features.view(), n_components, &()).unwrap_err();
        assert_eq!(error(4), PcaError::NComponents { n_components: 4 });
        assert!(matches!(error(3), PcaError::TooFewDimensions { .. }));
        assert_eq!(error(2), PcaError::NotFinite { row: 1, column: 0 });
    }
}
