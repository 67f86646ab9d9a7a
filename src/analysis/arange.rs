//! Evenly spaced values, as `numpy.arange` makes them.

/// The values of `numpy.arange(start, stop, step)`, rounding included.
///
/// Value `i` is `start + i * delta` with `delta = (start + step) - start`, and there are
/// `ceil((stop - start) / step)` of them; so `arange(0.1, 2.0, 0.1)` has 19 values and its third is
/// `0.30000000000000004`, as in numpy. Empty when the range is empty, when `step` is zero or when
/// an argument is not finite. The length is not limited here: who takes these numbers from a user
/// checks it first with [`arange_len`].
///
/// ```
/// use negatoscope::analysis::arange;
/// assert_eq!(arange(5.0, 8.0, 1.0), [5.0, 6.0, 7.0]);
/// assert_eq!(arange(0.1, 0.5, 0.1), [0.1, 0.2, 0.30000000000000004, 0.4]);
/// ```
pub fn arange(start: f64, stop: f64, step: f64) -> Vec<f64> {
    let delta = (start + step) - start;
    (0..arange_len(start, stop, step))
        .map(|i| start + i as f64 * delta)
        .collect()
}

/// How many values [`arange`] has for these arguments, saturating at `usize::MAX`.
pub fn arange_len(start: f64, stop: f64, step: f64) -> usize {
    let length = ((stop - start) / step).ceil();
    let finite = start.is_finite() && stop.is_finite() && step.is_finite();
    // The comparison is false for NaN; the cast saturates.
    if finite && length > 0.0 {
        length as usize
    } else {
        0
    }
}
