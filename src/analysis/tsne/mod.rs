//! t-distributed stochastic neighbour embedding (van der Maaten and Hinton 2008).
//!
//! [`TsneParams`] → [`TsneParams::check`] → [`CheckedTsne::fit`] → [`Embedding`]. The optimiser is
//! scikit-learn's: gradient descent with gains and momentum, 250 iterations of early exaggeration,
//! a look at the progress every 50 iterations.

mod affinities;
mod descent;
mod distances;
mod exact;
mod input;
mod map;
mod params;
mod start;

pub use descent::{Embedding, Frame, Watch};
pub use input::TsneInput;
pub(super) use params::is_degenerate;
pub use params::{CheckedTsne, Init, LearningRate, Metric, TsneError, TsneParams, TsneWarning};
