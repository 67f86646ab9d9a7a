//! What is asked of the clusters and the map on the screen: `GET /api/association`,
//! `/api/association/plane`, `/api/enrichment` and `/api/quality`.

use axum::Json;
use axum::extract::{self, State};
use serde_json::Value;

use crate::pipeline::evidence::Question;
use crate::settings::{N_COMPARED, NOISE};

use super::App;
use super::error::ApiError;
use super::query::{OF_QUESTIONS, Query, Words};
use super::setting::{Setting, wait};
use super::views::evidence as views;

/// What explains the clusters, column by column.
pub(super) async fn association(
    State(app): State<App>,
    extract::Query(query): Words,
) -> Result<Json<Value>, ApiError> {
    let setting = Setting::to_test(&app.workbench, &Query::with(&OF_QUESTIONS, query)?).await?;
    Ok(Json(association_view(&app, &setting).await?))
}

/// Each value of the column of interest in each cluster.
pub(super) async fn enrichment(
    State(app): State<App>,
    extract::Query(query): Words,
) -> Result<Json<Value>, ApiError> {
    let setting = Setting::to_test(&app.workbench, &Query::with(&OF_QUESTIONS, query)?).await?;
    Ok(Json(enrichment_view(&app, &setting).await?))
}

/// The column of interest against every setting of the plane at once.
pub(super) async fn over_plane(
    State(app): State<App>,
    extract::Query(query): Words,
) -> Result<Json<Value>, ApiError> {
    let query = Query::with(&[NOISE.key], query)?;
    query.refuse_own()?;
    let setting = Setting::of(&app.workbench, &query).await?;
    let (study, question) = (&setting.study, &setting.question);
    let map = setting.map(&app.workbench).await?;
    let asked = (&map, setting.clustering);
    let found = app
        .workbench
        .association_over_plane(study, asked, question.clone());
    let found = wait(found).await?;
    let looks = app.workbench.looks();
    let words = study.plane_words(&found, question, looks.n_viewed);
    Ok(Json(views::plane_association(
        &found, &words, question, looks,
    )))
}

/// How faithful a map is.
pub(super) async fn quality(
    State(app): State<App>,
    extract::Query(query): Words,
) -> Result<Json<Value>, ApiError> {
    let query = Query::with(&[N_COMPARED.key], query)?;
    let setting = Setting::of(&app.workbench, &query).await?;
    let n_neighbors = query.text(N_COMPARED.key).map(|text| N_COMPARED.read(text));
    let n_neighbors = n_neighbors.transpose()?.map(|value| value.count());
    Ok(Json(quality_view(&app, &setting, n_neighbors).await?))
}

/// What explains the clusters of a setting.
pub(super) async fn association_view(app: &App, setting: &Setting) -> Result<Value, ApiError> {
    let (study, question) = (&setting.study, &setting.question);
    let (map, clusters) = setting.clusters(&app.workbench).await?;
    let found = app
        .workbench
        .association(study, (&map, &clusters), question.clone());
    let found = wait(found).await?;
    let looks = app.workbench.looks();
    let words = study.association_words(&found, question, looks.n_viewed);
    Ok(views::association(&found, &words, question, looks))
}

/// Which values are frequent in which clusters of a setting, whatever is held fixed elsewhere.
pub(super) async fn enrichment_view(app: &App, setting: &Setting) -> Result<Value, ApiError> {
    let study = &setting.study;
    let question = Question {
        within: None,
        ..setting.question.clone()
    };
    let (map, clusters) = setting.clusters(&app.workbench).await?;
    let found = app.workbench.enrichment(study, (&map, &clusters), question);
    let found = wait(found).await?;
    let looks = app.workbench.looks();
    let words = study.enrichment_words(&found, looks.n_viewed);
    Ok(views::enrichment(&found, &words, looks))
}

/// How faithful the map of a setting is, by so many neighbours of each image.
pub(super) async fn quality_view(
    app: &App,
    setting: &Setting,
    n_neighbors: Option<usize>,
) -> Result<Value, ApiError> {
    let study = &setting.study;
    let n_neighbors = n_neighbors.unwrap_or_else(|| study.default_n_neighbors());
    let map = setting.map(&app.workbench).await?;
    let quality = app.workbench.quality(study, &map, n_neighbors);
    Ok(views::quality(&*wait(quality).await?))
}
