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

use crate::analysis::clustering::ClusteringParams;
use crate::analysis::null::{CheckedNull, NullParams};
use crate::analysis::projection::ProjectionParams;
use crate::analysis::settings::Words as _;
use crate::analysis::surrogate::SurrogateKind;
use crate::pipeline::evidence::{Repeats, ReportParams};
use crate::pipeline::{Study, StudyError};
use crate::settings::SURROGATE;

use super::error::ApiError;
use super::jobs::{SearchRequest, search_params};
use super::query::{OF_QUESTIONS, Query};
use super::report;
use super::setting::{Setting, query_of_body};
use super::views::evidence as views;
use super::{App, MAX_BODY_BYTES};

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
    let query = request.search.query()?;
    query.refuse_own()?;
    let study = app.study_of(&query).await?;
    let null = checked_null(request, &study)?;
    let total = null.params().n_surrogates as u64 + 1;
    let bench = Arc::clone(&app.workbench);
    let id = app.jobs.start("null", total, move |progress| {
        let found = study.null(&null, progress);
        let found = Arc::new(found.map_err(|error| error.to_string())?);
        bench.keep_null(&study, &found);
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
    let setting = Setting::to_test(&app.workbench, &setting_query(request.setting)?).await?;
    if !setting.own.is_empty() {
        return Err(StudyError::DrawnByHand.into());
    }
    let Setting {
        study,
        map,
        clustering,
        ..
    } = setting;
    let repeats = checked_repeats(&request.repeats, (map, clustering), &study)?;
    let total = repeats.n_maps(map, clustering);
    let id = app.jobs.start("stability", total, move |progress| {
        let found = || {
            let map = study.project(&map, progress, &mut |_| {})?;
            let clusters = study.cluster(&map, (clustering, &[]), progress)?;
            study.stability(&map, &clusters, repeats, progress)
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
    let Setting {
        study,
        map,
        clustering,
        own,
        question,
    } = Setting::to_test(&app.workbench, &setting_query(request.setting)?).await?;
    if let Some(null) = &request.null {
        null.search.query()?.refuse_lists("null")?;
    }
    let null = match request.null {
        Some(null) => Some(checked_null(null, &study)?),
        // Nothing that is known of the cohort is left out because the page was opened anew.
        None => app
            .workbench
            .latest_null(&study)
            .and_then(|null| null.params.clone().check().ok()),
    };
    let repeats = request.stability.as_ref();
    let repeats = repeats.map(|repeats| checked_repeats(repeats, (map, clustering), &study));
    let params = ReportParams {
        map,
        clustering,
        own,
        question,
        null,
        repeats: repeats.transpose()?,
        looks: Some(app.workbench.looks()),
    };
    let (bench, reports) = (Arc::clone(&app.workbench), Arc::clone(&app.reports));
    let known = params.null.as_ref();
    let known = known.and_then(|null| bench.known_null(&study, null.params()));
    let total = params.n_maps(known.is_some());
    let id = app.jobs.start("report", total, move |progress| {
        let found = study.report(params, known, progress);
        let found = found.map_err(|error| error.to_string())?;
        if let Some(null) = found.null.found() {
            bench.keep_null(&study, null);
        }
        let page = report::render(&found, &study, &bench.gallery)?;
        Ok(json!({ "url": format!("/report/{}", reports.keep(page)) }))
    })?;
    Ok(accepted(&id))
}

fn accepted(id: &str) -> Response {
    (StatusCode::ACCEPTED, Json(json!({ "id": id }))).into_response()
}

fn body<T>(request: Body<T>) -> Result<T, ApiError> {
    let Json(request) = request.map_err(|rejection| ApiError::body(&rejection, MAX_BODY_BYTES))?;
    Ok(request)
}

fn setting_query(body: Map<String, Value>) -> Result<Query, ApiError> {
    query_of_body(&OF_QUESTIONS, body)
}

/// Cohorts times settings of a null, at most: the notebook's search on 9,801 cohorts.
const MOST_SEARCHED: u64 = 500_000_000;
/// Runs times images of the repeats, at most: each keeps a label.
const MOST_REPEATED: u64 = 20_000_000;

/// A null that can be computed for this study.
fn checked_null(request: NullRequest, study: &Study) -> Result<CheckedNull, ApiError> {
    let null = request
        .params(study.n_images())?
        .check()
        .map_err(StudyError::from)?;
    let (search, n_surrogates) = (&null.params().search, null.params().n_surrogates as u64);
    if search.n_settings().saturating_mul(n_surrogates) > MOST_SEARCHED {
        let message = format!(
            "{n_surrogates} surrogates of {} settings are too many: ask for fewer of either",
            search.n_settings()
        );
        return Err(ApiError::parameter("n_surrogates", message));
    }
    null.check_for(study.n_images()).map_err(StudyError::from)?;
    Ok(null)
}

/// Repeats that can be made of a map and its clusters.
fn checked_repeats(
    request: &RepeatsRequest,
    (map, clustering): (ProjectionParams, ClusteringParams),
    study: &Study,
) -> Result<Repeats, ApiError> {
    let repeats = request.repeats();
    let n_images = study.n_images();
    repeats
        .check(map, clustering, n_images)
        .map_err(StudyError::from)?;
    if (repeats.n_runs as u64).saturating_mul(n_images as u64) > MOST_REPEATED {
        let message = format!("n_runs is too large for {n_images} images: ask for fewer runs");
        return Err(ApiError::parameter("n_runs", message));
    }
    Ok(repeats)
}

impl NullRequest {
    fn params(self, n_images: usize) -> Result<NullParams, ApiError> {
        let asked = self.surrogates;
        let kind = match &asked.surrogate {
            Some(text) => SurrogateKind::of(SURROGATE.read(text)?),
            None => SurrogateKind::of(SURROGATE.default_value()),
        };
        Ok(NullParams {
            search: search_params(&self.search, n_images)?,
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
