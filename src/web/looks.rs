//! What was looked at, and what is to be asked: `GET /api/looks` and `POST /api/question`.

use axum::Json;
use axum::extract::State;
use axum::extract::rejection::JsonRejection;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Map, Value};

use crate::output::{DeclaredQuestion, Looks};
use crate::pipeline::{About, Workbench};

use super::error::ApiError;
use super::parameters::SettingBody;
use super::query::OF_QUESTIONS;
use super::routes::Route;
use super::setting::{Setting, query_of_body};
use super::{App, MAX_BODY_BYTES};

/// The routes that are answered here.
pub(super) fn routes() -> Vec<Route> {
    let of_looks = "All that was looked at and declared of this cohort, the first first: settings whose \
                    verdict rested on the screen, columns over a plane, and searches";
    let of_question = "Declares a question, with the time: what is declared before its column is looked \
                       at is confirmatory, all else exploratory. Declaring again adds to the list";
    vec![
        Route::get("/api/looks", looks, of_looks).gives::<Looks>(),
        Route::post::<QuestionRequest, _, _>("/api/question", declare, of_question)
            .gives::<DeclaredQuestion>()
            .with_status("201", "The question as it stands"),
    ]
}

/// A column, what is held fixed, and at which setting.
#[derive(Debug, Deserialize, JsonSchema)]
struct QuestionRequest {
    /// Whether it is asked of any setting, and not of this one.
    #[serde(default)]
    any: bool,
    #[serde(flatten)]
    #[schemars(with = "SettingBody")]
    setting: Map<String, Value>,
}

/// What was looked at and declared.
async fn looks(State(app): State<App>) -> Result<Json<Looks>, ApiError> {
    let study = app.study()?;
    let entries = move |bench: &Workbench| bench.verdicts.ledger.entries(&study);
    let entries = app.aside(entries).await?;
    Ok(Json(Looks::new(&entries)))
}

/// Declares a question.
async fn declare(
    State(app): State<App>,
    request: Result<Json<QuestionRequest>, JsonRejection>,
) -> Result<Response, ApiError> {
    let Json(request) = request.map_err(|rejection| ApiError::body(&rejection, MAX_BODY_BYTES))?;
    let query = query_of_body(&OF_QUESTIONS, request.setting)?;
    query.refuse_own()?;
    let setting = Setting::to_test(&app.workbench, &query).await?;
    let about = About {
        tried: (!request.any).then(|| setting.tried()),
        ..setting.about()
    };
    let (whole, of) = (app.study()?, about.clone());
    let declare = move |bench: &Workbench| bench.verdicts.ledger.declare(&whole, of);
    let answer = DeclaredQuestion::new(&about, &app.aside(declare).await?);
    Ok((StatusCode::CREATED, Json(answer)).into_response())
}
