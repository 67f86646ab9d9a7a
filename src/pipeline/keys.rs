//! What is remembered under which key. Each says which part of the cohort it is about; looks, names
//! and everything else that only words depend on are in none of them.

use std::sync::Arc;

use crate::analysis::clustering::ClusteringParams;
use crate::analysis::projection::ProjectionParams;

use super::selection::Selection;
use super::study::{Clusters, Projection, Study};

/// A map of some of the images.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct MapKey {
    /// The conditions that the images meet.
    pub conditions: Vec<String>,
    /// How it is made.
    pub projection: ProjectionParams,
}

/// One setting: a map and its clusters, those that were picked by hand among them.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct SettingKey {
    map: MapKey,
    clustering: ClusteringParams,
    /// The selections' ids; the same images have the same.
    own: Vec<String>,
}

/// What is asked of something.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Asked<K, Q> {
    of: K,
    question: Q,
}

/// Something, and what is asked of it.
pub(super) fn asked<K, Q>(of: K, question: Q) -> Asked<K, Q> {
    Asked { of, question }
}

impl MapKey {
    pub(super) fn new(study: &Study, projection: ProjectionParams) -> Self {
        Self {
            conditions: study.conditions.clone(),
            projection,
        }
    }

    pub(super) fn of(study: &Study, map: &Projection) -> Self {
        Self::new(study, map.params)
    }
}

impl SettingKey {
    pub(super) fn new(
        study: &Study,
        map: &Projection,
        clustering: ClusteringParams,
        own: &[Arc<Selection>],
    ) -> Self {
        Self {
            map: MapKey::of(study, map),
            clustering,
            own: own.iter().map(|selection| selection.id.clone()).collect(),
        }
    }

    /// A setting without clusters that were picked by hand.
    pub(super) fn tried(
        study: &Study,
        map: ProjectionParams,
        clustering: ClusteringParams,
    ) -> Self {
        Self {
            map: MapKey::new(study, map),
            clustering,
            own: Vec::new(),
        }
    }

    /// The setting of clusters that are there.
    pub(super) fn of(study: &Study, map: &Projection, clusters: &Clusters) -> Self {
        let own = clusters.own.iter().map(|own| own.selection.id.clone());
        Self {
            map: MapKey::of(study, map),
            clustering: clusters.params,
            own: own.collect(),
        }
    }
}

/// A plane spans the values of the two axes, whatever they are just now.
pub(super) fn without_axes(clustering: ClusteringParams) -> ClusteringParams {
    let grid = clustering.method().grid;
    clustering.at(grid.map(|values| values.first().copied().unwrap_or(f64::NAN)))
}
