//! `GET /api/clusters` and `GET /api/plane`.

use axum::Json;
use axum::extract::{self, State};
use serde_json::Value;

use super::App;
use super::error::ApiError;
use super::evidence::wait;
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
    let clusters = wait(app.workbench.clusters(&study, &map, (params, own))).await?;
    let setting = (&map, params, &clusters);
    let breakdown = wait(app.workbench.breakdown(&study, setting, column)).await?;
    let records = study.cohort.records.iter();
    let ids: Vec<_> = records.map(|record| record.id.as_str()).collect();
    Ok(Json(views::clusters(
        &map,
        (&clusters, params),
        &breakdown,
        &ids,
    )))
}

/// Every setting of the notebook's grid on a map.
pub(super) async fn plane(
    State(app): State<App>,
    extract::Query(query): Words,
) -> Result<Json<Value>, ApiError> {
    let (ticket, study) = ask(&app, &Query::new(query)?).await?;
    let map = answer(ticket).await?;
    let plane = wait(app.workbench.plane(&study, &map)).await?;
    Ok(Json(views::plane(&map, &plane)))
}
