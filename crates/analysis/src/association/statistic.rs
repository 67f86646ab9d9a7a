//! How far a column goes with the clusters, for many arrangements of the column's values.

use super::exchange::Exchange;
use super::sample::{Kind, Sample};

/// How many images of a level have each of its values.
pub(super) type Margin = Vec<f64>;

/// Computes the statistic of one labeling; what does not change between arrangements is prepared.
///
/// Categories: Pearson's chi-squared over its maximum n · (min(clusters, values) - 1), which is
/// Cramér's V squared. Numbers: the share of the variation of midranks that lies between clusters,
/// eta squared, which is Kruskal and Wallis's H / (n - 1). Within levels, numerator and denominator
/// are summed over the levels, and ranks are those within the level. All are in 0..=1.
#[derive(Debug)]
pub(super) struct Scorer {
    kind: Kind,
    pub(super) n_clusters: usize,
    atoms: Vec<Atom>,
    pub(super) strata: Vec<Stratum>,
}

/// Images of one slot in the same level and cluster.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Atom {
    slot: u32,
    stratum: u32,
    cluster: u32,
    count: u32,
}

/// The values and the clusters within one level.
#[derive(Debug)]
pub(super) struct Stratum {
    /// The values of the level, in order: no exchange brings in another one, since patients
    /// exchange values with patients of the same levels alone. A row of the table stands for each,
    /// so that all levels together have no more rows than there are images.
    values: Vec<u32>,
    /// The row of the first value.
    start: usize,
    pub(super) n_images: f64,
    /// Images in each cluster.
    pub(super) sizes: Vec<f64>,
    /// 1 / images in each cluster, 0 without any.
    inverses: Vec<f64>,
    /// Clusters with images.
    pub(super) n_clusters: usize,
}

/// What one thread writes on.
#[derive(Debug, Clone)]
pub(super) struct Scratch {
    /// Categories: images by (row of level and value, cluster). Numbers: images, then midranks, by
    /// row.
    pub(super) table: Vec<f64>,
    /// Numbers: sums of midranks by (level, cluster).
    sums: Vec<f64>,
}

impl Scorer {
    /// `clusters` has one entry per image of the sample; those in none do not count.
    pub(super) fn new(
        sample: &Sample,
        exchange: &Exchange,
        clusters: &[Option<usize>],
        n_clusters: usize,
    ) -> Self {
        let mut places = Vec::new();
        let mut sizes = vec![vec![0.0; n_clusters]; sample.n_strata];
        for (row, &cluster) in clusters.iter().enumerate() {
            if let Some(cluster) = cluster {
                sizes[sample.strata[row]][cluster] += 1.0;
                places.push((exchange.slots[row], sample.strata[row], cluster));
            }
        }
        places.sort_unstable();
        let atom = |same: &[(usize, usize, usize)]| Atom {
            slot: same[0].0 as u32,
            stratum: same[0].1 as u32,
            cluster: same[0].2 as u32,
            count: same.len() as u32,
        };
        Self {
            kind: sample.kind,
            n_clusters,
            atoms: places.chunk_by(|a, b| a == b).map(atom).collect(),
            strata: strata(sample, sizes),
        }
    }

    pub(super) fn scratch(&self) -> Scratch {
        let n_rows: usize = self.strata.iter().map(Stratum::n_values).sum();
        let (table, sums) = match self.kind {
            Kind::Categories => (n_rows * self.n_clusters, 0),
            Kind::Numbers => (n_rows, self.strata.len() * self.n_clusters),
        };
        Scratch {
            table: vec![0.0; table],
            sums: vec![0.0; sums],
        }
    }

    /// The statistic when slot i has the value `values[i]`; 0 where nothing varies.
    pub(super) fn score(&self, values: &[u32], scratch: &mut Scratch) -> f64 {
        let (between, total) = match self.kind {
            Kind::Categories => {
                self.count(values, &mut scratch.table);
                self.chi_squared(&scratch.table)
            }
            Kind::Numbers => self.rank_variation(values, scratch),
        };
        if total > 0.0 { between / total } else { 0.0 }
    }

    /// Counts images by (row, cluster) into `table`.
    pub(super) fn count(&self, values: &[u32], table: &mut [f64]) {
        table.fill(0.0);
        for atom in &self.atoms {
            let row = self.row(atom, values);
            table[row * self.n_clusters + atom.cluster as usize] += f64::from(atom.count);
        }
    }

    /// Images in clusters with each value, per level, when slot i has the value `values[i]`.
    pub(super) fn margins(&self, values: &[u32]) -> Vec<Margin> {
        let of_level = |level: &Stratum| vec![0.0; level.n_values()];
        let mut margins: Vec<Margin> = self.strata.iter().map(of_level).collect();
        for atom in &self.atoms {
            let place = self.strata[atom.stratum as usize].place(values[atom.slot as usize]);
            margins[atom.stratum as usize][place] += f64::from(atom.count);
        }
        margins
    }

