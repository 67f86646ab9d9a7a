//! Measures of a clustering: the notebook's, and four that look at how the clusters lie.
//!
//! The notebook's rewards clusters of equal size and sees no distances; silhouette, Davies–Bouldin,
//! Calinski–Harabasz and DBCV see nothing else. All five are descriptions: whether a value is
//! better than chance is asked of [`crate::null`].

mod balance;
mod centroids;
mod dbcv;
mod partition;
mod silhouette;

pub use balance::{balance, balance_of_counts};

use multiversion::multiversion;
use ndarray::ArrayView2;
use partition::Partition;

/// Points up to which [`Scorer`] keeps all distances, 32 MB of them; beyond, silhouette and DBCV,
/// which are made of distances, are left out.
pub const DISTANCES_LIMIT: usize = 2000;

/// What a clustering is judged by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Measure {
    /// The notebook's, see [`balance()`]. Lower is better.
    #[default]
    Balance,
    /// How much nearer points are to their own cluster than to the next (Rousseeuw 1987), -1 to 1.
    /// Higher is better; favours round clusters, and few points in them, since noise is left out.
    Silhouette,
    /// How wide clusters are for the distance to their most similar neighbour (Davies and Bouldin
    /// 1979), from 0. Lower is better; favours round clusters.
    DaviesBouldin,
    /// The variance between clusters over that within (Caliński and Harabasz 1974), from 0. Higher
    /// is better; favours round clusters of equal width.
    CalinskiHarabasz,
    /// How much denser clusters are than what separates them (Moulavi et al. 2014), -1 to 1.
    /// Higher is better; at home with any shape, and noise counts against it.
    Dbcv,
}

/// What is known of a measure, and what computes it.
#[derive(Debug, Clone, Copy)]
pub struct About {
    /// Which it is.
    pub measure: Measure,
    /// Its name in requests and answers.
    pub key: &'static str,
    /// Its name at the head of a column.
    pub label: &'static str,
    /// Its name within a sentence.
    pub name: &'static str,
    /// What it is, for a list of choices.
    pub help: &'static str,
    /// Digits after the point that are worth showing.
    pub digits: usize,
    /// Whether a lower value is the better one.
    pub lower_is_better: bool,
    /// Whether all distances are needed, so that there is no value beyond [`DISTANCES_LIMIT`].
    pub needs_distances: bool,
    fit: fn(&Scorer<'_>, &[Option<u32>]) -> Option<f64>,
}

/// All measures, the notebook's first. Everything that is said of one, asked of one or sent of one
/// is read from here.
pub const MEASURES: [About; 5] = [
    About {
        measure: Measure::Balance,
        key: "score",
        label: "score",
        name: "the notebook's score",
        help: "The notebook's score: balanced clusters, little noise",
        digits: 0,
        lower_is_better: true,
        needs_distances: false,
        fit: |_, labels| Some(balance(labels) as f64),
    },
    About {
        measure: Measure::Silhouette,
        key: "silhouette",
        label: "silhouette",
        name: "silhouette",
        help: "Silhouette (Rousseeuw 1987)",
        digits: 2,
        lower_is_better: false,
        needs_distances: true,
        fit: |scorer, labels| {
            silhouette::silhouette(scorer.distances.as_ref()?, &scorer.partition(labels))
        },
    },
    About {
        measure: Measure::DaviesBouldin,
        key: "davies_bouldin",
        label: "Davies–Bouldin",
        name: "the Davies–Bouldin index",
        help: "Davies-Bouldin index (1979)",
        digits: 2,
        lower_is_better: true,
        needs_distances: false,
        fit: |scorer, labels| centroids::davies_bouldin(scorer.points, &scorer.partition(labels)),
    },
    About {
        measure: Measure::CalinskiHarabasz,
        key: "calinski_harabasz",
        label: "Calinski–Harabasz",
        name: "the Calinski–Harabasz score",
        help: "Calinski-Harabasz index (1974)",
        digits: 0,
        lower_is_better: false,
        needs_distances: false,
        fit: |scorer, labels| {
            centroids::calinski_harabasz(scorer.points, &scorer.partition(labels))
        },
    },
    About {
        measure: Measure::Dbcv,
        key: "dbcv",
        label: "DBCV",
        name: "DBCV",
        help: "Density-based validation (Moulavi et al. 2014)",
        digits: 2,
        lower_is_better: false,
        needs_distances: true,
        fit: |scorer, labels| {
            let n_components = scorer.points.ncols();
            dbcv::dbcv(
                scorer.distances.as_ref()?,
                n_components,
                &scorer.partition(labels),
            )
        },
    },
];

impl Measure {
    /// What is known of it.
    pub fn about(self) -> &'static About {
        let mut all = MEASURES.iter();
        all.find(|about| about.measure == self)
            .unwrap_or(&MEASURES[0])
    }

    /// The measure of this name in requests.
    pub fn of_key(key: &str) -> Option<Self> {
        let mut all = MEASURES.iter();
        all.find(|about| about.key == key)
            .map(|about| about.measure)
    }

    /// The value, turned so that lower is better.
    pub(super) fn cost(self, value: f64) -> f64 {
        if self.about().lower_is_better {
            value
        } else {
            -value
        }
    }
}

/// The value of every measure, in the order of [`MEASURES`]; `None` where one is undefined.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Scores([Option<f64>; MEASURES.len()]);

impl Scores {
    /// The value of one measure.
    pub fn get(&self, measure: Measure) -> Option<f64> {
        self.iter()
            .find(|(about, _)| about.measure == measure)
            .and_then(|(_, value)| value)
    }

    /// Every measure with its value.
    pub fn iter(&self) -> impl Iterator<Item = (&'static About, Option<f64>)> {
        MEASURES.iter().zip(self.0)
    }
}

