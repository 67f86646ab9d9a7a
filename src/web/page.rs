//! `GET /`: the page.

use askama::Template;
use axum::response::{Html, IntoResponse, Response};

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
    Ok(Html(html).into_response())
}
