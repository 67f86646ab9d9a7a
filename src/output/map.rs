//! A map: its coordinates, how it forms, and what lies near what.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ndarray::Array2;
use schemars::JsonSchema;
use serde::Serialize;

use crate::analysis::projection;
use crate::pipeline;

use super::keyed::MapParams;
use super::{milliseconds, warnings};

/// A map.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Projection {
    /// (n_images, n_components), in the order of the records.
    coordinates: Vec<Vec<f64>>,
    params: MapParams,
    /// How much of the neighbourhoods the map loses, in nats; of methods that minimise it.
    kl_divergence: Option<f64>,
    /// The share of the variance on each axis, 0 to 1; of methods that know it.
    explained_variance_ratio: Option<Vec<f64>>,
    /// Iterations that ran.
    n_iter: usize,
    elapsed_ms: f64,
    /// What to know of the map, in sentences.
    warnings: Vec<String>,
    /// What the warnings are about, in the same order.
    warning_codes: Vec<&'static str>,
}

impl From<&pipeline::Projection> for Projection {
    fn from(map: &pipeline::Projection) -> Self {
        let (warnings, warning_codes) = warnings(&map.warnings);
        let rows = map.coordinates.rows().into_iter();
        Self {
            coordinates: rows.map(|row| row.to_vec()).collect(),
            params: (&map.params).into(),
            kl_divergence: map.kl_divergence,
            explained_variance_ratio: map.explained_variance_ratio.clone(),
            n_iter: map.n_iter,
            elapsed_ms: milliseconds(map.elapsed),
            warnings,
            warning_codes,
        }
    }
}

/// A map that is forming.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Frame {
    /// Iterations so far.
    n_iter: usize,
    /// Images and axes.
    shape: [usize; 2],
    /// Base64 of little-endian 32-bit floats, row by row.
    coordinates: String,
}

impl From<&projection::Frame> for Frame {
    fn from(frame: &projection::Frame) -> Self {
        let (n_images, n_components) = frame.coordinates.dim();
        Self {
            n_iter: frame.n_iter,
            shape: [n_images, n_components],
            coordinates: packed(&frame.coordinates),
        }
    }
}

/// A map as it formed, to be played.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Frames {
    /// Iterations of each frame, ascending.
    n_iter: Vec<usize>,
    /// Images and axes of every frame.
    shape: [usize; 2],
    /// Of each frame, base64 of little-endian 32-bit floats, row by row.
    coordinates: Vec<String>,
}

impl Frames {
    /// Frames of this shape, `[n_images, n_components]`.
    pub fn new(frames: &[projection::Frame], shape: [usize; 2]) -> Self {
        let coordinates = frames.iter().map(|frame| packed(&frame.coordinates));
        Self {
            n_iter: frames.iter().map(|frame| frame.n_iter).collect(),
            shape,
            coordinates: coordinates.collect(),
        }
    }
}

/// Coordinates as base64 of little-endian 32-bit floats, row by row: a third of the bytes that
/// decimals take.
fn packed(coordinates: &Array2<f32>) -> String {
    let bytes: Vec<u8> = coordinates.iter().flat_map(|x| x.to_le_bytes()).collect();
    STANDARD.encode(bytes)
}

/// How far the neighbours are that a clustering asks for.
#[derive(Debug, Serialize, JsonSchema)]
pub struct KDistance {
    /// Which neighbour, the image itself counted.
    pub min_samples: usize,
    /// Images in all.
    pub n: usize,
    /// Ranks of the distances that are given, from 1, ascending.
    pub rank: Vec<usize>,
    /// The distance of each of them on the standardised map, ascending.
    pub distance: Vec<f64>,
}

/// The images that the network finds most like one.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Neighbours {
    /// The image.
    pub id: String,
    /// How distance is measured.
    pub metric: DistanceMetric,
    /// The nearest first.
    pub neighbours: Vec<Neighbour>,
}

/// How far apart two images are in feature space.
#[derive(Debug, Clone, Copy, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[allow(missing_docs)]
pub enum DistanceMetric {
    Euclidean,
    Cosine,
}

/// One of them.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Neighbour {
    /// The image.
    pub id: String,
    /// Its place in the whole cohort.
    pub index: usize,
    /// In feature space.
    pub distance: f64,
}
