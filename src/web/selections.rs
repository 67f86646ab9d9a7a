//! `POST /api/selections`: images that were picked by hand, to be clusters of their own.

use axum::Json;
use axum::extract::rejection::JsonRejection;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use schemars::JsonSchema;
use serde::Deserialize;

use crate::output::SelectionKept;

use super::App;
use super::error::ApiError;
use super::routes::Route;

/// The routes that are answered here.
pub(super) fn routes() -> Vec<Route> {
    let about = "Remembers images that were picked by hand; the answer's id is what own takes";
    vec![
        Route::post::<SelectionRequest, _, _>("/api/selections", register, about)
            .map(|handler| handler.layer(DefaultBodyLimit::max(MAX_BODY_BYTES)))
            .gives::<SelectionKept>()
            .with_status("201", "The selection's id and how many images it has"),
    ]
}

/// Largest body: half a million ids.
const MAX_BODY_BYTES: usize = 8 * 1024 * 1024;
/// Letters of a name, at most.
const LONGEST_NAME: usize = 200;

/// Images that were picked by hand.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct SelectionRequest {
    #[schemars(length(min = 1))]
    ids: Vec<String>,
    #[schemars(length(max = LONGEST_NAME))]
    name: Option<String>,
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
    let kept = SelectionKept::from(&*selection);
    Ok((StatusCode::CREATED, Json(kept)).into_response())
}
