//! `GET /api/clusters` and `GET /api/plane`.

use std::sync::Arc;

use axum::Json;
use axum::extract::{self, State};
use serde_json::Value;

use super::App;
use super::error::ApiError;
use super::projection::{answer, ask};
use super::query::{Query, Words};
use super::views;

/// The clusters of a map at one setting, and what they are made of.
pub(super) async fn clusters(
    State(app): State<App>,
    extract::Query(query): Words,
) -> Result<Json<Value>, ApiError> {
    let query = Query::new(query)?;
    let params = query.clusters()?;
    let own = app.own(&query)?;
    let (ticket, study) = ask(&app, &query).await?;
    let map = answer(ticket).await?;
    let column = query.breakdown(&study);
    let clusters = app.workbench.clusters(&study, &map, (params, own), column);
    let clusters = clusters.answer().await.ok_or(ApiError::Internal)??;
    let records = study.cohort.records.iter();
    let ids: Vec<_> = records.map(|record| record.id.as_str()).collect();
    Ok(Json(views::clusters(&map, &clusters, params, &ids)))
}

/// Every setting of the notebook's grid on a map.
pub(super) async fn plane(
    State(app): State<App>,
    extract::Query(query): Words,
) -> Result<Json<Value>, ApiError> {
    let (ticket, study) = ask(&app, &Query::new(query)?).await?;
    let map = answer(ticket).await?;
    let plane = app.workbench.plane(&study, &map).answer().await;
    let plane: Arc<_> = plane.ok_or(ApiError::Internal)??;
    Ok(Json(views::plane(&map, &plane)))
}
