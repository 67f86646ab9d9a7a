//! Samples sorted into cells, so that a search for near neighbours can leave out those that are
//! too far away as a whole.
//!
//! A cell is the samples nearest to its pivot, one of a few samples drawn at random. By the
//! triangle inequality, none of them is nearer to a query than the query's distance to the pivot
//! less the cell's radius (Burkhard and Keller 1973). The neighbours found are the same as without
//! cells; where the data have no clusters, few cells can be left out and the time is the same too.

use super::blocks::{Blocks, QUERIES, Queries};
use super::distances::Samples;
use crate::monitor::{Cancelled, Monitor, check};
use crate::projection::Metric;
use crate::random::Random;
use crate::vector::LANES;
use rayon::prelude::*;

/// Samples of a cell, about, up to 260,000 samples; of more there are twice the root of them, since every
/// sample is held against every cell.
const SAMPLES_PER_CELL: usize = 256;
/// Which samples become pivots changes the time alone.
const SEED: u64 = 0;

/// The cells of all samples.
pub(super) struct Cells {
    cells: Vec<Cell>,
    /// Their pivots, in the order of the cells.
    pivots: Blocks,
    /// The cell of each sample.
    of: Vec<u32>,
    distance: Distance,
}

/// The samples around one pivot.
pub(super) struct Cell {
    /// No member is further away from the pivot.
    radius: f64,
    /// The nearest to the pivot first.
    pub(super) members: Vec<u32>,
}

/// What a number of single precision says of a distance for which the triangle inequality holds: of the
/// cosine, the chord.
#[derive(Debug, Clone, Copy)]
struct Distance {
    metric: Metric,
    /// The rounding of distances in single precision, as a share of them; of the cosine as it is.
    margin: f64,
}

impl Distance {
    fn of(self, computed: f64) -> f64 {
        match self.metric {
            Metric::Euclidean => computed.sqrt(),
            Metric::Manhattan => computed,
            // Of vectors of length 1, half the square of the chord is 1 - cos.
            Metric::Cosine => (2.0 * computed).sqrt(),
        }
    }

    fn at_most(self, computed: f32) -> f64 {
        let computed = f64::from(computed);
        self.of(match self.metric {
            Metric::Euclidean | Metric::Manhattan => computed * (1.0 + self.margin),
            Metric::Cosine => computed + self.margin,
        })
    }

    fn at_least(self, computed: f32) -> f64 {
        // What is too large for single precision is at least as large as that goes.
        let computed = f64::from(computed.min(f32::MAX));
        self.of(match self.metric {
            Metric::Euclidean | Metric::Manhattan => computed * (1.0 - self.margin),
            Metric::Cosine => (computed - self.margin).max(0.0),
        })
    }

    /// What is never above a computed number of a distance of so much.
    fn bound(self, least: f64) -> f32 {
        let bound = match self.metric {
            Metric::Euclidean => least * least * (1.0 - self.margin),
            Metric::Manhattan => least * (1.0 - self.margin),
            Metric::Cosine => least * least * 0.5 - self.margin,
        };
        // Rounded down, by a little more than conversion may round up.
        (bound * (1.0 - f64::from(f32::EPSILON))) as f32
    }
}

