//! The setting that the page opens with: `GET /api/proposal`.

use axum::Json;
use axum::extract::{self, State};

use crate::output::Proposal;
use crate::pipeline::Look;
use crate::pipeline::evidence::choices::{self, notebooks};

use super::App;
use super::error::ApiError;
use super::parameters;
use super::query::{Query, Words};
use super::routes::Route;
use super::setting::wait;

/// The routes that are answered here.
pub(super) fn routes() -> Vec<Route> {
    let of_proposal = "The setting that the page opens with: among a few perplexities and the plane of \
                       each the one whose groups come again most over some maps, or the notebook's and \
                       why. No column is looked at; the settings that were are listed among the looks";
    vec![
        Route::get("/api/proposal", proposal, of_proposal)
            .takes([parameters::conditions()])
            .gives::<Proposal>(),
    ]
}

/// The setting to open with.
async fn proposal(
    State(app): State<App>,
    extract::Query(query): Words,
) -> Result<Json<Proposal>, ApiError> {
    let study = app.study_of(&Query::new(query)?).await?;
    if app.workbench.is_declared_here() {
        let why = "A question was declared of the setting that the page opens with";
        let kept = choices::Proposal::kept(study.opening(), why);
        return Ok(Json(Proposal::new(&kept)));
    }
    if study.given().is_some() {
        let why = "The map is that of the ready coordinates";
        let kept = choices::Proposal::kept(study.opening(), why);
        return Ok(Json(Proposal::new(&kept)));
    }
    let found = wait(app.workbench.verdicts.choices.proposal(&study)).await?;
    if found.n_settings > 0 {
        let look = Look::proposal(&study, notebooks(study.n_images()), found.n_settings);
        app.look(look).await?;
    }
    Ok(Json(Proposal::new(&found)))
}
