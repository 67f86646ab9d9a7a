//! Where the points of a layout start.

use super::graph::pieces;
use super::spectral::vibrations;
use crate::monitor::{Cancelled, Monitor};
use crate::projection::pca::{PcaError, pca};
use crate::projection::symmetric::Symmetric;
use crate::random::Random;
use ndarray::{Array2, ArrayView2, Axis};

/// The width of a start, as umap-learn's.
const WIDTH: f64 = 10.0;
/// By how much starts differ with the seed, as umap-learn's; it also parts equal samples.
const NOISE: f64 = 1e-4;

/// What a layout started from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum StartedFrom {
    /// The slowest vibrations of the graph of neighbours, which is in one piece.
    Spectral,
    /// The first principal components, since the graph is in several pieces: it says nothing of how
    /// they lie to each other, and the components do.
    Pca,
    /// Random numbers, since there are too few samples or features, or all of them are equal.
    Random,
}

/// Where the points start, without what depends on the seed.
#[derive(Debug, Clone)]
pub(super) struct Start {
    pub(super) from: StartedFrom,
    /// The pieces that the graph of neighbours is in.
    pub(super) n_pieces: usize,
    /// `(n_samples, n_components)`; all zero for [`StartedFrom::Random`].
    coordinates: Array2<f64>,
}

impl Start {
    pub(super) fn new(
        graph: &Symmetric,
        features: ArrayView2<'_, f32>,
        n_components: usize,
        monitor: &dyn Monitor,
    ) -> Result<Self, Cancelled> {
        let (_, n_pieces) = pieces(graph);
        let mut start = Self {
            from: StartedFrom::Random,
            n_pieces,
            coordinates: Array2::zeros((graph.len(), n_components)),
        };
        // A graph of n samples has n - 1 vibrations.
        if n_pieces == 1 && graph.len() > n_components + 1 {
            start.from = StartedFrom::Spectral;
            start.coordinates = vibrations(graph, n_components, monitor)?;
            widen_each(&mut start.coordinates);
        } else {
            match pca(features, n_components, monitor) {
                Ok(found) if found.explained_variance[0] > 0.0 => {
                    start.from = StartedFrom::Pca;
                    start.coordinates = found.coordinates;
                    widen_all(&mut start.coordinates);
                }
                Err(PcaError::Cancelled(cancelled)) => return Err(cancelled),
                Ok(_) | Err(_) => {}
            }
        }
        Ok(start)
    }

    /// The points as they start under this seed.
    pub(super) fn points(&self, seed: u64) -> Array2<f32> {
        let mut random = Random::new(seed);
        let spread = match self.from {
            StartedFrom::Random => WIDTH / 4.0,
            StartedFrom::Spectral | StartedFrom::Pca => NOISE,
        };
        self.coordinates
            .mapv(|x| (x + spread * random.normal()) as f32)
    }
}

/// Stretches every axis to the same width around 0.
fn widen_each(coordinates: &mut Array2<f64>) {
    for mut axis in coordinates.axis_iter_mut(Axis(1)) {
        let (low, high) = range(axis.iter());
        let scale = if high > low {
            WIDTH / (high - low)
        } else {
            0.0
        };
        let middle = low + (high - low) / 2.0;
        axis.mapv_inplace(|x| (x - middle) * scale);
    }
}

/// Scales all axes by the same factor, so that the first has the width.
fn widen_all(coordinates: &mut Array2<f64>) {
    let (low, high) = range(coordinates.column(0).iter());
    let scale = if high > low {
        WIDTH / (high - low)
    } else {
        0.0
    };
    coordinates.mapv_inplace(|x| x * scale);
}

fn range<'a>(values: impl Iterator<Item = &'a f64>) -> (f64, f64) {
    values.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), &x| {
        (low.min(x), high.max(x))
    })
}
