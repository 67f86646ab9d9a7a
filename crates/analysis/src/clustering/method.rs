//! What every method of clustering has and does.

use crate::measures::balance_of_counts;
use crate::monitor::{Cancelled, Monitor, check};
use crate::settings::{Python, Settings, Spec, place};
use ndarray::ArrayView2;
use rayon::prelude::*;

/// How many images make the middle of a cluster.
pub(crate) const MIN_SAMPLES: Spec = Spec::number("min_samples", "min_samples", (1.0, 1e6))
    .whole()
    .slider(1.0, 50.0, 1.0)
    .unit("images")
    .prominent()
    .help(
        "Images near an image, itself included, that make it the core of a cluster. DBSCAN counts \
         those within eps; HDBSCAN reaches as far as so many, and takes min_cluster_size unless this \
         is set. Larger values keep only dense groups and leave more noise.",
    );

/// A way to cluster a map, without its parameters.
#[derive(Debug, Clone)]
pub struct ClusteringMethod {
    /// Its name in requests.
    pub key: &'static str,
    /// Its name for readers.
    pub label: &'static str,
    /// Its parameters, in order.
    pub specs: Vec<Spec>,
    /// The two parameters that a plane of settings spans, and a search goes along.
    pub axes: [&'static str; 2],
    /// The notebook's values of the two, or what comes near them.
    pub grid: [Vec<f64>; 2],
    /// Where Python has it.
    pub python: Python,
}

/// What every method of clustering does; implemented beside its parameters.
pub(crate) trait Method: Settings + Default + Copy + Sync {
    /// See [`ClusteringMethod::key`].
    const KEY: &'static str;
    /// See [`ClusteringMethod::label`].
    const LABEL: &'static str;
    /// See [`ClusteringMethod::axes`].
    const AXES: [&'static str; 2];
    /// See [`ClusteringMethod::python`].
    const PYTHON: Python;

    /// See [`ClusteringMethod::grid`].
    fn grid() -> [Vec<f64>; 2];

    /// Why there are no clusters.
    type Error: From<Cancelled> + Send;

    /// Clusters points, `(n_samples, n_components)`.
    fn fit(
        &self,
        points: ArrayView2<'_, f64>,
        monitor: &dyn Monitor,
    ) -> Result<Clustering, Self::Error>;

    /// The same for a cohort of which this share is left, 0 to 1: what counts images is scaled,
    /// because a neighbourhood loses images as the cohort does.
    fn scaled(self, share: f64) -> Self;

    /// The cell of every setting along the two axes; all of the first value come first.
    fn cells(
        &self,
        points: ArrayView2<'_, f64>,
        axes: &[Vec<f64>; 2],
        monitor: &dyn Monitor,
    ) -> Result<Vec<Cell>, Self::Error> {
        cells_one_by_one(self, points, axes, monitor)
    }

    /// Gives `visit` the labels at every cell that is wanted, with its index, in order.
    fn visit_labels(
        &self,
        points: ArrayView2<'_, f64>,
        cells: Cells<'_>,
        visit: Visit<'_>,
        monitor: &dyn Monitor,
    ) -> Result<(), Self::Error> {
        visit_one_by_one(self, points, cells, visit, monitor)
    }

    /// The same at these values of its two axes.
    fn at(mut self, values: [f64; 2]) -> Self {
        for (key, value) in Self::AXES.into_iter().zip(values) {
            place(&mut self, key, value);
        }
        self
    }
}

/// Which point belongs to which cluster.
#[derive(Debug, Clone, PartialEq)]
pub struct Clustering {
    /// The cluster of each point, from 0; `None` is noise.
    pub labels: Vec<Option<u32>>,
    /// Whether each point is a core point, at home in its cluster whatever lies beside it. Methods
    /// without border points have all points of clusters.
    pub core: Vec<bool>,
    /// How firmly each point is in its cluster, 0 to 1; of methods that tell.
    pub probabilities: Option<Vec<f64>>,
    /// The number of clusters, noise not counted.
    pub n_clusters: usize,
}

impl Clustering {
    /// The number of points in no cluster.
    pub fn n_noise(&self) -> usize {
        self.labels.iter().filter(|label| label.is_none()).count()
    }
}

/// The sizes of the clusters, without their members.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Sizes {
    /// Border points included, in the order of the clusters' numbers.
    pub(crate) clusters: Vec<u64>,
    pub(crate) n_noise: u64,
}

impl From<&Clustering> for Sizes {
    fn from(clustering: &Clustering) -> Self {
        let mut sizes = Self {
            clusters: vec![0; clustering.n_clusters],
            n_noise: 0,
        };
        for label in &clustering.labels {
            match label {
                Some(cluster) => sizes.clusters[*cluster as usize] += 1,
                None => sizes.n_noise += 1,
            }
        }
        sizes
    }
}

/// What a method finds at one setting, without the labels.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Cell {
    /// The values of the method's two axes: for DBSCAN, eps and min_samples.
    pub at: [f64; 2],
    /// The number of clusters, noise not counted.
    pub n_clusters: usize,
    /// The number of points in no cluster.
    pub n_noise: usize,
    /// The notebook's score, see [`crate::measures::balance()`].
    pub score: u64,
}

