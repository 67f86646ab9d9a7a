//! How large an association is, and how large it could be.

use super::sample::Kind;
use super::statistic::{Margin, Scorer, Stratum, counts_to_centred_midranks};

/// Beyond this many clusters in a level, their best order is not searched for.
const MAX_ORDERED: usize = 12;

/// Cramér's V corrected for bias (Bergsma 2013), of a table with a row of `n_clusters` counts per
/// value. Over several levels, phi squared and the sides are averaged with the images as weights.
pub(super) fn cramers_v(scorer: &Scorer, table: &[f64]) -> f64 {
    let (mut sum, mut maximum) = (0.0, 0.0);
    for (stratum, table) in scorer.tables(table) {
        let n = stratum.n_images;
        let rows: Vec<f64> = table
            .chunks_exact(scorer.n_clusters)
            .map(|row| row.iter().sum())
            .collect();
        let n_values = rows.iter().filter(|&&images| images > 0.0).count();
        if stratum.smaller_side(n_values) == 0.0 {
            continue;
        }
        let mut share = 0.0;
        for (row, images) in table.chunks_exact(scorer.n_clusters).zip(&rows) {
            for (count, size) in row.iter().zip(&stratum.sizes) {
                if *count > 0.0 {
                    share += count * count / (images * size);
                }
            }
        }
        let (r, c) = (n_values as f64, stratum.n_clusters as f64);
        let phi_squared = share - 1.0 - (r - 1.0) * (c - 1.0) / (n - 1.0);
        let corrected = |side: f64| side - (side - 1.0) * (side - 1.0) / (n - 1.0);
        sum += n * phi_squared.max(0.0);
        maximum += n * (corrected(r).min(corrected(c)) - 1.0);
    }
    // With as many values as images the corrected sides leave nothing to measure.
    if maximum > 0.0 {
        (sum / maximum).sqrt().min(1.0)
    } else {
        0.0
    }
}

/// The largest statistic that any arrangement of these values over these clusters can have: 1 for
/// categories; for numbers, that of clusters which hold the sorted ranks block by block in their
/// best order. Beyond 12 clusters in a level, 1 stands for it.
pub(super) fn largest_statistic(scorer: &Scorer, kind: Kind, margins: &[Margin]) -> f64 {
    if kind == Kind::Categories {
        return 1.0;
    }
    let (mut between, mut total) = (0.0, 0.0);
    for (stratum, margin) in scorer.strata.iter().zip(margins) {
        let mut midranks = margin.clone();
        let variation = counts_to_centred_midranks(&mut midranks, stratum.n_images);
        total += variation;
        between += if stratum.n_clusters > MAX_ORDERED {
            variation
        } else {
            best_order(stratum, margin, &midranks)
        };
    }
    if total > 0.0 { between / total } else { 1.0 }
}

/// The largest Σ (sum of a block)² / its length over the orders of the blocks, by dynamic
/// programming over the sets of clusters that hold the lowest ranks.
fn best_order(stratum: &Stratum, margin: &[f64], midranks: &[f64]) -> f64 {
    // Sums of the lowest 0, 1, 2, … ranks.
    let mut sums = vec![0.0];
    let mut sum = 0.0;
    for (&count, &rank) in margin.iter().zip(midranks) {
        for _ in 0..count as usize {
            sum += rank;
            sums.push(sum);
        }
    }
    let sizes: Vec<usize> = stratum
        .sizes
        .iter()
        .map(|&size| size as usize)
        .filter(|&size| size > 0)
        .collect();
    let mut best = vec![0.0_f64; 1 << sizes.len()];
    for set in 1..best.len() {
        let members = || (0..sizes.len()).filter(|&cluster| set >> cluster & 1 == 1);
        let end: usize = members().map(|cluster| sizes[cluster]).sum();
        for last in members() {
            let block = sums[end] - sums[end - sizes[last]];
            let with_last = best[set & !(1 << last)] + block * block / sizes[last] as f64;
            best[set] = best[set].max(with_last);
        }
    }
    best.last().copied().unwrap_or(0.0)
}
