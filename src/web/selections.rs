//! `POST /api/selections`: images that were picked by hand, to be clusters of their own.

use axum::Json;
use axum::extract::rejection::JsonRejection;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodRouter, post};
use serde::Deserialize;
use serde_json::json;

use super::App;
use super::error::ApiError;

/// Largest body: half a million ids.
const MAX_BODY_BYTES: usize = 8 * 1024 * 1024;
/// Letters of a name, at most.
const LONGEST_NAME: usize = 200;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct SelectionRequest {
    ids: Vec<String>,
    name: Option<String>,
}

/// The route, which takes the ids of a whole cohort.
pub(super) fn route() -> MethodRouter<App> {
    post(register).layer(DefaultBodyLimit::max(MAX_BODY_BYTES))
}

/// Remembers a selection; its id is what `own` takes.
async fn register(
    State(app): State<App>,
    request: Result<Json<SelectionRequest>, JsonRejection>,
) -> Result<Response, ApiError> {
    let Json(request) = request.map_err(|rejection| ApiError::body(&rejection, MAX_BODY_BYTES))?;
    let study = app.study()?;
    if request.ids.is_empty() {
        let message = "ids names no image: give the id of one at least";
        return Err(ApiError::parameter("ids", message));
    }
    let name = request.name.filter(|name| !name.trim().is_empty());
    if name
        .as_ref()
        .is_some_and(|name| name.chars().count() > LONGEST_NAME)
    {
        let message = format!("name is too long: give {LONGEST_NAME} letters at most");
        return Err(ApiError::parameter("name", message));
    }
    let kept = app
        .workbench
        .selections
        .keep(request.ids, name, &study.cohort);
    let selection = kept.map_err(|id| {
        let message =
            format!("ids names no image, \"{id}\": choose of those that /api/cohort lists");
        ApiError::parameter("ids", message)
    })?;
    let answer = json!({ "id": selection.id, "n_images": selection.places.len() });
    Ok((StatusCode::CREATED, Json(answer)).into_response())
}
