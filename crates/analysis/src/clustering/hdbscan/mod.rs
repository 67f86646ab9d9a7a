//! Hierarchical density-based clustering (HDBSCAN*; Campello, Moulavi and Sander 2013; McInnes and
//! Healy 2017), with scikit-learn's result to the last label.
//!
//! The core distance of a point is that to its `min_samples`-th neighbour, itself counted; the mutual
//! reachability of two points is the largest of both core distances and their own distance. The
//! minimum spanning tree under it, cut at every length at once, is a hierarchy of DBSCAN's core
//! points for every `eps` (`hierarchy`); of the groups in it of at least `min_cluster_size` points,
//! those are kept that last longest, or those that split no more (`selection`).
//!
//! **Ties.** Equal reachabilities are the rule, since one core distance bounds many pairs, and both
//! the tree and the order in which equal edges join can change which points are noise. The tree is
//! the one that scikit-learn's default `algorithm="auto"` finds (Prim 1957, from point 0, the lowest
//! index first), and equal edges join in the order in which it found them. scikit-learn itself sorts
//! them by `np.argsort`, which leaves that order open and gives others on other processors: where its
//! labels differ between processors, these are the ones of a stable sort.
//!
//! Two ways to the same tree: all pairs up to 512 points, or of more than three components, and a
//! k-d tree beyond.

mod hierarchy;
mod kd_tree;
mod method;
mod selection;
mod spanning_tree;

use super::method::MIN_SAMPLES;
use crate::finite::not_finite;
use crate::monitor::{Cancelled, Monitor};
use crate::settings::{Entry, SettingError, Settings, Spec, Value, Words, word};
use hierarchy::CondensedTree;
use ndarray::ArrayView2;

/// Parameters of HDBSCAN, named as in scikit-learn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HdbscanParams {
    /// Points that make a group a cluster, ≥ 2. Larger values give fewer and larger clusters;
    /// smaller groups are noise, or part of the cluster that they leave.
    pub min_cluster_size: usize,
    /// Points, itself included, that the core distance reaches, from 1 to the number of points;
    /// `None` is `min_cluster_size`. Larger values leave more noise.
    pub min_samples: Option<usize>,
    /// Which groups of the hierarchy become the clusters.
    pub cluster_selection_method: ClusterSelection,
}

/// How clusters are chosen from the hierarchy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ClusterSelection {
    /// Excess of mass: those that last longest, a group or the sum of what it splits into
    /// (Campello et al. 2013, section 5). Gives few, large clusters.
    #[default]
    Eom,
    /// Those that split no more: many, small and alike.
    Leaf,
}

impl Default for HdbscanParams {
    /// scikit-learn's: `min_cluster_size` 5, as many `min_samples`, excess of mass.
    fn default() -> Self {
        Self {
            min_cluster_size: 5,
            min_samples: None,
            cluster_selection_method: ClusterSelection::Eom,
        }
    }
}

impl Words for ClusterSelection {
    const WORDS: &'static [(Self, &'static str)] = &[(Self::Eom, "eom"), (Self::Leaf, "leaf")];
}

impl Settings for HdbscanParams {
    const ENTRIES: &'static [Entry<Self>] = &[
        Entry {
            spec: Spec::number("min_cluster_size", "min_cluster_size", (2.0, 1e6))
                .whole()
                .slider(2.0, 50.0, 1.0)
                .unit("images")
                .prominent()
                .help(
                    "Images that make a group a cluster. Larger values give fewer and larger \
                     clusters; smaller groups are noise, or part of the cluster that they leave \
                     (HDBSCAN: Campello, Moulavi & Sander 2013).",
                ),
            get: |params| params.min_cluster_size.into(),
            set: |params, value| params.min_cluster_size = value.count(),
        },
        Entry {
            spec: MIN_SAMPLES,
            get: |params| params.min_samples().into(),
            // What is the default anyway stays unsaid, so that equal settings are equal.
            set: |params, value| {
                let given = Some(value.count());
                params.min_samples = given.filter(|given| *given != params.min_cluster_size);
            },
        },
        Entry {
            spec: Spec::choice(
                "cluster_selection_method",
                "Selection",
                &[word("eom", "excess of mass"), word("leaf", "leaves")],
            )
            .help(
                "Which groups of the hierarchy become clusters: those that last longest, few and \
                 large, or those that split no more, many and small.",
            ),
            get: |params| Value::Word(params.cluster_selection_method.word()),
            set: |params, value| {
                params.cluster_selection_method = ClusterSelection::of(value);
            },
        },
    ];
}

