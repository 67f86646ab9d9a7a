//! `GET /api/frames`: a map as it forms, to be played.

use axum::Json;
use axum::extract::{self, State};

use crate::output::Frames;

use super::App;
use super::error::ApiError;
use super::parameters;
use super::query::{Query, Words};
use super::routes::Route;
use super::setting::{Setting, wait};

/// The routes that are answered here.
pub(super) fn routes() -> Vec<Route> {
    let about = "A t-SNE map every 20 iterations, the last one included: base64 of little-endian \
                 32-bit floats, row by row; up to 20,000 images";
    vec![
        Route::get("/api/frames", frames, about)
            .takes(parameters::map())
            .gives::<Frames>(),
    ]
}

/// The map every 20 iterations, the last one included.
pub(super) async fn frames(
    State(app): State<App>,
    extract::Query(query): Words,
) -> Result<Json<Frames>, ApiError> {
    let query = Query::new(query)?;
    let Setting { study, map, .. } = Setting::of(&app.workbench, &query).await?;
    let frames = wait(app.workbench.details.frames(&study, map)).await?;
    let shape = [study.n_images(), map.n_components()];
    Ok(Json(Frames::new(&frames, shape)))
}
