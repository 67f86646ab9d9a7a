//! DBSCAN over bit sets of all pairs: for maps of up to about a thousand points nothing is faster,
//! since one instruction handles 64 neighbours.

use super::Points;
use crate::clustering::method::{Clustering, Sizes};
use crate::monitor::{Cancelled, Monitor, check};
use multiversion::multiversion;

/// Points of one word of a set.
const WORD: usize = 64;

/// All squared distances, rows padded to whole words with NaN, which is within no eps.
#[derive(Debug, Clone)]
pub(crate) struct SquaredDistances {
    rows: Vec<f64>,
    n_samples: usize,
}

impl SquaredDistances {
    pub(crate) fn new(points: &Points) -> Self {
        let n_samples = points.len();
        let mut rows = vec![f64::NAN; n_samples * n_samples.next_multiple_of(WORD)];
        let stride = n_samples.next_multiple_of(WORD).max(WORD);
        for (i, row) in rows.chunks_mut(stride).enumerate() {
            fill_row(points, i, &mut row[..n_samples]);
        }
        Self { rows, n_samples }
    }

    /// Who lies within `eps` of whom.
    pub(crate) fn within(&self, eps: f64) -> Adjacency {
        let words = self.n_samples.div_ceil(WORD);
        let mut rows = vec![0; self.n_samples * words];
        compare(&self.rows, eps * eps, &mut rows);
        let counts = rows.chunks(words.max(1)).map(count_ones).collect();
        Adjacency {
            rows,
            words,
            counts,
        }
    }
}

#[multiversion(targets = "simd")]
fn fill_row(points: &Points, i: usize, out: &mut [f64]) {
    let [x, y, z] = &points.axes;
    let others = x.iter().zip(y).zip(z);
    for (out, ((xj, yj), zj)) in out.iter_mut().zip(others) {
        let (dx, dy, dz) = (x[i] - xj, y[i] - yj, z[i] - zj);
        *out = dx * dx + dy * dy + dz * dz;
    }
}

/// Bit j of a word is whether distance j is within the limit.
#[multiversion(targets = "simd")]
fn compare(distances: &[f64], limit: f64, words: &mut [u64]) {
    for (distances, word) in distances.chunks_exact(WORD).zip(words) {
        let mut bits = 0;
        for (bit, &distance) in distances.iter().enumerate() {
            bits |= u64::from(distance <= limit) << bit;
        }
        *word = bits;
    }
}

fn count_ones(words: &[u64]) -> u32 {
    words.iter().map(|word| word.count_ones()).sum()
}

/// Who lies within one `eps` of whom: a set per point, itself included.
#[derive(Debug, Clone)]
pub(crate) struct Adjacency {
    rows: Vec<u64>,
    words: usize,
    counts: Vec<u32>,
}

impl Adjacency {
    /// The sizes of the clusters at this `min_samples`.
    pub(crate) fn sizes(&self, min_samples: usize) -> Sizes {
        let mut sizes = Sizes {
            clusters: Vec::new(),
            n_noise: 0,
        };
        let clustered = self.flood(min_samples, |members| {
            sizes.clusters.push(u64::from(count_ones(members)));
        });
        sizes.n_noise = self.counts.len() as u64 - u64::from(count_ones(&clustered));
        sizes
    }

    /// The cluster of each point at this `min_samples`, as [`Clustering::labels`].
    pub(crate) fn labels(&self, min_samples: usize) -> Vec<Option<u32>> {
        let mut labels = vec![None; self.counts.len()];
        let mut n_clusters = 0;
        self.flood(min_samples, |members| {
            for i in ones(members) {
                labels[i] = Some(n_clusters);
            }
            n_clusters += 1;
        });
        labels
    }

    /// Whether the two values of `min_samples` make the same points core, so that everything else
    /// is the same too.
    pub(crate) fn same_core(&self, one: usize, other: usize) -> bool {
        let between = one.min(other)..one.max(other);
        self.counts
            .iter()
            .all(|&count| !between.contains(&(count as usize)))
    }

