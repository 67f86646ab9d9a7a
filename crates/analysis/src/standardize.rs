//! Standardisation per axis.

use ndarray::{Array2, ArrayView2, Axis};

/// Gives every column mean 0 and population standard deviation 1, as scikit-learn's
/// `StandardScaler`.
///
/// `points` is `(n_samples, n_components)`, and so is the result. A column that is constant, up to
/// the rounding of its own variance, is centred and not scaled.
pub fn standardize(points: ArrayView2<'_, f64>) -> Array2<f64> {
    let mut result = points.to_owned();
    let n_samples = points.nrows() as f64;
    for mut column in result.axis_iter_mut(Axis(1)) {
        let mean = column.sum() / n_samples;
        // The second term takes back what rounding left in the mean (Chan et al. 1983).
        let (mut squares, mut rest) = (0.0, 0.0);
        for &value in &column {
            squares += (value - mean) * (value - mean);
            rest += value - mean;
        }
        let variance = (squares - rest * rest / n_samples) / n_samples;
        let rounding =
            n_samples * f64::EPSILON * variance + (n_samples * mean * f64::EPSILON).powi(2);
        let scale = if variance > rounding {
            variance.sqrt()
        } else {
            1.0
        };
        column.mapv_inplace(|value| (value - mean) / scale);
    }
    result
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::array;

    #[test]
    fn columns_get_mean_zero_and_deviation_one() {
        let result = standardize(array![[1.0, 7.0], [3.0, 7.0]].view());
        assert_eq!(result, array![[-1.0, 0.0], [1.0, 0.0]]);
    }

    #[test]
    fn a_constant_column_that_rounds_badly_is_not_blown_up() {
        let result = standardize(Array2::from_elem((7, 1), 0.1).view());
        assert!(result.iter().all(|value| value.abs() < 1e-15));
    }

    #[test]
    fn no_points_is_no_failure() {
        assert_eq!(standardize(Array2::zeros((0, 2)).view()).dim(), (0, 2));
    }
}
