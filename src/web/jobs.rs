//! `POST /api/search` and the jobs that it starts.

use std::borrow::Cow;
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::Json;
use axum::extract::State;
use axum::extract::rejection::JsonRejection;
use axum::http::StatusCode;
use axum::response::sse::{Event, Sse};
use axum::response::{IntoResponse, Response};
use futures_util::{Stream, StreamExt, stream};
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::analysis;
use crate::analysis::measures::Measure;
use crate::analysis::search::SearchParams;
use crate::jobs::Snapshot;
use crate::output::keyed::of_value;
use crate::output::{Job, JobResult, JobStarted, Search};
use crate::pipeline::{Look, Study};
use crate::settings::{self, METHOD, RANK_BY};

use super::error::ApiError;
use super::parameters;
use super::query::{Query, Segment};
use super::routes::{Route, schema};
use super::setting::query_of_body;
use super::stream::place as stream_place;
use super::{App, MAX_BODY_BYTES};

/// The routes that are answered here.
pub(super) fn routes() -> Vec<Route> {
    let of_search = "Starts the parameter search; what is left out is the notebook's";
    let of_job = "Where a job stands; its result once it is done. total counts the settings of a \
                  search, the cohorts of a null, the maps of a stability or a report; done is less \
                  until the end";
    vec![
        Route::post::<SearchRequest, _, _>("/api/search", search, of_search).starts_job(),
        Route::get("/api/jobs/{id}", job, of_job)
            .takes([parameters::id()])
            .gives::<Job<'_>>(),
        Route::delete("/api/jobs/{id}", cancel, "Cancels a job")
            .takes([parameters::id()])
            .gives::<Job<'_>>(),
        Route::get(
            "/api/jobs/{id}/events",
            events,
            "The job ten times a second until it ends",
        )
        .takes([parameters::id()])
        .gives_events(vec![("message", schema::<Job<'_>>)]),
    ]
}

/// Time between two events of a job.
const TICK: Duration = Duration::from_millis(100);

/// `numpy.arange`'s arguments: stop is left out.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Range {
    start: f64,
    stop: f64,
    #[schemars(extend("exclusiveMinimum" = 0))]
    step: f64,
}

/// Ranges of what the search goes along, and parameters of the maps and clusters. What is left out
/// is the notebook's.
#[derive(Debug, Deserialize, JsonSchema)]
pub(super) struct SearchRequest {
    #[schemars(range(min = 1))]
    min_clusters: Option<usize>,
    #[schemars(range(min = 1))]
    max_clusters: Option<usize>,
    #[schemars(schema_with = "parameters::rank_by")]
    rank_by: Option<String>,
    /// Ranges, which are objects, and parameters.
    #[serde(flatten)]
    #[schemars(with = "SearchBody")]
    others: Map<String, Value>,
}

/// The parameters of a search in a body: what it goes along may be a range.
struct SearchBody;

impl JsonSchema for SearchBody {
    fn schema_name() -> Cow<'static, str> {
        "SearchBody".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let mut properties = parameters::values();
        let range = generator.subschema_for::<Range>().to_value();
        for axis in settings::axes() {
            let one = properties.remove(axis);
            let either = one.into_iter().chain([range.clone()]).collect::<Vec<_>>();
            properties.insert(axis.to_owned(), json!({ "anyOf": either }));
        }
        of_value(json!({ "type": "object", "properties": properties }))
    }
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
    let search = search_params(&request, &study)?.check()?;
    let total = search.params().n_settings();
    let whole = app.study()?;
    let bench = Arc::clone(&app.workbench);
    let id = app.jobs.start("search", total, move |progress| {
        let started = Instant::now();
        let result = study
            .search(&search, progress)
            .map_err(|error| error.to_string())?;
        bench.count_search(total);
        let look = Look::search(&study, search.params());
        bench.verdicts.ledger.look(&whole, look);
        let found = Search::new(search.params(), &result, started.elapsed());
        Ok(JobResult::Search(found))
    })?;
    Ok(accepted(id))
}

/// Where a job stands.
pub(super) async fn job(
    State(app): State<App>,
    Segment(id): Segment,
) -> Result<Response, ApiError> {
    found(&id, app.jobs.get(&id))
}

/// Takes a job back.
pub(super) async fn cancel(
    State(app): State<App>,
    Segment(id): Segment,
) -> Result<Response, ApiError> {
    found(&id, app.jobs.cancel(&id))
}

/// The job as it goes on, until it ends.
pub(super) async fn events(
    State(app): State<App>,
    Segment(id): Segment,
) -> Result<Sse<impl Stream<Item = Result<Event, axum::Error>>>, ApiError> {
    found(&id, app.jobs.get(&id)).map(drop)?;
    let (place, closing) = (stream_place(&app)?, app.closing.clone());
    let events = stream::unfold(Some((app, id, place, false)), |state| async {
        let (app, id, place, waited) = state?;
        if waited {
            tokio::time::sleep(TICK).await;
        }
        let snapshot = app.jobs.get(&id)?;
        let event = Event::default().json_data(Job::new(&id, &snapshot));
        Some((
            event,
            (!snapshot.state.is_final()).then_some((app, id, place, true)),
        ))
    });
    Ok(Sse::new(events.take_until(closing.cancelled_owned())))
}

fn found(id: &str, snapshot: Option<Snapshot<JobResult>>) -> Result<Response, ApiError> {
    let snapshot =
        snapshot.ok_or_else(|| ApiError::NotFound("there is no job with this id".to_owned()))?;
    Ok(Json(Job::new(id, &snapshot)).into_response())
}

/// The answer to whoever started a job.
pub(super) fn accepted(id: String) -> Response {
    (StatusCode::ACCEPTED, Json(JobStarted { id })).into_response()
}

/// The search that is asked for; its ranges are not checked yet.
pub(super) fn search_params(
    request: &SearchRequest,
    study: &Study,
) -> Result<SearchParams, ApiError> {
    study.refuse_given()?;
    let (projection, clustering) = request.query()?.setting(study)?;
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
