//! `GET /api/clusters` and `GET /api/plane`.

use std::sync::Arc;

use axum::Json;
use axum::extract::{self, State};

use crate::output;
use crate::pipeline::Projection;

use super::App;
use super::error::ApiError;
use super::parameters;
use super::query::{Query, Words};
use super::routes::Route;
use super::setting::{Setting, wait};

/// The routes that are answered here.
pub(super) fn routes() -> Vec<Route> {
    let of_clusters = "Clusters of the standardised map: labels as scikit-learn numbers them (-1 is \
                       noise), core points, the notebook's score, and the clusters by the values of \
                       one column";
    let of_plane = "Clusters, noise and score at every eps and min_samples of the notebook's grid, or \
                    of another method's two axes";
    vec![
        Route::get("/api/clusters", clusters, of_clusters)
            .takes(parameters::clusters())
            .gives::<output::Clusters>(),
        Route::get("/api/plane", plane, of_plane)
            .takes(parameters::setting())
            .gives::<output::Plane>(),
    ]
}

/// The clusters of a map at one setting, and what they are made of.
pub(super) async fn clusters(
    State(app): State<App>,
    extract::Query(query): Words,
) -> Result<Json<output::Clusters>, ApiError> {
    let setting = Setting::of(&app.workbench, &Query::new(query)?).await?;
    let map = setting.map(&app.workbench).await?;
    Ok(Json(clusters_of(&app, &setting, &map).await?))
}

/// Every setting of the method's grid on a map.
pub(super) async fn plane(
    State(app): State<App>,
    extract::Query(query): Words,
) -> Result<Json<output::Plane>, ApiError> {
    let setting = Setting::of(&app.workbench, &Query::new(query)?).await?;
    let map = setting.map(&app.workbench).await?;
    Ok(Json(plane_of(&app, &setting, &map).await?))
}

/// The clusters of a setting on its map.
pub(super) async fn clusters_of(
    app: &App,
    setting: &Setting,
    map: &Arc<Projection>,
) -> Result<output::Clusters, ApiError> {
    let (bench, study) = (&app.workbench, &setting.study);
    let clusters = setting.clusters_of(bench, map).await?;
    let found = (map, &clusters);
    let judged = bench.judged(study, found);
    let breakdown = bench.breakdown(study, found, setting.question.column.clone());
    let (judged, breakdown) = (wait(judged).await?, wait(breakdown).await?);
    let records = study.cohort.records.iter();
    let ids: Vec<_> = records.map(|record| record.id.as_str()).collect();
    let judged = (&*clusters, &*judged);
    Ok(output::Clusters::new(map, judged, &breakdown, &ids))
}

/// The plane of a map.
pub(super) async fn plane_of(
    app: &App,
    setting: &Setting,
    map: &Arc<Projection>,
) -> Result<output::Plane, ApiError> {
    let plane = app.workbench.plane(&setting.study, map, setting.clustering);
    Ok(output::Plane::new(map, &*wait(plane).await?))
}