impl Cells {
    pub(super) fn new(samples: &Samples, monitor: &dyn Monitor) -> Result<Self, Cancelled> {
        let n_samples = samples.len();
        let most = 2.0 * (n_samples as f64).sqrt();
        let n_pivots = (n_samples / SAMPLES_PER_CELL).clamp(1, most as usize);
        let drawn = (0..n_pivots as u64).map(|i| Random::nth(SEED, i).below(n_samples) as u32);
        let mut drawn: Vec<u32> = drawn.collect();
        drawn.sort_unstable();
        drawn.dedup();
        let mut pivots = Blocks::new(samples);
        pivots.push(samples, &drawn);
        let everyone: Vec<u32> = (0..n_samples as u32).collect();
        // Cell, distance and number of each sample.
        let mut keyed = vec![(0_u32, 0.0_f32, 0_u32); n_samples];
        keyed
            .par_chunks_mut(QUERIES)
            .zip(everyone.par_chunks(QUERIES))
            .with_min_len(64)
            .try_for_each(|(keyed, group)| {
                check(monitor)?;
                for (key, &sample) in keyed.iter_mut().zip(group) {
                    *key = (0, f32::INFINITY, sample);
                }
                let queries = Queries::new(samples, group);
                let blocks = pivots.distances(0, &queries);
                for (distances, first) in blocks.zip((0..drawn.len() as u32).step_by(LANES)) {
                    for (key, distances) in keyed.iter_mut().zip(distances) {
                        for (cell, distance) in (first..drawn.len() as u32).zip(distances) {
                            if distance < key.1 {
                                (key.0, key.1) = (cell, distance);
                            }
                        }
                    }
                }
                Ok(())
            })?;
        keyed.par_sort_unstable_by(|a, b| {
            (a.0.cmp(&b.0))
                .then(a.1.total_cmp(&b.1))
                .then(a.2.cmp(&b.2))
        });
        let distance = Distance {
            metric: samples.metric(),
            margin: (samples.n_features() + 8) as f64 * f64::from(f32::EPSILON),
        };
        let cell = |members: &[(u32, f32, u32)]| Cell {
            radius: distance.at_most(members[members.len() - 1].1),
            members: members.iter().map(|&(_, _, sample)| sample).collect(),
        };
        let by_cell = || keyed.chunk_by(|a, b| a.0 == b.0);
        let cells: Vec<Cell> = by_cell().map(cell).collect();
        let mut of = vec![0; n_samples];
        for (index, cell) in cells.iter().enumerate() {
            for &member in &cell.members {
                of[member as usize] = index as u32;
            }
        }
        // A pivot of which there is another one has no members.
        let pivot = |members: &[(u32, f32, u32)]| drawn[members[0].0 as usize];
        let with_members: Vec<u32> = by_cell().map(pivot).collect();
        let mut pivots = Blocks::new(samples);
        pivots.push(samples, &with_members);
        Ok(Self {
            cells,
            pivots,
            of,
            distance,
        })
    }

    /// The cell of a sample.
    pub(super) fn of(&self, sample: u32) -> usize {
        self.of[sample as usize] as usize
    }

    pub(super) fn len(&self) -> usize {
        self.cells.len()
    }

    /// The samples of a cell.
    pub(super) fn members(&self, cell: usize) -> &[u32] {
        &self.cells[cell].members
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &Cell> {
        self.cells.iter()
    }

    /// How far queries are from the pivot of each cell, as [`Blocks::distances`] has it.
    pub(super) fn reach(&self, queries: &Queries) -> Vec<[f32; QUERIES]> {
        let lanes = self.pivots.distances(0, queries).flat_map(|distances| {
            (0..LANES).map(move |lane| distances.map(|distances| distances[lane]))
        });
        lanes.take(self.len()).collect()
    }

    /// For each query, what no distance in single precision between it and a member of the cell is below.
    pub(super) fn bounds(&self, cell: usize, to_pivot: [f32; QUERIES]) -> [f32; QUERIES] {
        let radius = self.cells[cell].radius;
        to_pivot.map(|to_pivot| {
            let least = self.distance.at_least(to_pivot) - radius;
            self.distance.bound(least.max(0.0))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::Array2;

    #[test]
    fn every_sample_is_in_one_cell_and_no_member_is_below_the_bound() {
        let n_samples = 1500;
        let features = Array2::from_shape_fn((n_samples, 7), |(i, j)| {
            ((i % 9 * (j + 2)) as f32).sin() * 5.0 + ((i * i + 3 * j) as f32).cos()
        });
        for metric in [Metric::Euclidean, Metric::Manhattan, Metric::Cosine] {
            let samples = Samples::new(features.view(), metric);
            let cells = Cells::new(&samples, &()).unwrap();
            assert!(cells.cells.len() > 2);
            let mut seen: Vec<u32> = cells.iter().flat_map(|c| c.members.clone()).collect();
            seen.sort_unstable();
            assert!(seen.into_iter().eq(0..n_samples as u32));
            let mut largest = 0.0_f32;
            for query in [0, 700, 1499] {
                let reach = cells.reach(&Queries::new(&samples, &[query]));
                for (i, cell) in cells.iter().enumerate() {
                    let [bound, ..] = cells.bounds(i, reach[i]);
                    assert!(cell.members.iter().all(|&member| cells.of(member) == i));
                    largest = largest.max(bound);
                    for &member in &cell.members {
                        let squared = samples.squared_distance(query as usize, member as usize);
                        let own_scale = match metric {
                            Metric::Euclidean => squared,
                            Metric::Manhattan | Metric::Cosine => squared.sqrt(),
                        };
                        assert!(f64::from(bound) <= own_scale);
                    }
                }
            }
            assert!(largest > 0.0, "the bounds say something");
        }
    }
}
