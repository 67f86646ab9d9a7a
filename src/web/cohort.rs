//! `GET /api/cohort`.

use std::sync::Arc;

use axum::extract::{self, State};
use axum::response::Response;

use crate::output::{Cohort, CohortProgress, CohortState};
use crate::pipeline::Stage;

use super::App;
use super::error::ApiError;
use super::parameters;
use super::pieces;
use super::query::{Query, Words};
use super::routes::Route;

/// The routes that are answered here.
pub(super) fn routes() -> Vec<Route> {
    let about = "The cohort: its columns, records, skipped files and model; state is pending until \
                 the features are computed, then ready and final; each record's index is its place in \
                 the whole cohort, whatever is left out, and its bits those that its picture uses";
    vec![
        Route::get("/api/cohort", cohort, about)
            .takes([parameters::conditions()])
            .gives::<Cohort>(),
    ]
}

/// The cohort as far as it is known, pending or final; with conditions the part of it that meets
/// them, once it is final.
pub(super) async fn cohort(
    State(app): State<App>,
    extract::Query(query): Words,
) -> Result<Response, ApiError> {
    let query = Query::new(query)?;
    let bench = &app.workbench;
    let (done, total) = (bench.preparing.done(), bench.preparing.total());
    let (state, error) = match bench.stage() {
        Stage::Ready(_) => (CohortState::Ready, None),
        Stage::Pending => (CohortState::Pending, None),
        Stage::Failed(message) => (CohortState::Failed, Some(message)),
    };
    let is_ready = state == CohortState::Ready;
    let progress = CohortProgress {
        state,
        error,
        images: (if is_ready { total } else { done }, total),
    };
    let bench = Arc::clone(bench);
    if is_ready || !query.conditions()?.is_empty() {
        let study = app.study_of(&query).await?;
        return pieces::json(&app, move || {
            let view = Cohort::new(&study.cohort, study.model.clone(), progress);
            let view = view.part(&study.places, study.n_excluded);
            view.with_made(bench.made())
        })
        .await;
    }
    pieces::json(&app, move || {
        Cohort::new(bench.opened(), bench.model(), progress)
    })
    .await
}
