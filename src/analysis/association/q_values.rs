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
}