    fn flood(&self, min_samples: usize, found: impl FnMut(&[u64])) -> Vec<u64> {
        let read = |i: usize, out: &mut [u64]| {
            out.copy_from_slice(&self.rows[i * self.words..][..self.words]);
        };
        flood(core_set(&self.counts, min_samples), read, found)
    }
}

fn core_set(counts: &[u32], min_samples: usize) -> Vec<u64> {
    let mut core = vec![0; counts.len().div_ceil(WORD)];
    for (i, &count) in counts.iter().enumerate() {
        core[i / WORD] |= u64::from(count as usize >= min_samples) << (i % WORD);
    }
    core
}

/// Clusters without keeping any neighbourhood: n² time, memory for n.
pub(crate) fn cluster_all_pairs(
    points: &Points,
    eps: f64,
    min_samples: usize,
    monitor: &dyn Monitor,
) -> Result<Clustering, Cancelled> {
    let n_samples = points.len();
    let limit = eps * eps;
    let mut distances = vec![f64::NAN; n_samples.next_multiple_of(WORD)];
    let mut read = |i: usize, out: &mut [u64]| {
        fill_row(points, i, &mut distances[..n_samples]);
        compare(&distances, limit, out);
    };
    let mut row = vec![0; n_samples.div_ceil(WORD)];
    let mut counts = Vec::with_capacity(n_samples);
    for i in 0..n_samples {
        check(monitor)?;
        read(i, &mut row);
        counts.push(count_ones(&row));
    }
    let mut labels = vec![None; n_samples];
    let mut n_clusters = 0;
    flood(core_set(&counts, min_samples), read, |members| {
        for i in ones(members) {
            labels[i] = Some(n_clusters);
        }
        n_clusters += 1;
    });
    let core = counts
        .iter()
        .map(|&count| count as usize >= min_samples)
        .collect();
    Ok(Clustering {
        probabilities: None,
        labels,
        core,
        n_clusters: n_clusters as usize,
    })
}

/// Finds the clusters of the core points in `core`, in order, and gives each one's members, border
/// points included, to `found`; returns the set of all of them.
///
/// `read` writes the set of a point's neighbours, itself included.
fn flood(
    mut core: Vec<u64>,
    mut read: impl FnMut(usize, &mut [u64]),
    mut found: impl FnMut(&[u64]),
) -> Vec<u64> {
    let words = core.len();
    let mut clustered = vec![0; words];
    let mut reached = vec![0; words];
    let mut waiting = vec![0; words];
    let mut row = vec![0; words];
    for first_word in 0..words {
        while core[first_word] != 0 {
            let lowest = core[first_word] & core[first_word].wrapping_neg();
            core[first_word] ^= lowest;
            waiting[first_word] = lowest;
            reached.fill(0);
            // New points can wait in any word; most are near the one at hand.
            let mut word = first_word;
            loop {
                while waiting[word] != 0 {
                    let point = word * WORD + waiting[word].trailing_zeros() as usize;
                    waiting[word] &= waiting[word] - 1;
                    read(point, &mut row);
                    for k in 0..words {
                        reached[k] |= row[k];
                        let new = row[k] & core[k];
                        core[k] ^= new;
                        waiting[k] |= new;
                    }
                }
                match waiting.iter().position(|&bits| bits != 0) {
                    Some(next) => word = next,
                    None => break,
                }
            }
            for k in 0..words {
                reached[k] &= !clustered[k];
                clustered[k] |= reached[k];
            }
            found(&reached);
        }
    }
    clustered
}

/// The members of a set, in order.
fn ones(words: &[u64]) -> impl Iterator<Item = usize> {
    words.iter().enumerate().flat_map(|(index, &word)| {
        std::iter::successors(Some(word), |word| Some(word & word.wrapping_sub(1)))
            .take_while(|&word| word != 0)
            .map(move |word| index * WORD + word.trailing_zeros() as usize)
    })
}
