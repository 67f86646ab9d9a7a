//! What is remembered under which name: equal questions give equal text, and a text can be hashed
//! where floats cannot. Each says which part of the cohort it is about.

use std::sync::Arc;

use crate::analysis::clustering::dbscan::DbscanParams;
use crate::analysis::null::NullParams;

use super::selection::Selection;
use super::study::{Clusters, MapParams, Projection, Study};

/// A map of a study.
pub(super) fn map_key(study: &Study, params: &MapParams) -> String {
    format!("{:?} {params:?}", study.conditions)
}

/// The null of a study.
pub(super) fn null_key(study: &Study, params: &NullParams) -> String {
    format!("{}{params:?}", any_null_key(study))
}

/// How the keys of all nulls of a study begin.
pub(super) fn any_null_key(study: &Study) -> String {
    format!("{:?} ", study.conditions)
}

/// One setting: a map and its clusters, those that were picked by hand among them.
pub(super) fn setting_key<'a>(
    study: &Study,
    map: &Projection,
    params: DbscanParams,
    own: impl Iterator<Item = &'a Arc<Selection>>,
) -> String {
    let own: Vec<&str> = own.map(|selection| selection.id.as_str()).collect();
    format!("{} {params:?} {own:?}", map_key(study, &map.params))
}

/// The setting of clusters that are there.
pub(super) fn viewed_key(
    study: &Study,
    map: &Projection,
    params: DbscanParams,
    clusters: &Clusters,
) -> String {
    let own = clusters.own.iter().map(|own| &own.selection);
    setting_key(study, map, params, own)
}
