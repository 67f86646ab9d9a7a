//! Samples sorted into cells, so that a search for near neighbours can leave out those that are
//! too far away as a whole.
//!
//! A cell is the samples nearest to its pivot, one of a few samples drawn at random. By the
//! triangle inequality, none of them is nearer to a query than the query's distance to the pivot
//! less the cell's radius (Burkhard and Keller 1973). The neighbours found are the same as without
//! cells; where the data have no clusters, few cells can be left out and the time is the same too.

use super::distances::Samples;
use crate::monitor::{Cancelled, Monitor, check};
use crate::projection::Metric;
use crate::random::Random;
use rayon::prelude::*;

/// Samples of a cell, about. The bounds of all cells cost as much as looking at a tenth of them.
const SAMPLES_PER_CELL: usize = 256;
/// Which samples become pivots changes the time alone.
const SEED: u64 = 0;
/// Outweighs the rounding of distances in double precision, as a share of them.
const ROUNDING: f64 = 1e-12;

/// The cells of all samples.
pub(super) struct Cells {
    cells: Vec<Cell>,
    /// The rounding of distances in single precision, as a share of them.
    margin: f64,
}

/// The samples around one pivot.
pub(super) struct Cell {
    pivot: usize,
    /// No member is further away from the pivot.
    radius: f64,
    /// The nearest to the pivot first.
    pub(super) members: Vec<u32>,
}

impl Cells {
    pub(super) fn new(samples: &Samples, monitor: &dyn Monitor) -> Result<Self, Cancelled> {
        let n_samples = samples.len();
        let n_pivots = (n_samples / SAMPLES_PER_CELL).max(1);
        let drawn = (0..n_pivots as u64).map(|i| Random::nth(SEED, i).below(n_samples));
        let mut pivots: Vec<usize> = drawn.collect();
        pivots.sort_unstable();
        pivots.dedup();
        let nearest_pivot = |sample: usize| {
            check(monitor)?;
            let distances = pivots.iter().map(|&pivot| samples.distance(sample, pivot));
            let nearest = distances.enumerate().min_by(|a, b| a.1.total_cmp(&b.1));
            let (cell, distance) = nearest.unwrap_or((0, 0.0));
            Ok((cell, distance, sample as u32))
        };
        let mut keyed: Vec<(usize, f64, u32)> = (0..n_samples)
            .into_par_iter()
            .map(nearest_pivot)
            .collect::<Result<_, Cancelled>>()?;
        keyed.par_sort_unstable_by(|a, b| {
            (a.0.cmp(&b.0))
                .then(a.1.total_cmp(&b.1))
                .then(a.2.cmp(&b.2))
        });
        let cell = |members: &[(usize, f64, u32)]| Cell {
            pivot: pivots[members[0].0],
            radius: members[members.len() - 1].1 * (1.0 + ROUNDING),
            members: members.iter().map(|&(_, _, sample)| sample).collect(),
        };
        Ok(Self {
            cells: keyed.chunk_by(|a, b| a.0 == b.0).map(cell).collect(),
            margin: (samples.n_features() + 8) as f64 * f64::from(f32::EPSILON),
        })
    }

    /// The samples of a cell.
    pub(super) fn members(&self, cell: usize) -> &[u32] {
        &self.cells[cell].members
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &Cell> {
        self.cells.iter()
    }

    /// For each cell, what no distance in single precision between the query and a member is below.
    pub(super) fn bounds(&self, samples: &Samples, query: usize) -> Vec<f32> {
        let bound = |cell: &Cell| {
            let distance = samples.distance(query, cell.pivot) * (1.0 - ROUNDING);
            let least = (distance - cell.radius).max(0.0);
            let bound = match samples.metric() {
                Metric::Euclidean => least * least * (1.0 - self.margin),
                Metric::Manhattan => least * (1.0 - self.margin),
                // Of vectors of length 1, half the square of the chord is 1 - cos; of a zero
                // vector it is half as much.
                Metric::Cosine => least * least * 0.5 - self.margin,
            };
            // Rounded down, by a little more than conversion may round up.
            (bound * (1.0 - f64::from(f32::EPSILON))) as f32
        };
        self.cells.iter().map(bound).collect()
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
                for (cell, bound) in cells.iter().zip(cells.bounds(&samples, query)) {
                    largest = largest.max(bound);
                    for &member in &cell.members {
                        let squared = samples.squared_distance(query, member as usize);
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
