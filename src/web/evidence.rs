//! What is asked of the clusters and the map on the screen: `GET /api/association`,
//! `/api/association/plane`, `/api/enrichment`, `/api/names` and `/api/quality`.

use axum::Json;
use axum::extract::{self, State};

use crate::output::{Association, Enrichment, Names, PlaneAssociation, Quality};
use crate::pipeline::evidence::Question;
use crate::pipeline::{Look, LookKind};
use crate::settings::{N_COMPARED, NOISE};

use super::App;
use super::error::ApiError;
use super::parameters;
use super::query::{OF_QUESTIONS, Query, Words};
use super::routes::Route;
use super::setting::{Setting, wait};

/// The routes that are answered here.
pub(super) fn routes() -> Vec<Route> {
    let of_association = "Every column against the clusters by permutation of whole patients, the one \
                          that explains most first; with within=COLUMN among the levels of that column";
    let of_plane = "The column of interest against the clusters of every setting of the notebook's \
                    grid at once: the p-value of having looked at all of them";
    let of_enrichment = "Each value of the column of interest in each cluster: observed, expected, log \
                         odds ratio, and whether it survives all cells being looked at";
    let of_names = "What most images of a cluster share, \"mostly lateral\": a value of a column that goes \
                    with the clusters, more frequent in this one than chance gives; most may have none";
    let of_quality = "How faithful the map is to the features: trustworthiness, continuity, and the \
                      share of nearest neighbours that it keeps, also per image";
    vec![
        Route::get("/api/association", association, of_association)
            .takes(parameters::question())
            .gives::<Association>(),
        Route::get("/api/association/plane", over_plane, of_plane)
            .takes(parameters::setting())
            .takes([parameters::breakdown(), parameters::noise()])
            .gives::<PlaneAssociation>(),
        Route::get("/api/enrichment", enrichment, of_enrichment)
            .takes(parameters::question())
            .gives::<Enrichment>(),
        Route::get("/api/names", names, of_names)
            .takes(parameters::question())
            .gives::<Names>(),
        Route::get("/api/quality", quality, of_quality)
            .takes(parameters::map())
            .takes([parameters::n_compared()])
            .gives::<Quality>(),
    ]
}

/// What explains the clusters, column by column.
pub(super) async fn association(
    State(app): State<App>,
    extract::Query(query): Words,
) -> Result<Json<Association>, ApiError> {
    let setting = Setting::to_test(&app.workbench, &Query::with(&OF_QUESTIONS, query)?).await?;
    Ok(Json(association_of(&app, &setting).await?))
}

/// Each value of the column of interest in each cluster.
pub(super) async fn enrichment(
    State(app): State<App>,
    extract::Query(query): Words,
) -> Result<Json<Enrichment>, ApiError> {
    let setting = Setting::to_test(&app.workbench, &Query::with(&OF_QUESTIONS, query)?).await?;
    Ok(Json(enrichment_of(&app, &setting).await?))
}

/// What the images of each cluster share, whatever is held fixed elsewhere.
async fn names(
    State(app): State<App>,
    extract::Query(query): Words,
) -> Result<Json<Names>, ApiError> {
    let setting = Setting::to_test(&app.workbench, &Query::with(&OF_QUESTIONS, query)?).await?;
    let (study, bench) = (&setting.study, &app.workbench);
    let question = Question {
        within: None,
        ..setting.question.clone()
    };
    let (map, clusters) = setting.clusters(bench).await?;
    let of = (&*map, &clusters);
    let association = wait(bench.association(study, of, question.clone())).await?;
    let found = bench.names(study, of, (question, association));
    Ok(Json(Names::new(&wait(found).await?)))
}

/// The column of interest against every setting of the plane at once.
pub(super) async fn over_plane(
    State(app): State<App>,
    extract::Query(query): Words,
) -> Result<Json<PlaneAssociation>, ApiError> {
    let query = Query::with(&[NOISE.key], query)?;
    query.refuse_own()?;
    let setting = Setting::of(&app.workbench, &query).await?;
    let (study, question) = (&setting.study, &setting.question);
    let map = setting.map(&app.workbench).await?;
    let asked = (&map, setting.clustering);
    let found = app
        .workbench
        .association_over_plane(study, asked, question.clone());
    let found = wait(found).await?;
    let outcome = found.test.outcome.as_ref().ok();
    let of_plane = (found.n_settings, outcome.map(|best| best.p_value));
    let look = Look::at_many(LookKind::Plane, setting.about(), of_plane);
    app.look(look).await?;
    let looks = app.workbench.looks();
    let words = study.plane_words(&found, question, looks.n_viewed);
    Ok(Json(PlaneAssociation::new(&found, &words, question, looks)))
}

/// How faithful a map is.
pub(super) async fn quality(
    State(app): State<App>,
    extract::Query(query): Words,
) -> Result<Json<Quality>, ApiError> {
    let query = Query::with(&[N_COMPARED.key], query)?;
    let setting = Setting::of(&app.workbench, &query).await?;
    let n_neighbors = query.text(N_COMPARED.key).map(|text| N_COMPARED.read(text));
    let n_neighbors = n_neighbors.transpose()?.map(|value| value.count());
    Ok(Json(quality_of(&app, &setting, n_neighbors).await?))
}

/// What explains the clusters of a setting.
pub(super) async fn association_of(app: &App, setting: &Setting) -> Result<Association, ApiError> {
    let (study, question) = (&setting.study, &setting.question);
    let (map, clusters) = setting.clusters(&app.workbench).await?;
    let found = app
        .workbench
        .association(study, (&map, &clusters), question.clone());
    let found = wait(found).await?;
    let looks = app.workbench.looks();
    let words = study.association_words(&found, question, looks.n_viewed);
    Ok(Association::new(&found, &words, question, looks))
}

/// Which values are frequent in which clusters of a setting, whatever is held fixed elsewhere.
pub(super) async fn enrichment_of(app: &App, setting: &Setting) -> Result<Enrichment, ApiError> {
    let study = &setting.study;
    let question = Question {
        within: None,
        ..setting.question.clone()
    };
    let (map, clusters) = setting.clusters(&app.workbench).await?;
    let found = app.workbench.enrichment(study, (&map, &clusters), question);
    let found = wait(found).await?;
    let looks = app.workbench.looks();
    let words = study.enrichment_words(&found, looks.n_viewed);
    Ok(Enrichment::new(&found, &words, looks))
}

/// How faithful the map of a setting is, by so many neighbours of each image.
pub(super) async fn quality_of(
    app: &App,
    setting: &Setting,
    n_neighbors: Option<usize>,
) -> Result<Quality, ApiError> {
    let study = &setting.study;
    let n_neighbors = n_neighbors.unwrap_or_else(|| study.default_n_neighbors());
    let map = setting.map(&app.workbench).await?;
    let quality = app.workbench.quality(study, &map, n_neighbors);
    Ok(Quality::from(&*wait(quality).await?))
}