/// The mean silhouette of the clustered points, as scikit-learn's `silhouette_score`: per point
/// (b - a) / max(a, b) with a the mean distance to the others of its cluster and b the least mean
/// distance to another cluster; 0 for a cluster of one.
///
/// `points` is `(n_samples, n_components)`, `labels` one per point; noise is left out. `None` with
/// fewer than 2 clusters, with as many clusters as clustered points, and beyond
/// [`DISTANCES_LIMIT`].
///
/// # Panics
/// When `labels` is not as long as `points`.
pub fn silhouette(points: ArrayView2<'_, f64>, labels: &[Option<u32>]) -> Option<f64> {
    Scorer::new(points).measure(Measure::Silhouette, labels)
}

/// The Davies–Bouldin index of the clustered points, as scikit-learn's `davies_bouldin_score`: the
/// mean over clusters of the largest (sᵢ + sⱼ) / dᵢⱼ, with s the mean distance to the centroid and
/// d the distance of the centroids; 0 when all points, or all centroids, coincide.
///
/// Shapes and panics as [`silhouette()`], `None` by the number of clusters as there.
pub fn davies_bouldin(points: ArrayView2<'_, f64>, labels: &[Option<u32>]) -> Option<f64> {
    centroids::davies_bouldin(points, &Partition::of(points, labels))
}

/// The Calinski–Harabasz score of the clustered points, as scikit-learn's
/// `calinski_harabasz_score`: B (n - k) / (W (k - 1)) with B and W the sums of squares between and
/// within the k clusters of n points; 1 when W is 0.
///
/// Shapes and panics as [`silhouette()`], `None` by the number of clusters as there.
pub fn calinski_harabasz(points: ArrayView2<'_, f64>, labels: &[Option<u32>]) -> Option<f64> {
    centroids::calinski_harabasz(points, &Partition::of(points, labels))
}

/// The density-based clustering validation index (Moulavi, Jaskowiak, Campello, Zimek and Sander
/// 2014), as `validity_index` of the Python package hdbscan 0.8.44.
///
/// In a cluster of n points of D components the core distance of a point is
/// (Σ d⁻ᴰ / (n - 1))^(-1/D) over its distances d to the others, and the mutual reachability of two
/// points the largest of their distance and their core distances. Sparseness is the longest edge
/// between inner points (of two or more edges) of the cluster's minimum spanning tree under mutual
/// reachability, separation the least mutual reachability between its inner points and those of
/// another cluster. The index is the sum over clusters of |C| / n_samples times
/// (separation - sparseness) / max of the two: noise counts in n_samples and pulls it to 0.
///
/// What the paper leaves open differs between implementations. Here, as in hdbscan: equal edges
/// are taken by the points' order (the tree, and so the index, can depend on it); points at
/// distance 0 add nothing to a core distance; a tree without inner edges is measured by its longest
/// edge, and by its first point where it has no inner point. Clusters of one point count as noise
/// (hdbscan fails on them; the package kDBCV takes pairs as noise too).
///
/// Shapes and panics as [`silhouette()`]; `None` with fewer than 2 clusters of 2 or more points, and
/// beyond [`DISTANCES_LIMIT`].
pub fn dbcv(points: ArrayView2<'_, f64>, labels: &[Option<u32>]) -> Option<f64> {
    Scorer::new(points).measure(Measure::Dbcv, labels)
}

/// Scores many clusterings of the same points; their distances are computed once.
#[derive(Debug, Clone)]
pub struct Scorer<'a> {
    points: ArrayView2<'a, f64>,
    distances: Option<Distances>,
}

impl<'a> Scorer<'a> {
    /// For `points`, `(n_samples, n_components)` of any number of components.
    pub fn new(points: ArrayView2<'a, f64>) -> Self {
        let few = points.nrows() <= DISTANCES_LIMIT;
        Self {
            points,
            distances: few.then(|| Distances::new(points)),
        }
    }

    /// The value of one measure, `None` where it is undefined.
    ///
    /// # Panics
    /// When `labels` is not as long as the points.
    pub fn measure(&self, measure: Measure, labels: &[Option<u32>]) -> Option<f64> {
        (measure.about().fit)(self, labels)
    }

    /// All of them.
    ///
    /// # Panics
    /// When `labels` is not as long as the points.
    pub fn all(&self, labels: &[Option<u32>]) -> Scores {
        Scores(MEASURES.map(|about| (about.fit)(self, labels)))
    }

    fn partition(&self, labels: &[Option<u32>]) -> Partition {
        Partition::of(self.points, labels)
    }
}

/// All Euclidean distances, by rows.
#[derive(Debug, Clone)]
struct Distances {
    rows: Vec<f64>,
    n_samples: usize,
}

impl Distances {
    fn new(points: ArrayView2<'_, f64>) -> Self {
        let n_samples = points.nrows();
        let axes: Vec<Vec<f64>> = points.columns().into_iter().map(|x| x.to_vec()).collect();
        let mut rows = vec![0.0; n_samples * n_samples];
        for (i, row) in rows.chunks_mut(n_samples.max(1)).enumerate() {
            fill_row(&axes, i, row);
        }
        Self { rows, n_samples }
    }

    fn row(&self, i: usize) -> &[f64] {
        &self.rows[i * self.n_samples..][..self.n_samples]
    }
}

#[multiversion(targets = "simd")]
fn fill_row(axes: &[Vec<f64>], i: usize, row: &mut [f64]) {
    for axis in axes {
        for (square, x) in row.iter_mut().zip(axis) {
            *square += (x - axis[i]) * (x - axis[i]);
        }
    }
    for square in row {
        *square = square.sqrt();
    }
}

#[cfg(test)]
mod tests;
