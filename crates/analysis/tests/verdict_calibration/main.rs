//! How often the parts of a verdict see something where there is nothing, and where there is.
//!
//! `cargo test -p negatoscope-analysis --test verdict_calibration -- --nocapture` prints the figures of
//! docs/statistics.md, with `NEGATOSCOPE_COHORTS=1000` of so many cohorts.

// clippy.toml lets tests unwrap, but does not see that helpers here are tests too.
#![allow(clippy::unwrap_used)]

mod by_hand;
mod clouds;
mod features;
mod groups;
mod maps;
mod settings;
