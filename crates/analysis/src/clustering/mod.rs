//! Clusters: how the points of a map become groups.

pub mod dbscan;
