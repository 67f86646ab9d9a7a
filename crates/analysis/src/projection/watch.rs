//! How the making of a map is watched.

use crate::monitor::Monitor;
use ndarray::Array2;

/// A map on its way.
#[derive(Debug, Clone, PartialEq)]
pub struct Frame {
    /// Iterations so far, from 1.
    pub n_iter: usize,
    /// Iterations in all, unless it ends early.
    pub n_iter_max: usize,
    /// `(n_samples, n_components)`.
    pub coordinates: Array2<f32>,
}

/// How a descent is watched: for cancelling, and for intermediate maps.
pub struct Watch<'a> {
    /// Asked before every iteration.
    pub monitor: &'a dyn Monitor,
    /// A frame is made after every so many iterations; 0 for none.
    pub frame_every: usize,
    /// Is given the frames. Time spent here is added to the descent's.
    pub on_frame: &'a mut dyn FnMut(Frame),
}

impl<'a> Watch<'a> {
    /// Nobody looks at the map before it is done.
    pub fn unseen(monitor: &'a dyn Monitor) -> Self {
        Self {
            monitor,
            frame_every: 0,
            // A closure without state takes no memory, so that none is leaked.
            on_frame: Box::leak(Box::new(|_| {})),
        }
    }
}
