//! `GET /api/setting` and `GET /api/findings`: all that one move of a slider asks for, each part as
//! soon as it is there.

use axum::extract::{self, State};
use axum::response::{IntoResponse, Response};
use futures_util::future::join3;
use serde::Serialize;

use crate::output::{self, FailedPart};

use super::App;
use super::clusters::{clusters_of, plane_of};
use super::error::ApiError;
use super::evidence::{association_of, enrichment_of, quality_of};
use super::parameters;
use super::projection::forming;
use super::query::{FINDINGS, OF_QUESTIONS, OF_SETTING, PARTS, Query, Words};
use super::routes::{Route, schema};
use super::setting::Setting;
use super::stream::{Teller, stream};

/// The routes that are answered here.
pub(super) fn routes() -> Vec<Route> {
    let of_setting = "All that one move of a slider asks for: events frame while the map forms, then \
                      map, clusters and plane as their own routes answer, or error";
    let of_findings = "What is to be known of a setting: events association, enrichment and quality as \
                       their own routes answer, each when it is there; failed has the part that cannot \
                       be had and the error";
    vec![
        Route::get("/api/setting", setting, of_setting)
            .takes(parameters::clusters())
            .takes([parameters::parts(&OF_SETTING)])
            .gives_events(vec![
                ("frame", schema::<output::Frame>),
                ("map", schema::<output::Projection>),
                ("clusters", schema::<output::Clusters>),
                ("plane", schema::<output::Plane>),
                ("error", schema::<output::ErrorEnvelope>),
            ]),
        Route::get("/api/findings", findings, of_findings)
            .takes(parameters::question())
            .takes([parameters::parts(&FINDINGS)])
            .gives_events(vec![
                ("association", schema::<output::Association>),
                ("enrichment", schema::<output::Enrichment>),
                ("quality", schema::<output::Quality>),
                ("failed", schema::<FailedPart>),
                ("error", schema::<output::ErrorEnvelope>),
            ]),
    ]
}

/// Events `frame` while the map forms, then `map`, `clusters` and `plane`, or `error`.
pub(super) async fn setting(
    State(app): State<App>,
    extract::Query(query): Words,
) -> Result<Response, ApiError> {
    let query = Query::with(&[PARTS], query)?;
    let [map, clusters, plane] = parts(&query, OF_SETTING)?;
    let setting = Setting::of(&app.workbench, &query).await?;
    let told = stream(&app.clone(), move |teller| async move {
        let found = match map {
            true => forming(&app, &setting, &teller).await?,
            false => setting.map(&app.workbench).await?,
        };
        if map {
            let told = output::Projection::from(&*found);
            teller.tell("map", &told).await;
        }
        if clusters {
            let told = clusters_of(&app, &setting, &found).await?;
            teller.tell("clusters", &told).await;
        }
        if plane {
            let told = plane_of(&app, &setting, &found).await?;
            teller.tell("plane", &told).await;
        }
        Ok(())
    })?;
    Ok(told.into_response())
}

/// Events `association`, `enrichment` and `quality` in the order in which they are there; `failed`
/// names the part that cannot be had and why, and the others come all the same.
pub(super) async fn findings(
    State(app): State<App>,
    extract::Query(query): Words,
) -> Result<Response, ApiError> {
    let query = Query::with(&[&OF_QUESTIONS[..], &[PARTS]].concat(), query)?;
    let [association, enrichment, quality] = parts(&query, FINDINGS)?;
    let setting = match association || enrichment {
        true => Setting::to_test(&app.workbench, &query).await?,
        false => Setting::of(&app.workbench, &query).await?,
    };
    let told = stream(&app.clone(), move |teller| async move {
        let (app, setting, teller) = (&app, &setting, &teller);
        let [first, second, third] = FINDINGS;
        join3(
            told_if(association, teller, first, association_of(app, setting)),
            told_if(enrichment, teller, second, enrichment_of(app, setting)),
            told_if(quality, teller, third, quality_of(app, setting, None)),
        )
        .await;
        Ok(())
    })?;
    Ok(told.into_response())
}

/// Tells a part that is wanted, or why there is none.
async fn told_if(
    wanted: bool,
    teller: &Teller,
    name: &'static str,
    found: impl Future<Output = Result<impl Serialize, ApiError>>,
) {
    if !wanted {
        return;
    }
    match found.await {
        Ok(found) => teller.tell(name, &found).await,
        Err(error) => {
            let why = FailedPart {
                part: name,
                why: error.envelope(),
            };
            teller.tell("failed", &why).await;
        }
    }
}

/// Which of the parts are to be sent: all, unless some are named.
fn parts<const N: usize>(query: &Query, known: [&str; N]) -> Result<[bool; N], ApiError> {
    let Some(named) = query.text(PARTS) else {
        return Ok([true; N]);
    };
    let named: Vec<&str> = named.split(',').collect();
    if let Some(unknown) = named.iter().find(|part| !known.contains(part)) {
        let known = known.join(", ");
        let message = format!("there is no part \"{unknown}\": name some of {known}, with commas.");
        return Err(ApiError::parameter(PARTS, message));
    }
    Ok(known.map(|part| named.contains(&part)))
}
