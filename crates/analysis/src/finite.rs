//! Whether all values are numbers to compute with.

use ndarray::ArrayView2;

/// Row and column of the first value that is NaN or infinite, by rows.
pub(crate) fn not_finite<T: Copy + Into<f64>>(values: ArrayView2<'_, T>) -> Option<(usize, usize)> {
    let mut values = values.indexed_iter();
    let found = values.find(|&(_, &value)| !value.into().is_finite());
    found.map(|(at, _)| at)
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::array;

    #[test]
    fn the_first_is_found_by_rows() {
        assert_eq!(
            not_finite(array![[1.0_f32, -0.0], [f32::MAX, 2.0]].view()),
            None
        );
        let values = array![[1.0, 2.0], [f64::NAN, 3.0], [4.0, f64::INFINITY]];
        assert_eq!(not_finite(values.view()), Some((1, 0)));
        assert_eq!(not_finite(values.slice(ndarray::s![2.., ..])), Some((0, 1)));
    }
}
