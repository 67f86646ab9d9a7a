//! The notebook's score of a clustering.

/// The notebook's score, lower is better: with the counts of all labels, noise (`None`) included,
/// and their largest m, each cluster adds m - count and noise adds its own count.
///
/// It rewards clusters of equal size and little noise, and knows nothing of what lies in them. All
/// noise scores `n`, one cluster without noise scores 0, and so does no point at all. Labels need
/// not be consecutive.
///
/// ```
/// use negatoscope_analysis::measures::balance;
/// // Counts 3, 1 and a noise point: (3 - 3) + (3 - 1) + 1.
/// assert_eq!(balance(&[Some(0), Some(0), Some(0), Some(1), None]), 3);
/// ```
pub fn balance(labels: &[Option<u32>]) -> u64 {
    let mut clusters: Vec<u32> = labels.iter().flatten().copied().collect();
    clusters.sort_unstable();
    let sizes = clusters
        .chunk_by(|a, b| a == b)
        .map(|members| members.len() as u64);
    balance_of_counts(sizes, (labels.len() - clusters.len()) as u64)
}

/// [`balance`] from the sizes of the clusters and the number of noise points.
pub fn balance_of_counts(sizes: impl Iterator<Item = u64>, n_noise: u64) -> u64 {
    let (mut largest, mut n_clusters, mut n_clustered) = (n_noise, 0, 0);
    for size in sizes {
        largest = largest.max(size);
        n_clusters += 1;
        n_clustered += size;
    }
    n_clusters * largest - n_clustered + n_noise
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cases_by_hand() {
        assert_eq!(balance(&[]), 0);
        assert_eq!(balance(&[None; 193]), 193);
        assert_eq!(balance(&[Some(3); 7]), 0);
        // The notebook's published row: clusters of 31, 71 and 70, noise of 7.
        assert_eq!(balance_of_counts([31, 71, 70].into_iter(), 7), 40 + 1 + 7);
        // Noise can be the largest count: 5 - 1 for the cluster, 5 for the noise.
        assert_eq!(balance(&[None, None, Some(0), None, None, None]), 9);
    }
}
