//! negatoscope: lay out a cohort of X-rays and see which ones a neural network finds alike.
//!
//! One way through: image file → tensor → features → projection → labels → statistics → JSON →
//! pixels. ARCHITECTURE.md is the map of it.

pub mod bundle;
pub mod cli;
pub mod config;
pub mod doctor;
pub mod health;
pub mod jobs;
pub mod memo;
pub mod output;
pub mod pipeline;
pub mod settings;
mod version;
pub mod web;

pub use negatoscope_analysis as analysis;
pub use negatoscope_cohort as cohort;
pub use negatoscope_features as features;
pub use negatoscope_host::{files, interrupt, machine, plain, processes, trial};
#[cfg(feature = "object-store")]
pub use negatoscope_objects as objects;
pub use negatoscope_project as project;
