//! `GET /`: the page.

use std::iter;
use std::sync::LazyLock;

use askama::Template;
use axum::extract::State;
use axum::http::{HeaderValue, header};
use axum::response::{Html, IntoResponse, Response};

use crate::analysis::settings::Range;
use crate::settings::{self, Entry, Part};

use super::App;
use super::assets::{FOLDER, MODULES};
use super::error::ApiError;

#[derive(Template)]
#[template(path = "index.html")]
struct IndexPage {
    version: &'static str,
    /// Where the page's own files are.
    folder: &'static str,
    /// The column that is shown first, where one was named.
    column: Option<String>,
    controls: Controls,
}

struct Controls {
    projection: Vec<Slider>,
    clusters: Vec<Slider>,
}

/// A number with a track.
struct Slider {
    name: &'static str,
    label: &'static str,
    unit: &'static str,
    help: &'static str,
    /// The methods that it belongs to.
    methods: String,
    range: Range,
}

/// The numbers of a part that are moved often.
fn sliders(part: Part) -> Vec<Slider> {
    let entries = settings::catalogue().iter();
    let of_part = entries.filter(|entry| entry.part == part && entry.spec.prominent);
    let slider = |entry: &Entry| {
        Some(Slider {
            name: entry.spec.key,
            label: entry.spec.label,
            unit: entry.spec.unit,
            help: entry.spec.help,
            methods: entry.applies_to.join(" "),
            range: entry.spec.range()?,
        })
    };
    of_part.filter_map(slider).collect()
}

/// The page, with its sliders from the catalogue.
pub(super) async fn index(State(app): State<App>) -> Result<Response, ApiError> {
    let page = IndexPage {
        version: env!("CARGO_PKG_VERSION"),
        folder: &FOLDER,
        column: app.workbench.column.clone(),
        controls: Controls {
            projection: sliders(Part::Map),
            clusters: sliders(Part::Clusters),
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
/// First what the parser and the first paint wait for.
static AHEAD: LazyLock<HeaderValue> = LazyLock::new(|| {
    let folder = FOLDER.as_str();
    let waited_for = format!(
        "<{folder}/js/early.js>; rel=preload; as=script, <{folder}/page.css>; rel=preload; \
         as=style, </api/cohort>; rel=preload; as=fetch; crossorigin"
    );
    let modules = MODULES
        .iter()
        .map(|path| format!("<{folder}/{path}>; rel=modulepreload"));
    let links: Vec<String> = iter::once(waited_for).chain(modules).collect();
    HeaderValue::from_str(&links.join(", ")).unwrap_or_else(|_| HeaderValue::from_static(""))
});
