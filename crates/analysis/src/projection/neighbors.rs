//! The nearest neighbours of every sample, by looking at all that can be among them; of very many
//! samples at those in the nearest cells, and how many of the neighbours are found that way is measured.
//!
//! Distances are computed in single precision, many at once; those of the samples that are kept are then
//! computed anew in double precision.

use super::blocks::{Blocks, QUERIES, Queries};
use super::cells::Cells;
use super::distances::Samples;
use crate::monitor::{Cancelled, Monitor, check};
use crate::projection::Metric;
use crate::vector::LANES;
use ndarray::ArrayView2;
use rayon::prelude::*;

/// Groups of queries in one parallel task.
const GROUPS_PER_TASK: usize = 8;

/// Samples up to which every neighbour is found.
const EXACT_LIMIT: usize = 50_000;
/// The share of the neighbours that is to be found of more samples …
const WANTED_RECALL: f64 = 0.99;
/// … by looking at no more cells than this …
const MOST_CELLS: usize = 64;
/// … which is measured on the neighbours of so many groups of queries.
const GROUPS_TRIED: usize = 64;

/// The `k` nearest others of each sample, nearest first, equally near ones by index; so the
/// nearest of them are also the first of any longer list.
#[derive(Debug, Clone)]
pub(super) struct Neighbors {
    /// Neighbours per sample.
    pub(super) k: usize,
    /// `(n_samples, k)` by rows.
    pub(super) indices: Vec<u32>,
    /// Squared distances in the same layout.
    pub(super) squared_distances: Vec<f32>,
    /// The share of the nearest neighbours that are among them, 0 to 1, measured on 256 samples; `None`
    /// where all were looked at, which is so up to [`EXACT_LIMIT`] samples.
    pub(super) recall: Option<f64>,
}

impl Neighbors {
    pub(super) fn find(
        features: ArrayView2<'_, f32>,
        metric: Metric,
        k: usize,
        monitor: &dyn Monitor,
    ) -> Result<Self, Cancelled> {
        Self::find_beyond(EXACT_LIMIT, features, metric, k, monitor)
    }

    /// The same, of more samples than `exact_limit` in the nearest cells alone.
    fn find_beyond(
        exact_limit: usize,
        features: ArrayView2<'_, f32>,
        metric: Metric,
        k: usize,
        monitor: &dyn Monitor,
    ) -> Result<Self, Cancelled> {
        let n_samples = features.nrows();
        let samples = Samples::new(features, metric);
        let cells = Cells::new(&samples, monitor)?;
        let mut blocks = Blocks::new(&samples);
        let first = cells
            .iter()
            .map(|cell| blocks.push(&samples, &cell.members));
        let search = Search {
            first: first.collect(),
            samples,
            cells,
            blocks,
            k,
        };
        // Queries of the same cell look at the same others.
        let queries: Vec<u32> = search
            .cells
            .iter()
            .flat_map(|c| &c.members)
            .copied()
            .collect();
        let (n_cells, recall) = if n_samples <= exact_limit {
            (search.cells.len(), None)
        } else {
            let (n_cells, recall) = search.cells_to_look_at(&queries, monitor)?;
            (n_cells, Some(recall))
        };
        let mut found = vec![(0.0_f32, 0_u32); n_samples * k];
        found
            .par_chunks_mut(QUERIES * k)
            .zip(queries.par_chunks(QUERIES))
            .with_min_len(GROUPS_PER_TASK)
            .try_for_each(|(found, queries)| {
                check(monitor)?;
                let values = Queries::new(&search.samples, queries);
                let visits = search.order(&values, n_cells);
                search.find_group((queries, &values), &visits, found);
                Ok(())
            })?;
        let mut result = Self {
            k,
            indices: vec![0; n_samples * k],
            squared_distances: vec![0.0; n_samples * k],
            recall,
        };
        for (&query, found) in queries.iter().zip(found.chunks(k)) {
            let start = query as usize * k;
            for (entry, &(distance, index)) in (start..).zip(found) {
                result.squared_distances[entry] = distance;
                result.indices[entry] = index;
            }
        }
        Ok(result)
    }

    /// The `k` nearest of those that were found, which are at least as many.
    pub(super) fn nearest(&self, k: usize) -> Self {
        fn firsts<T: Copy>(rows: &[T], of: usize, k: usize) -> Vec<T> {
            rows.chunks(of).flat_map(|row| &row[..k]).copied().collect()
        }
        Self {
            k,
            indices: firsts(&self.indices, self.k, k),
            squared_distances: firsts(&self.squared_distances, self.k, k),
            recall: self.recall,
        }
    }
}

