//! Where the network could be read: `GET /api/layers` and `GET /api/layers/map`.

use axum::Json;
use axum::extract::{self, State};

use crate::output::{LayerMap, ModelLayers};
use crate::pipeline::Layers;

use super::App;
use super::error::ApiError;
use super::parameters;
use super::query::{Query, Words};
use super::routes::Route;
use super::setting::wait;

/// The parameter that names a layer.
const LAYER: &str = "layer";

/// The routes that are answered here.
pub(super) fn routes() -> Vec<Route> {
    let of_layers = "The layers of the network that runs, in its order, each with the block that it is in; nothing \
                     where features came ready made";
    let of_map = "Some images of the cohort by one layer, on its first two principal components: 200 at most, \
                  evenly over their order";
    vec![
        Route::get("/api/layers", layers, of_layers).gives::<ModelLayers>(),
        Route::get("/api/layers/map", map, of_map)
            .takes([parameters::layer(), parameters::conditions()])
            .gives::<LayerMap>(),
    ]
}

/// All layers of the network.
async fn layers(State(app): State<App>) -> Result<Json<ModelLayers>, ApiError> {
    let found = wait(of(&app)?.list()).await?;
    Ok(Json(ModelLayers::from(&*found)))
}

/// How some images lie by a layer.
async fn map(
    State(app): State<App>,
    extract::Query(query): Words,
) -> Result<Json<LayerMap>, ApiError> {
    let query = Query::with(&[LAYER], query)?;
    let study = app.study_of(&query).await?;
    let layer = query.text(LAYER).ok_or_else(|| {
        ApiError::parameter(LAYER, "layer is not given: take a name of /api/layers.")
    })?;
    let found = wait(of(&app)?.map(&study, layer.to_owned())).await?;
    let ids = study.cohort.records.iter().map(|record| record.id.as_str());
    let ids: Vec<&str> = ids.collect();
    Ok(Json(LayerMap::new(&found, &ids)))
}

fn of(app: &App) -> Result<&Layers, ApiError> {
    let layers = app.workbench.layers.as_ref();
    layers.ok_or_else(|| {
        ApiError::NotFound("no network runs here: the features came ready made".to_owned())
    })
}
