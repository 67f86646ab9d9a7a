//! Histogram equalisation that is continuous in every pixel.

/// Replaces each level in 0…255 by its place in the image's distribution, 0…1.
///
/// A pixel at `v = i + f` counts as `1 - f` in bin `i` and `f` in bin `i + 1`. Bin `k` stands for
/// the share of pixels below it plus half of its own (the midpoint cumulative distribution), and
/// between bins the result is interpolated. Rounding to whole levels first would not be
/// continuous: equalising can stretch one grey level into many. A constant image gives 0.5.
pub(super) fn equalized(levels: &[f64]) -> impl Iterator<Item = f64> {
    let midpoint_cdf = midpoint_cdf(levels);
    levels.iter().map(move |&level| {
        let (lower, upper, fraction) = bins(level);
        midpoint_cdf[lower] * (1.0 - fraction) + midpoint_cdf[upper] * fraction
    })
}

fn midpoint_cdf(levels: &[f64]) -> [f64; 256] {
    let mut histogram = [0.0; 256];
    for &level in levels {
        let (lower, upper, fraction) = bins(level);
        histogram[lower] += 1.0 - fraction;
        histogram[upper] += fraction;
    }
    let mut below = 0.0;
    histogram.map(|count| {
        let midpoint = (below + count / 2.0) / levels.len() as f64;
        below += count;
        midpoint
    })
}

/// The bins on both sides of a level and how far it lies towards the upper one.
fn bins(level: f64) -> (usize, usize, f64) {
    let lower = level as usize;
    // At 255 the upper share is zero.
    (lower, (lower + 1).min(255), level - lower as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn places(levels: &[f64]) -> Vec<f64> {
        equalized(levels).collect()
    }

    #[test]
    fn whole_levels_get_the_middle_of_their_share() {
        assert_eq!(
            places(&[10.0, 10.0, 20.0, 255.0]),
            [0.25, 0.25, 0.625, 0.875]
        );
    }

    #[test]
    fn a_level_between_two_bins_counts_in_both() {
        // Bin 4 holds 0.75 of 1 pixel, bin 5 the rest: midpoints 0.375 and 0.875.
        assert_eq!(places(&[4.25]), [0.75 * 0.375 + 0.25 * 0.875]);
    }

    #[test]
    fn a_constant_image_lies_in_the_middle() {
        assert_eq!(places(&[0.0; 9]), [0.5; 9]);
        assert_eq!(places(&[255.0; 9]), [0.5; 9]);
    }

    #[test]
    fn a_small_change_of_level_is_a_small_change_of_place() {
        let before = places(&[9.999_999, 10.0, 200.0]);
        let after = places(&[10.000_001, 10.0, 200.0]);
        for (a, b) in before.iter().zip(&after) {
            assert!((a - b).abs() < 1e-5, "{a} became {b}");
        }
    }
}
