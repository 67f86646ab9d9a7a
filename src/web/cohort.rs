//! `GET /api/cohort`.

use axum::Json;
use axum::extract::State;

use crate::pipeline::Stage;

use super::App;
use super::views::{CohortProgress, CohortView};

/// The cohort as far as it is known: pending or final.
pub(super) async fn cohort(State(app): State<App>) -> Json<CohortView> {
    let bench = &app.workbench;
    let images = bench.preparing.progress();
    let stage = bench.stage();
    let (state, error) = match &stage {
        Stage::Ready(_) => ("ready", None),
        Stage::Pending => ("pending", None),
        Stage::Failed(message) => ("failed", Some(message.clone())),
    };
    let cohort = match &stage {
        Stage::Ready(study) => &study.cohort,
        Stage::Pending | Stage::Failed(_) => bench.opened(),
    };
    Json(CohortView::new(
        cohort,
        bench.model(),
        CohortProgress {
            state,
            error,
            images,
        },
    ))
}
