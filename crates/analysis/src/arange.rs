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
/// use negatoscope_analysis::arange;
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
    let finite = start.is_finite() && stop.is_finite() && step.is_finite() && step != 0.0;
    // The comparison is false for NaN; the cast saturates.
    if finite && length > 0.0 {
        length as usize
    } else {
        0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_numpys() {
        // numpy 2.4: numpy.arange(0.1, 2.0, 0.1)
        let expected = [
            0.1,
            0.2,
            0.30000000000000004,
            0.4,
            0.5,
            0.6,
            0.7000000000000001,
            0.8,
            0.9,
            1.0,
            1.1,
            1.2000000000000002,
            1.3000000000000003,
            1.4000000000000001,
            1.5000000000000002,
            1.6,
            1.7000000000000002,
            1.8000000000000003,
            1.9000000000000001,
        ];
        assert_eq!(arange(0.1, 2.0, 0.1), expected);
        // numpy's last value can reach the stop.
        assert_eq!(
            arange(1.0, 1.3, 0.1),
            [1.0, 1.1, 1.2000000000000002, 1.3000000000000003]
        );
        assert_eq!(arange(2.0, 0.0, -0.8), [2.0, 1.2, 0.3999999999999999]);
        assert_eq!(arange(1.0, 180.0, 1.0).len(), 179);
    }

    #[test]
    fn ranges_without_values_are_empty() {
        for (start, stop, step) in [
            (1.0, 1.0, 1.0),
            (2.0, 1.0, 1.0),
            (0.0, 1.0, 0.0),
            (f64::NAN, 1.0, 0.1),
            (0.0, f64::INFINITY, 1.0),
        ] {
            assert!(
                arange(start, stop, step).is_empty(),
                "{start} {stop} {step}"
            );
        }
        assert_eq!(
            arange_len(0.0, 1e300, 1e-300),
            usize::MAX,
            "a length that overflows"
        );
    }
}
