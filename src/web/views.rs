//! What goes over the wire, and to `--json`: the only types that know JSON, with their
//! conversions from the types inside.

pub mod cohort;
pub mod evidence;

use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ndarray::Array2;
use serde_json::{Map, Value, json};

use crate::analysis::Warning;
use crate::analysis::clustering::Cell;
use crate::analysis::clustering::plane::Plane;
use crate::analysis::measures::Measure;
use crate::analysis::projection::Frame;
use crate::analysis::search::{SearchParams, SearchResult, SearchRow};
use crate::jobs::{JobState, Snapshot};
use crate::pipeline::{Breakdown, Clusters, Judged, OwnCluster, Projection, ValueCount};
use crate::settings;

/// `GET /api/projection`.
pub fn projection(map: &Projection) -> Value {
    json!({
        "coordinates": map.coordinates.rows().into_iter().map(|row| row.to_vec()).collect::<Vec<_>>(),
        "params": settings::map_json(&map.params),
        "kl_divergence": map.kl_divergence,
        "explained_variance_ratio": map.explained_variance_ratio,
        "n_iter": map.n_iter,
        "elapsed_ms": milliseconds(map.elapsed),
        "warnings": texts(&map.warnings),
        "warning_codes": codes(&map.warnings),
    })
}

/// A map that is forming.
pub fn frame(frame: &Frame) -> Value {
    json!({
        "n_iter": frame.n_iter,
        "shape": frame.coordinates.shape(),
        "coordinates": packed(&frame.coordinates),
    })
}

/// Coordinates as base64 of little-endian 32-bit floats, row by row: a third of the bytes that
/// decimals take.
pub fn packed(coordinates: &Array2<f32>) -> String {
    let bytes: Vec<u8> = coordinates.iter().flat_map(|x| x.to_le_bytes()).collect();
    STANDARD.encode(bytes)
}

/// Warnings as sentences.
fn texts(warnings: &[Warning]) -> Vec<&str> {
    warnings
        .iter()
        .map(|warning| warning.text.as_str())
        .collect()
}

/// What the warnings are about, in the same order.
fn codes(warnings: &[Warning]) -> Vec<&str> {
    warnings.iter().map(|warning| warning.code).collect()
}

/// `GET /api/clusters`; `ids` names the images in order.
pub fn clusters(
    map: &Projection,
    (clusters, judged): (&Clusters, &Judged),
    composition: &Breakdown,
    ids: &[&str],
) -> Value {
    let clustering = &clusters.clustering;
    let labels: Vec<i64> = clustering
        .labels
        .iter()
        .map(|label| label.map_or(-1, i64::from))
        .collect();
    let warnings = [&map.warnings[..], &clusters.warnings].concat();
    let mut value = json!({
        "params": settings::with_clusters(settings::map_json(&map.params), &clusters.params),
        "n_clusters": clustering.n_clusters,
        "n_noise": labels.iter().filter(|&&label| label == -1).count(),
        "labels": labels,
        "core": clustering.core,
        "probabilities": clustering.probabilities,
        "score": judged.score,
        "elapsed_ms": milliseconds(clusters.elapsed),
        "warnings": texts(&warnings),
        "warning_codes": codes(&warnings),
        "own": clusters.own.iter().map(own_cluster).collect::<Vec<_>>(),
        "breakdown": breakdown(composition, ids),
    });
    evidence::add_scores(&mut value, judged.scores.as_ref());
    value
}

/// A cluster that was picked by hand.
pub fn own_cluster(own: &OwnCluster) -> Value {
    json!({
        "id": own.selection.id,
        "name": own.selection.name,
        "label": own.label,
        "n_left_out": own.n_left_out,
    })
}

fn breakdown(breakdown: &Breakdown, ids: &[&str]) -> Value {
    let counts = |counts: &[ValueCount]| -> Vec<Value> {
        counts
            .iter()
            .map(|c| json!({ "value": c.value, "count": c.count, "n_groups": c.n_groups }))
            .collect()
    };
    let clusters: Vec<_> = breakdown
        .clusters
        .iter()
        .map(|cluster| {
            json!({
                "label": cluster.label.map_or(-1, i64::from),
                "size": cluster.size,
                "n_groups": cluster.n_groups,
                "counts": counts(&cluster.counts),
                "n_missing": cluster.n_missing,
                "n_groups_missing": cluster.n_groups_missing,
                "representatives": cluster.representatives.iter().map(|&i| ids[i]).collect::<Vec<_>>(),
            })
        })
        .collect();
    json!({
        "column": breakdown.column,
        "n_missing": breakdown.n_missing,
        "totals": counts(&breakdown.totals),
        "clusters": clusters,
    })
}

