//! `GET /api/neighbours/{id}`: the images that the network finds most like one.

use axum::Json;
use axum::extract::{self, State};

use crate::analysis::projection::Metric;
use crate::output::{DistanceMetric, Neighbour, Neighbours};
use crate::pipeline::GalleryError;
use crate::settings::N_NEAREST;

use super::App;
use super::error::ApiError;
use super::parameters;
use super::query::{Query, Segment, Words};
use super::routes::Route;
use super::setting::wait;

/// The routes that are answered here.
pub(super) fn routes() -> Vec<Route> {
    let about = "The images nearest to one in feature space, the nearest first";
    let metric = parameters::choice("metric", &METRICS);
    let given = [parameters::n_nearest(), parameters::conditions()];
    vec![
        Route::get("/api/neighbours/{id}", neighbours, about)
            .takes([parameters::id(), metric])
            .takes(given)
            .gives::<Neighbours>(),
    ]
}

/// How far apart two images are in feature space.
const METRICS: [(&str, DistanceMetric); 2] = [
    ("euclidean", DistanceMetric::Euclidean),
    ("cosine", DistanceMetric::Cosine),
];

/// The images nearest to one in feature space, the nearest first.
pub(super) async fn neighbours(
    State(app): State<App>,
    Segment(id): Segment,
    extract::Query(query): Words,
) -> Result<Json<Neighbours>, ApiError> {
    let query = Query::with(&[N_NEAREST.key], query)?;
    let metric = query.choice("metric", &METRICS, DistanceMetric::Euclidean)?;
    let n = query.value(&N_NEAREST)?.count();
    let study = app.study_of(&query).await?;
    let records = &study.cohort.records;
    let image = records.iter().position(|record| record.id == id);
    let image = image.ok_or_else(|| GalleryError::Unknown(id.clone()))?;
    let by = match metric {
        DistanceMetric::Euclidean => Metric::Euclidean,
        DistanceMetric::Cosine => Metric::Cosine,
    };
    let found = wait(app.workbench.details.neighbors(&study, image, n, by)).await?;
    let neighbours = found.iter().map(|neighbour| Neighbour {
        id: records[neighbour.index].id.clone(),
        index: study.places[neighbour.index],
        distance: neighbour.distance,
    });
    let neighbours = neighbours.collect();
    Ok(Json(Neighbours {
        id,
        metric,
        neighbours,
    }))
}
