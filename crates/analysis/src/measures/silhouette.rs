//! The silhouette (Rousseeuw 1987).

use super::Distances;
use super::partition::Partition;

/// See [`super::silhouette()`].
pub(super) fn silhouette(distances: &Distances, partition: &Partition) -> Option<f64> {
    if !partition.can_be_scored() {
        return None;
    }
    let mut sum = 0.0;
    for (own, members) in partition.clusters().enumerate() {
        if members.len() == 1 {
            continue;
        }
        for &point in members {
            let row = distances.row(point);
            let (mut inside, mut outside) = (0.0, f64::INFINITY);
            for (other, others) in partition.clusters().enumerate() {
                let total: f64 = others.iter().map(|&other| row[other]).sum();
                if other == own {
                    inside = total / (members.len() - 1) as f64;
                } else {
                    outside = f64::min(outside, total / others.len() as f64);
                }
            }
            let larger = f64::max(inside, outside);
            // Two clusters on one spot are neither near nor far.
            if larger > 0.0 {
                sum += (outside - inside) / larger;
            }
        }
    }
    Some(sum / partition.n_clustered() as f64)
}
