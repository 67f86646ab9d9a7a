//! What turning a map does to its clusters.

use super::runs::codes;
use crate::agreement::adjusted_rand;
use crate::clustering::{ClusteringError, ClusteringParams};
use crate::measures::balance;
use crate::monitor::Monitor;
use crate::standardize;
use ndarray::{Array2, ArrayView2};

/// The clusters of a plane map turned by some angles and standardised again, an entry per angle.
///
/// The directions of a t-SNE map mean nothing, but standardising each axis stretches the map by
/// its direction, so that DBSCAN can find other clusters on the same map turned. Clusters that
/// depend on it are the work of the axes.
#[derive(Debug, Clone, PartialEq)]
pub struct Rotations {
    /// The angles, 0 to 85 in steps of 5; at 90 the axes are exchanged and all begins anew.
    pub degrees: Vec<u32>,
    /// The clusters found.
    pub n_clusters: Vec<usize>,
    /// The notebook's score, see [`crate::measures::balance`].
    pub score: Vec<u64>,
    /// The adjusted Rand index with the reference, with noise as a class of its own.
    pub ari: Vec<f64>,
}

const STEP_DEGREES: u32 = 5;
/// Cosine and sine of the step, written out because the system's differ between libraries.
const STEP: (f64, f64) = (0.996_194_698_091_745_5, 0.087_155_742_747_658_17);

/// Turns `map`, `(n_samples, 2)`, and clusters it at each angle; `None` for maps of other shapes.
pub(super) fn turn(
    map: ArrayView2<'_, f64>,
    reference: &[u32],
    clustering: &ClusteringParams,
    monitor: &dyn Monitor,
) -> Result<Option<Rotations>, ClusteringError> {
    if map.ncols() != 2 {
        return Ok(None);
    }
    let mut rotations = Rotations {
        degrees: (0..90).step_by(STEP_DEGREES as usize).collect(),
        n_clusters: Vec::new(),
        score: Vec::new(),
        ari: Vec::new(),
    };
    let (mut cos, mut sin) = (1.0, 0.0);
    for _ in &rotations.degrees {
        // Not `dot`, whose result depends on the processor.
        let turned = Array2::from_shape_fn(map.dim(), |(row, axis)| {
            let (x, y) = (map[[row, 0]], map[[row, 1]]);
            [x * cos - y * sin, x * sin + y * cos][axis]
        });
        let found = clustering.fit(standardize(turned.view()).view(), monitor)?;
        rotations.n_clusters.push(found.n_clusters);
        rotations.score.push(balance(&found.labels));
        let labels = codes(found.labels.into_iter());
        rotations.ari.push(adjusted_rand(reference, &labels));
        (cos, sin) = (cos * STEP.0 - sin * STEP.1, sin * STEP.0 + cos * STEP.1);
    }
    Ok(Some(rotations))
}
