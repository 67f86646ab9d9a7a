//! `GET /api/k-distance`: how far the neighbours are that DBSCAN asks for, to choose eps by.

use axum::Json;
use axum::extract::{self, State};

use crate::analysis::settings::Value;
use crate::output::KDistance;

use super::App;
use super::error::ApiError;
use super::parameters;
use super::query::{Query, Words};
use super::routes::Route;
use super::setting::{Setting, wait};

/// The routes that are answered here.
pub(super) fn routes() -> Vec<Route> {
    let about = "The distance of each image to its min_samples-th neighbour on the standardised map, \
                 itself counted, ascending; at most 1,000 of them, evenly spaced in rank";
    vec![
        Route::get("/api/k-distance", k_distance, about)
            .takes(parameters::setting())
            .gives::<KDistance>(),
    ]
}

/// The parameter that names the neighbour.
const MIN_SAMPLES: &str = "min_samples";

/// Distances that are sent; a plot has about as many pixels.
const MOST_SENT: usize = 1000;

/// The distance of each image to its `min_samples`-th neighbour on the standardised map, ascending.
pub(super) async fn k_distance(
    State(app): State<App>,
    extract::Query(query): Words,
) -> Result<Json<KDistance>, ApiError> {
    let query = Query::new(query)?;
    let setting = Setting::of(&app.workbench, &query).await?;
    let study = &setting.study;
    let min_samples = setting
        .clustering
        .value(MIN_SAMPLES)
        .map_or(0, Value::count);
    let n_images = study.n_images();
    if min_samples > n_images {
        let message = format!(
            "min_samples is {min_samples}, and there are {n_images} images: ask for {n_images} at most."
        );
        return Err(ApiError::parameter(MIN_SAMPLES, message));
    }
    let map = setting.map(&app.workbench).await?;
    let distances = wait(app.workbench.details.k_distances(study, &map, min_samples)).await?;
    let kept = spread(distances.len(), MOST_SENT);
    Ok(Json(KDistance {
        min_samples,
        n: distances.len(),
        rank: kept.iter().map(|place| place + 1).collect(),
        distance: kept.iter().map(|&place| distances[place]).collect(),
    }))
}

/// At most `most` of the places 0..n, evenly spaced, the first and the last among them.
fn spread(n: usize, most: usize) -> Vec<usize> {
    if n <= most {
        return (0..n).collect();
    }
    (0..most).map(|i| i * (n - 1) / (most - 1)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_and_the_last_are_kept() {
        assert_eq!(spread(3, 5), [0, 1, 2]);
        assert_eq!(spread(11, 6), [0, 2, 4, 6, 8, 10]);
        let many = spread(100_003, MOST_SENT);
        assert_eq!((many.len(), many[0], many[999]), (1000, 0, 100_002));
        assert!(
            many.windows(2)
                .all(|pair| (100..=101).contains(&(pair[1] - pair[0])))
        );
    }
}
