//! negatoscope: lay out a cohort of X-rays and see which ones a neural network finds alike.
//!
//! One way through: image file → tensor → features → projection → labels → statistics → JSON →
//! pixels. ARCHITECTURE.md is the map of it.

pub mod analysis;
pub mod cli;
pub mod cohort;
pub mod config;
pub mod features;
pub mod interrupt;
pub mod jobs;
pub mod memo;
pub mod output;
mod panics;
pub mod pipeline;
pub mod plain;
pub mod web;
