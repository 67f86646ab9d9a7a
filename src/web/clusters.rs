//! `GET /api/clusters` and `GET /api/plane`.

use std::sync::Arc;

use axum::Json;
use axum::extract::{self, State};
use serde_json::Value;

use crate::pipeline::{Clusters, Projection, Study};

use super::App;
use super::error::ApiError;
use super::projection::{Asked, answer, ask, wait};
use super::query::{Query, Words};
use super::views;

/// The clusters of a map at one setting, and what they are made of.
pub(super) async fn clusters(
    State(app): State<App>,
    extract::Query(query): Words,
) -> Result<Json<Value>, ApiError> {
    let query = Query::new(query)?;
    let (study, map, clusters) = clusters_of(&app, &query).await?;
    let column = query.breakdown(&study);
    let setting = (&map, &clusters);
    let judged = app.workbench.judged(&study, setting);
    let breakdown = app.workbench.breakdown(&study, setting, column);
    let (judged, breakdown) = (wait(judged).await?, wait(breakdown).await?);
    let records = study.cohort.records.iter();
    let ids: Vec<_> = records.map(|record| record.id.as_str()).collect();
    Ok(Json(views::clusters(
        &map,
        (&clusters, &judged),
        &breakdown,
        &ids,
    )))
}

/// The clusters of a query, with the map and the study that they belong to.
pub(super) async fn clusters_of(
    app: &App,
    query: &Query,
) -> Result<(Arc<Study>, Arc<Projection>, Arc<Clusters>), ApiError> {
    let own = app.own(query)?;
    let Asked {
        ticket,
        study,
        clustering,
    } = ask(app, query).await?;
    let map = answer(ticket).await?;
    let clusters = app.workbench.clusters(&study, &map, (clustering, own));
    Ok((study, map, wait(clusters).await?))
}

/// Every setting of the method's grid on a map.
pub(super) async fn plane(
    State(app): State<App>,
    extract::Query(query): Words,
) -> Result<Json<Value>, ApiError> {
    let Asked {
        ticket,
        study,
        clustering,
    } = ask(&app, &Query::new(query)?).await?;
    let map = answer(ticket).await?;
    let plane = wait(app.workbench.plane(&study, &map, clustering)).await?;
    Ok(Json(views::plane(&map, &plane)))
}
