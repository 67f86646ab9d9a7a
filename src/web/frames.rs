//! `GET /api/frames`: a map as it forms, to be played.

use axum::Json;
use axum::extract::{self, State};
use serde_json::{Value, json};

use super::App;
use super::error::ApiError;
use super::projection::wait;
use super::query::{Query, Words};
use super::views;

/// The map every 20 iterations, the last one included.
pub(super) async fn frames(
    State(app): State<App>,
    extract::Query(query): Words,
) -> Result<Json<Value>, ApiError> {
    let query = Query::new(query)?;
    let study = app.study_of(&query).await?;
    let (params, _) = query.setting(study.n_images())?;
    let frames = wait(app.workbench.frames(&study, params)).await?;
    let coordinates = frames.iter().map(|frame| views::packed(&frame.coordinates));
    Ok(Json(json!({
        "n_iter": frames.iter().map(|frame| frame.n_iter).collect::<Vec<_>>(),
        "shape": [study.n_images(), params.n_components()],
        "coordinates": coordinates.collect::<Vec<_>>(),
    })))
}