/// Which cells of a plane are wanted, and what takes their index and labels.
pub(crate) struct Visit<'v> {
    pub(crate) wanted: &'v dyn Fn(&Cell) -> bool,
    pub(crate) take: &'v mut dyn FnMut(usize, Vec<Option<u32>>),
}

/// The cells of a plane, and the values of its two axes.
#[derive(Clone, Copy)]
pub(crate) struct Cells<'a> {
    pub(crate) axes: &'a [Vec<f64>; 2],
    pub(crate) cells: &'a [Cell],
}

/// The cells of a method that has no quicker way than one after the other.
fn cells_one_by_one<M: Method>(
    params: &M,
    points: ArrayView2<'_, f64>,
    [first, second]: &[Vec<f64>; 2],
    monitor: &dyn Monitor,
) -> Result<Vec<Cell>, M::Error> {
    let cell = |at: [f64; 2]| {
        check(monitor)?;
        let found = params.at(at).fit(points, monitor)?;
        Ok(Cell::new(at, &Sizes::from(&found)))
    };
    let pairs = |&a: &f64| second.iter().map(move |&b| [a, b]);
    let places: Vec<[f64; 2]> = first.iter().flat_map(pairs).collect();
    places.into_par_iter().map(cell).collect()
}

/// The labels of a method that has no quicker way than one after the other.
fn visit_one_by_one<M: Method>(
    params: &M,
    points: ArrayView2<'_, f64>,
    cells: Cells<'_>,
    visit: Visit<'_>,
    monitor: &dyn Monitor,
) -> Result<(), M::Error> {
    let cells = cells.cells.iter().enumerate();
    for (index, cell) in cells.filter(|(_, cell)| (visit.wanted)(cell)) {
        check(monitor)?;
        let Clustering { labels, .. } = params.at(cell.at).fit(points, monitor)?;
        (visit.take)(index, labels);
    }
    Ok(())
}

impl Cell {
    pub(crate) fn new(at: [f64; 2], sizes: &Sizes) -> Self {
        Self {
            at,
            n_clusters: sizes.clusters.len(),
            n_noise: sizes.n_noise as usize,
            score: balance_of_counts(sizes.clusters.iter().copied(), sizes.n_noise),
        }
    }
}

pub(super) fn method_of<M: Method>(_: &M) -> ClusteringMethod {
    ClusteringMethod {
        key: M::KEY,
        label: M::LABEL,
        specs: M::specs(),
        axes: M::AXES,
        grid: M::grid(),
        python: M::PYTHON,
    }
}
