//! Uniform manifold approximation and projection (McInnes, Healy and Melville 2018,
//! arXiv:1802.03426).
//!
//! [`UmapParams`] → [`UmapParams::check`] → [`CheckedUmap::fit`] → [`UmapEmbedding`]. A graph of
//! near neighbours, weighted by how sure it is that they are neighbours (`graph`), is laid out
//! from its slowest vibrations (`spectral`, `start`) by pulling its edges together and pushing
//! points drawn at random apart (`layout`).
//!
//! Two things differ from the authors' program. The neighbours are exact. And edges move their ends
//! in small batches, in random order, each by where points were before the batch, so that a batch
//! can be worked on by any number of threads and lanes without a trace of them in the map.

mod curve;
mod graph;
mod input;
mod kernel;
mod layout;
mod method;
mod params;
mod plan;
mod spectral;
mod start;
#[cfg(test)]
mod tests;

pub use input::{UmapEmbedding, UmapInput};
pub(crate) use method::Prepared;
pub use params::{CheckedUmap, UmapError, UmapParams};
pub use start::StartedFrom;
