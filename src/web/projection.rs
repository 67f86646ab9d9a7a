//! `GET /api/projection`: a map as one document, or as a stream of the map forming.

use std::sync::Arc;

use axum::Json;
use axum::extract::{self, State};
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};

use crate::memo::Heard;
use crate::output;
use crate::pipeline::Projection;

use super::App;
use super::error::ApiError;
use super::parameters;
use super::query::{Query, Words};
use super::routes::{Route, schema};
use super::setting::Setting;
use super::stream::{Teller, stream};

/// The routes that are answered here.
pub(super) fn routes() -> Vec<Route> {
    let about = "Coordinates of every image, in the order of the records; with Accept: \
                 text/event-stream frames of the map forming, then the result";
    vec![
        Route::get("/api/projection", projection, about)
            .takes(parameters::map())
            .gives::<output::Projection>()
            .gives_events(vec![
                ("frame", schema::<output::Frame>),
                ("result", schema::<output::Projection>),
                ("error", schema::<output::ErrorEnvelope>),
            ]),
    ]
}

/// The map that the query asks for.
pub(super) async fn projection(
    State(app): State<App>,
    extract::Query(query): Words,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let setting = Setting::of(&app.workbench, &Query::new(query)?).await?;
    let accept = headers
        .get(header::ACCEPT)
        .and_then(|value| value.to_str().ok());
    if !accept.is_some_and(|accept| accept.contains("text/event-stream")) {
        let map = setting.map(&app.workbench).await?;
        return Ok(Json(output::Projection::from(&*map)).into_response());
    }
    let told = stream(&app.clone(), move |teller| async move {
        let map = forming(&app, &setting, &teller).await?;
        let map = output::Projection::from(&*map);
        teller.tell("result", &map).await;
        Ok(())
    })?;
    Ok(told.into_response())
}

/// A map, once it is there; until then an event `frame` for each that is worth it.
pub(super) async fn forming(
    app: &App,
    setting: &Setting,
    teller: &Teller,
) -> Result<Arc<Projection>, ApiError> {
    let mut ticket = setting.ask(&app.workbench);
    loop {
        match ticket.hear().await.ok_or(ApiError::Internal)? {
            Heard::Frame(frame) => {
                let frame = output::Frame::from(&*frame);
                teller.tell("frame", &frame).await;
            }
            Heard::Done(map) => return Ok(map?),
        }
    }
}
