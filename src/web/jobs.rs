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
use crate::analysis::scores::Measure;
use crate::analysis::search::SearchParams;
use crate::jobs::Snapshot;
use crate::pipeline::MapParams;

use super::error::ApiError;
use super::query::{LISTS, Query, Segment};
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

/// The body of `POST /api/search`; what is left out is the notebook's.
#[derive(Debug, Deserialize)]
pub(super) struct SearchRequest {
    perplexity: Option<Range>,
    eps: Option<Range>,
    min_samples: Option<Range>,
    min_clusters: Option<usize>,
    max_clusters: Option<usize>,
    rank_by: Option<String>,
    /// The projection's parameters.
    #[serde(flatten)]
    map: Map<String, Value>,
}

impl SearchRequest {
    /// The maps that are searched, and of which images.
    pub(super) fn query(&self) -> Result<Query, ApiError> {
        map_query(&[], self.map.clone())
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
    let search = search_params(request)?.check()?;
    let total = search.params().n_settings();
    let bench = Arc::clone(&app.workbench);
    let id = app.jobs.start("search", total, move |progress| {
        let started = Instant::now();
        let result = study
            .search(&search, progress)
            .map_err(|error| error.to_string())?;
        bench.count_search(total);
        Ok(views::search(&result, total, started.elapsed()))
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
pub(super) fn search_params(request: SearchRequest) -> Result<SearchParams, ApiError> {
    let notebook = SearchParams::notebook();
    let maps = request.query()?;
    let whole = |values: Vec<f64>| {
        let is_whole = |value: &f64| *value >= 1.0 && value.fract() == 0.0;
        match values.iter().all(is_whole) {
            true => Ok(values.into_iter().map(|value| value as usize).collect()),
            false => Err(ApiError::parameter(
                "min_samples",
                "min_samples must be whole numbers of at least 1",
            )),
        }
    };
    let (min, max) = (
        request.min_clusters.unwrap_or(*notebook.clusters.start()),
        request.max_clusters.unwrap_or(*notebook.clusters.end()),
    );
    let params = SearchParams {
        perplexities: values("perplexity", request.perplexity, notebook.perplexities)?,
        eps: values("eps", request.eps, notebook.eps)?,
        min_samples: match values("min_samples", request.min_samples, Vec::new())? {
            none if none.is_empty() => notebook.min_samples,
            given => whole(given)?,
        },
        clusters: min..=max,
        tsne: match maps.map(notebook.tsne.perplexity)? {
            MapParams::Tsne(tsne) => tsne,
            MapParams::Pca { .. } => {
                return Err(ApiError::parameter(
                    "method",
                    "a search lays out its maps by tsne",
                ));
            }
        },
        rank_by: rank_by(request.rank_by.as_deref())?,
    };
    Ok(params)
}

/// The measure of this name; the notebook's without one.
fn rank_by(name: Option<&str>) -> Result<Measure, ApiError> {
    let Some(name) = name else {
        return Ok(Measure::default());
    };
    let mut all = Measure::ALL.into_iter();
    all.find(|&measure| views::evidence::measure_name(measure) == name)
        .ok_or_else(|| {
            let names = Measure::ALL.map(views::evidence::measure_name).join(" or ");
            ApiError::parameter("rank_by", format!("rank_by must be {names}"))
        })
}

/// The range's values, bounded before they are laid out in memory.
fn values(name: &str, range: Option<Range>, default: Vec<f64>) -> Result<Vec<f64>, ApiError> {
    let Some(Range { start, stop, step }) = range else {
        return Ok(default);
    };
    let n = (stop - start) / step;
    if step > 0.0 && n > 0.0 && n <= 10_000.0 {
        Ok(analysis::arange(start, stop, step))
    } else {
        let message = format!("{name} must have start < stop, step > 0 and at most 10,000 values");
        Err(ApiError::parameter(name, message))
    }
}

/// The projection's parameters of a JSON body, and `more`, as if they had come in a query string.
/// A list is as good as its values given one by one.
pub(super) fn map_query(more: &[&str], body: Map<String, Value>) -> Result<Query, ApiError> {
    let text = |value: Value| match value {
        Value::String(text) => text,
        other => other.to_string(),
    };
    let pairs = body.into_iter().flat_map(|(name, value)| {
        let values = match value {
            Value::Array(values) if LISTS.contains(&name.as_str()) => values,
            value => vec![value],
        };
        let pair = move |value| (name.clone(), text(value));
        values.into_iter().map(pair).collect::<Vec<_>>()
    });
    Query::with(more, pairs.collect())
}