/// Parameters that are in range for a number of points.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CheckedHdbscan {
    params: HdbscanParams,
    n_samples: usize,
}

impl HdbscanParams {
    /// Checks the ranges for `n_samples` points; only checked parameters run.
    ///
    /// # Errors
    /// [`HdbscanError`], naming the first parameter out of range and the range.
    pub fn check(self, n_samples: usize) -> Result<CheckedHdbscan, HdbscanError> {
        self.check_ranges()?;
        if !(2..=u32::MAX as usize / 2).contains(&n_samples) {
            return Err(HdbscanError::Samples { n_samples });
        }
        let min_samples = self.min_samples();
        if !(1..=n_samples).contains(&min_samples) {
            return Err(HdbscanError::MinSamples {
                min_samples,
                n_samples,
            });
        }
        Ok(CheckedHdbscan {
            params: self,
            n_samples,
        })
    }

    /// [`Self::min_samples`], or what stands for it.
    fn min_samples(&self) -> usize {
        self.min_samples.unwrap_or(self.min_cluster_size)
    }
}

impl CheckedHdbscan {
    /// The parameters as given.
    pub fn params(&self) -> HdbscanParams {
        self.params
    }

    /// Clusters `points`, `(n_samples, n_components)`, as many as were checked for, which must not be
    /// standardised again here.
    ///
    /// Points in the plane or in space take about n log n steps for each of their `min_samples`
    /// neighbours, wider ones n²; memory grows with n alone.
    ///
    /// # Errors
    /// [`HdbscanError`] when there are other than the checked number of points, when one is not
    /// finite, or when the monitor cancels (it is not told of any progress).
    pub fn fit(
        &self,
        points: ArrayView2<'_, f64>,
        monitor: &dyn Monitor,
    ) -> Result<Hierarchical, HdbscanError> {
        let n_samples = points.nrows();
        if n_samples != self.n_samples {
            // Another number of points is another check.
            return self.params.check(n_samples)?.fit(points, monitor);
        }
        if let Some((row, column)) = not_finite(points) {
            return Err(HdbscanError::NotFinite { row, column });
        }
        let edges = spanning_tree::spanning_tree(points, self.params.min_samples(), monitor)?;
        let tree = CondensedTree::new(edges, self.params.min_cluster_size);
        Ok(selection::select(
            &tree,
            self.params.cluster_selection_method,
        ))
    }
}

/// Which point belongs to which cluster, and how much.
#[derive(Debug, Clone, PartialEq)]
pub struct Hierarchical {
    /// The cluster of each point, from 0, numbered as scikit-learn does: those that separate at
    /// greater distances first; `None` is noise.
    pub labels: Vec<Option<u32>>,
    /// How long each point stays in its cluster as the density asked for grows, from 0 (noise) to 1
    /// (as long as the cluster's last points): scikit-learn's `probabilities_`. Not the probability
    /// of anything.
    pub probabilities: Vec<f64>,
    /// The number of clusters, noise not counted.
    pub n_clusters: usize,
}

impl Hierarchical {
    /// The number of points in no cluster.
    pub fn n_noise(&self) -> usize {
        self.labels.iter().filter(|label| label.is_none()).count()
    }
}

/// Why there are no clusters.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum HdbscanError {
    /// A parameter is out of its range.
    #[error(transparent)]
    Setting(#[from] SettingError),
    /// See `min_samples`, which may come from `min_cluster_size`.
    #[error(
        "min_samples is {min_samples}; set it, or min_cluster_size where it is not set, to at most \
         the number of points, {n_samples}, and to 1 or more"
    )]
    MinSamples {
        /// What was asked for.
        min_samples: usize,
        /// Points that there are.
        n_samples: usize,
    },
    /// A hierarchy joins two points or more.
    #[error("there are {n_samples} points; give from 2 to 2,147,483,647 of them")]
    Samples {
        /// Points that there are.
        n_samples: usize,
    },
    /// A coordinate is NaN or infinite.
    #[error(
        "coordinate {column} of point {row} is not a finite number; remove the point or mend it"
    )]
    NotFinite {
        /// The point, from 0.
        row: usize,
        /// The coordinate, from 0.
        column: usize,
    },
    /// The monitor asked to stop.
    #[error(transparent)]
    Cancelled(#[from] Cancelled),
}

#[cfg(test)]
mod tests;
