//! What becomes of the clusters of the reference and of their members.

use super::ClusterStability;
use super::runs::{ABSENT, NOISE, n_clusters};
use crate::monitor::{Cancelled, Monitor, check};
use rayon::prelude::*;
use std::collections::BTreeMap;

/// The stability of each cluster of the reference.
pub(super) fn clusters(
    reference: &[u32],
    seeds: Option<&[Vec<u32>]>,
    resamples: &[Vec<u32>],
) -> Vec<ClusterStability> {
    let n_clusters = n_clusters(reference);
    let nothing = vec![None; n_clusters];
    let by_seeds = seeds.map_or(nothing, |runs| mean_jaccard(reference, n_clusters, runs));
    let by_resamples = mean_jaccard(reference, n_clusters, resamples);
    let members = members(reference, n_clusters);
    let means = by_seeds.into_iter().zip(by_resamples);
    members
        .iter()
        .zip(means)
        .map(
            |(members, (jaccard_seeds, jaccard_resamples))| ClusterStability {
                size: members.len(),
                jaccard_seeds,
                jaccard_resamples,
            },
        )
        .collect()
}

/// The images of each cluster.
fn members(labels: &[u32], n_clusters: usize) -> Vec<Vec<usize>> {
    let mut members = vec![Vec::new(); n_clusters];
    for (image, &label) in labels.iter().enumerate().filter(|(_, l)| **l < NOISE) {
        members[label as usize].push(image);
    }
    members
}

/// For each cluster of the reference the mean over the runs that hold a member of it.
fn mean_jaccard(reference: &[u32], n_clusters: usize, runs: &[Vec<u32>]) -> Vec<Option<f64>> {
    let mut sums = vec![(0.0, 0_u32); n_clusters];
    for run in runs {
        let best = best_jaccard(reference, n_clusters, run);
        for ((sum, n_runs), best) in sums.iter_mut().zip(best) {
            *sum += best.unwrap_or(0.0);
            *n_runs += u32::from(best.is_some());
        }
    }
    let mean = |(sum, n_runs): (f64, u32)| (n_runs > 0).then(|| sum / f64::from(n_runs));
    sums.into_iter().map(mean).collect()
}

/// |A ∩ B| / |A ∪ B| of each cluster A of the reference with the cluster B of the run for which
/// that is largest, among the images of the run; `None` for clusters of which it has none.
fn best_jaccard(reference: &[u32], n_reference: usize, run: &[u32]) -> Vec<Option<f64>> {
    let (mut sizes, mut run_sizes) = (vec![0_u32; n_reference], vec![0_u32; n_clusters(run)]);
    let mut shared = BTreeMap::new();
    for (&a, &b) in reference.iter().zip(run).filter(|(_, b)| **b != ABSENT) {
        if a != NOISE {
            sizes[a as usize] += 1;
        }
        if b != NOISE {
            run_sizes[b as usize] += 1;
        }
        *shared.entry((a, b)).or_insert(0_u32) += 1;
    }
    let mut best: Vec<_> = sizes.iter().map(|&n| (n > 0).then_some(0.0_f64)).collect();
    for ((a, b), n) in shared
        .into_iter()
        .filter(|((a, b), _)| (*a).max(*b) < NOISE)
    {
        let union = sizes[a as usize] + run_sizes[b as usize] - n;
        let jaccard = f64::from(n) / f64::from(union);
        best[a as usize] = best[a as usize].map(|best| best.max(jaccard));
    }
    best
}

/// How firmly each image is where the reference has it, see [`super::Stability::per_image`].
pub(super) fn per_image(
    reference: &[u32],
    runs: &[&[u32]],
    monitor: &dyn Monitor,
) -> Result<Vec<Option<f64>>, Cancelled> {
    let mut shares: Vec<Option<f64>> = (0..reference.len())
        .map(|image| share_as_noise(image, runs))
        .collect();
    for members in members(reference, n_clusters(reference)) {
        // By run, so that all members of a run lie side by side.
        let labels: Vec<Vec<u32>> = runs
            .iter()
            .map(|run| members.iter().map(|&image| run[image]).collect())
            .collect();
        let found: Vec<Option<f64>> = (0..members.len())
            .into_par_iter()
            .map(|member| {
                check(monitor)?;
                Ok(consensus(member, &labels))
            })
            .collect::<Result<_, Cancelled>>()?;
        for (image, share) in members.into_iter().zip(found) {
            shares[image] = share;
        }
    }
    Ok(shares)
}

fn share_as_noise(image: usize, runs: &[&[u32]]) -> Option<f64> {
    let present = runs.iter().filter(|run| run[image] != ABSENT).count();
    let noise = runs.iter().filter(|run| run[image] == NOISE).count();
    (present > 0).then(|| noise as f64 / present as f64)
}

/// The mean over the other members of a cluster of the share of runs, of those in which both are
/// present, that put the two into one cluster. `labels` has a row per run, a label per member.
fn consensus(member: usize, labels: &[Vec<u32>]) -> Option<f64> {
    let n_members = labels.first().map_or(0, Vec::len);
    let (mut together, mut present) = (vec![0_u32; n_members], vec![0_u32; n_members]);
    for labels in labels.iter().filter(|labels| labels[member] != ABSENT) {
        // Two that are noise are in no cluster together.
        let own = Some(labels[member]).filter(|&label| label != NOISE);
        for ((together, present), &label) in together.iter_mut().zip(&mut present).zip(labels) {
            *together += u32::from(own == Some(label));
            *present += u32::from(label != ABSENT);
        }
    }
    let (mut sum, mut n_others) = (0.0, 0_u32);
    for other in (0..n_members).filter(|&other| other != member && present[other] > 0) {
        sum += f64::from(together[other]) / f64::from(present[other]);
        n_others += 1;
    }
    (n_others > 0).then(|| sum / f64::from(n_others))
}
