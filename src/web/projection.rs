//! `GET /api/projection`: a map as one document, or as a stream of the map forming.

use std::convert::Infallible;
use std::hash::Hash;
use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, header};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use futures_util::StreamExt;
use futures_util::stream;
use serde_json::Value;

use crate::analysis::clustering::ClusteringParams;
use crate::memo::Heard;
use crate::pipeline::{MapTicket, Projection, Study, StudyTicket};

use super::App;
use super::error::ApiError;
use super::query::{Query, Words};
use super::views;

/// The map that the query asks for.
pub(super) async fn projection(
    State(app): State<App>,
    axum::extract::Query(query): Words,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let Asked { ticket, .. } = ask(&app, &Query::new(query)?).await?;
    let accept = headers
        .get(header::ACCEPT)
        .and_then(|value| value.to_str().ok());
    if accept.is_some_and(|accept| accept.contains("text/event-stream")) {
        return Ok(forming(ticket, app).into_response());
    }
    let map = answer(ticket).await?;
    Ok(Json(views::projection(&map)).into_response())
}

/// The map of a query, once it is there, with the study that it belongs to and how it is to be
/// clustered.
pub(super) struct Asked {
    pub(super) ticket: MapTicket,
    pub(super) study: Arc<Study>,
    pub(super) clustering: ClusteringParams,
}

/// Asks for the map of a query.
pub(super) async fn ask(app: &App, query: &Query) -> Result<Asked, ApiError> {
    let study = app.study_of(query).await?;
    let (map, clustering) = query.setting(study.n_images())?;
    Ok(Asked {
        ticket: app.workbench.map(&study, map),
        study,
        clustering,
    })
}

/// Waits for a map; leaving the request takes the question back.
pub(super) async fn answer(ticket: MapTicket) -> Result<Arc<Projection>, ApiError> {
    Ok(ticket.answer().await.ok_or(ApiError::Internal)??)
}

/// Waits for an answer; leaving the request takes the question back.
pub(super) async fn wait<K: Hash + Eq, V: Send + Sync + 'static>(
    ticket: StudyTicket<K, V>,
) -> Result<Arc<V>, ApiError> {
    Ok(ticket.answer().await.ok_or(ApiError::Internal)??)
}

/// Events `frame`, then one `result` or `error`.
fn forming(ticket: MapTicket, app: App) -> impl IntoResponse {
    let events = stream::unfold(Some(ticket), |ticket| async {
        let mut ticket = ticket?;
        Some(match ticket.hear().await {
            Some(Heard::Frame(frame)) => {
                let frame = views::frame(&frame);
                (event("frame", &frame), Some(ticket))
            }
            Some(Heard::Done(Ok(map))) => (event("result", &views::projection(&map)), None),
            Some(Heard::Done(Err(error))) => {
                (event("error", &ApiError::from(error).envelope()), None)
            }
            None => (event("error", &ApiError::Internal.envelope()), None),
        })
    });
    let events = events.take_until(app.closing.cancelled_owned());
    Sse::new(events).keep_alive(KeepAlive::default())
}

fn event(name: &str, data: &Value) -> Result<Event, Infallible> {
    Ok(Event::default().event(name).data(data.to_string()))
}
