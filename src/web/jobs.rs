//! `POST /api/search` and the jobs that it starts.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::Json;
use axum::extract::State;
use axum::extract::rejection::JsonRejection;
use axum::http::StatusCode;
use axum::response::sse::{Event, Sse};
use axum::response::{IntoResponse, Response};
use futures_util::{Stream, StreamExt, stream};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::analysis;
use crate::analysis::measures::Measure;
use crate::analysis::search::SearchParams;
use crate::jobs::Snapshot;
use crate::settings::{METHOD, RANK_BY};

use super::error::ApiError;
use super::query::{Query, Segment};
use super::setting::query_of_body;
use super::views;
use super::{App, MAX_BODY_BYTES};

/// Time between two events of a job.
const TICK: Duration = Duration::from_millis(100);

/// `numpy.arange`'s arguments.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Range {
    start: f64,
    stop: f64,
    step: f64,
}

/// The body of `POST /api/search`: ranges of what the search goes along, and parameters of the maps
/// and clusters. What is left out is the notebook's.
#[derive(Debug, Deserialize)]
pub(super) struct SearchRequest {
    min_clusters: Option<usize>,
    max_clusters: Option<usize>,
    rank_by: Option<String>,
    /// Ranges, which are objects, and parameters.
    #[serde(flatten)]
    others: Map<String, Value>,
}

impl SearchRequest {
    /// The maps that are searched, and of which images.
    pub(super) fn query(&self) -> Result<Query, ApiError> {
        let others = self.others.iter();
        let said = others.filter(|(_, value)| !value.is_object() && !value.is_null());
        query_of_body(&[], said.map(|(k, v)| (k.clone(), v.clone())).collect())
    }

    /// The ranges by name.
    fn ranges(&self) -> Result<Vec<(&str, Vec<f64>)>, ApiError> {
        let ranges = self.others.iter().filter(|(_, value)| value.is_object());
        let range = |(name, value): (&'_ String, &Value)| {
            let range = Range::deserialize(value)
                .map_err(|error| ApiError::parameter(name.as_str(), format!("{name}: {error}.")))?;
            range.values(name)
        };
        ranges
            .map(|(name, value)| Ok((name.as_str(), range((name, value))?)))
            .collect()
    }
}

/// Starts a search.
pub(super) async fn search(
    State(app): State<App>,
    request: Result<Json<SearchRequest>, JsonRejection>,
) -> Result<Response, ApiError> {
    let Json(request) = request.map_err(|rejection| ApiError::body(&rejection, MAX_BODY_BYTES))?;
    let query = request.query()?;
    query.refuse_own()?;
    let study = app.study_of(&query).await?;
    let search = search_params(&request, study.n_images())?.check()?;
    let total = search.params().n_settings();
    let bench = Arc::clone(&app.workbench);
    let id = app.jobs.start("search", total, move |progress| {
        let started = Instant::now();
        let result = study
            .search(&search, progress)
            .map_err(|error| error.to_string())?;
        bench.count_search(total);
        Ok(views::search(search.params(), &result, started.elapsed()))
    })?;
    Ok((StatusCode::ACCEPTED, Json(json!({ "id": id }))).into_response())
}

/// Where a job stands.
pub(super) async fn job(
    State(app): State<App>,
    Segment(id): Segment,
) -> Result<Json<Value>, ApiError> {
    found(&id, app.jobs.get(&id))
}

/// Takes a job back.
pub(super) async fn cancel(
    State(app): State<App>,
    Segment(id): Segment,
) -> Result<Json<Value>, ApiError> {
    found(&id, app.jobs.cancel(&id))
}

/// The job as it goes on, until it ends.
pub(super) async fn events(
    State(app): State<App>,
    Segment(id): Segment,
) -> Result<Sse<impl Stream<Item = Result<Event, Infallible>>>, ApiError> {
    found(&id, app.jobs.get(&id)).map(drop)?;
    let closing = app.closing.clone();
    let events = stream::unfold(Some((app, id, false)), |state| async {
        let (app, id, waited) = state?;
        if waited {
            tokio::time::sleep(TICK).await;
        }
        let snapshot = app.jobs.get(&id)?;
        let event = Event::default().data(views::job(&id, &snapshot).to_string());
        Some((
            Ok(event),
            (!snapshot.state.is_final()).then_some((app, id, true)),
        ))
    });
    Ok(Sse::new(events.take_until(closing.cancelled_owned())))
}

fn found(id: &str, snapshot: Option<Snapshot<Value>>) -> Result<Json<Value>, ApiError> {
    let snapshot =
        snapshot.ok_or_else(|| ApiError::NotFound("there is no job with this id".to_owned()))?;
    Ok(Json(views::job(id, &snapshot)))
}

/// The search that is asked for; its ranges are not checked yet.
pub(super) fn search_params(
    request: &SearchRequest,
    n_images: usize,
) -> Result<SearchParams, ApiError> {
    let (projection, clustering) = request.query()?.setting(n_images)?;
    let method = projection.method();
    if method.axis.is_none() {
        let message = format!(
            "a search goes from map to map, and {} has one alone: choose another method.",
            method.label
        );
        return Err(ApiError::parameter(METHOD, message));
    }
    let mut params = SearchParams::of(projection, clustering);
    for (name, values) in request.ranges()? {
        if !params.set_values(name, values) {
            let message = format!(
                "a search of these methods does not go along {name}: {}.",
                params.axes_in_words()
            );
            return Err(ApiError::parameter(name, message));
        }
    }
    let (min, max) = (
        request.min_clusters.unwrap_or(*params.clusters.start()),
        request.max_clusters.unwrap_or(*params.clusters.end()),
    );
    params.clusters = min..=max;
    if let Some(name) = &request.rank_by {
        RANK_BY.read(name)?;
        params.rank_by = Measure::of_key(name).unwrap_or_default();
    }
    Ok(params)
}

impl Range {
    /// The range's values, bounded before they are laid out in memory.
    fn values(&self, name: &str) -> Result<Vec<f64>, ApiError> {
        let Self { start, stop, step } = *self;
        let n = (stop - start) / step;
        if step > 0.0 && n > 0.0 && n <= 10_000.0 {
            Ok(analysis::arange(start, stop, step))
        } else {
            let message =
                format!("{name} must have start < stop, step > 0 and at most 10,000 values");
            Err(ApiError::parameter(name, message))
        }
    }
}
