//! `GET /api/neighbours/{id}`: the images that the network finds most like one.

use axum::Json;
use axum::extract::{self, State};
use serde_json::{Value, json};

use crate::analysis::projection::Metric;
use crate::pipeline::GalleryError;
use crate::settings::N_NEAREST;

use super::App;
use super::error::ApiError;
use super::query::{Query, Segment, Words};
use super::setting::wait;

/// How far apart two images are in feature space.
const METRICS: [(&str, Metric); 2] = [("euclidean", Metric::Euclidean), ("cosine", Metric::Cosine)];

/// The images nearest to one in feature space, the nearest first.
pub(super) async fn neighbours(
    State(app): State<App>,
    Segment(id): Segment,
    extract::Query(query): Words,
) -> Result<Json<Value>, ApiError> {
    let query = Query::with(&[N_NEAREST.key], query)?;
    let metric = query.choice("metric", &METRICS, Metric::Euclidean)?;
    let n = query.value(&N_NEAREST)?.count();
    let study = app.study_of(&query).await?;
    let records = &study.cohort.records;
    let image = records.iter().position(|record| record.id == id);
    let image = image.ok_or_else(|| GalleryError::Unknown(id.clone()))?;
    let found = wait(app.workbench.details.neighbors(&study, image, n, metric)).await?;
    let neighbours = found.iter().map(|neighbour| {
        json!({
            "id": records[neighbour.index].id,
            "index": study.places[neighbour.index],
            "distance": neighbour.distance,
        })
    });
    let name = METRICS.iter().find(|(_, known)| *known == metric);
    Ok(Json(json!({
        "id": id,
        "metric": name.map(|(name, _)| name),
        "neighbours": neighbours.collect::<Vec<_>>(),
    })))
}
