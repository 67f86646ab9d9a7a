//! Which clusters of the condensed tree are kept, and who belongs to them.

use super::hierarchy::CondensedTree;
use super::{ClusterSelection, Hierarchical};

/// The clustering that `method` makes of `tree`. All points together are never a cluster, so that
/// a tree that never splits is all noise.
pub(super) fn select(tree: &CondensedTree, method: ClusterSelection) -> Hierarchical {
    let kept = match method {
        ClusterSelection::Eom => longest_lasting(tree),
        ClusterSelection::Leaf => leaves(tree),
    };
    let mut n_clusters = 0;
    // For each cluster of the tree the one kept that it is part of, and its label.
    let mut within: Vec<Option<(usize, u32)>> = Vec::with_capacity(kept.len());
    for (id, kept) in kept.into_iter().enumerate() {
        let parent = tree.clusters[id].parent as usize;
        within.push(if kept {
            n_clusters += 1;
            Some((id, n_clusters - 1))
        } else {
            within.get(parent).copied().flatten()
        });
    }
    let of_point = |&(cluster, lambda): &(u32, f64)| match within[cluster as usize] {
        Some((id, label)) => (Some(label), membership(lambda, tree.clusters[id].death)),
        None => (None, 0.0),
    };
    let (labels, probabilities) = tree.points.iter().map(of_point).unzip();
    Hierarchical {
        labels,
        probabilities,
        n_clusters: n_clusters as usize,
    }
}

/// How long a point stays of a cluster's whole life (McInnes and Healy 2017, section 2.4); points of
/// clusters within the one kept may outlive it.
fn membership(lambda: f64, death: f64) -> f64 {
    if death == 0.0 || lambda.is_infinite() {
        1.0
    } else {
        lambda.min(death) / death
    }
}

/// Excess of mass: a cluster where it is at least as stable as all that is kept within it (Campello,
/// Moulavi and Sander 2013, algorithm 3).
fn longest_lasting(tree: &CondensedTree) -> Vec<bool> {
    let mut kept = vec![true; tree.clusters.len()];
    let mut stability: Vec<f64> = tree.clusters.iter().map(|c| c.stability).collect();
    for (id, cluster) in tree.clusters.iter().enumerate().rev() {
        let Some([one, other]) = cluster.children else {
            continue;
        };
        let within = stability[one as usize] + stability[other as usize];
        // Not written the other way round: a stability that is no number keeps its cluster.
        if within > stability[id] {
            kept[id] = false;
            stability[id] = within;
        }
    }
    kept[0] = false;
    // Of clusters within each other the outermost stays.
    let mut covered = vec![false; kept.len()];
    for (id, cluster) in tree.clusters.iter().enumerate().skip(1) {
        let parent = cluster.parent as usize;
        covered[id] = covered[parent] || kept[parent];
        kept[id] = kept[id] && !covered[id];
    }
    kept
}

/// The clusters that split no more; none when all points are one.
fn leaves(tree: &CondensedTree) -> Vec<bool> {
    let is_leaf = tree.clusters.iter().map(|c| c.children.is_none());
    let mut kept: Vec<bool> = is_leaf.collect();
    kept[0] = false;
    kept
}
