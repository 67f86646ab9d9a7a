//! Questions that take their time and are therefore jobs: `POST /api/null`, `/api/stability` and
//! `/api/report`.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::extract::rejection::JsonRejection;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::analysis::dbscan::DbscanParams;
use crate::analysis::null::NullParams;
use crate::analysis::surrogate::SurrogateKind;
use crate::pipeline::evidence::{Question, Repeats, ReportParams};
use crate::pipeline::{MapParams, Study, StudyError};

use super::App;
use super::error::ApiError;
use super::jobs::{SearchRequest, map_query, search_params};
use super::query::Query;
use super::report;
use super::views::evidence as views;

type Body<T> = Result<Json<T>, JsonRejection>;

/// The body of `POST /api/null`: that of a search, and how many surrogates of which kind.
#[derive(Debug, Deserialize)]
pub(super) struct NullRequest {
    #[serde(flatten)]
    surrogates: SurrogatesRequest,
    #[serde(flatten)]
    search: SearchRequest,
}

#[derive(Debug, Deserialize)]
struct SurrogatesRequest {
    n_surrogates: Option<usize>,
    surrogate: Option<String>,
    stop_after: Option<usize>,
    seed: Option<u64>,
}

/// The body of `POST /api/stability`: a map, its clusters, and how often to repeat them.
#[derive(Debug, Deserialize)]
pub(super) struct StabilityRequest {
    #[serde(flatten)]
    repeats: RepeatsRequest,
    #[serde(flatten)]
    setting: Map<String, Value>,
}

#[derive(Debug, Deserialize)]
struct RepeatsRequest {
    n_runs: Option<usize>,
    fraction: Option<f64>,
    seed: Option<u64>,
}

/// The body of `POST /api/report`.
#[derive(Debug, Deserialize)]
pub(super) struct ReportRequest {
    null: Option<NullRequest>,
    stability: Option<RepeatsRequest>,
    #[serde(flatten)]
    setting: Map<String, Value>,
}

/// Starts a search on cohorts without clusters.
pub(super) async fn null(
    State(app): State<App>,
    request: Body<NullRequest>,
) -> Result<Response, ApiError> {
    let request = body(request)?;
    let study = app.study()?;
    let null = request.params()?.check().map_err(StudyError::from)?;
    let total = null.params().n_surrogates as u64 + 1;
    let bench = Arc::clone(&app.workbench);
    let id = app.jobs.start("null", total, move |progress| {
        let found = study.null(&null, progress);
        let found = Arc::new(found.map_err(|error| error.to_string())?);
        bench.keep_null(&found);
        Ok(views::null(&found))
    })?;
    Ok(accepted(&id))
}

/// Starts repeating a map and its clusters.
pub(super) async fn stability(
    State(app): State<App>,
    request: Body<StabilityRequest>,
) -> Result<Response, ApiError> {
    let request = body(request)?;
    let study = app.study()?;
    let (map, dbscan, question) = setting(request.setting, &study)?;
    let repeats = request.repeats.repeats();
    repeats
        .check(map, dbscan, study.n_images())
        .map_err(StudyError::from)?;
    let total = repeats.n_maps(map, dbscan);
    let id = app.jobs.start("stability", total, move |progress| {
        let found = || {
            let map = study.project(&map, progress, &mut |_| {})?;
            let clusters = study.cluster(&map, dbscan, &question.column, progress)?;
            study.stability(&map, &clusters, dbscan, repeats, progress)
        };
        let found = found().map_err(|error: StudyError| error.to_string())?;
        Ok(views::stability(&found))
    })?;
    Ok(accepted(&id))
}

/// Starts a report; its result says where it can be read.
pub(super) async fn report(
    State(app): State<App>,
    request: Body<ReportRequest>,
) -> Result<Response, ApiError> {
    let request = body(request)?;
    let study = app.study()?;
    let (map, dbscan, question) = setting(request.setting, &study)?;
    let null = request.null.map(|null| null.params()).transpose()?;
    let params = ReportParams {
        map,
        dbscan,
        question,
        null: null
            .map(|null| null.check().map_err(StudyError::from))
            .transpose()?,
        repeats: request.stability.map(|repeats| repeats.repeats()),
        looks: app.workbench.looks(),
    };
    let (bench, reports) = (Arc::clone(&app.workbench), Arc::clone(&app.reports));
    let known = params.null.as_ref();
    let known = known.and_then(|null| bench.known_null(null.params()));
    let id = app.jobs.start("report", params.total(), move |progress| {
        let found = study
            .report(params, known, progress)
            .map_err(|error| error.to_string())?;
        let page = report::render(&found, &study, &bench.gallery)?;
        Ok(json!({ "url": format!("/report/{}", reports.keep(page)) }))
    })?;
    Ok(accepted(&id))
}

fn accepted(id: &str) -> Response {
    (StatusCode::ACCEPTED, Json(json!({ "id": id }))).into_response()
}

fn body<T>(request: Body<T>) -> Result<T, ApiError> {
    let Json(request) = request.map_err(|rejection| ApiError::Body(rejection.body_text()))?;
    Ok(request)
}

/// A map, its clusters and what is asked of them, as if they had come in a query string.
fn setting(
    body: Map<String, Value>,
    study: &Study,
) -> Result<(MapParams, DbscanParams, Question), ApiError> {
    let query: Query = map_query(&["within", "noise"], body)?;
    let map = query.map(study.default_perplexity())?;
    let question = query.question(study)?;
    study.check(&question).map_err(StudyError::from)?;
    Ok((map, query.clusters()?, question))
}

impl NullRequest {
    fn params(self) -> Result<NullParams, ApiError> {
        let asked = self.surrogates;
        let kind = match asked.surrogate.as_deref() {
            None | Some("gaussian") => SurrogateKind::Gaussian,
            Some("permuted") => SurrogateKind::Permuted,
            Some(_) => {
                let message = "surrogate must be gaussian or permuted";
                return Err(ApiError::parameter("surrogate", message));
            }
        };
        Ok(NullParams {
            search: search_params(self.search)?,
            n_surrogates: asked.n_surrogates.unwrap_or(99),
            kind,
            stop_after: asked.stop_after,
            seed: asked.seed.unwrap_or(42),
        })
    }
}

impl RepeatsRequest {
    fn repeats(&self) -> Repeats {
        let default = Repeats::default();
        Repeats {
            n_runs: self.n_runs.unwrap_or(default.n_runs),
            fraction: self.fraction.unwrap_or(default.fraction),
            random_state: self.seed.unwrap_or(default.random_state),
        }
    }
}
