//! What goes over the wire, and to `--json`: the only types that know JSON, with their
//! conversions from the types inside.

pub mod cohort;
pub mod evidence;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ndarray::Array2;
use serde_json::{Value, json};

use crate::analysis::clustering::dbscan::DbscanParams;
use crate::analysis::plane::Plane;
use crate::analysis::projection::tsne::{Frame, Init, LearningRate, Metric, TsneParams};
use crate::analysis::scores::Measure;
use crate::analysis::search::SearchResult;
use crate::jobs::{JobState, Snapshot};
use crate::pipeline::{Breakdown, Clusters, MapParams, OwnCluster, Projection, ValueCount};

/// The parameters of a map as used.
pub fn map_params(params: &MapParams) -> Value {
    match params {
        MapParams::Pca { n_components } => json!({ "method": "pca", "n_components": n_components }),
        MapParams::Tsne(params) => tsne_params(params),
    }
}

fn tsne_params(params: &TsneParams) -> Value {
    json!({
        "method": "tsne",
        "n_components": params.n_components,
        "perplexity": params.perplexity,
        "random_state": params.random_state,
        "max_iter": params.max_iter,
        "learning_rate": match params.learning_rate {
            LearningRate::Auto => json!("auto"),
            LearningRate::Value(value) => json!(value),
        },
        "early_exaggeration": params.early_exaggeration,
        "init": match params.init {
            Init::Pca => "pca",
            Init::Random => "random",
        },
        "metric": match params.metric {
            Metric::Euclidean => "euclidean",
            Metric::Cosine => "cosine",
            Metric::Manhattan => "manhattan",
        },
    })
}

/// `GET /api/projection`.
pub fn projection(map: &Projection) -> Value {
    json!({
        "coordinates": map.coordinates.rows().into_iter().map(|row| row.to_vec()).collect::<Vec<_>>(),
        "params": map_params(&map.params),
        "kl_divergence": map.kl_divergence,
        "explained_variance_ratio": map.explained_variance_ratio,
        "n_iter": map.n_iter,
        "elapsed_ms": milliseconds(map.elapsed),
        "warnings": map.warnings,
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

/// `GET /api/clusters`; `ids` names the images in order.
pub fn clusters(
    map: &Projection,
    (clusters, dbscan): (&Clusters, DbscanParams),
    composition: &Breakdown,
    ids: &[&str],
) -> Value {
    let mut params = map_params(&map.params);
    params["eps"] = dbscan.eps.into();
    params["min_samples"] = dbscan.min_samples.into();
    let clustering = &clusters.clustering;
    let labels: Vec<i64> = clustering
        .labels
        .iter()
        .map(|label| label.map_or(-1, i64::from))
        .collect();
    let warnings = [&map.warnings[..], &clusters.warnings].concat();
    let mut value = json!({
        "params": params,
        "n_clusters": clustering.n_clusters,
        "n_noise": labels.iter().filter(|&&label| label == -1).count(),
        "labels": labels,
        "core": clustering.core,
        "score": clusters.score,
        "elapsed_ms": milliseconds(clusters.elapsed),
        "warnings": warnings,
        "own": clusters.own.iter().map(own_cluster).collect::<Vec<_>>(),
        "breakdown": breakdown(composition, ids),
    });
    evidence::add_scores(&mut value, clusters.scores.as_ref());
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
    json!({
        "params": map_params(&map.params),
        "eps": plane.eps,
        "min_samples": plane.min_samples,
        "cells": plane.cells.iter().map(|cell| json!({
            "eps": cell.eps,
            "min_samples": cell.min_samples,
            "n_clusters": cell.n_clusters,
            "n_noise": cell.n_noise,
            "score": cell.score,
        })).collect::<Vec<_>>(),
    })
}

/// The result of a search over `n_settings`, for `--json` and the job alike.
pub fn search(result: &SearchResult, n_settings: u64, elapsed: std::time::Duration) -> Value {
    let rows: Vec<_> = result
        .best
        .iter()
        .map(|row| {
            let mut value = json!({
                "perplexity": row.perplexity,
                "eps": row.cell.eps,
                "min_samples": row.cell.min_samples,
                "n_clusters": row.cell.n_clusters,
                "n_noise": row.cell.n_noise,
                "score": row.cell.score,
                "degenerate": row.degenerate,
            });
            evidence::add_scores(&mut value, Some(&row.scores));
            value
        })
        .collect();
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
    json!({
        "n_settings": n_settings,
        "rank_by": evidence::measure_name(result.rank_by),
        "results": rows,
        "without_result": result.without_result,
        "elapsed_ms": milliseconds(elapsed),
        "heat_map": {
            "perplexity": result.heat_map.perplexities,
            "eps": result.heat_map.eps,
            "score": heat_map,
        },
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
fn milliseconds(time: std::time::Duration) -> f64 {
    time.as_micros() as f64 / 1000.0
}
