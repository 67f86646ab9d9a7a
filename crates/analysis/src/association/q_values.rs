//! Many tests at once.

/// The q-values of Benjamini and Hochberg (1995): rejecting where q ≤ 0.05 keeps the expected share
/// of false ones among the rejections at 5% or less.
///
/// One q per p, in the same order: the smallest p(j) · m / j over all j from the rank of p up.
pub fn q_values(p_values: &[f64]) -> Vec<f64> {
    let n_tests = p_values.len() as f64;
    let mut order: Vec<usize> = (0..p_values.len()).collect();
    order.sort_by(|&a, &b| p_values[b].total_cmp(&p_values[a]));
    let mut q_values = vec![1.0; p_values.len()];
    let mut smallest = 1.0_f64;
    for (from_top, index) in order.into_iter().enumerate() {
        let rank = n_tests - from_top as f64;
        smallest = smallest.min(p_values[index] * n_tests / rank);
        q_values[index] = smallest;
    }
    q_values
}

/// The largest p at which each of these tests would have a q of at most `level`, the others being
/// what they are: for m tests level · r / m, where r of them are rejected when this one's p is 0.
pub(super) fn thresholds(p_values: &[f64], level: f64) -> Vec<f64> {
    let threshold = |index: usize| {
        let mut p_values = p_values.to_vec();
        p_values[index] = 0.0;
        let rejected = q_values(&p_values).iter().filter(|&&q| q <= level).count();
        level * rejected as f64 / p_values.len() as f64
    };
    (0..p_values.len()).map(threshold).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn q_values_by_hand() {
        let found = q_values(&[0.01, 0.9, 0.02, 0.04]);
        for (found, expected) in found.iter().zip([0.04, 0.9, 0.04, 0.16 / 3.0]) {
            assert!((found - expected).abs() < 1e-15, "{found} {expected}");
        }
        assert!(q_values(&[]).is_empty());
        assert_eq!(q_values(&[0.3]), [0.3]);
        assert_eq!(q_values(&[1.0, 1.0]), [1.0, 1.0]);
    }

    #[test]
    fn thresholds_are_where_q_passes_the_level() {
        let p_values = [0.01, 0.9, 0.02, 0.04, 0.011, 0.3];
        for (index, threshold) in thresholds(&p_values, 0.05).into_iter().enumerate() {
            for (p_value, is_rejected) in [(threshold, true), (threshold * 1.001, false)] {
                let mut p_values = p_values;
                p_values[index] = p_value;
                assert_eq!(q_values(&p_values)[index] <= 0.05 + 1e-12, is_rejected);
            }
        }
        assert_eq!(thresholds(&[0.9], 0.05), [0.05]);
    }
}
