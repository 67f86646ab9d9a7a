//! How far the maps of one setting put the same images together.

use super::{Member, Place};
use crate::agreement::adjusted_rand;
use crate::stability::Spread;
use rayon::prelude::*;

/// Pairs of maps that are compared, at most.
const MAX_PAIRS: usize = 600;

/// What the maps of one setting have in common.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Agreement {
    /// The adjusted Rand index of two maps over the images that both have, noise being a class of its
    /// own (Hubert and Arabie 1985): 1 for the same clusters, 0 for what chance gives.
    pub ari: Spread,
    /// Clusters of a map.
    pub n_clusters: Spread,
    /// The share of a map's images that are in clusters.
    pub clustered: Spread,
    /// Maps that were looked at.
    pub n_maps: usize,
}

impl Agreement {
    /// Of these maps; one alone agrees with itself.
    pub fn of(members: &[&Member]) -> Self {
        let n = members.len();
        // Each map with those that follow it, as many for each.
        let reach = (MAX_PAIRS / n.max(1)).clamp(1, n / 2 + 1);
        let pairs: Vec<(usize, usize)> = (0..n)
            .flat_map(|a| (1..=reach).map(move |step| (a, (a + step) % n)))
            .filter(|(a, b)| a != b)
            .collect();
        let ari = |&(a, b): &(usize, usize)| pair(members[a], members[b]);
        let found: Vec<f64> = pairs.par_iter().map(ari).collect();
        let spread = |values: Vec<f64>, alone: f64| {
            Spread::of(values).unwrap_or(Spread {
                low: alone,
                median: alone,
                high: alone,
            })
        };
        let n_clusters = members.iter().map(|member| member.n_clusters() as f64);
        let clustered = members.iter().map(|member| member.clustered());
        Self {
            ari: spread(found, 1.0),
            n_clusters: spread(n_clusters.collect(), 0.0),
            clustered: spread(clustered.collect(), 0.0),
            n_maps: n,
        }
    }
}

/// How far one map agrees with others, in the median; 1 where there are none.
pub fn agreement_with(shown: &Member, others: &[&Member]) -> f64 {
    let found: Vec<f64> = others.iter().map(|other| pair(shown, other)).collect();
    Spread::of(found).map_or(1.0, |spread| spread.median)
}

/// Clusters, and the share of the images in clusters, of the median one of some maps.
pub fn median_map(members: &[&Member]) -> (f64, f64) {
    let median = |mut values: Vec<f64>| {
        values.sort_unstable_by(f64::total_cmp);
        values.get(values.len() / 2).copied().unwrap_or(0.0)
    };
    let n_clusters = members.iter().map(|member| member.n_clusters() as f64);
    let clustered = members.iter().map(|member| member.clustered());
    (median(n_clusters.collect()), median(clustered.collect()))
}

fn pair(a: &Member, b: &Member) -> f64 {
    let code = |place: &Place| match place {
        Place::Absent => None,
        Place::Noise => Some(0),
        Place::Cluster(label) => Some(label + 1),
    };
    let both = a.places.iter().zip(&b.places);
    let both = both.filter_map(|(a, b)| Some((code(a)?, code(b)?)));
    let (a, b): (Vec<u32>, Vec<u32>) = both.unzip();
    adjusted_rand(&a, &b)
}
