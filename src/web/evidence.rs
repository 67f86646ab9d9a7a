//! What is asked of the clusters and the map on the screen: `GET /api/association`,
//! `/api/association/plane`, `/api/enrichment` and `/api/quality`.

use std::sync::Arc;

use axum::Json;
use axum::extract::{self, State};
use serde_json::Value;

use crate::pipeline::evidence::Question;
use crate::pipeline::{Clusters, Projection, Study, StudyError};
use crate::settings::{N_COMPARED, NOISE};

use super::App;
use super::clusters::clusters_of;
use super::error::ApiError;
use super::projection::{Asked, answer, ask, wait};
use super::query::{Query, Words};
use super::views::evidence as views;

/// The clusters in question, and the question.
struct Examined {
    study: Arc<Study>,
    map: Arc<Projection>,
    clusters: Arc<Clusters>,
    question: Question,
}

impl Examined {
    async fn of(app: &App, query: Vec<(String, String)>) -> Result<Self, ApiError> {
        let query = Query::with(&["within", NOISE.key], query)?;
        let study = app.study_of(&query).await?;
        let question = query.question(&study)?;
        study.check(&question).map_err(StudyError::from)?;
        let (study, map, clusters) = clusters_of(app, &query).await?;
        Ok(Self {
            study,
            map,
            clusters,
            question,
        })
    }
}

/// What explains the clusters, column by column.
pub(super) async fn association(
    State(app): State<App>,
    extract::Query(query): Words,
) -> Result<Json<Value>, ApiError> {
    let asked = Examined::of(&app, query).await?;
    let setting = (&*asked.map, &asked.clusters);
    let (study, question) = (&asked.study, &asked.question);
    let found = app.workbench.association(study, setting, question.clone());
    let found = wait(found).await?;
    let looks = app.workbench.looks();
    let words = study.association_words(&found, question, looks.n_viewed);
    Ok(Json(views::association(&found, &words, question, looks)))
}

/// Each value of the column of interest in each cluster.
pub(super) async fn enrichment(
    State(app): State<App>,
    extract::Query(query): Words,
) -> Result<Json<Value>, ApiError> {
    let asked = Examined::of(&app, query).await?;
    let setting = (&*asked.map, &asked.clusters);
    let found = app
        .workbench
        .enrichment(&asked.study, setting, asked.question);
    let found = wait(found).await?;
    let looks = app.workbench.looks();
    let words = asked.study.enrichment_words(&found, looks.n_viewed);
    Ok(Json(views::enrichment(&found, &words, looks)))
}

/// The column of interest against every setting of the plane at once.
pub(super) async fn over_plane(
    State(app): State<App>,
    extract::Query(query): Words,
) -> Result<Json<Value>, ApiError> {
    let query = Query::with(&[NOISE.key], query)?;
    query.refuse_own()?;
    let Asked {
        ticket,
        study,
        clustering,
    } = ask(&app, &query).await?;
    let question = query.question(&study)?;
    let map = answer(ticket).await?;
    let found = app
        .workbench
        .association_over_plane(&study, (&map, clustering), question.clone());
    let found = wait(found).await?;
    let looks = app.workbench.looks();
    let words = study.plane_words(&found, &question, looks.n_viewed);
    Ok(Json(views::plane_association(
        &found, &words, &question, looks,
    )))
}

/// How faithful a map is.
pub(super) async fn quality(
    State(app): State<App>,
    extract::Query(query): Words,
) -> Result<Json<Value>, ApiError> {
    let query = Query::with(&[N_COMPARED.key], query)?;
    let Asked { ticket, study, .. } = ask(&app, &query).await?;
    let n_neighbors = match query.text(N_COMPARED.key) {
        Some(text) => N_COMPARED.read(text)?.count(),
        None => study.default_n_neighbors(),
    };
    let map = answer(ticket).await?;
    let quality = app.workbench.quality(&study, &map, n_neighbors);
    Ok(Json(views::quality(&*wait(quality).await?)))
}
