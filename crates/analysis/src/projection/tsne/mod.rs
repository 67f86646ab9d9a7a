//! t-distributed stochastic neighbour embedding (van der Maaten and Hinton 2008).
//!
//! [`TsneParams`] → [`TsneParams::check`] → [`CheckedTsne::fit`] → [`Embedding`]. The optimiser is
//! scikit-learn's: gradient descent with gains and momentum, 250 iterations of early exaggeration,
//! a look at the progress every 50 iterations. Up to 2,500 samples every pair counts; beyond, the
//! attraction is between near neighbours and the repulsion through a Barnes-Hut tree.

mod affinities;
mod barnes_hut;
mod descent;
mod exact;
mod field;
mod forces;
mod hilbert;
mod input;
mod map;
mod method;
mod pairs;
mod params;
mod sparse;
mod start;
mod tree;

pub use descent::Embedding;
pub use input::TsneInput;
pub use params::{CheckedTsne, Init, LearningRate, TsneError, TsneParams};
