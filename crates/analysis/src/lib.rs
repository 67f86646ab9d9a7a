//! The numeric core: projections, clusters, their scores, the search over settings, and what chance
//! alone would find.
//!
//! Pure functions of arrays: no files, no network, no clock, nothing of ours from outside this
//! module. Every result depends on the inputs, the parameters and the seed alone; neither the
//! number of threads nor the vector instructions of the processor change a bit of it.
//!
//! The order of work is features → [`scaling`] by choice → [`projection`] → [`standardize()`] → [`clustering`] →
//! [`measures`]; [`clustering::plane`] does the last two for a whole grid of settings and [`search`] does all of
//! it for a range of perplexities; [`null`] repeats that on [`surrogate`] cohorts without clusters.
//! [`k_distance`] helps to choose a setting, [`neighbors`] looks at single images,
//! [`representatives()`] picks those to show for each cluster. [`association`] asks what the
//! clusters go with, [`fidelity`] how far a map can be believed, [`stability`] whether its clusters
//! come again. [`proposal`] picks a setting to begin with.

pub mod agreement;
mod arange;
pub mod association;
pub mod clustering;
mod eigen;
pub mod ensemble;
pub mod fidelity;
mod finite;
pub mod k_distance;
pub mod measures;
mod monitor;
pub mod neighbors;
pub mod null;
mod patients;
mod principal;
pub mod projection;
pub mod proposal;
mod random;
pub mod replication;
mod representatives;
pub mod scaling;
pub mod search;
pub mod settings;
pub mod specification;
pub mod stability;
mod standardize;
pub mod surrogate;
mod tridiagonal;
mod vector;
mod warning;

pub use arange::{arange, arange_len};
pub use monitor::{Cancelled, Count, Monitor};
pub use representatives::{Representatives, representatives};
pub use standardize::standardize;
pub use warning::Warning;
