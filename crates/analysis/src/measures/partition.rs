//! Which points make which cluster, as the scores read it.

use ndarray::ArrayView2;

/// The members of each cluster, in order; clusters in the order of their labels.
pub(super) struct Partition {
    members: Vec<usize>,
    starts: Vec<usize>,
}

impl Partition {
    pub(super) fn of(points: ArrayView2<'_, f64>, labels: &[Option<u32>]) -> Self {
        assert_eq!(points.nrows(), labels.len(), "one label per point");
        let clustered = |(point, label): (usize, &Option<u32>)| label.map(|label| (label, point));
        let mut pairs: Vec<_> = labels.iter().enumerate().filter_map(clustered).collect();
        pairs.sort_unstable();
        let mut starts = vec![0];
        for cluster in pairs.chunk_by(|a, b| a.0 == b.0) {
            starts.push(starts[starts.len() - 1] + cluster.len());
        }
        let members = pairs.into_iter().map(|(_, point)| point).collect();
        Self { members, starts }
    }

    pub(super) fn clusters(&self) -> impl Iterator<Item = &[usize]> + Clone {
        self.starts
            .windows(2)
            .map(|ends| &self.members[ends[0]..ends[1]])
    }

    pub(super) fn n_clusters(&self) -> usize {
        self.starts.len() - 1
    }

    /// All clustered points.
    pub(super) fn n_clustered(&self) -> usize {
        self.members.len()
    }

    /// scikit-learn's condition: 2 clusters or more, and fewer than points.
    pub(super) fn can_be_scored(&self) -> bool {
        (2..self.n_clustered()).contains(&self.n_clusters())
    }
}
