//! What sentences tell of the clusters that are tested.

use super::super::selection;
use super::super::study::Clusters;

/// What sentences tell of the clusters.
#[derive(Debug, Clone, Default)]
pub(super) struct Grouping {
    /// Images in clusters.
    pub(super) n_clustered: usize,
    /// "cluster 3 was drawn by hand", where one was.
    pub(super) by_hand: Option<String>,
    /// Why there are no p-values then.
    pub(super) unjudged: Option<String>,
}

impl Grouping {
    pub(super) fn of(clusters: &Clusters) -> Self {
        Self {
            by_hand: selection::drawn_by_hand(&clusters.own),
            unjudged: selection::picked_by_hand(&clusters.own),
            ..Self::labelled(&clusters.clustering.labels)
        }
    }

    pub(super) fn labelled(labels: &[Option<u32>]) -> Self {
        Self {
            n_clustered: labels.iter().flatten().count(),
            ..Self::default()
        }
    }
}
