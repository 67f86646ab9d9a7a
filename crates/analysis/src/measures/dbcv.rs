//! Density-based clustering validation (Moulavi et al. 2014).

use super::Distances;
use super::partition::Partition;
use crate::vector::{exp_nonpositive, ln_positive};

/// See [`super::dbcv()`]; `n_components` is the D of the core distances.
pub(super) fn dbcv(
    distances: &Distances,
    n_components: usize,
    partition: &Partition,
) -> Option<f64> {
    let clusters: Vec<Cluster> = partition
        .clusters()
        .filter(|members| members.len() > 1)
        .map(|members| Cluster::new(distances, n_components, members))
        .collect();
    if clusters.len() < 2 {
        return None;
    }
    let mut separation = vec![f64::INFINITY; clusters.len()];
    for (i, one) in clusters.iter().enumerate() {
        for (j, other) in clusters.iter().enumerate().take(i) {
            let apart = one.separation(other, distances);
            separation[i] = separation[i].min(apart);
            separation[j] = separation[j].min(apart);
        }
    }
    let validity = |(cluster, separation): (&Cluster, f64)| {
        let larger = f64::max(separation, cluster.sparseness);
        // Two clusters on one spot are neither apart nor sparse.
        if larger > 0.0 {
            cluster.size as f64 * (separation - cluster.sparseness) / larger
        } else {
            0.0
        }
    };
    let sum: f64 = clusters.iter().zip(separation).map(validity).sum();
    Some(sum / distances.n_samples as f64)
}

/// What the index asks of one cluster.
struct Cluster {
    size: usize,
    /// The longest edge between inner points of the tree.
    sparseness: f64,
    /// The inner points of the tree with their core distances.
    inner: Vec<(usize, f64)>,
}

/// An edge of the spanning tree; ends are places in the list of members.
struct Edge {
    ends: [usize; 2],
    length: f64,
}

impl Cluster {
    /// `members` are two or more.
    fn new(distances: &Distances, n_components: usize, members: &[usize]) -> Self {
        let core = core_distances(distances, n_components, members);
        let edges = spanning_tree(distances, members, &core);
        let mut degrees = vec![0_u32; members.len()];
        for end in edges.iter().flat_map(|edge| edge.ends) {
            degrees[end] += 1;
        }
        let longest =
            |edges: &mut dyn Iterator<Item = &Edge>| edges.map(|edge| edge.length).reduce(f64::max);
        let is_inner = |edge: &&Edge| edge.ends.iter().all(|&end| degrees[end] > 1);
        let sparseness = longest(&mut edges.iter().filter(is_inner))
            .or_else(|| longest(&mut edges.iter()))
            .unwrap_or(0.0);
        let mut inner: Vec<(usize, f64)> = (0..members.len())
            .filter(|&place| degrees[place] > 1)
            .map(|place| (members[place], core[place]))
            .collect();
        if inner.is_empty() {
            inner.push((members[0], core[0]));
        }
        Self {
            size: members.len(),
            sparseness,
            inner,
        }
    }

    fn separation(&self, other: &Self, distances: &Distances) -> f64 {
        let mut least = f64::INFINITY;
        for &(point, core) in &self.inner {
            let row = distances.row(point);
            for &(other, other_core) in &other.inner {
                least = least.min(row[other].max(core).max(other_core));
            }
        }
        least
    }
}

/// The core distance of each member within its cluster.
fn core_distances(distances: &Distances, n_components: usize, members: &[usize]) -> Vec<f64> {
    let others = (members.len() - 1) as f64;
    let core = |&point: &usize| {
        let row = distances.row(point);
        let positive = || members.iter().map(|&m| row[m]).filter(|&d| d > 0.0);
        let nearest = positive().fold(f64::INFINITY, f64::min);
        if nearest == f64::INFINITY {
            return 0.0;
        }
        // In units of the nearest distance no power overflows.
        let sum: f64 = positive().map(|d| power(nearest / d, n_components)).sum();
        let mean = sum / others;
        match n_components {
            2 => nearest / mean.sqrt(),
            // The mean is at most 1.
            _ => nearest / exp_nonpositive(ln_positive(mean) / n_components as f64),
        }
    };
    members.iter().map(core).collect()
}

/// x to the power of a whole number, by squaring: the system's differs between machines.
fn power(mut x: f64, mut exponent: usize) -> f64 {
    let mut result = 1.0;
    while exponent > 0 {
        if exponent & 1 == 1 {
            result *= x;
        }
        x *= x;
        exponent >>= 1;
    }
    result
}

/// The minimum spanning tree under mutual reachability (Prim 1957), grown from the first member;
/// of equal edges the one to the lowest place is taken, from the lowest place.
fn spanning_tree(distances: &Distances, members: &[usize], core: &[f64]) -> Vec<Edge> {
    let mut nearest = vec![(f64::INFINITY, 0); members.len()];
    let mut outside: Vec<usize> = (1..members.len()).collect();
    let mut edges = Vec::with_capacity(outside.len());
    let mut newest = 0;
    while !outside.is_empty() {
        let row = distances.row(members[newest]);
        let (mut next, mut length) = (0, f64::INFINITY);
        for (index, &place) in outside.iter().enumerate() {
            let reach = row[members[place]].max(core[newest]).max(core[place]);
            let (least, from) = &mut nearest[place];
            if reach < *least || (reach == *least && newest < *from) {
                (*least, *from) = (reach, newest);
            }
            if *least < length {
                (next, length) = (index, *least);
            }
        }
        // Not swap_remove: places stay in order.
        newest = outside.remove(next);
        edges.push(Edge {
            ends: [nearest[newest].1, newest],
            length,
        });
    }
    edges
}
