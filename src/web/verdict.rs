//! One verdict on the setting on the screen: `GET /api/verdict`.

use std::sync::Arc;

use axum::Json;
use axum::extract::{self, State};

use crate::analysis::settings::Words as _;
use crate::output::Verdict;
use crate::pipeline::Workbench;
use crate::pipeline::evidence::verdict::{self, Effort, FIRST, FULL, InFeatures, REST};
use crate::settings::EFFORT;

use super::App;
use super::error::ApiError;
use super::parameters;
use super::query::{OF_QUESTIONS, Query, Words};
use super::routes::Route;
use super::setting::{Setting, wait};

/// The routes that are answered here.
pub(super) fn routes() -> Vec<Route> {
    let of_verdict = "Whether the groups of a setting are luck: how much of the cohort is in groups, \
                      whether they come again over many maps, whether chance gives as much, and what \
                      they are made of, with and without a map";
    vec![
        Route::get("/api/verdict", verdict, of_verdict)
            .takes(parameters::question())
            .takes([parameters::effort()])
            .gives::<Verdict>(),
    ]
}

/// Whether the groups of a setting are luck.
async fn verdict(
    State(app): State<App>,
    extract::Query(query): Words,
) -> Result<Json<Verdict>, ApiError> {
    let query = Query::with(&[&OF_QUESTIONS[..], &[EFFORT.key]].concat(), query)?;
    query.refuse_own()?;
    let effort = effort_of(&query)?;
    let setting = Setting::to_test(&app.workbench, &query).await?;
    // A first word is not yet a look: the hand may go on.
    let rested = effort != FIRST;
    let verdicts = &app.workbench.verdicts;
    let in_features = wait(verdicts.in_features(&setting.study, Vec::new())).await?;
    let mut found = made(&app, &setting, effort, &in_features).await?;
    if query.text(EFFORT.key).is_none() && setting.study.goes_on(&found, &setting.question) {
        found = made(&app, &setting, REST, &in_features).await?;
    }
    let whole = app.study()?;
    let words = move |bench: &Workbench| {
        let of = (&*whole, &*setting.study);
        let found = (&*found, &*in_features);
        let words = bench.verdicts.words(of, &setting.question, found, rested);
        Verdict::new((found.0, &words), found.1, &setting.question)
    };
    Ok(Json(app.aside(words).await?))
}

/// What is found at a setting, from so much.
async fn made(
    app: &App,
    setting: &Setting,
    effort: Effort,
    in_features: &Arc<InFeatures>,
) -> Result<Arc<verdict::Verdict>, ApiError> {
    let (study, tried, verdicts) = (&setting.study, setting.tried(), &app.workbench.verdicts);
    let effort = effort.of_setting(&tried);
    let (mut members, mut standings) = (Vec::new(), Vec::new());
    for numbers in effort.maps(study.n_images()) {
        members.push(wait(verdicts.members(study, tried, numbers)).await?);
    }
    for numbers in effort.surrogates() {
        standings.push(wait(verdicts.standings(study, tried, numbers)).await?);
    }
    let effort = effort.of_images(study.n_images());
    let asked = (tried, setting.question.clone(), effort);
    wait(verdicts.verdict(study, asked, members, standings, Arc::clone(in_features))).await
}

/// How much a query asks to be made; all that is made at once where it does not say.
pub(super) fn effort_of(query: &Query) -> Result<Effort, ApiError> {
    let effort = query.text(EFFORT.key).map(|text| EFFORT.read(text));
    Ok(effort.transpose()?.map_or(FULL, Effort::of))
}
