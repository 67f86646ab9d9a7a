//! Clusters: how the points of a map become groups.

pub mod dbscan;
pub mod hdbscan;