    /// The row of the level of `atom` and the value in its slot.
    fn row(&self, atom: &Atom, values: &[u32]) -> usize {
        let stratum = &self.strata[atom.stratum as usize];
        stratum.start + stratum.place(values[atom.slot as usize])
    }

    /// Chi-squared and its maximum, both summed over the levels.
    pub(super) fn chi_squared(&self, table: &[f64]) -> (f64, f64) {
        let (mut sum, mut maximum) = (0.0, 0.0);
        for (stratum, table) in self.tables(table) {
            // chi² = n · (Σ observed² / (cluster's images · value's images) - 1)
            let (mut share, mut n_values) = (0.0, 0);
            for row in table.chunks_exact(self.n_clusters) {
                let (mut of_value, mut squares) = (0.0, 0.0);
                for (&count, inverse) in row.iter().zip(&stratum.inverses) {
                    of_value += count;
                    squares += count * count * inverse;
                }
                if of_value > 0.0 {
                    share += squares / of_value;
                    n_values += 1;
                }
            }
            let largest = stratum.n_images * stratum.smaller_side(n_values);
            if largest > 0.0 {
                sum += stratum.n_images * (share - 1.0);
                maximum += largest;
            }
        }
        (sum, maximum)
    }

    /// Each level with its part of the table.
    pub(super) fn tables<'a>(
        &'a self,
        table: &'a [f64],
    ) -> impl Iterator<Item = (&'a Stratum, &'a [f64])> {
        self.strata.iter().map(|stratum| {
            let rows = &table[stratum.start * self.n_clusters..];
            (stratum, &rows[..stratum.n_values() * self.n_clusters])
        })
    }

    /// The variation of midranks between clusters, and all of it.
    fn rank_variation(&self, values: &[u32], scratch: &mut Scratch) -> (f64, f64) {
        let Scratch { table, sums } = scratch;
        table.fill(0.0);
        for atom in &self.atoms {
            table[self.row(atom, values)] += f64::from(atom.count);
        }
        let mut total = 0.0;
        for stratum in &self.strata {
            let weights = &mut table[stratum.start..][..stratum.n_values()];
            total += counts_to_centred_midranks(weights, stratum.n_images);
        }
        sums.fill(0.0);
        for atom in &self.atoms {
            sums[atom.stratum as usize * self.n_clusters + atom.cluster as usize] +=
                f64::from(atom.count) * table[self.row(atom, values)];
        }
        let mut between = 0.0;
        for (stratum, sums) in self.strata.iter().zip(sums.chunks(self.n_clusters)) {
            for (sum, inverse) in sums.iter().zip(&stratum.inverses) {
                between += sum * sum * inverse;
            }
        }
        (between, total)
    }
}

/// Replaces the number of images with each value, in the order of the values, by their midrank less
/// the mean rank, and returns the sum of squares of these over the images.
pub(super) fn counts_to_centred_midranks(counts: &mut [f64], n_images: f64) -> f64 {
    let middle = 0.5 * (n_images + 1.0);
    let (mut below, mut ties) = (0.0, 0.0);
    for count in counts {
        let with_value = *count;
        *count = below + 0.5 * (with_value + 1.0) - middle;
        below += with_value;
        ties += with_value * (with_value * with_value - 1.0);
    }
    (n_images * (n_images * n_images - 1.0) - ties) / 12.0
}

/// The levels of `sample`, with the images in each cluster.
fn strata(sample: &Sample, sizes: Vec<Vec<f64>>) -> Vec<Stratum> {
    let mut values = vec![Vec::new(); sizes.len()];
    for (&stratum, &value) in sample.strata.iter().zip(&sample.values) {
        values[stratum].push(value as u32);
    }
    let mut start = 0;
    let stratum = |(mut values, sizes): (Vec<u32>, _)| {
        values.sort_unstable();
        values.dedup();
        start += values.len();
        Stratum::new(start - values.len(), values, sizes)
    };
    values.into_iter().zip(sizes).map(stratum).collect()
}

impl Stratum {
    fn new(start: usize, values: Vec<u32>, sizes: Vec<f64>) -> Self {
        let inverse = |&size: &f64| if size > 0.0 { 1.0 / size } else { 0.0 };
        Self {
            values,
            start,
            n_images: sizes.iter().sum(),
            inverses: sizes.iter().map(inverse).collect(),
            n_clusters: sizes.iter().filter(|&&size| size > 0.0).count(),
            sizes,
        }
    }

    pub(super) fn n_values(&self) -> usize {
        self.values.len()
    }

    /// The place of a value among those of the level.
    pub(super) fn place(&self, value: u32) -> usize {
        // Without levels, every value is in its own place.
        if self.values.get(value as usize) == Some(&value) {
            value as usize
        } else {
            self.values.partition_point(|&other| other < value)
        }
    }

    /// min(clusters, values) - 1, not below 0.
    pub(super) fn smaller_side(&self, n_values: usize) -> f64 {
        self.n_clusters.min(n_values).saturating_sub(1) as f64
    }
}
