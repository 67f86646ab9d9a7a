//! Every setting of the clusters' two axes on one map.

use schemars::JsonSchema;
use serde::Serialize;

use crate::analysis::clustering::{self, plane};
use crate::pipeline;

use super::keyed::{ClusteringMethod, MapParams, Place, PlaneAxis, PlaneValues};

/// Every setting of the clusters' two axes on one map; the values of each axis stand under its name.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Plane {
    params: MapParams,
    clustering: ClusteringMethod,
    axes: [PlaneAxis; 2],
    #[serde(flatten)]
    values: PlaneValues,
    /// Along the second axis first.
    cells: Vec<PlaneCell>,
}

/// One setting, its value of each axis under the name of the axis.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct PlaneCell {
    #[serde(flatten)]
    place: Place,
    /// Noise not counted.
    n_clusters: usize,
    /// Images in no cluster.
    n_noise: usize,
    /// The notebook's score; lower is better.
    score: u64,
}

impl Plane {
    /// The plane of a map.
    pub fn new(map: &pipeline::Projection, plane: &plane::Plane) -> Self {
        let [first, second] = &plane.axes;
        let cells = plane.cells.iter();
        Self {
            params: (&map.params).into(),
            clustering: ClusteringMethod(plane.params.method().key),
            axes: plane.params.axes().map(PlaneAxis),
            values: PlaneValues::new(&plane.params, &[first, second]),
            cells: cells
                .map(|cell| PlaneCell::new(&plane.params, cell))
                .collect(),
        }
    }
}

impl PlaneCell {
    pub(super) fn new(params: &clustering::ClusteringParams, cell: &clustering::Cell) -> Self {
        Self {
            place: Place::new(params, cell.at),
            n_clusters: cell.n_clusters,
            n_noise: cell.n_noise,
            score: cell.score,
        }
    }
}
