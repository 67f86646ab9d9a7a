//! `GET /api/setting` and `GET /api/findings`: all that one move of a slider asks for, each part as
//! soon as it is there.

use axum::extract::{self, State};
use axum::response::{IntoResponse, Response};
use futures_util::future::join3;
use serde_json::json;

use super::App;
use super::clusters::{clusters_view, plane_view};
use super::error::ApiError;
use super::evidence::{association_view, enrichment_view, quality_view};
use super::projection::forming;
use super::query::{FINDINGS, OF_QUESTIONS, OF_SETTING, PARTS, Query, Words};
use super::setting::Setting;
use super::stream::{Teller, stream};
use super::views;

/// Events `frame` while the map forms, then `map`, `clusters` and `plane`, or `error`.
pub(super) async fn setting(
    State(app): State<App>,
    extract::Query(query): Words,
) -> Result<Response, ApiError> {
    let query = Query::with(&[PARTS], query)?;
    let [map, clusters, plane] = parts(&query, OF_SETTING)?;
    let setting = Setting::of(&app.workbench, &query).await?;
    let told = stream(app.closing.clone(), move |teller| async move {
        let found = match map {
            true => forming(&app, &setting, &teller).await?,
            false => setting.map(&app.workbench).await?,
        };
        if map {
            teller.tell("map", &views::projection(&found)).await;
        }
        if clusters {
            let view = clusters_view(&app, &setting, &found).await?;
            teller.tell("clusters", &view).await;
        }
        if plane {
            let view = plane_view(&app, &setting, &found).await?;
            teller.tell("plane", &view).await;
        }
        Ok(())
    });
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
    let told = stream(app.closing.clone(), move |teller| async move {
        let (app, setting, teller) = (&app, &setting, &teller);
        let [first, second, third] = FINDINGS;
        join3(
            told_if(association, teller, first, association_view(app, setting)),
            told_if(enrichment, teller, second, enrichment_view(app, setting)),
            told_if(quality, teller, third, quality_view(app, setting, None)),
        )
        .await;
        Ok(())
    });
    Ok(told.into_response())
}

/// Tells a part that is wanted, or why there is none.
async fn told_if(
    wanted: bool,
    teller: &Teller,
    name: &str,
    found: impl Future<Output = Result<serde_json::Value, ApiError>>,
) {
    if !wanted {
        return;
    }
    match found.await {
        Ok(view) => teller.tell(name, &view).await,
        Err(error) => {
            let mut why = error.envelope();
            why["part"] = json!(name);
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
