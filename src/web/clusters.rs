//! `GET /api/clusters` and `GET /api/plane`.

use std::collections::HashMap;
use std::sync::Arc;

use axum::Json;
use axum::extract::{self, State};
use serde_json::Value;

use super::App;
use super::error::ApiError;
use super::projection::{answer, ask};
use super::query::Query;
use super::views;

/// The clusters of a map at one setting, and what they are made of.
pub(super) async fn clusters(
    State(app): State<App>,
    extract::Query(query): extract::Query<HashMap<String, String>>,
) -> Result<Json<Value>, ApiError> {
    let query = Query::new(query)?;
    let params = query.clusters()?;
    let (ticket, study) = ask(&app, &query)?;
    let map = answer(ticket).await?;
    let country = study.cohort.country_column.as_deref();
    let column = query
        .breakdown()
        .or(country)
        .unwrap_or("country")
        .to_owned();
    let document = tokio::task::spawn_blocking(move || {
        let clusters = study.cluster(&map, params, &column, &())?;
        let ids: Vec<_> = study
            .cohort
            .records
            .iter()
            .map(|record| record.id.as_str())
            .collect();
        Ok::<_, ApiError>(views::clusters(
            &map,
            &clusters,
            params.eps,
            params.min_samples,
            &ids,
        ))
    });
    Ok(Json(document.await.map_err(|_| ApiError::Internal)??))
}

/// Every setting of the notebook's grid on a map.
pub(super) async fn plane(
    State(app): State<App>,
    extract::Query(query): extract::Query<HashMap<String, String>>,
) -> Result<Json<Value>, ApiError> {
    let (ticket, study) = ask(&app, &Query::new(query)?)?;
    let map = answer(ticket).await?;
    let plane = app.workbench.plane(&study, &map).answer().await;
    let plane: Arc<_> = plane.ok_or(ApiError::Internal)??;
    Ok(Json(views::plane(&map, &plane)))
}
