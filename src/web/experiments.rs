//! Questions that take their time and are therefore jobs: `POST /api/null`, `/api/stability` and
//! `/api/report`.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::extract::rejection::JsonRejection;
use axum::response::Response;
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Map, Value};

use crate::analysis::clustering::ClusteringParams;
use crate::analysis::null::{CheckedNull, NullParams};
use crate::analysis::projection::ProjectionParams;
use crate::analysis::settings::Words as _;
use crate::analysis::surrogate::SurrogateKind;
use crate::output::{self, JobResult, ReportAddress};
use crate::pipeline::evidence::{Repeats, ReportParams};
use crate::pipeline::{Study, StudyError};
use crate::settings::SURROGATE;

use super::error::ApiError;
use super::jobs::{SearchRequest, accepted, search_params};
use super::parameters::{self, SettingBody};
use super::query::{OF_QUESTIONS, Query};
use super::routes::Route;
use super::setting::{Setting, query_of_body};
use super::{App, MAX_BODY_BYTES};

/// The routes that are answered here.
pub(super) fn routes() -> Vec<Route> {
    let of_null = "Starts the search again on cohorts without clusters; the result says how often they \
                   do as well";
    let of_stability = "Starts repeating map and clusters with other seeds and without some patients; \
                        takes the clusters' parameters too";
    let of_report = "Starts a report on one setting; its result's url is the page to read";
    vec![
        Route::post::<NullRequest, _, _>("/api/null", null, of_null).starts_job(),
        Route::post::<StabilityRequest, _, _>("/api/stability", stability, of_stability)
            .starts_job(),
        Route::post::<ReportRequest, _, _>("/api/report", report, of_report).starts_job(),
    ]
}

type Body<T> = Result<Json<T>, JsonRejection>;

/// A search, and how many surrogates of which kind.
#[derive(Debug, Deserialize, JsonSchema)]
pub(super) struct NullRequest {
    #[serde(flatten)]
    surrogates: SurrogatesRequest,
    #[serde(flatten)]
    search: SearchRequest,
}

#[derive(Debug, Deserialize, JsonSchema)]
struct SurrogatesRequest {
    #[schemars(range(min = 1, max = 9999), extend("default" = 99))]
    n_surrogates: Option<usize>,
    #[schemars(schema_with = "parameters::surrogate")]
    surrogate: Option<String>,
    /// As many surrogates as good as the cohort settle the question early.
    #[schemars(range(min = 1))]
    stop_after: Option<usize>,
    #[schemars(extend("default" = 42))]
    seed: Option<u64>,
}

/// A map, its clusters, and how often to repeat them.
#[derive(Debug, Deserialize, JsonSchema)]
pub(super) struct StabilityRequest {
    #[serde(flatten)]
    repeats: RepeatsRequest,
    #[serde(flatten)]
    #[schemars(with = "SettingBody")]
    setting: Map<String, Value>,
}

/// How often to repeat a map and its clusters.
#[derive(Debug, Deserialize, JsonSchema)]
struct RepeatsRequest {
    /// Of each kind.
    #[schemars(range(min = 1, max = 1000), extend("default" = 20))]
    n_runs: Option<usize>,
    /// The share of the patients that each run without some keeps.
    #[schemars(extend("exclusiveMinimum" = 0, "exclusiveMaximum" = 1, "default" = 0.8))]
    fraction: Option<f64>,
    #[schemars(extend("default" = 42))]
    seed: Option<u64>,
}

/// A map, its clusters, what is asked of them, and what else is to be in the report.
#[derive(Debug, Deserialize, JsonSchema)]
pub(super) struct ReportRequest {
    /// When null, the last one that was computed, if any.
    null: Option<NullRequest>,
    /// When null, left out.
    stability: Option<RepeatsRequest>,
    #[serde(flatten)]
    #[schemars(with = "SettingBody")]
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
        let searched = bench.verdicts.searched(&study, Some(&null));
        let found = study.null(&null, &searched, progress);
        let found = Arc::new(found.map_err(|error| error.to_string())?);
        bench.keep_null(&study, &found);
        Ok(JobResult::Null((&*found).into()))
    })?;
    Ok(accepted(id))
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
        Ok(JobResult::Stability((&found).into()))
    })?;
    Ok(accepted(id))
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
        null_in_part: None,
        repeats: repeats.transpose()?,
        looks: Some(app.workbench.looks()),
    };
    let whole = app.study()?;
    let (bench, reports) = (Arc::clone(&app.workbench), Arc::clone(&app.reports));
    let known = params.null.as_ref();
    let known = known.and_then(|null| bench.known_null(&study, null.params()));
    let total = params.n_maps(known.is_some());
    let id = app.jobs.start("report", total, move |progress| {
        let searched = bench.verdicts.searched(&study, params.null.as_ref());
        let found = study.report(params, (known, &searched), progress);
        let mut found = found.map_err(|error| error.to_string())?;
        bench.verdicts.retell((&whole, &study), &mut found);
        if let Some(null) = found.null.found() {
            bench.keep_null(&study, null);
        }
        let page = output::report::render(&found, &study, &bench.gallery)?;
        let url = format!("/report/{}", reports.keep(page));
        Ok(JobResult::Report(ReportAddress { url }))
    })?;
    Ok(accepted(id))
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
    let null = request.params(study)?.check().map_err(StudyError::from)?;
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
    study.refuse_given()?;
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
    fn params(self, study: &Study) -> Result<NullParams, ApiError> {
        let asked = self.surrogates;
        let kind = match &asked.surrogate {
            Some(text) => <Option<SurrogateKind>>::of(SURROGATE.read(text)?),
            None => None,
        };
        let search = search_params(&self.search, study)?;
        let default = NullParams::of(search, asked.n_surrogates.unwrap_or(99));
        Ok(NullParams {
            kind,
            stop_after: asked.stop_after,
            seed: asked.seed.unwrap_or(default.seed),
            ..default
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