/// What a search needs to know.
struct Search {
    samples: Samples,
    cells: Cells,
    /// The members of all cells, and the first block of each.
    blocks: Blocks,
    first: Vec<usize>,
    k: usize,
}

/// A cell, and for each query of a group what no member is nearer than.
struct Visit {
    cell: usize,
    bounds: [f32; QUERIES],
}

impl Search {
    /// How many cells a group of queries looks at, and the share of neighbours that are found there.
    fn cells_to_look_at(
        &self,
        queries: &[u32],
        monitor: &dyn Monitor,
    ) -> Result<(usize, f64), Cancelled> {
        let n_cells = self.cells.len();
        let groups: Vec<&[u32]> = queries.chunks(QUERIES).collect();
        let step = groups.len().div_ceil(GROUPS_TRIED);
        let tried: Vec<&[u32]> = groups.into_iter().step_by(step).collect();
        // The place, among the cells in the order of the visits, of each cell with a neighbour.
        let places = |queries: &&[u32]| {
            check(monitor)?;
            let values = Queries::new(&self.samples, queries);
            let visits = self.order(&values, n_cells);
            let mut found = vec![(0.0, 0); queries.len() * self.k];
            self.find_group((queries, &values), &visits, &mut found);
            let mut place_of = vec![0; n_cells];
            for (place, visit) in visits.iter().enumerate() {
                place_of[visit.cell] = place;
            }
            let place = |&(_, index): &(f32, u32)| place_of[self.cells.of(index)];
            Ok(found.iter().map(place).collect())
        };
        let places: Vec<Vec<usize>> = tried.par_iter().map(places).collect::<Result<_, _>>()?;
        let mut places = places.concat();
        places.sort_unstable();
        let wanted = (WANTED_RECALL * places.len() as f64).ceil() as usize;
        let n_visited = (places[wanted - 1] + 1).min(MOST_CELLS);
        let n_found = places.partition_point(|&place| place < n_visited);
        Ok((n_visited, n_found as f64 / places.len() as f64))
    }

    /// The cells whose pivots are nearest to any of the queries, nearest first.
    fn order(&self, queries: &Queries, n_cells: usize) -> Vec<Visit> {
        let reach = self.cells.reach(queries);
        let nearest = |(cell, to_pivot): (usize, &[f32; QUERIES])| {
            let distances = to_pivot.iter().copied();
            (distances.fold(f32::INFINITY, f32::min), cell)
        };
        let by_distance =
            |a: &(f32, usize), b: &(f32, usize)| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1));
        let mut order: Vec<(f32, usize)> = reach.iter().enumerate().map(nearest).collect();
        if n_cells < order.len() {
            order.select_nth_unstable_by(n_cells, by_distance);
            let members = |&(_, cell): &(f32, usize)| self.cells.members(cell).len();
            // Where the nearest cells hold too few samples, all are looked at.
            if order[..n_cells].iter().map(members).sum::<usize>() > self.k {
                order.truncate(n_cells);
            }
        }
        order.sort_unstable_by(by_distance);
        let visit = |(_, cell): (f32, usize)| Visit {
            cell,
            bounds: self.cells.bounds(cell, reach[cell]),
        };
        order.into_iter().map(visit).collect()
    }

    /// Finds the neighbours of up to [`QUERIES`] samples in these cells.
    fn find_group(
        &self,
        (queries, values): (&[u32], &Queries),
        visits: &[Visit],
        found: &mut [(f32, u32)],
    ) {
        let mut nearest: Vec<Nearest> = queries.iter().map(|_| Nearest::new(self.k)).collect();
        for &Visit { cell, bounds } in visits {
            let is_needed = |(nearest, bound): (&Nearest, f32)| bound <= nearest.limit;
            if !nearest.iter().zip(bounds).any(is_needed) {
                continue;
            }
            let members = self.cells.members(cell).chunks(LANES);
            let blocks = self.blocks.distances(self.first[cell], values);
            for (distances, members) in blocks.zip(members) {
                for ((nearest, query), distances) in nearest.iter_mut().zip(queries).zip(distances)
                {
                    for (&distance, index) in distances.iter().zip(members) {
                        if distance <= nearest.limit && index != query {
                            nearest.push(distance, *index);
                        }
                    }
                }
            }
        }
        for ((&query, nearest), out) in queries.iter().zip(nearest).zip(found.chunks_mut(self.k)) {
            for (out, index) in out.iter_mut().zip(nearest.into_indices()) {
                let exact = self
                    .samples
                    .squared_distance_f32(query as usize, index as usize);
                *out = (exact, index);
            }
            out.sort_unstable_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        }
    }
}

