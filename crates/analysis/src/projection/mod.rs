//! Maps: how features become two or three coordinates per image.

#![allow(
    clippy::needless_range_loop,
    reason = "kernels run over the lanes and axes of several arrays at once"
)]

mod cells;
mod distances;
mod metric;
mod neighbors;
pub mod pca;
mod symmetric;
pub mod tsne;
pub mod umap;
mod watch;

pub(crate) use distances::Samples;
pub use metric::Metric;
pub use watch::{Frame, Watch};
