//! From a grid with counted neighbours to clusters.

use super::grid::{Grid, POINTS_PER_TASK};
use crate::clustering::method::{Clustering, Sizes};
use crate::monitor::{Cancelled, Monitor, check};
use rayon::prelude::*;

/// A grid with the number of neighbours of each point, enough to cluster for any `min_samples` up
/// to the one that it was counted for.
pub(crate) struct CountedGrid {
    grid: Grid,
    counts: Vec<u32>,
}

/// The cluster of each sorted point.
struct SortedLabels {
    labels: Vec<Option<u32>>,
    n_clusters: usize,
}

impl Grid {
    /// Counts neighbours, up to `enough` of them.
    pub(crate) fn count(
        self,
        enough: usize,
        monitor: &dyn Monitor,
    ) -> Result<CountedGrid, Cancelled> {
        let mut counts = vec![0_u32; self.order.len()];
        let enough = u32::try_from(enough).unwrap_or(u32::MAX);
        counts
            .par_chunks_mut(POINTS_PER_TASK)
            .enumerate()
            .try_for_each(|(task, counts)| {
                check(monitor)?;
                for (point, count) in (task * POINTS_PER_TASK..).zip(counts) {
                    *count = self.count_one(point, enough);
                }
                Ok(())
            })?;
        Ok(CountedGrid { grid: self, counts })
    }

    fn count_one(&self, point: usize, enough: u32) -> u32 {
        /// Points between two looks at whether there are enough.
        const STRIDE: usize = 32;
        let cell = self.cell_of[point] as usize;
        let own = self.points_of(cell).len() as u32;
        if own >= enough {
            return own;
        }
        let mut count = 0;
        for candidates in self.candidates(cell) {
            let mut start = candidates.start;
            while start < candidates.end {
                let end = candidates.end.min(start + STRIDE);
                count += (start..end)
                    .map(|j| u32::from(self.is_within(point, j)))
                    .sum::<u32>();
                if count >= enough {
                    return count;
                }
                start = end;
            }
        }
        count
    }
}

impl CountedGrid {
    pub(crate) fn cluster(&self, min_samples: usize) -> Clustering {
        let sorted = self.label(min_samples);
        let mut labels = vec![None; self.counts.len()];
        let mut core = vec![false; self.counts.len()];
        for (position, &original) in self.grid.order.iter().enumerate() {
            labels[original as usize] = sorted.labels[position];
            core[original as usize] = self.is_core(position, min_samples);
        }
        Clustering {
            probabilities: None,
            labels,
            core,
            n_clusters: sorted.n_clusters,
        }
    }

    pub(crate) fn sizes(&self, min_samples: usize) -> Sizes {
        Sizes::from(&self.cluster(min_samples))
    }

    fn is_core(&self, point: usize, min_samples: usize) -> bool {
        self.counts[point] as usize >= min_samples
    }

    fn label(&self, min_samples: usize) -> SortedLabels {
        let cores = CorePoints::new(self, min_samples);
        let (cluster_of_cell, n_clusters) = self.number_clusters(&cores);
        let label = |point: usize| {
            let cell = self.grid.cell_of[point] as usize;
            if self.is_core(point, min_samples) {
                cluster_of_cell[cell]
            } else {
                self.lowest_cluster_near(point, &cores, &cluster_of_cell)
            }
        };
        let points = (0..self.counts.len())
            .into_par_iter()
            .with_min_len(POINTS_PER_TASK);
        SortedLabels {
            labels: points.map(label).collect(),
            n_clusters,
        }
    }

    /// The cluster of each cell with core points, numbered by lowest original core index.
    fn number_clusters(&self, cores: &CorePoints) -> (Vec<Option<u32>>, usize) {
        let n_cells = self.grid.n_cells();
        let mut sets = DisjointSets::new(n_cells);
        for cell in (0..n_cells).filter(|&cell| cores.has_any(cell)) {
            for range in self.grid.near(cell) {
                for other in (range.first as usize).max(cell + 1)..range.end as usize {
                    if sets.find(cell) != sets.find(other) && cores.touch(&self.grid, cell, other) {
                        sets.join(cell, other);
                    }
                }
            }
        }
        let mut lowest: Vec<(u32, usize)> = Vec::new();
        for cell in 0..n_cells {
            let originals = cores.of(cell).iter().map(|&p| self.grid.order[p as usize]);
            if let Some(original) = originals.min() {
                lowest.push((original, cell));
            }
        }
        lowest.sort_unstable();
        let mut number_of_root = vec![None; n_cells];
        let mut cluster_of_cell = vec![None; n_cells];
        let mut n_clusters = 0;
        for (_, cell) in lowest {
            let number = number_of_root[sets.find(cell)].get_or_insert_with(|| {
                n_clusters += 1;
                n_clusters - 1
            });
            cluster_of_cell[cell] = Some(*number);
        }
        (cluster_of_cell, n_clusters as usize)
    }