/// The nearest samples so far: a buffer that is cut back to the `k` nearest whenever it is full.
struct Nearest {
    k: usize,
    /// The bits of the distance, then the index: the order of floats ≥ 0 is that of their bits.
    keys: Vec<u64>,
    /// No sample further away than this can be among the nearest.
    limit: f32,
}

impl Nearest {
    fn new(k: usize) -> Self {
        Self {
            k,
            keys: Vec::with_capacity(2 * k + LANES),
            limit: f32::INFINITY,
        }
    }

    fn push(&mut self, distance: f32, index: u32) {
        self.keys
            .push(u64::from(distance.to_bits()) << 32 | u64::from(index));
        if self.keys.len() == self.keys.capacity() {
            self.cut();
        }
    }

    fn cut(&mut self) {
        if self.keys.len() > self.k {
            self.keys.select_nth_unstable(self.k - 1);
            self.keys.truncate(self.k);
            self.limit = f32::from_bits((self.keys[self.k - 1] >> 32) as u32);
        }
    }

    fn into_indices(mut self) -> impl Iterator<Item = u32> {
        self.cut();
        self.keys.into_iter().map(|key| key as u32)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::projection::distances::squared_distances;
    use ndarray::Array2;

    #[test]
    fn neighbours_are_those_of_the_full_distances() {
        // Enough for several cells, in groups far enough apart that some are left out.
        let n_samples = 1037;
        let features = Array2::from_shape_fn((n_samples, 19), |(i, j)| {
            // Samples 3 and 60 are equal, sample 5 is zero.
            let i = if i == 60 { 3 } else { i };
            if i == 5 {
                0.0
            } else {
                ((i * i + 31 * j) as f32).sin() + ((i % 4 * (j + 1)) % 5 * 4) as f32
            }
        });
        for metric in [Metric::Euclidean, Metric::Manhattan, Metric::Cosine] {
            let distances = squared_distances(features.view(), metric, &()).unwrap();
            let found = Neighbors::find(features.view(), metric, 20, &()).unwrap();
            for i in 0..n_samples {
                let mut expected: Vec<(f32, usize)> = (0..n_samples)
                    .filter(|&j| j != i)
                    .map(|j| (distances[i * n_samples + j], j))
                    .collect();
                expected.sort_by(|a, b| a.partial_cmp(b).unwrap());
                for (rank, (distance, _)) in expected.iter().take(20).enumerate() {
                    // Between equal samples a cosine leaves the rounding of 1 - 1.
                    let difference = (found.squared_distances[i * 20 + rank] - distance).abs();
                    assert!(difference <= 1e-7 * distance.max(1e-2), "{distance}");
                }
            }
        }
    }

    #[test]
    fn in_the_nearest_cells_most_neighbours_are_found_and_how_many_is_told() {
        let n_samples = 6000;
        let k = 15;
        // A bent sheet with noise: cells have neighbours in cells beside them.
        let features = Array2::from_shape_fn((n_samples, 12), |(i, j)| {
            let (u, v) = ((i * 37 % 101) as f32 / 40.0, (i * 61 % 89) as f32 / 40.0);
            (u * (j + 1) as f32 * 0.4).sin()
                + (v * (j + 2) as f32 * 0.3).cos()
                + ((i * i + 17 * j * i) as f32).sin() * 0.05
        });
        let find = |exact_limit| {
            let metric = Metric::Euclidean;
            Neighbors::find_beyond(exact_limit, features.view(), metric, k, &()).unwrap()
        };
        let (all, found) = (find(n_samples), find(n_samples - 1));
        assert_eq!(all.recall, None);
        let told = found.recall.unwrap();
        assert!(told >= WANTED_RECALL, "{told}");
        let mut n_found = 0;
        for (i, (all, found)) in all
            .indices
            .chunks(k)
            .zip(found.indices.chunks(k))
            .enumerate()
        {
            n_found += found.iter().filter(|index| all.contains(index)).count();
            assert!(!found.contains(&(i as u32)));
        }
        let recall = n_found as f64 / (n_samples * k) as f64;
        assert!((recall - told).abs() < 0.01, "{recall} and not {told}");
        for (all, found) in all.squared_distances.iter().zip(&found.squared_distances) {
            assert!(found >= all);
        }
    }

    #[test]
    fn whoever_wants_more_than_the_nearest_cells_hold_gets_them() {
        let features = Array2::from_shape_fn((600, 3), |(i, j)| ((i * i + 7 * j) as f32).cos());
        let find = |limit| {
            Neighbors::find_beyond(limit, features.view(), Metric::Cosine, 590, &()).unwrap()
        };
        assert_eq!(find(0).indices, find(600).indices);
    }
}
