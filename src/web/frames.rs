//! `GET /api/frames`: a map as it forms, to be played.

use axum::Json;
use axum::extract::{self, State};
use serde_json::{Value, json};

use super::App;
use super::error::ApiError;
use super::query::{Query, Words};
use super::setting::{Setting, wait};
use super::views;

/// The map every 20 iterations, the last one included.
pub(super) async fn frames(
    State(app): State<App>,
    extract::Query(query): Words,
) -> Result<Json<Value>, ApiError> {
    let query = Query::new(query)?;
    let Setting { study, map, .. } = Setting::of(&app.workbench, &query).await?;
    let frames = wait(app.workbench.details.frames(&study, map)).await?;
    let coordinates = frames.iter().map(|frame| views::packed(&frame.coordinates));
    Ok(Json(json!({
        "n_iter": frames.iter().map(|frame| frame.n_iter).collect::<Vec<_>>(),
        "shape": [study.n_images(), map.n_components()],
        "coordinates": coordinates.collect::<Vec<_>>(),
    })))
}