    fn lowest_cluster_near(
        &self,
        point: usize,
        cores: &CorePoints,
        cluster_of_cell: &[Option<u32>],
    ) -> Option<u32> {
        let mut lowest: Option<u32> = None;
        let cell = self.grid.cell_of[point] as usize;
        for range in self.grid.near(cell) {
            let cells = range.first as usize..range.end as usize;
            for (other, &cluster) in cells.clone().zip(&cluster_of_cell[cells]) {
                let Some(cluster) = cluster else {
                    continue;
                };
                let improves = lowest.is_none_or(|lowest| cluster < lowest);
                let is_near = |&core: &u32| self.grid.is_within(point, core as usize);
                if improves && cores.of(other).iter().any(is_near) {
                    lowest = Some(cluster);
                }
            }
        }
        lowest
    }
}

/// The core points of each cell and the box around them.
struct CorePoints {
    /// Sorted points, by cell.
    points: Vec<u32>,
    starts: Vec<u32>,
    boxes: Vec<Bounds>,
}

#[derive(Debug, Clone, Copy)]
struct Bounds {
    low: [f64; 3],
    high: [f64; 3],
}

impl CorePoints {
    fn new(counted: &CountedGrid, min_samples: usize) -> Self {
        let grid = &counted.grid;
        let mut result = Self {
            points: Vec::new(),
            starts: vec![0],
            boxes: Vec::new(),
        };
        for cell in 0..grid.n_cells() {
            let mut bounds = Bounds {
                low: [f64::INFINITY; 3],
                high: [f64::NEG_INFINITY; 3],
            };
            for point in grid
                .points_of(cell)
                .filter(|&p| counted.is_core(p, min_samples))
            {
                result.points.push(point as u32);
                for axis in 0..3 {
                    let x = grid.axes[axis][point];
                    bounds.low[axis] = bounds.low[axis].min(x);
                    bounds.high[axis] = bounds.high[axis].max(x);
                }
            }
            result.starts.push(result.points.len() as u32);
            result.boxes.push(bounds);
        }
        result
    }

    fn of(&self, cell: usize) -> &[u32] {
        &self.points[self.starts[cell] as usize..self.starts[cell + 1] as usize]
    }

    fn has_any(&self, cell: usize) -> bool {
        self.starts[cell] < self.starts[cell + 1]
    }

    /// Whether a core point of one cell lies within eps of one of the other.
    fn touch(&self, grid: &Grid, one: usize, other: usize) -> bool {
        // Only points near the other cell's box can. The margin covers the rounding.
        let limit = grid.limit * (1.0 + 1e-9);
        let bounds = &self.boxes[other];
        let near_box = |&&point: &&u32| {
            let gap = |axis: usize| {
                let x = grid.axes[axis][point as usize];
                (bounds.low[axis] - x).max(x - bounds.high[axis]).max(0.0)
            };
            let gaps = [gap(0), gap(1), gap(2)];
            gaps.iter().map(|gap| gap * gap).sum::<f64>() <= limit
        };
        self.of(one).iter().filter(near_box).any(|&point| {
            self.of(other)
                .iter()
                .any(|&core| grid.is_within(point as usize, core as usize))
        })
    }
}

/// Sets of cells that are joined one pair at a time (Tarjan 1975; path halving).
struct DisjointSets {
    parent: Vec<u32>,
}

impl DisjointSets {
    fn new(size: usize) -> Self {
        Self {
            parent: (0..size as u32).collect(),
        }
    }

    fn find(&mut self, mut item: usize) -> usize {
        while self.parent[item] as usize != item {
            let grandparent = self.parent[self.parent[item] as usize];
            self.parent[item] = grandparent;
            item = grandparent as usize;
        }
        item
    }

    fn join(&mut self, one: usize, other: usize) {
        let (one, other) = (self.find(one), self.find(other));
        // The lower one leads: which one does changes no label.
        self.parent[one.max(other)] = one.min(other) as u32;
    }
}
