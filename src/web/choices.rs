//! All settings that could as well have been chosen, and groups that a hand chose: `GET
//! /api/specifications`, `/api/plane/evidence` and `/api/by-hand`.

use axum::Json;
use axum::extract::{self, State};

use crate::analysis::settings::Words as _;
use crate::output::{ByHand, PlaneEvidence, SpecificationCurve};
use crate::pipeline::evidence::Question;
use crate::pipeline::evidence::choices::{PlaneOf, joined_planes};
use crate::pipeline::{About, Look, LookKind};
use crate::settings::{EFFORT, PLANE_OF};

use super::App;
use super::error::ApiError;
use super::parameters;
use super::query::{OF_QUESTIONS, Query, Words};
use super::routes::Route;
use super::setting::{Setting, wait};
use super::verdict::effort_of;

/// The routes that are answered here.
pub(super) fn routes() -> Vec<Route> {
    let of_specifications = "The column of interest in every setting around one, over maps, starts, the \
                             plane of the clustering, and noise in or out, with one p for all of them";
    let of_plane = "The plane of a map's settings as a map of evidence: how far groups come again, how \
                    the column of interest goes with them, or whether they are more than chance";
    let of_hand = "Groups that a hand drew (own), in patients that did not make them: the columns over \
                   twenty splits of the patients";
    vec![
        Route::get("/api/by-hand", by_hand, of_hand)
            .takes(parameters::question())
            .gives::<ByHand>(),
        Route::get("/api/specifications", specifications, of_specifications)
            .takes(parameters::question())
            .gives::<SpecificationCurve>(),
        Route::get("/api/plane/evidence", plane, of_plane)
            .takes(parameters::question())
            .takes([parameters::plane_of(), parameters::effort()])
            .gives::<PlaneEvidence>(),
    ]
}

/// The column of interest in every setting around one.
async fn specifications(
    State(app): State<App>,
    extract::Query(query): Words,
) -> Result<Json<SpecificationCurve>, ApiError> {
    let query = Query::with(&OF_QUESTIONS, query)?;
    query.refuse_own()?;
    let setting = Setting::to_test(&app.workbench, &query).await?;
    let (study, question, tried) = (&setting.study, &setting.question, setting.tried());
    let choices = &app.workbench.verdicts.choices;
    let around = wait(choices.specifications(study, tried)).await?;
    let asked = (tried, question.clone());
    let found = wait(choices.curve(study, asked, around.clone())).await?;
    let curve = found.test.outcome.as_ref().ok();
    let about = About {
        // Noise is left out and one more cluster among these settings.
        question: Some(Question {
            with_noise: false,
            ..question.clone()
        }),
        ..setting.about()
    };
    let of_all = (around.n_settings(), curve.map(|curve| curve.median.p_value));
    let look = Look::at_many(LookKind::Settings, about, of_all);
    app.look(look).await?;
    Ok(Json(SpecificationCurve::new(
        (&tried, question),
        &around,
        &found,
    )))
}

/// Groups that a hand drew, in patients that did not make them.
async fn by_hand(
    State(app): State<App>,
    extract::Query(query): Words,
) -> Result<Json<ByHand>, ApiError> {
    let query = Query::with(&OF_QUESTIONS, query)?;
    let setting = Setting::to_test(&app.workbench, &query).await?;
    if setting.own.is_empty() {
        let message = "own names no selection: of clusters that no hand drew ask /api/verdict";
        return Err(ApiError::parameter("own", message.to_owned()));
    }
    let (map, clusters) = setting.clusters(&app.workbench).await?;
    let choices = &app.workbench.verdicts.choices;
    let question = setting.question.clone();
    let found = wait(choices.by_hand(&setting.study, (&map, &clusters), question)).await?;
    Ok(Json(ByHand::new(&setting.question, &found)))
}

/// One number for every place of the plane.
async fn plane(
    State(app): State<App>,
    extract::Query(query): Words,
) -> Result<Json<PlaneEvidence>, ApiError> {
    let more = [&OF_QUESTIONS[..], &[EFFORT.key, PLANE_OF.key]].concat();
    let query = Query::with(&more, query)?;
    query.refuse_own()?;
    let effort = effort_of(&query)?;
    let of = query.text(PLANE_OF.key).map(|text| PLANE_OF.read(text));
    let of = of.transpose()?.map_or(PlaneOf::Again, PlaneOf::of);
    let setting = Setting::to_test(&app.workbench, &query).await?;
    let (study, question, tried) = (&setting.study, &setting.question, setting.tried());
    let choices = &app.workbench.verdicts.choices;
    let found = match of {
        PlaneOf::Again => {
            let maps = wait(choices.maps(study, tried)).await?;
            std::sync::Arc::new(study.plane_again(&tried, &maps))
        }
        PlaneOf::Column => {
            let maps = wait(choices.maps(study, tried)).await?;
            let found = wait(choices.column(study, (tried, question.clone()), maps)).await?;
            let look = (found.values.len(), found.p_value);
            let look = Look::at_many(LookKind::Plane, setting.about(), look);
            app.look(look).await?;
            found
        }
        PlaneOf::Chance => {
            let mut pieces = Vec::new();
            for numbers in effort.surrogates() {
                pieces.push(wait(choices.standings(study, tried, numbers)).await?);
            }
            let all = joined_planes(&pieces).ok_or(ApiError::Internal)?;
            std::sync::Arc::new(study.plane_chance(&tried, &all))
        }
    };
    Ok(Json(PlaneEvidence::new(&tried, &found)))
}
