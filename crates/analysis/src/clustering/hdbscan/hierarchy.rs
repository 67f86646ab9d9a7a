//! From the spanning tree to the condensed tree of clusters (Campello, Moulavi and Sander 2013,
//! section 4; McInnes and Healy 2017, section 2.3).

use super::spanning_tree::Edge;

/// The clusters of at least a least size, with what each loses as lengths shrink. Density is
/// λ = 1 / length, infinite where points coincide.
#[derive(Debug, Clone)]
pub(super) struct CondensedTree {
    /// The first is the root, that is all points; parents come before their children, and ids are in
    /// the order of scikit-learn's.
    pub(super) clusters: Vec<Cluster>,
    /// Of each point, by index, the last cluster that it was in and the λ at which it left it.
    pub(super) points: Vec<(u32, f64)>,
}

#[derive(Debug, Clone)]
pub(super) struct Cluster {
    /// The cluster that it split from; the root's is the root.
    pub(super) parent: u32,
    /// The two clusters that it splits into, if any.
    pub(super) children: Option<[u32; 2]>,
    /// λ summed over all points that leave it, counted from its own beginning (Campello et al. 2013,
    /// equation 3). NaN for a cluster that begins where points coincide.
    pub(super) stability: f64,
    /// The λ at which the last point leaves.
    pub(super) death: f64,
    birth: f64,
}

impl Cluster {
    fn new(parent: u32, birth: f64) -> Self {
        Self {
            parent,
            children: None,
            stability: 0.0,
            death: 0.0,
            birth,
        }
    }

    fn lose(&mut self, lambda: f64, size: u32) {
        self.stability += (lambda - self.birth) * f64::from(size);
        self.death = self.death.max(lambda);
    }
}

/// Two groups that join, each a point (its index) or an earlier joint (n_samples + its number).
struct Joint {
    groups: [u32; 2],
    length: f64,
    size: u32,
}

/// The single-linkage hierarchy: joints by length, equal ones in the order of the edges.
struct Hierarchy {
    n_samples: u32,
    joints: Vec<Joint>,
}

impl Hierarchy {
    fn new(mut edges: Vec<Edge>) -> Self {
        edges.sort_by(|a, b| a.length.total_cmp(&b.length));
        let n_samples = edges.len() as u32 + 1;
        let mut above: Vec<u32> = (0..2 * n_samples - 1).collect();
        let mut hierarchy = Self {
            n_samples,
            joints: Vec::with_capacity(edges.len()),
        };
        for (Edge { from, to, length }, joint) in edges.into_iter().zip(n_samples..) {
            let groups = [from, to].map(|point| top(&mut above, point));
            let [one, other] = groups.map(|group| hierarchy.size(group));
            for group in groups {
                above[group as usize] = joint;
            }
            hierarchy.joints.push(Joint {
                groups,
                length,
                size: one + other,
            });
        }
        hierarchy
    }

    fn joint(&self, group: u32) -> Option<&Joint> {
        let number = group.checked_sub(self.n_samples)?;
        self.joints.get(number as usize)
    }

    fn size(&self, group: u32) -> u32 {
        self.joint(group).map_or(1, |joint| joint.size)
    }

    /// Calls `found` with each point of a group.
    fn points_of(&self, group: u32, mut found: impl FnMut(u32)) {
        let mut waiting = vec![group];
        while let Some(group) = waiting.pop() {
            match self.joint(group) {
                Some(joint) => waiting.extend(joint.groups),
                None => found(group),
            }
        }
    }
}

/// The group that has none above it; halves the way there for the next time.
fn top(above: &mut [u32], mut group: u32) -> u32 {
    while above[group as usize] != group {
        let next = above[above[group as usize] as usize];
        above[group as usize] = next;
        group = next;
    }
    group
}

impl CondensedTree {
    /// From the edges of a spanning tree of two points or more, in the order in which it grew.
    pub(super) fn new(edges: Vec<Edge>, min_cluster_size: usize) -> Self {
        let hierarchy = Hierarchy::new(edges);
        let n_samples = hierarchy.n_samples;
        let mut tree = Self {
            clusters: vec![Cluster::new(0, 0.0)],
            points: vec![(0, 0.0); n_samples as usize],
        };
        let mut level = vec![(2 * n_samples - 2, 0_u32)];
        while !level.is_empty() {
            // One level after the other, which numbers clusters as scikit-learn does.
            let mut next = Vec::new();
            for (group, cluster) in level {
                if let Some(joint) = hierarchy.joint(group) {
                    tree.part(&hierarchy, joint, cluster, min_cluster_size, &mut next);
                }
            }
            level = next;
        }
        tree
    }

    /// What becomes of a cluster where `joint` comes apart: two clusters, or itself without the
    /// groups that are too small. What may come apart further is appended to `next`.
    fn part(
        &mut self,
        hierarchy: &Hierarchy,
        joint: &Joint,
        cluster: u32,
        min_cluster_size: usize,
        next: &mut Vec<(u32, u32)>,
    ) {
        let lambda = 1.0 / joint.length;
        let large = |group: u32| hierarchy.size(group) as usize >= min_cluster_size;
        if joint.groups.iter().all(|&group| large(group)) {
            let first = self.clusters.len() as u32;
            let children = [first, first + 1];
            for (child, group) in children.into_iter().zip(joint.groups) {
                self.clusters[cluster as usize].lose(lambda, hierarchy.size(group));
                self.clusters.push(Cluster::new(cluster, lambda));
                next.push((group, child));
            }
            self.clusters[cluster as usize].children = Some(children);
            return;
        }
        for group in joint.groups {
            if large(group) {
                next.push((group, cluster));
            } else {
                hierarchy.points_of(group, |point| {
                    // One by one: the sum is then rounded as scikit-learn's.
                    self.clusters[cluster as usize].lose(lambda, 1);
                    self.points[point as usize] = (cluster, lambda);
                });
            }
        }
    }
}
