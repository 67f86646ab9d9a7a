//! What a person made of the cohort: `GET /api/project`, its items, and its way in and out as JSON.

use axum::Json;
use axum::extract::rejection::JsonRejection;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::output::project::{
    self, Body, Imported, ItemKept, KindOfItem, NotKept, ProjectDocument, ProjectState,
};
use crate::pipeline::{Project, Study};

use super::App;
use super::error::ApiError;
use super::parameters;
use super::query::{Query, Segments, Words};
use super::routes::Route;

/// The routes that are answered here.
pub(super) fn routes() -> Vec<Route> {
    let of_state = "What was made of this cohort and is kept with it: selections, groups by hand, notes \
                    and views; with since only what was changed after that revision, deletions too";
    let of_put = "Keeps what was made, in the place of what had its name; of several writers the last \
                  one counts, and is told what it overwrote";
    let of_export = "All of the project as one document, looks and declared questions too: images are \
                     named by id and bytes, and no file by its name";
    let of_import = "Joins an exported project with this one; of two items with one name the one that \
                     was changed last counts";
    let kind = || {
        let schema = json!({ "enum": KindOfItem::words() });
        json!({ "name": "kind", "in": "path", "required": true, "schema": schema })
    };
    let path = "/api/project/{kind}/{id}";
    vec![
        Route::get("/api/project", state, of_state)
            .takes([revision("since", "The revision that is known")])
            .gives::<ProjectState>(),
        Route::put::<PutRequest, _, _>(path, put, of_put)
            .map(|handler| handler.layer(DefaultBodyLimit::max(MAX_BODY_BYTES)))
            .takes([kind(), parameters::id()])
            .gives::<ItemKept>(),
        Route::delete(path, remove, "Takes back what was made")
            .takes([
                kind(),
                parameters::id(),
                revision("revision", "The revision that was seen"),
            ])
            .gives::<ItemKept>(),
        Route::get("/api/project/export", export, of_export).gives::<ProjectDocument>(),
        Route::post::<Value, _, _>("/api/project/import", import, of_import)
            .map(|handler| handler.layer(DefaultBodyLimit::max(MAX_IMPORT_BYTES)))
            .gives::<Imported>(),
    ]
}

/// Largest body of an item: half a million ids.
const MAX_BODY_BYTES: usize = 8 * 1024 * 1024;
/// Largest document.
const MAX_IMPORT_BYTES: usize = 64 * 1024 * 1024;

/// Something to be kept.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct PutRequest {
    /// The revision that was seen of it; none of what is new.
    revision: Option<u64>,
    /// What it says.
    body: Body<String>,
}

fn revision(name: &str, description: &str) -> Value {
    let schema = json!({ "type": "integer", "minimum": 0 });
    json!({ "name": name, "in": "query", "description": description, "schema": schema })
}

/// What was made.
async fn state(
    State(app): State<App>,
    axum::extract::Query(query): Words,
) -> Result<Json<ProjectState>, ApiError> {
    let since = seen(Query::with(&["since"], query)?, "since")?;
    let work = move |kept: &Project, study: &Study| project::state(study, kept, since.unwrap_or(0));
    aside(app, work).await.map(Json)
}

/// Keeps something.
async fn put(
    State(app): State<App>,
    Segments((kind, id)): Segments,
    request: Result<Json<PutRequest>, JsonRejection>,
) -> Result<Json<ItemKept>, ApiError> {
    let Json(request) = request.map_err(|rejection| ApiError::body(&rejection, MAX_BODY_BYTES))?;
    let PutRequest { revision, body } = request;
    let work = move |kept: &Project, study: &Study| {
        project::put((study, kept), (&kind, &id), body, revision)
    };
    aside(app, work).await.map(Json)
}

/// Takes something back.
async fn remove(
    State(app): State<App>,
    Segments((kind, id)): Segments,
    axum::extract::Query(query): Words,
) -> Result<Json<ItemKept>, ApiError> {
    let seen = seen(Query::with(&["revision"], query)?, "revision")?;
    let work =
        move |kept: &Project, study: &Study| project::remove((study, kept), (&kind, &id), seen);
    aside(app, work).await.map(Json)
}

/// The project as a file.
async fn export(State(app): State<App>) -> Result<Response, ApiError> {
    let work = |kept: &Project, study: &Study| project::export(study, kept);
    let document = aside(app, work).await?;
    let headers = [(
        header::CONTENT_DISPOSITION,
        "attachment; filename=\"negatoscope-project.json\"",
    )];
    Ok((headers, Json(document)).into_response())
}

/// Takes a project in.
async fn import(
    State(app): State<App>,
    request: Result<Json<Value>, JsonRejection>,
) -> Result<Json<Imported>, ApiError> {
    let Json(document) =
        request.map_err(|rejection| ApiError::body(&rejection, MAX_IMPORT_BYTES))?;
    let work = move |kept: &Project, study: &Study| project::import(study, kept, &document);
    aside(app, work).await.map(Json)
}

/// Does something with the project, which lies on a disk.
async fn aside<T: Send + 'static>(
    app: App,
    work: impl FnOnce(&Project, &Study) -> Result<T, NotKept> + Send + 'static,
) -> Result<T, ApiError> {
    let study = app.study()?;
    Ok(app
        .aside(move |bench| work(&bench.project, &study))
        .await??)
}

fn seen(query: Query, name: &str) -> Result<Option<u64>, ApiError> {
    let wrong =
        |_| ApiError::parameter(name, format!("{name} is no revision: give a whole number"));
    query
        .text(name)
        .map(|text| text.parse().map_err(wrong))
        .transpose()
}
