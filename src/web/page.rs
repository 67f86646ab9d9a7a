//! `GET /`: the page.

use std::sync::LazyLock;

use askama::Template;
use axum::http::{HeaderValue, header};
use axum::response::{Html, IntoResponse, Response};

use super::assets::MODULES;
use super::error::ApiError;
use super::parameters::{CLUSTER_SLIDERS, PROJECTION_SLIDERS, Parameter};

#[derive(Template)]
#[template(path = "index.html")]
struct IndexPage {
    version: &'static str,
    controls: Controls,
}

struct Controls {
    projection: &'static [Parameter],
    clusters: &'static [Parameter],
}

/// The page, with its sliders from the parameter table.
pub(super) async fn index() -> Result<Response, ApiError> {
    let page = IndexPage {
        version: env!("CARGO_PKG_VERSION"),
        controls: Controls {
            projection: &PROJECTION_SLIDERS,
            clusters: &CLUSTER_SLIDERS,
        },
    };
    let html = page.render().map_err(|error| {
        tracing::error!("the page could not be rendered: {error}");
        ApiError::Internal
    })?;
    Ok(([(header::LINK, AHEAD.clone())], Html(html)).into_response())
}

/// What the page will ask for, told with its first bytes, so that all of it is fetched side by side:
/// found by the browser, the modules come one import after another, and the cohort after all of them.
static AHEAD: LazyLock<HeaderValue> = LazyLock::new(|| {
    let cohort = "</api/cohort>; rel=preload; as=fetch; crossorigin".to_owned();
    let modules = MODULES
        .iter()
        .map(|path| format!("</static/{path}>; rel=modulepreload"));
    let links: Vec<String> = modules.chain([cohort]).collect();
    HeaderValue::from_str(&links.join(", ")).unwrap_or_else(|_| HeaderValue::from_static(""))
});
