//! `GET /api/clusters` and `GET /api/plane`.

use std::sync::Arc;

use axum::Json;
use axum::extract::{self, State};
use serde_json::Value;

use crate::pipeline::Projection;

use super::App;
use super::error::ApiError;
use super::query::{Query, Words};
use super::setting::{Setting, wait};
use super::views;

/// The clusters of a map at one setting, and what they are made of.
pub(super) async fn clusters(
    State(app): State<App>,
    extract::Query(query): Words,
) -> Result<Json<Value>, ApiError> {
    let setting = Setting::of(&app.workbench, &Query::new(query)?).await?;
    let map = setting.map(&app.workbench).await?;
    Ok(Json(clusters_view(&app, &setting, &map).await?))
}

/// Every setting of the method's grid on a map.
pub(super) async fn plane(
    State(app): State<App>,
    extract::Query(query): Words,
) -> Result<Json<Value>, ApiError> {
    let setting = Setting::of(&app.workbench, &Query::new(query)?).await?;
    let map = setting.map(&app.workbench).await?;
    Ok(Json(plane_view(&app, &setting, &map).await?))
}

/// The clusters of a setting on its map.
pub(super) async fn clusters_view(
    app: &App,
    setting: &Setting,
    map: &Arc<Projection>,
) -> Result<Value, ApiError> {
    let (bench, study) = (&app.workbench, &setting.study);
    let clusters = setting.clusters_of(bench, map).await?;
    let found = (map, &clusters);
    let judged = bench.judged(study, found);
    let breakdown = bench.breakdown(study, found, setting.question.column.clone());
    let (judged, breakdown) = (wait(judged).await?, wait(breakdown).await?);
    let records = study.cohort.records.iter();
    let ids: Vec<_> = records.map(|record| record.id.as_str()).collect();
    Ok(views::clusters(map, (&clusters, &judged), &breakdown, &ids))
}

/// The plane of a map.
pub(super) async fn plane_view(
    app: &App,
    setting: &Setting,
    map: &Arc<Projection>,
) -> Result<Value, ApiError> {
    let plane = app.workbench.plane(&setting.study, map, setting.clustering);
    Ok(views::plane(map, &*wait(plane).await?))
}