/// `GET /api/plane`.
pub fn plane(map: &Projection, plane: &Plane) -> Value {
    let [first, second] = plane.params.axes();
    let cell = |cell: &Cell| {
        let mut value = settings::place_json(&plane.params, cell.at);
        value.insert("n_clusters".to_owned(), cell.n_clusters.into());
        value.insert("n_noise".to_owned(), cell.n_noise.into());
        value.insert("score".to_owned(), cell.score.into());
        value
    };
    let mut value = json!({
        "params": settings::map_json(&map.params),
        "clustering": plane.params.method().key,
        "axes": [first, second],
    });
    value[first] = settings::axis_json(&plane.params, 0, &plane.axes[0]).into();
    value[second] = settings::axis_json(&plane.params, 1, &plane.axes[1]).into();
    value["cells"] = plane.cells.iter().map(cell).collect::<Vec<_>>().into();
    value
}

/// The result of a search, for `--json` and the job alike.
pub fn search(params: &SearchParams, result: &SearchResult, elapsed: Duration) -> Value {
    let axis = params.projection.method().axis;
    let along = |value: f64| axis.map(|axis| (axis.to_owned(), value.into()));
    let row = |row: &SearchRow| {
        let mut value: Map<String, Value> = along(row.along).into_iter().collect();
        value.extend(settings::place_json(&params.clustering, row.cell.at));
        value.insert("n_clusters".to_owned(), row.cell.n_clusters.into());
        value.insert("n_noise".to_owned(), row.cell.n_noise.into());
        value.insert("score".to_owned(), row.cell.score.into());
        value.insert("degenerate".to_owned(), row.degenerate.into());
        let mut value = Value::Object(value);
        evidence::add_scores(&mut value, Some(&row.scores));
        value
    };
    let heat_map: Vec<Vec<Value>> = result
        .heat_map
        .values
        .iter()
        .map(|row| {
            row.iter()
                .map(|value| measured(result.rank_by, *value))
                .collect()
        })
        .collect();
    let [first, second] = params.clustering.axes();
    let mut heat = json!({ "axes": [axis, Some(first)], "score": heat_map });
    if let Some(axis) = axis {
        heat[axis] = json!(result.heat_map.along);
    }
    heat[first] = settings::axis_json(&params.clustering, 0, &result.heat_map.first).into();
    json!({
        "n_settings": params.n_settings(),
        "method": params.projection.method().key,
        "clustering": params.clustering.method().key,
        "axes": [axis, Some(first), Some(second)],
        "rank_by": result.rank_by.about().key,
        "results": result.best.iter().map(row).collect::<Vec<_>>(),
        "without_result": if axis.is_some() { &result.without_result[..] } else { &[] },
        "elapsed_ms": milliseconds(elapsed),
        "heat_map": heat,
    })
}

/// The notebook's score is a count and stays one.
fn measured(measure: Measure, value: Option<f64>) -> Value {
    match measure {
        Measure::Balance => json!(value.map(|value| value as u64)),
        _ => json!(value),
    }
}

/// `GET /api/jobs/{id}`.
pub fn job(id: &str, snapshot: &Snapshot<Value>) -> Value {
    json!({
        "id": id,
        "kind": snapshot.kind,
        "state": match snapshot.state {
            JobState::Queued => "queued",
            JobState::Running => "running",
            JobState::Done => "done",
            JobState::Failed => "failed",
            JobState::Cancelled => "cancelled",
        },
        "done": snapshot.done,
        "total": snapshot.total,
        "eta_ms": snapshot.eta.map(milliseconds),
        "result": snapshot.result.as_deref(),
        "error": snapshot.error,
    })
}

/// Milliseconds to the microsecond.
fn milliseconds(time: Duration) -> f64 {
    time.as_micros() as f64 / 1000.0
}
