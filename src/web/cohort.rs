//! `GET /api/cohort`.

use axum::Json;
use axum::extract::{self, State};

use crate::pipeline::Stage;

use super::App;
use super::error::ApiError;
use super::query::{Query, Words};
use super::views::cohort::{CohortProgress, CohortView};

/// The cohort as far as it is known, pending or final; with conditions the part of it that meets
/// them, once it is final.
pub(super) async fn cohort(
    State(app): State<App>,
    extract::Query(query): Words,
) -> Result<Json<CohortView>, ApiError> {
    let query = Query::new(query)?;
    let bench = &app.workbench;
    let (done, total) = (bench.preparing.done(), bench.preparing.total());
    let (state, error) = match bench.stage() {
        Stage::Ready(_) => ("ready", None),
        Stage::Pending => ("pending", None),
        Stage::Failed(message) => ("failed", Some(message)),
    };
    let progress = CohortProgress {
        state,
        error,
        images: (if state == "ready" { total } else { done }, total),
    };
    if state == "ready" || !query.conditions()?.is_empty() {
        let study = app.study_of(&query).await?;
        let view = CohortView::new(&study.cohort, study.model.clone(), progress);
        return Ok(Json(view.part(&study.places, study.n_excluded)));
    }
    Ok(Json(CohortView::new(
        bench.opened(),
        bench.model(),
        progress,
    )))
}
